"""The main job: a batch of comments in, one decision each out, everything on disk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from models.comment import Comment
from models.evidence import Explanation
from models.scorer import Scorer
from models.thresholds import Thresholds
from service.decision import DecidedComment, Decision, Reason, Ruling, Signal
from service.errors import Conflict, Problem, StoreUnavailable
from service.limits import thresholds_of
from service.policy import Policy, decide
from service.queueing import entries_of
from service.records import Facts, Traces
from service.signals import signals_of
from service.store.comments import NewComment, add_comments, comments_by_external_id
from service.store.engine import Store
from service.store.policies import policies_of
from service.store.queue import join_queue
from service.store.records import records_of
from service.traces import traces_of

# A replica that stored the same id or text first makes our insert fail; read again and decide on
# what it wrote. Each try sees all that was committed before it.
TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Arrival:
    """One comment that waits for its decision."""

    site_id: str
    comment: Comment
    document: bytes
    received_at: int

    @property
    def document_hash(self) -> bytes:
        """Tells whether two arrivals under one external id are the same."""
        return blake2b(self.document, digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored decision, and whether it was there before this request."""

    decided: DecidedComment
    replayed: bool


@dataclass(slots=True)
class _Draft:
    """A comment on its way through one batch."""

    arrival: Arrival
    id: str
    traces: Traces
    score: float
    facts: Facts
    policy: Policy
    signals: tuple[Signal, ...]
    ruling: Ruling
    fingerprint_values: tuple[int, ...]


class Moderator:
    """Decides batches of comments and stores what it decided in one transaction."""

    def __init__(
        self,
        store: Store,
        scorer: Scorer,
        new_id: Callable[[], str],
        *,
        audit_share: float = 0.0,
    ) -> None:
        self._store = store
        self._scorer = scorer
        self._new_id = new_id
        self._audit_share = audit_share

    def decide(self, arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        """Return one answer per arrival, in order, once all of them are on disk.

        A conflict is that arrival's own problem. Raises `StoreUnavailable` when nothing of the
        batch could be stored.
        """
        scores = self._scorer.score([arrival.comment for arrival in arrivals])
        traces = _traces(arrivals)
        for _ in range(TRIES):
            try:
                with self._store.writing() as connection:
                    return self._decide_in(connection, arrivals, traces, scores.tolist())
            except IntegrityError:
                continue
        raise StoreUnavailable("another writer kept storing the same comments; ask again")

    def _decide_in(
        self,
        connection: Connection,
        arrivals: Sequence[Arrival],
        traces: Sequence[Traces],
        scores: Sequence[float],
    ) -> list[Answer | Problem]:
        policies = policies_of(connection, {arrival.site_id for arrival in arrivals})
        stored = comments_by_external_id(
            connection, {_external(one) for one in arrivals if one.comment.external_id}
        )
        records = records_of(connection, traces)
        known = {pair: (one.decided.id, one.document_hash) for pair, one in stored.items()}
        answers: dict[str, Answer] = {
            one.decided.id: Answer(one.decided, replayed=True) for one in stored.values()
        }
        drafts: list[_Draft] = []
        ids: list[str | Problem] = []
        for arrival, trace, score in zip(arrivals, traces, scores, strict=True):
            before = known.get(_external(arrival)) if arrival.comment.external_id else None
            if before is not None:
                ids.append(before[0] if before[1] == arrival.document_hash else _conflict(arrival))
                continue
            facts = records.about(trace)
            policy = policies[arrival.site_id]
            signals = signals_of(arrival.comment, facts, policy)
            ruling = decide(score, signals, policy, self._thresholds(policy))
            comment_id = self._new_id()
            values = records.add(comment_id, trace, facts, ruling.decision)
            drafts.append(
                _Draft(
                    arrival, comment_id, trace, score, facts, policy, signals, ruling, tuple(values)
                )
            )
            known[_external(arrival)] = (comment_id, arrival.document_hash)
            ids.append(comment_id)
        new = self._explained(drafts)
        if new:
            add_comments(connection, new)
            thresholds = {site: self._thresholds(policy) for site, policy in policies.items()}
            join_queue(connection, entries_of(new, thresholds, self._audit_share))
        answers.update((one.decided.id, Answer(one.decided, replayed=False)) for one in new)
        return [one if isinstance(one, Problem) else answers[one] for one in ids]

    def _thresholds(self, policy: Policy) -> Thresholds:
        return thresholds_of(self._scorer.bundle.manifest.thresholds, policy)

    def _explained(self, drafts: Sequence[_Draft]) -> list[NewComment]:
        """Explain what was not approved: an approval is read by nobody."""
        doubted = [draft for draft in drafts if draft.ruling.decision is not Decision.APPROVE]
        explanations = self._scorer.explain([draft.arrival.comment for draft in doubted])
        by_id = {
            draft.id: explanation for draft, explanation in zip(doubted, explanations, strict=True)
        }
        return [
            self._new_comment(draft, by_id.get(draft.id, Explanation((), ()))) for draft in drafts
        ]

    def _new_comment(self, draft: _Draft, explanation: Explanation) -> NewComment:
        arrival, text = draft.arrival, draft.traces.fingerprint
        findings = (Reason(one.code, one.sentence, "evidence") for one in explanation.findings)
        decided = DecidedComment(
            id=draft.id,
            site_id=arrival.site_id,
            external_id=arrival.comment.external_id,
            received_at=arrival.received_at,
            document=arrival.document,
            test=arrival.comment.test,
            decision=draft.ruling.decision,
            score=draft.score if draft.score == draft.score else None,
            reasons=(*draft.ruling.reasons, *findings),
            evidence=explanation.evidence,
            signals=draft.signals,
            bundle=self._scorer.bundle.version,
            policy_version=draft.policy.version,
        )
        return NewComment(
            decided=decided,
            document_hash=arrival.document_hash,
            traces=draft.traces,
            campaign_id=(draft.facts.campaign_id or draft.id) if text else None,
            fingerprint_values=draft.fingerprint_values,
        )


def _traces(arrivals: Sequence[Arrival]) -> list[Traces]:
    """Return the traces in the order of the arrivals, computed site by site."""
    order = sorted(range(len(arrivals)), key=lambda index: arrivals[index].site_id)
    traces: list[Traces] = [Traces()] * len(arrivals)
    for site_id, group in groupby(order, key=lambda index: arrivals[index].site_id):
        indexes = list(group)
        found = traces_of(site_id, [arrivals[index].comment for index in indexes])
        for index, trace in zip(indexes, found, strict=True):
            traces[index] = trace
    return traces


def _external(arrival: Arrival) -> tuple[str, str]:
    return arrival.site_id, arrival.comment.external_id or ""


def _conflict(arrival: Arrival) -> Conflict:
    return Conflict(
        f"external_id {arrival.comment.external_id!r} was sent before with another body; "
        "send the same body for the same answer, or another id"
    )
