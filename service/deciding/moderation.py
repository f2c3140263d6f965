"""The main job: a batch of comments in, one decision each out, everything on disk."""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Final

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from models.evidence import Explanation
from models.scorer import Judgement, Scorer
from models.thresholds import Thresholds
from service.deciding.answer import Answer
from service.deciding.arrival import Arrival
from service.deciding.decider import Decide
from service.deciding.decision import DecidedComment, Decision, Reason
from service.deciding.limits import thresholds_of
from service.deciding.policy import Policy
from service.deciding.precedents import claims_of
from service.deciding.queueing import entries_of
from service.deciding.records import Traces
from service.deciding.sitting import Draft, Seen, Sitting
from service.deciding.tasting import chosen, own_thresholds
from service.deciding.traces import traces_of
from service.errors import Invalid, Problem, StoreUnavailable
from service.store.comments import NewComment, add_comments
from service.store.engine import Contended, Locked, Store
from service.store.policies import policies_of
from service.store.precedents import lock_claims, precedents_of
from service.store.queue import join_queue, lose_entries
from service.store.records import records_of
from service.store.revisions import revise_comment

# A replica that stored the same id first makes our insert fail; read again and decide on what it
# wrote. Each try sees all that was committed before it.
TRIES: Final = 3
# All that a batch may take when its comments have to be stored one by one.
ALONE_SECONDS: Final = 1.5
NOTHING: Final = Explanation((), ())

Judged = tuple[Judgement, Mapping[str, Judgement]]
"""A batch by everybody's weights, and by those of sites of their own taste."""

