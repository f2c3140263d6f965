"""Near-duplicates: comments of one campaign, told by their text or by the host they advertise.

MinHash over byte shingles (Broder 1997) with banding, computed over whole chunks of texts at once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

SHINGLE = 8  # bytes: about one word and a half; shorter ones make all English texts alike
BANDS = 8
ROWS_PER_BAND = 4  # texts that share 80 % of their shingles meet with probability 0.98, 50 %: 0.40
AGREEMENT = 0.6  # of the signature; below, two texts that met in a band stay apart
CHUNK_BYTES = 4_000_000  # 32 MB of hashes a chunk
_EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)


def duplicate_groups(
    texts: Sequence[str], hosts: Sequence[Iterable[str]] | None = None
) -> NDArray[np.int64]:
    """Number the groups of near-duplicate texts, one group number a text.

    `hosts` names the hosts that tie texts together although their words differ; pass only hosts
    that belong to one campaign (`campaign_hosts`). A group's number is the position of its first
    text.
    """
    groups = _DisjointSets(len(texts))
    signatures = minhash(texts)
    for band in range(BANDS):
        columns = signatures[:, band * ROWS_PER_BAND : (band + 1) * ROWS_PER_BAND]
        _join_band(groups, columns, signatures)
    first: dict[str, int] = {}
    for row, names in enumerate(hosts or ()):
        for host in names:
            groups.join(first.setdefault(host, row), row)
    return groups.roots()


def campaign_hosts(
    hosts: Sequence[Iterable[str]], is_spam: Sequence[bool], *, most: int = 400
) -> set[str]:
    """Hosts that only spam links to, and that no more than `most` comments name.

    A host that ham names too is a platform (a shortener, a video site), not a campaign.
    """
    spam: Counter[str] = Counter()
    ham: Counter[str] = Counter()
    for names, spammy in zip(hosts, is_spam, strict=True):
        (spam if spammy else ham).update(set(names))
    return {host for host, count in spam.items() if host not in ham and 1 < count <= most}


def minhash(texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return signatures of shape (texts, BANDS * ROWS_PER_BAND); a text without letters gets ones."""
    folded = [_fold(text) for text in texts]
    signatures = np.full((len(texts), BANDS * ROWS_PER_BAND), _EMPTY, dtype=np.uint64)
    multipliers = _odd_numbers(signatures.shape[1])
    for start, stop in _chunks([len(text) for text in folded]):
        rows, hashes = _shingle_hashes(folded[start:stop])
        if not len(rows):
            continue
        starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]])
        for column, multiplier in enumerate(multipliers):
            mixed = hashes * multiplier
            mixed ^= mixed >> np.uint64(29)
            signatures[start + rows[starts], column] = np.minimum.reduceat(mixed, starts)
    return signatures


def _fold(text: str) -> bytes:
    """Letters only, lower case: numbers, links' punctuation and spacing differ within a campaign."""
    letters = "".join(c if c.isalpha() else " " for c in text.lower())
    return " ".join(letters.split()).encode("utf-8", "replace")


def _chunks(lengths: Sequence[int]) -> list[tuple[int, int]]:
    bounds, size = [0], 0
    for row, length in enumerate(lengths):
        if size + length > CHUNK_BYTES and row > bounds[-1]:
            bounds.append(row)
            size = 0
        size += length
    return [*zip(bounds, [*bounds[1:], len(lengths)], strict=True)]


def _shingle_hashes(texts: Sequence[bytes]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Row and hash of every shingle; a text shorter than one shingle is padded to exactly one."""
    padded = [text.ljust(SHINGLE, b"\x00") for text in texts if text]
    owners = np.array([row for row, text in enumerate(texts) if text], dtype=np.int64)
    if not padded:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)
    data = np.frombuffer(b"".join(padded), dtype=np.uint8).astype(np.uint64)
    lengths = np.array([len(text) for text in padded])
    owner = np.repeat(owners, lengths)
    count = len(data) - SHINGLE + 1
    hashes = np.zeros(count, dtype=np.uint64)
    for offset in range(SHINGLE):
        hashes = hashes * np.uint64(0x100000001B3) + data[offset : offset + count]
    hashes ^= hashes >> np.uint64(31)
    whole = owner[:count] == owner[SHINGLE - 1 :]
    return owner[:count][whole], hashes[whole]


def _odd_numbers(count: int) -> NDArray[np.uint64]:
    generator = np.random.default_rng(20261122)
    return generator.integers(1 << 62, 1 << 63, size=count, dtype=np.uint64) | np.uint64(1)


def _join_band(
    groups: "_DisjointSets", band: NDArray[np.uint64], signatures: NDArray[np.uint64]
) -> None:
    """Join each row to the first row of its bucket, when their whole signatures agree."""
    key = np.zeros(len(band), dtype=np.uint64)
    for column in band.T:
        key = key * np.uint64(0x9E3779B97F4A7C15) + column
    _, first, bucket = np.unique(key, return_index=True, return_inverse=True)
    partner = first[bucket]
    others = np.flatnonzero((partner != np.arange(len(band))) & (band[:, 0] != _EMPTY))
    agreement = (signatures[others] == signatures[partner[others]]).mean(axis=1)
    for row in others[agreement >= AGREEMENT]:
        groups.join(int(partner[row]), int(row))


class _DisjointSets:
    """Union-find (Tarjan 1975) in which the smallest member names the set."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, member: int) -> int:
        while self._parent[member] != member:
            self._parent[member] = self._parent[self._parent[member]]
            member = self._parent[member]
        return member

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low

    def roots(self) -> NDArray[np.int64]:
        return np.array([self.find(member) for member in range(len(self._parent))], dtype=np.int64)
