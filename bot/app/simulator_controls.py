"""What the simulator's page may do to the bot: stop pushes, clear places of rules, rewind or forget people,
the last two as a conversation is taken back or begun anew."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

from bot.app.database import OpenDatabase
from bot.app.live import Live
from bot.engine.turn.how_often import place_key, places_taken
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.event import MENU_AGAIN, Event, News, Source
from bot.operations.brake import BrakeView, StopScope, brake_view, resume_pushes, stop_pushes
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.ports import ContactStore
from bot.runtime.process import Runtime
from bot.services.own_events import own_event
from bot.services.phone_rows import PhoneTaken
from bot.store.contacts.rewriting import RewriteTargetMissing
from bot.store.counters.claiming import Places
from bot.store.stores import Stores

ACTOR = "simulator"
"""The actor in the audit log: the user of the simulator's page."""


class PretendBrake:
    """Stops and resumes pushes, which this process obeys at once. Methods may raise `DatabaseUnavailable`."""

    def __init__(self, stores: Stores, live: Live, watch: BrakeWatch, clock: Clock) -> None:
        self._stores = stores
        self._live = live
        self._watch = watch
        self._clock = clock

    async def shown(self) -> BrakeView:
        """What is stopped, and how many people wait because of it."""
        return await brake_view(self._stores, self._live.playbook)

    async def stop(self, scope: StopScope) -> None:
        """Stop the pushes of this scope. Raises `StopRefused` where the playbook has no such thing."""
        channels, playbook = self._live.settings.channels, self._live.playbook
        await stop_pushes(self._stores, scope, ACTOR, channels, playbook, self._clock.now())
        await self._watch.look()

    async def resume(self, scope: StopScope) -> None:
        """Resume the pushes of this scope. Raises `StopRefused` where exactly this scope is not stopped."""
        await resume_pushes(self._stores, scope, ACTOR, self._clock.now())
        await self._watch.look()


class PretendPlaces:
    """The places of rules that take a limited number of people: counted in the database, cached here.

    Methods may raise `DatabaseUnavailable`.
    """

    def __init__(self, places: Places, runtime: Runtime) -> None:
        self._places = places
        self._known = runtime.places

    async def taken(self, rules: Iterable[str]) -> Mapping[str, int]:
        """How many places of these rules are taken, by rule; a rule without any may be missing."""
        return await self._places.taken(rules)

    async def give_back(self, rules: Iterable[str]) -> None:
        """Free one place of each of these rules: a person had it."""
        given = tuple(rules)
        await self._places.give_back(given)
        self._known.forget(given)

    async def clear(self, rule: str) -> None:
        """Nobody has a place of this rule any more."""
        await self._places.clear(rule, place_key(rule))
        self._known.forget((rule,))


Rewind: TypeAlias = Callable[[Contact], Awaitable[bool]]
"""Replaces a contact by an earlier state of it: see `rewinding`."""
Forget: TypeAlias = Callable[[str], Awaitable[None]]
"""Deletes the contact of an id: see `forgetting`."""


def rewinding(opened: OpenDatabase, runtime: Runtime, clock: Clock, places: PretendPlaces) -> Rewind:
    """A function that replaces a stored contact by an earlier state of it, which is given.

    It returns false, and changes nothing, where a phone of that state belongs to another contact by now. A
    turn then corrects the contact's rich menu, audiences and timers. Places of rules that the earlier state
    had not taken are freed; places cleared since are not taken again. May raise `DatabaseUnavailable`.
    """
    rewriter = opened.stores.rewriter
    contacts = opened.stores.contacts

    async def rewind(contact: Contact) -> bool:
        identity = contact.identities[0]
        id = f"{identity.channel}:{uuid.uuid4().hex}"
        news = News(MENU_AGAIN, identity.channel)
        source = Source("user", identity.user or "")
        event = own_event(contact.id, Event(id, identity.channel, source, clock.now(), news))
        had = await _places_of(contacts, contact.id)
        cleared = {place_key(rule) for rule in places_taken(contact.used) - had}
        used = {key: at for key, at in contact.used.items() if key not in cleared}
        try:
            await rewriter.become(replace(contact, used=used), event.entry)
        except PhoneTaken:
            return False
        await places.give_back(had - places_taken(used))
        runtime.recovery.reread(contact.id)
        return True

    return rewind


def forgetting(opened: OpenDatabase, runtime: Runtime, places: PretendPlaces) -> Forget:
    """A function that deletes the contact of an id, and frees its phone and its places of rules.

    May raise `DatabaseUnavailable`.
    """
    rewriter = opened.stores.rewriter
    contacts = opened.stores.contacts

    async def forget(contact: str) -> None:
        had = await _places_of(contacts, contact)
        try:
            await rewriter.forget(contact)
        except RewriteTargetMissing:
            return  # they are no contact yet
        await places.give_back(had)
        runtime.turns.recent.drop(contact)

    return forget


async def _places_of(contacts: ContactStore, contact: str) -> frozenset[str]:
    """The rules of which this contact has a place now."""
    stored = await contacts.person(contact)
    return frozenset() if stored is None else places_taken(stored.contact.used)
