# SPDX-License-Identifier: MIT
# bash completion for etalon.  Everything offered is read from `etalon --help` and
# `etalon COMMAND --help`, so that it cannot differ from what the program takes.  A command under a
# command (`etalon prompt check`) has its own.

_etalon_commands() {
    "$1" --help 2>/dev/null | sed -n '/^commands:/,/^$/s/^  \([a-z][a-z0-9_-]*\).*/\1/p'
}

_etalon_options() { # PROGRAM COMMAND...: every --name
    "$@" --help 2>/dev/null | sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p'
}

# The word behind `--name` in the help: what the option's value is called; nothing for a flag.
_etalon_value() { # OPTION PROGRAM COMMAND...
    local option=$1
    shift
    "$@" --help 2>/dev/null | sed -n "s/^  $option \([^ ]\+\).*/\1/p"
}

# The words to choose from in a|b|c; nothing where the text names no choice.  FILE is no word.
_etalon_choices() {
    [[ $1 == *'|'* ]] && tr -d '[](){}.…' <<<"$1" | tr '|' '\n' | grep -v '[A-Z]'
}

# `usage: etalon prompt check|explain|diff FILE` offers check, explain and diff.
_etalon_first_operand() { # PROGRAM COMMAND
    "$1" "$2" --help 2>/dev/null | sed -n "1s/^usage: etalon $2 \([^ ]*\).*/\1/p"
}

_etalon() {
    local program=${COMP_WORDS[0]} command=("${COMP_WORDS[1]-}") under=
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words=
    if [[ $word == = ]]; then # --name= is three words to bash
        word=
    elif [[ $before == = ]]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if ((COMP_CWORD > 1)); then
        under=$(_etalon_choices "$(_etalon_first_operand "$program" "${command[0]}")")
    fi
    if ((COMP_CWORD > 2)) && grep -qxF -e "${COMP_WORDS[2]}" <<<"$under"; then
        command+=("${COMP_WORDS[2]}")
    fi
    if ((COMP_CWORD == 1)); then
        words="$(_etalon_commands "$program") --help --version"
    elif [[ $before == --* && -n $(_etalon_value "$before" "$program" "${command[@]}") ]]; then
        words=$(_etalon_choices "$(_etalon_value "$before" "$program" "${command[@]}")")
    elif [[ $word == -* ]]; then
        words=$(_etalon_options "$program" "${command[@]}")
    elif ((COMP_CWORD == 2)); then
        words=$under
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

# Where nothing is offered, file names are.
complete -o default -F _etalon etalon
