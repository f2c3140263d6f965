"""The site's settings: limits with their consequences, lists with their hits, keys, reviewers."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from starlette.responses import RedirectResponse

from service.clock import now
from service.deciding.limits import thresholds_of
from service.deciding.policy import Policy
from service.deciding.policy_checks import check_policy
from service.edge.auth import Key, Scope, fingerprint, new_secret
from service.edge.requests import HouseDep
from service.errors import Invalid
from service.house import House
from service.policy_schema import PolicyIn
from service.reviewing.reviewer import ReviewerRole
from service.reviewing.what_if import hits, what_if
from service.schemas import field_path
from service.store.keys import add_key, keys_of, revoke_key
from service.store.past import past_comments
from service.store.policies import add_policy, policies_of
from service.store.reviewers import members_of, take_role
from service.ui.desk_route import DeskRoute, admin_of, form_of
from service.ui.forms import Form
from service.ui.frame import frame
from service.ui.rendering import DAY, page

router = APIRouter(prefix="/review/settings", route_class=DeskRoute, include_in_schema=False)

DAYS: Final = 30
NUMBERS: Final = ("max_ham_rejected", "max_spam_approved")
COUNTS: Final = ("max_links", "min_form_seconds", "max_same_text")
LISTS: Final = (
    ("words", "Words and phrases", "casino bonus"),
    ("hosts", "Hosts", "spam.example.net"),
    ("emails", "E-mail addresses, or @domain", "@mail.example.net"),
    ("networks", "Addresses and networks", "192.0.2.0/24"),
)
SCOPES: Final = (Scope.CHECK, Scope.LABEL, Scope.SITE_ADMIN)


@router.get("")
def settings(request: Request, house: HouseDep) -> Response:
    """Show all settings of the site."""
    return _settings(request, house)


@router.post("/policy")
def save(request: Request, house: HouseDep) -> Response:
    """Store the next version of the policy, or show what it would have done before that."""
    session, form = admin_of(request), form_of(request)
    with house.store.reading() as connection:
        before = policies_of(connection, [session.site_id])[session.site_id]
    try:
        new = _policy(form, before)
        check_policy(new, house.scorer.bundle.manifest.thresholds)
    except (ValidationError, Invalid) as fault:
        return _settings(request, house, status=422, form=form, wrong=_wrong(fault))
    if form.get("do") != "save":
        return _settings(request, house, form=form, preview=new)
    with house.store.writing() as connection:
        document = new.model_dump_json(exclude_defaults=True)
        add_policy(connection, session.site_id, document, now(), session.reviewer.name)
    return RedirectResponse("/review/settings?saved=1", 303)


@router.post("/keys")
def make_key(request: Request, house: HouseDep) -> Response:
    """Make a key and show its secret, once."""
    session, form = admin_of(request), form_of(request)
    scopes = frozenset(scope for scope in SCOPES if scope.value in form.all("scope"))
    if not scopes:
        raise Invalid("choose at least one thing that the key may do")
    secret = new_secret()
    key = Key(house.new_id(), session.site_id, scopes)
    with house.store.writing() as connection:
        add_key(connection, key, fingerprint(secret), now())
    return _settings(request, house, secret=secret)


@router.post("/keys/revoke")
def end_key(request: Request, house: HouseDep) -> Response:
    """End a key of this site."""
    session, key_id = admin_of(request), form_of(request).get("key")
    with house.store.writing() as connection:
        if any(key.id == key_id for key in keys_of(connection, session.site_id)):
            revoke_key(connection, key_id, now())
    house.keyring.forget()
    return RedirectResponse("/review/settings#keys", 303)


@router.post("/invitations")
def invite(request: Request, house: HouseDep) -> Response:
    """Make a one-time link for a new reviewer."""
    session = admin_of(request)
    try:
        role = ReviewerRole(form_of(request).get("role"))
    except ValueError:
        raise Invalid("choose what the person may do") from None
    secret = house.visits.invite(session.site_id, role)
    link = f"{request.url.scheme}://{request.url.netloc}/review/welcome?link={secret}"
    return _settings(request, house, invitation=link)


@router.post("/reviewers/remove")
def remove(request: Request, house: HouseDep) -> Response:
    """End a person's work on this site; nobody removes themselves."""
    session, reviewer_id = admin_of(request), form_of(request).get("reviewer")
    if reviewer_id == session.reviewer.id:
        raise Invalid("ask another admin to remove you, so that somebody stays")
    with house.store.writing() as connection:
        take_role(connection, reviewer_id, session.site_id)
    return RedirectResponse("/review/settings#reviewers", 303)


