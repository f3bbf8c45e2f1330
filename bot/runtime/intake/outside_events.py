"""Takes signals from the shop's own systems: finds the contact of each, and stores it before the answer."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.event import Event, News, Source
from bot.model.inbox import Received
from bot.model.outgoing import DerivedIds
from bot.model.translatable import Translatable, tr
from bot.runtime.intake.outside_event import Addressee, OutsideSignal, WrongField, read_signal
from bot.runtime.metrics import Tally
from bot.services.own_events import own_event
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import People
from bot.store.events.inbox import Inbox


@dataclass(eq=False, repr=False)
class Addressees:
    """Resolves whom events are for: three queries, however many there are; none for cached contacts."""

    _contacts: Contacts
    _people: People
    _remembered: Callable[[str], Contact | None]
    """A contact by its id from the cache, as its owner has last written it."""

    def at_hand(self, addressees: Iterable[Addressee]) -> dict[Addressee, Sequence[Contact]]:
        """The addressees that are named by a LINE user id and are in the cache.

        Where the cache is out of date, after a merge a moment ago, their events are passed on, as their
        messages are. A phone or a number may belong to another contact by now: those need the database.
        """
        found: dict[Addressee, Sequence[Contact]] = {}
        for one in addressees:
            if one.kind == "line_id" and one not in found:
                contact = self._remembered(contact_id(one.channel, one.identifier))
                if contact is not None and contact.identity(one.channel).user is not None:
                    found[one] = (contact,)
        return found

    async def resolve(self, addressees: Collection[Addressee]) -> Mapping[Addressee, Sequence[Contact]]:
        """The contacts of the channel that each stands for; a merged one is the contact that it is part
        of."""
        phones = await self._people.with_phones({one.identifier for one in addressees if one.kind == "phone"})
        numbers = await self._people.with_member_nos(
            {one.identifier for one in addressees if one.kind == "member_no"}
        )

        def ids(one: Addressee) -> Sequence[str]:
            match one.kind:
                case "phone":
                    return phones.get(one.identifier, ())
                case "member_no":
                    return numbers.get(one.identifier, ())
                case "line_id":
                    return (contact_id(one.channel, one.identifier),)

        there = await self._contacts.people_of({id_ for one in addressees for id_ in ids(one)})
        return {one: _friends_of(one, (there[id_] for id_ in ids(one) if id_ in there)) for one in addressees}


def _friends_of(addressee: Addressee, found: Iterable[Contact]) -> Sequence[Contact]:
    """The friends on that channel among them, each once.

    A phone must be verified: what a shop says of a parcel is for nobody else.
    """
    here = {one.id: one for one in found if one.identity(addressee.channel).user is not None}
    if addressee.kind != "phone":
        return tuple(here.values())
    phone = addressee.identifier
    return tuple(one for one in here.values() if one.phone == phone and "phone" in one.bindings)


STORE_SECONDS = 10.0
"""Seconds that storing the events of a request may take."""

_IDS = DerivedIds(uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730002"))

Verdict: TypeAlias = Literal["stored", "known", "wrong", "nobody", "several"]
"""`known`: its id was stored before. `wrong`: a field is. `nobody`, `several`: no contact, or more than one,
has the identifier."""


@dataclass(frozen=True, slots=True)
class OutsideAnswer:
    """The result of one event: `field` and `message` where it was refused."""

    verdict: Verdict
    field: str = ""
    message: Translatable | None = None


STORED, KNOWN = OutsideAnswer("stored"), OutsideAnswer("known")


@dataclass(eq=False, repr=False)
class OutsideEvents:
    """Takes signals of other systems. Valid ones are stored, whatever is wrong with the others.

    `store` makes events durable, like a webhook's, and returns the ids that were stored before.
    """

    _playbook: Callable[[], Playbook]
    _addressees: Addressees
    _inbox: Inbox
    _store: Callable[[Sequence[Received], float], Awaitable[Set[str]]]
    _clock: Clock
    taken: Tally = field(
        init=False,
        default_factory=lambda: Tally(
            "oaflow_outside_events", "Events of other systems by what became of them.", "end"
        ),
    )

    async def take(self, events: Sequence[Any]) -> list[OutsideAnswer]:
        """The answer to each event, in their order.

        Raises `DatabaseUnavailable` where they could not be stored: some may be, and are known when they are
        sent again. An id is known as long as the inbox keeps entries that are done
        (`store/people_collections.py`).
        """
        playbook, now = self._playbook(), self._clock.now()
        read = [read_signal(event, playbook, now) for event in events]
        right = [one for one in read if isinstance(one, OutsideSignal)]
        ids: dict[object, str] = {one: _entry_id(one) for one in right}
        known, people = await self._resolve_addressees([(ids[one], one.to) for one in right])
        fresh = dict[str, Received]()
        answers: list[OutsideAnswer] = []
        for one in read:
            if isinstance(one, WrongField):
                answers.append(OutsideAnswer("wrong", one.field, one.message))
            elif (id_ := ids[one]) in known or id_ in fresh:
                answers.append(KNOWN)
            elif len(found := people[one.to]) == 1:
                fresh[id_] = _received(id_, one, found[0], now)
                answers.append(STORED)
            else:
                answers.append(_not_one(one, len(found)))
        were = await self._store(list(fresh.values()), STORE_SECONDS)
        if were:
            stored_before = [ids.get(one) in were for one in read]
            answers = [KNOWN if was else one for one, was in zip(answers, stored_before, strict=True)]
        for verdict, number in Counter(answer.verdict for answer in answers).items():
            self.taken.inc(verdict, by=number)
        return answers

    async def _resolve_addressees(
        self, signals: Sequence[tuple[str, Addressee]]
    ) -> tuple[Set[str], Mapping[Addressee, Sequence[Contact]]]:
        """The ids that are known, and the contacts of each addressee.

        Cached contacts need no query: storing tells which of their events are known, as for webhooks.
        """
        near = self._addressees.at_hand(to for _, to in signals)
        far = [(id_, to) for id_, to in signals if to not in near]
        if not far:
            return frozenset(), near
        known = await self._inbox.known([id_ for id_, _ in far])
        found = await self._addressees.resolve({to for id_, to in far if id_ not in known})
        return known, {**found, **near}


def _received(id_: str, one: OutsideSignal, contact: Contact, now: datetime) -> Received:
    user = contact.identity(one.to.channel).user
    assert user is not None, "only contacts on this channel are found"
    what = News("signal", one.signal, one.values)
    return own_event(contact.id, Event(id_, one.to.channel, Source("user", user), now, what))


def _entry_id(one: OutsideSignal) -> str:
    """A short id made from the sender's own; no other event has it."""
    return f"{one.to.channel}:{_IDS.hex_of(one.id)}"


def _not_one(one: OutsideSignal, number: int) -> OutsideAnswer:
    where = f"contact.{one.to.kind}"
    if number:
        return OutsideAnswer("several", where, tr("{number} contacts have it", number=number))
    return OutsideAnswer("nobody", where, tr("nobody is known by it on this channel"))
