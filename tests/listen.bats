#!/usr/bin/env bats
# addbook-serve -l and addbook -c: one server that many clients attach to, over Unix and TCP sockets.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; stderr is set by "run", ADDRESS and its kin by "serve"

load helper

teardown() {
  end_started
}

# client ARG...: addbook -c ADDRESS ARG... with nothing to read and a bound in time.
client() {
  run --separate-stderr timeout 20 addbook -c "$ADDRESS" "$@" < /dev/null
}

# refused PATTERN ARG...: addbook-serve ARG... ends with 2, says PATTERN and nothing on its standard output.
refused() {
  run --separate-stderr timeout 20 addbook-serve -b :memory: --ready-fd 1 "${@:2}" < /dev/null
  assert_equal "$status $output" '2 '
  assert_regex "$stderr" "^addbook-serve: .*$1"
}

needs_ipv6() {
  [ -e /proc/net/if_inet6 ] || skip 'no IPv6 here'
}

# inode FILE
inode() {
  stat -c %i "$1"
}

# --- Addresses -------------------------------------------------------------------------------------------------------

@test "-l with a path: a Unix socket that answers" {
  serve_on ./s.sock
  assert_equal "$ADDRESS" unix:./s.sock
  assert [ -S s.sock ]
  client add 'King Arthur' 1
  assert_output 'Added entry for King Arthur'
  client find 'King Arthur'
  assert_success
  assert_output 'King Arthur : 1'
}

@test "-l unix:PATH: a path without a slash too" {
  serve_on unix:s.sock
  assert_equal "$ADDRESS" unix:s.sock
  client count
  assert_output 0
}

@test "a path that begins with @ is a file, no abstract name" {
  serve_on unix:@s
  assert [ -S @s ]
  client count
  assert_output 0
}

@test "-l tcp:127.0.0.1:0: a port is picked, and the ready line tells it" {
  serve_on tcp:127.0.0.1:0
  assert_regex "$ADDRESS" '^tcp:127\.0\.0\.1:[1-9][0-9]*$'
  client count
  assert_output 0
}

@test "-l tcp:[::1]:0" {
  needs_ipv6
  serve_on 'tcp:[::1]:0'
  assert_regex "$ADDRESS" '^tcp:\[::1\]:[1-9][0-9]*$'
  client count
  assert_output 0
}

@test "a TCP port can be served again at once" {
  serve_on tcp:127.0.0.1:0
  client count
  first=$ADDRESS
  stop_server
  serve_on "$first"
  assert_equal "$ADDRESS" "$first"
  client count
  assert_output 0
}

@test "-l several times: one server, one book, the ready line in the order of the options" {
  serve_on ./a.sock -l tcp:127.0.0.1:0 --listen unix:b.sock
  assert_equal "${#ADDRESSES[@]} ${ADDRESSES[0]} ${ADDRESSES[2]}" '3 unix:./a.sock unix:b.sock'
  assert_regex "${ADDRESSES[1]}" '^tcp:127\.0\.0\.1:[1-9][0-9]*$'
  client add A 1
  for ADDRESS in "${ADDRESSES[@]}"; do
    client find A
    assert_output 'A : 1'
  done
}

@test "--ready-fd: one line once every address accepts, and then the descriptor is closed" {
  mkfifo ready
  timeout 20 cat ready > line 3>&- &
  reader=$!
  start addbook-serve -b book.db -l ./a.sock -l ./b.sock --ready-fd 7 7> ready
  # It comes to the end of the file only because the server has closed its end.
  wait $reader
  run cat line
  assert_output 'unix:./a.sock unix:./b.sock'
  run -0 --separate-stderr timeout 20 addbook -c ./b.sock count
  assert_output 0
}

@test "--ready-fd may be standard error: no client gets what the server logs" {
  start addbook-serve -b :memory: -l ./s.sock -v --ready-fd 2
  eventually grep -qx unix:./s.sock started.log
  ADDRESS=./s.sock
  client count
  assert_output 0
}

@test "--ready-fd that is not open: status 2, and nothing is left" {
  run -2 --separate-stderr timeout 20 addbook-serve -b :memory: -l ./s.sock --ready-fd 77 < /dev/null
  assert_regex "$stderr" '^addbook-serve: .*(ready-fd|descriptor)'
  assert [ ! -e s.sock ]
}

@test "an option that is about sockets is refused where there is none: nobody waits in vain for --ready-fd" {
  local option
  for option in '--ready-fd 1' '--mode 666' '--allow root' '--remote' '--workers 2' '--max-clients 3' '--max-per-user 3' \
    '--idle-timeout 1'; do
    # shellcheck disable=SC2086 # words without blanks
    run --separate-stderr timeout 20 addbook-serve -b book.db $option <<< cnt
    assert_equal "$status $output" '2 '
    assert_regex "$stderr" "addbook-serve: option '${option:2:4}[a-z-]*' needs -l, or a socket from a supervisor\$"
  done
  assert [ ! -e book.db ]
  run --separate-stderr addbook-serve -b :memory: --read-only --verbose <<< cnt
  assert_equal "$status $output $stderr" '0 Entries: 0 '
}

