#!/usr/bin/env bats
# The limits of a listening server: how many clients, for how long, and how much memory one can make it hold.
# shellcheck disable=SC2030,SC2031,SC2154 # each test is a subshell; stderr is set by "run", ADDRESS and its kin by "serve"

load helper

teardown() {
  end_started
}

@test "--max-clients 2: the third is told and closed, and has its place when another has gone" {
  serve_on ./s.sock --max-clients 2
  run sockets "$ADDRESS" << 'END'
for _ in range(3):
    one, two = connect(), connect()
    print(ask(one, "cnt"), ask(two, "cnt"))
    three = connect()
    send(three, "add:Evil,1")
    print(repr(rest(three)))
    end(one)
    print(ask(connect(), "cnt"))
    end(two)
END
  assert_success
  for i in 0 3 6; do
    assert_equal "${lines[i]}" 'Entries: 0 Entries: 0'
    assert_equal "${lines[i + 1]}" "'ERROR: Too many clients\n'"
    assert_equal "${lines[i + 2]}" 'Entries: 0'
  done
  assert_regex "$(< server.log)" 'client unix uid [0-9]+ pid [0-9]+: refused: Too many clients'
}

@test "--max-clients: a place that was reset, killed or left with bye is free again" {
  serve_on ./s.sock -l tcp:127.0.0.1:0 --max-clients 1
  run sockets "${ADDRESSES[@]}" << 'END'
def place():
    """A connection that is served; others' ends may still be on their way."""
    while True:
        client = connect(sys.argv[2])
        if ask(client, "cnt") == "Entries: 0":
            return client


for _ in range(20):
    reset(place())
    place().close()
    client = place()
    send(client, "bye")
    assert rest(client) == "Bye\n"
    client.close()
    pid = os.fork()
    if pid == 0:
        place()
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
print("done")
END
  assert_output 'done'
}

@test "--max-clients: a crowd of the refused takes few descriptors, harms nobody, and leaves nothing" {
  serve_on ./s.sock --max-clients 1
  # The address sanitizer keeps what is freed.
  run sockets "$ADDRESS" "$SERVER_PID" "${SAN:+1000000}" << 'END'
def descriptors():
    return len(os.listdir(f"/proc/{sys.argv[2]}/fd"))


one = connect()
ask(one, "cnt")
before = descriptors()
crowd = [connect() for _ in range(300)]
for _ in range(100):
    assert ask(one, "cnt") == "Entries: 0"
print(descriptors() - before <= 64)
print({rest(client) for client in crowd} <= {"", "ERROR: Too many clients\n"})
for client in crowd:
    client.close()
while descriptors() > before:
    pass
print(ask(one, "cnt"))
END
  assert_output $'True\nTrue\nEntries: 0'
}

@test "--max-per-user: of one uid on Unix sockets, of one address on TCP" {
  serve_on ./s.sock -l tcp:127.0.0.1:0 --max-per-user 2
  run sockets "${ADDRESSES[@]}" << 'END'
port = sys.argv[2].rsplit(":", 1)[1]
unix = [connect(), connect()]
tcp = [connect(sys.argv[2]), connect(sys.argv[2])]
print({ask(client, "cnt") for client in unix + tcp})
print(ask(connect(), "cnt"), "|", ask(connect(sys.argv[2]), "cnt"))
other = socket.create_connection(("127.0.0.1", int(port)), 20, ("127.0.0.2", 0))
print(ask(other, "cnt"))
end(unix[0])
print(ask(connect(), "cnt"))
END
  assert_output - << 'END'
{'Entries: 0'}
ERROR: Too many clients | ERROR: Too many clients
Entries: 0
Entries: 0
END
}

@test "--max-per-user: another user has places of its own" {
  [ "$(id -u)" = 0 ] || skip 'only root can be several users'
  serve_on ./s.sock --mode 0666 --max-per-user 1
  run sockets "$ADDRESS" << 'END'
one = connect()
print(ask(one, "cnt"), ask(connect(), "cnt"))
os.setuid(1001)
two = connect()
print(ask(two, "cnt"), ask(connect(), "cnt"))
END
  assert_output $'Entries: 0 ERROR: Too many clients\nEntries: 0 ERROR: Too many clients'
}

