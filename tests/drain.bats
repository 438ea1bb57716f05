#!/usr/bin/env bats
# SIGTERM under load: what was read is answered, and what was answered is stored. `make torture` has the long form.

load helper

drain() {
  run timeout 120 "$ROOT/tests/drain.py" --folder . "$@"
}

@test "10 SIGTERMs under load: acknowledged equals stored" {
  drain --rounds 10
  assert_success
  assert_output --regexp '^10 rounds, [0-9]+ acknowledged, all stored, nothing else$'
}

@test "10 SIGTERMs under load, two workers" {
  drain --rounds 10 --workers 2
  assert_success
}

@test "5 SIGTERMs under load, the text book" {
  drain --rounds 5 --store text
  assert_success
}

@test "5 SIGINTs under load, 64 clients" {
  drain --rounds 5 --clients 64 --signal INT
  assert_success
}

@test "a server that does not drain is caught" {
  drain --rounds 1 --signal KILL
  assert_failure 1
  assert_output --partial 'exit status -9'
  # One that answers before it stores, and forgets what came last.
  cat > liar << 'END'
#!/usr/bin/env python3
import os, signal, socket, subprocess, sys, threading

if "-l" not in sys.argv:
    os.execvp("addbook-serve", sys.argv)
path = sys.argv[4]
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen(100)
os.write(int(sys.argv[6]), f"unix:{path}\n".encode())
os.close(int(sys.argv[6]))
signal.signal(signal.SIGTERM, lambda *_: (os.unlink(path), os._exit(0)))
while True:
    client = listener.accept()[0]

    def serve(client=client):
        for request in client.makefile("rb"):
            client.sendall(b"Added entry for " + request[4:].split(b",")[0] + b"\n")

    threading.Thread(target=serve, daemon=True).start()
END
  chmod +x liar
  drain --rounds 5 --server ./liar
  assert_failure 1
  assert_output --partial 'acknowledged and not stored'
}