@test "bad addresses: status 2 and a message that shows the forms" {
  for address in nonsense '' unix: tcp: tcp:127.0.0.1 tcp:127.0.0.1: tcp:127.0.0.1:x tcp:127.0.0.1:-1 tcp:::1:0 \
    'tcp:[::1]' 'tcp:[::1]:x' tcp:127.0.0.1:65536 tcp:127.0.0.1:99999; do
    refused 'unix:PATH.*tcp:HOST:PORT' -l "$address"
  done
}

@test "an address that this machine does not have: status 2 and a message with the reason" {
  refused 'nohost\.invalid' -l tcp:nohost.invalid:0
  refused 'no/such/s\.sock.*No such file' -l ./no/such/s.sock
  refused '192\.0\.2\.1.*Cannot assign' -l tcp:192.0.2.1:0 --remote
}

@test "too long a path: status 2, for the server and for the client" {
  mkdir -p "$(printf 'folder%.0s/' {1..20})"
  path=$(printf 'folder%.0s/' {1..20})s.sock
  refused '107 bytes' -l "$path"
  assert_equal "$(find . -name 's.sock*')" ''
  run -2 --separate-stderr timeout 20 addbook -c "$path" count < /dev/null
  assert_regex "$stderr" '^addbook: .*107 bytes'
}

@test "a path of 107 bytes is served" {
  path=./$(printf '%0105d' 0)
  serve_on "$path"
  client count
  assert_output 0
}

@test "TCP beyond this machine is refused without --remote" {
  for address in tcp::0 tcp:0.0.0.0:0 tcp:192.0.2.1:0; do
    refused '[-]-remote' -l "$address"
  done
}

@test "IPv6 beyond this machine is refused without --remote" {
  needs_ipv6
  for host in :: 2001:db8::1 fe80::1 ::ffff:192.0.2.1; do
    refused '[-]-remote' -l "tcp:[$host]:0"
  done
}

