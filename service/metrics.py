"""What is counted and measured, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """All metrics of one service; each has its own registry, so that tests can run side by side."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "winnow_requests", "Requests answered.", ["route", "status"], registry=self.registry
        )
        self.decisions = Counter(
            "winnow_decisions", "Decisions given.", ["decision"], registry=self.registry
        )
        self.refused = Counter(
            "winnow_refused", "Comments refused with 503.", ["why"], registry=self.registry
        )
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

    def text(self) -> bytes:
        """Return all of it in Prometheus's text format."""
        return generate_latest(self.registry)
