#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client of addbook-serve in Python: runs the server as a child and asks it over two pipes.

Usage: client.py [BOOK]
"""

from __future__ import annotations

import subprocess
import sys
from types import TracebackType
from typing import NamedTuple


class Entry(NamedTuple):
    name: str
    fields: list[str]


Entries = list[Entry]


class AddressBookError(Exception):
    """The server refused a request, or has gone."""


# The escapes of the protocol, by the character that each stands for.
FIELD_ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", ",": r"\,"}
NAME_ESCAPES = FIELD_ESCAPES | {":": r"\:"}
PLAIN = {escape[1]: plain for plain, escape in NAME_ESCAPES.items()}


def escape_name(text: str) -> str:
    return text.translate(str.maketrans(NAME_ESCAPES))


def escape_field(text: str) -> str:
    return text.translate(str.maketrans(FIELD_ESCAPES))


def unescape(text: str) -> str:
    characters = iter(text)
    return "".join(PLAIN[next(characters)] if c == "\\" else c for c in characters)


def split(text: str, separator: str, limit: int = -1) -> list[str]:
    """Cuts text at the separators that are not escaped, at no more than `limit` of them."""
    pieces, start, i = [], 0, 0
    while i < len(text) and len(pieces) != limit:
        if text[i] == "\\":
            i += 1
        elif text[i] == separator:
            pieces.append(text[start:i])
            start = i + 1
        i += 1
    return [*pieces, text[start:]]


def parse_entry(line: str) -> Entry:
    """Reads a data line, `NAME : ENTRY`: split at the first unescaped colon."""
    name, entry = split(line, ":", 1)
    fields = split(entry[1:], ",") if entry[1:] else []
    return Entry(unescape(name[:-1]), [unescape(field) for field in fields])


class AddressBook:
    """A book and the server that keeps it; the server ends with the `with` block."""

    def __init__(self, book: str = ":memory:", server: str = "addbook-serve") -> None:
        pipe = subprocess.PIPE
        self._server = subprocess.Popen([server, "-b", book], stdin=pipe, stdout=pipe, encoding="utf-8")
        assert self._server.stdin and self._server.stdout
        self._requests, self._replies = self._server.stdin, self._server.stdout

    def __enter__(self) -> AddressBook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes both pipes, which makes the server finish, and waits for it."""
        try:
            self._requests.close()
        except BrokenPipeError:
            pass
        self._replies.close()
        status = self._server.wait()
        if status != 0 and error is None:
            raise AddressBookError(f"the server ended with status {status}")

    def add(self, name: str, *fields: str) -> None:
        self._ask("add:" + ",".join([escape_name(name), *map(escape_field, fields)]))

    def remove(self, name: str) -> bool:
        """Tells whether there was such an entry."""
        return not self._ask("rem:" + escape_name(name)).startswith("Sorry, ")

    def find(self, name: str) -> Entry | None:
        # A data line can't be mistaken for this reply: the comma of a name is escaped.
        reply = self._ask("fnd:" + escape_name(name))
        return None if reply.startswith("Sorry, ") else parse_entry(reply)

    def list(self, prefix: str = "") -> Entries:
        return self._ask_many("lst:" + escape_name(prefix) if prefix else "lst")

    def search(self, *terms: str) -> Entries:
        """A term is looked for in the whole entry, or with `label:` before it in that field alone."""
        return self._ask_many("src:" + " ".join(map(escape_field, terms)))

    def _ask(self, request: str) -> str:
        """Sends a request and waits for the first line of its reply."""
        try:
            # Without the flush the request would stay in our own buffer, and both sides would wait for ever.
            self._requests.write(request + "\n")
            self._requests.flush()
        except BrokenPipeError:
            raise AddressBookError("the server has gone") from None
        return self._reply()

    def _ask_many(self, request: str) -> Entries:
        entries = []
        line = self._ask(request)
        while not line.startswith("Found: "):
            entries.append(parse_entry(line))
            line = self._reply()
        return entries

    def _reply(self) -> str:
        line = self._replies.readline()
        if not line.endswith("\n"):
            raise AddressBookError("the server has gone")
        if line.startswith("ERROR: "):
            raise AddressBookError(line.removeprefix("ERROR: ").rstrip("\n"))
        return line.removesuffix("\n")


def show(entry: Entry | None) -> None:
    print(f"  {entry.name}: {' | '.join(entry.fields)}" if entry else "  nobody")


def main() -> int:
    name = "Shrubber, Roger the"
    try:
        with AddressBook(*sys.argv[1:2]) as book:
            print(f"Adding {name}")
            book.add(name, "12", "Hedge Row, rear", "Much Mowing", "555-0187", "email=roger@example.com", "tag=shrubs")
            print("Finding him")
            show(book.find(name))
            print("Listing the names in Shrubber")
            for entry in book.list("Shrubber"):
                show(entry)
            print("Searching for roger in the mail addresses")
            for entry in book.search("email:roger@example.com"):
                show(entry)
            print("Removing him")
            book.remove(name)
            show(book.find(name))
            print("Asking for nobody")
            try:
                book.find("")
            except AddressBookError as error:
                print(f"  refused: {error}")
    except (FileNotFoundError, PermissionError) as error:
        print(f"client.py: cannot run addbook-serve: {error.strerror}", file=sys.stderr)
        return 127 if isinstance(error, FileNotFoundError) else 126
    except AddressBookError as error:
        print(f"client.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
