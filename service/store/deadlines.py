"""An end to waiting for a database that does not speak.

psycopg waits for ever for an answer, and a frozen server's kernel still acknowledges our packets. A
thread looks at what is under way; shutting the socket down makes the wait end with a fault.
"""

import os
import select
import socket
import threading
import time
from typing import Any, Final

# How much later than its deadline a wait may end.
GRAIN_SECONDS: Final = 0.1


def is_readable(descriptor: int) -> bool:
    """Tell whether something lies at an idle connection: its end, for nobody asked anything."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


class Deadlines:
    """Connections in use, each with the moment at which its wait ends."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._due: dict[int, tuple[float, Any]] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, connection: Any) -> None:
        """Give a connection (psycopg's) its deadline."""
        with self._lock:
            self._due[id(connection)] = time.monotonic() + self._seconds, connection
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="deadlines", daemon=True)
                self._thread.start()

    def end(self, connection: Any) -> None:
        """Take it away: the connection is not in use any more."""
        with self._lock:
            self._due.pop(id(connection), None)

    def close(self) -> None:
        """Stop looking."""
        self._closed.set()

    def _look(self) -> None:
        while not self._closed.wait(GRAIN_SECONDS):
            now = time.monotonic()
            with self._lock:
                late = [key for key, (due, _) in self._due.items() if due < now]
                for key in late:
                    _shut_down(self._due.pop(key)[1])


def _shut_down(connection: Any) -> None:
    """End both directions of a connection; whoever waits on it finds its end."""
    if connection.closed:
        return
    try:
        with socket.socket(fileno=os.dup(connection.fileno())) as shared:
            shared.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it ended by itself in this moment
