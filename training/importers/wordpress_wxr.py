"""WordPress eXtended RSS: the file of Tools > Export and of `wp export`.

Defined by wp-admin/includes/export.php: items (posts) with comments inside, control fields under
the prefix `wp:`, whose namespace changes from version to version while the prefix never does.
"""

from collections.abc import Iterator

from training.importers.disk_index import DiskIndex
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.wordpress_record import WITHOUT_SPAM, wordpress_comment, wordpress_post
from training.importers.xml_stream import Record, read_records

_AUTHOR = "rss/channel/wp:author"
_ITEM = "rss/channel/item"
_COMMENT = "rss/channel/item/wp:comment"
_ELEMENTS = {
    "comment_ID": "wp:comment_id",
    "comment_author": "wp:comment_author",
    "comment_author_url": "wp:comment_author_url",
    "comment_date": "wp:comment_date",
    "comment_date_gmt": "wp:comment_date_gmt",
    "comment_content": "wp:comment_content",
    "comment_approved": "wp:comment_approved",
    "comment_type": "wp:comment_type",
    "user_id": "wp:comment_user_id",
}
_WANTED = {
    _AUTHOR: frozenset({"wp:author_id", "wp:author_login"}),
    _ITEM: frozenset({"title", "dc:creator", "excerpt:encoded", "content:encoded"}),
    _COMMENT: frozenset(_ELEMENTS.values()),
}


def read(file: SourceFile, options: ImportOptions, _index: DiskIndex) -> Iterator[Found]:
    """Yield the export's comments in the order of the file."""
    author_ids: dict[str, str] = {}
    for record in read_records(file, "rss", _WANTED):
        if record.path == _AUTHOR:
            author_ids[record.fields.get("wp:author_login", "")] = record.fields.get(
                "wp:author_id", ""
            )
        elif record.path == _COMMENT:
            yield _comment(record, author_ids, options)


def _comment(record: Record, author_ids: dict[str, str], options: ImportOptions) -> Found:
    item = record.parent.fields if record.parent else {}
    post = wordpress_post(
        item.get("title"),
        item.get("excerpt:encoded") or item.get("content:encoded"),
        author_ids.get(item.get("dc:creator", "")),
    )
    return wordpress_comment(lambda name: record.fields.get(_ELEMENTS[name]), post, options)


def recognises(beginning: bytes) -> bool:
    """Return whether a file begins like an export: RSS with WordPress's export namespace."""
    return b"<rss" in beginning and b"wordpress.org/export/" in beginning


FORMAT = SourceFormat(
    name="wxr",
    title="WordPress export (WXR)",
    recognises=recognises,
    read=read,
    without_spam=WITHOUT_SPAM,
)
