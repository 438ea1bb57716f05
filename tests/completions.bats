# SPDX-License-Identifier: MIT
# The completions: what they offer, that the text of a book stays text, and that they know all that --help tells.

# Dollars, quotes and backslashes stand for themselves here, and bats sets what `run` has found.
# shellcheck disable=SC2016,SC1003,SC2154

load helper

COMPLETIONS=$ROOT/completions
PROGRAMS=(addbook addbook-serve addbook-query ni-format)

teardown() {
  end_started
}

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

# typed KEYS: types the keys and Return at a bash on a terminal, and prints all that the terminal shows.
typed() {
  type_at ". '$COMPLETIONS/addbook.bash'" "$1" bash --norc --noprofile -i
}

# typed_in_zsh KEYS: the same with zsh.
typed_in_zsh() {
  mkdir -p functions
  cp "$COMPLETIONS/addbook.zsh" functions/_addbook
  type_at "fpath=($PWD/functions \$fpath); autoload -U compinit; compinit -u -D" "$1" zsh -f -i
}

# type_at FIRST KEYS SHELL...: starts the shell on a terminal, types the line FIRST, and then the keys.
type_at() {
  python3 - "$@" << 'PYTHON'
import os, pty, select, sys

pid, terminal = pty.fork()
if pid == 0:
    os.environ.update(PS1="READY>", TERM="dumb", HISTFILE="", INPUTRC="/dev/null")
    os.execvp(sys.argv[3], sys.argv[3:])
shown = b""


def wait_for(count):
    global shown
    while shown.count(b"READY>") < count:
        if not select.select([terminal], [], [], 30)[0]:
            sys.exit(f"no prompt after: {shown.decode()}")
        shown += os.read(terminal, 4096)


wait_for(1)
os.write(terminal, f"{sys.argv[1]}\n".encode())
wait_for(2)
os.write(terminal, f"{sys.argv[2]}\n".encode())
wait_for(3)
os.close(terminal)
os.waitpid(pid, 0)
print(shown.decode().replace("\r", ""))
PYTHON
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

@test "verbs come where a verb can stand" {
  verbs=(add remove find list search birthdays count menu raw help)
  offers addbook '' '=>' "${verbs[@]}"
  offers addbook-query '' '=>' "${verbs[@]}"
  offers addbook re '=>' remove
  offers addbook -b some.db c '=>' count
  offers addbook --book=some.db c '=>' count
  offers addbook -- co '=>' count
}

@test "a program and its arguments come after --join" {
  run complete_words addbook --join ni-f
  assert_line ni-format
  run complete_words addbook --join ni-format -- addbook-q
  assert_line addbook-query
}

@test "options come after a dash" {
  offers addbook --b '=>' --book
  offers addbook --c '=>' --connect
  offers addbook-serve --b '=>' --book
  offers addbook-serve --max '=>' --max-clients --max-per-user
  offers ni-format --w '=>' --word
  offers addbook-query --ver '=>' --version
}

@test "nothing is offered where any text may stand" {
  offers addbook add '' '=>'
  offers addbook search '' '=>'
  offers addbook -s '' '=>'
  offers ni-format -w '' '=>'
  for option in --mode --workers --max-clients --max-per-user --idle-timeout --ready-fd; do
    offers addbook-serve "$option" '' '=>'
  done
}

@test "books and folders come after -b, and no other files" {
  mkdir 'my books'
  touch a.db b.dat 'c d.db' notes.txt 'my books/e.db'
  for program in addbook addbook-serve; do
    offers "$program" -b '' '=>' a.db b.dat 'c d.db' 'my books'
    offers "$program" --book '' '=>' a.db b.dat 'c d.db' 'my books'
    offers "$program" --book=a '=>' a.db
    offers "$program" -b text:b '=>' text:b.dat
    offers "$program" -b 'c\ ' '=>' 'c d.db'
    offers "$program" -b '"my books/' '=>' 'my books/e.db'
    # The tilde is typed.
    # shellcheck disable=SC2088
    offers "$program" -b '~/a' '=>' '~/a.db'
  done
}

# make_sockets: two that nobody serves, and what is none, here and in a folder.
make_sockets() {
  mkdir 'my run'
  python3 - c.sock 'my run/d.sock' << 'END'
import socket, sys
for path in sys.argv[1:]:
    socket.socket(socket.AF_UNIX).bind(path)
END
  touch c.db
}

@test "sockets and folders come after -c and -l, in the form of an address" {
  make_sockets
  for start in 'addbook -c' 'addbook --connect' 'addbook-serve -l' 'addbook-serve -v -l ./x --listen'; do
    # shellcheck disable=SC2086 # words without blanks
    {
      offers $start '' '=>' ./c.sock './my run'
      offers $start c '=>' ./c.sock
      offers $start ./c '=>' ./c.sock
      offers $start unix:c '=>' unix:c.sock
      offers $start unix:./m '=>' 'unix:./my run'
      offers $start '"my run/' '=>' 'my run/d.sock'
      # shellcheck disable=SC2088 # the tilde is typed
      offers $start '~/c' '=>' '~/c.sock'
      offers $start tcp:lo '=>'
    }
  done
  offers addbook --connect=./c '=>' ./c.sock
  offers addbook-serve --listen=unix:c '=>' unix:c.sock
}

@test "users, groups and :ro come after --allow" {
  run complete_words addbook-serve --allow roo
  assert_line root
  run complete_words addbook-serve --allow=@daem
  assert_line @daemon
  offers addbook-serve --allow root:r '=>' root:ro
  offers addbook-serve --allow @daemon: '=>' @daemon:ro
  offers addbook-serve --allow 'no such user' '=>'
}

@test "names come from the server of -c" {
  make_book
  serve -b names.dat -l ./n.sock
  mkdir -p .local/share/addbook
  addbook-serve -b .local/share/addbook/addbook.db <<< 'add:Jug'
  for verb in find remove list; do
    offers addbook -c ./n.sock "$verb" J '=>' 'José\ \"Q\"\ Núñez'
    offers addbook --connect=unix:n.sock "$verb" J '=>' 'José\ \"Q\"\ Núñez'
    # shellcheck disable=SC2088 # the tilde is typed
    offers addbook -c '~/n.sock' "$verb" J '=>' 'José\ \"Q\"\ Núñez'
    ADDBOOK_CONNECT=./n.sock offers addbook "$verb" J '=>' 'José\ \"Q\"\ Núñez'
    offers addbook -c ./nobody.sock "$verb" J '=>'
  done
}

@test "names come from the book after find, remove and list" {
  make_book
  for verb in find remove list; do
    offers addbook -b names.dat "$verb" J '=>' 'José\ \"Q\"\ Núñez'
    offers addbook --book=text:names.dat "$verb" i '=>' "it\\'s\\;\\ x"
  done
  offers addbook -b names.dat find 'somebody else' J '=>' 'José\ \"Q\"\ Núñez'
  offers addbook -b names.dat add J '=>'
  offers addbook-query find J '=>'
}

@test "names come from the book of the environment, and from the one in the home" {
  make_book
  ADDBOOK_BOOK=$PWD/names.dat offers addbook find J '=>' 'José\ \"Q\"\ Núñez'
  mkdir -p .local/share/addbook
  addbook-serve -b .local/share/addbook/addbook.db <<< 'add:Zoot'
  offers addbook find '' '=>' Zoot
}

@test "names come without the escapes of the protocol, and those with a line break not at all" {
  make_book
  offers addbook -b names.dat find "'" '=>' \
    "\$(touch pwned)" "\`touch pwned\`" "it'\\''s; x" 'José "Q" Núñez' 'a\b: c, d' 'wow!' \
    'knight@table'
}

@test "a name with a dash in front comes only after --" {
  make_book
  offers addbook -b names.dat find -- -d '=>' -dash
  offers addbook -b names.dat find -d '=>'
}

@test "names are quoted in the way that was begun" {
  make_book
  offers addbook -b names.dat find '\$' '=>' '\$\(touch\ pwned\)'
  offers addbook -b names.dat find "'\$(t" '=>' "\$(touch pwned)'"
  offers addbook -b names.dat find '"\$' '=>' '\$(touch pwned)"'
  offers addbook -b names.dat find '\`' '=>' '\`touch\ pwned\`'
  offers addbook -b names.dat find '"\`t' '=>' '\`touch pwned\`"'
  offers addbook -b names.dat find "it\\'" '=>' "it\\'s\\;\\ x"
  offers addbook -b names.dat find "'it" '=>' "it'\\''s; x'"
  offers addbook -b names.dat find '"it' '=>' "it's; x\""
  offers addbook -b names.dat find '"José \"' '=>' 'José \"Q\" Núñez"'
  offers addbook -b "'names.dat'" find 'a\\' '=>' 'a\\b\:\ c\,\ d'
  offers addbook -b names.dat find '"a\\' '=>' 'a\\b: c, d"'
  offers addbook -b names.dat find wow '=>' 'wow\!'
  offers addbook -b names.dat find '"wow' '=>' "wow\"'!'\"\""
}

@test "nothing of a book or of the line is run" {
  make_book
  # shellcheck disable=SC2016
  for typed in '' '$' '$(touch pwned)' '"$(touch pwned)' '`touch pwned`' '\$\(touch\ pwned\)' "'\$(touch pwned)"; do
    complete_words addbook -b names.dat find "$typed"
    complete_words addbook -b "$typed" find ''
    complete_words addbook -b "$typed"
    complete_words addbook -s "$typed" find ''
  done
  assert [ ! -e pwned ]
}

@test "a missing book is not made by completion" {
  offers addbook -b missing.db find '' '=>'
  offers addbook -b new/missing.dat find '' '=>'
  offers addbook find '' '=>'
  run ls -A
  assert_output ''
}

@test "a book that can't be read offers nothing, and says nothing" {
  echo 'no entry' > broken.dat
  run --separate-stderr complete_words addbook -b broken.dat find ''
  assert_output ''
  assert_equal "$stderr" ''
}

@test "a book with thousands of names offers those that the prefix leaves" {
  printf 'add:Name %04d\n' {1..3000} | addbook-serve -b many.dat > replies
  offers addbook -b many.dat find Name '=>'
  offers addbook -b many.dat find 'Name\ 299' '=>' 'Name\ 299'{0..9}
}

@test "names with quotes, dollars and blanks reach the program as they are when Tab completes them" {
  make_book
  while IFS='|' read -r keys entry; do
    run typed "addbook -b names.dat find $keys"$'\t'
    assert_line "$entry"
  done << 'END'
\$|$(touch pwned) : 1
'$|$(touch pwned) : 1
"\$|$(touch pwned) : 1
\`|`touch pwned` : 2
'`|`touch pwned` : 2
it|it's; x : 3
'it|it's; x : 3
"it|it's; x : 3
J|José "Q" Núñez : 4
'J|José "Q" Núñez : 4
"J|José "Q" Núñez : 4
a|a\\b\: c\, d : 5
a\\b:|a\\b\: c\, d : 5
'a|a\\b\: c\, d : 5
a\\b\:|a\\b\: c\, d : 5
"it"|it's; x : 3
'José "'Q|José "Q" Núñez : 4
wow|wow! : 8
'wow|wow! : 8
"wow|wow! : 8
-- -|-dash : 7
k|knight@table : 9
knight@|knight@table : 9
knight\@t|knight@table : 9
'knight@|knight@table : 9
END
  assert [ ! -e pwned ]
}

@test "a book chosen with Tab is the book that is asked" {
  make_book
  mkdir 'my books'
  mv names.dat 'my books/names of all.dat'
  run typed $'addbook --book=text:my\tn\t find it\t'
  assert_line "it's; x : 3"
  run typed $'addbook -b "my\tn\t find it\t'
  assert_line "it's; x : 3"
  run typed $'addbook -b ~/m\tn\t find it\t'
  assert_line "it's; x : 3"
}

@test "an address chosen with Tab is the server that is asked" {
  make_book
  serve -b names.dat -l ./n.sock
  mkdir 'my run'
  start addbook-serve -b names.dat -l 'my run/s'
  eventually addbook -c 'my run/s' count
  run typed $'addbook -c n\tf\t wow\t'
  assert_line 'wow! : 8'
  run typed $'addbook --connect=unix:n.\tf\t wow\t'
  assert_line 'wow! : 8'
  run typed $'addbook -c "my\ts\t f\t wow\t'
  assert_line 'wow! : 8'
  run typed $'echo fnd:wow! | addbook-serve --allow daem\t--allow=@daem\t--allow @daem\t--book=n\t'
  assert_line 'wow! : 8'
}

@test "zsh completes options, verbs, books, addresses and users" {
  command -v zsh > /dev/null || skip 'zsh is not installed'
  make_book
  serve -b names.dat -l ./n.sock
  run typed_in_zsh $'addbook --con\tn\tfi\twow!'
  assert_line 'wow! : 8'
  run typed_in_zsh $'addbook -c unix:n\tfi\twow!'
  assert_line 'wow! : 8'
  run typed_in_zsh $'addbook -b names.d\tfi\twow!'
  assert_line 'wow! : 8'
  run typed_in_zsh $'echo fnd:wow! | addbook-serve --read-o\t--allow daem\t--allow @daem\t-b names.d\t'
  assert_line 'wow! : 8'
}

@test "fish completes options, verbs, books, addresses and users" {
  command -v fish > /dev/null || skip 'fish is not installed'
  make_book
  serve -b names.dat -l ./n.sock
  while IFS='|' read -r line candidate; do
    run fish --no-config -c 'source $argv[1]; complete -C $argv[2] | string replace -r "\t.*" ""' \
      "$COMPLETIONS/addbook.fish" "$line"
    assert_line -- "$candidate"
  done << 'END'
addbook -|--connect
addbook -c ./cam.sock fi|find
addbook -b nam|names.dat
addbook -c ./n|./n.sock
addbook --connect=unix:n|--connect=unix:n.sock
addbook-serve -|--max-per-user
addbook-serve -l ./n|./n.sock
addbook-serve --allow daem|daemon
addbook-serve --allow @daem|@daemon
END
}

# verbs_of_help: the verbs that addbook-query --help lists, each first on its line under `Verbs:`.
verbs_of_help() {
  addbook-query --help | sed -nE '/^Verbs:/,/^$/s/^  ([a-z]+).*/\1/p'
}

# options_of_help PROGRAM: the long options in its --help.
options_of_help() {
  "$1" --help | grep -oE -- '(^|[ ,|[])--[a-z][a-z-]+' | grep -oE -- "--.*" | sort -u
}

@test "every verb of addbook-query --help is completed by every shell" {
  run verbs_of_help
  assert_equal "${#lines[@]}" 10
  for verb in "${lines[@]}"; do
    offers addbook "$verb" '=>' "$verb"
    grep -qE "^ +'$verb:" "$COMPLETIONS/addbook.zsh" || fail "zsh: $verb"
    grep -qE " -a $verb " "$COMPLETIONS/addbook.fish" || fail "fish: $verb"
  done
}

@test "every long option of --help is completed by every shell" {
  for program in "${PROGRAMS[@]}"; do
    run options_of_help "$program"
    assert_line -- --help
    assert_line -- --version
    for option in "${lines[@]}"; do
      offers "$program" "$option" '=>' "$option"
      grep -qE -- "$option\b" "$COMPLETIONS/addbook.zsh" || fail "zsh: $option"
      grep -qE -- " -l ${option#--}( |$)" "$COMPLETIONS/addbook.fish" || fail "fish: $option"
    done
  done
}

@test "no option is offered that --help doesn't tell" {
  for program in "${PROGRAMS[@]}"; do
    help=$("$program" --help)
    run complete_words "$program" -
    for option in "${lines[@]}"; do
      grep -qE -- "(^|[^-a-z])$option([^-a-z]|\$)" <<< "$help" || fail "$program $option"
    done
  done
}

@test "bash, zsh and fish accept their files" {
  bash -n "$COMPLETIONS/addbook.bash"
  if command -v zsh > /dev/null; then zsh -n "$COMPLETIONS/addbook.zsh"; fi
  if command -v fish > /dev/null; then fish -n "$COMPLETIONS/addbook.fish"; fi
  command -v zsh > /dev/null || skip 'zsh is not installed'
  command -v fish > /dev/null || skip 'fish is not installed'
}
