"""What our own records say about an author and a text; the input of half the signals."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from models.comment import Label
from models.fingerprint import ALIKE, Fingerprint, likeness
from service.deciding.decision import Decision

Value = TypeVar("Value", int, str)


@dataclass(slots=True)
class Tally:
    """How often something was seen, and what became of it."""

    approved: int = 0
    held: int = 0
    rejected: int = 0
    spam: int = 0
    ham: int = 0

    @property
    def seen(self) -> int:
        """How often in all."""
        return self.approved + self.held + self.rejected

    @property
    def sole_label(self) -> Label | None:
        """The label, if there is one and people do not contradict each other."""
        if bool(self.spam) is bool(self.ham):
            return None
        return Label.SPAM if self.spam else Label.HAM

    def add(self, standing: Decision, label: Label | None, count: int = 1) -> None:
        """Count comments that stand so and carry this label."""
        self.approved += count * (standing is Decision.APPROVE)
        self.held += count * (standing is Decision.HOLD)
        self.rejected += count * (standing is Decision.REJECT)
        self.spam += count * (label is Label.SPAM)
        self.ham += count * (label is Label.HAM)


_NEVER: Final = Tally()
"""What nobody counts up."""


@dataclass(frozen=True, slots=True)
class Traces:
    """What a comment leaves in our records; a test comment leaves none."""

    author_key: int | None = None
    fingerprint: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the records say about one comment."""

    author: Tally
    same_text: Tally
    near_text: Tally
    campaign_id: str | None
    """The first comment of the campaign that this text belongs to, if there is one."""
    distinctive: bool
    """Whether the text is long enough that nobody else writes it by chance."""
    same_label: Label | None = None
    """What people say of this very text; the newest label where they differ."""
    near_label: Label | None = None
    """What people say of its campaign."""


@dataclass(slots=True)
class Records:
    """The part of our records that one batch needs, kept current while the batch is decided.

    Comments of one batch are decided in turn, so that twins within it see each other.
    """

    authors: dict[int, Tally] = field(default_factory=dict)
    texts: dict[int, Tally] = field(default_factory=dict)
    campaigns: dict[str, Tally] = field(default_factory=dict)
    found: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    """Text keys and bands, with the campaign that has them and its sketch."""
    text_labels: dict[int, Label] = field(default_factory=dict)
    campaign_labels: dict[str, Label] = field(default_factory=dict)
    """The label in force of texts and campaigns that people labelled differently."""
    sketches: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.sketches = dict(self.found.values())

    def leave(
        self,
        author_key: int | None,
        text_key: int | None,
        campaign_id: str | None,
        standing: Decision,
        label: Label | None,
    ) -> None:
        """Take a stored comment out: a new revision of it must not meet itself."""
        for tally in (
            self.authors.get(author_key or 0),
            self.texts.get(text_key or 0),
            self.campaigns.get(campaign_id or ""),
        ):
            if tally is not None:
                tally.add(standing, label, -1)

    def about(self, traces: Traces) -> Facts:
        """Return what is known before this comment."""
        text = traces.fingerprint
        campaign_id = self._campaign(text) if text else None
        same = self.texts.get(text.key, _NEVER) if text else _NEVER
        near = self.campaigns.get(campaign_id or "", _NEVER)
        return Facts(
            author=self.authors.get(traces.author_key or 0, _NEVER),
            same_text=same,
            near_text=near,
            campaign_id=campaign_id,
            distinctive=text is not None and bool(text.bands),
            same_label=same.sole_label or self.text_labels.get(text.key if text else 0),
            near_label=near.sole_label or self.campaign_labels.get(campaign_id or ""),
        )

    def add(self, comment_id: str, traces: Traces, facts: Facts, standing: Decision) -> list[int]:
        """Take a decided comment in; return the fingerprint values to be stored for it."""
        if traces.author_key is not None:
            _tally(self.authors, traces.author_key).add(standing, None)
        text = traces.fingerprint
        if text is None:
            return []
        _tally(self.texts, text.key).add(standing, None)
        campaign_id = facts.campaign_id or comment_id
        _tally(self.campaigns, campaign_id).add(standing, None)
        values = [text.key] if facts.campaign_id else [text.key, *text.bands]
        fresh = [value for value in values if value not in self.found]
        sketch = self.sketches.setdefault(campaign_id, text.sketch)
        self.found.update((value, (campaign_id, sketch)) for value in fresh)
        return fresh

    def _campaign(self, text: Fingerprint) -> str | None:
        if text.key in self.found:
            return self.found[text.key][0]
        near = {self.found[band] for band in text.bands if band in self.found}
        best = max(near, key=lambda other: likeness(text.sketch, other[1]), default=None)
        return best[0] if best and likeness(text.sketch, best[1]) >= ALIKE else None


def _tally(tallies: dict[Value, Tally], value: Value) -> Tally:
    tally = tallies.get(value)
    if tally is None:
        tally = tallies[value] = Tally()
    return tally


def values_of(traces: Iterable[Traces]) -> set[int]:
    """Return every fingerprint value that has to be looked up for these comments."""
    texts = [trace.fingerprint for trace in traces if trace.fingerprint]
    return {value for text in texts for value in (text.key, *text.bands)}
