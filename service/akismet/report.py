"""A report: somebody on the blog says that a comment is spam, or that it is not."""

from sqlalchemy import Connection

from models.comment import Label
from service.akismet.reading import FormComment
from service.clock import now
from service.decision import Decision
from service.store.akismet import AkismetKey, reported_comment
from service.store.comments import StoredComment, comment_of
from service.store.labels import NewLabel, add_label
from service.store.standings import set_standing
from service.traces import traces_of

SOURCE = "akismet"
_STANDING = {Label.SPAM: Decision.REJECT, Label.HAM: Decision.APPROVE}


def reported(
    connection: Connection, key: AkismetKey, guid: str | None, comment: FormComment
) -> StoredComment | None:
    """Return the check that a report means: by its guid, else by text and author."""
    if guid is not None:
        by_guid = comment_of(connection, key.site_id, guid)
        if by_guid is not None:
            return by_guid
    text = traces_of(key.site_id, [comment.comment()])[0].fingerprint
    if text is None:
        return None
    author = comment.author.model_dump(mode="json", exclude_none=True)
    return reported_comment(connection, key.site_id, text.key, author)


def record(
    connection: Connection,
    key: AkismetKey,
    stored: StoredComment,
    label: Label,
    reporter: str | None,
    label_id: str,
) -> bool:
    """Append the label and let the comment stand so; return whether that was news."""
    if stored.label is label:
        return False
    who = f"{reporter or 'a visitor'} by key {key.id}"[:100]
    add_label(connection, NewLabel(label_id, stored.decided.id, label, who, SOURCE, now()))
    set_standing(connection, stored.decided.id, _STANDING[label], label, told_by=key.id)
    return True
