"""Everything that runs, put together in one place from the settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.bundle import load_bundle
from models.scorer import Scorer
from service.batching import Batcher
from service.bundle_folder import BundleFolder
from service.bundles import Bundles
from service.errors import Problem
from service.identifiers import IdentifierSource
from service.incumbent import Incumbent
from service.keyring import Keyring
from service.metrics import Metrics
from service.moderation import Answer, Arrival, Moderator
from service.settings import Settings
from service.store.engine import Store


@dataclass(frozen=True, slots=True)
class House:
    """The parts of one running service."""

    settings: Settings
    store: Store
    bundles: Bundles
    incumbent: Incumbent
    batcher: Batcher
    keyring: Keyring
    metrics: Metrics
    new_id: IdentifierSource

    @property
    def scorer(self) -> Scorer:
        """The scorer in use now; take it once for what belongs together."""
        return self.incumbent.scorer


def build(settings: Settings) -> House:
    """Put the service together; raises `BundleError` when there is no usable classifier."""
    store = Store.of(settings.database_url, settings.data_dir)
    folder = BundleFolder(settings.data_dir / "bundles")
    bundles = Bundles(store, folder, load_bundle(settings.bundle_dir))
    metrics = Metrics()
    incumbent = Incumbent(bundles, metrics)
    new_id = IdentifierSource()

    def decide(arrivals: Sequence[Arrival]) -> list[Answer | Problem]:
        # One moderator a batch: it holds one scorer, so that no answer mixes two bundles.
        return Moderator(store, incumbent.scorer, new_id).decide(arrivals)

    batcher = Batcher(
        decide,
        metrics,
        size=settings.queue_size,
        seconds=settings.queue_seconds,
        batch=settings.batch_size,
    )
    return House(
        settings=settings,
        store=store,
        bundles=bundles,
        incumbent=incumbent,
        batcher=batcher,
        keyring=Keyring(store),
        metrics=metrics,
        new_id=new_id,
    )
