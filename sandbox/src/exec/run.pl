# Runs a command and ends when it does, also if something it started in the background keeps its
# output open: the outer engine would wait seconds for that, and hold up every other command of the
# container meanwhile. What is left in the background lives on.
#
# Runs outside the learner's machine, where nothing of the learner's can see or end it.
# Arguments: the command.
use strict;
use warnings;
use POSIX qw(:sys_wait_h _exit);

pipe(my $out, my $out_end) or die "pipe: $!";
pipe(my $err, my $err_end) or die "pipe: $!";
my $child = fork() // die "fork: $!";
if (!$child) {
    open(STDOUT, '>&', $out_end);
    open(STDERR, '>&', $err_end);
    close $_ for $out, $err, $out_end, $err_end;
    exec(@ARGV) or _exit(127);
}
close $out_end;
close $err_end;
close STDIN;

my %open = (fileno $out => [$out, \*STDOUT], fileno $err => [$err, \*STDERR]);
my $ended = 0;
while (%open) {
    my $readable = '';
    vec($readable, $_, 1) = 1 for keys %open;
    # A command without background processes ends with its outputs, and nothing waits for this clock.
    my $ready = select($readable, undef, undef, $ended ? 0 : 0.03);
    if ($ready <= 0) {
        last if $ended;
        $ended = waitpid($child, WNOHANG) == $child;
        next;
    }
    for my $number (keys %open) {
        next if !vec($readable, $number, 1);
        my ($from, $to) = @{ $open{$number} };
        my $read = sysread($from, my $bytes, 65536);
        if (!$read) { delete $open{$number}; next }
        for (my $written = 0; $written < $read;) {
            $written += syswrite($to, $bytes, $read - $written, $written) // _exit(1);
        }
    }
}
waitpid($child, 0) if !$ended;
_exit(WIFSIGNALED($?) ? 128 + WTERMSIG($?) : WEXITSTATUS($?));
