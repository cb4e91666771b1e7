# Holds one shell with its terminal, so that both outlive every connection to them.
#
# Runs in the sandbox's container but outside the learner's machine: nothing in there can see or end
# it, and the shell is started inside by `enter`. It listens on an abstract socket (a name without a
# file: gone when this process is), keeps the recent output, and gives it to whoever attaches.
#
# Both directions speak in frames: one byte kind, four bytes length (big-endian), payload.
#   to the attached:   R recent output (once, first)   O output   X exit code in decimal (last)
#   from the attached: I input                         S size: columns, rows as 16-bit big-endian
#
# Perl, because it is in every Debian, with all of terminals and sockets that is needed.
#
# Arguments: socket name, columns, rows, bytes of recent output to keep, command…
use strict;
use warnings;
use Socket;
use POSIX qw(:errno_h :sys_wait_h setsid _exit);
use Fcntl;

# From <asm-generic/ioctls.h>; x86-64 and arm64 agree.
use constant { TIOCSCTTY => 0x540E, TIOCSWINSZ => 0x5414, TIOCSPTLCK => 0x40045431, TIOCGPTN => 0x80045430 };
use constant CHUNK => 32768;          # read at once
use constant INPUT_LIMIT => 65536;    # unread by the shell: then the attached wait
use constant OUTPUT_LIMIT => 262144;  # unread by an attached: then the shell waits…
use constant PATIENCE => 3;           # …for so many seconds, then that attached is dropped

my ($name, $cols, $rows, $keep, @command) = @ARGV;
my $address = pack_sockaddr_un("\0$name");

# The relay that the caller becomes: stdin and stdout joined with the socket.
sub relay {
    exec 'socat', '-b', CHUNK, '-t', 0.2, '-', "ABSTRACT-CONNECT:$name";
    die "no socat: $!";
}

