"""`winnow`'s process that decides: `python -m service decide SOCKET`, started by the one that listens.

It has its own connection to the database and follows promotions as any replica does. It ends when the
other end of its socket is closed, by whatever means, and leaves signals to the other process: a planned
stop drains first.
"""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import structlog

from models.bundle import Bundle, BundleError, load_bundle
from service.deciding.child import LENGTH_BYTES, framed
from service.deciding.decider import Decide, Outcomes
from service.deciding.moderation import moderating
from service.deciding.reply import replied
from service.deciding.wire import packed_outcomes, unpacked_arrivals
from service.errors import Problem, StoreUnavailable, told
from service.identifiers import IdentifierSource
from service.interpreter import settle
from service.logs import configure_logs
from service.loop.bundle_folder import BundleFolder
from service.loop.bundles import Bundles
from service.loop.incumbent import Incumbent
from service.metrics import Metrics
from service.settings import Settings
from service.store.engine import Store

log = structlog.get_logger("winnow.decider")


def decide() -> None:
    """Decide what comes, batch after batch, until nobody is there to be answered."""
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)
    settings = Settings.from_environ(os.environ)
    configure_logs(settings.log_level)
    # Whoever is gone with a message unread resets the connection, and needs no answer.
    with (
        suppress(ConnectionError),
        socket.socket(fileno=int(sys.argv[-1])) as link,
        link.makefile("rb") as stream,
    ):
        messages = _messages(stream)
        try:
            # While the other process still imports. At a start that one finds the same fault and ends.
            bundle = load_bundle(settings.bundle_dir)
        except BundleError as fault:
            sys.exit(0 if next(messages, None) is None else f"winnow: {told(fault)}")
        if next(messages, None) is None:
            return
        try:
            store, incumbent = _opened(settings, bundle)
        except (BundleError, StoreUnavailable) as fault:
            sys.exit(f"winnow: {told(fault)}")
        deciding = moderating(
            store, lambda: incumbent.scorer, IdentifierSource(), audit_share=settings.audit_share
        )
        settle()
        link.sendall(framed(b""))
        for message in messages:
            link.sendall(framed(_answered(deciding, message)))
        incumbent.close()
        store.close()


def _opened(settings: Settings, bundle: Bundle) -> tuple[Store, Incumbent]:
    store = Store.of(settings.database_url, settings.data_dir)
    folder = BundleFolder(settings.data_dir / "bundles")
    incumbent = Incumbent(Bundles(store, folder, bundle), Metrics())
    incumbent.start()
    store.open_readers()
    return store, incumbent


def _messages(stream: BinaryIO) -> Iterator[bytes]:
    while len(length := stream.read(LENGTH_BYTES)) == LENGTH_BYTES:
        message = stream.read(int.from_bytes(length))
        yield message


def _answered(deciding: Decide, message: bytes) -> bytes:
    arrivals = unpacked_arrivals(message)
    try:
        outcomes: Outcomes = [replied(one) for one in deciding(arrivals)]
    except Problem as fault:
        outcomes = [fault] * len(arrivals)
    except Exception:
        # Ours to mend, and the other batches' no fault: these comments are answered 500.
        log.exception("decider_fault", comments=len(arrivals))
        outcomes = [Problem("deciding this comment failed; it was logged")] * len(arrivals)
    return packed_outcomes(outcomes)
