"""What is counted and measured, for Prometheus."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from service.deciding.decision import Decision
from service.edge.refusals import Cut


class Metrics(Collector):
    """All metrics of one service; each has its own registry, so that tests can run side by side."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.cuts: dict[Cut, int] = dict.fromkeys(Cut, 0)
        self.registry.register(self)
        # Looking children up by their labels takes longer than counting with them.
        self._answers: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self.requests = Counter(
            "winnow_requests", "Requests answered.", ["route", "status"], registry=self.registry
        )
        self.decisions = Counter(
            "winnow_decisions", "Decisions given.", ["decision"], registry=self.registry
        )
        self._decided = {one: self.decisions.labels(one.value) for one in Decision}
        self.refused = Counter(
            "winnow_refused", "Comments refused with 503.", ["why"], registry=self.registry
        )
        self.queue_full = self.refused.labels("queue_full")
        self.waiting = Gauge(
            "winnow_queue_waiting", "Comments that wait for a decision.", registry=self.registry
        )
        self.batch_size = Histogram(
            "winnow_batch_size",
            "Comments decided together.",
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "winnow_request_seconds",
            "From the first byte to the answer.",
            ["route"],
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2),
            registry=self.registry,
        )
        self.bundle = Gauge(
            "winnow_bundle", "1 for the bundle in use.", ["version"], registry=self.registry
        )

        self.bundle_fault = Gauge(
            "winnow_bundle_fault",
            "1 while the promoted bundle can't be used and an earlier one serves.",
            registry=self.registry,
        )

    def decided(self, decision: Decision) -> None:
        """Count one decision that was given."""
        self._decided[decision].inc()

    def turned_away(self) -> None:
        """Count one comment that found the queue full before it was a request."""
        self.queue_full.inc()
        self.answered("/v1/comments", 503, 0.0)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        counter, timer = self._children(route, status)
        counter.inc()
        timer.observe(seconds)

    def _children(self, route: str, status: int) -> tuple[Counter, Histogram]:
        known = self._answers.get((route, status))
        if known is None:
            known = self.requests.labels(route, str(status)), self.seconds.labels(route)
            self._answers[route, status] = known
        return known

    def collect(self) -> Iterator[Metric]:
        """Give the registry what the connections count themselves."""
        cut = CounterMetricFamily("winnow_connections_cut", "Connections cut off.", labels=["why"])
        for why, count in self.cuts.items():
            cut.add_metric([why.value], count)
        yield cut

    def text(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self.registry)
