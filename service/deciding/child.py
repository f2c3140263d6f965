"""The process that decides, as it is started: a child with one socket to us."""

import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

# Not for people, so it is no command of `winnow --help`: the socket's number follows.
DECIDE: Final = "decide"
PROGRAM: Final = (sys.executable, "-m", "service", DECIDE)
# Each message begins with its length in so many bytes.
LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Child:
    """A started process and our end of the socket; it ends by itself when that is closed."""

    process: subprocess.Popen[bytes]
    link: socket.socket

    def begin(self) -> None:
        """Tell it that the store is as it needs it; it says when it can decide.

        One that ended meanwhile is found by whoever waits for that.
        """
        with suppress(OSError):
            self.link.sendall(framed(b""))


def launch() -> Child:
    """Start the process that decides, with our environment; it opens the store once it may begin.

    Nothing heavy is imported here, so that it can be launched before we import the rest of us.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        process = subprocess.Popen([*PROGRAM, str(number)], pass_fds=[number])  # noqa: S603 - ours
    return Child(process, ours)


def framed(message: bytes) -> bytes:
    """Return a message as it goes over the socket."""
    return len(message).to_bytes(LENGTH_BYTES) + message
