"""What the API takes and gives; the one place where untrusted input is cleaned."""

import re
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from models.comment import Author, Comment, CommentType, Label, Post, Role
from service.decision import Decision, Effect
from service.policy import Policy

CONTENT_LIMIT: Final = 50_000

# NUL can't be stored in PostgreSQL, and no reader types the others; tab, line feed and carriage return stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Return `text` unchanged; raises ValueError if it holds control characters or lone surrogates."""
    if _CONTROL.search(text):
        raise ValueError("must not contain control characters")
    if _SURROGATE.search(text):
        raise ValueError("must not contain lone surrogates")
    return text


def _visible(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _address(text: str) -> str:
    ip_address(text)
    return text


def _network(text: str) -> str:
    return str(ip_network(text, strict=False))


def _folded(text: str) -> str:
    return text.strip().casefold()


Text = Annotated[str, AfterValidator(clean)]
Line = Annotated[Text, Field(max_length=500)]
Url = Annotated[Text, Field(max_length=2048)]
Id = Annotated[Text, Field(min_length=1, max_length=128)]


class Strict(BaseModel):
    """A body whose fields are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AuthorIn(Strict):
    """Who wrote the comment."""

    name: Line | None = None
    email: Annotated[Text, Field(max_length=320)] | None = None
    url: Url | None = None
    ip: Annotated[Text, Field(max_length=45), AfterValidator(_address)] | None = None
    user_agent: Url | None = None
    role: Role | None = None
    id: Annotated[
        Id | None,
        Field(description="The site's own id of a signed-in author: the site vouches for it."),
    ] = None


class PostIn(Strict):
    """The page that the comment answers."""

    url: Url | None = None
    title: Annotated[Text, Field(max_length=1000)] | None = None
    excerpt: Annotated[Text, Field(max_length=5000)] | None = None
    language: Annotated[Text, Field(max_length=35)] | None = None
    published_at: Annotated[Text, Field(max_length=40)] | None = None


class CommentIn(Strict):
    """One comment as the site sends it."""

    content: Annotated[
        Text, Field(min_length=1, max_length=CONTENT_LIMIT), AfterValidator(_visible)
    ]
    external_id: Annotated[
        Id | None, Field(description="The site's own id of the comment: makes the call idempotent.")
    ] = None
    author: AuthorIn = AuthorIn()
    post: PostIn = PostIn()
    type: CommentType = CommentType.COMMENT
    parent_id: Id | None = None
    submitted_at: Annotated[Text, Field(max_length=40)] | None = None
    referrer: Url | None = None
    honeypot: Annotated[
        Annotated[Text, Field(max_length=2048)] | None,
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


Words = Annotated[
    list[Annotated[Text, Field(min_length=2, max_length=200), AfterValidator(_folded)]],
    Field(max_length=2000),
]
Networks = Annotated[
    list[Annotated[Text, Field(min_length=2, max_length=50), AfterValidator(_network)]],
    Field(max_length=2000),
]


class PolicyIn(Strict):
    """Thresholds and rules of one site; what is left out takes its default."""

    max_ham_rejected: Annotated[
        float,
        Field(ge=0, le=0.05, description="Largest share of ham that the classifier may reject."),
    ] = 0.002
    max_spam_approved: Annotated[
        float,
        Field(ge=0, le=0.2, description="Largest share of spam that the classifier may approve."),
    ] = 0.02
    max_links: Annotated[
        int, Field(ge=0, le=200, description="More links than this is a signal.")
    ] = 5
    min_form_seconds: Annotated[
        float, Field(ge=0, le=600, description="A form sent faster than this is a signal.")
    ] = 2.0
    max_same_text: Annotated[
        int, Field(ge=1, le=1000, description="The same text more often than this is a signal.")
    ] = 3
    allowed_words: Words = []
    blocked_words: Words = []
    allowed_hosts: Words = []
    blocked_hosts: Words = []
    allowed_emails: Words = []
    blocked_emails: Words = []
    allowed_networks: Networks = []
    blocked_networks: Networks = []
    effects: Annotated[
        dict[str, Effect],
        Field(
            max_length=64, description="What a signal does here, where it differs from the default."
        ),
    ] = {}


class PolicyOut(PolicyIn):
    """The policy in force, with its version."""

    version: int


def field_path(location: Iterable[int | str]) -> str:
    """Return pydantic's location as a dotted path without its leading source."""
    parts = [str(part) for part in location]
    return ".".join(parts[1:]) if parts[:1] in (["body"], ["query"], ["path"]) else ".".join(parts)


def policy_fields(policy: Policy) -> dict[str, object]:
    """Return a policy as plain JSON values, in the shape of `PolicyOut`."""
    fields = {name: getattr(policy, name) for name in PolicyOut.model_fields}
    return PolicyOut.model_validate(fields).model_dump(mode="json")
