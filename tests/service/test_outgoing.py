import gzip
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.addresses import METADATA_SERVICES, is_metadata
from service.outgoing import (
    OutgoingError,
    OutgoingMalformed,
    OutgoingPolicy,
    OutgoingRefused,
    OutgoingTimeout,
    OutgoingUnreachable,
    OutgoingUnresolved,
    client,
    was_truncated,
)
from service.outgoing_policy import literal_address

EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
PUBLIC = "93.184.215.14"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

HOSTILE = [
    line
    for line in (Path(__file__).parent / "hostile_urls.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
HOSTS = [url.split("/")[2] for url in HOSTILE if re.fullmatch("http://[^/?#]+/", url)]
# Those of them that are addresses as they are usually written.
ADDRESSES = [
    host
    for host in HOSTS
    if literal_address(host.strip("[]")) is not None
    and host.startswith("[") == host.endswith("]") == (":" in host)
]
# Those that take no name server to understand, and a port behind them.
NUMERIC = [host for host in HOSTS if not re.search("example|:[^]]*$", host)]
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


def test_the_table_is_as_long_as_promised() -> None:
    assert len(set(HOSTILE)) >= 120


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


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    return ssl.create_default_context()


@pytest.fixture
def target() -> Iterator[Receiver]:
    with receiver(reply(OK)) as receiving:
        yield receiving


def test_no_hostile_url_arrives_at_the_listening_socket(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    with client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http:
        for url in HOSTILE:
            with pytest.raises((OutgoingRefused, httpx.InvalidURL)):
                http.post(url, content=b"{}")
    assert target.dialled == []
    assert target.arrived == []


def test_the_same_addresses_arrive_once_the_operator_allows_their_network(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    policy = OutgoingPolicy(allowed_networks=EVERYWHERE)
    allowed = [host for host in ADDRESSES if not is_metadata(ip_address(host.strip("[]")))]
    assert len(allowed) > 60
    with client(policy, lenient_resolver, target.dial, tls) as http:
        for host in allowed:
            assert http.post(f"http://{host}/", content=b"{}").status_code == 200
    assert len(target.arrived) == len(allowed)


def test_metadata_is_refused_even_where_everything_is_allowed(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    policy = OutgoingPolicy(allowed_networks=EVERYWHERE)
    written_in_ipv6 = ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"]
    with client(policy, lenient_resolver, target.dial, tls) as http:
        for address in (*map(str, METADATA_SERVICES), *written_in_ipv6):
            host = f"[{address}]" if ":" in address else address
            with pytest.raises(OutgoingRefused, match="cloud metadata"):
                http.get(f"http://{host}/latest/meta-data/")
    assert target.arrived == []


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_systems_own_resolver_and_sockets_do_not_reach_loopback_either(
    tls: ssl.SSLContext, host: str
) -> None:
    with receiver(reply(OK), host) as loopback:
        with client(OutgoingPolicy(), tls=tls) as http:
            for spelling in NUMERIC:
                with pytest.raises((OutgoingRefused, OutgoingUnresolved, httpx.InvalidURL)):
                    http.post(f"http://{spelling}:{loopback.port}/", content=b"{}")
        assert loopback.arrived == []
        allowed = OutgoingPolicy(allowed_networks=(ip_network(host),))
        shown = f"[{host}]" if ":" in host else host
        with client(allowed, tls=tls) as http:
            assert http.get(f"http://{shown}:{loopback.port}/").text == "ok"
        assert len(loopback.arrived) == 1


def test_a_public_address_is_called_with_the_name_it_was_asked_by(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    with client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http:
        answer = http.post("http://Public.Example:8080/hook?a=1", content=b'{"id": 1}')
    assert (answer.status_code, answer.content, was_truncated(answer)) == (200, b"ok", False)
    assert target.dialled == [(PUBLIC, 8080)]
    head, _, body = target.arrived[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\n")
    assert b"Host: public.example:8080" in head
    assert b"accept-encoding: identity" in head.lower()
    assert body == b'{"id": 1}'


def test_a_name_whose_answers_alternate_is_resolved_once_per_call(
    target: Receiver, tls: ssl.SSLContext
) -> None:
    asked: list[str] = []

    def alternating(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC] if len(asked) % 2 else ["127.0.0.1"]

    with client(OutgoingPolicy(), alternating, target.dial, tls) as http:
        for _ in range(5):
            assert http.get("http://rebinding.example/").status_code == 200
            with pytest.raises(OutgoingRefused, match=r"127\.0\.0\.1"):
                http.get("http://rebinding.example/")
    assert len(asked) == 10
    assert target.dialled == [(PUBLIC, 80)] * 5


@pytest.mark.parametrize("follow", [False, True])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_a_private_address_leads_nowhere(
    tls: ssl.SSLContext, status: int, follow: bool
) -> None:
    moved = (
        b"HTTP/1.1 %d Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n" % status
    )
    with (
        receiver(reply(moved)) as target,
        client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http,
    ):
        if follow:
            with pytest.raises(OutgoingRefused):
                http.get("http://public.example/", follow_redirects=True)
        else:
            assert http.get("http://public.example/").status_code == status
        assert target.dialled == [(PUBLIC, 80)]


def test_proxy_variables_are_not_read(
    target: Receiver, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiver(reply(OK)) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        with client(OutgoingPolicy(), lenient_resolver, target.dial, tls) as http:
            http.get("http://public.example/")
        assert proxy.arrived == []
    assert len(target.arrived) == 1


def test_a_url_is_checked_for_its_form_when_it_is_given() -> None:
    assert OutgoingPolicy().check_url("https://blog.example/hook").host == "blog.example"
    with pytest.raises(OutgoingRefused, match="can't be read"):
        OutgoingPolicy().check_url("http://[::1/")


def test_the_operator_can_narrow_ports_and_networks(target: Receiver, tls: ssl.SSLContext) -> None:
    policy = OutgoingPolicy(
        refused_networks=(ip_network("93.184.215.0/24"),), allowed_ports=frozenset({80, 443})
    )
    with client(policy, lenient_resolver, target.dial, tls) as http:
        with pytest.raises(OutgoingRefused, match="Port 25 is not among those allowed: 80, 443"):
            http.get("http://public.example:25/")
        with pytest.raises(OutgoingRefused, match="operator's network"):
            http.get("http://public.example/")
    assert target.arrived == []


# What receivers do to those who call them.


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
