"""What WordPress's columns mean, whichever way they left the blog."""

from collections.abc import Callable

from models.comment import Label
from training.importers.excerpt import plain_excerpt, plain_title
from training.importers.imported_comment import ImportedComment, Skipped, SkipReason, SourcePost
from training.importers.source_format import Found, ImportOptions
from training.importers.timestamp import from_text

Column = Callable[[str], str | None]

# `comment_approved` in database and WXR, `status` in the REST API. Trash says that somebody threw
# it away, not why; a pending comment has not been judged.
_STATUSES = {
    "1": (Label.HAM, "wordpress_approved"),
    "approved": (Label.HAM, "wordpress_approved"),
    "approve": (Label.HAM, "wordpress_approved"),
    "spam": (Label.SPAM, "wordpress_spam"),
    "trash": (None, "wordpress_trash"),
    "post-trashed": (None, "wordpress_post_trashed"),
    "0": (None, "wordpress_pending"),
    "hold": (None, "wordpress_pending"),
}
_OTHER_STATUS = (None, "wordpress_other_status")
_PINGS = {"pingback", "trackback"}
# "" is a comment before WordPress 5.5; a review is a comment on a WooCommerce product.
_COMMENTS = {"", "comment", "review"}
WITHOUT_SPAM = (
    "WordPress leaves spam out of its export file (Tools > Export). For the spam as well, import a "
    "dump of the comments table (--format wordpress-sql)."
)


def wordpress_comment(column: Column, post: SourcePost, options: ImportOptions) -> Found:
    """Turn one row of WordPress's comments table, asked for column by column, into what we keep."""
    original_id = column("comment_ID") or ""
    kind = column("comment_type") or ""
    if kind in _PINGS and not options.pingbacks:
        return Skipped(original_id, SkipReason.PINGBACK)
    if kind not in _COMMENTS | _PINGS:
        return Skipped(original_id, SkipReason.OTHER_TYPE)
    label, label_source = _STATUSES.get(column("comment_approved") or "", _OTHER_STATUS)
    return ImportedComment(
        original_id=original_id,
        content=column("comment_content") or "",
        label=label,
        label_source=label_source,
        author_name=column("comment_author"),
        author_url=column("comment_author_url"),
        post=post,
        is_post_author=is_post_author(column("user_id"), post),
        created_at=from_text(column("comment_date_gmt")) or from_text(column("comment_date")),
    )


def wordpress_post(title: str | None, text: str | None, author_id: str | None) -> SourcePost:
    """Return the post; `text` is its excerpt, or its content, of which the opening is kept."""
    return SourcePost(plain_title(title), plain_excerpt(text), author_id)


def is_post_author(user_id: str | None, post: SourcePost) -> bool | None:
    """Say whether a commenter was logged in as the post's author; None if nobody knows."""
    if not user_id or user_id == "0":
        return False
    return None if post.author_id is None else user_id == post.author_id
