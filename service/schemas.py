"""Comments, labels and errors as the API takes and gives them."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.comment import Author, Comment, CommentType, Label, Post, Role
from service.deciding.decision import Decision
from service.edge.text_fields import (
    CONTENT_LIMIT,
    Address,
    Content,
    Excerpt,
    Id,
    Line,
    Tag,
    Title,
    Url,
)


class Strict(BaseModel):
    """A body whose fields are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __eq__(self, other: object) -> bool:
        """Compare the fields; Pydantic's own way took longer than writing the comment's JSON."""
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # type: ignore[assignment]


class AuthorIn(Strict):
    """Who wrote the comment."""

    name: Line | None = None
    email: Line | None = None
    url: Url | None = None
    ip: Address | None = None
    user_agent: Url | None = None
    role: Role | None = None
    id: Annotated[
        Id | None,
        Field(description="The site's own id of a signed-in author: the site vouches for it."),
    ] = None


class PostIn(Strict):
    """The page that the comment answers."""

    url: Url | None = None
    title: Title | None = None
    excerpt: Excerpt | None = None
    language: Tag | None = None
    published_at: Tag | None = None


class CommentIn(Strict):
    """One comment as the site sends it."""

    content: Content
    external_id: Annotated[
        Id | None, Field(description="The site's own id of the comment: makes the call idempotent.")
    ] = None
    author: AuthorIn = AuthorIn()
    post: PostIn = PostIn()
    type: CommentType = CommentType.COMMENT
    parent_id: Id | None = None
    submitted_at: Tag | None = None
    referrer: Url | None = None
    honeypot: Annotated[
        Url | None,
        Field(description="What was typed into the form field that people can't see."),
    ] = None
    form_seconds: Annotated[
        Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)] | None,
        Field(description="Seconds between showing the form and sending it."),
    ] = None
    test: Annotated[bool, Field(description="Decide and store, but learn nothing from it.")] = False

    def comment(self) -> Comment:
        """Return the noun that the rest of the house works with."""
        author, post = self.author, self.post
        return Comment(
            content=self.content,
            author=Author(
                author.name,
                author.email,
                author.url,
                author.ip,
                author.user_agent,
                author.role,
                author.id,
            ),
            post=Post(post.url, post.title, post.excerpt, post.language, post.published_at),
            type=self.type,
            external_id=self.external_id,
            parent_id=self.parent_id,
            submitted_at=self.submitted_at,
            referrer=self.referrer,
            honeypot=self.honeypot,
            form_seconds=self.form_seconds,
            test=self.test,
        )

    def document(self) -> bytes:
        """Return the canonical JSON of what was sent: fixed order, defaults left out."""
        return self.model_dump_json(exclude_defaults=True).encode()


class KeptAuthorIn(AuthorIn):
    """An author as stored: after a day the mark of the network stands for the address."""

    network: str | None = None


class KeptIn(CommentIn):
    """A comment as it is stored: retention empties texts, and a pingback may come without one."""

    content: Annotated[str, Field(max_length=CONTENT_LIMIT)]
    author: KeptAuthorIn = KeptAuthorIn()


def kept_comment(document: str | bytes) -> Comment:
    """Return the comment that a stored document holds."""
    return KeptIn.model_validate_json(document).comment()


class BatchIn(Strict):
    """Up to a hundred comments of one site."""

    comments: Annotated[list[CommentIn], Field(min_length=1, max_length=100)]


class LabelIn(Strict):
    """What a person says the comment is."""

    label: Label


class ReasonOut(BaseModel):
    """One reason, for programs and for people."""

    code: str
    sentence: str
    effect: str


class EvidenceOut(BaseModel):
    """A part of the comment that moved the score, in log-odds; positive speaks for spam."""

    field: Literal["content", "author.name"]
    start: int
    end: int
    weight: float


class DecisionOut(BaseModel):
    """The answer: what to do with the comment, and why."""

    id: str
    external_id: str | None
    decision: Decision
    score: Annotated[float | None, Field(ge=0, le=1)]
    reasons: list[ReasonOut]
    evidence: list[EvidenceOut]
    bundle: str
    policy: int
    received_at: str
    revision: Annotated[int, Field(ge=1, description="Counts up with each edit or recheck.")]
    hints: list[str]


class FieldErrorOut(BaseModel):
    """One field that is wrong."""

    field: str
    message: str


class ProblemOut(BaseModel):
    """An error, as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldErrorOut]
    request_id: str


class BatchItemOut(BaseModel):
    """What became of one comment of a batch: a decision, or the problem with it."""

    status: int
    decision: DecisionOut | None
    problem: ProblemOut | None


class BatchOut(BaseModel):
    """The answers, in the order of the comments."""

    items: list[BatchItemOut]


class RevisionOut(BaseModel):
    """What a comment was before it was edited or checked again."""

    revision: int
    received_at: str
    decision: Decision
    score: float | None
    standing: Decision
    label: Label | None
    bundle: str
    policy: int
    comment: dict[str, Any]


class RevisionsOut(BaseModel):
    """The former revisions, oldest first."""

    items: list[RevisionOut]


class CommentOut(DecisionOut):
    """A stored comment: what was sent, and all that decided it."""

    comment: dict[str, Any]
    signals: list[dict[str, str]]
    standing: Decision
    label: Label | None
    state: Annotated[
        int, Field(description="Counts the changes of standing and label; send it with a review.")
    ]


class LabelOut(BaseModel):
    """The label as stored."""

    comment_id: str
    label: Label
    labelled_at: str


def field_path(location: Iterable[int | str]) -> str:
    """Return pydantic's location as a dotted path without its leading source."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:]) if parts[:1] in (["body"], ["query"], ["path"]) else ".".join(parts)
