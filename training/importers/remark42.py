"""Remark42's backup: a first object with what is known of users, then one comment an object.

Defined by backend/app/migrator/native.go and backend/app/store/comment.go; usually gzipped.
Remark42 blanks the text of a deleted comment, so it is skipped.
"""

import re
from collections.abc import Iterator

from models.comment import Label
from training.importers.disk_index import DiskIndex
from training.importers.excerpt import plain_title
from training.importers.imported_comment import ImportedComment, SourcePost
from training.importers.json_stream import JsonObject, read_objects
from training.importers.source_file import SourceFile
from training.importers.source_format import Found, ImportOptions, SourceFormat
from training.importers.timestamp import from_text

_BEGINNING = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"(?:users|posts)"')


def read(file: SourceFile, _options: ImportOptions, _index: DiskIndex) -> Iterator[Found]:
    """Yield the backup's comments in the order of the file."""
    blocked: frozenset[str] = frozenset()
    for line, found in read_objects(file):
        if "version" in found and "text" not in found:
            blocked = _blocked_users(found)
        elif "text" in found and "user" in found:
            yield _comment(found, blocked)
        else:
            problem = "an object that is neither a comment nor a backup's head; export it again."
            raise file.damaged(f"line {line}", problem)


def _blocked_users(head: JsonObject) -> frozenset[str]:
    users = head.get("users")
    return frozenset(
        _text(user.get("id")) or ""
        for user in (users if isinstance(users, list) else [])
        if isinstance(user, dict)
        and isinstance(status := user.get("blocked"), dict)
        and status.get("status") is True
    )


def _comment(found: JsonObject, blocked: frozenset[str]) -> ImportedComment:
    user = found.get("user")
    author = user if isinstance(user, dict) else {}
    label, label_source = _judge(found, author.get("id") in blocked)
    return ImportedComment(
        original_id=_text(found.get("id")) or "",
        # `orig` is what was typed; older and imported comments have only the rendered text.
        content=_text(found.get("orig")) or _text(found.get("text")) or "",
        label=label,
        label_source=label_source,
        author_name=_text(author.get("name")),
        post=SourcePost(title=plain_title(_text(found.get("title")))),
        created_at=from_text(_text(found.get("time"))),
    )


def _judge(found: JsonObject, is_blocked: bool) -> tuple[Label | None, str]:
    if found.get("delete") is True:
        return None, "remark42_deleted"
    if is_blocked:
        return None, "remark42_blocked_author"
    return Label.HAM, "remark42_published"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def recognises(beginning: bytes) -> bool:
    """Return whether a file begins like a backup."""
    return bool(_BEGINNING.match(beginning))


FORMAT = SourceFormat(
    name="remark42",
    title="Remark42 backup (JSON)",
    recognises=recognises,
    read=read,
    without_spam="Remark42 keeps no text of deleted comments, so a backup holds no spam.",
)
