"""Everything that runs, put together in one place from the settings."""

from dataclasses import dataclass

from models.bundle import load_bundle
from models.scorer import Scorer
from service.akismet.keys import AkismetKeyring
from service.batching import Batcher
from service.identifiers import IdentifierSource
from service.keyring import Keyring
from service.metrics import Metrics
from service.moderation import Moderator
from service.outgoing import OutgoingPolicy
from service.outgoing import client as outgoing_client
from service.rate import RateLimit
from service.sealing import Sealer
from service.settings import Settings
from service.store.engine import Store
from service.webhooks.post import Poster
from service.webhooks.sender import Sender


@dataclass(frozen=True, slots=True)
class House:
    """The parts of one running service."""

    settings: Settings
    store: Store
    scorer: Scorer
    batcher: Batcher
    keyring: Keyring
    sealer: Sealer
    akismet_keyring: AkismetKeyring
    outgoing: OutgoingPolicy
    sender: Sender
    metrics: Metrics
    new_id: IdentifierSource
    rate: RateLimit


def build(settings: Settings) -> House:
    """Put the service together; raises `BundleError` when there is no usable classifier."""
    store = Store.of(settings.database_url, settings.data_dir)
    scorer = Scorer(load_bundle(settings.bundle_dir))
    metrics = Metrics()
    metrics.bundle.labels(scorer.bundle.version).set(1)
    new_id = IdentifierSource()
    moderator = Moderator(store, scorer, new_id)
    batcher = Batcher(
        moderator.decide,
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
        scorer=scorer,
        batcher=batcher,
        keyring=Keyring(store),
        sealer=sealer,
        akismet_keyring=AkismetKeyring(store, sealer),
        outgoing=outgoing,
        sender=Sender(store, Poster(store, sealer, outgoing_client(outgoing)), new_id),
        metrics=metrics,
        new_id=new_id,
        rate=RateLimit(settings.key_rate, settings.key_burst),
    )
