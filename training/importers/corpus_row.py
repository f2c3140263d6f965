"""From what an importer found to a row that may be kept: a stable id, and no personal data."""

import hashlib
import re

from models.corpus import CorpusRow
from training.importers.imported_comment import ImportedComment

# What neither our store nor UTF-8 can hold.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_REPLACEMENT = "\ufffd"
_EMAIL = re.compile(r"\s*(?:mailto:)?[^@\s/]+@[^@\s/]+\.[^@\s/]+\s*", re.IGNORECASE)


def corpus_row(found: ImportedComment, original_id: str, source: str) -> CorpusRow:
    """Return the row; the same comment of the same source has the same id in every import.

    The content stays as stored, mark-up and all, but for NUL and lone surrogates, which become
    U+FFFD. An e-mail address in the place of a name or address is dropped.
    """
    return CorpusRow(
        id=stable_id(source, original_id),
        source=source,
        label=found.label,
        content=_storable(found.content) or "",
        label_source=found.label_source,
        author_name=_impersonal(found.author_name),
        author_url=_impersonal(found.author_url),
        post_title=_storable(found.post.title),
        post_excerpt=_storable(found.post.excerpt),
        is_post_author=found.is_post_author,
        created_at=found.created_at,
    )


def stable_id(source: str, original_id: str) -> str:
    """Return 32 hexadecimal digits for a source's own id."""
    text = f"{source}\0{original_id}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def original_id_of(found: ImportedComment) -> str:
    """Return the source's own id, or for a source without ids a digest of what was said."""
    if found.original_id:
        return found.original_id
    said = (found.content, found.author_name or "", found.created_at or "")
    return "said:" + stable_id("", "\0".join(said))


def _impersonal(text: str | None) -> str | None:
    if not text or _EMAIL.fullmatch(text):
        return None
    return _storable(text)


def _storable(text: str | None) -> str | None:
    return _UNSTORABLE.sub(_REPLACEMENT, text) if text else None
