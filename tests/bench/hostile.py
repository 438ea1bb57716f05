#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Attacks a listening addbook-serve in many ways at once, while a polite client goes on asking in lockstep.

    hostile.py [--lorises N] [--seconds S] [--no-latency]

What must hold: the polite client is answered, and its p99 latency stays within 5 times that of the calm before (not
looked at with --no-latency); every attack gets the answer that the protocol has for it; the server's memory grows by at
most 64 MB; when all have gone its descriptors are what they were. Prints a line for each; exit status 1 when one fails.
"""

import argparse
import contextlib
import gc
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time

ENTRIES = 1000
MEMORY_LIMIT = 64 << 20
LATENCY_FACTOR = 5
PACE = 0.002  # seconds between two acts of the attack, which must not win by using up the processors
HANG = 30
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SERVER = os.path.join(os.environ.get("BIN", os.path.join(ROOT, "bin")), "addbook-serve")


def connect():
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(HANG)
    client.connect("sock")
    return client


def read_to_end(client):
    """The rest of the stream; a reset ends it too."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := client.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def start_server(clients):
    reader, writer = os.pipe()
    server = subprocess.Popen(
        [SERVER, "-b", "book.db", "-l", "./sock", "--ready-fd", str(writer)]
        + ["--max-clients", str(clients), "--max-per-user", str(clients)],
        pass_fds=[writer],
        stderr=open("log", "wb"),
    )
    os.close(writer)
    with os.fdopen(reader) as ready:
        if not ready.readline():
            sys.exit(f"hostile.py: the server does not start: {open('log').read()}")
    return server


def memory(pid, field):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith(field + ":"))


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def sockets(pid):
    number = 0
    for fd in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            number += os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:")
    return number