@test "--remote: served, with a warning that names ssh and stunnel" {
  serve_on tcp:0.0.0.0:0 --remote
  assert_regex "$(< server.log)" 'encrypt.*ssh.*stunnel'
  ADDRESS=tcp:127.0.0.1:${ADDRESS##*:}
  client count
  assert_output 0
}

@test "no warning on this machine alone" {
  serve_on tcp:127.0.0.1:0 -l ./s.sock
  assert_equal "$(< server.log)" ''
}

@test "a TCP port that is taken: status 2, and nothing is left of the other addresses" {
  serve_on tcp:127.0.0.1:0
  refused 'tcp:127.*in use' -l ./s.sock -l "$ADDRESS"
  assert [ ! -e s.sock ]
  client count
  assert_output 0
}

@test "of a name's addresses, those that this machine has are listened on" {
  local without_ipv6='mount --bind hosts /etc/hosts && ip link set lo up &&
    echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 && exec "$@"'
  printf '::1 both\n127.0.0.1 both\n::1 six\n' > hosts
  LAUNCH=(unshare -nm bash -c "$without_ipv6" bash)
  "${LAUNCH[@]}" true 2> /dev/null || skip 'no namespace of our own'
  serve -b :memory: -l tcp:both:0
  assert_regex "${ADDRESSES[*]}" '^tcp:127\.0\.0\.1:[0-9]+$'
  run -2 --separate-stderr timeout 20 "${LAUNCH[@]}" addbook-serve -b :memory: -l tcp:six:0 < /dev/null
  assert_regex "$stderr" '^addbook-serve: cannot listen on tcp:six:0: (Cannot assign|Address family)'
}

@test "a socket that can't be made: the reason is the kernel's" {
  [ -z "${SAN-}" ] || skip 'a program with a sanitizer has to open its libraries'
  run -2 --separate-stderr timeout 20 bash -c 'ulimit -n 3 && exec addbook-serve -b :memory: -l tcp:127.0.0.1:0' < /dev/null
  assert_equal "$stderr" 'addbook-serve: cannot listen on tcp:127.0.0.1:0: Too many open files'
}

@test "a book that can't be opened: status 2, no ready line, no socket left" {
  echo damaged > bad.dat
  run -2 --separate-stderr timeout 20 addbook-serve -b bad.dat -l ./s.sock --ready-fd 1 < /dev/null
  assert_output ''
  assert_regex "$stderr" '^addbook-serve: .*bad\.dat'
  assert [ ! -e s.sock ]
}

# --- Clients ---------------------------------------------------------------------------------------------------------

@test "-c: unix:PATH, a path with a slash, tcp:HOST:PORT, [IPv6] and a name" {
  serve_on ./s.sock -l tcp:127.0.0.1:0
  port=${ADDRESSES[1]##*:}
  for ADDRESS in unix:s.sock "unix:$PWD/s.sock" ./s.sock "$PWD/s.sock" "tcp:127.0.0.1:$port" "tcp:localhost:$port"; do
    client count
    assert_equal "$ADDRESS $status $output" "$ADDRESS 0 0"
  done
}

@test "-c and its long forms; the address may stand in the same argument" {
  serve_on ./s.sock
  for words in '-c ./s.sock' -c./s.sock '--connect ./s.sock' --connect=./s.sock; do
    # shellcheck disable=SC2086
    run -0 timeout 20 addbook $words count < /dev/null
    assert_output 0
  done
}

@test "ADDBOOK_CONNECT is the server, and -b and -s come before it" {
  serve_on ./s.sock
  client add A 1
  export ADDBOOK_CONNECT=unix:s.sock
  run -0 timeout 20 addbook count < /dev/null
  assert_output 1
  run -0 timeout 20 addbook -b :memory: count < /dev/null
  assert_output 0
  run -0 timeout 20 addbook -s 'addbook-serve -b :memory:' count < /dev/null
  assert_output 0
  ADDBOOK_CONNECT='' run -0 timeout 20 addbook -b :memory: count < /dev/null
  assert_output 0
  ADDBOOK_CONNECT='' run -0 timeout 20 addbook count < /dev/null
  assert_output 0
}

@test "-c comes before ADDBOOK_CONNECT, and only one of -b, -c and -s can be given" {
  serve_on ./s.sock
  ADDBOOK_CONNECT=./none.sock client count
  assert_output 0
  for words in '-b x.db' '-s cat'; do
    # shellcheck disable=SC2086
    client $words count
    assert_equal "$status $output" '2 '
  done
}

@test "-c with a name that has several addresses: the one that is served" {
  printf '127.0.0.%d camelot\n' 2 3 > hosts
  unshare -m mount --bind hosts /etc/hosts || skip 'mount is not allowed'
  for host in 127.0.0.2 127.0.0.3; do
    serve_on tcp:$host:0
    # shellcheck disable=SC2016 # for sh to expand
    run timeout 20 unshare -m sh -c 'mount --bind hosts /etc/hosts && addbook -c "$0" count' "tcp:camelot:${ADDRESS##*:}"
    assert_output 0
  done
}

@test "-c with every verb, the menu and raw too" {
  serve_on ./s.sock
  run -0 timeout 20 addbook -c ./s.sock raw <<< $'add:A,1\nfnd:A\ncnt'
  assert_output $'Added entry for A\nA : 1\nEntries: 1'
  run -0 timeout 20 addbook -c ./s.sock <<< $'3\nA\n4'
  assert_output --partial 'RESULT: A : 1'
  client list
  assert_output 'A : 1'
  client find B
  assert_failure 1
  client remove A
  assert_success
}

@test "nobody listens there: status 2 and a message" {
  ADDRESS=./none.sock client count
  assert_equal "$status $output" '2 '
  assert_regex "$stderr" '^addbook: .*none\.sock: No such file'
  serve_on tcp:127.0.0.1:0
  stop_server
  client count
  assert_equal "$status $output" '2 '
  assert_regex "$stderr" "^addbook: .*$ADDRESS: Connection refused"
}

@test "-c with a bad address: status 2 and a message" {
  for ADDRESS in nonsense tcp:127.0.0.1 tcp:127.0.0.1:x tcp:127.0.0.1:70000; do
    client count
    assert_equal "$ADDRESS $status $output" "$ADDRESS 2 "
    assert_regex "$stderr" '^addbook: .*tcp:HOST:PORT'
  done
}

@test "the client has PROTO=UNIX or TCP, and the server on 6 and 7" {
  mkdir box
  cp "$BIN/addbook" box/
  # shellcheck disable=SC2016 # for the client to expand
  printf '#!/bin/sh\necho cnt >&7\nread -r reply <&6\necho $PROTO $reply\n' > box/addbook-query
  chmod +x box/addbook-query
  serve_on ./s.sock -l tcp:127.0.0.1:0
  run timeout 20 box/addbook -c "${ADDRESSES[0]}" x
  assert_output 'UNIX Entries: 0'
  run timeout 20 box/addbook -c "${ADDRESSES[1]}" x
  assert_output 'TCP Entries: 0'
}

# --- Many clients ----------------------------------------------------------------------------------------------------

@test "the client has the server on 6 and 7 whatever its caller has open" {
  serve_on ./s.sock
  # The connection would be the first number that is free: 6, and then 7.
  run timeout 20 addbook -c "$ADDRESS" count 3< /dev/null 4< /dev/null 5< /dev/null
  assert_output 0
  run timeout 20 addbook -c "$ADDRESS" count 3< /dev/null 4< /dev/null 5< /dev/null 6< /dev/null
  assert_output 0
}

@test "50 clients at once are all answered" {
  serve_on ./s.sock
  for i in {1..50}; do
    timeout 60 addbook -c ./s.sock add "Name $i" "$i" > "out.$i" 2>&1 3>&- < /dev/null &
    clients[i]=$!
  done
  for i in {1..50}; do
    wait "${clients[i]}"
    assert_equal "$(< "out.$i")" "Added entry for Name $i"
  done
  client count
  assert_output 50
}

@test "a client that holds its connection keeps nobody else waiting" {
  serve_on ./s.sock -l tcp:127.0.0.1:0
  run sockets "${ADDRESSES[@]}" << 'END'
silent, half = connect(), connect(sys.argv[2])
half.sendall(b"add:Half")
print(ask(connect(), "add:A,1"))
print(ask(connect(sys.argv[2]), "fnd:A"))
print(ask(half, ",1"), ask(silent, "cnt"))
END
  assert_output $'Added entry for A\nA : 1\nAdded entry for Half Entries: 2'
}

@test "a client that pipelines 200,000 requests starves no client that asks one at a time" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
many, one = connect(), connect()
requests = 200_000
answered = [0]


def pipeline():
    many.sendall(b"fnd:Nobody\n" * requests)
    many.shutdown(socket.SHUT_WR)


def count():
    while got := many.recv(1 << 16):
        answered[0] += got.count(b"\n")


threads = [threading.Thread(target=task) for task in (pipeline, count)]
for thread in threads:
    thread.start()
during = 0
slowest = 0
while answered[0] < requests and threads[1].is_alive():
    before = time.monotonic()
    assert ask(one, "cnt") == "Entries: 0"
    slowest = max(slowest, time.monotonic() - before)
    during += answered[0] < requests
for thread in threads:
    thread.join()
print(answered[0], during > 5 and slowest < 2 or (during, slowest))
END
  assert_output '200000 True'
}

@test "300 clients that ask while the server is busy share one commit" {
  strace -o /dev/null true || skip 'strace is not allowed'
  LAUNCH=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace=fdatasync)
  serve_on ./s.sock
  run sockets "$ADDRESS" "$(pgrep -P "$SERVER_PID")" << 'END'
def syncs():
    return open("trace").read().count("fdatasync(")


clients = [connect() for _ in range(300)]
for client in clients:
    ask(client, "add:warm,1")
before = syncs()
os.kill(int(sys.argv[2]), signal.SIGSTOP)
for number, client in enumerate(clients):
    send(client, f"add:n{number},1")
os.kill(int(sys.argv[2]), signal.SIGCONT)
print(sum(line(client) == f"Added entry for n{number}" for number, client in enumerate(clients)), syncs() - before)
END
  assert_output '300 1'
}