def _settings(
    request: Request,
    house: House,
    *,
    status: int = 200,
    form: Form | None = None,
    preview: PolicyIn | None = None,
    **more: Any,
) -> Response:
    session = admin_of(request)
    table = house.scorer.bundle.manifest.thresholds
    with house.store.reading() as connection:
        policy = policies_of(connection, [session.site_id])[session.site_id]
        past = past_comments(connection, session.site_id, now() - DAYS * DAY * 1_000_000)
        keys = keys_of(connection, session.site_id)
        members = members_of(connection, session.site_id)
    shown = {"wrong": [], "secret": "", "invitation": "", **more}
    tried = Policy(**{**_fields(preview), "version": policy.version + 1}) if preview else policy
    return page(
        "settings.html",
        status,
        policy=policy,
        written=_written(policy, form),
        table=table,
        hits=hits(past, policy),
        effect=what_if(past, tried, thresholds_of(table, tried)),
        previewed=preview is not None,
        saved=request.query_params.get("saved") == "1",
        thresholds=thresholds_of(table, tried),
        lists=LISTS,
        keys=keys,
        members=members,
        scopes=SCOPES,
        roles=list(ReviewerRole),
        days=DAYS,
        **shown,
        **frame(request, house, "settings"),
    )


def _fields(policy: PolicyIn) -> dict[str, Any]:
    lists = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in policy.model_dump().items()
    }
    return {**lists, "effects": policy.effects}


def _policy(form: Form, before: Policy) -> PolicyIn:
    """Read a policy from the form; what the form does not have stays as it is."""
    fields: dict[str, Any] = {
        "effects": dict(before.effects),
        "share_labels": form.get("share_labels") == "yes",
    }
    for name in NUMBERS:
        fields[name] = _share(form.get(name))
    for name in COUNTS:
        fields[name] = form.get(name)
    for side in ("allowed", "blocked"):
        for what, *_ in LISTS:
            lines = form.get(f"{side}_{what}").splitlines()
            fields[f"{side}_{what}"] = [line.strip() for line in lines if line.strip()]
    return PolicyIn.model_validate(fields)


def _share(written: str) -> float | str:
    """Read a percentage; what is none is left for the schema to refuse."""
    try:
        return float(written.replace("%", "").replace(",", ".").strip()) / 100
    except ValueError:
        return written


def _written(policy: Policy, form: Form | None) -> dict[str, str]:
    """Return what stands in each field: what was typed, or the policy in force."""
    if form is not None:
        return dict(form.fields)
    shares = {name: f"{getattr(policy, name) * 100:g}" for name in NUMBERS}
    counts = {name: f"{getattr(policy, name):g}" for name in COUNTS}
    lists = {
        f"{side}_{what}": "\n".join(getattr(policy, f"{side}_{what}"))
        for side in ("allowed", "blocked")
        for what, *_ in LISTS
    }
    shared = {"share_labels": "yes"} if policy.share_labels else {}
    return {**shares, **counts, **lists, **shared}


def _wrong(fault: ValidationError | Invalid) -> list[str]:
    if isinstance(fault, Invalid):
        return [f"{one.field}: {one.message}" for one in fault.errors]
    errors = fault.errors(include_url=False, include_input=False)[:5]
    return [f"{field_path(one['loc'])}: {one['msg']}" for one in errors]
