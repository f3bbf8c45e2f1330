"""Faults planted into the bot, which random schedules must find: so they are not blind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import TypeAlias

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
from tests.conftest import NOW

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


FAULTS: Mapping[str, tuple[Plant, int]] = {
    "settled before done": (_settles_first, 1),
    "the inbox is read before the contact": (_inbox_first, 99),
}
"""Each with the seed of a schedule that has found it once: it is tried first, and found by others, too."""

RARE = {"the inbox is read before the contact"}
"""Those that one schedule in a hundred meets, or fewer, where the first does not."""

STRANGER_FAULTS: Mapping[str, tuple[Plant, int]] = {
    "a stranger is read again after waiting": (_strangers_read_again, 10),
}
"""The same for schedules of strangers, whose turn is written late while another asks for their name."""

CARRIED_FAULTS: Mapping[str, Plant] = {
    "what was heard is carried": _forgets_what_it_heard,
    "what the owner before has heard is carried": _new_since_ever,
}
"""For schedules in which turns carry events."""

BRAKE_FAULTS: Mapping[str, Plant] = {
    "turns go by an old brake": _decides_by_what_was_known,
    "the sender goes by an old brake": _sends_by_what_was_known,
    "a held timer goes on by its old name": _goes_on_by_one_name,
}
"""For schedules in which staff stop pushes."""
