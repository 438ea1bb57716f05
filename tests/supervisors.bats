#!/usr/bin/env bats
# Real supervisors start addbook-serve: a process for all connections, or one for each, on a shared book.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; stderr is set by "run", ADDRESS and its kin by "serve"

load helper

teardown() {
  end_started
}

# answers [ADDRESS]: somebody listens there and answers.
answers() {
  timeout 10 addbook -c "${1:-./s.sock}" count > /dev/null 2>&1
}

# serves_many ADDRESS: 20 clients at once, each on a connection of its own, share one book.
serves_many() {
  local i clients=()
  eventually answers "$1"
  for i in {1..20}; do
    timeout 30 addbook -c "$1" add "Name $i" "$i" > "out.$i" 2>&1 < /dev/null 3>&- &
    clients+=($!)
  done
  wait "${clients[@]}"
  for i in {1..20}; do
    assert_equal "$(< "out.$i")" "Added entry for Name $i"
  done
  run -0 timeout 20 addbook -c "$1" count
  assert_output 20
}

# --- systemd ---------------------------------------------------------------------------------------------------------

@test "systemd-socket-activate: one server for all clients, and SIGTERM leaves the socket" {
  needs systemd-socket-activate
  start systemd-socket-activate -l "$PWD/s.sock" "$BIN/addbook-serve" -b book.db
  serves_many ./s.sock
  # It has become the server.
  assert_equal "$(ps -o comm= -p "$STARTED_PID")" addbook-serve
  kill "$STARTED_PID"
  wait "$STARTED_PID"
  assert [ -S s.sock ]
  assert [ ! -e s.sock.lock ]
}

@test "systemd-socket-activate: several sockets, and LISTEN_FDS wins over -l" {
  needs systemd-socket-activate
  start systemd-socket-activate -l "$PWD/s.sock" -l "$PWD/t.sock" "$BIN/addbook-serve" -b book.db -l ./other.sock
  serves_many ./s.sock
  run -0 timeout 20 addbook -c ./t.sock count
  assert_output 20
  assert [ ! -e other.sock ]
}

@test "systemd-socket-activate with --workers" {
  needs systemd-socket-activate
  start systemd-socket-activate -l "$PWD/s.sock" "$BIN/addbook-serve" -b book.db --workers 2
  serves_many ./s.sock
  assert_equal "$(ps --ppid "$STARTED_PID" -o pid= | wc -l)" 2
  kill "$STARTED_PID"
  wait "$STARTED_PID"
  assert [ -S s.sock ]
}

@test "systemd-socket-activate --accept: a server for each connection" {
  needs systemd-socket-activate
  start systemd-socket-activate --accept -l "$PWD/s.sock" "$BIN/addbook-serve" -b book.db
  serves_many ./s.sock
}

@test "systemd-socket-activate --accept --inetd: the connection as standard input and output" {
  needs systemd-socket-activate
  start systemd-socket-activate --accept --inetd -l "$PWD/s.sock" "$BIN/addbook-serve" -b book.db
  serves_many ./s.sock
}

@test "systemd-socket-activate --inetd: the listening socket as standard input" {
  needs systemd-socket-activate
  start systemd-socket-activate --inetd -l "$PWD/s.sock" "$BIN/addbook-serve" -b book.db
  serves_many ./s.sock
  kill "$STARTED_PID"
  wait "$STARTED_PID"
  assert [ -S s.sock ]
}

@test "systemd-socket-activate --accept: a last reply is not lost" {
  needs systemd-socket-activate
  start systemd-socket-activate --accept -l "$PWD/s.sock" "$BIN/addbook-serve" -b book.db
  eventually answers
  for _ in {1..5}; do
    run sockets unix:s.sock << 'END'
client = connect()
client.sendall(b"add:A,1\nbye\n" + b"cnt\n" * 50_000)
print(repr(rest(client)))
END
    assert_output "'Added entry for A\nBye\n'"
  done
}

# --- s6, ucspi -------------------------------------------------------------------------------------------------------

@test "a socket as standard input and output: neither the last reply nor a refusal is lost" {
  run sockets << 'END'
import subprocess


def last_words(*options):
    listening = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listening.getsockname(), 20)
    server = listening.accept()[0]
    subprocess.Popen(["addbook-serve", "-b", "book.db", *options], stdin=server, stdout=server)
    server.close()
    client.sendall(b"add:A,1\nbye\n" + b"cnt\n" * 50_000)
    return rest(client)


print(repr(last_words()), repr(last_words("--allow", "0")))
END
  assert_output --regexp "^addbook-serve: client tcp:.*: refused: Not allowed
