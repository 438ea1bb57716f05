#!/usr/bin/env bats
# --workers: several processes on the same sockets and book, and a parent that keeps their number.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; stderr is set by "run", ADDRESS and its kin by "serve"

load helper

teardown() {
  end_started
  [ -z "${frozen-}" ] || rmdir "$frozen"
}

# workers: the process numbers of the server's children.
workers() {
  ps --ppid "$SERVER_PID" -o pid= -o stat= | awk '$2 !~ /^Z/ { print $1 }'
}

# are_up N [WITHOUT]: there are N, and the process WITHOUT is none of them.
are_up() {
  local now
  now=$(workers)
  [ "$(wc -w <<< "$now")" = "$1" ] && ! grep -qx "${2:--}" <<< "$now"
}

# answers: the server does.
answers() {
  [ "$(timeout 10 addbook -c "$ADDRESS" count 2> /dev/null)" = 0 ]
}

@test "--workers 2: two processes, one book" {
  serve_on ./s.sock -l tcp:127.0.0.1:0 --workers 2
  eventually are_up 2
  run sockets "${ADDRESSES[@]}" << 'END'
clients = [connect(sys.argv[1 + i % 2]) for i in range(40)]
for i, client in enumerate(clients):
    assert ask(client, f"add:Name {i},{i}") == f"Added entry for Name {i}"
    for reader in clients:
        assert ask(reader, f"fnd:Name {i}") == f"Name {i} : {i}"
print({ask(client, "cnt") for client in clients})
END
  assert_output "{'Entries: 40'}"
}

@test "--workers 2 with the text book" {
  serve -b book.dat -l ./s.sock --workers 2
  run sockets "$ADDRESS" << 'END'
clients = [connect() for i in range(20)]
for i, client in enumerate(clients):
    assert ask(client, f"add:Name {i},{i}") == f"Added entry for Name {i}"
    for reader in clients:
        assert ask(reader, f"fnd:Name {i}") == f"Name {i} : {i}"
print({ask(client, "cnt") for client in clients})
END
  assert_output "{'Entries: 20'}"
}

@test "100 clients that add at the same time: every add that was answered is there" {
  serve_on ./s.sock --workers 2
  run sockets "$ADDRESS" << 'END'
clients = [connect() for _ in range(100)]
for i, client in enumerate(clients):
    send(client, *[f"add:Name {i}-{j},1" for j in range(50)])
for i, client in enumerate(clients):
    assert [line(client) for _ in range(50)] == [f"Added entry for Name {i}-{j}" for j in range(50)]
print(ask(connect(), "cnt"))
END
  assert_output 'Entries: 5000'
}

@test "one ready line, by the parent, and the descriptor is in no process any more" {
  mkfifo ready
  timeout 20 cat ready > line 3>&- &
  reader=$!
  start addbook-serve -b book.db -l ./s.sock --workers 3 --ready-fd 7 7> ready
  wait $reader
  run cat line
  assert_output unix:./s.sock
}

@test "a killed worker is replaced at once, and clients are served meanwhile" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  victim=$(workers | head -n 1)
  kill -KILL "$victim"
  answers || eventually answers
  eventually are_up 2 "$victim"
  for _ in {1..20}; do
    answers
  done
  assert_regex "$(< server.log)" "worker $victim: killed by signal 9"
  kill -0 "$SERVER_PID"
}

@test "a worker that is killed again comes back after a pause" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  # The first of the two is killed, its successor too.
  steady=$(workers | tail -n 1)
  victim=$(workers | head -n 1)
  kill -KILL "$victim"
  eventually are_up 2 "$victim"
  victim=$(workers | grep -vx "$steady")
  killed=$EPOCHREALTIME
  kill -KILL "$victim"
  while are_up 1 "$victim" || ! are_up 2 "$victim"; do
    answers
    sleep 0.02
  done
  awk -v now="$EPOCHREALTIME" -v then="$killed" 'BEGIN { exit !(now - then > 0.5) }'
}

@test "a worker that can't be started is started a moment later" {
  strace -o /dev/null true || skip 'strace is not allowed'
  # shellcheck disable=SC2034,SC2054 # the commas are strace's
  LAUNCH=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -D -f -o trace -e trace=clone,clone3,fork
    -e inject=clone,clone3,fork:error=EAGAIN:when=1)
  serve_on ./s.sock --workers 2
  eventually are_up 2
  assert_equal "$(< server.log)" 'addbook-serve: cannot start a worker: Resource temporarily unavailable'
}

@test "SIGTERM and SIGINT drain all: status 0, no process and no socket left" {
  for signal in TERM INT; do
    # shellcheck disable=SC2034
    LAUNCH=(env --default-signal=INT)
    serve_on ./s.sock --workers 3
    eventually are_up 3
    pids=$(workers)
    run sockets "$ADDRESS" "$SERVER_PID" $signal << 'END'
clients = [connect() for _ in range(20)]
for i, client in enumerate(clients):
    assert ask(client, f"add:Name {i},1") == f"Added entry for Name {i}"
os.kill(int(sys.argv[2]), getattr(signal, "SIG" + sys.argv[3]))
print({rest(client) for client in clients})
END
    assert_output "{''}"
    server_ends
    assert_equal "$signal $status" "$signal 0"
    for pid in $pids; do
      has_ended "$pid"
    done
    assert [ ! -e s.sock ]
  done
}

