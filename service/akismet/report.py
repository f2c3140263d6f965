"""A report: somebody on the blog says that a comment is spam, or that it is not."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from models.comment import Label
from service.akismet.reading import FormComment
from service.clock import now
from service.deciding.decision import Decision
from service.deciding.traces import traces_of
from service.store.akismet import AkismetKey, reported_comment
from service.store.comments import StoredComment, comment_of
from service.store.labels import NewLabel, add_label
from service.store.standings import set_standing

SOURCE: Final = "akismet"
_STANDING: Final = {Label.SPAM: Decision.REJECT, Label.HAM: Decision.APPROVE}


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says a comment is."""

    key: AkismetKey
    label: Label
    reporter: str | None
    guid: str | None
    comment: FormComment


def reported(connection: Connection, report: Report) -> StoredComment | None:
    """Return the check that a report means: by its guid, else by text and author."""
    site_id, comment = report.key.site_id, report.comment
    if report.guid is not None:
        by_guid = comment_of(connection, site_id, report.guid)
        if by_guid is not None:
            return by_guid
    text = traces_of(site_id, [comment.comment()])[0].fingerprint
    if text is None:
        return None
    author = comment.author.model_dump(mode="json", exclude_none=True)
    return reported_comment(connection, site_id, text.key, author)


def record(connection: Connection, stored: StoredComment, report: Report, label_id: str) -> bool:
    """Append the label and let the comment stand so; return whether that was news."""
    if stored.label is report.label:
        return False
    comment_id, key = stored.decided.id, report.key
    who = f"{report.reporter or 'somebody'} by key {key.id}"[:100]
    add_label(connection, NewLabel(label_id, comment_id, report.label, who, SOURCE, now()))
    standing = _STANDING[report.label]
    set_standing(connection, comment_id, standing, report.label, told_by=key.id)
    return True
