"""Opens our own web addresses (links, counted taps) for people: stores an event, and gives where it leads."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.compiled.card import LineObject
from bot.engine.compiled.own_address import OwnKind
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import address_of
from bot.engine.times.local_time import today
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.counts import TAPPED
from bot.model.event import Event, News, Source, Tapped, What
from bot.model.mark import Mark
from bot.model.published_version import VersionTap
from bot.runtime.limits.personal_limits import RateGuard
from bot.runtime.sending.personal_addresses import Personal
from bot.runtime.signed_out import require_signed_in
from bot.services.own_events import StoreEvents, own_event
from bot.store.contacts.contacts import Contacts

STORE_SECONDS = 5.0
"""Seconds that storing an opening may take."""


@dataclass(frozen=True, slots=True)
class Leads:
    """Where an address of ours leads: to another address, or into the chat, to say a text there."""

    address: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What opening an address of ours means: `happened` is the content of the event, `leads` where it leads
    (`None`: only the person's own address has it)."""

    happened: What
    leads: Leads | None

    def leads_from(self, what: Personal) -> Leads | None:
        """Where a person's own address leads, which may carry it."""
        return self.leads if what.to is None else Leads(what.to)


def tap_leads(
    playbook: Playbook, form: LineObject, channel: str, person: Contact, now: datetime
) -> str | None:
    """The address to which a counted tap leads; `None` where it leads nowhere. `person` fills it."""
    lookup = lookup_of(playbook, person, channel, now, {}, {})
    return address_of(form, filling_of(playbook, channel, now, lookup))


def taps_of(playbook: Playbook, now: datetime) -> tuple[VersionTap, ...]:
    """All counted taps on each channel, to be kept for messages that outlive this version."""
    unknown = Contact("")
    return tuple(
        VersionTap(channel, code, counted.key, tap_leads(playbook, counted.to, channel, unknown, now))
        for channel in playbook.channels
        for code, counted in playbook.counted.items()
    )


@dataclass(eq=False, repr=False)
class Openings:
    """Resolves our own addresses, and stores their openings.

    A tap that the live playbook does not have any more leads where it did: messages that show it remain.
    """

    _playbook: Callable[[], Playbook]
    _people: Contacts
    _store: StoreEvents
    """Makes events durable, like those of a webhook."""
    _clock: Clock
    _count: Callable[[str, Mark], Awaitable[None]]
    """Adds one to the counts of a day (ISO date)."""
    _former: Callable[[str, str], Awaitable[VersionTap | None]]
    """By channel and code: a tap of a version that was live."""
    _rush: RateGuard = field(init=False)

    def __post_init__(self) -> None:
        self._rush = RateGuard(self._clock)

    async def find(
        self, channel: str, kind: OwnKind, code: str, person: Contact | None = None
    ) -> Opening | None:
        """What an address means; `None` where no playbook of the last 400 days has it. `person` fills the
        placeholders in it. Raises `DatabaseUnavailable` (only where the live playbook does not have it).
        """
        live = self.live(channel, kind, code, person)
        if live is not None or kind == "l" or channel not in self._playbook().channels:
            return live
        tap = await self._former(channel, code)
        return None if tap is None else Opening(Tapped(tap.key), None if tap.to is None else Leads(tap.to))

    def live(self, channel: str, kind: OwnKind, code: str, person: Contact | None = None) -> Opening | None:
        """What an address means by the live playbook; `None`: that does not have it."""
        playbook = self._playbook()
        if channel not in playbook.channels:
            return None
        if kind == "l":
            link = playbook.links.get(code)
            return None if link is None else Opening(News("link", code), Leads(link.open, link.send))
        counted = playbook.counted.get(code)
        if counted is None:
            return None
        address = tap_leads(playbook, counted.to, channel, person or Contact(""), self._clock.now())
        return Opening(Tapped(counted.key), None if address is None else Leads(address))

    async def tapped(self, channel: str, code: str) -> None:
        """Count that an unknown person has opened an area of a rich menu. May raise `DatabaseUnavailable`."""
        playbook = self._playbook()
        key = playbook.menu_codes.get(code)
        if key is not None:
            day = today(self._clock.now(), playbook.zone).isoformat()
            await self._count(day, Mark(channel, "", TAPPED, (key,)))

    async def opened(self, what: Personal, name: uuid.UUID) -> Leads | None:
        """Store that a person has opened their address, once for each `name`; gives where it leads.

        `None`: it leads nowhere. Raises `DatabaseUnavailable`, `SignedOut`, and `TooFast` beyond a person's
        rate.
        """
        person = await self._person(what)
        opening = await self.find(what.channel, what.kind, what.code, person)
        leads = None if opening is None else opening.leads_from(what)
        if opening is None or leads is None:
            return None
        self._rush.admit(person.id)
        source = Source("user", what.user)
        event = Event(f"{what.channel}:{name.hex}", what.channel, source, self._clock.now(), opening.happened)
        await self._store([own_event(person.id, event)], STORE_SECONDS)
        return leads

    async def peek(self, what: Personal) -> Leads | None:
        """Where it leads, without an opening. Raises `DatabaseUnavailable` and `SignedOut`."""
        await self._person(what)
        opening = await self.find(what.channel, what.kind, what.code)
        return None if opening is None else opening.leads_from(what)

    async def _person(self, what: Personal) -> Contact:
        identity = contact_id(what.channel, what.user)
        stored = await self._people.person(identity)
        person = Contact(identity) if stored is None else stored.contact
        require_signed_in(person, what.made)
        return person
