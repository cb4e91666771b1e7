# For login shells.
[ -z "$BASH" ] || . ~/.bashrc
