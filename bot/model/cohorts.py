"""Who was bound in the same month, and what they have bought in each month since (N6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.model.attribution import PaidOrder, Sales


@dataclass(slots=True)
class CohortMonth:
    """What a cohort bought in one month: so many of its people, so many orders."""

    sales: Sales = field(default_factory=Sales)
    buyers: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Cohort:
    """The people who were first bound in a month (its first day), and each month from that one on."""

    month: date
    people: int
    months: tuple[CohortMonth, ...]

    @property
    def total(self) -> Sales:
        """All months together."""
        orders = sum(one.sales.orders for one in self.months)
        return Sales(orders, sum((one.sales.money for one in self.months), Sales().money))


def cohorts_of(
    bound: Mapping[str, datetime], orders: Iterable[PaidOrder], now: datetime, zone: ZoneInfo
) -> tuple[Cohort, ...]:
    """By month of binding in this zone, oldest first. An order before its person was bound is in none.

    An order that came to several contacts of one member is that of the one who was bound first.
    """
    people = defaultdict[date, set[str]](set)
    bought = defaultdict[tuple[date, date], CohortMonth](CohortMonth)
    for person, at in bound.items():
        people[_month(at, zone)].add(person)
    for order in orders:
        owners = [(bound[person], person) for person in order.people if person in bound]
        if not owners or min(owners)[0] > order.at:
            continue
        at, person = min(owners)
        month = bought[_month(at, zone), _month(order.at, zone)]
        month.sales.add(order)
        month.buyers.add(person)
    last = _month(now, zone)
    return tuple(
        Cohort(month, len(people[month]), tuple(bought[month, one] for one in _months(month, last)))
        for month in sorted(people)
    )


def _month(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date().replace(day=1)


def _months(first: date, last: date) -> Iterable[date]:
    while first <= last:
        yield first
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
