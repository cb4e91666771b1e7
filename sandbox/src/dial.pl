# Joins stdin and stdout with a TCP port on the localhost of the network namespace that it runs in.
# First it says in one line what came of it: "+", or "-" and a word.
#
# Runs outside the learner's machine but for its network, so nothing of the learner's sees or ends it.
# Arguments: the port, and how many seconds the connection may take to be made.
use strict;
use warnings;
use POSIX qw(_exit ECONNREFUSED);
use Socket;

my ($port, $seconds) = @ARGV;
$| = 1;
socket(my $tcp, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
my $late = 0;
local $SIG{ALRM} = sub { $late = 1 };
alarm $seconds;
my $joined = connect($tcp, pack_sockaddr_in($port, INADDR_LOOPBACK));
my $refused = $! == ECONNREFUSED;
alarm 0;
if (!$joined) {
    print $late ? "-late\n" : $refused ? "-refused\n" : "-unreachable\n";
    _exit(0);
}
setsockopt($tcp, Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1);
print "+\n";

# A process for each direction: one that may wait for a reader never keeps the other from going on.
my $parent = $$;
my $child = fork() // die "fork: $!";
pour(\*STDIN, $tcp) if !$child;
pour($tcp, \*STDOUT) if $child;
# The end of either is the end of both: our server has gone, or the learner's.
kill 'KILL', $child || $parent;
waitpid($child, 0) if $child;
_exit(0);

sub pour {
    my ($from, $to) = @_;
    while (sysread($from, my $bytes, 65536)) {
        for (my $written = 0; $written < length $bytes;) {
            $written += syswrite($to, $bytes, length($bytes) - $written, $written) // return;
        }
    }
}
