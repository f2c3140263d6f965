"""A whole service for the tests of the review desk, with a small bundle fitted on invented comments."""

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import SecretStr

from models.bundle import Bundle, save_bundle, seal
from models.calibration import Calibration
from models.features import DIMENSION, featurise
from models.manifest import Manifest
from models.thresholds import NO_EVIDENCE, CertifiedLimit, ThresholdTable
from service.clock import now
from service.deciding.answer import Answer
from service.deciding.arrival import arrive
from service.deciding.moderation import Moderator
from service.events import Event
from service.first_start import ensure_first_site
from service.house import House, build
from service.reviewing.passwords import hash_password
from service.reviewing.reviewer import Reviewer, ReviewerRole
from service.schemas import CommentIn
from service.settings import Settings
from service.store.endpoints import NewEndpoint, add_endpoint
from service.store.keys import all_sites
from service.store.migrate import migrate
from service.store.policies import add_policy, policies_of
from service.store.reviewers import add_reviewer, give_role, reviewer_named
from service.webhooks.message import new_webhook_secret
from tests.service.desk_comments import HAM, POSTS, SPAM, SPAM_NAMES

KEY = "wk_" + "k" * 43
PASSWORD = "a long walk in the rain"  # noqa: S105 - of invented people
THRESHOLDS = ThresholdTable(
    max_ham_rejected=(
        CertifiedLimit(0.001, 0.97, 6_000, 1, 0.0009),
        CertifiedLimit(0.002, 0.93, 6_000, 5, 0.0018),
        CertifiedLimit(0.005, 0.88, 6_000, 19, 0.0047),
        CertifiedLimit(0.01, 0.8, 6_000, 46, 0.0098),
    ),
    max_spam_approved=(
        CertifiedLimit(0.01, 0.08, 4_000, 27, 0.0094),
        CertifiedLimit(0.02, 0.2, 4_000, 63, 0.0196),
        CertifiedLimit(0.05, 0.35, 4_000, 176, 0.0494),
    ),
    confidence=0.95,
)


# By default a text that comes again and again is rejected; the desk's tests want it to wait.
HELD = (
    '{"effects": {"near_text_repeated": "hold", "near_text_spam": "hold", "form_too_fast": "hold"}}'
)


@cache
def weights() -> np.ndarray[Any, np.dtype[np.float32]]:
    """Logistic regression by gradient descent: enough to highlight what it should."""
    texts = [(text, "Marta", 0.0) for text in HAM] + [
        (text, SPAM_NAMES[place % len(SPAM_NAMES)], 1.0) for place, text in enumerate(SPAM)
    ]
    comments = [
        CommentIn.model_validate(
            {"content": text, "author": {"name": name}, "post": {"title": POSTS[0][0]}}
        ).comment()
        for text, name, _ in texts
    ]
    rows = featurise(comments)
    labels = np.array([label for *_, label in texts])
    of_row = np.repeat(np.arange(len(texts)), np.diff(rows.indptr))
    found = np.zeros(DIMENSION, np.float64)
    for _ in range(60):
        sums = np.bincount(of_row, rows.values * found[rows.indices], len(texts))
        wrong = 1 / (1 + np.exp(-np.clip(sums, -30, 30))) - labels
        np.add.at(found, rows.indices, -0.15 * wrong[of_row] * rows.values)
    return found.astype(np.float32)


def small_bundle(*, certified: bool) -> Bundle:
    """A bundle that tells casino from chisel; without certified limits it holds everything."""
    manifest = Manifest(
        created_at="2026-11-20T08:00:00+00:00",
        intercept=0.0,
        calibration=Calibration((-4.0, 4.0), (-4.0, 4.0)),
        thresholds=THRESHOLDS if certified else NO_EVIDENCE,
        metrics={"languages": {"en": {"spam": 1000, "ham": 1000}}},
    )
    return seal(manifest, {"weights": weights()})


@cache
def bundle_folder(certified: bool) -> Path:
    """The small bundle, saved once for all tests of a run."""
    folder = tempfile.mkdtemp(prefix="winnow-bundle-")
    atexit.register(shutil.rmtree, folder)
    save_bundle(small_bundle(certified=certified), Path(folder) / "bundle")
    return Path(folder) / "bundle"


def desk_house(
    folder: Path,
    *,
    certified: bool = False,
    audit_share: float = 0.0,
    database_url: str | None = None,
) -> House:
    """A migrated service with its first site, whose key is `KEY`; audit share 0 unless asked for."""
    settings = Settings(
        data_dir=folder / "data",
        bundle_dir=bundle_folder(certified),
        api_key=SecretStr(KEY),
        audit_share=audit_share,
        database_url=database_url,
    )
    house = build(settings)
    migrate(house.store)
    ensure_first_site(house.store, settings, house.new_id)
    with house.store.writing() as connection:
        site_id = all_sites(connection)[0].id
        if policies_of(connection, [site_id])[site_id].version == 0:
            add_policy(connection, site_id, HELD, now(), "tests")
    return house


def first_site(house: House) -> str:
    """The id of the first site."""
    with house.store.reading() as connection:
        return all_sites(connection)[0].id


def add_person(house: House, site_id: str, name: str, role: ReviewerRole) -> None:
    """Let a person review a site, with the tests' password unless they have one."""
    with house.store.writing() as connection:
        known = reviewer_named(connection, name)
        reviewer = known[0] if known else Reviewer(house.new_id(), name, now())
        if known is None:
            add_reviewer(connection, reviewer, _password_hash(name))
        give_role(connection, reviewer.id, site_id, role)


def add_receiver(house: House, url: str) -> None:
    """Let a receiver of webhooks be told of reviews on the first site; nobody sends in tests."""
    sealed = house.sealer.seal(new_webhook_secret())
    new = NewEndpoint(house.new_id(), first_site(house), url, now(), tuple(Event), sealed)
    with house.store.writing() as connection:
        add_endpoint(connection, new)


@cache
def _password_hash(name: str) -> str:
    return hash_password(PASSWORD, name)


def send(
    house: House, comments: Sequence[dict[str, Any]], *, site_id: str | None = None, at: int
) -> list[str]:
    """Decide and store comments as the API does, received from `at` on, and return their ids."""
    moderator = Moderator(
        house.store, house.scorer, house.new_id, audit_share=house.settings.audit_share
    )
    site_id = site_id or first_site(house)
    arrivals = []
    for place, fields in enumerate(comments):
        given = CommentIn.model_validate(fields)
        arrivals.append(arrive(site_id, given.comment(), given.document(), at + place * 1000))
    answers = [
        answer
        for start in range(0, len(arrivals), 64)
        for answer in moderator.decide(arrivals[start : start + 64])
    ]
    return [answer.decided.id for answer in answers if isinstance(answer, Answer)]
