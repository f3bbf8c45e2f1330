"""What is shown before a broadcast is sent, and the order of it: only what was shown can be ordered.

All of it may raise `DatabaseUnavailable` and `CannotAsk`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.engine.broadcasts.content import content_and_people
from bot.engine.broadcasts.schedule import next_time
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending
from bot.model.money import sending_cost
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts.checking import BroadcastCheck, check, checked_at
from bot.operations.broadcasts.checking_words import why_refused
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.broadcasts.ordering import NoRecipients, order_of, send
from bot.operations.broadcasts.steering import A_FEW, SteeringRefused, more_by_now
from bot.store.stores import Stores

MANY = 1_000
"""People from whom on a word is typed."""
MORE = 0.01
"""Of the people that were shown, so many more may have come until it is ordered; and always a few."""


@dataclass(frozen=True, slots=True)
class SendingOffer:
    """`why_not`: it cannot be sent now; `last`: what last reached somebody; `repeats`: what the same people
    got within 24 hours; `content` says what was shown; `following`: when it goes out of itself next; `at`:
    the moment that was chosen, `None`: now."""

    check: BroadcastCheck
    content: str
    last: Sending | None
    repeats: Sending | None
    why_not: Translatable | None
    following: datetime | None
    at: datetime | None = None

    @property
    def needs_word(self) -> bool:
        """Whether a word is typed first."""
        return needs_word(self.check)


def needs_word(found: BroadcastCheck) -> bool:
    """Whether it goes to thousands, or costs money, or nobody knows what it costs."""
    cost = found.cost
    return found.messages >= MANY or cost is None or cost.extra is None or cost.extra > 0


async def offer_of(
    stores: Stores,
    playbook: Playbook,
    broadcast: Broadcast,
    line: LineNow,
    now: datetime,
    at: datetime | None = None,
) -> SendingOffer:
    """What would be sent now, looked at whole; `at`: if it went out at that moment to those of now."""
    found = checked_at(await check(stores, playbook, broadcast, line, now=now), playbook, line, at)
    why_not, last, repeats = None, None, None
    try:
        order = await order_of(stores, playbook, broadcast, found.messages, again=True, now=found.at, at=at)
        last, repeats = order.last, order.repeats
    except SteeringRefused as error:
        why_not = why_refused(found) if isinstance(error, NoRecipients) else error.message
        last = await stores.sendings.last_sent(broadcast.name)
    if why_not is None and found.is_refused:
        why_not = why_refused(found)
    following = next_time(broadcast, found.at, playbook.zone)
    return SendingOffer(found, content_and_people(broadcast), last, repeats, why_not, following, at)


async def send_as_shown(
    stores: Stores,
    playbook: Playbook,
    broadcast: Broadcast,
    line: LineNow,
    actor: str,
    now: datetime,
    *,
    people: int,
    content: str,
    cost: Decimal | None,
    again: str = "",
    is_sure: bool = False,
    may_still: Callable[[], Awaitable[bool]] | None = None,
    at: datetime | None = None,
) -> Sending:
    """Have it go out to about the `people` that were shown, at the `cost` that was (`None`: not known); now,
    or `at` a moment to come.

    Raises `SteeringRefused` where they are more by now, so many cost more by now, it says something else, it
    takes who `is_sure`, another sending than `again` said the same to the same people, or whoever orders it
    may not any more, which is asked once all is counted.
    """
    if content != content_and_people(broadcast):
        raise SteeringRefused(tr("the playbook was changed meanwhile: nothing was sent. Look at it anew"))
    found = checked_at(
        await check(stores, playbook, broadcast, line, validate=False, now=now), playbook, line, at
    )
    if found.is_refused:
        raise SteeringRefused(why_refused(found))
    if found.messages > people + max(A_FEW, int(people * MORE)):
        raise more_by_now(found.messages)
    if cost is not None and _costs_more(found, line, people, cost):
        raise SteeringRefused(
            tr("it costs more by now, or nobody knows what: nothing was sent. Look at it anew")
        )
    if needs_word(found) and not is_sure:
        raise SteeringRefused(
            tr("nothing was sent: it costs money or goes to thousands, so a word is typed first")
        )
    order = await order_of(
        *(stores, playbook, broadcast, found.messages),
        again=again,
        now=found.at,
        at=at,
        cost=None if found.cost is None else found.cost.extra,
    )
    if may_still is not None and not await may_still():
        raise SteeringRefused(tr("your account may not send any more: nothing was sent"))
    return await send(stores, playbook, order, actor, found.at)


def _costs_more(found: BroadcastCheck, line: LineNow, people: int, cost: Decimal) -> bool:
    """Whether the price has changed: that a few more people have come is not meant."""
    if found.cost is None or found.cost.extra is None:
        return True
    used = None if found.month is None else found.month.spent
    plan = line.settings.channels[found.broadcast.channel].plan
    as_many = sending_cost(plan, min(people, found.messages), used)
    extra = None if as_many is None else as_many.extra
    return extra is None or extra > cost
