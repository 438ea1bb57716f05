#!/usr/bin/env bats
# The menu of the tutorial, word for word, from a pipe and on a terminal.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"

load helper

MENU=('1) Add Entry' '2) Delete Entry' '3) Find Entry' '4) Quit' 'Choose an option[1-4] ')
ENTRY=('Enter the name: ' 'Enter the House number: ' 'Enter the Street name: ' 'Enter the Town: ' 'Enter the Phone number: ')

# typed LINE...: the lines, typed into the menu of book.dat.
typed() {
  printf '%s\n' "$@" > keys
  run --separate-stderr timeout 20 addbook -b book.dat menu < keys
}

# shows PIECE...: the pieces stand in the output in this order, whatever is between them.
shows() {
  local rest=$output piece
  for piece; do
    case $rest in
      *"$piece"*) rest=${rest#*"$piece"} ;;
      *) fail "not found in its place: '$piece'; after the piece before it: '$rest'" ;;
    esac
  done
}

# shown PIECE: how many times it stands in the output.
shown() {
  grep -oF -- "$1" <<< "$output" | wc -l
}

@test "4 quits: the menu is shown once, and asked for in these words" {
  typed 4
  assert_success
  assert_equal "$stderr" ''
  shows "${MENU[@]}"
  assert_line '1) Add Entry'
  assert_line '2) Delete Entry'
  assert_line '3) Find Entry'
  assert_line '4) Quit'
  assert_equal "$(shown 'Choose an option[1-4] ')" 1
}

@test "1 adds an entry: the prompts in order, then RESULT: and the reply" {
  typed 1 'King Arthur' 1 'Castle Lane' Camelot 555-0100 4
  assert_success
  shows "${MENU[@]}" "${ENTRY[@]}" 'RESULT: Added entry for King Arthur' "${MENU[@]}"
  assert_equal "$(< book.dat)" 'King Arthur:1,Castle Lane,Camelot,555-0100'
}

@test "3 finds an entry" {
  echo 'King Arthur:1,Castle Lane,Camelot,555-0100' > book.dat
  typed 3 'King Arthur' 4
  assert_success
  shows "${MENU[@]}" 'Enter the name: ' 'RESULT: King Arthur : 1,Castle Lane,Camelot,555-0100' "${MENU[@]}"
  assert_equal "$(shown 'Enter the ')" 1
}

@test "2 deletes an entry" {
  echo 'King Arthur:1,Castle Lane,Camelot,555-0100' > book.dat
  typed 2 'King Arthur' 4
  assert_success
  shows "${MENU[@]}" 'Enter the name: ' 'RESULT: Deleted entry for King Arthur' "${MENU[@]}"
  assert_equal "$(< book.dat)" ''
}

@test "a name that is not there: RESULT: and the reply, and the status stays 0" {
  typed 3 Lancelot 2 Lancelot 4
  assert_success
  assert_equal "$stderr" ''
  shows "${MENU[@]}" 'Enter the name: ' 'RESULT: Sorry, no entry for: Lancelot' \
    "${MENU[@]}" 'Enter the name: ' 'RESULT: Sorry, no entry for: Lancelot' "${MENU[@]}"
}

@test "add, find, delete and find again in one session" {
  typed 1 Robin 3 'Bridge St' Camelot 555-0199 3 Robin 2 Robin 3 Robin 4
  assert_success
  shows "${ENTRY[@]}" 'RESULT: Added entry for Robin' 'RESULT: Robin : 3,Bridge St,Camelot,555-0199' \
    'RESULT: Deleted entry for Robin' 'RESULT: Sorry, no entry for: Robin' "${MENU[@]}"
  assert_equal "$(shown 'RESULT: ')" 4
  assert_equal "$(shown 'Choose an option[1-4] ')" 5
}

@test "a reply ends its line" {
  typed 1 Robin 3 'Bridge St' Camelot 555-0199 4
  run grep -c 'RESULT: Added entry for Robin$' <<< "$output"
  assert_output 1
}