@test "--idle-timeout 1 closes a silent client, not a busy one" {
  serve_on ./s.sock --idle-timeout 1
  run sockets "$ADDRESS" << 'END'
silent, once, busy = connect(), connect(), connect()
ask(once, "cnt")
started = time.monotonic()
open_ones = [silent, once]
while open_ones:
    assert ask(busy, "cnt") == "Entries: 0"
    for client in select.select(open_ones, [], [], 0.02)[0]:
        assert client.recv(1) == b""
        assert 0.9 < time.monotonic() - started, time.monotonic() - started
        open_ones.remove(client)
print(ask(busy, "cnt"))
END
  assert_output 'Entries: 0'
  assert_equal "$(grep -c 'client unix uid .*: closed: idle' server.log)" 2
}

@test "without --idle-timeout a silent client is served after any time" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
silent, timed = connect(), connect()
send(timed, "bye")
line(timed)
started = time.monotonic()
rest(timed)  # the server's second of waiting for this end goes by
while time.monotonic() - started < 1.5:
    ask(connect(), "cnt")
print(ask(silent, "cnt"))
END
  assert_output 'Entries: 0'
}

@test "30 s for a line that has begun and for a reader that has stopped, others are answered meanwhile" {
  seq -f 'add:Name %.0f,1' 60000 | addbook-serve -b book.db > replies
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
begun, drip, deaf, calm = connect(), connect(), connect(), connect()
# Never without a line begun, never without a reply to read; but they go on, one by so little that its socket has no
# room for more in this time.
steady, slow, slower = connect(), connect(), connect()
started = time.monotonic()
begun.sendall(b"add:A")
steady.sendall(b"cn")
send(deaf, *["lst"] * 50)
send(slow, "lst")
send(slower, "lst")
ends = {}
slowest = 0
while len(ends) < 2 and time.monotonic() - started < 45 or time.monotonic() - started < 34:
    before = time.monotonic()
    assert ask(calm, "cnt") == "Entries: 60000"
    slowest = max(slowest, time.monotonic() - before)
    steady.sendall(b"t\ncn")
    assert line(steady) == "Entries: 60000"
    assert slow.recv(4096) and slower.recv(400)
    if "drip" not in ends:
        try:
            drip.sendall(b"x")
        except OSError:
            ends["drip"] = time.monotonic() - started
    if select.select([] if "begun" in ends else [begun], [], [], 0.2)[0]:
        ends["begun"] = time.monotonic() - started
print({name: 29 < end < 33 for name, end in ends.items()}, slowest < 1)
END
  assert_output --regexp "^\{('begun': True, 'drip': True|'drip': True, 'begun': True)\} True$"
  assert_equal "$(grep -c 'does not finish its line' server.log)" 2
  assert_equal "$(grep -c 'does not read its replies' server.log)" 1
}

@test "who has ended his line, or read his replies, while the server waited for its disk is not closed for it" {
  strace -o /dev/null true || skip 'strace is not allowed'
  # shellcheck disable=SC2054 # the commas are strace's
  LAUNCH=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o /dev/null -e trace=fdatasync
    -e inject=fdatasync:delay_enter=33s:when=1)
  addbook-serve -b book.db <<< "add:A,$(printf '%060000d' 0)"
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
half, reader, writer, asker = connect(), connect(), connect(), connect()
for client in half, reader, writer:
    client.settimeout(45)
half.sendall(b"fnd:")
send(reader, *["fnd:A"] * 100)
reader.recv(1)
writer.sendall(b"add:B,1\n")
asker.settimeout(1)
try:
    while ask(asker, "cnt"):
        pass
except TimeoutError:  # now it waits
    half.sendall(b"A\n")
got = 1
reader.settimeout(1)
try:
    while True:
        got += len(reader.recv(1 << 16))
except TimeoutError:
    pass
reader.settimeout(45)
print(line(writer), line(half)[:5])
while got < 100 * 60_005:
    more = len(reader.recv(1 << 16))
    assert more, got
    got += more
print(got)
END
  assert_output $'Added entry for B A : 0\n6000500'
}

@test "a reply that has waited for room comes once the client that took it up has been closed, with no event else" {
  awk 'BEGIN { for (i = 0; i < 60000; i++) printf "add:Name %d,%0400d\n", i, i }' | addbook-serve -b book.db > replies
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
deaf, patient = connect(), connect()
send(deaf, *["lst"] * 50)
deaf.recv(1)
send(patient, "lst")
patient.settimeout(45)
print(patient.recv(4)[:4])
END
  assert_output "b'Name'"
  assert_equal "$(grep -c 'does not read its replies' server.log)" 1
}

