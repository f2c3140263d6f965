"""A blog that follows the feed: what it learned and its cursor are stored in one transaction.

python -m tests.reliability.feed_reader FILE ADDRESS…
"""

import itertools
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from tests.reliability.replica import KEY


def follow(file: Path, addresses: Sequence[str]) -> None:
    """Read for ever, each piece from the next replica; it is killed, not stopped."""
    own = sqlite3.connect(file, isolation_level=None)
    own.execute("PRAGMA journal_mode=WAL")
    own.execute("CREATE TABLE IF NOT EXISTS seen (position INTEGER, comment TEXT, decision TEXT)")
    own.execute("CREATE TABLE IF NOT EXISTS cursor (one INTEGER PRIMARY KEY, value TEXT)")
    headers = {"Authorization": f"Bearer {KEY}"}
    with httpx.Client(headers=headers, timeout=30, trust_env=False) as client:
        for address in itertools.cycle(addresses):
            row = own.execute("SELECT value FROM cursor").fetchone()
            query = {"cursor": row[0] if row else "0", "limit": 97}
            answer = client.get(f"{address}/v1/changes", params=query)
            if answer.status_code == 503:
                continue
            found = answer.raise_for_status().json()
            own.execute("BEGIN")
            for item in found["items"]:
                values = (int(item["cursor"]), item["comment_id"], item["decision"])
                own.execute("INSERT INTO seen VALUES (?, ?, ?)", values)
            own.execute("INSERT OR REPLACE INTO cursor VALUES (1, ?)", (found["cursor"],))
            own.execute("COMMIT")
            if not found["more"]:
                time.sleep(0.02)


if __name__ == "__main__":
    follow(Path(sys.argv[1]), sys.argv[2:])
