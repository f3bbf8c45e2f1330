"""What has become of a pretend friend is undone: the simulator's contact is what it was, or nobody at all."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from bot.cli.database import OpenDatabase
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import MENU_AGAIN, Event, News, Source
from bot.runtime.own_events import own_event
from bot.runtime.process import Runtime
from bot.store.phones import PhoneHeld
from bot.store.rewriting import NotThere, Rewriter

Rewind: TypeAlias = Callable[[Contact], Awaitable[bool]]
Forget: TypeAlias = Callable[[str], Awaitable[None]]


def rewinding(opened: OpenDatabase, runtime: Runtime, clock: Clock) -> Rewind:
    """`rewind(contact)` makes a contact what is given; false: a phone that it had is another's by now.

    Its rich menu, audiences and timers are put right by a turn, as after a bulk change of menus. May raise
    `DatabaseUnavailable`.
    """
    rewriter = Rewriter(opened.database, opened.seal)

    async def rewind(contact: Contact) -> bool:
        identity = contact.identities[0]
        id = f"{identity.channel}:{uuid.uuid4().hex}"
        news = News(MENU_AGAIN, identity.channel)
        source = Source("user", identity.user or "")
        told = own_event(contact.id, Event(id, identity.channel, source, clock.now(), news))
        try:
            await rewriter.become(contact, told.entry)
        except PhoneHeld:
            return False
        runtime.reread(contact.id)
        return True

    return rewind


def forgetting(opened: OpenDatabase, runtime: Runtime) -> Forget:
    """`forget(contact)` has nobody known by this id, its phone free. May raise `DatabaseUnavailable`."""
    rewriter = Rewriter(opened.database, opened.seal)

    async def forget(contact: str) -> None:
        try:
            await rewriter.forget(contact)
        except NotThere:
            return  # nobody has heard of them yet
        runtime.turns.recent.drop(contact)

    return forget
