"""Labels that look wrong: people contradict each other, or the classifier contradicts one person."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import islice
from typing import Final

from models.comment import Comment, Label
from models.scorer import Scorer
from service.loop.label_corpus import corpus_row
from service.loop.people_said import campaign_label
from service.store.engine import Store
from service.store.labelled import LabelledComment, disputed_campaigns, labelled_comments
from service.store.reviewed import has_several_reviewers, said_of

_BATCH = 256
# From here on a score is surprising enough to ask for a second look.
_SURPRISING = 0.9


@dataclass(frozen=True, slots=True)
class Suspect:
    """One label to look at again; a quarantined one teaches nothing until a second person agrees."""

    comment_id: str
    label: Label
    who: str
    why: str
    quarantined: bool
    surprise: float


@dataclass(frozen=True, slots=True)
class Doubts:
    """What training says of the labels."""

    spoilers: Set[str] = frozenset()
    """Labellers without whom the others' labels are foretold better."""
    contradicted: Mapping[str, str] = field(default_factory=dict)
    """What speaks against a comment's label, by the comment's id."""


NO_DOUBTS: Final = Doubts()


def suspects(store: Store, scorer: Scorer, most: int, doubts: Doubts = NO_DOUBTS) -> list[Suspect]:
    """Return the labels most worth a second look, the worst first."""
    with store.snapshot() as connection:
        disputed = disputed_campaigns(connection)
        said = said_of(connection, disputed)
        in_force = {
            name: campaign_label(
                said[name], several_reviewers=has_several_reviewers(connection, name)
            )
            for name in disputed
        }
        found = _found(labelled_comments(connection), scorer, in_force, doubts)
        return nlargest(most, found, key=lambda one: one.surprise)


def _found(
    labelled: Iterator[LabelledComment],
    scorer: Scorer,
    in_force: dict[str, Label | None],
    doubts: Doubts,
) -> Iterator[Suspect]:
    while batch := list(islice(labelled, _BATCH)):
        comments: list[Comment] = [corpus_row(one).comment() for one in batch]
        for one, score in zip(batch, scorer.score(comments).tolist(), strict=True):
            surprise = 1 - score if one.label is Label.SPAM else score
            campaign = in_force.get(one.campaign_id or "")
            if campaign is not None and campaign is not one.label:
                why = f"others call this campaign {campaign}"
                yield Suspect(one.id, one.label, one.who, why, True, 1 + surprise)
            elif one.who in doubts.spoilers:
                why = "without this person's labels the others' are foretold better"
                yield Suspect(one.id, one.label, one.who, why, True, 1 + surprise)
            elif one.id in doubts.contradicted:
                why = f"contradicted by {doubts.contradicted[one.id]}"
                yield Suspect(one.id, one.label, one.who, why, False, 1 + surprise)
            elif (one.campaign_id or "") in in_force:
                why = "people call this campaign both spam and ham"
                yield Suspect(one.id, one.label, one.who, why, False, surprise)
            elif surprise >= _SURPRISING:
                why = f"the classifier gives it {score:.3f}"
                yield Suspect(one.id, one.label, one.who, why, False, surprise)