log = structlog.get_logger("winnow.moderation")


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

        A conflict, or a comment that the database can't hold, is that arrival's own problem.
        Raises `StoreUnavailable` when nothing of the batch could be stored.
        """
        try:
            return self._decide_together(arrivals)
        except (DataError, Contended, UnicodeError) as fault:
            if len(arrivals) == 1:
                return [_unstorable(fault)]
            log.warning("batch_split", comments=len(arrivals), cause=repr(fault)[:300])
        until = time.monotonic() + ALONE_SECONDS
        return [self._decide_alone(arrival, until) for arrival in arrivals]

    def _decide_alone(self, arrival: Arrival, until: float) -> Answer | Problem:
        if time.monotonic() > until:
            return StoreUnavailable("the database is too slow now; ask again")
        try:
            return self._decide_together([arrival])[0]
        except (DataError, Contended, UnicodeError) as fault:
            return _unstorable(fault)
        except StoreUnavailable as fault:
            return fault

    def _decide_together(self, arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        judged = self._scorer.judge_at(
            [arrival.comment for arrival in arrivals], [arrival.site_id for arrival in arrivals]
        )
        traces = _traces(arrivals)
        fault: Exception | None = None
        for _ in range(TRIES):
            try:
                with self._store.writing() as connection:
                    return self._decide_in(connection, arrivals, traces, judged)
            except Locked:
                raise
            except (IntegrityError, Contended) as conflict:
                fault = conflict
        raise Contended("other writers kept storing the same comments; ask again") from fault

    def _decide_in(
        self,
        connection: Connection,
        arrivals: Sequence[Arrival],
        traces: Sequence[Traces],
        judged: Judged,
    ) -> list[Answer | Problem]:
        lock_claims(connection, (claim for one in arrivals for claim in claims_of(one)))
        policies = policies_of(connection, {arrival.site_id for arrival in arrivals})
        thresholds = {site: self._thresholds(policy) for site, policy in policies.items()}
        certified = own_thresholds(self._scorer.tastes, policies)
        thresholds |= certified
        sitting = Sitting(
            precedents=precedents_of(connection, arrivals),
            records=records_of(connection, traces),
            policies=policies,
            thresholds=thresholds,
            bundle=self._scorer.bundle.version,
            manifest=self._scorer.bundle.manifest,
            new_id=self._new_id,
        )
        everybodys, own = judged
        scores = everybodys.scores.tolist()
        outcomes = []
        for place, arrival in enumerate(arrivals):
            site = arrival.site_id
            tasted = float(own[site].scores[place]) if site in own else None
            one = chosen(scores[place], tasted, certified=site in certified)
            links = everybodys.features.reading.links_as_sent(place)
            outcomes.append(sitting.take(place, arrival, Seen(traces[place], one, links)))
        deciding = {site: own[site] for site in certified if site in own}
        answers = {key: Answer(one, replayed=True) for key, one in sitting.replayed.items()}
        for decided in self._stored(connection, sitting.drafts, thresholds, (everybodys, deciding)):
            answers[decided.id] = Answer(decided, replayed=False)
        return [one if isinstance(one, Problem) else answers[one] for one in outcomes]

    def _stored(
        self,
        connection: Connection,
        drafts: Sequence[Draft],
        thresholds: Mapping[str, Thresholds],
        judged: Judged,
    ) -> list[DecidedComment]:
        new = self._explained(drafts, judged)
        pairs = list(zip(drafts, new, strict=True))
        add_comments(connection, [one for draft, one in pairs if draft.former is None])
        revised = [(draft, one) for draft, one in pairs if draft.former is not None]
        for draft, one in revised:
            revise_comment(connection, one, *draft.standing)
        lose_entries(connection, [one.decided.id for _, one in revised])
        # What a person said of a text stays said when the same text is checked again.
        open_ones = [one for draft, one in pairs if draft.standing == (one.decided.decision, None)]
        join_queue(connection, entries_of(open_ones, thresholds, self._audit_share))
        return [one.decided for one in new]

    def _thresholds(self, policy: Policy) -> Thresholds:
        return thresholds_of(self._scorer.bundle.manifest.thresholds, policy)

    def _explained(self, drafts: Sequence[Draft], judged: Judged) -> list[NewComment]:
        """Explain what was not approved, by what decided it: an approval is read by nobody."""
        everybodys, deciding = judged
        doubted: dict[str | None, list[int]] = {}
        for one in drafts:
            if one.ruling.decision is not Decision.APPROVE:
                site = one.arrival.site_id
                doubted.setdefault(site if site in deciding else None, []).append(one.place)
        by_place: dict[int, Explanation] = {}
        for name, places in doubted.items():
            by = everybodys if name is None else deciding[name]
            by_place.update(zip(places, by.explain(places), strict=True))
        bundle = self._scorer.bundle.version
        return [_new_comment(draft, by_place.get(draft.place, NOTHING), bundle) for draft in drafts]


def moderating(
    store: Store, scorer: Callable[[], Scorer], new_id: Callable[[], str], *, audit_share: float
) -> Decide:
    """Return what decides each batch by the scorer that is in use when it begins.

    One moderator a batch: it holds one scorer, so that no answer mixes two bundles.
    """

    def decide(arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        return Moderator(store, scorer(), new_id, audit_share=audit_share).decide(arrivals)

    return decide


def _new_comment(draft: Draft, explanation: Explanation, bundle: str) -> NewComment:
    arrival, former = draft.arrival, draft.former
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
        bundle=bundle,
        policy_version=draft.policy.version,
        revision=former.decided.revision + 1 if former else 1,
    )
    leaves_text = draft.traces.fingerprint is not None
    return NewComment(
        decided=decided,
        comment=arrival.comment,
        document_hash=arrival.document_hash,
        traces=draft.traces,
        campaign_id=(draft.facts.campaign_id or draft.id) if leaves_text else None,
        fingerprint_values=draft.fingerprint_values,
        idempotency_key=arrival.idempotency_key,
        identity=arrival.identity,
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


def _unstorable(fault: Exception) -> Problem:
    if isinstance(fault, Contended):
        return fault
    log.error("unstorable", cause=repr(fault)[:300])
    return Invalid("the database can't hold this comment as it is; it was logged")
