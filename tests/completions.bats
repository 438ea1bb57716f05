#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What bash offers, and that the text of a book stays text.

# Dollars, quotes and backslashes stand for themselves here, and bats sets what `run` has found.
# shellcheck disable=SC2016,SC1003,SC2154,SC2034

load helper
load completions

teardown() {
  end_started
}

@test "verbs come where a verb can stand" {
  mapfile -t verbs < <(verbs_of_help)
  assert [ "${#verbs[@]}" -ge 10 ]
  offers addbook '' '=>' "${verbs[@]}" add-from-mail
  offers addbook-query '' '=>' "${verbs[@]}"
  offers addbook rem '=>' remove
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
  offers addbook rename old '' '=>'
  offers addbook birthdays --date '' '=>'
  offers addbook find -n '' '=>'
  offers addbook count '' '=>'
  offers addbook -s '' '=>'
  offers ni-format -w '' '=>'
  for option in --mode --workers --max-clients --max-per-user --idle-timeout --ready-fd; do
    offers addbook-serve "$option" '' '=>'
  done
}

@test "options come after the verbs that have them, also without the server that a book needs" {
  shows=(-f --format -F --field -0 --null -n --limit --first)
  for program in addbook addbook-query; do
    for verb in find list search; do
      offers "$program" "$verb" - '=>' -h --help -V --version "${shows[@]}"
    done
    offers "$program" birthdays - '=>' -h --help -V --version "${shows[@]}" --date
    offers "$program" remove - '=>' -h --help -V --version -0 --null
    offers "$program" count - '=>' -h --help -V --version
    offers "$program" find x --fo '=>' --format
    offers "$program" find -- --fo '=>'
  done
  offers addbook add-from-mail --r '=>' --reply-to
  offers addbook add-from-mail --c '=>' --cc
}

@test "formats come after -f, labels after -F" {
  for option in -f --format; do
    offers addbook find "$option" '' '=>' plain names tsv jsonl mutt aerc rfc5322 card
    offers addbook-query -- list "$option" js '=>' jsonl
  done
  offers addbook search x --format=m '=>' mutt
  for option in -F --field; do
    offers addbook list "$option" '' '=>' name number street town phone email org title note birthday url nick tag uid \
      postcode region country
  done
  offers addbook list --field=em '=>' email
}

@test "labels begin a field of set and add, and a term of search" {
  offers addbook set x to '=>' town=
  offers addbook set x email=a t '=>' town= title= tag=
  offers addbook add x t '=>' town= title= tag=
  offers addbook search t '=>' town: title: tag:
  offers addbook-query search x em '=>' email:
  offers addbook search email:x '=>'
  offers addbook set x email=x '=>'
}

@test "spans of days come after birthdays, topics after help" {
  offers addbook birthdays '' '=>' today week month
  offers addbook birthdays week '' '=>'
  offers addbook help se '=>' search set
  offers addbook-query help addbook- '=>' addbook-query addbook-serve addbook-from-mail
  offers addbook help pr '=>' protocol
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
  offers addbook -s 'addbook-serve -b names.dat' find J '=>'
}

@test "the names of set, edit and rename come once, and those of find after its options too" {
  make_book
  for verb in set edit rename list; do
    offers addbook -b names.dat "$verb" k '=>' 'knight\@table'
    offers addbook -b names.dat "$verb" x k '=>'
  done
  offers addbook -b names.dat find -n 3 --format card -0 k '=>' 'knight\@table'
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

@test "options in one word count as those that they are" {
  make_book
  offers addbook -b names.dat list -0f names kni '=>' 'knight\@table'
  offers addbook -b names.dat list -0f js '=>' jsonl
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

@test "a server that does not answer, or is not there, offers nothing and says nothing" {
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("dead.sock")'
  for address in ./dead.sock ./nobody.sock unix:dead.sock tcp:localhost:1 nonsense; do
    run --separate-stderr complete_words addbook -c "$address" find ''
    assert_equal "$output$stderr" ''
    ADDBOOK_CONNECT=$address run --separate-stderr complete_words addbook find ''
    assert_equal "$output$stderr" ''
  done
  start_slow mute.sock ''
  run --separate-stderr timeout 20 bash --norc -c '
    source "$1/addbook.bash"
    COMP_WORDS=(addbook find "") COMP_CWORD=2
    ADDBOOK_CONNECT=./mute.sock _addbook addbook "" find
  ' bash "$COMPLETIONS"
  assert_success
  assert_equal "$output$stderr" ''
}

@test "a book with thousands of names offers those that the prefix leaves" {
  printf 'add:Name %04d\n' {1..3000} | addbook-serve -b many.dat > replies
  offers addbook -b many.dat find Name '=>'
  offers addbook -b many.dat find '' '=>'
  offers addbook -b many.dat find 'Name\ 299' '=>' 'Name\ 299'{0..9}
}
