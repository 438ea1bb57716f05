#!/usr/bin/env python3
"""Kills addbook-serve by SIGKILL at random moments, round after round, and checks that it keeps what it acknowledged.

In a round a server gets a random stream of changes of every kind, several in flight, until it is killed. Another server
then lists the book, which must be what the stream made of it up to some request: at or after the last one that was
answered, not after the last one that was sent. So no acknowledged add is lost, no acknowledged remove undone, no rename
half made, and no change is there without those before it. Each round goes on with the book of the last.

The moment of the kill is random in time, so a seed repeats the requests of a run, not the run.
"""

import argparse
import fcntl
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

ENDINGS = {"text": "dat", "sqlite": "db"}
HANG = 60  # seconds of silence that count as one


class Violation(Exception):
    """What was broken, and the name (or None) whose history tells how."""

    def __init__(self, what, name=None):
        super().__init__(what)
        self.name = name


def as_field(entry):
    return entry.replace("\\", "\\\\").replace(",", "\\,")


class Change:
    """One request of the stream: add, new or chg (with an entry, which chg puts in the place of OLD), mov (to another
    name) or rem."""

    def __init__(self, command, name, entry=None, old="", to=None):
        self.command, self.name, self.entry, self.old, self.to = command, name, entry, old, to
        parts = {"rem": [name], "chg": [name, as_field(old), entry], "mov": [name, to]}.get(command, [name, entry])
        self.line = f"{command}:{','.join(parts)}\n"

    def names(self):
        return [self.name] if self.to is None else [self.name, self.to]

    def reply(self, book):
        """Makes the change in the dict BOOK; returns the reply that it must get."""
        if self.command == "new" and self.name in book:
            return f"Sorry, there is an entry for: {self.name}"
        if self.command in ("add", "new"):
            book[self.name] = self.entry
            return f"Added entry for {self.name}"
        if self.name not in book:
            return f"Sorry, no entry for: {self.name}"
        if self.command == "rem":
            del book[self.name]
            return f"Deleted entry for {self.name}"
        if self.command == "mov":
            if self.to in book:
                return f"Sorry, there is an entry for: {self.to}"
            book[self.to] = book.pop(self.name)
            return f"Renamed entry for {self.name}"
        if book[self.name] != self.old:
            return f"Sorry, the entry has changed: {self.name}"
        book[self.name] = self.entry
        return f"Changed entry for {self.name}"


