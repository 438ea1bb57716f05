# Loaded by every test file: the programs first in PATH, a home of its own for each test, and the assertions.
# BIN names the folder of the programs under test (the sanitizer builds have their own).

bats_require_minimum_version 1.5.0
# Not by their load.bash, which starts a process for each of these files, and that for each test.
for file in /usr/lib/bats/bats-{support,assert}/src/*.bash; do
  # shellcheck disable=SC1090 # there are several
  source "$file"
done
unset file

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BIN=${BIN:-$ROOT/bin}
FIXTURES=$ROOT/tests/fixtures
export ROOT BIN FIXTURES

# Each test starts in an empty folder that is also its home, with no book or server named by the environment.
setup() {
  cd "$BATS_TEST_TMPDIR" || return
  export HOME=$BATS_TEST_TMPDIR PATH="$BIN:$PATH" LC_ALL=C.UTF-8
  unset ADDBOOK_BOOK ADDBOOK_CONNECT PROTO XDG_DATA_HOME MAKEFLAGS MAKELEVEL
}

# transcript BOOK: asks the server of BOOK every request line of standard input that begins with "> ", and compares
# its replies with the lines that begin with "< ": a conversation, as it would stand on a terminal.
transcript() {
  local script
  script=$(cat)
  run addbook-serve -b "$1" < <(sed -n 's/^> //p' <<< "$script")
  assert_success
  # shellcheck disable=SC2154 # run sets it
  assert_equal "$output" "$(sed -n 's/^< //p' <<< "$script")"
}

# verbs_of_help: the verbs that addbook-query --help lists, each first in its column after `Verbs:`; the compiler holds
# this list to the table of verbs.
verbs_of_help() {
  addbook-query --help | grep -E '^(Verbs:| {6}) ' | grep -oE '(^Verbs:|  ) *[a-z]+' | grep -oE '[a-z]+$'
}

# let_others_in: other users reach the test's folder, and the programs, which may lie in somebody's home.
let_others_in() {
  chmod 711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
  setpriv --reuid 65534 --regid 65534 --clear-groups -- test -x "$BIN/addbook" || {
    [ -d reachable ] || cp -r "$BIN" reachable
    PATH=$PWD/reachable:$PATH
  }
}

# as_nobody COMMAND...: runs it without root's rights, which no file mode stops.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then
    let_others_in
    setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
  else
    "$@"
  fi
}

# eventually COMMAND...: until it succeeds, for at most 20 s.
eventually() {
  local until=$((EPOCHSECONDS + 20))
  while [ $EPOCHSECONDS -lt $until ]; do
    ! "$@" || return 0
    sleep 0.02
  done
  fail "waited in vain for: $*"
}

# has_ended PID: there is no such process, or one that only waits to be collected.
has_ended() {
  [[ $(ps -o stat= -p "$1") != [!Z]* ]]
}

# start COMMAND...: runs it in the background in a process group of its own, with nothing to read and its output in
# started.log, and sets STARTED_PID; what is left of it ends with end_started.
start() {
  setsid "$@" < /dev/null >> started.log 2>&1 3>&- 4>&- &
  STARTED_PID=$!
  STARTED+=("$STARTED_PID")
}

# serve ARG...: starts addbook-serve ARG... with its log in server.log, and returns when every address accepts. Sets
# SERVER_PID, the array ADDRESSES and ADDRESS, the first of them. What is in the array LAUNCH comes before the command.
serve() {
  local ready=ready.$((++SERVERS))
  mkfifo "$ready"
  setsid "${LAUNCH[@]}" addbook-serve "$@" --ready-fd 5 < /dev/null > server.out 2>> server.log 3>&- 4>&- 5> "$ready" &
  SERVER_PID=$!
  STARTED+=("$SERVER_PID")
  read -r -t 20 -a ADDRESSES < "$ready" || fail "not ready: addbook-serve $*: $(cat server.log)"
  # shellcheck disable=SC2034 # the tests'
  ADDRESS=${ADDRESSES[0]}
}

# serve_on ADDRESS [ARG]...: serve with book.db.
serve_on() {
  serve -b book.db -l "$@"
}

# with_terminal ARG...: python3 ARG..., for a program that may import tests/terminal.py.
with_terminal() {
  PYTHONPATH=$ROOT/tests PYTHONDONTWRITEBYTECODE=1 timeout 60 python3 "$@"
}

# needs COMMAND...: where one of them is not installed, the test is skipped.
needs() {
  local command
  for command; do
    command -v "$command" > /dev/null || skip "no $command here"
  done
}

# stop_server [SIGNAL]: sends it (SIGTERM) and waits for the end; sets status.
stop_server() {
  kill -"${1:-TERM}" "$SERVER_PID"
  server_ends
}

# server_ends: waits for it; sets status.
# shellcheck disable=SC2034 # the tests'
server_ends() {
  eventually has_ended "$SERVER_PID"
  status=0
  wait "$SERVER_PID" || status=$?
}

# end_started: for teardown: nothing that start and serve have started is left.
end_started() {
  local pid
  for pid in "${STARTED[@]}"; do
    kill -KILL -- "-$pid" 2> /dev/null || true
    wait "$pid" 2> /dev/null || true
  done
}

# sockets [ARG]...: runs the Python program of standard input for a test that has to hold a socket in its own hands.
sockets() {
  { sockets_words && cat; } > sockets.py
  timeout 60 python3 sockets.py "$@"
}
sockets_words() {
  cat << 'END'
import os, resource, select, signal, socket, struct, sys, threading, time


def connect(address=None):
    kind, _, rest = (address or sys.argv[1]).partition(":")
    if kind == "unix":
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(20)
        client.connect(rest)
        return client
    host, port = rest.rsplit(":", 1)
    return socket.create_connection((host.strip("[]"), int(port)), 20)


def send(client, *requests):
    client.sendall("".join(request + "\n" for request in requests).encode())


def line(client):
    got = b""
    while not got.endswith(b"\n"):
        byte = client.recv(1)
        if not byte:
            return got.decode() + "(end)"
        got += byte
    return got[:-1].decode()


def ask(client, request):
    send(client, request)
    return line(client)


def rest(client):
    """All that comes until the end."""
    return b"".join(iter(lambda: client.recv(1 << 16), b"")).decode()


def end(client):
    client.shutdown(socket.SHUT_WR)
    return rest(client)


def has_ended(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rsplit(")")[-1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def reset(client):
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()


END
}
