"""A blog that speaks Akismet to a running service, in the manner of the clients we know."""

from dataclasses import dataclass
from typing import Any

import httpx

from models.comment import Label
from service.akismet.client import HoldAs
from service.akismet.keys import new_akismet_secret
from service.clock import now
from service.edge.auth import Key, Scope
from service.house import House
from service.store.akismet import add_akismet_key, set_akismet_key
from service.store.comments import StoredComment, comment_of
from service.store.keys import add_key, all_sites

WORDPRESS = "WordPress/6.8.7 | Akismet/5.5"
DISCOURSE = "Discourse/3.5.0 | discourse-akismet/0.1"
BLOG = "http://blog.example"
THANKS = "Thanks for making the web a better place."


@dataclass(frozen=True)
class AkismetBlog:
    """One blog, its key, and the address of the service."""

    house: House
    base: str
    key: str
    key_id: str

    def post(self, path: str, user_agent: str = WORDPRESS, **fields: Any) -> httpx.Response:
        """Send a form with the key, as WordPress does."""
        form = {"api_key": self.key, "blog": BLOG} | {k: str(v) for k, v in fields.items()}
        return httpx.post(
            f"{self.base}{path}", data=form, headers={"User-Agent": user_agent}, timeout=20
        )

    def check(self, content: str, user_agent: str = WORDPRESS, **fields: Any) -> httpx.Response:
        """Ask about a comment of Ada's."""
        comment: dict[str, Any] = {
            "user_ip": "192.0.2.7",
            "comment_type": "comment",
            "comment_author": "Ada",
            "comment_author_email": "ada@example.org",
            "comment_content": content,
            "permalink": f"{BLOG}/on-building-things",
        }
        return self.post("/1.1/comment-check", user_agent, **(comment | fields))

    def report(self, label: str, content: str, **fields: Any) -> httpx.Response:
        """Report a comment of Ada's as `spam` or `ham`."""
        comment = {
            "user_ip": "192.0.2.7",
            "comment_author": "Ada",
            "comment_author_email": "ada@example.org",
            "comment_content": content,
        }
        return self.post(f"/1.1/submit-{label}", **(comment | fields))

    def answer_as(self, hold: HoldAs = HoldAs.AUTO, *, may_discard: bool = False) -> None:
        """Set how the key's client is answered."""
        with self.house.store.writing() as connection:
            set_akismet_key(connection, self.key_id, hold, may_discard=may_discard)
        self.house.akismet_keyring.forget()

    def stored(self, guid: str) -> StoredComment:
        """Return the comment that a check stored."""
        with self.house.store.reading() as connection:
            found = comment_of(connection, all_sites(connection)[0].id, guid)
        assert found is not None
        return found

    def document(self, guid: str) -> str:
        """Return what was stored of the comment, as JSON."""
        return self.stored(guid).decided.document.decode()

    def label(self, guid: str) -> Label | None:
        """Return the newest label of a comment."""
        return self.stored(guid).label

    def labels(self) -> list[str]:
        """Return every label that was given, oldest first."""
        with self.house.store.reading() as connection:
            rows = connection.exec_driver_sql("SELECT label FROM labels ORDER BY id")
            return [row.label for row in rows]

    def comment_count(self) -> int:
        """Return how many comments are stored."""
        with self.house.store.reading() as connection:
            count: int = connection.exec_driver_sql("SELECT COUNT(*) FROM comments").scalar_one()
        return count


def akismet_key(house: House) -> tuple[str, str]:
    """Give the first site an Akismet key; return its id and its secret."""
    secret, key_id = new_akismet_secret(), house.new_id()
    with house.store.writing() as connection:
        site = all_sites(connection)[0]
        key = Key(key_id, site.id, frozenset({Scope.CHECK, Scope.LABEL}))
        add_key(connection, key, house.sealer.fingerprint(secret), now())
        add_akismet_key(connection, key_id, house.sealer.seal(secret))
    return key_id, secret
