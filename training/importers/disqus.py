"""Disqus's XML export: threads (pages) first, then posts (comments).

Defined by disqus.com/api/schemas/1.0/disqus.xsd. A comment thrown away as spam is usually marked
both spam and deleted; spam counts.
"""

from collections.abc import Iterator

from models.comment import Label
from training.importers.disk_index import DiskIndex
from training.importers.excerpt import plain_excerpt, plain_title
from training.importers.imported_comment import ImportedComment, SourcePost
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.timestamp import from_text
from training.importers.xml_stream import read_records

_THREAD = "disqus/thread"
_POST = "disqus/post"
_WANTED = {
    _THREAD: frozenset({"@dsq:id", "title", "message", "author/username"}),
    _POST: frozenset(
        {
            "@dsq:id",
            "id",
            "message",
            "createdAt",
            "isDeleted",
            "isSpam",
            "isApproved",
            "author/name",
            "author/username",
            "thread@dsq:id",
        }
    ),
}


def read(file: SourceFile, _options: ImportOptions, index: DiskIndex) -> Iterator[Found]:
    """Yield the export's comments in the order of the file."""
    for record in read_records(file, "disqus", _WANTED):
        if record.path == _THREAD:
            index.keep_post(record.fields.get("@dsq:id", ""), _thread(record.fields))
        else:
            yield _comment(record.fields, index.post(record.fields.get("thread@dsq:id")))


def _thread(fields: dict[str, str]) -> SourcePost:
    return SourcePost(
        title=plain_title(fields.get("title")),
        excerpt=plain_excerpt(fields.get("message")),
        author_id=fields.get("author/username"),
    )


def _comment(fields: dict[str, str], post: SourcePost) -> ImportedComment:
    label, label_source = _judge(fields)
    username = fields.get("author/username")
    return ImportedComment(
        original_id=fields.get("@dsq:id") or fields.get("id", ""),
        # Indented exports put the text's CDATA on a line of its own.
        content=fields.get("message", "").strip(),
        label=label,
        label_source=label_source,
        author_name=fields.get("author/name"),
        post=post,
        is_post_author=username == post.author_id if username and post.author_id else None,
        created_at=from_text(fields.get("createdAt")),
    )


def _judge(fields: dict[str, str]) -> tuple[Label | None, str]:
    if fields.get("isSpam") == "true":
        return Label.SPAM, "disqus_spam"
    if fields.get("isDeleted") == "true":
        return None, "disqus_deleted"
    if fields.get("isApproved") == "false":
        return None, "disqus_pending"
    return Label.HAM, "disqus_published"


def recognises(beginning: bytes) -> bool:
    """Return whether a file begins like an export: its root element and namespace."""
    return b"<disqus" in beginning and b"disqus.com" in beginning


FORMAT = SourceFormat(name="disqus", title="Disqus export (XML)", recognises=recognises, read=read)
