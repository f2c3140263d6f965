"""The scorer in use, and the thread that sees a promotion and loads it whole before the swap."""

import threading
from typing import Final

import numpy as np
import structlog

from models.bundle import BundleDamaged, BundleError
from models.comment import Comment
from models.scorer import Scorer
from service.errors import StoreUnavailable
from service.loop.bundle_folder import for_scoring
from service.loop.bundles import Bundles
from service.loop.scorers import scorer_of
from service.metrics import Metrics
from service.store.bundles import all_promotions, newest_promotion

# Every replica has to follow a promotion within five seconds.
LOOK_SECONDS: Final = 2.0
# Touches every part of the scorer, so that a bundle that can't score is found before the swap.
TRIAL: Final = Comment("Thanks! See http://example.com for more, it works since the update.")

log = structlog.get_logger("winnow.bundle")


class Incumbent:
    """Holds one scorer at a time; whoever takes it keeps a whole one, whatever comes after.

    On any fault the one that is there stays, and `fault` says why.
    """

    def __init__(self, bundles: Bundles, metrics: Metrics) -> None:
        self._bundles = bundles
        self._metrics = metrics
        self._number = 0
        self._fault: str | None = None
        self._closing = threading.Event()
        self._nudged = threading.Event()
        self._looking = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="bundle", daemon=True)
        self._scorer = Scorer(for_scoring(bundles.first))
        metrics.bundle.labels(self.version).set(1)

    @property
    def scorer(self) -> Scorer:
        """The scorer in use now."""
        return self._scorer

    @property
    def version(self) -> str:
        """The version of the bundle in use now."""
        return self._scorer.bundle.version

    @property
    def fault(self) -> str | None:
        """Why the promoted bundle is not the one in use; None when it is."""
        return self._fault

    def start(self) -> None:
        """Take what was promoted before, then watch for more; raises `StoreUnavailable`."""
        self._scorer = scorer_of(self._bundles.store, self._bundles.first)
        self.look()
        if self._fault is not None:
            self._fall_back()
        self._thread.start()

    def close(self) -> None:
        """Stop watching."""
        self._closing.set()
        self._nudged.set()
        if self._thread.is_alive():
            self._thread.join()

    def nudge(self) -> None:
        """Look soon instead of at the next turn: someone has just promoted a bundle here."""
        self._nudged.set()

    def look(self) -> None:
        """Follow the newest promotion, if there is one that is not followed yet."""
        with self._looking:
            try:
                self._follow()
            except StoreUnavailable:
                return  # comments are not decided either; /readyz says so

    def _follow(self) -> None:
        with self._bundles.store.reading() as connection:
            newest = newest_promotion(connection)
        if newest is None or newest.number == self._number:
            return
        try:
            self._take(newest.version)
        except BundleError as fault:
            self._tell(f"bundle {newest.version} can't be used: {fault}")
            return
        self._number = newest.number
        self._tell(None)

    def _watch(self) -> None:
        while not self._closing.is_set():
            self._nudged.wait(LOOK_SECONDS)
            self._nudged.clear()
            if not self._closing.is_set():
                self.look()

    def _take(self, version: str) -> None:
        """Load a bundle whole, try it, then put it in place in one step."""
        if version == self.version:
            return
        scorer = scorer_of(self._bundles.store, self._bundles.load(version))
        if not np.isfinite(scorer.score([TRIAL])).all():
            raise BundleDamaged(f"bundle {version} gives no score to a plain comment.")
        before, self._scorer = self.version, scorer
        self._metrics.bundle.labels(before).set(0)
        self._metrics.bundle.labels(version).set(1)
        log.info("bundle_switched", before=before, now=version)

    def _fall_back(self) -> None:
        """At a start with a damaged incumbent: use the newest earlier one that is whole."""
        with self._bundles.store.reading() as connection:
            history = all_promotions(connection)
        for promotion in reversed(history):
            try:
                self._take(promotion.version)
            except BundleError:
                continue
            return

    def _tell(self, fault: str | None) -> None:
        if fault is not None and fault != self._fault:
            log.error("bundle_fault", fault=fault, serving=self.version)
        self._fault = fault
        self._metrics.bundle_fault.set(fault is not None)