@test "a bad choice is told, and asked again" {
  local choice
  for choice in 0 5 9 11 44 -1 x Quit 4x '' 1.0 99999999999999999999; do
    typed "$choice" 3 Lancelot 4
    assert_success
    shows 'Choose an option[1-4] ' 'Invalid choice, must be between 1 and 4.' 'Choose an option[1-4] ' \
      'Enter the name: ' 'RESULT: Sorry, no entry for: Lancelot' 'Choose an option[1-4] '
    assert_equal "$(shown 'Invalid choice')" 1
  done
}

@test "every bad choice is told, and the end of input after them quits" {
  typed x y z
  assert_success
  assert_equal "$(shown 'Invalid choice, must be between 1 and 4.')" 3
}

@test "the end of input quits with 0: at the first prompt" {
  run --separate-stderr timeout 20 addbook -b book.dat menu < /dev/null
  assert_success
  assert_equal "$stderr" ''
  shows "${MENU[@]}"
}

@test "the end of input quits with 0 in the middle of an entry, and adds nothing" {
  local entry=(Robin 3 'Bridge St' Camelot) n
  for n in 0 1 2 3 4; do
    typed 1 "${entry[@]:0:n}"
    assert_success
    assert_equal "$stderr" ''
    shows "${MENU[@]}" "${ENTRY[@]:0:n+1}"
    refute_output --partial 'RESULT: '
    run timeout 20 addbook -b book.dat count < /dev/null
    assert_output 0
  done
}

@test "the end of input quits with 0 at the name to find or delete" {
  typed 3
  assert_success
  refute_output --partial 'RESULT: '
  typed 2
  assert_success
  refute_output --partial 'RESULT: '
}

@test "a last line without LF counts" {
  printf '3\nLancelot' > keys
  run timeout 20 addbook -b book.dat menu < keys
  assert_success
  shows 'Enter the name: ' 'RESULT: Sorry, no entry for: Lancelot'
  printf '4' > keys
  run timeout 20 addbook -b book.dat menu < keys
  assert_success
  assert_equal "$(shown 'Choose an option[1-4] ')" 1
}

@test "what is typed after 4 is left alone" {
  typed 4 1 Robin 3 'Bridge St' Camelot 555-0199
  assert_success
  assert_equal "$(shown 'Enter the ')" 0
}

@test "commas, colons and backslashes that are typed are escaped" {
  typed 1 'Smith, J: a\b' '1,a' 'C:\x' T '555,1' 3 'Smith, J: a\b' 4
  assert_success
  shows 'RESULT: Added entry for Smith\, J\: a\\b' \
    'RESULT: Smith\, J\: a\\b : 1\,a,C:\\x,T,555\,1'
  assert_equal "$(< book.dat)" 'Smith\, J\: a\\b:1\,a,C:\\x,T,555\,1'
}

@test "a field that looks like a label stays the field of its prompt" {
  typed 1 Robin 3 x=y Camelot email=r@x 4
  shows 'RESULT: Added entry for Robin'
  assert_equal "$(< book.dat)" 'Robin:3,x=y,Camelot,email=r@x'
}

@test "empty answers are empty fields" {
  typed 1 Robin '' '' '' '' 3 Robin 4
  assert_success
  shows 'RESULT: Added entry for Robin' 'RESULT: Robin : ,,,'
  assert_equal "$(< book.dat)" 'Robin:,,,'
}

@test "what the server refuses is a result too, and the menu goes on" {
  typed 3 '' 1 "$(printf '%01025d' 0)" 1 S T P 3 Lancelot 4
  assert_success
  shows 'RESULT: ERROR: Empty name' 'RESULT: ERROR: Name too long (limit 1024 bytes)' \
    'RESULT: Sorry, no entry for: Lancelot' "${MENU[@]}"
}

