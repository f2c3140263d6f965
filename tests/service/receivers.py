"""Receivers on loopback that count what arrives, and the names that lead to them."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PUBLIC = "93.184.215.14"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

# What a name's servers answer, each time it is asked.
ANSWERS: dict[str, list[str]] = {
    "public.example": [PUBLIC],
    "localhost": ["127.0.0.1", "::1"],
    "localhost.": ["127.0.0.1"],
    "printer.local": ["192.168.1.9"],
    "good-then-bad.example": [PUBLIC, "127.0.0.1"],
    "bad-then-good.example": ["10.0.0.1", PUBLIC],
    "good-then-bad-ipv6.example": [PUBLIC, "::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
    "metadata.google.internal": ["169.254.169.254"],
    "metadata-ipv6.example": ["fd00:ec2::254"],
    "linklocal.example": ["fe80::1%eth0"],
    "xn--bcher-kva.example": ["127.0.0.1"],
    "zero.example": ["0.0.0.0"],  # noqa: S104
    "broadcast.example": ["255.255.255.255"],
    "shared.example": ["100.64.0.1"],
    "db": ["172.17.0.2"],
    "service_name": ["172.17.0.2"],
    "trailing.example.": ["127.0.0.1"],
    "rebinding.nip.example": ["127.0.0.1"],
}


Script = Callable[[socket.socket], None]


@dataclass
class Receiver:
    """A listening socket on loopback that counts what arrives and does with it as told."""

    listener: socket.socket
    script: Script
    tls: ssl.SSLContext | None = None
    arrived: list[bytes] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def dial(self, address: tuple[str, int], timeout: float) -> socket.socket:
        """Bring every call here, wherever it is for: none that is let out goes unseen."""
        self.dialled.append(address)
        return socket.create_connection(self.listener.getsockname()[:2], timeout)

    def serve(self, connection: socket.socket) -> None:
        if self.tls is not None:
            connection = self.tls.wrap_socket(connection, server_side=True)
        with connection:
            self.arrived.append(read_request(connection))
            self.script(connection)

    def run(self) -> None:
        self.listener.settimeout(0.02)
        while not self.stop.is_set():
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            connection.settimeout(5)
            with connection:
                try:
                    self.serve(connection)
                except OSError:
                    continue  # the client hung up, which is what the test is about


def read_request(connection: socket.socket) -> bytes:
    request = b""
    while part := connection.recv(65_536):
        request += part
        head, _, body = request.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or b"0"
        if b"\r\n\r\n" in request and len(body) >= int(length):
            break
    return request


def reply(data: bytes) -> Script:
    return lambda connection: connection.sendall(data)


@contextmanager
def receiver(
    script: Script, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> Iterator[Receiver]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.bind((host, 0))
        listener.listen()
        receiving = Receiver(listener, script, tls)
        thread = threading.Thread(target=receiving.run)
        thread.start()
        try:
            yield receiving
        finally:
            receiving.stop.set()
            thread.join(10)


def lenient_resolver(host: str, port: int) -> list[str]:
    """Answer like the table, else like a system that takes every spelling of an address."""
    if host in ANSWERS:
        return ANSWERS[host]
    found = socket.getaddrinfo(host, port, flags=socket.AI_NUMERICHOST, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]