'Added entry for A\\\\nBye\\\\n' 'ERROR: Not allowed\\\\n'\$"
}

@test "s6-ipcserver and s6-ipcclient" {
  needs s6-ipcserver s6-ipcclient
  start s6-ipcserver s.sock addbook-serve -b book.db
  serves_many ./s.sock
  run -0 timeout 20 s6-ipcclient s.sock addbook-query find 'Name 7'
  assert_output 'Name 7 : 7'
  run -1 timeout 20 s6-ipcclient s.sock addbook-query find 'Name 77'
  run -0 timeout 20 s6-ipcclient s.sock addbook-query raw <<< cnt
  assert_output 'Entries: 20'
}

@test "s6-ipcclient, unixclient: clients of addbook-serve -l" {
  needs s6-ipcclient unixclient
  serve_on ./s.sock
  for client in s6-ipcclient unixclient; do
    run -0 timeout 20 $client s.sock addbook-query add $client 1
    assert_output "Added entry for $client"
    run -0 timeout 20 $client s.sock addbook-query list "$client"
    assert_output "$client : 1"
  done
}

@test "s6-tcpserver and s6-tcpclient" {
  needs s6-tcpserver s6-tcpclient
  start s6-tcpserver -1 127.0.0.1 0 addbook-serve -b book.db
  eventually grep -q '^[0-9]' started.log
  port=$(grep -m 1 '^[0-9]' started.log)
  serves_many "tcp:127.0.0.1:$port"
  run -0 timeout 20 s6-tcpclient 127.0.0.1 "$port" addbook-query count
  assert_output 20
}

@test "unixserver and unixclient" {
  needs unixserver unixclient
  # Without -- it would take the options of the program for its own.
  start unixserver -c 40 -- s.sock addbook-serve -b book.db
  serves_many ./s.sock
  run -0 timeout 20 unixclient s.sock addbook-query find 'Name 7'
  assert_output 'Name 7 : 7'
}

@test "tcpserver and tcpclient" {
  needs tcpserver tcpclient
  start tcpserver -1 -HRl0 127.0.0.1 0 addbook-serve -b book.db
  eventually grep -q '^[0-9]' started.log
  port=$(grep -m 1 '^[0-9]' started.log)
  serves_many "tcp:127.0.0.1:$port"
  run -0 timeout 20 tcpclient -HRl0 127.0.0.1 "$port" addbook-query find 'Name 7'
  assert_output 'Name 7 : 7'
  # A browser's POST runs nothing there either.
  run -0 timeout 20 socat -t 5 - "TCP:127.0.0.1:$port" <<< $'\r\nPOST / HTTP/1.1\r\n\nrem:Name 7'
  assert_output ''
  run -0 timeout 20 tcpclient -HRl0 127.0.0.1 "$port" addbook-query count
  assert_output 20
}

@test "tcpclient: a client of addbook-serve -l" {
  needs tcpclient
  serve_on tcp:127.0.0.1:0
  run -0 timeout 20 tcpclient -HRl0 127.0.0.1 "${ADDRESSES[0]##*:}" addbook-query count
  assert_output 0
}

@test "socat UNIX-LISTEN with fork and EXEC: pipes or a socket pair" {
  needs socat
  for option in '' ,pipes; do
    rm -f book.db*
    # -t: socat leaves half a second after the end of the requests, which is short for 20 servers on one book.
    start socat -t 20 UNIX-LISTEN:s.sock,fork,backlog=100 "EXEC:addbook-serve -b book.db$option"
    serves_many ./s.sock
    kill "$STARTED_PID"
    wait "$STARTED_PID" || true
    rm -f s.sock
  done
}

@test "socat as a client: every reply comes after its end of input" {
  needs socat
  serve_on ./s.sock
  run timeout 20 socat -t 10 - UNIX-CONNECT:s.sock < <(seq -f 'add:Name %.0f,1' 1000 && echo cnt)
  assert_success
  assert_equal "${#lines[@]} ${lines[1000]}" '1001 Entries: 1000'
}

@test "addbook -s: whatever sh can start" {
  run -0 timeout 20 addbook -s 'sh -c "exec addbook-serve -b book.db"' add A 1
  assert_output 'Added entry for A'
  serve_on ./s.sock
  run -0 timeout 20 addbook -s 'addbook -c ./s.sock raw' find A
  assert_output 'A : 1'
}

# --- The protocols by themselves -------------------------------------------------------------------------------------

