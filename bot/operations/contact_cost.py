"""What a customer has cost, month by month: pushes, broadcasts and SMS, read from their timeline.

May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.engine.compiled.playbook import Playbook
from bot.model.hours import BROADCAST, PUSHES
from bot.model.journal import CODE_SENT, CallSuccess, TimelineRow
from bot.model.money import ZERO, Prices, last_messages_cost
from bot.model.processes import part_of
from bot.model.retention import DEFAULT_DAYS
from bot.operations.contact_view import parts_of
from bot.operations.find_contacts import LocatedContact

MOST = 5_000
"""Rows that are read."""
SMS = "sms"
_TAKEN = (CallSuccess.ACCEPTED.value, CallSuccess.KNOWN_ALREADY.value)
"""LINE has it; the second where an answer was lost before."""


@dataclass(frozen=True, slots=True)
class MonthCost:
    """A month in the shop's zone. `money` is what it costs at most: SMS, and what is beyond the plan; `None`
    where no price is known, or not how far that month was in the plan."""

    month: date
    pushes: int
    broadcasts: int
    sms: int
    money: Decimal | None


@dataclass(frozen=True, slots=True)
class ContactCost:
    """The months in which there was anything, newest first; `since`: what was before is not kept any more."""

    months: Sequence[MonthCost]
    since: datetime


async def cost_of(found: LocatedContact, playbook: Playbook, prices: Prices, now: datetime) -> ContactCost:
    """What they have cost as long as their timeline is kept, or for the last 5,000 messages."""
    since = now - timedelta(days=playbook.keep.get("timeline", DEFAULT_DAYS["timeline"]))
    parts, _ = await parts_of(found)
    journal = found.stores.journal
    rows = [row for part in parts for row in await journal.paid_of(part, part_of(part), since, MOST)]
    numbers: dict[date, Counter[tuple[str, str]]] = {}
    for row in rows:
        month = row.at.astimezone(playbook.zone).date().replace(day=1)
        numbers.setdefault(month, Counter()).update(_paid(row))
    used = await found.stores.quotas.used()
    months = [
        _month(month, found, prices, used)
        for month, found in sorted(numbers.items(), key=lambda one: one[0], reverse=True)
        if found.total()
    ]
    read = min((row.at for row in rows), default=since) if len(rows) >= MOST else since
    return ContactCost(months, read)


def _month(
    month: date, numbers: Counter[tuple[str, str]], prices: Prices, used: Mapping[tuple[str, str], int]
) -> MonthCost:
    by_kind, messages = Counter[str](), Counter[str]()
    costs: list[Decimal | None] = []
    for (channel, kind), number in numbers.items():
        by_kind[kind] += number
        if kind == SMS:
            each = prices.sms.get(channel)
            costs.append(None if each is None else each * number)
        else:
            messages[channel] += number
    for channel, number in messages.items():
        costs.append(last_messages_cost(prices, channel, number, used.get((channel, f"{month:%Y-%m}"))))
    known = [cost for cost in costs if cost is not None]
    money = sum(known, ZERO) if len(known) == len(costs) else None
    return MonthCost(month, by_kind[PUSHES], by_kind[BROADCAST], by_kind[SMS], money)


def _paid(row: TimelineRow) -> Counter[tuple[str, str]]:
    """What is paid of a row, by channel: that of a broadcast stands before the LINE id at its id's end."""
    if row.what.startswith(f"{BROADCAST}: "):
        return Counter({(row.id.rsplit(":", 2)[-2], BROADCAST): 1})
    first, _, *more = [*row.id.split(":"), ""]
    channel = more[1] if more and more[0] == "timer" and len(more) > 1 else first
    found = Counter[tuple[str, str]]()
    if row.what == CODE_SENT:
        found[channel, SMS] += 1
    for place, call in enumerate(row.calls):
        kind, _, elsewhere = call.partition(" ")
        end = row.ends.get(place)
        if kind == PUSHES and end is not None and end.how in _TAKEN:
            found[elsewhere or channel, PUSHES] += 1
    return found
