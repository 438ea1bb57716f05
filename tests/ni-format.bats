#!/usr/bin/env bats
# ni-format: a text filter. What it makes of lines, messages and records, and that it can be talked with.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"

load helper

# long SHORT: the long name that --help gives for the option -SHORT.
long() {
  ni-format --help | sed -nE "s/^ *-$1, *(--[a-z][a-z0-9-]*).*/\1/p"
}

# formats INPUT OUTPUT [OPTION]...: INPUT and OUTPUT are printf formats; every byte counts.
formats() {
  local input=$1 expected=$2
  shift 2
  # shellcheck disable=SC2059 # they are formats
  printf "$input" > in
  # shellcheck disable=SC2059
  printf "$expected" > expected
  timeout 20 ni-format "$@" < in > out || fail "ni-format $*: status $?"
  cmp out expected || fail "ni-format $*: $(od -c out)"
}

# complaint REGEX: standard error is one line of ni-format's own.
complaint() {
  assert_regex "$stderr" "^ni-format: $1"
  assert_equal "$(wc -l <<< "$stderr")" 1
}

@test "every line stands between two Ni!" {
  run ni-format << 'EOT'
The Knights who say Ni!
Appear in the film "Monty Python and the Holy Grail"
EOT
  assert_success
  assert_output - << 'EOT'
Ni!
The Knights who say Ni!
Ni!
Ni!
Appear in the film "Monty Python and the Holy Grail"
Ni!
EOT
}

@test "an empty line is answered with the error line, and the next line works" {
  run ni-format << 'EOT'

shrubbery

EOT
  assert_success
  assert_output - << 'EOT'
Error: received empty message
Ni!
shrubbery
Ni!
Error: received empty message
EOT
}

@test "the error line of an empty message is on standard output, not on standard error" {
  run --separate-stderr ni-format <<< ''
  assert_success
  assert_output 'Error: received empty message'
  assert_equal "$stderr" ''
}

@test "every line ends with LF, byte for byte" {
  formats 'a\nb\n' 'Ni!\na\nNi!\nNi!\nb\nNi!\n'
  formats '\n' 'Error: received empty message\n'
}

@test "a last line without LF counts as a line" {
  formats 'a' 'Ni!\na\nNi!\n'
  formats 'a\nb' 'Ni!\na\nNi!\nNi!\nb\nNi!\n'
  formats '\nb' 'Error: received empty message\nNi!\nb\nNi!\n'
}

@test "spaces, tabs and carriage returns belong to the line" {
  formats ' \n\t\n a b \nc\r\n' 'Ni!\n \nNi!\nNi!\n\t\nNi!\nNi!\n a b \nNi!\nNi!\nc\r\nNi!\n'
}

@test "empty input prints nothing" {
  run --separate-stderr ni-format < /dev/null
  assert_success
  assert_output ''
  assert_equal "$stderr" ''
}

@test "-w: another word" {
  formats 'a\n' 'Ekke!\na\nEkke!\n' -w 'Ekke!'
  formats 'a\n\n' 'Ekke!\na\nEkke!\nError: received empty message\n' -w 'Ekke!'
}

@test "-w: the word may stand in the same argument" {
  formats 'a\n' 'Ekke\na\nEkke\n' -wEkke
  formats 'a\n' 'Ekke!\na\nEkke!\n' '-wEkke!'
}

@test "-w: the word may have spaces, percent signs and other letters" {
  formats 'a\n' 'Ekke Ekke %%s Zoo-Böing\\n\na\nEkke Ekke %%s Zoo-Böing\\n\n' -w 'Ekke Ekke %s Zoo-Böing\n'
}

@test "-m: all of standard input is one message" {
  formats 'a\n\nb\n' 'Ni!\na\n\nb\nNi!\n' -m
  formats 'a\nb' 'Ni!\na\nb\nNi!\n' -m
}

@test "-m: an empty input is an empty message" {
  run --separate-stderr ni-format -m < /dev/null
  assert_success
  assert_output 'Error: received empty message'
  assert_equal "$stderr" ''
}

@test "-0: NUL ends the records on both sides" {
  formats 'a\0b\nc\0' 'Ni!\0a\0Ni!\0Ni!\0b\nc\0Ni!\0' -0
  formats 'a\0\0b' 'Ni!\0a\0Ni!\0Error: received empty message\0Ni!\0b\0Ni!\0' -0
  formats '\n' 'Ni!\0\n\0Ni!\0' -0
}

@test "without -0, NUL is a byte like any other" {
  formats 'a\0b\n\0\n' 'Ni!\na\0b\nNi!\nNi!\n\0\nNi!\n'
}

