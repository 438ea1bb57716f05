#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Completion in real shells on a terminal, as somebody types: bash, zsh and fish.

# Dollars, quotes and backslashes stand for themselves here, and bats sets what `run` has found.
# shellcheck disable=SC2016,SC1003,SC2154,SC2034

load helper
load completions

teardown() {
  end_started
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
  run typed $'echo fnd:wow! | addbook-serve --book=n\t'
  assert_line 'wow! : 8'
  # It has looked all three up by the time that it looks for the descriptor.
  run typed $'addbook-serve --allow daem\t--allow=@daem\t--allow @daem\t-l ./x --ready-fd 99'
  assert_line --partial 'the descriptor of --ready-fd is not open'
}

@test "what is not exported names no book, and none is made by Tab" {
  make_book
  mkdir home
  for shell in typed typed_in_zsh typed_in_fish; do
    [[ $shell == typed ]] || command -v "${shell##*_}" > /dev/null || continue
    variable=ADDBOOK_BOOK=names.dat
    [[ $shell != typed_in_fish ]] || variable='set -g ADDBOOK_BOOK names.dat'
    FIRST=$variable HOME=$PWD/home run "$shell" $'addbook find wo\t\x15echo "went" "on"'
    assert_line 'went on'
    FIRST=$variable run "$shell" $'addbook -b names.dat find wo\t'
    assert_line 'wow! : 8'
  done
  assert [ ! -e home/.local/share/addbook ]
}

# says SHELL => ENTRY for each line `KEYS|ENTRY` of standard input, typed at it after `addbook -b names.dat`.
says() {
  local typed=$1 keys entry
  command -v "${typed##*_}" > /dev/null || [[ $typed == typed ]] || skip "${typed##*_} is not installed"
  while IFS='|' read -r keys entry; do
    run "$typed" "addbook -b names.dat ${keys//^/$'\t'}"
    assert_line "$entry"
    refute_output --partial _addbook # in no message of the shell
  done
}

@test "bash completes verbs, options, formats and labels" {
  make_book
  says typed << 'END'
fin^-f n^kni^|knight@table
fin^--form^n^kni^|knight@table
fin^--format=n^kni^|knight@table
sea^-F na^num^9|knight@table
sea^--field=na^numb^9|knight@table
END
}

@test "zsh completes verbs, options, formats, labels, and the names of a book" {
  make_book
  says typed_in_zsh << 'END'
fin^-f nam^kni^|knight@table
fin^--form^nam^kni^|knight@table
find kni^-f nam^|knight@table
find -n 1 kni^|knight@table : 9
bir^-f na^--date 1|addbook-query: option 'date' takes a YYYY-MM-DD, not '1'
sea^-F na^num^9|knight@table
find \$^|$(touch pwned) : 1
find '$^|$(touch pwned) : 1
find "\$^|$(touch pwned) : 1
find \`^|`touch pwned` : 2
find it^|it's; x : 3
find 'it^|it's; x : 3
find "it^|it's; x : 3
find J^|José "Q" Núñez : 4
find "J^|José "Q" Núñez : 4
find a^|a\\b\: c\, d : 5
find 'a^|a\\b\: c\, d : 5
find wow^|wow! : 8
find k^|knight@table : 9
find knight@^|knight@table : 9
find -- -^|-dash : 7
set kni^tow^York|Changed entry for knight@table
rename kni^Patsy|Renamed entry for knight@table
END
  assert [ ! -e pwned ]
}

@test "fish completes verbs, options, formats, labels, and the names of a book" {
  make_book
  says typed_in_fish << 'END'
fin^-f nam^kni^|knight@table
fin^--form^nam^kni^|knight@table
sea^-F na^num^9|knight@table
list --first kni^x|addbook-query: list: unexpected argument 'x'
find \$^|$(touch pwned) : 1
find '$^|$(touch pwned) : 1
find "\$^|$(touch pwned) : 1
find \`^|`touch pwned` : 2
find it^|it's; x : 3
find 'it^|it's; x : 3
find "it^|it's; x : 3
find J^|José "Q" Núñez : 4
find "J^|José "Q" Núñez : 4
find a^|a\\b\: c\, d : 5
find 'a^|a\\b\: c\, d : 5
find wow^|wow! : 8
find k^|knight@table : 9
find knight@^|knight@table : 9
find -- -^|-dash : 7
END
  assert [ ! -e pwned ]
}

@test "in every shell: names come from the server, and where none answers Tab does nothing and says nothing" {
  make_book
  serve -b names.dat -l ./n.sock
  python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("dead.sock")'
  start_slow mute.sock ''
  start_slow drip.sock $'word : 1\n'
  for shell in typed typed_in_zsh typed_in_fish; do
    [[ $shell == typed ]] || command -v "${shell##*_}" > /dev/null || continue
    ADDBOOK_CONNECT=./n.sock run "$shell" $'addbook find wo\t'
    assert_line 'wow! : 8'
    ADDBOOK_CONNECT=./dead.sock run "$shell" $'echo addbook find wo\t; addbook find wo\t\x15echo "still" "here"'
    assert_line 'still here'
    refute_output --partial 'refused'
    refute_output --partial 'addbook:'
    # Nor is it held up by one that takes requests and does not answer, or not to the end; and nobody is left waiting.
    for slow in ./mute.sock ./drip.sock; do
      ADDBOOK_CONNECT=$slow run "$shell" $'addbook find wo\t\x15timeout 20 sh -c "while pgrep -s 0 addbook; do sleep 0.1; done" && echo "went" "on"'
      assert_line 'went on'
    done
  done
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
  run typed_in_zsh $'addbook --join addbook-ser\t-b names.d\t -- addbook-q\tfin\twow!'
  assert_line 'wow! : 8'
  run typed_in_zsh $'echo fnd:wow! | addbook-serve --read-o\t-b names.d\t'
  assert_line 'wow! : 8'
  run typed_in_zsh $'addbook-serve --allow daem\t--allow @daem\t-l ./x --ready-fd 99'
  assert_line --partial 'the descriptor of --ready-fd is not open'
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
