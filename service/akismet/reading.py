"""From Akismet's parameters to our comment: what is too long is cut, what is unknown is ignored."""

from ipaddress import ip_address
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from models.comment import CommentType, Role
from service.akismet.form import Form
from service.edge.text_fields import CONTENT_LIMIT, clean
from service.schemas import AuthorIn, CommentIn, PostIn

_GUARANTEED_NAMES: Final = ("akismet-guaranteed-spam", "viagra-test-123")
_GUARANTEED_EMAIL: Final = "akismet-guaranteed-spam@example.com"
# WordPress names its own roles; those of a plugin (a shop's) vouch for nothing. Highest first.
_ROLES: Final = (
    ("administrator", Role.ADMIN),
    ("editor", Role.EDITOR),
    ("author", Role.AUTHOR),
    ("contributor", Role.CONTRIBUTOR),
    ("subscriber", Role.SUBSCRIBER),
)


class FormComment(CommentIn):
    """A comment that may be empty: WordPress asks about a pingback before it has its text."""

    content: Annotated[str, Field(max_length=CONTENT_LIMIT), AfterValidator(clean)]


def read_comment(form: Form) -> FormComment:
    """Return the comment that a call speaks of."""
    kind = form.text("comment_type") or form.text("content_type") or "comment"
    return FormComment(
        content=form.text("comment_content", CONTENT_LIMIT) or "",
        author=_author(form),
        post=_post(form),
        type=CommentType(kind) if kind in set(CommentType) else CommentType.COMMENT,
        parent_id=_number(form, "comment_parent"),
        submitted_at=form.text("comment_date_gmt", 40),
        referrer=form.text("referrer", 2048),
        honeypot=_honeypot(form),
        test=form.says("is_test"),
    )


def is_administrator(form: Form) -> bool:
    """Tell whether the blog vouches for an administrator: always ham."""
    return _role(form) is Role.ADMIN


def is_guaranteed_spam(form: Form) -> bool:
    """Tell whether the call carries one of the values by which clients test for spam."""
    return (
        form.text("comment_author") in _GUARANTEED_NAMES
        or form.text("comment_author_email") == _GUARANTEED_EMAIL
        or wants_discard(form)
    )


def wants_discard(form: Form) -> bool:
    """Tell whether the call asks for the answer to the worst of spam."""
    return form.says("test_discard")


def _author(form: Form) -> AuthorIn:
    return AuthorIn(
        name=form.text("comment_author", 500),
        email=form.text("comment_author_email", 320),
        url=form.text("comment_author_url", 2048),
        ip=_address(form.text("user_ip")),
        user_agent=form.text("user_agent", 2048),
        role=_role(form),
        id=_number(form, "user_ID") or _number(form, "user_id"),
    )


def _post(form: Form) -> PostIn:
    context = ", ".join(form.all("comment_context"))[:5000]
    language = (form.text("blog_lang") or "").split(",")[0].strip()[:35]
    return PostIn(
        url=form.text("permalink", 2048),
        excerpt=context or None,
        language=language or None,
    )


def _role(form: Form) -> Role | None:
    given = {role.strip().lower() for role in form.values.get("user_role", "").split(",")}
    return next((role for name, role in _ROLES if name in given), None)


def _number(form: Form, name: str) -> str | None:
    """Return an id; WordPress writes 0 where there is none."""
    value = form.text(name, 128)
    return None if value is None or value.strip() == "0" else value


def _honeypot(form: Form) -> str | None:
    """Return what is in the field that people can't see; WordPress sends it as `POST_…`."""
    name = form.text("honeypot_field_name") or "ak_hp_textarea"
    return form.text(name, 2048) or form.text(f"POST_{name}", 2048)


def _address(text: str | None) -> str | None:
    try:
        return str(ip_address((text or "").strip()))
    except ValueError:
        return None