@test "-m -0: one message, and NUL stands where each LF would" {
  formats 'a\nb\n' 'Ni!\0a\nb\n\0Ni!\0' -m -0
  formats 'a\0b\0' 'Ni!\0a\0b\0Ni!\0' -m -0
  formats '' 'Error: received empty message\0' -m -0
}

@test "options combine, apart and in one word" {
  formats 'a\nb\n' 'Nu!\na\nb\nNu!\n' -m -w 'Nu!'
  formats 'a\0\0' 'Nu!\0a\0Nu!\0Error: received empty message\0' -w 'Nu!' -0
  formats 'a\nb' 'Nu!\0a\nb\0Nu!\0' -0m -w 'Nu!'
  formats 'a\nb' 'Nu!\0a\nb\0Nu!\0' -m0w 'Nu!'
}

@test "every option has a long name that means the same" {
  local word message null
  word=$(long w) message=$(long m) null=$(long 0)
  assert_regex "$word $message $null" '^--[a-z-]+ --[a-z-]+ --[a-z0-9-]+$'
  formats 'a\n' 'Nu!\na\nNu!\n' "$word" 'Nu!'
  formats 'a\n' 'Nu!\na\nNu!\n' "$word=Nu!"
  formats 'a\nb' 'Ni!\na\nb\nNi!\n' "$message"
  formats 'a\0' 'Ni!\0a\0Ni!\0' "$null"
  formats 'a\nb' 'Nu!\0a\nb\0Nu!\0' "$message" "$null" "$word=Nu!"
}

@test "options end at --" {
  formats 'a\n' 'Nu!\na\nNu!\n' -w 'Nu!' --
}

@test "a line of 10 MB passes, and the line after it" {
  head -c 10000000 /dev/zero | tr '\0' x > long
  { cat long && printf '\nshort\n'; } > in
  { printf 'Ni!\n' && cat long && printf '\nNi!\nNi!\nshort\nNi!\n'; } > expected
  timeout 20 ni-format < in > out
  cmp out expected
}

@test "a message of 10 MB passes with -m" {
  head -c 10000000 /dev/zero | tr '\0' '\n' > in
  { printf 'Ni!\n' && cat in && printf 'Ni!\n'; } > expected
  timeout 20 ni-format -m < in > out
  cmp out expected
}

@test "300,000 lines pass, some of them empty" {
  awk 'BEGIN { for (i = 0; i < 300000; i++) print (i % 7 ? "line " i : "") }' > in
  awk '{ print ($0 == "" ? "Error: received empty message" : "Ni!\n" $0 "\nNi!") }' in > expected
  timeout 20 ni-format < in > out
  cmp out expected
}

@test "lines of every length around a power of two pass" {
  awk 'BEGIN { for (s = "x"; length(s) <= 2 ^ 17; s = s s) {
    for (i = 0; i < 8; i++) print substr(s, i + 1)
    for (i = 1; i < 8; i++) print s substr("12345678", 1, i) } }' > in
  awk '{ print ($0 == "" ? "Error: received empty message" : "Ni!\n" $0 "\nNi!") }' in > expected
  timeout 20 ni-format < in > out
  cmp out expected
}

@test "lines of every length up to 200 pass, each byte in its place, whatever the word" {
  python3 -c 'for n in range(1, 201): print("".join(chr(33 + (n + i) % 94) for i in range(n)))' > lines
  for word in Ni! 'Ekke Ekke Ekke Ekke Ptang Zoo Boing' 'Say a word that is longer than all that is copied without a call, sixty-four bytes'; do
    cmp <(ni-format -w "$word" < lines) <(W=$word awk '{ print ENVIRON["W"] "\n" $0 "\n" ENVIRON["W"] }' lines)
  done
}

@test "every byte but LF passes as it is" {
  local byte
  for byte in {0..9} {11..255}; do
    # shellcheck disable=SC2059
    printf "\\x$(printf %x "$byte")"
  done > bytes
  { cat bytes && echo; } > in
  { echo 'Ni!' && cat in && echo 'Ni!'; } > expected
  ni-format < in > out
  cmp out expected
}

@test "bytes that are no UTF-8 pass, also cut in the middle of a character" {
  formats 'Jos\303\n\251\377\376\n' 'Ni!\nJos\303\nNi!\nNi!\n\251\377\376\nNi!\n'
}

@test "it answers each line before it waits for the next: a coprocess in lockstep" {
  coproc NI { timeout 20 ni-format; }
  local pid=$NI_PID to=${NI[1]} from=${NI[0]} i before line after
  for i in {1..100}; do
    echo "line $i" >&"$to"
    read -r -t 20 -u "$from" before
    read -r -t 20 -u "$from" line
    read -r -t 20 -u "$from" after
    assert_equal "$before $line $after" "Ni! line $i Ni!"
  done
  echo >&"$to"
  read -r -t 20 -u "$from" line
  assert_equal "$line" 'Error: received empty message'
  exec {to}>&-
  wait "$pid"
}

