"""The registry: bundles that are kept, the one in use, and the one atomic switch between them."""

from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from models.bundle import Bundle, BundleError
from service.clock import now
from service.errors import Conflict, NotFound
from service.events import BundlePromoted
from service.loop.bundle_folder import BundleFolder
from service.loop.live_shares import LiveShares
from service.loop.promotion import Promotion, PromotionKind, RegisteredBundle, bundle_before
from service.store.bundles import (
    add_bundle,
    add_promotion,
    all_bundles,
    all_promotions,
    bundle_of,
    newest_promotion,
)
from service.store.engine import Store
from service.store.outbox import announce_promotion


@dataclass(frozen=True, slots=True)
class Switch:
    """Who wants which bundle in use, and why."""

    version: str
    who: str
    why: str
    kind: PromotionKind = PromotionKind.ACTIVATE
    expected: LiveShares | None = None
    """What a replay foretold of it; the first hour is measured against that."""


@dataclass(frozen=True, slots=True)
class Registry:
    """What is registered, newest first, and every promotion, oldest first."""

    bundles: tuple[RegisteredBundle, ...]
    promotions: tuple[Promotion, ...]
    incumbent: str


@dataclass(frozen=True, slots=True)
class Bundles:
    """The bundles of one installation; `first` is in use until something is promoted."""

    store: Store
    folder: BundleFolder
    first: Bundle

    def registry(self) -> Registry:
        """Return everything that is registered; the first bundle counts from the beginning."""
        with self.store.reading() as connection:
            known, history = all_bundles(connection), all_promotions(connection)
        if self.first.version not in {one.version for one in known}:
            known.append(_registered(self.first, "shipped", "start", 0))
        incumbent = history[-1].version if history else self.first.version
        return Registry(tuple(known), tuple(history), incumbent)

    def add(self, bundle: Bundle, who: str, origin: str) -> None:
        """Keep and register a bundle; raises a `BundleError` or `OSError` when it can't be kept."""
        self.folder.keep(bundle)
        with self.store.writing() as connection:
            add_bundle(connection, _registered(bundle, origin, who, now()))

    def activate(self, switch: Switch, incumbent: str | None = None) -> Promotion:
        """Make a bundle the incumbent: one new row, which every replica sees within seconds.

        It must be registered and load whole here and now. Raises `NotFound`, and `Conflict` when it
        is damaged, when it is in use, or when `incumbent` is not the one in use any more.
        """
        self.check_whole(switch.version)
        try:
            with self.store.writing() as connection:
                return self._switch(connection, switch, incumbent)
        except IntegrityError:
            raise Conflict("another switch came first; look at the bundles and ask again") from None

    def rollback(self, who: str, why: str) -> Promotion:
        """Go back to the bundle before the one in use; raises `Conflict` when there is none."""
        registry = self.registry()
        before = bundle_before(registry.promotions)
        if before is None:
            raise Conflict("no bundle was in use before this one")
        switch = Switch(before, who, why, PromotionKind.ROLLBACK)
        return self.activate(switch, registry.incumbent)

    def load(self, version: str) -> Bundle:
        """Read a registered bundle, or the first; raises a `BundleError`."""
        return self.first if version == self.first.version else self.folder.load(version)

    def check_whole(self, version: str) -> None:
        """Find a bundle registered and whole; raises `NotFound`, `Conflict`."""
        if version == self.first.version:
            self.add(self.first, "start", "shipped")
            return
        with self.store.reading() as connection:
            known = bundle_of(connection, version)
        if known is None:
            raise NotFound(f"no bundle {version[:60]!r} is registered")
        try:
            self.folder.load(version)
        except BundleError as fault:
            raise Conflict(f"bundle {version} can't be used: {fault}") from fault

    def _switch(self, connection: Connection, switch: Switch, incumbent: str | None) -> Promotion:
        newest = newest_promotion(connection)
        if newest is None:
            newest = self._begin(connection)
        if incumbent is not None and newest.version != incumbent:
            raise Conflict(f"bundle {newest.version} is in use now, not {incumbent}")
        if newest.version == switch.version:
            raise Conflict(f"bundle {switch.version} is in use already")
        at = now()
        promotion = Promotion(
            newest.number + 1,
            switch.version,
            switch.kind,
            switch.who,
            switch.why,
            at,
            switch.expected,
        )
        add_promotion(connection, promotion)
        told = BundlePromoted(switch.version, newest.version, switch.kind, at)
        announce_promotion(connection, told)
        return promotion

    def _begin(self, connection: Connection) -> Promotion:
        """Write down what was in use before the first promotion, so that there is a way back."""
        self.folder.keep(self.first)
        add_bundle(connection, _registered(self.first, "shipped", "start", now()))
        start = Promotion(1, self.first.version, PromotionKind.START, "start", "first start", now())
        add_promotion(connection, start)
        return start


def _registered(bundle: Bundle, origin: str, who: str, at: int) -> RegisteredBundle:
    manifest = bundle.manifest
    return RegisteredBundle(bundle.version, manifest.parent, manifest.created_at, origin, who, at)
