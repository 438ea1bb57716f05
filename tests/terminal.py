# SPDX-License-Identifier: MIT
"""A program on a pseudo-terminal, driven as by somebody at the keys."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

PATIENCE = 20  # seconds until a test that waits in vain fails


class Terminal:
    def __init__(self, *argv, columns=80, **environment):
        """Starts the program; a variable of the environment that is None is taken away."""
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            for name, value in environment.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            os.execvp(argv[0], argv)
        self.resize(columns)

    def resize(self, columns, rows=24):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys):
        os.write(self.fd, keys.encode() if isinstance(keys, str) else keys)

    def interrupt(self, number=signal.SIGINT):
        """Sends the signal to whatever runs in the foreground."""
        os.killpg(os.tcgetpgrp(self.fd), number)

    def expect(self, text):
        """Waits until it is shown; returns what was shown before it."""
        text = text.encode()
        while text not in self.seen:
            if not self._read():
                sys.exit(f"ended before {text}, got {self.seen}")
        before, _, self.seen = self.seen.partition(text)
        return before.decode()

    def mode(self):
        """How the terminal is set."""
        return termios.tcgetattr(self.fd)

    def rest(self):
        """All that is shown until the end."""
        while self._read():
            pass
        rest, self.seen = self.seen, b""
        return rest.decode()

    def status(self):
        """The exit status, once it has ended; less than 0 for a signal."""
        self.rest()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def settle(self, quiet=0.1):
        """Until nothing more has been shown for `quiet` seconds; returns what was."""
        while select.select([self.fd], [], [], quiet)[0] and self._read():
            pass
        shown, self.seen = self.seen, b""
        return shown.decode()

    def _read(self):
        if not select.select([self.fd], [], [], PATIENCE)[0]:
            sys.exit(f"waited in vain, got {self.seen}")
        try:
            got = os.read(self.fd, 65536)
        except OSError:  # the other end is closed
            got = b""
        self.seen += got
        return got


def check(holds, what):
    if not holds:
        sys.exit(what)
