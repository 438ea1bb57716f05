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

# Tab waits half a second for the names, in which a program with a sanitizer may not even have started.
needs_speed() {
  [ -z "${SAN-}" ] || skip "a sanitizer's program is too slow for Tab"
}

# says SHELL START: for each line `KEYS|LINE` of standard input, START and the keys are typed at it, with Tab for `^`, and
# it shows the line. The keys may have a `|` too, the line has none.
says() {
  local keys=() expected=() shown=() line typed i
  command -v "${1##*_}" > /dev/null || [[ $1 == typed ]] || skip "${1##*_} is not installed"
  while read -r line; do
    typed=${line%|*}
    keys+=("$2${typed//^/$'\t'}")
    expected+=("${line##*|}")
  done
  mapfile -d $'\f' shown < <("$1" "$(printf '%s\n' "${keys[@]}")")
  assert_equal "${#shown[@]}" "${#keys[@]}"
  for i in "${!shown[@]}"; do
    output=${shown[i]}
    mapfile -t lines <<< "$output"
    assert_line -- "${expected[i]}"
    refute_output --partial _addbook # in no message of the shell
  done
}

@test "names with quotes, dollars and blanks reach the program as they are when Tab completes them" {
  needs_speed
  make_book
  says typed 'addbook -b names.dat find ' << 'END'
\$^|$(touch pwned) : 1
'$^|$(touch pwned) : 1
"\$^|$(touch pwned) : 1
\`^|`touch pwned` : 2
'`^|`touch pwned` : 2
it^|it's; x : 3
'it^|it's; x : 3
"it^|it's; x : 3
J^|José "Q" Núñez : 4
'J^|José "Q" Núñez : 4
"J^|José "Q" Núñez : 4
a^|a\\b\: c\, d : 5
a\\b:^|a\\b\: c\, d : 5
'a^|a\\b\: c\, d : 5
a\\b\:^|a\\b\: c\, d : 5
"it"^|it's; x : 3
'José "'Q^|José "Q" Núñez : 4
wow^|wow! : 8
'wow^|wow! : 8
"wow^|wow! : 8
-- -^|-dash : 7
k^|knight@table : 9
knight@^|knight@table : 9
knight\@t^|knight@table : 9
'knight@^|knight@table : 9
END
  assert [ ! -e pwned ]
}

@test "a book chosen with Tab is the book that is asked" {
  needs_speed
  make_book
  mkdir 'my books'
  mv names.dat 'my books/names of all.dat'
  says typed '' << 'END'
addbook --book=text:my^n^ find it^|it's; x : 3
addbook -b "my^n^ find it^|it's; x : 3
addbook -b ~/m^n^ find it^|it's; x : 3
END
}

@test "an address chosen with Tab is the server that is asked" {
  needs_speed
  make_book
  serve -b names.dat -l ./n.sock
  mkdir 'my run'
  start addbook-serve -b names.dat -l 'my run/s'
  eventually addbook -c 'my run/s' count
  # The last has looked all three up by the time that it looks for the descriptor.
  says typed '' << 'END'
addbook -c n^f^ wow^|wow! : 8
addbook --connect=unix:n.^f^ wow^|wow! : 8
addbook -c "my^s^ f^ wow^|wow! : 8
echo fnd:wow! | addbook-serve --book=n^|wow! : 8
addbook-serve --allow daem^--allow=@daem^--allow @daem^-l ./x --ready-fd 99|addbook-serve: the descriptor of --ready-fd is not open
END
}

@test "what is not exported names no book, and none is made by Tab" {
  needs_speed
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

@test "bash completes verbs, options, formats and labels" {
  needs_speed
  make_book
  says typed 'addbook -b names.dat ' << 'END'
fin^-f n^kni^|knight@table
fin^--form^n^kni^|knight@table
fin^--format=n^kni^|knight@table
sea^-F na^num^9|knight@table
sea^--field=na^numb^9|knight@table
END
}

@test "zsh completes verbs, options, formats, labels, and the names of a book" {
  needs_speed
  make_book
  says typed_in_zsh 'addbook -b names.dat ' << 'END'
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
  needs_speed
  make_book
  says typed_in_fish 'addbook -b names.dat ' << 'END'
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
  needs_speed
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
  needs_speed
  command -v zsh > /dev/null || skip 'zsh is not installed'
  make_book
  serve -b names.dat -l ./n.sock
  says typed_in_zsh '' << 'END'
addbook --con^n^fi^wow!|wow! : 8
addbook -c unix:n^fi^wow!|wow! : 8
addbook -b names.d^fi^wow!|wow! : 8
addbook --join addbook-ser^-b names.d^ -- addbook-q^fin^wow!|wow! : 8
echo fnd:wow! | addbook-serve --read-o^-b names.d^|wow! : 8
addbook-serve --allow daem^--allow @daem^-l ./x --ready-fd 99|addbook-serve: the descriptor of --ready-fd is not open
END
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
addbook list -0f nam|names
addbook list -0F em|email
addbook --join addbook-se|addbook-serve
addbook --join addbook-serve -b nam|names.dat
addbook --join addbook-serve -b names.dat -- addbook-q|addbook-query
addbook --join addbook-serve -b names.dat -- addbook-query fi|find
addbook-serve -|--max-per-user
addbook-serve -l ./n|./n.sock
addbook-serve --allow daem|daemon
addbook-serve --allow @daem|@daemon
END
}