@test "40 clients that ask for all of a large book, and do not read at once: memory for some, and each gets all of it" {
  [ -z "${SAN-}" ] || skip "a sanitizer's own memory is not the server's"
  seq -f "add:Person %06.0f,$(printf '%060d' 0)" 100000 | addbook-serve -b book.db > /dev/null
  serve_on ./s.sock --idle-timeout 1
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
def peak():
    return int(next(line for line in open(f"/proc/{sys.argv[2]}/status") if line.startswith("VmHWM")).split()[1]) >> 10


one, *many = [connect() for _ in range(41)]
for client in many:
    send(client, "lst", "cnt")
# They all have asked; who asks for little is answered.
print(ask(one, "cnt"), peak() < 150 or peak())
# Who is kept waiting is not idle.
asked = time.monotonic()
while time.monotonic() - asked < 1.5:
    ask(one, "cnt")
lengths = []
threads = [threading.Thread(target=lambda client=client: lengths.append(len(end(client)))) for client in many]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(lengths), set(lengths), peak() < 150 or peak())
END
  assert_output $'Entries: 100000 True\n40 {7700030} True'
}

@test "a reader of a long list that pauses, as a pager does, keeps no server waiting and loses nothing" {
  seq -f 'add:Person %05.0f,1,Some Street,Some Town,555' 50000 | addbook-serve -b book.db > replies
  serve_on ./sock
  mkfifo pager
  # The client opens its end only when the pager does.
  addbook -c ./sock list > pager 2> err 3>&- &
  local client=$!
  {
    read -r first
    # The server has sent all that it has to send, so it ends with nothing to wait for.
    stop_server
    wc -l > rest
  } < pager
  wait "$client"
  assert_equal "$first" 'Person 00001 : 1,Some Street,Some Town,555'
  assert_equal "$(< rest)" 49999
  assert_equal "$(< err)" ''
}

@test "what a server has said is printed, though it ends before the end of its reply, and the reader was slow" {
  mkfifo pager
  sockets ./s.sock << 'END' 3>&- &
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
client, _ = server.accept()
client.recv(100)
client.sendall(b"".join(b"Name %06d : 1,High Street\n" % i for i in range(50_000)))
END
  eventually test -S s.sock
  addbook -c ./s.sock list > pager 2> err 3>&- &
  local client=$! status=0
  {
    read -r first
    wait %1 # the server has gone
    wc -l > rest
  } < pager
  wait "$client" || status=$?
  assert_equal "$first $(< rest) $status" 'Name 000000 : 1,High Street 49999 2'
  assert_equal "$(< err)" 'addbook-query: the server closed the stream'
}

