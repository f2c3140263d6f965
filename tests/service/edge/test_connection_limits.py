from collections import Counter
from contextlib import ExitStack, suppress
from ipaddress import ip_network

import pytest

from service.edge.connection_limits import ConnectionLimits
from service.edge.refusals import Cut
from tests.service.stalling import (
    AMPLE,
    GET,
    STALLS,
    Served,
    descriptors,
    eventually,
    problem,
    read_reply,
    read_to_end,
    running,
    stall,
)


@pytest.mark.parametrize(
    ("limits", "cut"),
    [
        (ConnectionLimits(connections=3), Cut.TOO_MANY_CONNECTIONS),
        (ConnectionLimits(per_client=3), Cut.TOO_MANY_FROM_CLIENT),
    ],
    ids=["all", "one client"],
)
def test_one_connection_too_many_is_refused_and_its_place_comes_back(
    limits: ConnectionLimits, cut: Cut
) -> None:
    with running(AMPLE, limits) as served, ExitStack() as stack:
        held = [stack.enter_context(served.connect()) for _ in range(3)]
        for client in held:
            client.sendall(GET.replace(b"/", b"/held", 1))
        eventually(lambda: len(served.seen) == 3)
        with served.connect() as client:
            client.sendall(GET)
            reply = read_to_end(client)
        assert problem(reply)[0] == 503
        assert b"retry-after: 1\r\n" in reply
        assert served.cuts == {cut: 1}
        held[0].close()
        eventually(lambda: served.open == 2)
        with served.connect() as client:
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")


def test_a_newcomer_takes_the_place_of_whoever_has_owed_us_something_for_longest() -> None:
    with running(AMPLE, ConnectionLimits(connections=20)) as served, ExitStack() as stack:
        busy = stack.enter_context(served.connect())
        busy.sendall(GET.replace(b"/", b"/held", 1))
        eventually(lambda: len(served.seen) == 1)
        oldest = stack.enter_context(served.connect())
        eventually(lambda: served.open == 2)
        for start in list(STALLS.values()) * 10:
            with suppress(ConnectionError):
                stack.enter_context(served.connect()).sendall(start)
        for _ in range(5):
            with served.connect() as client:
                client.sendall(GET)
                assert read_reply(client).endswith(b"0 bytes")
        assert read_to_end(oldest) == b""
        assert served.cuts.keys() == {Cut.CROWDED_OUT}
        with served.connect() as client:
            client.sendall(GET.replace(b"/", b"/after", 1))
            read_reply(client)
        busy.settimeout(0.1)
        with pytest.raises(TimeoutError):
            busy.recv(1)


def test_a_trusted_proxy_may_hold_more_than_one_client() -> None:
    limits = ConnectionLimits(per_client=1, trusted_proxies=(ip_network("127.0.0.0/8"),))
    with running(AMPLE, limits) as served, ExitStack() as stack:
        for _ in range(5):
            client = stack.enter_context(served.connect())
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")
        assert not served.cuts


def test_an_ordinary_request_beside_300_stalled_sockets_is_answered(ample: Served) -> None:
    before = descriptors()
    with ExitStack() as stack:
        stall(ample, stack)
        eventually(lambda: ample.open == 300)
        with ample.connect() as client:
            client.sendall(GET)
            assert read_reply(client).endswith(b"0 bytes")
        assert ample.open >= 300
    eventually(lambda: descriptors() == before)


def test_300_stalled_sockets_are_cut_off_and_their_descriptors_come_back(either: Served) -> None:
    eventually(lambda: either.open == 0)
    before, cuts = descriptors(), Counter(either.cuts)
    with ExitStack() as stack:
        stall(either, stack)
        eventually(lambda: either.cuts - cuts == dict.fromkeys(STALLS, 75))
        eventually(lambda: either.open == 0)
        assert descriptors() <= before + 300, "ours are closed, whether or not theirs are"
    eventually(lambda: descriptors() == before)


def test_stopping_does_not_wait_for_idle_or_half_sent_requests() -> None:
    with running(AMPLE) as served, served.connect() as idle, served.connect() as half:
        idle.sendall(GET)
        read_reply(idle)
        half.sendall(GET[:20])
        eventually(lambda: served.open == 2)
