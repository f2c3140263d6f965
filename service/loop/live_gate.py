"""The live half of the gate: both bundles on the comments that the service decided last."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from typing import Final

from models.comment import Label
from service.deciding.decision import Decision
from service.loop.live_shares import LiveShares
from service.loop.rescoring import Rescored

NEWEST: Final = 5_000
MOST_DISAGREEMENT: Final = 0.05
MOST_NEW_REJECTS: Final = 0.02
LEAST_COMMENTS: Final = 200
SIGNIFICANT: Final = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that the gate looks at, in the shape that `winnow-train gate --also` reads."""

    name: str
    passed: bool
    reason: str


def live_checks(rescored: Iterable[Rescored]) -> tuple[list[Check], LiveShares]:
    """Compare incumbent (first) and candidate (second), both without what people said since."""
    pairs: Counter[tuple[Decision, Decision]] = Counter()
    audit: Counter[tuple[bool, bool]] = Counter()
    shown: Counter[Decision] = Counter()
    labelled = 0
    for one in rescored:
        before, after = one.decisions
        if one.label is not None:
            labelled += 1  # the own labels are compared with what people said, not with before
        else:
            pairs[before, after] += 1
        shown[after] += 1
        if one.audited and one.label is Label.HAM:
            audit[before is Decision.REJECT, after is Decision.REJECT] += 1
    total = max(shown.total(), 1)
    shares = LiveShares(shown.total(), shown[Decision.HOLD] / total, shown[Decision.REJECT] / total)
    return [_disagreement(pairs, labelled), _audit(audit)], shares


def _disagreement(pairs: Counter[tuple[Decision, Decision]], labelled: int) -> Check:
    """Refuse wild disagreement: a bundle that decides one comment in twenty anew is another one."""
    total = pairs.total()
    turned = sum(
        count
        for (before, after), count in pairs.items()
        if {before, after} == {Decision.APPROVE, Decision.REJECT}
    )
    differing = sum(count for (before, after), count in pairs.items() if before is not after)
    share = differing / max(total, 1)
    reason = (
        f"{differing:,} of the last {total:,} unlabelled comments decided otherwise, {turned:,} of "
        f"them from approve to reject or back; {labelled:,} labelled ones left aside"
    )
    wild = share > MOST_DISAGREEMENT or turned / max(total, 1) > MOST_NEW_REJECTS
    if total < LEAST_COMMENTS:
        return Check("live comments", True, f"{reason}; too few to tell")
    return Check("live comments", not wild, reason)


def _audit(audit: Counter[tuple[bool, bool]]) -> Check:
    """Test one-sidedly whether more ham of the audit sample is rejected (McNemar, exact)."""
    new, mended = audit[False, True], audit[True, False]
    chance = sum(comb(new + mended, k) for k in range(new, new + mended + 1)) / 2 ** (new + mended)
    reason = f"{new} more rejected and {mended} fewer, of {audit.total():,} genuine comments"
    return Check("audit sample", new <= mended or chance >= SIGNIFICANT, reason)
