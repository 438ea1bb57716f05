#!/usr/bin/env bats
# What every program does with its three streams, and the options that all of them have.
# shellcheck disable=SC2154 # stderr is set by "run --separate-stderr"

load helper

PROGRAMS=(ni-format addbook-serve addbook-query addbook)

# job PROGRAM: does a little of what PROGRAM is for; it needs its standard output, all but the last two its input too.
job() {
  case $1 in
    ni-format) timeout 20 ni-format ;;
    addbook-serve) timeout 20 addbook-serve -b :memory: ;;
    addbook-query) timeout 20 addbook-query find A ;;
    addbook) timeout 20 addbook -b :memory: count ;;
  esac
}

# closed DIGITS COMMAND...: with these of the descriptors 0, 1 and 2 closed.
closed() (
  [[ $1 != *0* ]] || exec <&-
  [[ $1 != *1* ]] || exec >&-
  [[ $1 != *2* ]] || exec 2>&-
  "${@:2}"
)

full() { "$@" > /dev/full; }

# complaint PROGRAM: standard error says what failed and why, in the name of PROGRAM or of the client that it started.
complaint() {
  assert_regex "$stderr" "^$1(-query)?: .+: .+"
}

# leaves PROGRAM ARG...: reads standard input and ends quietly when the reader of its output leaves after a line.
leaves() {
  local statuses
  timeout 20 "$@" 2> err | head -n 1 > out
  statuses=("${PIPESTATUS[@]}")
  assert_equal "$(< err)" ''
  assert_equal "$(wc -l < out)" 1
  assert_equal "${statuses[0]}" 0
}

# book N: a text book of N entries.
book() {
  awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "Name %06d:%d,Some Street,Some Town,555-0100\n", i, i }' > book.dat
}

@test "standard output closed: status 2 and a message" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run --separate-stderr closed 1 job "$program" <<< 'cnt'
    assert_equal "$program $status" "$program 2"
    complaint "$program"
  done
}

@test "standard output a full device: status 2 and a message" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run --separate-stderr full job "$program" <<< 'cnt'
    assert_equal "$program $status" "$program 2"
    complaint "$program"
  done
}

@test "standard output a full device: every verb of the client, --help and --version" {
  local program option verb
  for program in "${PROGRAMS[@]}"; do
    for option in --help --version; do
      run --separate-stderr full "$program" "$option" < /dev/null
      assert_equal "$program $option $status" "$program $option 2"
      assert_regex "$stderr" "^$program: "
    done
  done
  echo 'A:1' > book.dat
  for verb in 'add B' 'find A' 'list' 'list A' 'search A' count menu raw 'remove A'; do
    # shellcheck disable=SC2086
    run --separate-stderr full timeout 20 addbook -b book.dat $verb <<< 'cnt'
    assert_equal "$verb $status" "$verb 2"
    complaint addbook
  done
}

@test "a full device after much output, not only at the end" {
  book 20000
  run full timeout 20 addbook -b book.dat list
  assert_failure 2
  run full timeout 20 addbook-serve -b book.dat <<< $'lst\nlst\nlst'
  assert_failure 2
  awk '{ print substr($0, 1, 11) }' book.dat > names
  run full timeout 20 addbook-query find - < names
  assert_failure 2
}

@test "an add that could not be printed was done all the same" {
  run full timeout 20 addbook -b book.dat add A 1
  assert_failure 2
  assert_equal "$(< book.dat)" 'A:1'
}

@test "standard error closed changes nothing" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run job "$program" <<< 'cnt'
    assert_success
    assert_not_equal "$output" ''
    local before=$output
    run closed 2 job "$program" <<< 'cnt'
    assert_success
    assert_output "$before"
  done
}

