"""Queries for texts that people labelled differently; run for those alone."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from models.comment import Label
from service.deciding.records import Records, Tally
from service.loop.people_said import Said, campaign_label
from service.store.tables import comments, labels

# Of a campaign that is disputed so often, the newest labels decide.
MOST_SAID = 1_000


def settle_disputes(connection: Connection, records: Records) -> None:
    """Look up the label in force where people differ: a text's newest, a campaign's by people."""
    texts = {key for key, tally in records.texts.items() if _disputed(tally)}
    records.text_labels.update(newest_labels(connection, texts))
    campaigns = {name for name, tally in records.campaigns.items() if _disputed(tally)}
    for name, said in said_of(connection, campaigns).items():
        several = has_several_reviewers(connection, name)
        label = campaign_label(said, several_reviewers=several)
        if label is not None:
            records.campaign_labels[name] = label


def _disputed(tally: Tally) -> bool:
    return bool(tally.spam and tally.ham)


def newest_labels(connection: Connection, text_keys: Collection[int]) -> dict[int, Label]:
    """Return for each text the newest label that is in force on a comment with that text."""
    if not text_keys:
        return {}
    newest = (
        select(comments.c.text_key, func.max(labels.c.id).label("id"))
        .join(labels, labels.c.comment_id == comments.c.id)
        .where(comments.c.text_key.in_(list(text_keys)), comments.c.label.is_not(None))
        .group_by(comments.c.text_key)
        .subquery()
    )
    rows = connection.execute(
        select(newest.c.text_key, labels.c.label).join(labels, labels.c.id == newest.c.id)
    )
    return {row.text_key: Label(row.label) for row in rows if row.label is not None}


def said_of(connection: Connection, campaign_ids: Collection[str]) -> Mapping[str, list[Said]]:
    """Return what was said of each campaign, oldest first."""
    found: dict[str, list[Said]] = {}
    for campaign_id in campaign_ids:
        rows = connection.execute(
            select(labels.c.comment_id, labels.c.label, labels.c.who)
            .join(comments, comments.c.id == labels.c.comment_id)
            .where(comments.c.campaign_id == campaign_id)
            .order_by(labels.c.id.desc())
            .limit(MOST_SAID)
        )
        said = [Said(row.comment_id, row.label and Label(row.label), row.who) for row in rows]
        found[campaign_id] = said[::-1]
    return found


def has_several_reviewers(connection: Connection, campaign_id: str) -> bool:
    """Tell whether more than one person has labelled on the site of this campaign."""
    site = select(comments.c.site_id).where(comments.c.id == campaign_id).scalar_subquery()
    people = connection.execute(
        select(labels.c.who)
        .join(comments, comments.c.id == labels.c.comment_id)
        .where(comments.c.site_id == site)
        .distinct()
        .limit(2)
    )
    return len(people.all()) > 1
