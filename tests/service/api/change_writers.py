"""A replica's worth of writers: decides comments and reviews them, as often as it is told.

python -m tests.service.api.change_writers THREADS CHANGES_EACH
"""

import os
import random
import sys
import threading

from service.arrival import arrive
from service.clock import now
from service.decision import Decision
from service.errors import StoreUnavailable
from service.house import House, build
from service.moderation import Answer, Moderator
from service.schemas import CommentIn
from service.settings import Settings
from service.store.keys import all_sites
from service.store.standings import set_standing


def write(house: House, changes: int) -> None:
    """Make this many changes: half of them comments, half of them reviews of those."""
    moderator = Moderator(house.store, house.scorer, house.new_id)
    with house.store.reading() as connection:
        site_id = all_sites(connection)[0].id
    made = 0
    while made < changes:
        batch = min(8, (changes - made + 1) // 2)
        known = _decided(moderator, site_id, [f"Comment {house.new_id()}" for _ in range(batch)])
        made += len(known)
        for comment_id in known[: changes - made]:
            _review(house, comment_id)
            made += 1


def _decided(moderator: Moderator, site_id: str, contents: list[str]) -> list[str]:
    wanted = [CommentIn(content=content) for content in contents]
    arrivals = [arrive(site_id, one.comment(), one.document(), now()) for one in wanted]
    while True:
        try:
            answers = moderator.decide(arrivals)
        except StoreUnavailable:
            continue
        return [answer.decided.id for answer in answers if isinstance(answer, Answer)]


def _review(house: House, comment_id: str) -> None:
    while True:
        try:
            with house.store.writing() as connection:
                standing = random.choice(list(Decision))
                set_standing(connection, comment_id, standing, None)
        except StoreUnavailable:
            continue
        return


def main() -> None:
    """Write with several threads and end."""
    threads, changes = int(sys.argv[1]), int(sys.argv[2])
    house = build(Settings.from_environ(os.environ))
    writers = [threading.Thread(target=write, args=(house, changes)) for _ in range(threads)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    house.store.close()


if __name__ == "__main__":
    main()
