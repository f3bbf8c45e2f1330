"""What the people of a broadcast's or journey's groups have spent in their own time (N6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from bot.model.attribution import PaidOrder
from bot.model.broadcast import Sending
from bot.model.spending import GroupSpending
from bot.operations.attribution.report import orders_between
from bot.store.stores import Stores


@dataclass(slots=True)
class PeopleSpending:
    """What each contact has ordered, and paid since. An order counts once, also of a member with several
    contacts, and each contact once, also where it was two before."""

    orders: Mapping[str, Sequence[PaidOrder]]
    _counted: set[str] = field(default_factory=set)

    def take(self, person: str, since: datetime, until: datetime) -> Decimal:
        """The sum of what one has ordered in this time, both ends included, and nobody was asked for yet."""
        total = Decimal(0)
        for order in self.orders.get(person, ()):
            if since <= order.at <= until and order.key not in self._counted:
                self._counted.add(order.key)
                total += order.amount or 0
        return total


@dataclass(slots=True)
class SpendingSum:
    """A group's spending while its people are gone through."""

    people: int = 0
    bought: list[Decimal] = field(default_factory=list)

    @property
    def result(self) -> GroupSpending:
        """Of all of them."""
        return GroupSpending.of(self.people, self.bought)


async def people_spending(
    stores: Stores, since: datetime, now: datetime, into: Mapping[str, str]
) -> PeopleSpending:
    """Of everybody since then, by `into` whom they were merged."""
    found: defaultdict[str, list[PaidOrder]] = defaultdict(list)
    orders, _ = await orders_between(stores, since, now, into)
    for order in orders:
        for person in order.people:
            found[person].append(order)
    return PeopleSpending(dict(found))


async def sending_spending(
    stores: Stores, sending: Sending, within: timedelta, now: datetime
) -> Mapping[str, GroupSpending]:
    """By group of a sending, each person from when it went to them, or to the batch beside theirs.

    Empty where nobody at all has ordered since: perhaps the shop reports no orders.
    """
    moment = sending.fixed or sending.moment
    into = await stores.merged_since.read(moment)
    paid = await people_spending(stores, moment, now, into)
    if not paid.orders:
        return {}
    sums: defaultdict[str, SpendingSum] = defaultdict(SpendingSum)
    async for batch in stores.sending_batches.contacts(sending.id):
        moment = batch.at or moment
        group = sums[batch.group]
        group.people += len(batch.contacts)
        group.bought += _bought(batch.contacts, paid, moment, within, into)
    return {name: group.result for name, group in sums.items()}


def _bought(
    contacts: Iterable[str],
    paid: PeopleSpending,
    moment: datetime,
    within: timedelta,
    into: Mapping[str, str],
) -> list[Decimal]:
    """What those have spent who have spent anything."""
    buyers = (person for one in contacts if (person := into.get(one, one)) in paid.orders)
    sums = (paid.take(person, moment, moment + within) for person in buyers)
    return [one for one in sums if one > 0]
