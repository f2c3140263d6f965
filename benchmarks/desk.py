"""The review desk with a full queue: the first page and a decision, on SQLite or PostgreSQL.

    python -m benchmarks.desk                              # SQLite in a new folder
    python -m benchmarks.desk --database-url postgresql://root@127.0.0.1/winnow_desk_bench

The database must be empty. Targets: first page at most 200 ms, whatever is asked, a decision at
most 50 ms (medians, on the server, with 100,000 held comments).
"""

import argparse
import itertools
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import text

from models.evidence import Evidence
from models.thresholds import Thresholds
from service.deciding.decision import DecidedComment, Decision, Reason, Signal
from service.deciding.queueing import entries_of
from service.deciding.records import Traces
from service.edge.cursor import Page
from service.identifiers import IdentifierSource
from service.reviewing.answers import Person, Reviewing
from service.reviewing.queue_query import QueueOrder, QueueQuery
from service.reviewing.review import Answered, Outcome, Review
from service.schemas import kept_comment
from service.store.comments import NewComment, add_comments
from service.store.engine import Store
from service.store.keys import Site, add_site
from service.store.migrate import migrate
from service.store.queue import join_queue
from service.store.queue_pages import campaign_places, queue_counts, waiting_comments

THRESHOLDS = Thresholds(0.2, 0.93)
# Every tenth comment belongs to one of 200 campaigns.
CAMPAIGN_EVERY, CAMPAIGNS = 10, 200
START = 1_795_000_000_000_000
MINUTE = 60_000_000
WORDS = ("chisel", "dough", "bearing", "ridge", "casino", "loan", "crumb", "spoke", "lake", "strop")


def comments(count: int, site_id: str) -> Iterator[NewComment]:
    """Yield held comments, a minute apart."""
    new_id = IdentifierSource()
    campaign_ids: dict[int, str] = {}
    for number in range(count):
        comment_id = new_id()
        campaign = number // CAMPAIGN_EVERY % CAMPAIGNS if number % CAMPAIGN_EVERY == 0 else None
        content = " ".join(WORDS[number // 7**place % 10] for place in range(40))
        document = {
            "content": f"{content} {number}",
            "author": {"name": f"Reader {number}", "email": f"reader{number}@example.org"},
            "post": {"title": "A post with a title of the usual length"},
        }
        decided = DecidedComment(
            id=comment_id,
            site_id=site_id,
            external_id=None,
            received_at=START + number * MINUTE,
            document=json.dumps(document).encode(),
            test=False,
            decision=Decision.HOLD,
            score=0.2 + (number * 7919 % 7300) / 10_000,
            reasons=(Reason("score_unsure", "The classifier is not sure enough.", "hold"),) * 3,
            evidence=tuple(Evidence("content", at, at + 6, 0.4) for at in range(0, 84, 7)),
            signals=(Signal("form_too_fast", "The form was sent after 1.1 seconds."),),
            bundle="2026-11-20-benchmark",
            policy_version=0,
        )
        campaign_id = None if campaign is None else campaign_ids.setdefault(campaign, comment_id)
        comment = kept_comment(decided.document)
        yield NewComment(decided, comment, bytes(16), Traces(), campaign_id, ())


def fill(store: Store, count: int) -> str:
    """Put held comments into an empty store and return the site's id."""
    site = Site(IdentifierSource()(), "bench", START)
    with store.writing() as connection:
        add_site(connection, site)
    new = comments(count, site.id)
    while batch := list(itertools.islice(new, 500)):
        with store.writing() as connection:
            add_comments(connection, batch)
            join_queue(connection, entries_of(batch, {site.id: THRESHOLDS}, 0.0))
    return site.id


def first_page(store: Store, site_id: str, wanted: QueueQuery) -> list[tuple[str, int]]:
    """Read what the first page shows: ids and states."""
    with store.reading() as connection:
        places = campaign_places(connection, site_id, wanted, Page(50))
        found = waiting_comments(connection, site_id, places.found)
        queue_counts(connection, site_id)
    return [(one.stored.decided.id, one.stored.state) for one in found]


def measure(name: str, times: int, act: Callable[[], object], target: float | None) -> bool:
    """Time an action, print median and 95th percentile, and return whether the target holds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    kept = target is None or median(taken) <= target
    promised = "" if target is None else f"  target {target:g}: {'kept' if kept else 'MISSED'}"
    print(
        f"{name:34} median {median(taken):7.1f} ms  p95 {quantiles(taken, n=20)[-1]:7.1f} ms{promised}"
    )
    return kept


def run(store: Store, count: int) -> bool:
    """Fill, measure, and return whether the targets hold."""
    migrate(store)
    started = time.perf_counter()
    site_id = fill(store, count)
    print(f"{count:,} held comments stored in {time.perf_counter() - started:.1f} s")
    if not store.is_sqlite:
        with store.writing(patient=True) as connection:
            connection.execute(text("ANALYZE"))
    reviewing = Reviewing(store, IdentifierSource())
    person = Person(site_id, "Ada", "desk")
    waiting = iter(first_page(store, site_id, QueueQuery()) * 2)
    given: list[str] = []

    def decide() -> None:
        comment_id, state = next(waiting)
        result = reviewing.answer(person, [Answered(comment_id, Outcome.REJECT_SPAM, state)])[0]
        if isinstance(result, Review):
            given.append(result.id)

    # What everything below is made of: on a busy machine it is what is slow.
    measure("one statement that does nothing", 100, store.ping, None)
    measure("a transaction with one update", 40, lambda: touch(store, site_id), None)
    kept = [
        measure(f"first page, {order.value}", 30, page_of(store, site_id, QueueQuery(order)), 200)
        for order in QueueOrder
    ]
    asked = {
        "text": QueueQuery(text="reader 77"),
        "text that nobody wrote": QueueQuery(text="zeppelin"),
        "score band": QueueQuery(min_score=0.9),
        "reason": QueueQuery(reason="form_too_fast"),
    }
    for name, query in asked.items():
        kept.append(measure(f"first page, {name}", 10, page_of(store, site_id, query), 200))
    kept.append(measure("a decision", 40, decide, 50))
    kept.append(measure("an undo", 40, lambda: reviewing.undo(person, [given.pop()]), 50))
    return all(kept)


def touch(store: Store, site_id: str) -> None:
    """Commit the least that can be committed."""
    with store.writing() as connection:
        connection.execute(
            text("UPDATE sites SET last_change = last_change WHERE id = :id"), {"id": site_id}
        )


def page_of(store: Store, site_id: str, query: QueueQuery) -> Callable[[], object]:
    """Return the reading of one first page."""
    return lambda: first_page(store, site_id, query)


def main() -> None:
    """Run the benchmark and end with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", help="an empty PostgreSQL database; SQLite without it")
    parser.add_argument("--comments", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store.of(given.database_url, Path(folder))
        kept = run(store, given.comments)
        store.close()
    raise SystemExit(0 if kept else 1)


if __name__ == "__main__":
    main()