@test "an inherited socket that somebody has shut down is given up, and the server ends with the last client" {
  run sockets book.db << 'END'
listening = socket.create_server(("127.0.0.1", 0))
os.dup2(listening.fileno(), 3)
server = os.posix_spawn("/bin/sh", ["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec addbook-serve -b "$0" 2> log', sys.argv[1]], os.environ)
client = socket.create_connection(listening.getsockname(), 20)
print(ask(client, "cnt"))
listening.shutdown(socket.SHUT_RDWR)
print(ask(client, "cnt"))
client.close()
print(os.waitstatus_to_exitcode(os.waitpid(server, 0)[1]))
END
  assert_output $'Entries: 0\nEntries: 0\n0'
  assert_equal "$(cat log)" 'addbook-serve: a socket that was inherited no longer listens'
}

@test "after a failed sync the outcome is unknown, and the server ends with status 2, with workers too" {
  strace -o /dev/null true || skip 'strace is not allowed'
  # shellcheck disable=SC2034,SC2054 # the commas are strace's
  LAUNCH=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace=fsync,fdatasync
    -e inject=fsync,fdatasync:error=EIO)
  addbook-serve -b book.db <<< add:old,1 > /dev/null
  for workers in 1 2; do
    serve_on ./s.sock --workers $workers
    client add new 1
    assert_regex "$status $stderr" '^2 ERROR: Outcome unknown: '
    server_ends
    assert_equal "$workers: $status" "$workers: 2"
    assert_regex "$(< server.log)" 'addbook-serve: Outcome unknown: disk I/O error'
    : > server.log
    assert [ ! -e s.sock ]
  done
  run addbook-serve -b book.db <<< fnd:old
  assert_output 'old : 1'
}

@test "a book that another program has locked for long is waited for again once it has been free" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
import sqlite3

book = sqlite3.connect("book.db", isolation_level=None)
client = connect()
book.execute("BEGIN IMMEDIATE")
print(ask(client, "add:A,1"))
book.execute("ROLLBACK")
print(ask(client, "add:A,2"))
book.execute("BEGIN IMMEDIATE")
send(client, "add:A,3")
print(select.select([client], [], [], 0.2)[0])
book.execute("ROLLBACK")
print(line(client))
END
  assert_output - << 'END'
ERROR: Not stored: database is locked
Added entry for A
[]
Added entry for A
END
}

@test "a TCP client whose machine has vanished is found out: the kernel asks for it" {
  serve_on tcp:127.0.0.1:0
  run sockets "$ADDRESS" << 'END'
client = connect()
ask(client, "cnt")
there = "%08X:%04X" % (socket.htonl(0x7F000001), client.getpeername()[1])
keepalive, acknowledgement = "02", "01"
timer = acknowledgement  # proc_net_tcp.txt: the timer that runs for a connection
while timer == acknowledgement:
    connections = [text.split() for text in open("/proc/net/tcp")]
    timer = next(one[5][:2] for one in connections if one[1] == there and one[3] == "01")
print(timer == keepalive)
END
  assert_output True
}

@test "the requests of one client see the effect of those before, also another's that were answered" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
a, b = connect(), connect()
for i in range(200):
    send(a, f"add:A,{i}", "fnd:A", f"rem:A", "fnd:A", f"add:A,{i}")
    got = [line(a) for _ in range(5)]
    assert got == ["Added entry for A", f"A : {i}", "Deleted entry for A", "Sorry, no entry for: A", "Added entry for A"], got
    assert ask(b, "fnd:A") == f"A : {i}"
print("done")
END
  assert_output 'done'
}

# --- How a connection ends -------------------------------------------------------------------------------------------

@test "a half-closed connection gets every reply, then the end" {
  serve_on ./s.sock -l tcp:127.0.0.1:0
  for ADDRESS in "${ADDRESSES[@]}"; do
    run sockets "$ADDRESS" << 'END'
client = connect()
send(client, *["hlp", "cnt"] * 2000)
replies = end(client)
print(replies.count("Entries: 0\n"), replies.endswith("Entries: 0\n"))
END
    assert_output '2000 True'
  done
}

@test "a last line without LF counts at the end of a connection" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
client = connect()
client.sendall(b"add:A,1\nfnd:A")
print(end(client), end="")
END
  assert_output $'Added entry for A\nA : 1'
}

@test "a line of 65,536 bytes is taken though its CR and its LF come apart" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
client, other = connect(), connect()
client.sendall(b"add:A,".ljust(65536, b"1") + b"\r")
for _ in range(20):  # the server looks at both meanwhile
    ask(other, "cnt")
print(ask(client, ""))
END
  assert_output 'Added entry for A'
}

@test "a connection that is reset: half a line does not count, and nobody is harmed" {
  serve_on tcp:127.0.0.1:0
  run sockets "$ADDRESS" << 'END'
other = connect()
for i in range(50):
    client = connect()
    print(ask(client, "add:Whole,1"), file=sys.stderr)
    client.sendall(b"add:Half,1")
    reset(client)
    client = connect()
    client.sendall(b"lst\n" * 100 + b"add:Half,1")
    reset(client)
    assert ask(other, "ver").startswith("addbook-serve")
while ask(other, "cnt") != "Entries: 1":
    pass
print(ask(other, "fnd:Half"))
END
  assert_success
  assert_line 'Sorry, no entry for: Half'
  client count
  assert_output 1
}

@test "a Unix client that goes with replies unread harms nobody" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
other = connect()
for i in range(50):
    client = connect()
    send(client, *["hlp"] * 1000)
    line(client)
    client.close()
    assert ask(other, "cnt") == "Entries: 0"
