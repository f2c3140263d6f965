"""A store with comments to review, receivers to tell, and a sender to tell them."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from models.comment import Comment, Label
from service.clock import now
from service.deciding.answer import Answer
from service.deciding.arrival import arrive
from service.deciding.decision import Decision
from service.deciding.moderation import Moderator
from service.errors import StoreUnavailable
from service.events import Event
from service.house import House
from service.schemas import CommentIn
from service.store.deliveries import Delivery, deliveries_of
from service.store.endpoints import NewEndpoint, add_endpoint, endpoints_of
from service.store.keys import all_sites
from service.store.standings import NewStanding, set_standing, set_standings
from service.webhooks.message import new_webhook_secret
from tests.service.tiny_bundle import UNSURE


@dataclass
class Received:
    """One request as a receiver saw it."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Listener:
    """A real receiver on loopback; `respond` decides what each request is answered."""

    respond: Callable[["Handler", int], None]
    received: list[Received] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    def start(self, port: int = 0) -> "Listener":
        listener = self

        class Bound(Handler):
            owner = listener

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Bound)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()

    @property
    def port(self) -> int:
        assert self.server is not None
        return self.server.server_address[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    def ids(self) -> list[str]:
        return [one.id for one in list(self.received)]


class Handler(BaseHTTPRequestHandler):
    """Reads a request, remembers it, answers as its listener says."""

    owner: Listener
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return  # its sender was killed in the middle of it: this was no message
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.owner.received.append(Received(self.path, headers, body))
        self.close_connection = True
        self.owner.respond(self, len(self.owner.received))

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


def taking() -> Listener:
    """A receiver that takes everything."""
    return Listener(lambda handler, _: handler.answer(204)).start()


@dataclass
class Shop:
    """A house whose comments can be reviewed, and whose receivers can be watched."""

    house: House

    def __post_init__(self) -> None:
        self.listeners: list[Listener] = []
        with self.house.store.reading() as connection:
            self.site_id = all_sites(connection)[0].id
        self.moderator = Moderator(self.house.store, self.house.scorer, self.house.new_id)

    def close(self) -> None:
        self.house.sender.close()
        self.house.store.close()
        for listener in self.listeners:
            listener.stop()

    def tell(self, listener: Listener, *events: Event) -> tuple[str, str]:
        """Add a receiver; return its id and its secret."""
        self.listeners.append(listener)
        secret, endpoint_id = new_webhook_secret(), self.house.new_id()
        wanted = events or (Event.COMMENT_REVIEWED,)
        sealed = self.house.sealer.seal(secret)
        new = NewEndpoint(endpoint_id, self.site_id, listener.url, now(), wanted, sealed)
        with self.house.store.writing() as connection:
            add_endpoint(connection, new)
        return endpoint_id, secret

    def comments(self, count: int) -> list[str]:
        """Store comments; return their ids."""
        wanted = [CommentIn(content=f"{UNSURE} {n}") for n in range(count)]
        arrivals = [arrive(self.site_id, _noun(one), one.document(), now()) for one in wanted]
        answers = self.moderator.decide(arrivals)
        return [answer.decided.id for answer in answers if isinstance(answer, Answer)]

    def review(self, comment_id: str, standing: Decision, label: Label | None = None) -> None:
        with self.house.store.writing() as connection:
            set_standing(connection, comment_id, standing, label)

    def reject_all(self, comment_ids: list[str]) -> None:
        """Review many at once, as the desk does with a campaign."""
        with self.house.store.writing() as connection:
            set_standings(
                connection, [NewStanding(one, Decision.REJECT, None) for one in comment_ids]
            )

    def deliveries(self) -> list[Delivery]:
        with self.house.store.reading() as connection:
            known = [one.id for one in endpoints_of(connection, self.site_id)]
            return deliveries_of(connection, known, 100_000)

    def state(self, endpoint_id: str) -> str | None:
        """Return why an endpoint is disabled, or nothing."""
        with self.house.store.reading() as connection:
            found = endpoints_of(connection, self.site_id)
        return next(one.disabled_for for one in found if one.id == endpoint_id)

    def execute(self, sql: str) -> None:
        insist(lambda: self._execute(sql))

    def _execute(self, sql: str) -> None:
        with self.house.store.writing(patient=True) as connection:
            connection.exec_driver_sql(sql)

    def hurry(self) -> None:
        """Let the time of every retry come now."""
        self.execute("UPDATE endpoints SET paused_until = NULL")
        self.execute("UPDATE deliveries SET due_at = 1 WHERE due_at IS NOT NULL")


def _noun(comment: CommentIn) -> Comment:
    return comment.comment()


def insist(write: Callable[[], None]) -> None:
    """Ask again as a client does, while the machine is too busy for the database's deadline."""
    while True:
        try:
            write()
        except StoreUnavailable:
            continue
        return


def until(what: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.01)
