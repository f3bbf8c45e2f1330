"""Our own addresses that people open: who opened what becomes an event, and it is said where it leads."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.engine.compiled.own_address import OwnKind
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import address_of
from bot.engine.times.local_time import today
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.counts import TAPPED, Mark
from bot.model.event import Event, News, Source, Tapped, What
from bot.runtime.limits.personal_limits import RateGuard
from bot.runtime.own_events import StoreEvents, own_event
from bot.runtime.sending.personal import Personal
from bot.runtime.signed_out import require_signed_in
from bot.store.contacts.contacts import Contacts

STORE_SECONDS = 5.0
"""How long storing that somebody opened something may take."""


@dataclass(frozen=True, slots=True)
class Leads:
    """Where an address of ours leads: to another address, or into the chat, to say a text there."""

    address: str | None = None
    says: str | None = None


class Openings:
    """Knows where our own addresses lead, and stores who opened them."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        people: Contacts,
        store: StoreEvents,
        clock: Clock,
        count: Callable[[str, Mark], Awaitable[None]],
    ) -> None:
        """`store` makes events durable, like those of a webhook; `count` adds one to the counts of a day."""
        self._playbook = playbook
        self._people = people
        self._store = store
        self._clock = clock
        self._count = count
        self._rush = RateGuard(clock)

    def leads(self, channel: str, kind: OwnKind, code: str, person: Contact | None = None) -> Leads | None:
        """Where it leads; `None` where the playbook has it no more. `person` fills what it says of them."""
        playbook = self._playbook()
        if channel not in playbook.channels:
            return None
        if kind == "l":
            link = playbook.links.get(code)
            return None if link is None else Leads(link.open, link.send)
        counted = playbook.counted.get(code)
        if counted is None:
            return None
        now = self._clock.now()
        lookup = lookup_of(playbook, person or Contact(""), channel, now, {}, {})
        address = address_of(counted.to, filling_of(playbook, channel, now, lookup))
        return None if address is None else Leads(address)

    def leads_of(self, what: Personal, person: Contact | None = None) -> Leads | None:
        """Where the address of one person leads, as `leads`."""
        leads = self.leads(what.channel, what.kind, what.code, person)
        return Leads(what.to) if leads is not None and what.to is not None else leads

    async def tapped(self, channel: str, code: str) -> None:
        """Somebody, nobody knows who, opened an area of a rich menu: it is counted. May raise
        `DatabaseUnavailable`."""
        playbook = self._playbook()
        key = playbook.menu_codes.get(code)
        if key is not None:
            day = today(self._clock.now(), playbook.zone).isoformat()
            await self._count(day, Mark(channel, "", TAPPED, (key,)))

    async def opened(self, what: Personal, name: uuid.UUID) -> Leads | None:
        """Somebody opened it: the event is stored, once for each `name`. Where it leads, as `leads`.

        Raises `DatabaseUnavailable`, `SignedOut`, and `TooFast` for whoever opens more than a person can.
        """
        person = await self._person(what)
        leads = self.leads_of(what, person)
        if leads is None:
            return None
        self._rush.admit(person.id)
        source = Source("user", what.user)
        event = Event(
            f"{what.channel}:{name.hex}", what.channel, source, self._clock.now(), self._happened(what)
        )
        await self._store([own_event(person.id, event)], STORE_SECONDS)
        return leads

    async def looked(self, what: Personal) -> Leads | None:
        """Where it leads, as `leads_of`; nobody opens it. Raises `DatabaseUnavailable` and `SignedOut`."""
        await self._person(what)
        return self.leads_of(what)

    async def _person(self, what: Personal) -> Contact:
        identity = contact_id(what.channel, what.user)
        stored = await self._people.person(identity)
        person = Contact(identity) if stored is None else stored.contact
        require_signed_in(person, what.made)
        return person

    def _happened(self, what: Personal) -> What:
        if what.kind == "l":
            return News("link", what.code)
        return Tapped(self._playbook().counted[what.code].key)
