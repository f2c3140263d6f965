"""The one way out: every call that we make to an address somebody else chose."""

import socket
import ssl

import httpcore
import httpx

from service.outgoing.policy import (
    OutgoingError,
    OutgoingMalformed,
    OutgoingPolicy,
    OutgoingRefused,
    OutgoingTimeout,
    OutgoingUnreachable,
    OutgoingUnresolved,
    port_of,
)
from service.outgoing.stream import CheckedNetwork, Dial, Resolver, resolve

_TRUNCATED = "truncated"
# Framing and encoding are undone or never applied; cookies of one receiver are nothing to another.
_DROPPED = frozenset(
    {b"content-length", b"content-encoding", b"transfer-encoding", b"connection", b"set-cookie"}
)


class OutgoingTransport(httpx.BaseTransport):
    """Sends one request over one connection of its own, within an `OutgoingPolicy`.

    The reply is read before it is returned. When the time or the bytes run out within its body, the
    status stands and `was_truncated` says so: the receiver has answered. Raises an `OutgoingError`.
    """

    def __init__(
        self, policy: OutgoingPolicy, resolver: Resolver, dial: Dial, tls: ssl.SSLContext
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._dial = dial
        self._tls = tls

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Check, resolve, check again, connect, send, read."""
        url = self._policy.check_url(request.url)
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=port_of(url), target=url.raw_path
        )
        outgoing = httpcore.Request(
            request.method, target, headers=request.headers.raw, content=request.read()
        )
        network = CheckedNetwork(self._policy, self._resolver, self._dial)
        connection = httpcore.HTTPConnection(
            target.origin, ssl_context=self._tls, network_backend=network
        )
        try:
            return _read(connection.handle_request(outgoing))
        except httpcore.NetworkError as error:
            raise OutgoingUnreachable(f"The connection to {url.host} broke: {error}.") from error
        except httpcore.ProtocolError as error:
            raise OutgoingMalformed(f"{url.host} did not answer in HTTP: {error}.") from error
        finally:
            connection.close()


def _read(reply: httpcore.Response) -> httpx.Response:
    body = bytearray()
    truncated = False
    try:
        for part in reply.iter_stream():
            body += part
    except (OutgoingTimeout, OutgoingMalformed, httpcore.NetworkError, httpcore.ProtocolError):
        truncated = True
    headers = [(name, value) for name, value in reply.headers if name.lower() not in _DROPPED]
    return httpx.Response(
        reply.status, headers=headers, content=bytes(body), extensions={_TRUNCATED: truncated}
    )


def was_truncated(reply: httpx.Response) -> bool:
    """Tell whether the reply's body went on when we stopped to listen."""
    return bool(reply.extensions[_TRUNCATED])


def client(
    policy: OutgoingPolicy,
    resolver: Resolver = resolve,
    dial: Dial = socket.create_connection,
    tls: ssl.SSLContext | None = None,
) -> httpx.Client:
    """Make the client for calls to addresses that somebody else chose; safe to share by threads.

    Follows no redirect, reads no proxy variable, keeps no cookie and no connection. `tls` defaults
    to the public certificate authorities. Calls raise an `OutgoingError`; a URL that httpx can't even
    read raises its InvalidURL, so put every URL through `OutgoingPolicy.check_url` when it is given.
    """
    trusted = tls if tls is not None else httpx.create_ssl_context(trust_env=False)
    return httpx.Client(
        transport=OutgoingTransport(policy, resolver, dial, trusted),
        trust_env=False,
        follow_redirects=False,
        headers={"accept-encoding": "identity", "user-agent": "winnow", "connection": "close"},
    )


__all__ = [
    "OutgoingError",
    "OutgoingMalformed",
    "OutgoingPolicy",
    "OutgoingRefused",
    "OutgoingTimeout",
    "OutgoingUnreachable",
    "OutgoingUnresolved",
    "client",
    "was_truncated",
]
