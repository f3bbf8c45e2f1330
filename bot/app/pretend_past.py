"""What has become of a pretend friend is undone: the simulator's contact is what it was, or nobody at all."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from bot.app.database import OpenDatabase
from bot.app.pretend_places import PretendPlaces
from bot.engine.turn.how_often import kept_place, places_kept
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import MENU_AGAIN, Event, News, Source
from bot.runtime.own_events import own_event
from bot.runtime.ports import ContactStore
from bot.runtime.process import Runtime
from bot.store.contacts.phones import PhoneHeld
from bot.store.contacts.rewriting import NotThere

Rewind: TypeAlias = Callable[[Contact], Awaitable[bool]]
Forget: TypeAlias = Callable[[str], Awaitable[None]]


def rewinding(opened: OpenDatabase, runtime: Runtime, clock: Clock, places: PretendPlaces) -> Rewind:
    """`rewind(contact)` makes a contact what is given; false: a phone that it had is another's by now.

    Its rich menu, audiences and timers are put right by a turn, as after a bulk change of menus. A place
    that it had not taken then is free again; none comes back that was cleared since. May raise
    `DatabaseUnavailable`.
    """
    rewriter = opened.stores.rewriter
    contacts = opened.stores.contacts

    async def rewind(contact: Contact) -> bool:
        identity = contact.identities[0]
        id = f"{identity.channel}:{uuid.uuid4().hex}"
        news = News(MENU_AGAIN, identity.channel)
        source = Source("user", identity.user or "")
        told = own_event(contact.id, Event(id, identity.channel, source, clock.now(), news))
        had = await _places_of(contacts, contact.id)
        cleared = {kept_place(rule) for rule in places_kept(contact.used) - had}
        used = {key: at for key, at in contact.used.items() if key not in cleared}
        try:
            await rewriter.become(replace(contact, used=used), told.entry)
        except PhoneHeld:
            return False
        await places.give_back(had - places_kept(used))
        runtime.recovery.reread(contact.id)
        return True

    return rewind


def forgetting(opened: OpenDatabase, runtime: Runtime, places: PretendPlaces) -> Forget:
    """`forget(contact)` has nobody known by this id, its phone and its places free.

    May raise `DatabaseUnavailable`.
    """
    rewriter = opened.stores.rewriter
    contacts = opened.stores.contacts

    async def forget(contact: str) -> None:
        had = await _places_of(contacts, contact)
        try:
            await rewriter.forget(contact)
        except NotThere:
            return  # nobody has heard of them yet
        await places.give_back(had)
        runtime.turns.recent.drop(contact)

    return forget


async def _places_of(contacts: ContactStore, contact: str) -> frozenset[str]:
    """The rules of which this contact has a place now."""
    stored = await contacts.person(contact)
    return frozenset() if stored is None else places_kept(stored.contact.used)
