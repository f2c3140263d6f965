"""A connection out: made to an address that was checked, for a bounded time and number of bytes."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any

import httpcore

from service.addresses import Address
from service.outgoing.policy import (
    OutgoingMalformed,
    OutgoingPolicy,
    OutgoingTimeout,
    OutgoingUnreachable,
    OutgoingUnresolved,
    literal_address,
)

Resolver = Callable[[str, int], list[str]]
"""Gives every address of a name, as text, or raises OSError."""
Dial = Callable[[tuple[str, int], float], socket.socket]
"""Connects to one address and port within seconds, or raises OSError."""


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for every address of a name; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Deadline:
    """A moment that does not move."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left, more than 0; raises `OutgoingTimeout` when none are."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> OutgoingTimeout:
        """Return the fault of being late."""
        return OutgoingTimeout(f"There was no complete answer within {self._seconds:g} seconds.")


class BoundedStream(httpcore.NetworkStream):
    """A socket that is read and written until a deadline, and read up to a number of bytes.

    httpcore's own starts its timeout anew for each read, so a reply that drips goes on for ever.
    """

    def __init__(self, sock: socket.socket, deadline: Deadline, reply_bytes: int) -> None:
        self._sock = sock
        self._deadline = deadline
        self._bytes_left = reply_bytes

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        """Return what has come, `b""` at its end; raises `OutgoingMalformed` beyond the limit."""
        if not self._bytes_left:
            raise OutgoingMalformed("The answer is longer than we read.")
        self._sock.settimeout(self._deadline.left())
        try:
            data = self._sock.recv(min(max_bytes, self._bytes_left))
        except TimeoutError:
            raise self._deadline.passed() from None
        except OSError as error:
            raise httpcore.ReadError(str(error)) from error
        self._bytes_left -= len(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Send all of it; httpcore reads the answer even if this breaks."""
        rest = memoryview(buffer)
        while rest:
            self._sock.settimeout(self._deadline.left())
            try:
                rest = rest[self._sock.send(rest) :]
            except TimeoutError:
                raise self._deadline.passed() from None
            except OSError as error:
                raise httpcore.WriteError(str(error)) from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Speak TLS from here on, with the name of the URL, not the address."""
        self._sock.settimeout(self._deadline.left())
        name = server_hostname.rstrip(".") if server_hostname else None
        try:
            self._sock = ssl_context.wrap_socket(self._sock, server_hostname=name)
        except TimeoutError:
            raise self._deadline.passed() from None
        except OSError as error:
            raise OutgoingUnreachable(f"TLS with {name} failed: {error}.") from error
        return self

    def get_extra_info(self, info: str) -> Any:
        """Tell httpcore which HTTP version TLS agreed on."""
        is_tls = isinstance(self._sock, ssl.SSLSocket)
        return self._sock if info == "ssl_object" and is_tls else None

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()


class CheckedNetwork(httpcore.NetworkBackend):
    """Opens one connection: resolves a name once, checks every address, connects to one of them."""

    def __init__(self, policy: OutgoingPolicy, resolver: Resolver, dial: Dial) -> None:
        self._policy = policy
        self._resolver = resolver
        self._dial = dial
        self._deadline = Deadline(policy.total_seconds)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Connect to the host; raises an `OutgoingError`."""
        addresses = self._addresses(host, port)
        self._policy.check_addresses(host, addresses)
        sock = self._connect(host, addresses, port)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return BoundedStream(sock, self._deadline, self._policy.reply_bytes)

    def _addresses(self, host: str, port: int) -> list[Address]:
        literal = literal_address(host)
        if literal is not None:
            return [literal]
        answers: list[list[str]] = []
        faults: list[OSError] = []

        def look_up() -> None:
            try:
                answers.append(self._resolver(host, port))
            except OSError as error:
                faults.append(error)

        # The system's resolver knows no timeout, and whoever owns a zone can make it slow. The
        # thread ends with the resolver's own patience (some tens of seconds).
        thread = threading.Thread(target=look_up, name="winnow-resolver", daemon=True)
        thread.start()
        thread.join(self._deadline.left())
        if thread.is_alive():
            raise self._deadline.passed()
        if faults:
            raise OutgoingUnresolved(f"The address of {host} could not be found: {faults[0]}.")
        if not answers or not answers[0]:
            raise OutgoingUnresolved(f"{host} has no address.")
        return [ip_address(address) for address in answers[0]]

    def _connect(self, host: str, addresses: list[Address], port: int) -> socket.socket:
        """Try the addresses in turn, each with its share of the time to connect."""
        connect = Deadline(min(self._policy.connect_seconds, self._deadline.left()))
        fault = OSError("no address was tried")
        for tried, address in enumerate(addresses):
            try:
                return self._dial((str(address), port), connect.left() / (len(addresses) - tried))
            except OSError as error:
                fault = error
        raise OutgoingUnreachable(f"{host} could not be reached on port {port}: {fault}.")