print("done")
END
  assert_output 'done'
}

@test "bye: the last reply is not lost, whatever comes after it" {
  serve_on ./s.sock -l tcp:127.0.0.1:0
  for ADDRESS in "${ADDRESSES[@]}"; do
    run sockets "$ADDRESS" << 'END'
for i in range(20):
    client = connect()
    client.sendall(b"add:A,1\nbye\n" + b"add:B,1\n" * 20_000)
    assert rest(client) == "Added entry for A\nBye\n"
print(ask(connect(), "fnd:B"))
END
    assert_output 'Sorry, no entry for: B'
  done
}

@test "bye: a client that neither closes nor reads on is closed soon" {
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
def descriptors():
    return len(os.listdir(f"/proc/{sys.argv[2]}/fd"))


before = descriptors()
clients = [connect() for _ in range(20)]
for client in clients:
    send(client, "bye")
    line(client)
while descriptors() > before:
    pass
print("closed")
END
  assert_output closed
}

@test "a first line that is HTTP's closes the connection without an answer" {
  serve_on tcp:127.0.0.1:0
  run sockets "$ADDRESS" << 'END'
for first in "GET / HTTP/1.1\r", "POST /x HTTP/1.0", "CONNECT a:1 HTTP/1.1\r":
    client = connect()
    try:
        send(client, first, "add:Evil,1")
        print(repr(rest(client)))
    except ConnectionError:
        print("reset")
print(ask(connect(), "fnd:Evil"))
client = connect()
ask(client, "cnt")
print(ask(client, "GET / HTTP/1.1"))
END
  for i in 0 1 2; do
    assert_regex "${lines[i]}" "^(''|reset)$"
  done
  assert_equal "${lines[3]}" 'Sorry, no entry for: Evil'
  assert_equal "${lines[4]}" 'ERROR: Unrecognized command: GET / HTTP/1.1'
  assert_regex "$(< server.log)" 'client tcp:127.*HTTP'
}

@test "an empty line before HTTP's first line changes nothing" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
client = connect()
client.sendall(b"\r\n")
print(line(client))
client.sendall(b"\r\nPOST / HTTP/1.1\r\nadd:A,1\n")
print(repr(rest(client)))
print(ask(connect(), "cnt"))
END
  assert_equal "${lines[0]}" 'ERROR: Empty request'
  assert_equal "${lines[2]}" 'Entries: 0'
}

@test "HTTP's first line closes too when it is longer than any request" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
client = connect()
try:
    client.sendall(b"POST /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\nadd:A,1\n")
    print(repr(rest(client)))
except ConnectionError:
    print("reset")
print(ask(connect(), "cnt"))
END
  assert_regex "${lines[0]}" "^(''|reset)$"
  assert_equal "${lines[1]}" 'Entries: 0'
}

@test "a first line too long is answered in one piece as in two: only a method of HTTP closes" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
for start in b"PUT ", b"put ":
    for piece in 68_000, 70_005:
        client = connect()
        text = start + b"X" * 70_000 + b"\n"
        try:
            client.sendall(text[:piece])
            ask(connect(), "cnt")
            client.sendall(text[piece:] + b"cnt\n")
            print(repr(end(client)))
        except ConnectionError:
            print("''")
END
  assert_output "''
''
'ERROR: Line too long (limit 65536 bytes)\nEntries: 0\n'
'ERROR: Line too long (limit 65536 bytes)\nEntries: 0\n'"
}

@test "HTTP's first line in two pieces closes too" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
client = connect()
client.sendall(b"POST / HT")
ask(connect(), "cnt")
client.sendall(b"TP/1.1\r\nContent-Length: 9\r\n\r\nadd:A,1\n")
print(repr(rest(client)))
print(ask(connect(), "cnt"))
END
  assert_output $'\'\'\nEntries: 0'
}

# --- The socket's path -----------------------------------------------------------------------------------------------

@test "whatever the path, what --ready-fd gets is one line that drives no terminal" {
  serve -b :memory: -l $'./a\n\eb'
  assert_equal "${ADDRESSES[*]}" 'unix:./a??b'
  assert [ -S $'a\n\eb' ]
}

@test "a socket that somebody serves without our lock is not displaced" {
  start s6-ipcserver ./s.sock addbook-serve -b theirs.db
  eventually addbook -c ./s.sock add A 1
  refused 'cannot listen on unix:\./s\.sock: already served by another process' -l ./s.sock
  run -0 timeout 20 addbook -c ./s.sock count < /dev/null
  assert_output 1
}

@test "a socket to which we may not connect is not displaced" {
  [ "$(id -u)" = 0 ] || skip 'needs a second user'
  mkdir -m 777 shared
  serve -b theirs.db -l ./shared/s.sock
  rm shared/s.sock.lock
  run -2 --separate-stderr as_nobody timeout 20 addbook-serve -b :memory: -l ./shared/s.sock < /dev/null
  assert_equal "$stderr" 'addbook-serve: cannot listen on unix:./shared/s.sock: Permission denied'
  run -0 timeout 20 addbook -c ./shared/s.sock count < /dev/null
  assert_output 0
}

