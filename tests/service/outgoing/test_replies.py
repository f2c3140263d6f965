"""What receivers do to those who call them, and how each ends."""

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.outgoing.call import (
    OutgoingError,
    OutgoingMalformed,
    OutgoingPolicy,
    OutgoingTimeout,
    OutgoingUnreachable,
    OutgoingUnresolved,
    client,
    was_truncated,
)
from tests.service.receivers import (
    OK,
    PUBLIC,
    Receiver,
    Script,
    lenient_resolver,
    receiver,
    reply,
)


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
def target() -> Iterator[Receiver]:
    with receiver(reply(OK)) as receiving:
        yield receiving


def dripping(head: bytes) -> Script:
    def script(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(b"a")
            time.sleep(0.01)

    return script


def endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"1000\r\n" + b"a" * 4_096 + b"\r\n")


def early_hints(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"HTTP/1.1 103 Early Hints\r\n\r\n")


def silent(connection: socket.socket) -> None:
    while connection.recv(1):  # ends when we are hung up on
        pass


IMPATIENT = OutgoingPolicy(connect_seconds=0.3, total_seconds=0.3)


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        (silent, OutgoingTimeout),
        (dripping(b""), OutgoingTimeout),
        (dripping(b"HTTP/1.1 200 OK\r\nX: "), OutgoingTimeout),
        (early_hints, OutgoingMalformed),
        (reply(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n"), OutgoingMalformed),
        (reply(b"SSH-2.0-OpenSSH_9.2p1\r\n\r\n"), OutgoingMalformed),
        (reply(b""), OutgoingMalformed),
    ],
    ids=["silent", "drip", "dripping head", "endless 1xx", "long head", "not http", "hung up"],
)
def test_a_receiver_that_does_not_answer_is_left(
    tls: ssl.SSLContext, script: Script, fault: type[OutgoingError]
) -> None:
    with (
        receiver(script) as target,
        client(IMPATIENT, lenient_resolver, target.dial, tls) as http,
        pytest.raises(fault) as caught,
    ):
        http.post("http://public.example/", content=b"{}")
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    "script",
    [
        endless,
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"),
        reply(b"HTTP/1.1 200 OK\r\n\r\n" + b"a" * 100_000),
    ],
    ids=["endless", "dripping body", "over 64 kB"],
)
def test_an_answer_stands_when_its_body_does_not_end(tls: ssl.SSLContext, script: Script) -> None:
    with (
        receiver(script) as target,
        client(IMPATIENT, lenient_resolver, target.dial, tls) as http,
    ):
        answer = http.post("http://public.example/", content=b"{}")
    assert answer.status_code == 200
    assert was_truncated(answer)
    assert 0 < len(answer.content) < 65_536


def test_a_compressed_body_is_not_unpacked(tls: ssl.SSLContext) -> None:
    bomb = gzip.compress(b"a" * 10_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nSet-Cookie: a=b\r\nRetry-After: 9\r\n\r\n"
    with (
        receiver(reply(head + bomb)) as target,
        client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http,
    ):
        answer = http.get("http://public.example/")
        assert answer.content == bomb
        assert answer.headers["retry-after"] == "9"
        assert not http.cookies


def test_a_name_server_that_does_not_answer_is_left(target: Receiver, tls: ssl.SSLContext) -> None:
    answered = threading.Event()

    def slow(host: str, port: int) -> list[str]:
        answered.wait(10)
        return [PUBLIC]

    with client(IMPATIENT, slow, target.dial, tls) as http, pytest.raises(OutgoingTimeout):
        http.get("http://public.example/")
    answered.set()
    assert target.arrived == []


def test_a_name_without_an_address_says_so(target: Receiver, tls: ssl.SSLContext) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("Name or service not known")

    def empty(host: str, port: int) -> list[str]:
        return []

    for resolver, said in ((unknown, "Name or service not known"), (empty, "has no address")):
        with (
            client(OutgoingPolicy(), resolver, target.dial, tls) as http,
            pytest.raises(OutgoingUnresolved, match=said),
        ):
            http.get("http://nowhere.example/")


def test_the_next_address_is_tried_when_one_is_not_there(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    tried: list[str] = []

    def dial(address: tuple[str, int], timeout: float) -> socket.socket:
        tried.append(address[0])
        if ":" in address[0]:
            raise OSError("Network is unreachable")
        return target.dial(address, timeout)

    addresses = ["2606:4700::1111", PUBLIC]
    with client(OutgoingPolicy(), lambda *_: addresses, dial, tls) as http:
        assert http.get("http://both.example/").status_code == 200
        assert tried == addresses
    with (
        client(OutgoingPolicy(), lambda *_: addresses[:1], dial, tls) as http,
        pytest.raises(OutgoingUnreachable, match="Network is unreachable"),
    ):
        http.get("http://both.example/")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for secure.example, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "secure.example")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("secure.example")]), False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[tuple[Receiver, list[str | None]]]:
    """A receiver that speaks TLS, and the names that it was asked for."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    names: list[str | None] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with receiver(reply(OK), tls=context) as receiving:
        yield receiving, names


@pytest.mark.parametrize("host", ["secure.example", "secure.example."])
def test_tls_asks_for_the_name_and_checks_it(
    certificate: Path, secure: tuple[Receiver, list[str | None]], host: str
) -> None:
    target, names = secure
    trusting = ssl.create_default_context(cafile=str(certificate))
    with client(OutgoingPolicy(), lambda *_: [PUBLIC], target.dial, trusting) as http:
        assert http.post(f"https://{host}/", content=b"{}").text == "ok"
        with pytest.raises(OutgoingUnreachable, match=r"TLS with other\.example failed"):
            http.get("https://other.example/")
    assert names == ["secure.example", "other.example"]
    assert target.dialled == [(PUBLIC, 443)] * 2


def test_an_untrusted_certificate_is_not_accepted_by_default(
    secure: tuple[Receiver, list[str | None]],
) -> None:
    target, _ = secure
    with (
        client(OutgoingPolicy(), lambda *_: [PUBLIC], target.dial) as http,
        pytest.raises(OutgoingUnreachable, match="self-signed"),
    ):
        http.get("https://secure.example/")
    assert target.arrived == []


def test_a_handshake_that_never_ends_is_left(tls: ssl.SSLContext) -> None:
    with (
        receiver(silent) as target,
        client(IMPATIENT, lenient_resolver, target.dial, tls) as http,
        pytest.raises(OutgoingTimeout),
    ):
        http.get("https://public.example/")
