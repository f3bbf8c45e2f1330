"""Signals from the shop's own systems: whose they are is looked up, and they are stored before the answer."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.event import Event, News, Source
from bot.model.inbox import Received
from bot.model.said import Said, say
from bot.runtime.intake.outside_event import Kind, OutsideSignal, WrongField, read_signal
from bot.runtime.own_events import own_event
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import People
from bot.store.events.inbox import Inbox

STORE_SECONDS = 10.0
"""Within which the events of a call have to be stored."""
MOST = 1_000
"""Events of one call."""

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730002")

Verdict: TypeAlias = Literal["stored", "known", "wrong", "nobody", "several"]


@dataclass(frozen=True, slots=True)
class OutsideAnswer:
    """What became of one event: `field` and `message` where it was not taken."""

    verdict: Verdict
    field: str = ""
    message: Said | None = None


STORED, KNOWN = OutsideAnswer("stored"), OutsideAnswer("known")


class OutsideEvents:
    """Takes signals of other systems. Each that is right is stored, whatever is wrong with others."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        contacts: Contacts,
        people: People,
        inbox: Inbox,
        store: Callable[[Sequence[Received], float], Awaitable[None]],
        clock: Clock,
    ) -> None:
        """`store` makes events durable, like those of a webhook."""
        self._playbook = playbook
        self._contacts = contacts
        self._people = people
        self._inbox = inbox
        self._store = store
        self._clock = clock

    async def take(self, told: Sequence[Any]) -> list[OutsideAnswer]:
        """What becomes of each, in their order. Raises `DatabaseUnavailable` where they could not be stored;
        those that were all the same are known when they are told again."""
        playbook = self._playbook()
        read = [read_signal(one, playbook) for one in told]
        signals = [one for one in read if isinstance(one, OutsideSignal)]
        ids = {(one.channel, one.id): _event_id(one) for one in signals}
        known = await self._inbox.known(ids.values())
        whose = await self._whose([one for one in signals if ids[one.channel, one.id] not in known])
        answers: list[OutsideAnswer] = []
        fresh: dict[str, Received] = {}
        for one in read:
            if isinstance(one, WrongField):
                answers.append(OutsideAnswer("wrong", one.field, one.message))
                continue
            id_ = ids[one.channel, one.id]
            if id_ in known or id_ in fresh:
                answers.append(KNOWN)
                continue
            found = whose[one.channel, one.kind, one.who]
            if len(found) == 1:
                fresh[id_] = self._received(one, id_, found[0])
            answers.append(STORED if len(found) == 1 else _not_one(one.kind, len(found)))
        await self._store(list(fresh.values()), STORE_SECONDS)
        return answers

    def _received(self, one: OutsideSignal, id_: str, contact: Contact) -> Received:
        user = contact.identity(one.channel).user
        assert user is not None, "only whoever is on this channel is found"
        source = Source("user", user)
        what = News("signal", one.signal, one.values)
        return own_event(contact.id, Event(id_, one.channel, source, self._clock.now(), what))

    async def _whose(
        self, signals: Iterable[OutsideSignal]
    ) -> Mapping[tuple[str, Kind, str], Sequence[Contact]]:
        """The contacts of that channel to whom each leads; whoever was merged is what he is part of now.

        A phone leads only to who has proven it: what a shop tells of a parcel is for nobody else.
        """
        asked = {(one.channel, one.kind, one.who) for one in signals}
        by_phone = await self._people.with_phones({who for _, kind, who in asked if kind == "phone"})
        by_number = await self._people.with_member_nos({who for _, kind, who in asked if kind == "member_no"})
        ids = {
            (channel, kind, who): (
                by_phone.get(who, ())
                if kind == "phone"
                else by_number.get(who, ())
                if kind == "member_no"
                else (contact_id(channel, who),)
            )
            for channel, kind, who in asked
        }
        people = await self._contacts.people_of({id_ for some in ids.values() for id_ in some})
        return {
            one: list(
                {
                    there.id: there
                    for id_ in some
                    if (there := people.get(id_)) is not None
                    and there.identity(one[0]).user is not None
                    and (one[1] != "phone" or (there.phone == one[2] and "phone" in there.bindings))
                }.values()
            )
            for one, some in ids.items()
        }


def _event_id(one: OutsideSignal) -> str:
    return f"{one.channel}:{uuid.uuid5(_IDS, one.id).hex}"


def _not_one(kind: Kind, number: int) -> OutsideAnswer:
    if number:
        return OutsideAnswer("several", f"contact.{kind}", say("{number} contacts have it", number=number))
    return OutsideAnswer("nobody", f"contact.{kind}", say("nobody is known by it on this channel"))
