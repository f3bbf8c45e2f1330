"""What the simulator plays of a friend's shop and its staff, told to the bot as if they had said it."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from bot.model.clock import Clock
from bot.model.contact import contact_id
from bot.model.effects import RefreshMember
from bot.model.event import Event, Facts, News, Source, What
from bot.runtime.effects.members import MemberFinder
from bot.runtime.intake.receive import Receiver
from bot.runtime.own_events import own_event
from bot.runtime.ports import Caller

SECONDS = 10.0
"""Within which it has to be stored."""


TellNews: TypeAlias = Callable[[str, str, What], Awaitable[str]]


def telling(receiver: Receiver, members: MemberFinder, clock: Clock) -> TellNews:
    """`tell(channel, user, what)` gives the event's id. May raise `DatabaseUnavailable`.

    Shops announce little: what the member's record says is read from the shop, as after a webhook (C6).
    """

    async def tell(channel: str, user: str, what: What) -> str:
        contact, now = contact_id(channel, user), clock.now()
        event = Event(f"{channel}:{uuid.uuid4().hex}", channel, Source("user", user), now, what)
        if isinstance(what, News) and what.kind == "shop":
            caller = Caller(contact, channel, user, event.id, now)
            found = await members.refresh(RefreshMember(None), caller)
            ordered = now if what.subject in ("order_placed", "order_paid") else None
            facts = replace(found.facts or Facts(), last_order=ordered)
            event = replace(event, what=replace(what, facts=facts))
        await receiver.store([own_event(contact, event)], SECONDS)
        return event.id

    return tell
