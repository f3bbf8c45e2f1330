"""Signals from the shop's own systems: whose they are is looked up, and they are stored before the answer."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.derived_ids import DerivedIds
from bot.model.event import Event, News, Source
from bot.model.inbox import Received
from bot.model.said import Said, say
from bot.runtime.intake.addressees import Addressees
from bot.runtime.intake.event_fields import WrongField
from bot.runtime.intake.outside_event import Addressee, OutsideSignal, read_signal
from bot.runtime.metrics import Tally
from bot.runtime.own_events import own_event
from bot.store.events.inbox import Inbox

STORE_SECONDS = 10.0
"""Within which the events of a call have to be stored."""

_IDS = DerivedIds(uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730002"))

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
        addressees: Addressees,
        inbox: Inbox,
        store: Callable[[Sequence[Received], float], Awaitable[Set[str]]],
        clock: Clock,
    ) -> None:
        """`store` makes events durable, like those of a webhook, and tells the ids of those that were."""
        self._playbook = playbook
        self._addressees = addressees
        self._inbox = inbox
        self._store = store
        self._clock = clock
        self.taken = Tally("oaflow_outside_events", "Events of other systems by what became of them.", "end")

    async def take(self, told: Sequence[Any]) -> list[OutsideAnswer]:
        """What becomes of each, in their order.

        Raises `DatabaseUnavailable` where they could not be stored: some may be, and are known when they are
        told again. An id counts for as long as the inbox keeps what is done (`store/collections.py`).
        """
        playbook, now = self._playbook(), self._clock.now()
        read = [read_signal(one, playbook, now) for one in told]
        right = [one for one in read if isinstance(one, OutsideSignal)]
        ids: dict[object, str] = {one: _entry_id(one) for one in right}
        known, people = await self._looked_up([(ids[one], one.to) for one in right])
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
            told_before = [ids.get(one) in were for one in read]
            answers = [KNOWN if was else one for one, was in zip(answers, told_before, strict=True)]
        for verdict, number in Counter(answer.verdict for answer in answers).items():
            self.taken.inc(verdict, by=number)
        return answers

    async def _looked_up(
        self, told: Sequence[tuple[str, Addressee]]
    ) -> tuple[Set[str], Mapping[Addressee, Sequence[Contact]]]:
        """Which of these are known, and to whom each leads.

        Who is remembered costs no question: storing tells what of theirs is known, as it does of webhooks.
        """
        near = self._addressees.at_hand(to for _, to in told)
        far = [(id_, to) for id_, to in told if to not in near]
        if not far:
            return frozenset(), near
        known = await self._inbox.known([id_ for id_, _ in far])
        found = await self._addressees.who_is({to for id_, to in far if id_ not in known})
        return known, {**found, **near}


def _received(id_: str, one: OutsideSignal, contact: Contact, now: datetime) -> Received:
    user = contact.identity(one.to.channel).user
    assert user is not None, "only whoever is on this channel is found"
    what = News("signal", one.signal, one.values)
    return own_event(contact.id, Event(id_, one.to.channel, Source("user", user), now, what))


def _entry_id(one: OutsideSignal) -> str:
    """Of the teller's own id: short, and no other event has it."""
    return f"{one.to.channel}:{_IDS.hex_of(one.id)}"


def _not_one(one: OutsideSignal, number: int) -> OutsideAnswer:
    where = f"contact.{one.to.kind}"
    if number:
        return OutsideAnswer("several", where, say("{number} contacts have it", number=number))
    return OutsideAnswer("nobody", where, say("nobody is known by it on this channel"))