@test "a line is answered while half of the next one has come" {
  mkfifo in out
  timeout 20 ni-format < in > out 3>&- &
  exec {to}> in {from}< out
  printf 'one\ntw' >&"$to"
  for line in 'Ni!' one 'Ni!'; do
    read -r -t 20 -u "$from" answer
    assert_equal "$answer" "$line"
  done
  printf 'o' >&"$to"
  exec {to}>&-
  cat <&"$from" > rest
  assert_equal "$(< rest)" $'Ni!\ntwo\nNi!'
  wait $!
}

@test "with -0 it answers each record before it waits for the next" {
  coproc NI { timeout 20 ni-format -0; }
  local pid=$NI_PID to=${NI[1]} from=${NI[0]} part got=
  printf 'a\nb\0' >&"$to"
  for _ in 1 2 3; do
    IFS= read -r -d '' -t 20 -u "$from" part
    got+="[$part]"
  done
  assert_equal "$got" $'[Ni!][a\nb][Ni!]'
  exec {to}>&-
  wait "$pid"
}

@test "an unknown option is a usage error: status 2, a message, no output" {
  local option
  for option in -x --nonsense --wor=d -mx; do
    run --separate-stderr ni-format "$option" <<< 'a'
    assert_failure 2
    assert_output ''
    assert_regex "$stderr" '^ni-format: '
  done
}

@test "an option without its value, a value that is not wanted, an operand: usage errors" {
  local message arguments
  message=$(long m)
  for arguments in -w "$message=yes" file '-- file' '-m file'; do
    # shellcheck disable=SC2086
    run --separate-stderr ni-format $arguments <<< 'a'
    assert_failure 2
    assert_output ''
    assert_regex "$stderr" '^ni-format: '
  done
}

@test "--help and --version answer on standard output" {
  local option
  for option in -h --help; do
    run --separate-stderr ni-format "$option" < /dev/null
    assert_success
    assert_line --partial 'ni-format'
    assert_equal "$stderr" ''
  done
  for option in -V --version; do
    run --separate-stderr ni-format "$option" < /dev/null
    assert_success
    assert_output --regexp '^ni-format [0-9]+\.[0-9.]+[^ ]*$'
    assert_equal "$stderr" ''
  done
}

@test "a reader that leaves ends it quietly" {
  local statuses
  yes | timeout 20 ni-format 2> err | head -n 1 > out
  statuses=("${PIPESTATUS[@]}")
  assert_equal "$(< out)" 'Ni!'
  assert_equal "$(< err)" ''
  assert_equal "${statuses[1]}" 0
}

@test "a reader that leaves ends it quietly also where SIGPIPE is ignored" {
  local statuses
  yes 2> yes.err | env --ignore-signal=PIPE timeout 20 ni-format 2> err | head -n 1 > out
  statuses=("${PIPESTATUS[@]}")
  assert_equal "$(< out)" 'Ni!'
  assert_equal "$(< err)" ''
  assert_equal "${statuses[1]}" 0
}

@test "a full device is an error: status 2 and a message" {
  full() { timeout 20 ni-format "$@" > /dev/full; }
  run --separate-stderr full <<< 'a'
  assert_failure 2
  complaint '.+: .+'
  run --separate-stderr full -m <<< 'a'
  assert_failure 2
  complaint '.+: .+'
}

@test "standard output closed is an error: status 2 and a message" {
  no_stdout() { timeout 20 ni-format >&-; }
  run --separate-stderr no_stdout <<< 'a'
  assert_failure 2
  complaint '.+: .+'
}

@test "standard input closed is an error: status 2 and a message" {
  no_stdin() { timeout 20 ni-format "$@" <&-; }
  run --separate-stderr no_stdin
  assert_failure 2
  assert_output ''
  complaint '.+: .+'
  run --separate-stderr no_stdin -m
  assert_failure 2
  assert_output ''
}

@test "standard error closed is no error" {
  quiet() { timeout 20 ni-format 2>&-; }
  run quiet <<< 'a'
  assert_success
  assert_output $'Ni!\na\nNi!'
}

@test "input that can't be read is an error: status 2 and a message" {
  run --separate-stderr timeout 20 ni-format < .
  assert_failure 2
  assert_output ''
  complaint '.+: .+'
}

@test "a word of 100 KB around each of 1,000 lines takes little memory" {
  yes a | head -n 1000 > in
  env time -f %M -o kilobytes ni-format -w "$(printf '%0100000d' 0)" < in | wc -c > size
  assert_equal "$(< size)" $((1000 * (2 * 100001 + 2)))
  (($(< kilobytes) < 100000)) || fail "$(< kilobytes) KB"
}