@test "more clients than descriptors: the server lives, and serves those who wait when others have left" {
  [ -z "${SAN-}" ] || skip "the sanitizer needs descriptors of its own to look at an object"
  # shellcheck disable=SC2016,SC2034 # for sh to expand
  LAUNCH=(bash -c 'ulimit -n 40 && exec "$0" "$@"')
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
clients = [connect() for _ in range(120)]
for client in clients:
    send(client, "cnt")
answered = []
while len(answered) < 120:
    ready = select.select(clients, [], [], 10)[0]
    assert ready, f"only {len(answered)} were answered"
    for client in ready:
        answered.append(line(client))
        clients.remove(client)
        client.close()
print(set(answered), ask(connect(), "cnt"))
END
  assert_output "{'Entries: 0'} Entries: 0"
  assert_regex "$(< server.log)" '^addbook-serve: cannot accept'
  assert [ "$(wc -l < server.log)" -lt 200 ]
  stop_server
  assert_equal "$status" 0
}

@test "out of descriptors it waits without spinning" {
  [ -z "${SAN-}" ] || skip "the sanitizer needs descriptors of its own to look at an object"
  # shellcheck disable=SC2016,SC2034
  LAUNCH=(bash -c 'ulimit -n 40 && exec "$0" "$@"')
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
def cpu():
    fields = open(f"/proc/{sys.argv[2]}/stat").read().rsplit(")")[-1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


clients = [connect() for _ in range(60)]
ask(clients[0], "cnt")
before = cpu()
waiting = connect()
send(waiting, "cnt")
assert select.select([waiting], [], [], 2)[0] == []  # for it there is no descriptor
print(cpu() - before < 0.5 or cpu() - before)
END
  assert_output True
}

@test "out of descriptors for a moment, though no client has any: it says so and tries again, each time" {
  strace -o /dev/null true || skip 'strace is not allowed'
  # Of the three calls that a client costs here the first fails, the second accepts him, and the third finds no other.
  # shellcheck disable=SC2034
  LAUNCH=(env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace -e trace=accept4
    -e inject=accept4:error=ENFILE:when=1+3)
  serve_on ./s.sock --verbose
  logged() { [ "$(grep -c "$1" server.log)" = "$2" ]; }
  for i in 1 2; do
    run timeout 20 addbook -c "$ADDRESS" count
    assert_output 0
    eventually logged disconnected $i
    logged 'cannot accept another client: Too many open files in system' $i
  done
}

@test "the soft limit of descriptors is raised to what --max-clients needs" {
  # shellcheck disable=SC2016,SC2034
  LAUNCH=(bash -c 'ulimit -Sn 64 && exec "$0" "$@"')
  serve_on ./s.sock --max-clients 300
  run sockets "$ADDRESS" << 'END'
clients = [connect() for _ in range(300)]
print({ask(client, "cnt") for client in clients}, ask(connect(), "cnt"))
END
  assert_output "{'Entries: 0'} ERROR: Too many clients"
}

@test "clients that never read: bounded memory, and others are answered" {
  seq -f 'add:Name %.0f,1,Some Street,Some Town' 10000 | addbook-serve -b book.db > replies
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
def memory():
    status = open(f"/proc/{sys.argv[2]}/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


other = connect()
send(other, "lst")
while not line(other).startswith("Found"):
    pass
before = memory()
deaf = [connect() for _ in range(20)]
for client in deaf:
    client.settimeout(0.01)
    try:
        client.sendall(b"lst\nfnd:Name 1\n" * 100_000)
    except TimeoutError:
        pass
for _ in range(500):
    assert ask(other, "cnt") == "Entries: 10000"
grown = memory() - before
print(grown < 64 or grown)
END
  assert_output True
}

@test "a million entries of 55 bytes: at most 1.25 bytes more for each byte of them" {
  [ -z "${SAN-}" ] || skip "a sanitizer's own memory is not the server's"
  serve -b :memory: -l ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
def memory():
    return int(open(f"/proc/{sys.argv[2]}/status").read().split("VmRSS:")[1].split()[0]) << 10


before = memory()
names = [f"Person {i:07d}" for i in range(1_000_000)]
entry = "12,High Street,Camelot,555-0142,tag=k12 "
data = sum(len(name) + len(entry) for name in names)
client = connect()
for start in range(0, len(names), 1000):
    send(client, *(f"add:{name},{entry}" for name in names[start : start + 1000]))
    replies = 1000
    while replies:
        replies -= client.recv(1 << 20).count(b"\n")
print(ask(client, "cnt"), data)
print((memory() - before) / data - 1 <= 1.25 or memory() - before)
END
  assert_output - << 'END'
Entries: 1000000 54000000
True
END
}

@test "the memory of a large reply is given back, though its client stays" {
  [ -z "${SAN-}" ] || skip "a sanitizer's own memory is not the server's"
  seq -f "add:Person %06.0f,$(printf '%060d' 0)" 100000 | addbook-serve -b book.db > /dev/null
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
clients = []
for _ in range(10):
    clients.append(connect())
    send(clients[-1], "lst", "cnt")
    got = b""
    while not got.endswith(b"\nEntries: 100000\n"):
        got += clients[-1].recv(1 << 20)
resident = int(next(line for line in open(f"/proc/{sys.argv[2]}/status") if line.startswith("VmRSS")).split()[1]) >> 10
print(len(got) >> 20, resident < 50 or resident)
END
  assert_output '7 True'
}

@test "a book that is changed all the time is copied out of its WAL, which stays small" {
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
client = connect()
for i in range(300):  # 60 KB that differ each time
    assert ask(client, "add:A," + str(i % 10) * 60000) == "Added entry for A"
print(os.path.getsize("book.db-wal") < 8 << 20 or os.path.getsize("book.db-wal"))
END
  assert_output True
}

@test "a line of 100 MB and a flood of bytes without a line: bounded memory, one error each" {
  serve_on ./s.sock
  run sockets "$ADDRESS" "$SERVER_PID" << 'END'
def memory():
    status = open(f"/proc/{sys.argv[2]}/status").read()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


before = memory()
client = connect()
for _ in range(100):
    client.sendall(b"x" * (1 << 20))
client.sendall(b"\ncnt\n" + b"\0" * (1 << 20))
print(end(client), end="")
print(memory() - before < 16 or memory() - before)
END
  assert_output - << 'END'
ERROR: Line too long (limit 65536 bytes)
Entries: 0
ERROR: Line too long (limit 65536 bytes)
True
END
}

@test "descriptors are back to where they were after 2,000 clients, and memory to where it was after 200" {
  serve_on ./s.sock
  # The address sanitizer keeps what is freed.
  run sockets "$ADDRESS" "$SERVER_PID" "${SAN:+1000000}" << 'END'
def descriptors():
    return len(os.listdir(f"/proc/{sys.argv[2]}/fd"))


def memory():
    return int(open(f"/proc/{sys.argv[2]}/status").read().split("VmRSS:")[1].split()[0])


before = descriptors()
for round in range(20):
    if round == 2:
        memory_before = memory()
    clients = [connect() for _ in range(100)]
    for client in clients:
        send(client, "cnt")
    for client in clients:
        assert line(client) == "Entries: 0"
        client.close()
while descriptors() > before:
    pass
print(descriptors() == before, memory() - memory_before < int(sys.argv[3] or 1024) or memory() - memory_before)
END
  assert_output 'True True'
}

@test "bad values of the options: status 2 and a message" {
  for words in --max-clients=0 --max-clients=-1 --max-clients=x --max-clients= --max-clients=1.5 --max-clients=99999999999 \
    --max-per-user=0 --max-per-user=many --idle-timeout=-1 --idle-timeout=1s --workers=0 --workers=two --workers=-2 \
    --workers=257 --ready-fd=-1 --ready-fd=x --ready-fd=4294967295 --mode=8 --mode=4777 '--max-clients 1 --max-clients 2'; do
    # shellcheck disable=SC2086
    run -2 --separate-stderr timeout 20 addbook-serve -b :memory: -l ./s.sock $words < /dev/null
    assert_equal "$words: $output" "$words: "
    word=${words#--}
    assert_regex "$stderr" "^addbook-serve: .*${word%%[= ]*}"
    assert [ ! -e s.sock ]
  done
}

@test "a client that counts a large book, again and again, has its turn no more often than another" {
  awk 'BEGIN { for (i = 0; i < 100000; i++) print "add:Name " i ",1" }' | addbook-serve -b book.db > /dev/null
  serve_on ./s.sock
  run sockets "$ADDRESS" << 'END'
hog, other = connect(), connect()
ask(other, "ver")
send(hog, *["cnt"] * 400)
line(hog)
ask(other, "add:New,1")
before = 1
while line(hog) != "Entries: 100001":
    before += 1
print(before < 200 or before)  # each takes some ms, so a few come before the other's request does
END
  assert_output True
}