@test "standard input closed: status 2 and a message where it is read, nothing where it is not" {
  run --separate-stderr closed 0 job ni-format
  assert_failure 2
  complaint ni-format
  run --separate-stderr closed 0 job addbook-serve
  assert_failure 2
  complaint addbook-serve
  run --separate-stderr closed 0 timeout 20 addbook -b :memory: raw
  assert_failure 2
  complaint addbook
  run --separate-stderr closed 0 timeout 20 addbook-query find -
  assert_failure 2
  complaint addbook-query
  run closed 0 job addbook-query
  assert_success
  assert_output 'fnd:A'
  run closed 0 job addbook
  assert_success
  assert_output 0
}

@test "standard input a folder: status 2 and a message" {
  run --separate-stderr job ni-format < .
  assert_failure 2
  complaint ni-format
  run --separate-stderr job addbook-serve < .
  assert_failure 2
  complaint addbook-serve
  run --separate-stderr timeout 20 addbook-query find - < .
  assert_failure 2
  complaint addbook-query
}

@test "two or all of them closed: the right status, and no hang" {
  local program which
  for program in "${PROGRAMS[@]}"; do
    for which in 01 12 012; do
      run closed $which job "$program" <<< 'cnt'
      assert_equal "$program $which $status" "$program $which 2"
    done
  done
}

@test "a book is never taken for a stream that was closed" {
  local ending which
  for ending in dat db; do
    run addbook-serve -b "book.$ending" <<< 'add:A,1'
    for which in 0 1 2 01 02 12 012; do
      run closed $which timeout 20 addbook-serve -b "book.$ending" <<< 'fnd:A'
    done
    run addbook-serve -b "book.$ending" <<< $'fnd:A\ncnt'
    assert_output $'A : 1\nEntries: 1'
  done
}

@test "a reader that leaves: each program ends quietly" {
  yes 'King Arthur' | leaves ni-format
  assert_equal "$(< out)" 'Ni!'
  yes cnt | leaves addbook-serve -b :memory:
  assert_equal "$(< out)" 'Entries: 0'
  yes 'King Arthur' | leaves addbook-query find -
  assert_equal "$(< out)" 'fnd:King Arthur'
  yes cnt | leaves addbook -b :memory: raw
  assert_equal "$(< out)" 'Entries: 0'
  book 50000
  leaves addbook -b book.dat list < /dev/null
  assert_equal "$(< out)" 'Name 000000 : 0,Some Street,Some Town,555-0100'
}

@test "a reader that leaves: the server's status is 0" {
  local statuses
  yes cnt | timeout 20 addbook-serve -b :memory: | head -n 1 > out
  statuses=("${PIPESTATUS[@]}")
  assert_equal "${statuses[1]} $(< out)" '0 Entries: 0'
}

@test "a reader that leaves while the server waits for input: what was added is kept" {
  mkfifo requests
  timeout 20 addbook-serve -b book.db < requests 3>&- > >(head -n 1 > first) &
  local server=$! tries
  exec {requests}> requests
  echo 'add:A,1' >&"$requests"
  for ((tries = 0; tries < 1000; tries++)); do
    [ ! -s first ] || break
    sleep 0.02
  done
  assert_equal "$(< first)" 'Added entry for A'
  echo 'add:B,2' >&"$requests"
  exec {requests}>&-
  wait $server
  run addbook-serve -b book.db <<< 'fnd:A'
  assert_output 'A : 1'
}

@test "nothing is lost on a slow pipe" {
  book 50000
  run bash -c 'addbook -b book.dat list </dev/null | dd bs=61 iflag=fullblock status=none | cksum'
  assert_success
  assert_output "$(sed 's/:/ : /' book.dat | cksum)"
}