@test "the menu speaks before it waits: a person at the other end of two pipes" {
  mkfifo keys screen
  timeout 20 addbook -b book.dat menu < keys > screen 3>&- &
  exec {keys}> keys {screen}< screen
  output=
  until_shown() {
    local byte
    until [[ $output == *"$1" ]]; do
      IFS= read -r -d '' -n 1 -t 20 -u "$screen" byte || fail "waited for '$1', got '$output'"
      output+=$byte
    done
  }
  until_shown 'Choose an option[1-4] '
  echo 1 >&"$keys"
  for prompt in "${ENTRY[@]}"; do
    until_shown "$prompt"
    echo answer >&"$keys"
  done
  until_shown 'RESULT: Added entry for answer'
  until_shown 'Choose an option[1-4] '
  exec {keys}>&-
  wait $!
}

@test "a server's control characters reach no terminal: status 2 and a message" {
  run -2 --separate-stderr timeout 20 addbook -s 'read -r line; printf "Bob : \033]0;1\n"' menu <<< $'3\nBob\n4'
  assert_equal "$stderr" "addbook-query: the server's reply is not understood: Bob : ?]0;1"
  refute_output --partial 'RESULT'
}

@test "a line without an end is an error, and is not kept in memory" {
  run -2 --separate-stderr timeout 20 addbook -b book.dat menu < <(head -c 300000 /dev/zero)
  assert_equal "$stderr" 'addbook-query: cannot read standard input: line too long'
}

@test "a server that is gone ends the menu: status 2 and a message" {
  run --separate-stderr timeout 20 addbook --join sh -c 'exit 0' -- addbook-query menu <<< $'3\nLancelot\n4'
  assert_failure 2
  assert_regex "$stderr" 'addbook-query: '
}

# at_menu: runs the Python of standard input with the menu of book.dat as `menu` on a terminal.
at_menu() {
  {
    cat << 'END'
import sys
from terminal import Terminal

menu = Terminal("addbook", "-b", "book.dat")
END
    cat
  } > test.py
  run with_terminal test.py
}

@test "on a terminal: the same menu, prompts and results" {
  at_menu << 'EOT'
for piece in "1) Add Entry\r\n", "2) Delete Entry\r\n", "3) Find Entry\r\n", "4) Quit\r\n", "Choose an option[1-4] ":
    menu.expect(piece)
menu.send("1\n")
for prompt in "name", "House number", "Street name", "Town", "Phone number":
    menu.expect(f"Enter the {prompt}: ")
    menu.send("a, b\n")
menu.expect("RESULT: Added entry for a\\, b\r\n")
menu.expect("Choose an option[1-4] ")
menu.send("7\n")
menu.expect("Invalid choice, must be between 1 and 4.\r\n")
menu.expect("Choose an option[1-4] ")
menu.send("3\n")
menu.expect("Enter the name: ")
menu.send("a, b\n")
menu.expect("RESULT: a\\, b : a\\, b,a\\, b,a\\, b,a\\, b\r\n")
menu.expect("Choose an option[1-4] ")
menu.send("4\n")
sys.exit(menu.status())
EOT
  assert_success
  assert_equal "$(< book.dat)" 'a\, b:a\, b,a\, b,a\, b,a\, b'
}

@test "on a terminal: the end-of-file key quits with 0" {
  at_menu << 'EOT'
menu.expect("Choose an option[1-4] ")
menu.send("\x04")
sys.exit(menu.status())
EOT
  assert_success
}

@test "on a terminal: the interrupt key ends it with 130" {
  at_menu << 'EOT'
menu.send("3\nLancelot\n")
menu.expect("RESULT: Sorry, no entry for: Lancelot\r\n")
menu.expect("Choose an option[1-4] ")
menu.send("\x03")
code = menu.status()
sys.exit(0 if code in (130, -2) else f"status {code}")
EOT
  assert_success
}
