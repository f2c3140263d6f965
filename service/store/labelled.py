"""Labelled comments for training: a stream that never holds them all."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, insert, select

from models.comment import Label
from service.store.retention import EMPTY
from service.store.tables import comments, erasures, imported_comments, labels, sites

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LabelledComment:
    """A comment with the newest label in force, who gave it and when."""

    id: str
    site: str
    document: str
    campaign_id: str | None
    label: Label
    who: str
    labelled_at: int


@dataclass(frozen=True, slots=True)
class ImportedComment:
    """A labelled comment of the time before Winnow; `row` is its line of the corpus."""

    site_id: str
    id: str
    label: Label
    row: str
    who: str
    imported_at: int


def labelled_comments(connection: Connection) -> Iterator[LabelledComment]:
    """Yield every comment that carries a label, oldest label first; test comments teach nothing."""
    newest = (
        select(labels.c.comment_id, func.max(labels.c.id).label("id"))
        .group_by(labels.c.comment_id)
        .subquery()
    )
    rows = connection.execution_options(yield_per=AT_ONCE).execute(
        select(
            comments.c.id,
            sites.c.name,
            comments.c.document,
            comments.c.campaign_id,
            comments.c.label,
            labels.c.who,
            labels.c.labelled_at,
        )
        .join(newest, newest.c.comment_id == comments.c.id)
        .join(labels, and_(labels.c.id == newest.c.id, labels.c.label == comments.c.label))
        .join(sites, sites.c.id == comments.c.site_id)
        .where(
            comments.c.label.is_not(None),
            comments.c.test.is_(False),
            comments.c.document != EMPTY,
        )
        .order_by(labels.c.id)
    )
    for row in rows:
        yield LabelledComment(
            row.id,
            row.name,
            row.document,
            row.campaign_id,
            Label(row.label),
            row.who,
            row.labelled_at,
        )


def disputed_campaigns(connection: Connection) -> list[str]:
    """Return the campaigns whose comments carry both labels, or were called both over time."""
    rows = connection.execute(
        select(comments.c.campaign_id)
        .join(labels, labels.c.comment_id == comments.c.id)
        .where(comments.c.campaign_id.is_not(None), labels.c.label.is_not(None))
        .group_by(comments.c.campaign_id)
        .having(func.count(func.distinct(labels.c.label)) > 1)
    )
    return [row.campaign_id for row in rows]


def forgotten_count(connection: Connection) -> int:
    """Return how many labels were taken from training, by `winnow forget` or by erasure."""
    forgotten = select(func.count()).select_from(labels).where(labels.c.source == "forget")
    erased = select(func.coalesce(func.sum(erasures.c.labels), 0))
    return sum(int(connection.execute(query).scalar_one()) for query in (forgotten, erased))


def imported_rows(connection: Connection) -> Iterator[ImportedComment]:
    """Yield every imported comment, oldest import first."""
    rows = connection.execution_options(yield_per=AT_ONCE).execute(
        select(imported_comments).order_by(
            imported_comments.c.imported_at, imported_comments.c.site_id, imported_comments.c.id
        )
    )
    for row in rows:
        yield ImportedComment(
            row.site_id, row.id, Label(row.label), row.row, row.who, row.imported_at
        )


def add_imported(connection: Connection, new: list[ImportedComment]) -> int:
    """Store imported comments that are not there yet; return how many were new."""
    known: set[str] = set()
    for start in range(0, len(new), AT_ONCE):
        part = new[start : start + AT_ONCE]
        query = select(imported_comments.c.id).where(
            imported_comments.c.site_id == part[0].site_id,
            imported_comments.c.id.in_([one.id for one in part]),
        )
        known |= {row.id for row in connection.execute(query)}
    fresh = {one.id: one for one in new if one.id not in known}
    if fresh:
        names = ImportedComment.__slots__
        values = [{name: getattr(one, name) for name in names} for one in fresh.values()]
        connection.execute(insert(imported_comments), values)
    return len(fresh)