# handed_over ARG...: addbook-serve -b book.db ARG... with a listening socket at in.sock as its 3, for which the file
# "with" sets the variables; returns when it is ready: ADDRESSES.
handed_over() {
  sockets_words > hand.py
  cat >> hand.py << 'END'
os.dup2(os.open("ready", os.O_WRONLY), 5)
listener = socket.socket(socket.AF_UNIX)
listener.bind("in.sock")
listener.listen()
os.dup2(listener.fileno(), 3)
exec(open("with").read())
os.execvp("addbook-serve", ["addbook-serve", "-b", "book.db", "--ready-fd", "5", *sys.argv[1:]])
END
  mkfifo ready
  start python3 hand.py "$@"
  read -r -t 20 -a ADDRESSES < ready || fail "$(cat started.log)"
}

@test "LISTEN_FDS: the socket that was handed over, and no other; it is never unlinked" {
  echo 'os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))' > with
  handed_over -l ./other.sock
  assert_equal "${ADDRESSES[*]}" unix:in.sock
  assert [ ! -e other.sock ]
  answers ./in.sock
  kill "$STARTED_PID"
  wait "$STARTED_PID"
  assert [ -S in.sock ]
  assert [ ! -e in.sock.lock ]
}

@test "LISTEN_PID of another process is ignored" {
  echo 'os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getppid()))' > with
  handed_over -l ./other.sock
  assert_equal "${ADDRESSES[*]}" unix:./other.sock
  answers ./other.sock
  kill "$STARTED_PID"
  wait "$STARTED_PID"
  assert [ -S in.sock ]
}

@test "LISTEN_FDS without LISTEN_PID, or of none, is ignored" {
  for fds in 1 0; do
    pid=()
    [ $fds = 1 ] || pid=(LISTEN_PID=$$)
    run -0 env LISTEN_FDS=$fds "${pid[@]}" timeout 20 addbook-serve -b :memory: <<< cnt
    assert_output 'Entries: 0'
  done
}

@test "LISTEN_FDS with a connection that --workers can't share: status 2 and a message" {
  run -2 --separate-stderr sockets << 'END'
ours, servers = socket.socketpair()
os.dup2(servers.fileno(), 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp("addbook-serve", ["addbook-serve", "-b", "book.db", "--workers", "2"])
END
  assert_output ''
  assert_regex "$stderr" '^addbook-serve: --workers share .*'
}

@test "LISTEN_FDS that are no sockets: status 2 and a message" {
  # shellcheck disable=SC2016 # for sh to expand
  run -2 --separate-stderr timeout 20 sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 exec addbook-serve -b :memory: 3< /dev/null' \
    < /dev/null
  assert_output ''
  assert_regex "$stderr" '^addbook-serve: .*LISTEN_FDS'
}

# notified ARG...: what addbook-serve ARG... tells the socket NAME of sd_notify from its start to its end, a line each.
notified() {
  sockets_words > notified.py
  cat >> notified.py << 'END'
name = os.environ["NAME"]
supervisor = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
supervisor.settimeout(20)
supervisor.bind("\0" + name[1:] if name.startswith("@") else name)
pid = os.fork()
if pid == 0:
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    os.environ["NOTIFY_SOCKET"] = name
    os.execvp("addbook-serve", ["addbook-serve", *sys.argv[1:]])
try:
    said = supervisor.recv(4096).decode()
    print(said.split("\n")[0], ask(connect("unix:s.sock"), "cnt"))
finally:
    os.kill(pid, signal.SIGTERM)
    status = os.waitpid(pid, 0)[1]
supervisor.setblocking(False)  # whoever could say something has ended
try:
    while said := supervisor.recv(4096).decode():
        print(said, status)
except BlockingIOError:
    pass
END
  run timeout 40 python3 notified.py "$@"
}

@test "NOTIFY_SOCKET hears READY=1 when every address accepts, and STOPPING=1" {
  NAME=$PWD/notify notified -b book.db -l ./s.sock
  assert_output $'READY=1 Entries: 0\nSTOPPING=1 0'
}

@test "NOTIFY_SOCKET may be abstract, and hears the parent of workers once" {
  NAME=@addbook-test-$$-$BATS_TEST_NUMBER notified -b book.db -l ./s.sock --workers 2
  assert_output $'READY=1 Entries: 0\nSTOPPING=1 0'
}

@test "a NOTIFY_SOCKET that nobody reads stops nothing" {
  # shellcheck disable=SC2034
  LAUNCH=(env NOTIFY_SOCKET="$PWD/nobody")
  serve_on ./s.sock
  answers
}
