"""One batch while it is decided: each comment in turn, so that twins within it see each other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from models.comment import Label
from models.links import Link
from models.manifest import Manifest
from models.thresholds import Thresholds
from service.deciding.arrival import TWIN_SECONDS, Arrival
from service.deciding.decision import DecidedComment, Decision, Ruling, Signal
from service.deciding.familiarity import unfamiliar_language
from service.deciding.policy import Policy, decide
from service.deciding.precedents import Claim, claims_of
from service.deciding.records import Facts, Records, Traces
from service.deciding.signals import signals_of
from service.deciding.tasting import Scores, warnings
from service.errors import Conflict, NotFound, Problem
from service.store.comments import StoredComment


@dataclass(frozen=True, slots=True)
class Draft:
    """A comment that was decided and not yet stored."""

    id: str
    place: int
    """Where in the batch it stands."""
    arrival: Arrival
    traces: Traces
    score: float
    facts: Facts
    policy: Policy
    signals: tuple[Signal, ...]
    ruling: Ruling
    fingerprint_values: tuple[int, ...]
    former: StoredComment | None
    """What it was before, when this is a new revision."""

    @property
    def standing(self) -> tuple[Decision, Label | None]:
        """How it stands once stored: what a person said of the same text still holds."""
        former = self.former
        if former is None or former.document_hash != self.arrival.document_hash:
            return self.ruling.decision, None
        if former.standing is not former.decided.decision or former.label is not None:
            return former.standing, former.label
        return self.ruling.decision, None


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen in a comment by itself."""

    traces: Traces
    scores: Scores
    links: Sequence[Link] | None = None
    """Those of its content in lower case, where they were found already."""


@dataclass(slots=True)
class Sitting:
    """What is known while a batch is decided, and what was decided so far."""

    precedents: Mapping[Claim, StoredComment]
    records: Records
    policies: Mapping[str, Policy]
    thresholds: Mapping[str, Thresholds]
    bundle: str
    manifest: Manifest
    new_id: Callable[[], str]
    drafts: list[Draft] = field(default_factory=list)
    replayed: dict[str, DecidedComment] = field(default_factory=dict)
    _taken: dict[Claim, Draft] = field(default_factory=dict)

    def take(self, place: int, arrival: Arrival, seen: Seen) -> str | Problem:
        """Decide one comment; return its id, or the problem that is its own."""
        claims = list(claims_of(arrival))
        for claim in claims:
            settled = self._settled(claim, arrival)
            if settled is not None:
                return settled
        former = self.precedents.get(claims[0]) if arrival.revises is not None else None
        if former is not None:
            left = former.traces
            self.records.leave(
                left.author_key, left.text_key, left.campaign_id, former.standing, former.label
            )
        draft = self._draft(place, arrival, seen, former)
        self.drafts.append(draft)
        self._taken.update(dict.fromkeys(claims, draft))
        return draft.id

    def _settled(self, claim: Claim, arrival: Arrival) -> str | Problem | None:
        """Return the id or the problem of an arrival that needs no decision any more."""
        twin = self._taken.get(claim)
        if twin is not None:
            same = claim.kind == "alike" or twin.arrival.document_hash == arrival.document_hash
            return twin.id if same else _conflict(claim)
        known = self.precedents.get(claim)
        if claim.kind == "id":
            return self._settled_revision(known, arrival)
        if known is None or (claim.kind == "alike" and _long_ago(known, arrival)):
            return None
        if claim.kind != "alike" and not arrival.repeats(known.document_hash):
            return _conflict(claim)
        self.replayed[known.decided.id] = known.decided
        return known.decided.id

    def _settled_revision(
        self, former: StoredComment | None, arrival: Arrival
    ) -> str | Problem | None:
        """Check a revision: the same text under the same bundle and policy is the same revision."""
        if former is None or former.decided.site_id != arrival.site_id:
            return NotFound(f"no comment {(arrival.revises or '')[:40]!r} on this site")
        decided, external_id = former.decided, arrival.comment.external_id
        if external_id != decided.external_id:
            return Conflict(f"this comment's external_id is {decided.external_id!r} and stays so")
        by = self.bundle, self.policies[arrival.site_id].version
        if former.document_hash != arrival.document_hash or by != (
            decided.bundle,
            decided.policy_version,
        ):
            return None
        self.replayed[decided.id] = decided
        return decided.id

    def _draft(
        self,
        place: int,
        arrival: Arrival,
        seen: Seen,
        former: StoredComment | None,
    ) -> Draft:
        traces, scores = seen.traces, seen.scores
        policy = self.policies[arrival.site_id]
        facts = self.records.about(traces)
        thresholds = self.thresholds[arrival.site_id]
        score = scores.score
        signals = signals_of(arrival.comment, facts, policy, seen.links)
        signals += warnings(scores, thresholds, signals, policy)
        if score >= thresholds.reject_from:
            signals += unfamiliar_language(arrival.comment.content, self.manifest)
        ruling = decide(score, signals, policy, thresholds)
        comment_id = former.decided.id if former else self.new_id()
        values = self.records.add(comment_id, traces, facts, ruling.decision)
        return Draft(
            comment_id,
            place,
            arrival,
            traces,
            score,
            facts,
            policy,
            signals,
            ruling,
            tuple(values),
            former,
        )


def _long_ago(known: StoredComment, arrival: Arrival) -> bool:
    return arrival.received_at - known.decided.received_at > TWIN_SECONDS * 1_000_000


def _conflict(claim: Claim) -> Conflict:
    if claim.kind == "id":
        return Conflict("this comment is being edited with another body; ask again")
    name = "external_id" if claim.kind == "external" else "Idempotency-Key"
    return Conflict(
        f"{name} {claim.value!r} was sent before with another body; send the same body for the "
        "same answer, another id for another comment, or an edit with PUT /v1/comments/{id}"
    )
