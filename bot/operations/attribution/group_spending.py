"""What the people of a broadcast's or journey's groups have spent in their own time (N6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from bot.model.broadcast import Sending
from bot.model.spending import GroupSpending, spending_of
from bot.operations.attribution.report import orders_between
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class PeopleSpending:
    """When each contact has paid how much; what was called off is not among it."""

    orders: Mapping[str, Sequence[tuple[datetime, Decimal]]]

    def of(self, person: str, since: datetime, until: datetime) -> Decimal:
        """The sum of one in this time, both ends included."""
        paid = (amount for at, amount in self.orders.get(person, ()) if since <= at <= until)
        return sum(paid, Decimal(0))


async def people_spending(
    stores: Stores, since: datetime, until: datetime, into: Mapping[str, str]
) -> PeopleSpending:
    """Of everybody in this time, by `into` whom they were merged."""
    found: defaultdict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
    orders, _ = await orders_between(stores, since, until, into)
    for order in orders:
        for person in order.people:
            found[person].append((order.at, order.amount or Decimal(0)))
    return PeopleSpending(dict(found))


async def sending_spending(
    stores: Stores, sending: Sending, within: timedelta, now: datetime
) -> Mapping[str, GroupSpending]:
    """By group of a sending, each person from when it went to them, or to the batch beside theirs.

    Empty where nobody at all has ordered in that time: perhaps the shop reports no orders.
    """
    moment = sending.fixed or sending.moment
    into = await stores.merged_since.read(moment)
    paid = await people_spending(stores, moment, min(now, (sending.ended or now) + within), into)
    if not paid.orders:
        return {}
    sums: defaultdict[str, list[Decimal]] = defaultdict(list)
    async for batch in stores.sending_batches.contacts(sending.id):
        moment = batch.at or moment
        people = (into.get(one, one) for one in batch.contacts)
        sums[batch.group] += [paid.of(one, moment, moment + within) for one in people]
    return {group: spending_of(each) for group, each in sums.items()}
