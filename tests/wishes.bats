#!/usr/bin/env bats
# What users of khard and abook have asked those for, a test each.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"

load helper

setup_file() {
  cat > "$BATS_FILE_TMPDIR/book.dat" << 'END'
Ann Smith:1,High Street,York,+44 (0)1904 555 010,email=ann@example.org,email.work=smith@york.example,birthday=1990-12-30
Ann Smithson:2,Low Street,York,01904/555-011,email=smithson@example.org,birthday=--01-02
Ánna Nováková:3,Dlouhá,Brno,+420 555 012 012,birthday=1985-12-31
Bob:4,Lane,Leeds,,birthday=2001-01-01
END
}

# ask ARG...: addbook ARG... with the book.
ask() {
  run --separate-stderr timeout 20 addbook -b "$BATS_FILE_TMPDIR/book.dat" "$@" < /dev/null
}

@test "several matches: all are printed or the best is, and no question is asked, not even on a terminal" {
  ask search -f names ann
  assert_output $'Ann Smith\nAnn Smithson\nÁnna Nováková'
  ask search --first -F email ann smith
  assert_output $'ann@example.org\nsmith@york.example'
  mkfifo never
  sleep 60 3>&- > never &
  run timeout 20 script -qec "addbook -b $BATS_FILE_TMPDIR/book.dat search -f names ann" /dev/null < never
  kill %1
  assert_success
  assert_output $'Ann Smith\r\nAnn Smithson\r\nÁnna Nováková\r'
}

@test "a format for machines on every command that shows entries" {
  local format command
  for format in plain names tsv jsonl mutt aerc rfc5322 card; do
    for command in 'find Ann Smith' 'list Ann' 'search smith' 'birthdays month --date=2026-12-30'; do
      # shellcheck disable=SC2086 # words, and one name of two
      case $command in
        find*) ask find -f "$format" 'Ann Smith' ;;
        *) ask $command -f "$format" ;;
      esac
      assert_equal "$command $format: $status: $stderr" "$command $format: 0: "
      assert_output --partial 'nn'
    done
  done
  ask count
  assert_output 4
}

@test "every line of jsonl has the same five strings, whoever it is of" {
  ask list -f jsonl
  run jq -c '[.name, .number, .street, .town, .phone] | map(type) | unique' <<< "$output"
  assert_output $'["string"]\n["string"]\n["string"]\n["string"]'
}

@test "a field that does not exist is refused, and is no empty answer" {
  ask list -F mobile
  assert_equal "$status: $output" '2: '
  ask search mobile:555
  assert_equal "$status: $output: $stderr" '2: : ERROR: Unknown label: mobile'
}

@test "a query of several words comes as one argument, from aerc, or as several" {
  ask search -f aerc 'ann smith'
  assert_output $'ann@example.org\tAnn Smith\tYork\nsmith@york.example\tAnn Smith\twork, York\nsmithson@example.org\tAnn Smithson\tYork'
  ask search -f names 'york ann'
  assert_output $'Ann Smith\nAnn Smithson'
  ask search -f names york ann low
  assert_output 'Ann Smithson'
}

@test "accents may be left out, or typed where there are none" {
  ask search -f names anna novakova
  assert_output 'Ánna Nováková'
  ask search -f names 'ÁNN SMÍTH'
  assert_output $'Ann Smith\nAnn Smithson'
}

@test "a phone number is found however it is written, there and here" {
  local number
  for number in 1904555010 1904-555-010 '(0)1904' 904.555.010 '1904 555 010'; do
    ask search -f names -- "$number"
    assert_equal "$number: ${lines[0]}" "$number: Ann Smith"
  done
  for number in 01904555011 01904-555-011 '01904 555-011' +420-555-012-012; do
    ask search -f names -- "$number"
    assert_equal "$number: ${#lines[@]}" "$number: 1"
  done
}

@test "birthdays come by date, past the end of the year, with or without a year" {
  ask birthdays week --date 2026-12-30
  assert_output - << 'END'
2026-12-30  Ann Smith (36)
2026-12-31  Ánna Nováková (41)
2027-01-01  Bob (26)
2027-01-02  Ann Smithson
END
}
