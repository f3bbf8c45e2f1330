"""Which order is credited to which contact with the customer: by the first and by the last touch (N6).

Every order is credited once by each of the two rules, or is direct where nothing had reached the customer in
time; so each rule's sums are all that was sold. Neither says what would have been bought without the touch:
groups that get nothing do (`bot.model.reports`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

SourceKind: TypeAlias = Literal["broadcast", "journey", "menu", "link", "coupon"]


class TouchSource(NamedTuple):
    """What touched somebody: a part of the playbook, by its name there."""

    kind: SourceKind
    name: str


class TouchPoint(NamedTuple):
    """A person was sent a broadcast, given a coupon, began a journey, tapped a menu or opened a link."""

    at: datetime
    source: TouchSource


@dataclass(frozen=True, slots=True)
class PaidOrder:
    """An order that was placed `at` a moment, paid since, and not called off.

    `people`: the contacts to whom the shop's news of it came; `amount` in NT$, `None`: the shop did not say.
    """

    key: str
    at: datetime
    amount: Decimal | None
    people: frozenset[str]


@dataclass(slots=True)
class Sales:
    """So many orders, with so much money (NT$) of those whose amount is known."""

    orders: int = 0
    money: Decimal = Decimal(0)

    def add(self, order: PaidOrder) -> None:
        """Count one more."""
        self.orders += 1
        self.money += order.amount or 0


@dataclass(slots=True)
class SourceSales:
    """What was sold after touches of one source: `after` any of them in time, to so many `buyers`; and of
    that what is credited to it as the `first` and as the `last` touch."""

    after: Sales = field(default_factory=Sales)
    first: Sales = field(default_factory=Sales)
    last: Sales = field(default_factory=Sales)
    buyers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Attribution:
    """All orders: by source, and those that no touch came before (`direct`)."""

    sources: Mapping[TouchSource, SourceSales]
    direct: Sales
    total: Sales


def attributed(
    orders: Iterable[PaidOrder], touches: Mapping[str, Sequence[TouchPoint]], within: timedelta
) -> Attribution:
    """Credit each order to the touches of its people that came before it, at most `within`.

    Of touches of one moment the order is that of their sources' kinds and names: the same in each report.
    """
    sources: defaultdict[TouchSource, SourceSales] = defaultdict(SourceSales)
    direct, total = Sales(), Sales()
    for order in orders:
        total.add(order)
        found = sorted(_in_time(order, touches, within))
        if not found:
            direct.add(order)
            continue
        sources[found[0].source].first.add(order)
        sources[found[-1].source].last.add(order)
        for source in {touch.source for touch in found}:
            sources[source].after.add(order)
            sources[source].buyers.add(min(order.people))
    return Attribution(dict(sources), direct, total)


def _in_time(
    order: PaidOrder, touches: Mapping[str, Sequence[TouchPoint]], within: timedelta
) -> Iterator[TouchPoint]:
    for person in order.people:
        for touch in touches.get(person, ()):
            if order.at - within <= touch.at < order.at:  # not what the order itself has brought about
                yield touch