class Torture:
    def __init__(self, options, book_path):
        self.options = options
        self.path = book_path
        self.random = random.Random(options.seed)
        self.book = {}
        self.history = defaultdict(list)
        self.acknowledged = 0
        self.serial = 0

    def command(self):
        return [self.options.server, "-b", self.path]

    def changes(self):
        """The stream of one round: few names (many changes of each) or many."""
        names = self.random.choice([3, 20, 400])
        adds = self.random.choice([0.5, 0.7, 0.95])
        book = dict(self.book)  # as the stream will have made it
        for _ in range(self.random.choice([20, 300, 3000])):
            change = self.change(names, adds, book)
            change.reply(book)
            yield change

    def change(self, names, adds, book):
        """One request; a chg mostly knows the entry that it replaces."""
        name = self.name(names)
        self.serial += 1
        length = self.random.choice([0, 0, 0, 10, 300])
        entry = f"{self.serial},Road,Town\\, Land,,note={'x' * length}"
        if self.random.random() >= adds:
            return Change("rem", name) if self.random.random() < 0.5 else Change("mov", name, to=self.name(names))
        command = self.random.choice(["add", "new", "chg"])
        old = book.get(name, "") if self.random.random() < 0.9 else entry
        return Change(command, name, entry, old)

    def name(self, names):
        number = self.random.randrange(names)
        return (f"n{number}", f"Smith\\, {number}", f"Zoë\\: {number}\\n")[number % 3]

    def run_and_kill(self):
        """One killed server; returns the changes that it was sent, whole or in part, and its complete reply lines."""
        changes = list(self.changes())
        lines = [change.line.encode() for change in changes]
        window = self.random.choice([1, 5, 60, len(lines)])
        kill_after_replies = self.random.randrange(len(lines) + 1) if self.random.random() < 0.5 else None
        delay = self.random.uniform(0, self.random.choice([0.005, 0.05]))
        server = subprocess.Popen(self.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        kill_at = time.monotonic() + delay
        to, back = server.stdin.fileno(), server.stdout.fileno()
        for fd in (to, back):
            fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
        started, pending, replies = 0, b"", b""
        try:
            while True:
                answered = replies.count(b"\n")
                if answered == len(lines) or (kill_after_replies is not None and answered >= kill_after_replies):
                    break
                if not pending:
                    upto = min(len(lines), answered + window)
                    pending = b"".join(lines[started:upto])
                    started = max(started, upto)
                wait = HANG if kill_after_replies is not None else kill_at - time.monotonic()
                if wait <= 0:
                    break
                readable, writable, _ = select.select([back], [to] if pending else [], [], wait)
                if kill_after_replies is not None and not readable and not writable:
                    raise Violation(f"no reply for {HANG} s after {answered} replies")
                if writable:
                    pending = pending[os.write(to, pending) :]
                if readable:
                    got = os.read(back, 65536)
                    if not got:
                        raise Violation(self.ended(server, started, replies))
                    replies += got
        except BrokenPipeError as gone:
            raise Violation(self.ended(server, started, replies)) from gone
        finally:
            server.send_signal(signal.SIGKILL)
            replies += self.drain(server)
            server.stdin.close()
            server.stdout.close()
        return changes[:started], replies[: replies.rfind(b"\n") + 1].decode().split("\n")[:-1]

    @staticmethod
    def ended(server, started, replies):
        status = server.wait()
        hint = " (as after a SIGTERM or SIGINT; did something else send one?)" if status == 0 else ""
        answered = replies.count(b"\n")
        return f"the server ended by itself, status {status}{hint}, {answered} of {started} answered, last {replies[-80:]!r}"

    @staticmethod
    def drain(server):
        """What the server wrote before it died: acknowledged too, for a client that reads on."""
        fcntl.fcntl(server.stdout.fileno(), fcntl.F_SETFL, 0)
        rest = server.stdout.read()
        server.wait()
        return rest

    def listing(self):
        """The book as a new server tells it."""
        try:
            done = subprocess.run(self.command(), input=b"lst\n", capture_output=True, timeout=HANG, check=False)
        except subprocess.TimeoutExpired as hang:
            raise Violation(f"the book does not open within {HANG} s") from hang
        lines = done.stdout.decode().split("\n")
        if done.returncode != 0 or done.stderr or len(lines) < 2:
            raise Violation(f"the book does not open: status {done.returncode}: {done.stderr.decode()}{lines[:1]}")
        entries = dict(line.split(" : ", 1) for line in lines[:-2])
        if lines[-2:] != [f"Found: {len(entries)}", ""] or list(entries) != sorted(entries, key=str.encode):
            raise Violation(f"a bad listing, its end: {lines[-3:]}")
        return entries

    def check(self, sent, replies):
        """The replies, and the book against all that the stream could have made of it."""
        found = self.listing()
        model = dict(self.book)
        differing = {name for name in model.keys() | found.keys() if model.get(name) != found.get(name)}
        at_last_reply = None
        fits = False
        for number in range(len(sent) + 1):
            if number == len(replies):
                at_last_reply = set(differing)
            fits = fits or (number >= len(replies) and not differing)
            if number == len(sent):
                break
            expected = sent[number].reply(model)
            for name in sent[number].names():
                (differing.discard if model.get(name) == found.get(name) else differing.add)(name)
            if number < len(replies) and replies[number] != expected:
                raise Violation(f"reply {number + 1} is {replies[number]!r}, expected {expected!r}", sent[number].name)
        if not fits:
            self.blame(sent, replies, found, at_last_reply)
        self.book = found

    def blame(self, sent, replies, found, suspects):
        """Says which name shows that the book can't be what the stream made."""
        later = defaultdict(list)
        renamed = set()  # what is found there may have come from elsewhere
        for change in sent[len(replies) :]:
            later[change.name].append(change.entry)
            renamed.update(change.names() if change.to else [])
        for name in sorted(suspects - renamed):
            if found.get(name) not in later[name]:
                raise Violation(f"{name!r} is {found.get(name)!r}: lost, or undone", name)
        raise Violation("each name could be so, but not all together: a change is there without an earlier one", min(suspects))

    def record(self, number, sent, replies):
        for at, change in enumerate(sent):
            answer = repr(replies[at]) if at < len(replies) else "not answered"
            for name in change.names():
                self.history[name].append(f"round {number}, request {at + 1}: {change.line.rstrip()[:60]} -> {answer}")

    def integrity(self):
        done = subprocess.run(["sqlite3", self.path, "PRAGMA integrity_check"], capture_output=True, check=False)
        if done.stdout != b"ok\n":
            raise Violation(f"PRAGMA integrity_check: {(done.stdout + done.stderr).decode()}")

    def leavings(self):
        """Beside a text book there are at most its lock and one temporary file."""
        files = os.listdir(os.path.dirname(self.path))
        if self.options.store == "text" and len(files) > 3:
            raise Violation(f"files left beside the book: {sorted(files)}")

    def run(self):
        for number in range(1, self.options.rounds + 1):
            try:
                sent, replies = self.run_and_kill()
                if len(replies) > len(sent):
                    raise Violation(f"{len(sent)} requests got {len(replies)} replies")
                self.record(number, sent, replies)
                self.acknowledged += len(replies)
                self.check(sent, replies)
                self.leavings()
                if self.options.store == "sqlite" and (number % 50 == 0 or number == self.options.rounds):
                    self.integrity()
            except Violation as broken:
                print(f"torture: round {number} (seed {self.options.seed}): {broken}")
                print("\n".join(self.history.get(broken.name, [])[-40:]))
                return 1
        print(f"{self.options.rounds} rounds, {self.acknowledged} acknowledged, 0 lost")
        return 0


def main():
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    binaries = os.environ.get("BIN", os.path.join(root, "bin"))
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--store", choices=sorted(ENDINGS), required=True)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--folder", default=None, help="where the book is made (default: a temporary folder)")
    parser.add_argument("--server", default=os.path.join(binaries, "addbook-serve"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="torture-", dir=options.folder) as folder:
        return Torture(options, os.path.join(folder, "book." + ENDINGS[options.store])).run()


if __name__ == "__main__":
    sys.exit(main())
