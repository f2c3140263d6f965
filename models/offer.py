"""What a comment offers to be clicked: a link in its text, its author's address, both or neither."""

from typing import Final

from models.hashing import salt

_BASE: Final = salt("offer")

OFFERS: Final = tuple(_BASE + number for number in range(4))
"""The traits that say it, by `offer_of`."""


def offer_of(has_link: bool, has_address: bool) -> int:
    """Return a comment's kind of offer, 0 to 3: nothing, a link, an address, both."""
    return has_link + 2 * has_address
