"""Everything that runs, put together in one place from the settings."""

from dataclasses import dataclass

from models.bundle import load_bundle
from models.scorer import Scorer
from service.batching import Batcher
from service.identifiers import IdentifierSource
from service.keyring import Keyring
from service.metrics import Metrics
from service.moderation import Moderator
from service.reviewing import Reviewing
from service.settings import Settings
from service.store.engine import Store
from service.visits import Visits


@dataclass(frozen=True, slots=True)
class House:
    """The parts of one running service."""

    settings: Settings
    store: Store
    scorer: Scorer
    batcher: Batcher
    keyring: Keyring
    metrics: Metrics
    new_id: IdentifierSource
    reviewing: Reviewing
    visits: Visits


def build(settings: Settings) -> House:
    """Put the service together; raises `BundleError` when there is no usable classifier."""
    store = Store.of(settings.database_url, settings.data_dir)
    scorer = Scorer(load_bundle(settings.bundle_dir))
    metrics = Metrics()
    metrics.bundle.labels(scorer.bundle.version).set(1)
    new_id = IdentifierSource()
    moderator = Moderator(store, scorer, new_id, audit_share=settings.audit_share)
    batcher = Batcher(
        moderator.decide,
        metrics,
        size=settings.queue_size,
        seconds=settings.queue_seconds,
        batch=settings.batch_size,
    )
    return House(
        settings,
        store,
        scorer,
        batcher,
        Keyring(store),
        metrics,
        new_id,
        Reviewing(store, new_id),
        Visits(store, new_id),
    )
