# For interactive shells.
case $- in *i*) ;; *) return ;; esac

PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
HISTCONTROL=ignoreboth
HISTSIZE=5000
shopt -s checkwinsize histappend

alias grep='grep --color=auto'
alias ll='ls -l'
alias ls='ls --color=auto'
export EDITOR=nano LESS=-R

# Completion is loaded by the first Tab: it would double the time to the first prompt.
load_completion() {
    unset -f load_completion
    . /usr/share/bash-completion/bash_completion
    return 124
}
complete -D -F load_completion