class Polite:
    """A process that asks in lockstep until it is told to stop, and then reports how long it waited."""

    def __init__(self):
        ours, theirs = socket.socketpair()
        self.pid = os.fork()
        if self.pid == 0:
            ours.close()
            try:
                self.ask(theirs)
            finally:
                os._exit(1)
        self.control = ours

    def ask(self, control):
        gc.disable()
        control.setblocking(False)
        client, waits, stopped = connect(), [], False
        while not stopped:
            number = len(waits) * 7919 % ENTRIES
            start = time.perf_counter()
            client.sendall(b"fnd:Person %04d\n" % number)
            reply = client.recv(4096)
            waits.append(time.perf_counter() - start)
            assert reply.startswith(b"Person %04d : " % number) and reply.endswith(b"\n"), reply
            with contextlib.suppress(BlockingIOError):
                stopped = bool(control.recv(1)) or True
        waits.sort()
        control.setblocking(True)
        control.sendall(b"%d %f" % (len(waits), waits[len(waits) * 99 // 100]))
        os._exit(0)

    def finish(self):
        """How many requests were answered, and the p99 in seconds; None when it was let down."""
        self.control.sendall(b".")
        self.control.settimeout(HANG)
        try:
            result = self.control.recv(100).split()
        except TimeoutError:
            result = []
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return (int(result[0]), float(result[1])) if result else None


class Attack:
    def __init__(self, lorises):
        self.lorises = lorises
        self.sockets = []
        self.faults = []

    def expect(self, what, got, want):
        if got != want:
            self.faults.append(f"{what}: {got[:100]!r} instead of {want[:100]!r}")

    def begin(self):
        """The lasting attacks: each holds its connection."""
        for i in range(self.lorises):
            self.hold(b"fnd:" + b"x" * (40_000 if i % 20 == 0 else i % 100))
        for _ in range(20):
            self.never_read(b"lst\n" * 1000)
            self.never_read(b"\n" * 4000)
        for _ in range(400):
            self.never_read(b"fnd:Person 0001\n" * 200)
        self.long_line = connect()
        self.long_line_left = 100 << 20

    def hold(self, begun):
        client = connect()
        client.sendall(begun)
        self.sockets.append(client)

    def never_read(self, requests):
        client = connect()
        client.settimeout(0)
        with contextlib.suppress(BlockingIOError):
            for _ in range(1000):
                client.send(requests)
        self.sockets.append(client)

    def act(self, i):
        """One of the recurring attacks."""
        self.lengthen_line()
        if self.lorises:
            loris = self.sockets[i % self.lorises]
            loris.send(b"x")
        [self.nul, self.http, self.half_close, self.half_line, self.reset][i % 5]()

    def lengthen_line(self):
        if self.long_line_left == 0:
            return
        self.long_line.sendall(b"x" * (1 << 19))
        self.long_line_left -= 1 << 19
        if self.long_line_left == 0:
            self.long_line.sendall(b"\nbye\n")
            got = read_to_end(self.long_line)
            self.expect("a line of 100 MB", got, b"ERROR: Line too long (limit 65536 bytes)\nBye\n")
            self.long_line.close()

    def nul(self):
        with connect() as client:
            client.sendall(b"fnd:\0\n" + b"\0" * 10_000 + b"\nbye\n")
            self.expect("NULs", read_to_end(client), b"ERROR: Control character\n" * 2 + b"Bye\n")

    def http(self):
        with connect() as client:
            with contextlib.suppress(BrokenPipeError):
                client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 15\r\n\r\nadd:Eve,1,Wood\n")
            self.expect("HTTP", read_to_end(client), b"")

    def half_close(self):
        with connect() as client:
            client.sendall(b"ver\ncnt\n")
            client.shutdown(socket.SHUT_WR)
            self.expect("a half-closed connection", read_to_end(client)[-14:], b"Entries: %d\n" % ENTRIES)

    def half_line(self):
        with connect() as client:
            client.sendall(b"cnt")
            client.shutdown(socket.SHUT_WR)
            self.expect("half a line and the end", read_to_end(client), b"Entries: %d\n" % ENTRIES)

    def reset(self):
        with connect() as client:  # closed with replies unread, which resets it
            with contextlib.suppress(BrokenPipeError):
                client.sendall(b"lst\nfnd:half a li")

    def end(self):
        while self.long_line_left:
            self.lengthen_line()
        for client in self.sockets:
            client.close()


def wait_until(condition):
    deadline = time.monotonic() + HANG
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


def campaign(options):
    with open("adds", "wb") as adds:
        for i in range(ENTRIES):
            adds.write(b"add:Person %04d,%d,High Street,Camelot,555-0199,note=one of many\n" % (i, i % 200))
    subprocess.run([SERVER, "-b", "book.db"], stdin=open("adds"), stdout=subprocess.DEVNULL, check=True)
    server = start_server(options.lorises + 600)
    try:
        return judge(options, server)
    finally:
        server.kill()
        server.wait()


def measure(seconds, begin, act):
    polite, i, end = Polite(), 0, time.monotonic() + seconds
    begin()
    while time.monotonic() < end:
        act(i)
        i += 1
        time.sleep(PACE)
    return polite.finish(), i


def judge(options, server):
    pid, fine = server.pid, True

    def say(holds, what):
        nonlocal fine
        fine = fine and holds
        print(f"{'ok' if holds else 'FAILED'}: {what}", flush=True)

    listening = sockets(pid)
    calm, _ = measure(options.seconds, lambda: None, lambda i: None)
    wait_until(lambda: sockets(pid) == listening)  # the polite client of the calm has gone
    before, files = memory(pid, "VmRSS"), descriptors(pid)
    with open(f"/proc/{pid}/clear_refs", "w") as refs:
        refs.write("5")  # resets the peak
    attack = Attack(options.lorises)
    attacked, acts = measure(options.seconds, attack.begin, attack.act)
    held = descriptors(pid) - files
    attack.end()

    answered = f"{attacked[0]} polite requests" if attacked else "not every polite request"
    say(attacked is not None, f"{answered} answered while {held} hostile clients held on, and {acts} came and went")
    for fault in attack.faults[:10]:
        say(False, fault)
    if calm and attacked and not options.no_latency:
        factor = attacked[1] / calm[1]
        p99 = f"{attacked[1] * 1e6:.0f} us, {factor:.1f} times the {calm[1] * 1e6:.0f} us of the calm"
        say(factor <= LATENCY_FACTOR, f"polite p99 {p99} (limit {LATENCY_FACTOR})")
    growth = memory(pid, "VmHWM") - before
    say(growth <= MEMORY_LIMIT, f"memory grew by {growth / 2**20:.1f} MB at most (limit {MEMORY_LIMIT >> 20})")
    say(wait_until(lambda: descriptors(pid) == files), f"{descriptors(pid)} descriptors again, {files} before")
    return fine


def main():
    parser = argparse.ArgumentParser(description="attacks addbook-serve")
    parser.add_argument("--lorises", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=10, help="of the calm, and of the attack")
    parser.add_argument("--no-latency", action="store_true", help="only that the polite client is answered")
    options = parser.parse_args()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, options.lorises + 300), hard), hard))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        fine = campaign(options)
        os.chdir("/")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
