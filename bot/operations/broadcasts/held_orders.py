"""Ordered broadcasts that wait for staff, because text, audience, number of people or price are not what was
shown when they were ordered: what was shown, and what is so now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.engine.broadcasts.as_shown import is_changed
from bot.engine.broadcasts.content import content_and_people
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import ASKS, Sending, SendingHold
from bot.model.channel import PricePlan
from bot.model.money import sending_cost
from bot.model.translatable import Translatable, tr
from bot.operations.broadcasts.checking import check
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.broadcasts.steering import NO_MORE, SteeringRefused, open_sending, people_now
from bot.playbook.similar import quoted
from bot.store.stores import Stores

WHY_ASKED: Mapping[SendingHold, Translatable] = {
    "changed": tr("Its text or its audience was changed since it was ordered. Look at it, then decide"),
    "more": tr("Many more customers would get it than you were shown. Nobody has got it yet"),
    "cost": tr("It costs more than you were shown, or the month's messages are too few for all of them"),
}


@dataclass(frozen=True, slots=True)
class HeldOrder:
    """`people` who would get it now; `None`: they are being counted. `used`: messages of the month.

    `cost`: in NT$ beside the plan, `None`: nobody knows. `content`: a fingerprint of what it says to whom by
    now. `covers`: of how many of them the month's messages suffice, where it is held for that. All of it is
    what `steering.agree` is given.
    """

    sending: Sending
    why: SendingHold
    people: int | None
    used: int | None
    cost: Decimal | None
    content: str
    covers: int | None
    others_go_without: bool
    """What becomes of the people for whom the month's messages do not suffice; else nobody gets it."""

    @property
    def shown_cost(self) -> Decimal | None:
        """What it costed as it was ordered, or last agreed to."""
        return Decimal(self.sending.shown_cost) if self.sending.shown_cost else None

    @property
    def too_few(self) -> Translatable | None:
        """What staff are told of the month's messages, where they are too few."""
        if self.covers is None:
            return None
        number = f"{self.covers:,}"
        if self.others_go_without:
            return tr(
                "The month's messages are enough for {number} of them: the others do not get it",
                number=number,
            )
        return tr(
            "The month's messages are enough for {number} of them: as long as that is so, nobody gets it",
            number=number,
        )


async def held_order(
    stores: Stores, broadcast: Broadcast, plan: PricePlan | None, counted: int | None, used: int | None
) -> HeldOrder | None:
    """The order of a broadcast that waits; `None`: none does.

    `counted`: people in its audience, `used`: messages of the month, `None`: not known. May raise
    `DatabaseUnavailable`.
    """
    going = await open_sending(stores, broadcast)
    if going is None or going.held not in ASKS:
        return None
    found = await people_now(stores, broadcast, going)
    people = counted if found is None else found
    known = [one for one in (used, going.month_used) if one is not None]
    used = max(known, default=None)  # LINE's figure has nothing of what others have reserved
    cost = None if people is None else sending_cost(plan, people, used)
    return HeldOrder(
        going,
        "changed" if is_changed(going, broadcast) else going.held,
        people,
        used,
        None if cost is None else cost.extra,
        content_and_people(broadcast),
        going.month_covers,
        broadcast.if_quota_short == "send_part",
    )


async def held_order_now(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, line: LineNow, now: datetime | None = None
) -> HeldOrder:
    """The same, with people counted and LINE asked.

    Raises `SteeringRefused` where none waits, and `CannotAsk`.
    """
    going = await open_sending(stores, broadcast)
    if going is None or going.held not in ASKS:
        raise SteeringRefused(tr("no order of {name} waits for anybody", name=quoted(broadcast.name)))
    found = await check(stores, playbook, broadcast, line, validate=False, now=now)
    plan = line.settings.channels[broadcast.channel].plan
    used = None if found.month is None else found.month.spent
    held = await held_order(stores, broadcast, plan, found.messages, used)
    if held is None:
        raise SteeringRefused(NO_MORE)
    return held
