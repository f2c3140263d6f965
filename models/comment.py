"""What a site sends us, and the two labels a person can give it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Label(StrEnum):
    """What a person says a comment is."""

    SPAM = "spam"
    HAM = "ham"


class CommentType(StrEnum):
    """What kind of text was sent, in the field's usual names."""

    COMMENT = "comment"
    REPLY = "reply"
    TRACKBACK = "trackback"
    PINGBACK = "pingback"
    CONTACT_FORM = "contact-form"
    FORUM_POST = "forum-post"
    SIGNUP = "signup"
    MESSAGE = "message"


class Role(StrEnum):
    """What the author may do on the site that vouches for them."""

    VISITOR = "visitor"
    SUBSCRIBER = "subscriber"
    CONTRIBUTOR = "contributor"
    AUTHOR = "author"
    EDITOR = "editor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote the comment, as typed or as the site knows them."""

    name: str | None = None
    email: str | None = None
    url: str | None = None
    ip: str | None = None
    user_agent: str | None = None
    role: Role | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The page that the comment answers."""

    url: str | None = None
    title: str | None = None
    excerpt: str | None = None
    language: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment, exactly as received."""

    content: str
    author: Author = field(default_factory=Author)
    post: Post = field(default_factory=Post)
    type: CommentType = CommentType.COMMENT
    external_id: str | None = None
    parent_id: str | None = None
    submitted_at: str | None = None
    referrer: str | None = None
    honeypot: str | None = None
    form_seconds: float | None = None
    test: bool = False
