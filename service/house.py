"""Everything that runs, put together in one place from the settings."""

from dataclasses import dataclass

from models.bundle import load_bundle
from models.scorer import Scorer
from service.akismet.keys import AkismetKeyring
from service.deciding.batching import Batcher
from service.deciding.child import Child
from service.deciding.moderation import moderating
from service.deciding.process import DecidingProcess
from service.deciding.thread import DecidingThread
from service.edge.keyring import Keyring
from service.edge.rate import RateLimit
from service.identifiers import IdentifierSource
from service.loop.bundle_folder import BundleFolder
from service.loop.bundles import Bundles
from service.loop.first_hour import FirstHour
from service.loop.incumbent import Incumbent
from service.loop.shadow import ShadowWork
from service.loop.watch import LoopWatch
from service.metrics import Metrics
from service.outgoing.call import OutgoingPolicy
from service.outgoing.call import client as outgoing_client
from service.reviewing.answers import Reviewing
from service.reviewing.visits import Visits
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
    bundles: Bundles
    incumbent: Incumbent
    loop_watch: LoopWatch
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


def build(settings: Settings, child: Child | None = None) -> House:
    """Put the service together; raises `BundleError` when there is no usable classifier.

    Comments are decided in the child, if there is one.
    """
    store = Store.of(settings.database_url, settings.data_dir)
    folder = BundleFolder(settings.data_dir / "bundles")
    bundles = Bundles(store, folder, load_bundle(settings.bundle_dir))
    metrics = Metrics()
    incumbent = Incumbent(bundles, metrics)
    new_id = IdentifierSource()

    decide = moderating(store, lambda: incumbent.scorer, new_id, audit_share=settings.audit_share)
    batcher = Batcher(
        DecidingThread(decide) if child is None else DecidingProcess(child),
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
        loop_watch=LoopWatch(FirstHour(bundles), ShadowWork(bundles), incumbent),
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
