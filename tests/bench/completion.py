#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""From the Tab key to the answer on the screen, in real shells on a terminal, beside their own completion of a file.

    completion.py [--contacts N] [--rounds N] [--book NAME]

Prints for each shell the median in milliseconds of: a file's name (the baseline), a name that is completed out of the
book, a hundred names that are listed, and names where no server answers; and all but the first as multiples of it. BIN
names the folder of the programs.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests"))
from terminal import Terminal  # noqa: E402

COMPLETIONS = os.path.join(ROOT, "completions")
ABANDON = "\x03"  # ^C
SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        "bind 'set show-all-if-ambiguous on'; bind 'set completion-query-items 0'; bind 'set page-completions off'; "
        f". {COMPLETIONS}/addbook.bash",
    ),
    "zsh": (["zsh", "-f", "-i"], "fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; LISTMAX=9999"),
    "fish": (["fish", "--no-config", "-i"], f"set fish_autosuggestion_enabled 0; source {COMPLETIONS}/addbook.fish"),
}


def make_book(path, contacts):
    """Names of which a hundred each begin alike: `Person 0042 00` to `Person 0042 99`; and one by itself."""
    lines = (f"add:Person {i // 100:04d} {i % 100:02d},{i},High Street,York,555-{i:06d},email=p{i}@example.org\n"
             for i in range(contacts - 1))
    book = "".join(lines) + "add:Quentin,1,Low Street,Leeds,555-0100\n"
    subprocess.run(["addbook-serve", "-b", path], input=book.encode(), stdout=subprocess.DEVNULL, check=True)


def milliseconds(shell, line, keys, answer, rounds):
    """From these keys after the line to the answer: the median."""
    times = []
    for _ in range(rounds):
        shell.send(ABANDON)
        shell.settle()
        shell.send(line)
        shell.settle()
        start = time.perf_counter()
        shell.send(keys)
        shell.expect(answer)
        times.append((time.perf_counter() - start) * 1000)
        shell.settle()
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--book", default="book.db", help="book.db, or book.dat for the text book")
    options = parser.parse_args()
    os.environ.update(PATH=f"{os.environ.get('BIN', ROOT + '/bin')}:{os.environ['PATH']}", LC_ALL="C.UTF-8")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_book(options.book, options.contacts)
        with open("some-file.txt", "w"):
            pass
        os.mkdir("functions")
        shutil.copy(f"{COMPLETIONS}/addbook.zsh", "functions/_addbook")
        last = f"{options.contacts // 100 - 2:04d}"
        for name, (command, first) in SHELLS.items():
            if not shutil.which(name):
                continue
            shell = Terminal(*command, columns=200, TERM="xterm", HOME=folder, PS1="> ", INPUTRC="/dev/null")
            shell.resize(200, 60)
            shell.settle(1)
            shell.send(first + "; echo re''ady\n")
            shell.expect("ready")
            shell.settle(1)
            file = milliseconds(shell, "ls some-f", "\t", "ile.txt", options.rounds)
            print(f"{name:4} {'name of a file':24} {file:6.1f} ms", flush=True)
            for what, line, keys, answer in (
                ("one name", f"addbook -b {options.book} find Quen", "\t", "tin"),
                ("a hundred names, listed", f"addbook -b {options.book} find Person\\ {last}\\ ", "\t", f"{last[-2:]}\\ 99"),
                ("no server", "addbook -c ./nobody.sock find Per", "\t#", "#"),
            ):
                took = milliseconds(shell, line, keys, answer, options.rounds)
                print(f"{name:4} {what:24} {took:6.1f} ms  {took / file:5.1f} times", flush=True)


if __name__ == "__main__":
    main()
