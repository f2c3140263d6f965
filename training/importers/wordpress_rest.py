"""Pages saved from WordPress's REST API, `/wp-json/wp/v2/comments`.

With `context=edit` (logged in) a page has the text as typed in `content.raw` and every status;
with `_embed` it carries the posts. Pages may stand one after another in one file.
"""

import re
from collections.abc import Iterator

from training.importers.disk_index import DiskIndex
from training.importers.imported_comment import SourcePost
from training.importers.json_stream import JsonObject, read_objects
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.wordpress_record import wordpress_comment, wordpress_post

_FIELDS = {
    "comment_ID": "id",
    "comment_type": "type",
    "comment_approved": "status",
    "comment_author": "author_name",
    "comment_author_url": "author_url",
    "comment_date": "date",
    "comment_date_gmt": "date_gmt",
    "user_id": "author",
}
_BEGINNING = re.compile(rb"\s*\[?\s*\{")
WITHOUT_SPAM = (
    "The REST API lists approved comments only, unless asked as an editor: save the pages of "
    "status=spam with context=edit too."
)


def read(file: SourceFile, options: ImportOptions, _index: DiskIndex) -> Iterator[Found]:
    """Yield the pages' comments in the order of the file."""
    for line, found in read_objects(file):
        if "content" not in found or "id" not in found:
            answer = f"WordPress answered '{found.get('code', 'something else')}', not comments"
            raise file.damaged(f"line {line}", f"{answer}; save the page again.")
        yield _comment(found, options)


def _comment(found: JsonObject, options: ImportOptions) -> Found:
    def column(name: str) -> str | None:
        if name == "comment_content":
            return _rendered(found.get("content"))
        value = found.get(_FIELDS[name])
        return None if value is None else str(value)

    return wordpress_comment(column, _embedded_post(found), options)


def _embedded_post(found: JsonObject) -> SourcePost:
    embedded = found.get("_embedded")
    posts = embedded.get("up") if isinstance(embedded, dict) else None
    post = posts[0] if isinstance(posts, list) and posts else None
    if not isinstance(post, dict) or "title" not in post:
        return SourcePost()
    author = post.get("author")
    return wordpress_post(
        _rendered(post.get("title")),
        _rendered(post.get("excerpt")),
        None if author is None else str(author),
    )


def _rendered(value: object) -> str | None:
    """Return a text field's stored form where the page has it, else the form for display."""
    if isinstance(value, dict):
        value = value.get("raw") or value.get("rendered")
    return value if isinstance(value, str) else None


def recognises(beginning: bytes) -> bool:
    """Return whether a file begins like a page of comments."""
    return bool(_BEGINNING.match(beginning)) and all(
        name in beginning for name in (b'"author_name"', b'"rendered"', b'"post"')
    )


FORMAT = SourceFormat(
    name="wordpress-rest",
    title="WordPress REST API pages (JSON)",
    recognises=recognises,
    read=read,
    without_spam=WITHOUT_SPAM,
)
