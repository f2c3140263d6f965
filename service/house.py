"""Everything that runs, put together in one place from the settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.bundle import load_bundle
from models.scorer import Scorer
from service.akismet.keys import AkismetKeyring
from service.arrival import Arrival
from service.batching import Batcher
from service.bundle_folder import BundleFolder
from service.bundles import Bundles
from service.errors import Problem
from service.identifiers import IdentifierSource
from service.incumbent import Incumbent
from service.keyring import Keyring
from service.metrics import Metrics
from service.moderation import Answer, Moderator
from service.outgoing import OutgoingPolicy
from service.outgoing import client as outgoing_client
from service.rate import RateLimit
from service.reviewing import Reviewing
from service.sealing import Sealer
from service.settings import Settings
from service.store.engine import Store
from service.visits import Visits
from service.webhooks.post import Poster
from service.webhooks.sender import Sender


@dataclass(frozen=True, slots=True)
class House:
    """The parts of one running service."""

    settings: Settings
    store: Store
    bundles: Bundles
    incumbent: Incumbent
    batcher: Batcher
    keyring: Keyring
    sealer: Sealer
    akismet_keyring: AkismetKeyring
    outgoing: OutgoingPolicy
    sender: Sender
    metrics: Metrics
    new_id: IdentifierSource
    rate: RateLimit
    reviewing: Reviewing
    visits: Visits

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
        moderator = Moderator(store, incumbent.scorer, new_id, audit_share=settings.audit_share)
        return moderator.decide(arrivals)

    batcher = Batcher(
        decide,
        metrics,
        size=settings.queue_size,
        seconds=settings.queue_seconds,
        batch=settings.batch_size,
    )
    sealer = Sealer.of(settings)
    outgoing = OutgoingPolicy(allowed_networks=settings.receiver_networks())
    return House(
        settings=settings,
        store=store,
        bundles=bundles,
        incumbent=incumbent,
        batcher=batcher,
        keyring=Keyring(store),
        sealer=sealer,
        akismet_keyring=AkismetKeyring(store, sealer),
        outgoing=outgoing,
        sender=Sender(store, Poster(store, sealer, outgoing_client(outgoing)), new_id),
        metrics=metrics,
        new_id=new_id,
        rate=RateLimit(settings.key_rate, settings.key_burst),
        reviewing=Reviewing(store, new_id),
        visits=Visits(store, new_id),
    )
