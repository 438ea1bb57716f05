#!/usr/bin/env bats
# Whose birthday it is. --date says which day is today, so that every day has the same tests.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"
# Dollars stand for themselves here.
# shellcheck disable=SC2016

load helper

# ask ARG...: addbook ARG... with book.dat.
ask() {
  run --separate-stderr timeout 20 addbook -b book.dat "$@" < /dev/null
}

# replies [OUTPUT]: success, OUTPUT (or else standard input) on standard output, nothing on standard error.
replies() {
  assert_success
  assert_equal "$output" "${1-$(cat)}"
  assert_equal "$stderr" ''
}

knights() {
  cat > book.dat << 'END'
Bors:,,,,birthday=1984-11-24,email=bors@example.org
Bedevere:,,,,birthday=1960-11-23
Galahad:,,,,birthday=1999-11-30
King Arthur:,,,,birthday=0482-12-24,email=arthur@example.org
Lancelot:,,,,birthday=--11-25
Leap:,,,,birthday=2004-02-29
New Year:,,,,birthday=2001-01-01
Nobody:1,Lane
Robin:,,,,birthday=2027-11-24
Zoot and Dingo:,,,,birthday=1990-11-28,birthday=1991-11-24,email=zoot@example.org
END
}

@test "today: a line with date, name and age for everybody whose birthday it is" {
  knights
  ask birthdays --date 2026-11-24
  replies $'2026-11-24  Bors (42)\n2026-11-24  Zoot and Dingo (35)'
  ask birthdays today --date=2026-11-24
  replies $'2026-11-24  Bors (42)\n2026-11-24  Zoot and Dingo (35)'
}

@test "week and month: by date, across the year's end; who has two has two lines" {
  knights
  ask birthdays week --date 2026-11-24
  replies << 'END'
2026-11-24  Bors (42)
2026-11-24  Zoot and Dingo (35)
2026-11-25  Lancelot
2026-11-28  Zoot and Dingo (36)
2026-11-30  Galahad (27)
END
  ask birthdays month --date 2026-12-02
  replies $'2026-12-24  King Arthur (1544)\n2027-01-01  New Year (26)'
  ask birthdays month --date 2026-12-24 --first
  replies '2026-12-24  King Arthur (1544)'
}

@test "29 February is the 28th in other years" {
  knights
  ask birthdays --date 2026-02-28
  replies '2026-02-28  Leap (22)'
  ask birthdays --date 2028-02-29
  replies '2028-02-29  Leap (24)'
  ask birthdays --date 2028-02-28
  assert_equal "$status: $output" '1: '
}

@test "nobody: status 1 and no output" {
  knights
  ask birthdays --date 2026-06-01
  assert_equal "$status: $output: $stderr" '1: : '
  : > book.dat
  ask birthdays month
  assert_equal "$status: $output: $stderr" '1: : '
}

@test "the usual day is that of the clock, where the user is" {
  local day
  day=$(date +%F)
  printf 'Today:,,,,birthday=%s\n' "$day" > book.dat
  ask birthdays week
  # Midnight may have come between the two.
  [ "$(date +%F)" != "$day" ] || replies "$day  Today (0)"
  # These two are a day apart at every moment.
  for day in yesterday today tomorrow; do printf '%s:,,,,birthday=%s\n' "$day" "$(date -d "$day" +%F)"; done > book.dat
  TZ=XXX-14 addbook -b book.dat birthdays > east || true
  TZ=XXX+12 addbook -b book.dat birthdays > west || true
  run diff east west
  assert_failure
}

@test "a birthday that is no date is named, and the others are told all the same" {
  knights
  printf 'Tim\\, the\\nEnchanter:,,,,birthday=yesterday\\tor so\nMaynard:,,,,birthday=1999-02-29\n' >> book.dat
  ask birthdays --date 2026-11-24 --first
  assert_success
  assert_output '2026-11-24  Bors (42)'
  assert_equal "$stderr" "addbook-query: Maynard: the birthday is no date: 1999-02-29
addbook-query: Tim, the?Enchanter: the birthday is no date: yesterday?or so"
}

@test "formats and fields print the entries, each once, by its first date" {
  knights
  ask birthdays week -f names --date 2026-11-24
  replies $'Bors\nZoot and Dingo\nLancelot\nGalahad'
  ask birthdays week -F email --date 2026-11-23
  replies $'bors@example.org\nzoot@example.org'
  ask birthdays month -f plain --date 2026-12-20
  replies $'King Arthur : ,,,,birthday=0482-12-24,email=arthur@example.org\nNew Year : ,,,,birthday=2001-01-01'
  ask birthdays month -n 1 -f jsonl --date 2026-12-20
  assert_equal "$(jq -r '.name + " " + .birthday[0]' <<< "$output")" 'King Arthur 0482-12-24'
  ask birthdays -f mutt --date 2026-06-01
  assert_equal "$status: $output" '1: No address found'
  addbook -b book.dat birthdays -0 --date 2026-11-24 | tr '\0' '!' > nul
  assert_equal "$(cat nul)" '2026-11-24  Bors (42)!2026-11-24  Zoot and Dingo (35)!'
}

@test "a name is data: one line, whatever is in it" {
  printf '$(id)\\nline\\ttab:,,,,birthday=2000-01-01\n' > book.dat
  ask birthdays --date 2026-01-01
  replies '2026-01-01  $(id)\nline\ttab (26)'
}

@test "usage errors: another span, another date, another verb; and it needs a server" {
  local arguments
  knights
  for arguments in 'birthdays weak' 'birthdays today week' 'birthdays --date 2026-02-30' 'birthdays --date now' \
    'count --date 2026-01-01' 'find --date 2026-01-01 Bors'; do
    # shellcheck disable=SC2086 # words without blanks
    ask $arguments
    assert_equal "$arguments: $status: $output" "$arguments: 2: "
    assert_regex "$stderr" '^addbook-query: '
  done
  ask birthdays weak
  assert_regex "$stderr" "did you mean 'week'\?"
  run --separate-stderr addbook-query birthdays
  assert_failure 2
  assert_regex "$stderr" '^addbook-query: birthdays: no server'
}
