#!/usr/bin/env python3
"""Ends addbook-serve by SIGTERM at random moments under load, and checks that nothing is lost and nothing is half done.

In a round several clients pipeline adds with names of their own to a server on a Unix socket, in pieces that end anywhere,
until it is told to end. Every request that it has read is answered, in order, and every client gets its end of file; the
status is 0, the socket's path is gone, and the book holds exactly what was acknowledged, whole.

The moment is random in time, so a seed repeats the requests of a run, not the run.
"""

import argparse
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ENDINGS = {"text": "dat", "sqlite": "db"}
HANG = 20  # seconds of silence that count as one
TIME_TO_STOP = 5


class Violation(Exception):
    pass


class Client(threading.Thread):
    """Adds `NUMBER-0`, `NUMBER-1` and so on until the server ends, and keeps the replies."""

    def __init__(self, number, path, seed):
        super().__init__(daemon=True)
        self.number = number
        self.random = random.Random(f"{seed} {number}")
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(HANG)
        self.socket.connect(path)
        self.replies = b""
        self.broken = None  # what went wrong in the thread

    def entry(self, serial):
        return f"{serial},Road,Town,,note={'x' * (serial * 37 % 200)}."

    def run(self):
        writer = threading.Thread(target=self.write, daemon=True)
        writer.start()
        try:
            while got := self.socket.recv(1 << 16):
                self.replies += got
        except ConnectionResetError:
            pass  # it had not read all that was sent, and what it answered came before
        except OSError as error:
            self.broken = f"no end of the replies: {error}"
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # the writer need not go on
        writer.join(HANG)
        self.socket.close()

    def write(self):
        serial = 0
        text = b""
        try:
            while True:
                for _ in range(self.random.choice([1, 10, 500])):
                    text += f"add:{self.number}-{serial},{self.entry(serial)}\n".encode()
                    serial += 1
                end = self.random.randrange(len(text)) + 1
                self.socket.sendall(text[:end])
                text = text[end:]
        except (BrokenPipeError, ConnectionResetError):
            pass
        except OSError as error:
            self.broken = f"could not send: {error}"

    def acknowledged(self):
        """The entries that were, by name."""
        if self.broken:
            raise Violation(f"client {self.number}: {self.broken}")
        lines = self.replies.decode().split("\n")
        if lines.pop() != "":
            raise Violation(f"client {self.number}: half a reply at the end")
        for serial, line in enumerate(lines):
            if line != f"Added entry for {self.number}-{serial}":
                raise Violation(f"client {self.number}: reply {serial + 1} is {line!r}")
        return {f"{self.number}-{serial}": self.entry(serial) for serial in range(len(lines))}


class Drain:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.total = 0

    def start(self, book, path):
        reading, writing = os.pipe()
        command = [self.options.server, "-b", book, "-l", path, "--ready-fd", str(writing)]
        command += ["--workers", str(self.options.workers)]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as ready:
            if ready.read() != f"unix:{path}\n":
                raise Violation("the server was not ready")
        return server

    def stop(self, server):
        server.send_signal(getattr(signal, "SIG" + self.options.signal))
        started = time.monotonic()
        try:
            status = server.wait(HANG)
        except subprocess.TimeoutExpired:
            raise Violation(f"still there {HANG} s after SIG{self.options.signal}") from None
        took = time.monotonic() - started
        if status != 0:
            raise Violation(f"exit status {status}")
        if took > TIME_TO_STOP + 1:
            raise Violation(f"it took {took:.1f} s to end")

    def listing(self, book):
        done = subprocess.run([self.options.server, "-b", book], input=b"lst\n", capture_output=True, check=False)
        lines = done.stdout.decode().split("\n")
        if done.returncode != 0 or lines[-2:] != [f"Found: {len(lines) - 2}", ""]:
            raise Violation(f"the book does not open: status {done.returncode}: {done.stderr.decode()}")
        return dict(line.split(" : ", 1) for line in lines[:-2])

    def round(self, folder):
        book = os.path.join(folder, "book." + ENDINGS[self.options.store])
        path = os.path.join(folder, "s.sock")
        server = self.start(book, path)
        try:
            clients = [Client(number, path, self.random.random()) for number in range(self.options.clients)]
            for client in clients:
                client.start()
            time.sleep(self.random.choice([0, 0.02, 0.1, 0.3]) * self.random.random())
            self.stop(server)
            for client in clients:
                client.join(HANG)
                if client.is_alive():
                    raise Violation(f"client {client.number} waits for ever")
        finally:
            server.kill()
            server.wait()
        if os.path.lexists(path):
            raise Violation("the socket is still there")
        acknowledged = {}
        for client in clients:
            acknowledged.update(client.acknowledged())
        self.compare(acknowledged, self.listing(book))
        self.total += len(acknowledged)

    def compare(self, acknowledged, found):
        if lost := sorted(acknowledged.keys() - found.keys()):
            raise Violation(f"{len(lost)} acknowledged and not stored, {lost[0]!r} first")
        if unheard := sorted(found.keys() - acknowledged.keys()):
            raise Violation(f"{len(unheard)} stored and not acknowledged, {unheard[0]!r} first")
        for name, entry in acknowledged.items():
            if found[name] != entry:
                raise Violation(f"{name!r} is {found[name]!r}, sent as {entry!r}")

    def run(self, parent):
        for number in range(1, self.options.rounds + 1):
            with tempfile.TemporaryDirectory(prefix="drain-", dir=parent) as folder:
                try:
                    self.round(folder)
                except Violation as broken:
                    print(f"drain: round {number} (seed {self.options.seed}): {broken}")
                    return 1
        print(f"{self.options.rounds} rounds, {self.total} acknowledged, all stored, nothing else")
        return 0


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    binaries = os.environ.get("BIN", os.path.join(root, "bin"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--store", choices=sorted(ENDINGS), default="sqlite")
    parser.add_argument("--signal", default="TERM", help="another one shows what a server that doesn't drain looks like")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--folder", default=None, help="where the books are made (default: a temporary folder)")
    parser.add_argument("--server", default=os.path.join(binaries, "addbook-serve"))
    options = parser.parse_args()
    return Drain(options).run(options.folder)


if __name__ == "__main__":
    sys.exit(main())
