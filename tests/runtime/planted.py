"""Faults planted into the bot, which random schedules must find: so they are not blind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import NamedTuple, TypeAlias

import pytest

from bot.model.contact import Contact
from bot.model.event import Event, TimerDue
from bot.model.inbox import InboxEntry
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.stored import Stored
from bot.runtime.cluster.ownership import Ownership
from bot.runtime.intake.receive import SurelyNew
from bot.runtime.journal import JournalWriter, _Rows, _settled
from bot.runtime.ports import InboxStore
from bot.runtime.sending.braked_calls import BrakedCalls
from bot.runtime.turn_taking import deciding
from bot.runtime.turn_taking.contact_cache import CachedContact, ContactCache
from bot.runtime.turn_taking.deciding import Decider, PendingTurn
from bot.runtime.turn_taking.draft_reading import ENTRIES, DraftReader, Rereader
from bot.runtime.turn_taking.lanes import Lane
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.runtime.braked_schedules import BrakedSchedule
from tests.runtime.chatty_schedules import ChattySchedule
from tests.runtime.schedules import Schedule
from tests.runtime.stranger_schedules import StrangerSchedule

Plant: TypeAlias = Callable[[pytest.MonkeyPatch], None]


def nothing(patched: pytest.MonkeyPatch) -> None:
    """The bot as it is."""


def _strangers_read_again(patched: pytest.MonkeyPatch) -> None:
    """Who waits and is not remembered is decided on what is there then, as if nobody could have written."""
    put = ContactCache.put

    def forgets(recent: ContactCache, known: CachedContact) -> None:
        if known.revision:
            put(recent, known)

    def only_when_told(reader: DraftReader, lane: Lane) -> bool:
        return lane.reread

    def never(reader: DraftReader, lane: Lane, stored: Stored | None) -> bool:
        return False

    patched.setattr(ContactCache, "put", forgets)
    patched.setattr(DraftReader, "_is_stale", only_when_told)
    patched.setattr(DraftReader, "_is_anothers", never)


def _settles_first(patched: pytest.MonkeyPatch) -> None:
    """Ids are forgotten on the contact before the inbox knows that they are done."""

    async def write(journal: JournalWriter, rows: _Rows) -> Sequence[str]:
        if rows.timeline:
            await journal._store.timeline(rows.timeline)
        if rows.results:
            await journal._store.results(rows.results)
        if rows.trace:
            await journal._store.trace(rows.trace)
        events = [event for several in rows.events.values() for event in several]
        people = rows.events.keys() | rows.calls.keys()
        if people:
            await journal._contacts.settle([_settled(contact, rows, set()) for contact in sorted(people)])
        if rows.carried:
            await journal._inbox.keep([*rows.carried.values()])
        if events:
            await journal._inbox.done(events, {part_of(contact) for contact in rows.events})
        return events

    patched.setattr(JournalWriter, "_write", write)


def _inbox_first(patched: pytest.MonkeyPatch) -> None:
    """What is open in the inbox is read before the contact."""
    drafts = DraftReader._drafts
    inboxes = dict[Rereader, InboxStore]()

    async def early(reader: DraftReader, lanes: list[Lane]) -> list[PendingTurn]:
        inbox = inboxes.setdefault(reader._rereader, reader._rereader._inbox)
        read = dict[str, list[InboxEntry]]()
        for lane in lanes:
            read[lane.contact] = await inbox.open_of(lane.contact, lane.part, ENTRIES, ())

        async def as_read(contact: str, part: int, limit: int, but: Collection[str]) -> list[InboxEntry]:
            if contact not in read:
                return await inbox.open_of(contact, part, limit, but)
            return [entry for entry in read[contact] if entry.id not in but]

        rereader = SimpleNamespace(open_of=as_read, begin=inbox.begin, set_aside=inbox.set_aside)
        patched.setattr(reader._rereader, "_inbox", rereader)
        return await drafts(reader, lanes)

    patched.setattr(DraftReader, "_drafts", early)


def _decides_by_what_was_known(patched: pytest.MonkeyPatch) -> None:
    """Turns go by what was read of the brake at any time before."""

    async def goes_by_it(decider: Decider) -> None: ...

    patched.setattr(Decider, "know_brake", goes_by_it)
    patched.setattr(Decider, "knows_brake", True)


def _sends_by_what_was_known(patched: pytest.MonkeyPatch) -> None:
    """So does the sender."""

    async def holds(calls: BrakedCalls, call: Outgoing) -> bool:
        return calls._holds(call)

    patched.setattr(BrakedCalls, "surely_holds", holds)


def _goes_on_by_one_name(patched: pytest.MonkeyPatch) -> None:
    """The turn that holds a timer and the one in which it moves somebody have one id."""
    made = deciding._timer_event

    def event(contact: Contact, due: TimerDue) -> Event:
        event = made(contact, due)
        return replace(event, id=event.id.removesuffix(":braked"))

    patched.setattr(deciding, "_timer_event", event)


def _forgets_what_it_heard(patched: pytest.MonkeyPatch) -> None:
    """An event that a turn may carry was perhaps heard before."""
    patched.setattr(SurelyNew, "hear", lambda new, ids: None)


def _new_since_ever(patched: pytest.MonkeyPatch) -> None:
    """Or by the owner before."""
    patched.setattr(Ownership, "since", lambda ownership, part: NOW - timedelta(days=1))


class PlantedFault(NamedTuple):
    """A fault, and which schedules find it: those of a kind, at once that of this seed."""

    plant: Plant
    schedule: Callable[[Database, Seal, int], Schedule]
    seed: int = 1
    rare: bool = True
    """Whether it is found in a dozen schedules, or fewer, where the first does not find it."""


FAULTS: Mapping[str, PlantedFault] = {
    "settled before done": PlantedFault(_settles_first, Schedule, rare=False),
    "the inbox is read before the contact": PlantedFault(_inbox_first, Schedule, 99),
    "a stranger is read again after waiting": PlantedFault(_strangers_read_again, StrangerSchedule, 10),
    "what was heard is carried": PlantedFault(_forgets_what_it_heard, ChattySchedule),
    "what the owner before has heard is carried": PlantedFault(_new_since_ever, ChattySchedule),
    "turns go by an old brake": PlantedFault(_decides_by_what_was_known, BrakedSchedule),
    "the sender goes by an old brake": PlantedFault(_sends_by_what_was_known, BrakedSchedule),
    "a held timer goes on by its old name": PlantedFault(_goes_on_by_one_name, BrakedSchedule),
}
