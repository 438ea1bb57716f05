# What the tests of the completions have in common: asking bash for its candidates, and typing at real shells.
# shellcheck shell=bash
# Dollars, quotes and backslashes stand for themselves here, and bats sets what `run` has found.
# shellcheck disable=SC2016,SC1003,SC2154

COMPLETIONS=$ROOT/completions

# complete_words WORD...: prints what bash offers, one a line, with the cursor at the end of the last word.
complete_words() {
  bash --norc -c '
    source "$1/addbook.bash" && shift || exit
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _addbook "$1" "${@: -1}" "${@: -2:1}"
    ((${#COMPREPLY[@]} == 0)) || printf "%s\n" "${COMPREPLY[@]}"
  ' bash "$COMPLETIONS" "$@"
}

# offers WORD... => CANDIDATE...: these candidates and no others, in any order. Those of names are quoted for the line.
offers() {
  local words=()
  while [[ $1 != '=>' ]]; do
    words+=("$1")
    shift
  done
  shift
  run complete_words "${words[@]}"
  assert_success
  assert_equal "$(sort <<< "$output")" "$(printf '%s\n' "$@" | sort)"
}

# typed KEYS: types the keys and Return at a bash on a terminal, and prints all that the terminal shows. Of several
# lines, each is typed when the command before has ended, and what was shown till then is followed by a form feed. FIRST
# may be a command to be run before.
typed() {
  type_at "$1" "${FIRST:-:}; . '$COMPLETIONS/addbook.bash'" bash --norc --noprofile -i
}

# typed_in_zsh KEYS, typed_in_fish KEYS: the same with the other shells.
typed_in_zsh() {
  mkdir -p functions
  cp "$COMPLETIONS/addbook.zsh" functions/_addbook
  type_at "$1" "${FIRST:-:}; fpath=($PWD/functions \$fpath); autoload -U compinit; compinit -u -D" zsh -f -i
}
typed_in_fish() { # as fish 4 is, where `?` stands for itself
  type_at "$1" "${FIRST:-:}; source '$COMPLETIONS/addbook.fish'" \
    fish --no-config --features=qmark-noglob -i -C 'function fish_prompt; printf "READY>"; end; set fish_autosuggestion_enabled 0'
}

# type_at KEYS FIRST SHELL...: starts the shell on a terminal, types the line FIRST, then the keys, and leaves it.
type_at() {
  with_terminal - "$@" << 'PYTHON'
import re, sys
from terminal import Terminal

keys, first, *shell = sys.argv[1:]
terminal = Terminal(*shell, PS1="READY>", TERM="xterm", HISTFILE="", INPUTRC="/dev/null", columns=200)
terminal.expect("READY>")
terminal.settle()
terminal.send(f"{first}\n")
terminal.expect("READY>")
terminal.settle()
shown = []
for number, line in enumerate(keys.split("\n")):
    terminal.send(f'{line}\necho "typed" {number}\n')
    shown.append(terminal.expect(f"typed {number}"))
    terminal.expect("READY>")
    terminal.settle()
terminal.send("exit\n")
terminal.rest()
print(re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()].|[=>])|\r", "", "\f".join(shown)))
PYTHON
}

# start_slow SOCKET TEXT: a server there that answers any request with TEXT every 0.2 s, without end.
start_slow() {
  start python3 -c 'import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
while True:
    client = server.accept()[0]
    try:
        while True:
            client.sendall(sys.argv[2].encode())
            time.sleep(0.2)
    except OSError:
        pass' "$@"
  eventually test -S "$1"
}

make_book() {
  transcript names.dat << 'END'
> add:$(touch pwned),1
< Added entry for $(touch pwned)
> add:`touch pwned`,2
< Added entry for `touch pwned`
> add:it's; x,3
< Added entry for it's; x
> add:José "Q" Núñez,4
< Added entry for José "Q" Núñez
> add:a\\b: c\, d,5
< Added entry for a\\b\: c\, d
> add:two\nlines,6
< Added entry for two\nlines
> add:-dash,7
< Added entry for -dash
> add:wow!,8
< Added entry for wow!
> add:knight@table,9
< Added entry for knight@table
END
}