@test "streams that somebody has made non-blocking are waited for, and nothing is lost" {
  local command
  seq -f 'fnd:Name %.0f' 20000 > requests
  for command in 'ni-format' 'addbook-serve -b :memory:' 'addbook -b :memory: raw'; do
    # shellcheck disable=SC2086
    $command < requests > expected
    # shellcheck disable=SC2086
    run sockets $command << 'END'
import fcntl, subprocess, termios

reading, to_program = os.pipe()
from_program, writing = os.pipe()
os.set_blocking(reading, False)
os.set_blocking(writing, False)
program = subprocess.Popen(sys.argv[1:], stdin=reading, stdout=writing)
os.close(reading)
os.close(writing)
requests, expected = open("requests", "rb").read(), open("expected", "rb").read()
got = b""
for request in requests.splitlines(True)[:50]:  # each when the one before it is answered: it is waited for
    os.write(to_program, request)
    got += os.read(from_program, 4096)
rest = threading.Thread(target=lambda: (os.write(to_program, requests[requests.index(b"Name 51\n") - 4:]), os.close(to_program)))
rest.start()
full, unread = fcntl.fcntl(from_program, 1032), 0  # F_GETPIPE_SZ
while unread < full // 2 and program.poll() is None:
    unread = struct.unpack("i", fcntl.ioctl(from_program, termios.FIONREAD, b"    "))[0]
while block := os.read(from_program, 1 << 16):
    got += block
rest.join()
print(got == expected, program.wait())
END
    assert_output 'True 0'
  done
}

@test "--help: the usage on standard output, status 0" {
  local program option
  for program in "${PROGRAMS[@]}"; do
    for option in -h --help; do
      run --separate-stderr "$program" "$option" < /dev/null
      assert_equal "$program $status $stderr" "$program 0 "
      assert_output --regexp "(^|[^-a-z])$program([^-a-z]|$)"
      assert_output --partial -- --version
    done
  done
}

@test "--version: the program and its version on standard output, status 0" {
  local program option
  for program in "${PROGRAMS[@]}"; do
    for option in -V --version; do
      run --separate-stderr "$program" "$option" < /dev/null
      assert_equal "$program $status $stderr" "$program 0 "
      assert_output --regexp "^$program [0-9]+\.[0-9]+[^ ]*$"
    done
  done
}

@test "the version is the same everywhere, in the protocol too" {
  local version program
  version=$(addbook-serve --version)
  version=${version#* }
  for program in "${PROGRAMS[@]}"; do
    run "$program" --version
    assert_output "$program $version"
  done
  run addbook-serve -b :memory: <<< 'ver'
  assert_output "addbook-serve $version protocol 1"
}

@test "--help and --version touch no book" {
  local program
  for program in "${PROGRAMS[@]}"; do
    run "$program" --help < /dev/null
    run "$program" --version < /dev/null
  done
  assert_equal "$(find . -mindepth 1)" ''
}

@test "an unknown option: status 2, a message, nothing on standard output" {
  local program option
  for program in "${PROGRAMS[@]}"; do
    for option in -x --nonsense --hel=p; do
      run --separate-stderr timeout 20 "$program" "$option" <<< 'cnt'
      assert_equal "$program $status $output" "$program 2 "
      assert_regex "$stderr" "^$program: "
    done
  done
  assert_equal "$(find . -mindepth 1 ! -name 'separate-stderr-*')" '' # these are of "run"
}

@test "an operand that addbook-serve doesn't know: status 2 and a message" {
  run --separate-stderr timeout 20 addbook-serve -b :memory: book.dat <<< 'cnt'
  assert_failure 2
  assert_output ''
  assert_regex "$stderr" '^addbook-serve: '
}

@test "the way to the server is left as it was found, for the next program that has it" {
  echo 'A:1' > book.dat
  local flags='import fcntl, os; print(fcntl.fcntl(7, fcntl.F_GETFL) & os.O_NONBLOCK)' ask
  for ask in 'set A phone=2' 'find A'; do
    # shellcheck disable=SC2016,SC2086 # the inner shell's; words without blanks
    run addbook --join addbook-serve -b book.dat -- sh -c '"$@"; exec python3 -c "$0"' "$flags" addbook-query $ask
    assert_success
    assert_line -n 1 0
  done
}