@test "nor is one whose queue is full, or that is no stream" {
  python3 - << 'END' &
import socket, signal
full, other = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
full.bind("full")
full.listen(0)
other.bind("other")
clients = []
try:
    while True:
        client = socket.socket(socket.AF_UNIX)
        client.setblocking(False)
        client.connect("full")
        clients.append(client)
except BlockingIOError:
    open("ready", "w")
signal.pause()
END
  STARTED+=($!)
  eventually test -e ready
  refused 'already served' -l ./full
  refused 'already served' -l ./other
  kill $!
  assert [ -S full ]
  assert [ -S other ]
}

@test "the socket's mode is 0600 under any umask, and --mode's where given" {
  for mask in 000 022 077; do
    umask $mask
    serve_on ./s.sock
    assert_equal "$(stat -c '%a %F' s.sock)" '600 socket'
    assert_equal "$(stat -c %a s.sock.lock)" 600
    stop_server
    for mode in 0660 660 666 0600; do
      serve_on ./s.sock --mode $mode
      assert_equal "$(stat -c %a s.sock)" "${mode#0}"
      stop_server
    done
  done
}

@test "--mode takes an octal mode: status 2 for others" {
  for mode in 0999 rw '' 0x1ff -1 00666666 4777; do
    refused "mode" -l ./s.sock --mode "$mode"
  done
  assert [ ! -e s.sock ]
}

@test "a live server is not displaced: already served by its process, status 2" {
  serve_on ./s.sock
  before=$(inode s.sock)
  refused "s\.sock: already served by process $SERVER_PID\$" -l ./s.sock
  refused "s\.sock: already served by process $SERVER_PID\$" -l "unix:$PWD/s.sock"
  assert_equal "$(inode s.sock)" "$before"
  client count
  assert_output 0
}

@test "two servers that start at once: one serves, the other says so" {
  for i in {1..10}; do
    for name in one two; do
      # Otherwise timeout sends SIGCONT too, which can keep the leak sanitizer of an ending server waiting for ever.
      timeout --foreground 60 addbook-serve -b :memory: -l ./s.sock --ready-fd 1 > $name.out 2> $name.err < /dev/null 3>&- 4>&- &
      echo $! > $name.pid
    done
    # Whoever has lost ends; the other goes on.
    eventually grep -q 'already served' one.err two.err
    eventually grep -q unix: one.out two.out
    run -0 timeout 20 addbook -c ./s.sock count
    kill "$(< one.pid)" "$(< two.pid)" 2> /dev/null || true
    wait
    assert [ ! -e s.sock ]
  done
}

@test "a stale socket is replaced after SIGKILL" {
  serve_on ./s.sock
  client add A 1
  before=$SERVER_PID
  stop_server KILL
  assert [ -S s.sock ]
  client count
  assert_failure 2
  serve_on ./s.sock
  refute [ "$before" = "$SERVER_PID" ]
  client count
  assert_output 1
}

@test "a clean end removes the socket and keeps the lock file" {
  serve_on ./a.sock -l ./b.sock
  stop_server
  assert_equal "$status" 0
  assert_equal "$(find . -name '?.sock*' | sort | xargs)" './a.sock.lock ./b.sock.lock'
}

@test "at its end it removes no socket that another has put there" {
  serve_on ./s.sock
  rm s.sock
  sockets << 'END'
socket.socket(socket.AF_UNIX).bind("s.sock")
END
  stop_server
  assert_equal "$status" 0
  assert [ -S s.sock ]
}

@test "a path that is no socket is refused and left as it is" {
  echo precious > file
  mkdir folder
  ln -s file link
  for path in file folder link; do
    refused "$path" -l "./$path"
  done
  assert_equal "$(< file) $(readlink link)" 'precious file'
  assert [ -d folder ]
}

@test "a lock file that is a symbolic link is not followed" {
  echo precious > file
  ln -s file s.sock.lock
  refused 's\.sock\.lock' -l ./s.sock
  assert_equal "$(< file)" precious
}

@test "a file that is no lock file is refused and left as it is" {
  echo precious > s.sock.lock
  refused 's\.sock\.lock is no lock file' -l ./s.sock
  assert_equal "$(< s.sock.lock)" precious
}

# --- Signals and standard input --------------------------------------------------------------------------------------

@test "SIGTERM and SIGINT: status 0, soon, with clients connected" {
  for signal in TERM INT; do
    LAUNCH=(env --default-signal=INT)
    serve_on ./s.sock -l tcp:127.0.0.1:0
    run sockets "${ADDRESSES[@]}" "$SERVER_PID" "$signal" << 'END'
idle, half, replied, other = connect(), connect(), connect(), connect(sys.argv[2])
half.sendall(b"add:Half,1")
send(replied, "add:A,1")
line(replied)
started = time.monotonic()
os.kill(int(sys.argv[3]), getattr(signal, "SIG" + sys.argv[4]))
print([rest(one) for one in (idle, half, replied, other)], time.monotonic() - started < 2)
END
    assert_output "['', '', '', ''] True"
    server_ends
    assert_equal "$signal $status" "$signal 0"
    assert [ ! -e s.sock ]
  done
  run addbook -b book.db list
  assert_output 'A : 1'
}