sub try_connect {
    socket(my $try, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
    return connect($try, $address);
}

relay() if try_connect();
socket(my $listener, PF_UNIX, SOCK_STREAM, 0) or die "socket: $!";
if (!bind($listener, $address)) {
    die "bind: $!" if $! != EADDRINUSE;
    # Another attachment was quicker; it listens in a moment.
    for (1 .. 100) { relay() if try_connect(); select(undef, undef, undef, 0.01) }
    die "the terminal's holder does not answer";
}
listen($listener, 16) or die "listen: $!";

# Twice, so that the holder is nobody's child but the container's init's.
my $forked = fork() // die "fork: $!";
if ($forked) { waitpid($forked, 0); relay() }
setsid();
_exit(0) if fork() // die "fork: $!";
chdir '/';
open(STDIN, '<', '/dev/null');
open(STDOUT, '>', '/dev/null');
open(STDERR, '>', '/dev/null');
$0 = "terminal $name";

# The terminal, and the shell on it.
sysopen(my $pty, '/dev/ptmx', O_RDWR | O_NOCTTY) or die "ptmx: $!";
ioctl($pty, TIOCSPTLCK, my $unlock = pack('i', 0)) or die "unlock: $!";
ioctl($pty, TIOCGPTN, my $number = pack('i', 0)) or die "number: $!";
my $tty_path = '/dev/pts/' . unpack('i', $number);
sub resize { ioctl($pty, TIOCSWINSZ, my $size = pack('S4', $_[1], $_[0], 0, 0)) }
resize($cols, $rows);
my $shell = fork() // die "fork: $!";
if (!$shell) {
    setsid();
    sysopen(my $tty, $tty_path, O_RDWR) or _exit(126);
    ioctl($tty, TIOCSCTTY, 0);
    open(STDIN, '<&', $tty);
    open(STDOUT, '>&', $tty);
    open(STDERR, '>&', $tty);
    close $_ for $tty, $pty, $listener;
    exec(@command) or _exit(127);
}

$SIG{CHLD} = sub { };    # only to wake the select below
$SIG{PIPE} = $SIG{HUP} = 'IGNORE';
sub nonblocking { fcntl($_[0], F_SETFL, fcntl($_[0], F_GETFL, 0) | O_NONBLOCK) }
nonblocking($_) for $pty, $listener;

my $recent = '';
my $typed = '';       # not yet read by the shell
my %attached;         # by file number: socket, in, out, since (when `out` began to wait or last shrank)
my $exit;

sub frame { pack('aN', $_[0], length $_[1]) . $_[1] }

# Takes whole frames out of what an attached sent; false if it does not keep to the rules.
sub understand {
    my ($client) = @_;
    while (length $client->{in} >= 5) {
        my ($kind, $length) = unpack('aN', $client->{in});
        return 0 if $length > INPUT_LIMIT;
        return 1 if length $client->{in} < 5 + $length;
        my $payload = substr($client->{in}, 5, $length);
        substr($client->{in}, 0, 5 + $length) = '';
        if ($kind eq 'I') { $typed .= $payload }
        elsif ($kind eq 'S' && $length == 4) { resize(unpack('n2', $payload)) }
        else { return 0 }
    }
    return 1;
}

# Puts a frame in line for an attached.
sub give {
    my ($client, $frame) = @_;
    $client->{since} = time if !length $client->{out};
    $client->{out} .= $frame;
}

# Writes what it can; false if the other end is gone.
sub drain {
    my ($client) = @_;
    my $written = syswrite($client->{socket}, $client->{out});
    return $!{EAGAIN} || $!{EINTR} if !defined $written;
    substr($client->{out}, 0, $written) = '';
    $client->{since} = time if $written;
    return 1;
}

sub take_output {
    my $read = sysread($pty, my $bytes, CHUNK);
    return 0 if !$read;
    $recent .= $bytes;
    # Cut at a line, so that no replay begins in the middle of an escape sequence.
    if (length $recent > 2 * $keep) {
        my $cut = index($recent, "\n", length($recent) - $keep);
        $recent = substr($recent, $cut < 0 ? length($recent) - $keep : $cut + 1);
    }
    give($_, frame('O', $bytes)) for values %attached;
    return 1;
}

while (1) {
    if (!defined $exit && waitpid($shell, WNOHANG) == $shell) {
        $exit = WIFSIGNALED($?) ? 128 + WTERMSIG($?) : WEXITSTATUS($?);
        1 while take_output();
        give($_, frame('X', $exit)) for values %attached;
        close $listener;
    }
    my $now = time;
    my ($waiting, $slow) = (0, 0);
    for my $client (values %attached) {
        next if !length $client->{out};
        if ($now - $client->{since} > PATIENCE) {
            delete $attached{fileno $client->{socket}};
            next;
        }
        $waiting = 1;
        $slow = 1 if length $client->{out} > OUTPUT_LIMIT;
    }
    last if defined $exit && !grep { length $_->{out} } values %attached;

    my ($readable, $writable) = ('', '');
    if (!defined $exit) {
        vec($readable, fileno $listener, 1) = 1;
        vec($readable, fileno $pty, 1) = 1 if !$slow;
        vec($writable, fileno $pty, 1) = 1 if length $typed;
    }
    for my $number (keys %attached) {
        vec($readable, $number, 1) = 1 if length $typed < INPUT_LIMIT;
        vec($writable, $number, 1) = 1 if length $attached{$number}{out};
    }
    next if select($readable, $writable, undef, $waiting ? 1 : 5) <= 0;

    for my $number (keys %attached) {
        my $client = $attached{$number};
        my $there = 1;
        if (vec($readable, $number, 1)) {
            my $read = sysread($client->{socket}, $client->{in}, CHUNK, length $client->{in});
            $there = defined $read ? $read && understand($client) : $!{EAGAIN} || $!{EINTR};
        }
        $there &&= drain($client) if vec($writable, $number, 1);
        delete $attached{$number} if !$there;
    }
    next if defined $exit;
    if (vec($writable, fileno $pty, 1)) {
        my $written = syswrite($pty, $typed);
        substr($typed, 0, $written) = '' if $written;
    }
    if (vec($readable, fileno $pty, 1)) {
        take_output();
        # At once, without another turn: this is the echo of a key.
        for my $number (keys %attached) {
            delete $attached{$number} if length $attached{$number}{out} && !drain($attached{$number});
        }
    }
    if (vec($readable, fileno $listener, 1) && accept(my $socket, $listener)) {
        nonblocking($socket);
        my $client = $attached{fileno $socket} = { socket => $socket, in => '', out => '' };
        give($client, frame('R', $recent));
    }
}
