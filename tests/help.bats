#!/usr/bin/env bats
# Help that helps: --help on one screen, with examples that work; the nearest word for a misspelt one; the manual.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"

load helper

PROGRAMS=(addbook addbook-query addbook-serve addbook-from-mail ni-format)

teardown() {
  end_started
}

# examples PROGRAM: the lines under `Examples:` in its --help.
examples() {
  "$1" --help | sed -n '/^Examples:/,/^$/s/^  //p'
}

# stub NAME SCRIPT: a program of this name, first in PATH.
stub() {
  mkdir -p stubs
  printf '#!/bin/sh\n%s\n' "$2" > "stubs/$1"
  chmod +x "stubs/$1"
  PATH=$PWD/stubs:$PATH
}

# tree: the programs, first in PATH, in a tree as they are built in.
tree() {
  mkdir -p tree/bin tree/src/tools
  cp "$BIN/addbook" "$BIN/addbook-query" tree/bin
  cp "$ROOT"/src/tools/*.[17] tree/src/tools
  PATH=$PWD/tree/bin:$PATH
}

# suggests WORD ARG...: addbook ARG... is refused with status 2 and no output, and WORD is suggested.
suggests() {
  local word=$1
  shift
  run --separate-stderr timeout 20 addbook -b :memory: "$@" < /dev/null
  assert_equal "$*: $status: $output" "$*: 2: "
  assert_regex "$stderr" "did you mean '$word'\?"
}

@test "--help fits a screen: 23 lines of 80 columns and the prompt" {
  local program
  for program in "${PROGRAMS[@]}"; do
    "$program" --help > help
    run awk 'length > 80 { print FILENAME ": " $0 } END { if (NR > 23) print NR " lines" }' help
    assert_equal "$program: $output" "$program: "
  done
}

@test "--help has at least three examples" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run examples "$program"
    assert [ "${#lines[@]}" -ge 3 ]
  done
}

@test "the examples of --help work" {
  local example
  cp "$ROOT/examples/camelot.dat" .
  serve -b text:"$PWD/camelot.dat" -l ./camelot.sock
  echo 'The Knights who say Ni!' > speech.txt
  stub ssh 'shift; exec "$@" -b camelot.dat'
  {
    examples addbook
    examples addbook-query
    examples ni-format
    examples addbook-serve | grep -e '-b camelot.dat'
  } > all
  assert [ "$(wc -l < all)" -ge 10 ]
  while IFS= read -r example; do
    run --separate-stderr timeout 20 bash -c "$example" < /dev/null
    assert_equal "$example: $status: $stderr" "$example: 0: "
    assert [ -n "$output" ]
  done < all
}

@test "a misspelt verb, format, label, span or topic suggests the nearest" {
  suggests search serach x
  suggests remove remvoe x
  suggests menu mneu
  suggests birthdays birthday
  suggests jsonl list -f jsnol
  suggests rfc5322 list -f rfc2822
  suggests email list -F emial
  suggests postcode list -F post-code
  suggests town search twon:york
  suggests email search arthur e-mail:x
  suggests month birthdays months
  suggests find help fnid
  suggests protocol help protocl
}

@test "a verb by the name that another program has for it" {
  run --separate-stderr addbook-query delete Robin
  assert_equal "$status: ${stderr_lines[0]}" "2: addbook-query: no such verb: delete; did you mean 'remove'?"
  run --separate-stderr addbook-query get Robin
  assert_equal "$status: ${stderr_lines[0]}" "2: addbook-query: no such verb: get; did you mean 'find'?"
}

@test "an option in the wrong place: which side of the verb it belongs to" {
  run --separate-stderr addbook find -b book.dat Robin
  assert_equal "$status" 2
  assert_regex "${stderr_lines[0]}" "^addbook-query: .*'b' does not exist; -b, -c and -s stand before the verb"
  run --separate-stderr addbook -f jsonl list
  assert_equal "$status" 2
  assert_regex "${stderr_lines[0]}" "^addbook: .*'f' does not exist; the options of a verb stand after it"
}

@test "nothing near, no suggestion" {
  local arguments
  for arguments in 'frobnicate' 'list -f xml' 'list -F shoe' 'search planet:earth' 'help me' 'x'; do
    # shellcheck disable=SC2086 # words without blanks
    run --separate-stderr timeout 20 addbook -b :memory: $arguments < /dev/null
    assert_equal "$arguments: $status: $output" "$arguments: 2: "
    refute_regex "$stderr" 'did you mean'
  done
}

@test "help opens the page of a verb, a program, the protocol; from the tree that it was built in" {
  local topic page
  stub man 'printf "%s\n" "$#" "$@"'
  tree
  while read -r topic page; do
    # shellcheck disable=SC2086 # a topic may be none
    run addbook help $topic
    assert_success
    assert_line -n 0 1
    assert_regex "${lines[1]}" "/src/tools/$page\$"
    assert [ -s "${lines[1]}" ]
  done << 'END'
find addbook-query.1
menu addbook-query.1
help addbook-query.1
addbook addbook.1
addbook-query addbook-query.1
query addbook-query.1
serve addbook-serve.1
addbook-serve addbook-serve.1
ni-format ni-format.1
protocol addbook-protocol.7
END
  run addbook help
  assert_regex "${lines[1]}" '/src/tools/addbook.1$'
  run addbook-query help serve
  assert_regex "${lines[1]}" '/src/tools/addbook-serve.1$'
}

@test "help opens the page installed with the program, else asks man for it by name" {
  stub man 'printf "<%s>" "$@"'
  mkdir -p usr/bin usr/share/man/man1
  cp "$BIN/addbook" "$BIN/addbook-query" usr/bin
  run usr/bin/addbook help find
  assert_output '<1><addbook-query>'
  run usr/bin/addbook help protocol
  assert_output '<7><addbook-protocol>'
  cp "$ROOT/src/tools/addbook-query.1" usr/share/man/man1
  run usr/bin/addbook help find
  assert_output "<$PWD/usr/bin/../share/man/man1/addbook-query.1>"
}

@test "help starts no server, and makes no book" {
  stub man 'exit 7'
  run addbook -b new.db help find
  assert_failure 7
  assert [ ! -e new.db ]
  ADDBOOK_CONNECT=./nobody.sock run addbook help find
  assert_failure 7
}

@test "help with the man of this system" {
  command -v man > /dev/null || skip 'no man(1)'
  tree
  run bash -c 'MANPAGER=cat addbook help protocol < /dev/null | head -n 1'
  assert_output --partial 'ADDBOOK-PROTOCOL(7)'
}

@test "help: two topics are status 2 and a message, no man(1) is 127 and a message, as in a shell" {
  run --separate-stderr addbook help find list
  assert_equal "$status: $output" '2: '
  assert_regex "$stderr" "^addbook-query: help: unexpected argument 'list'"
  local program
  for program in addbook addbook-query; do
    run -127 --separate-stderr env PATH="$BIN" $program help find
    assert_equal "$output" ''
    assert_regex "$stderr" '^addbook-query: cannot run man: '
  done
}
