#!/usr/bin/env bats
# The man pages say what the programs do: every option in one is in the other, and mandoc finds nothing to complain of.

load helper

PROGRAMS=(ni-format addbook-serve addbook-query addbook-from-mail addbook)
PAGES=$ROOT/src/tools

# Its options as --help lists them, one a line, sorted.
helped() {
  "$1" --help | grep -E '^ *-' | grep -oE '^ *(-[[:alnum:]], *)?(--[[:alnum:]-]+|-[[:alnum:]])' \
    | grep -oE -- '--?[[:alnum:]][[:alnum:]-]*' | sort
}

# Its options as the lists of its man page (.It Fl b , Fl -book Ar BOOK) have them, one a line, sorted.
documented() {
  grep -E '^\.It .*Fl ' "$PAGES/$1.1" | grep -oE 'Fl [\-]*[[:alnum:]][[:alnum:]\-]*' | tr -d '\134' \
    | sed 's/^Fl /-/' | sort -u
}

# words PAGE: every word of it, as a reader sees it, one a line.
words() {
  mandoc -Tascii "$1" | sed 's/.\x08//g' | tr -s '[:space:][:punct:]' '\n'
}

@test "every program has a man page, and it names the program" {
  local program
  for program in "${PROGRAMS[@]}"; do
    assert [ -s "$PAGES/$program.1" ]
    run grep -c "^\.Nm $program\$" "$PAGES/$program.1"
    assert_success
  done
}

@test "--help of each program lists -h, --help, -V and --version" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run helped "$program"
    assert_line -- --help
    assert_line -- --version
    assert_line -- -h
    assert_line -- -V
  done
}

@test "every option of --help is in the man page, and every one there is in --help" {
  local program
  for program in "${PROGRAMS[@]}"; do
    helped "$program" | sort -u > in-help
    documented "$program" > in-page
    run diff in-help in-page
    assert_equal "$program: $output" "$program: "
  done
}

@test "every short option has a long one in --help" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run bash -c '"$1" --help | grep -E "^ *-[[:alnum:]]" | grep -vE "^ *-[[:alnum:]], *--"' - "$program"
    assert_output ''
  done
}

@test "every short option of a man page is in its synopsis" {
  local program option
  for program in "${PROGRAMS[@]}"; do
    sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$PAGES/$program.1" > synopsis
    for option in $(documented "$program" | grep -E '^-[[:alnum:]]$' | grep -vE '^-[hV]$'); do
      run grep -E "Fl ([[:alnum:]]*)${option#-}" synopsis
      assert_success
    done
  done
}

@test "every verb of the client's --help is one, and is in its man page, and in the launcher's page and --help" {
  local verb
  addbook --help | grep -A 1 '^Verbs:' > verbs
  words "$PAGES/addbook-query.1" > page
  words "$PAGES/addbook.1" > launcher
  verbs_of_help > all
  assert [ "$(wc -l < all)" -ge 10 ]
  while read -r verb; do
    run addbook-query "$verb" one two three < /dev/null
    refute_output --partial 'no such verb'
    run grep -w -m 1 "$verb" verbs
    assert_success
    run grep -x -m 1 "$verb" page
    assert_success
    run grep -x -m 1 "$verb" launcher
    assert_success
  done < all
}

@test "every command that the server tells of with hlp is in addbook-protocol(7)" {
  local command
  addbook-serve -b :memory: <<< 'hlp' | sed -n 's/ : .*//p' > commands
  words "$PAGES/addbook-protocol.7" > page
  assert [ -s commands ]
  while read -r command; do
    run grep -x -m 1 "$command" page
    assert_success
  done < commands
}

@test "mandoc has nothing to say about any page" {
  local page
  for page in "$PAGES"/*.[17]; do
    run mandoc -Tlint -W warning "$page"
    assert_success
    assert_output ''
  done
}
