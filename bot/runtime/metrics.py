"""The metrics of a process for Prometheus, at `/metrics`, and cheap kinds of collectors (requirement K3)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class Tally(Collector):
    """A counter that costs an addition to a dictionary: prometheus_client's own takes a lock each time."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        self._name = name
        self._meaning = meaning
        self._labels = labels
        self.counts: dict[tuple[str, ...], int] = {} if labels else {(): 0}

    def inc(self, *labels: str, by: int = 1) -> None:
        """Count `by` more under these labels. No label holds anything about a person."""
        self.counts[labels] = self.counts.get(labels, 0) + by

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The figures, for prometheus_client's registry."""
        family = CounterMetricFamily(self._name, self._meaning, labels=self._labels)
        for labels, count in list(self.counts.items()):
            family.add_metric(labels, count)
        yield family


class Spans(Collector):
    """How long something took, by one label, in seconds."""

    def __init__(self, name: str, meaning: str, label: str, bounds: Sequence[float]) -> None:
        """`bounds` are the upper ends of the buckets; one for all that is longer is added."""
        self._name = name
        self._meaning = meaning
        self._label = label
        self._bounds = (*bounds, math.inf)
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}

    def took(self, value: str, seconds: float) -> None:
        """Record one duration under this value of the label."""
        counts = self._counts.setdefault(value, [0] * len(self._bounds))
        counts[bisect_left(self._bounds, seconds)] += 1
        self._sums[value] = self._sums.get(value, 0.0) + seconds

    def collect(self) -> Iterator[HistogramMetricFamily]:
        """The figures, for prometheus_client's registry."""
        family = HistogramMetricFamily(self._name, self._meaning, labels=[self._label])
        for value, counts in self._counts.items():
            buckets = zip(map(floatToGoString, self._bounds), accumulate(counts), strict=True)
            family.add_metric([value], list(buckets), self._sums[value])
        yield family


class Level(Collector):
    """A gauge, read at each scrape."""

    def __init__(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        self._name = name
        self._meaning = meaning
        self._value = value

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figure, for prometheus_client's registry."""
        yield GaugeMetricFamily(self._name, self._meaning, value=self._value())


class Levels(Collector):
    """Gauges, one for each value of a label, read at each scrape."""

    def __init__(
        self, name: str, meaning: str, label: str, values: Callable[[], Mapping[str, float]]
    ) -> None:
        self._name = name
        self._meaning = meaning
        self._label = label
        self._values = values

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures, for prometheus_client's registry."""
        family = GaugeMetricFamily(self._name, self._meaning, labels=[self._label])
        for value, figure in self._values().items():
            family.add_metric([value], figure)
        yield family


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.webhooks = self._tally("oaflow_webhooks", "Webhook requests by answer.", "status")
        self.events = self._tally("oaflow_events_stored", "Events stored.")
        self.known = self._tally("oaflow_events_known", "Events delivered again.")
        self.erased = self._tally(
            "oaflow_events_of_erased",
            "Events from before their person was erased, or of nobody known: dropped.",
        )
        self.carried = self._tally("oaflow_events_carried", "Events stored by their turn, in one write.")
        self.handed_over = self._tally(
            "oaflow_events_handed_over",
            "Events of parts of another process of this machine, by whether that has stored them.",
            "stored",
        )
        self.turns = self._tally("oaflow_turns", "Events decided and written.")
        self.lost_races = self._tally(
            "oaflow_turns_retaken", "Turns taken anew because another write was faster."
        )
        self.set_aside = self._tally("oaflow_events_set_aside", "Events that cannot be decided.")
        self.sends = self._tally("oaflow_sends", "Calls to LINE by kind and how they ended.", "kind", "end")
        self.task_failures = self._tally(
            "oaflow_task_failures", "Times that a bug ended a background task.", "task"
        )
        self.store_failures = self._tally("oaflow_store_failures", "Times that MongoDB was away.")

    def _tally(self, name: str, meaning: str, *labels: str) -> Tally:
        tally = Tally(name, meaning, *labels)
        self._registry.register(tally)
        return tally

    def level(self, name: str, meaning: str, value: Callable[[], float]) -> None:
        """Add a gauge that is read at each scrape."""
        self._registry.register(Level(name, meaning, value))

    def add(self, *figures: Collector) -> None:
        """Add collectors that other objects own."""
        for one in figures:
            self._registry.register(one)

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)
