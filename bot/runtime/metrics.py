"""What Prometheus sees (requirement K3). Counted per batch, so that counting costs nothing per event."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """The figures of one process. No label holds anything about a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.webhooks = Counter(
            "oaflow_webhooks", "Webhook requests by answer.", ["status"], registry=self.registry
        )
        self.events = Counter("oaflow_events_stored", "Events stored.", registry=self.registry)
        self.known = Counter("oaflow_events_known", "Events delivered again.", registry=self.registry)
        self.turns = Counter("oaflow_turns", "Turns taken.", registry=self.registry)
        self.batches = Counter("oaflow_turn_batches", "Batches of turns written.", registry=self.registry)
        self.lost_races = Counter(
            "oaflow_turns_retaken",
            "Turns taken anew because another write was faster.",
            registry=self.registry,
        )
        self.set_aside = Counter("oaflow_events_set_aside", "Events set aside.", registry=self.registry)
        self.sends = Counter(
            "oaflow_sends",
            "Calls to LINE by kind and how they ended.",
            ["kind", "end"],
            registry=self.registry,
        )
        self.store_failures = Counter(
            "oaflow_store_failures", "Times that MongoDB was away.", registry=self.registry
        )
        self.in_memory = Gauge(
            "oaflow_events_in_memory", "Events not yet decided and marked done.", registry=self.registry
        )
        self.parts = Gauge("oaflow_parts_owned", "Parts that this process owns.", registry=self.registry)
        self.answer_seconds = Histogram(
            "oaflow_event_to_turn_seconds",
            "From storing an event to its turn being written (the oldest of each batch).",
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
            registry=self.registry,
        )

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self.registry)