@test "an ignored SIGINT, as of a script's background job, ends no server" {
  for workers in 1 2; do
    LAUNCH=(env --ignore-signal=INT)
    serve_on ./s.sock --workers $workers
    kill -INT "$SERVER_PID"
    for _ in {1..20}; do
      run -0 addbook -c "$ADDRESS" count
    done
    stop_server
    assert_equal "$status" 0
  done
  mkfifo requests replies
  start env --ignore-signal=INT sh -c 'exec addbook-serve -b :memory: < requests > replies'
  exec 7> requests 8< replies
  echo cnt >&7
  read -r -u 8
  kill -INT "$STARTED_PID"
  echo 'add:A,1' >&7
  read -r -t 20 -u 8
  assert_equal "$REPLY" 'Added entry for A'
}

@test "SIGTERM: a client that does not close or read keeps it for 5 s at most" {
  seq -f 'add:Name %.0f,1' 10000 | addbook-serve -b book.db > replies
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
deaf, idle, other = connect(), connect(), connect()
send(deaf, *["lst"] * 100)
while not select.select([deaf], [], [], 0)[0]:
    ask(other, "cnt")
started = time.monotonic()
os.kill(int(sys.argv[2]), signal.SIGTERM)
while not has_ended(sys.argv[2]):
    time.sleep(0.02)
print(time.monotonic() - started < 5.5 or time.monotonic() - started)
END
  assert_output True
  server_ends
  assert_equal "$status" 0
  assert [ ! -e s.sock ]
}

@test "SIGTERM without clients ends it at once" {
  serve_on ./s.sock
  SECONDS=0
  stop_server
  assert_equal "$status" 0
  assert [ "$SECONDS" -le 1 ]
}

@test "SIGHUP kills nothing" {
  serve_on ./s.sock
  for _ in {1..5}; do
    kill -HUP "$SERVER_PID"
    client count
    assert_output 0
  done
}

@test "a server that is stopped and continued goes on, with workers too" {
  for workers in 1 2; do
    serve_on ./s.sock --workers $workers
    kill -STOP -- "-$SERVER_PID"
    kill -CONT -- "-$SERVER_PID"
    client count
    assert_output 0
    stop_server
    assert_equal "$workers: $status" "$workers: 0"
  done
}

@test "standard input is not looked at: /dev/null, closed, or full of requests" {
  serve_on ./s.sock
  client count
  assert_output 0
  stop_server
  # shellcheck disable=SC2016 # for sh to expand
  LAUNCH=(sh -c 'exec "$0" "$@" <&-')
  serve_on ./s.sock
  client count
  assert_output 0
  stop_server
  # shellcheck disable=SC2016,SC2034
  LAUNCH=(sh -c 'yes add:A,1 | exec "$0" "$@"')
  serve_on ./s.sock
  client count
  assert_output 0
}

# --- The log ---------------------------------------------------------------------------------------------------------

@test "the log is silent about connections, and tells of them with --verbose" {
  serve_on ./s.sock
  client count
  stop_server
  assert_equal "$(< server.log)" ''
  serve_on ./s.sock -l tcp:127.0.0.1:0 --verbose
  for ADDRESS in "${ADDRESSES[@]}"; do
    client count
  done
  stop_server
  assert_regex "$(< server.log)" "client unix uid $(id -u).*: connected"
  assert_regex "$(< server.log)" 'client tcp:127\.0\.0\.1:[0-9]+: connected'
  assert_equal "$(grep -c ': disconnected' server.log)" 2
  assert_equal "$(grep -vc '^addbook-serve: ' server.log)" 0
}

@test "a log that nobody reads holds up no client" {
  run sockets unix:./s.sock << 'END'
import fcntl, subprocess

unread, log = os.pipe()
fcntl.fcntl(log, 1031, 4096)  # F_SETPIPE_SZ
ready, announced = os.pipe()
server = subprocess.Popen(["addbook-serve", "-b", ":memory:", "-l", "./s.sock", "-v", "--ready-fd", str(announced)],
                          stderr=log, pass_fds=[announced])
os.close(announced)
os.read(ready, 100)
for _ in range(200):
    assert ask(connect(), "cnt") == "Entries: 0"
server.terminate()
print(server.wait())
END
  assert_output 0
}

@test "SIGTERM and the first client in the same moment: status 0, no socket left" {
  serve_on ./s.sock
  kill -STOP "$SERVER_PID"
  kill -TERM "$SERVER_PID"
  # It waits in the queue of the stopped server.
  timeout 20 python3 -uc 'import socket
s = socket.socket(socket.AF_UNIX)
s.connect("s.sock")
print("connected")
s.recv(1)' > out 2> err &
  client=$!
  eventually grep -q connected out
  kill -CONT "$SERVER_PID"
  server_ends
  assert_equal "$status" 0
  assert [ ! -e s.sock ]
  wait "$client" || true
}