@test "SIGTERM while a worker is down for its pause ends all at once" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  steady=$(workers | tail -n 1)
  victim=$(workers | head -n 1)
  kill -KILL "$victim"
  eventually are_up 2 "$victim"
  kill -KILL "$(workers | grep -vx "$steady")"
  eventually are_up 1
  stop_server
  assert_equal "$status" 0
  assert [ ! -e s.sock ]
}

@test "SIGTERM to a worker alone: the others go on, and another takes its place" {
  local victim
  serve_on ./s.sock --workers 2
  eventually are_up 2
  victim=$(workers | head -n 1)
  kill -TERM "$victim"
  eventually are_up 2 "$victim"
  grep -q "worker $victim: ended" server.log
  answers
  stop_server
  assert_equal "$status" 0
}

@test "SIGHUP kills neither the parent nor a worker" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  before=$(workers)
  for pid in $SERVER_PID $before; do
    kill -HUP "$pid"
  done
  answers
  assert_equal "$(workers)" "$before"
}

@test "workers end when the parent is killed, and the next server takes over" {
  serve_on ./s.sock --workers 3
  eventually are_up 3
  pids=$(workers)
  stop_server KILL
  for pid in $pids; do
    eventually has_ended "$pid"
  done
  serve_on ./s.sock --workers 2
  eventually answers
}

@test "SIGTERM: a worker that does not end is killed after 5 s, and makes the status 2" {
  local groups
  groups=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
  [ -n "$groups" ] || skip 'nothing to freeze a process with'
  mkdir "$groups/addbook-$$" 2> /dev/null || skip 'not allowed to freeze a process'
  frozen=$groups/addbook-$$
  serve_on ./s.sock --workers 2
  eventually are_up 2
  stuck=$(workers | head -n 1)
  echo "$stuck" > "$frozen/cgroup.procs"
  echo 1 > "$frozen/cgroup.freeze"
  stop_server
  assert_equal "$status" 2
  assert has_ended "$stuck"
  assert [ ! -e s.sock ]
}

@test "SIGTERM while somebody holds the book's lock, and a client does not read: status 0" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
clients = [connect() for i in range(8)]
for i, client in enumerate(clients):
    assert ask(client, f"add:Name {i}," + 50_000 * "x") == f"Added entry for Name {i}"
    send(client, *[f"fnd:Name {i}"] * 200)
lock = os.open("book.db.lock", os.O_RDWR)
import fcntl
fcntl.flock(lock, fcntl.LOCK_EX)
os.kill(int(sys.argv[2]), signal.SIGTERM)
until = time.monotonic() + 20
while time.monotonic() < until and open(f"/proc/{sys.argv[2]}/stat").read().split()[2] != "Z":
    time.sleep(0.05)
END
  server_ends
  assert_equal "$status" 0
  run ! grep -q 'kill' server.log
}

@test "a worker that is stopped ends with the others" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  # shellcheck disable=SC2046 # a word for each
  kill -STOP $(workers)
  stop_server
  assert_equal "$status" 0
}

@test "a damaged book: status 2, no ready line, no socket" {
  echo damaged > book.dat
  run -2 --separate-stderr timeout 20 addbook-serve -b book.dat -l ./s.sock --workers 2 --ready-fd 1 < /dev/null
  assert_output ''
  assert_regex "$stderr" '^addbook-serve: .*book\.dat'
  assert [ ! -e s.sock ]
}

@test "a live server with workers is not displaced" {
  serve_on ./s.sock --workers 2
  run -2 --separate-stderr timeout 20 addbook-serve -b :memory: -l ./s.sock < /dev/null
  assert_regex "$stderr" "already served by process $SERVER_PID\$"
  answers
}

@test "--read-only and --allow hold in every worker" {
  serve_on ./s.sock -l tcp:127.0.0.1:0 --workers 2 --read-only --allow "$(id -u)"
  run sockets "${ADDRESSES[@]}" << 'END'
print({ask(connect(), "add:A,1") for _ in range(30)}, {ask(connect(sys.argv[2]), "cnt") for _ in range(30)})
END
  assert_output "{'ERROR: Read-only'} {'ERROR: Not allowed'}"
}

@test "no worker has a descriptor of another's book" {
  serve_on ./s.sock --workers 2
  eventually are_up 2
  eventually answers
  for pid in $SERVER_PID $(workers); do
    run bash -c 'ls -l "/proc/$1/fd" | grep -c "book\.db$"' bash "$pid"
    # The parent keeps none open, a worker its own.
    assert_output "$([ "$pid" = "$SERVER_PID" ] && echo 0 || echo 1)"
  done
}
