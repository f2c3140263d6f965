"""What an importer finds in a source, before it becomes a row of a corpus."""

from dataclasses import dataclass
from enum import StrEnum

from models.comment import Label


class SkipReason(StrEnum):
    """Why something in the source became no row, as a phrase that follows 'skipped:'."""

    NO_TEXT = "no text (deleted, or empty)"
    PINGBACK = "pingback or trackback"
    OTHER_TYPE = "not a comment (order note, log entry)"
    REPEATED = "the same comment again"


@dataclass(frozen=True, slots=True)
class SourcePost:
    """The page a comment answers; `author_id` is the source's own id of who wrote it."""

    title: str | None = None
    excerpt: str | None = None
    author_id: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedComment:
    """One comment as the source stores it, without e-mail and address.

    `label` is None where the source's own record is no judgement of spam. `label_source` names
    that record, such as `wordpress_trash`; `created_at` is ISO 8601 in UTC.
    """

    original_id: str
    content: str
    label: Label | None
    label_source: str
    author_name: str | None = None
    author_url: str | None = None
    post: SourcePost = SourcePost()
    is_post_author: bool | None = None
    created_at: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the source that becomes no row."""

    original_id: str
    reason: SkipReason
