"""What must be so after any schedule: each event one turn, one row, one answer, in order; nothing left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from bot.engine.turn.how_often import place_key
from bot.model.event import TextMessage
from bot.model.processes import part_of
from bot.store.contacts.contacts import Contacts
from bot.store.counters.claiming import Places
from bot.store.events.conversations import Conversations
from bot.store.events.journal import Journal
from tests.runtime.schedule_words import (
    ANSWERED,
    FEW_PLACES,
    GIFTS,
    PLACES,
    PUSHED,
    RULE,
    WANTED,
    WISH,
)
from tests.runtime.schedules import Schedule
from tests.turns_written import Written, turns_written


async def broken(schedule: Schedule) -> list[str]:
    """The laws that this run has broken, each with what is wrong."""
    turns = await turns_written(schedule.database.client, schedule.since)
    for written in turns.values():
        written.events[:] = _not_by_themselves(written.events)
    rows = await _rows(schedule)
    by_contact: dict[str, list[str]] = {}
    for event in schedule.events:
        by_contact.setdefault(event.entry.contact, []).append(event.entry.id)
    found: list[str] = []
    for contact, events in by_contact.items():
        found += _turns(contact, events, turns.get(contact, Written()))
        if sorted(rows[contact]) != sorted(events):
            found.append(f"{contact} has the rows {rows[contact]} for {events}")
    found += _answers(schedule)
    found += [one for contact in by_contact for one in await _conversation(schedule, contact, turns)]
    if schedule.playbook is FEW_PLACES:
        found += await _places(schedule)
    found += troubles(schedule)
    if not schedule.sleepy:  # who believes in a lease that it has not decides and sends besides the owner
        found += _order(schedule, turns)
        letters = await Journal(schedule.database, schedule.seal).dead_letters()
        found += [
            f"{one.contact}: {one.outgoing.id} was given up: {one.reason}"
            for one in letters
            if one.contact in by_contact
        ]
    return found


def _not_by_themselves(ids: Iterable[str]) -> list[str]:
    """Without those of timers."""
    return [id_ for id_ in ids if ":timer:" not in id_]


async def _conversation(schedule: Schedule, contact: str, turns: Mapping[str, Written]) -> list[str]:
    """What was said is kept once for each turn, in their order, with every answer (E3)."""
    kept = await Conversations(schedule.database, schedule.seal).page([contact], None, 10_000)
    kept = [turn for turn in reversed(kept) if ":timer:" not in turn.id]
    events = turns.get(contact, Written()).events
    found = [] if [turn.id for turn in kept] == list(events) else [f"{contact}: {kept} is kept of {events}"]
    texts = {one.entry.id: one.event.what for one in schedule.events}
    for turn in kept:
        what = texts[turn.id]
        answers = isinstance(what, TextMessage) and what.text in (*ANSWERED, PUSHED, WISH)
        if not turn.readable or turn.incoming is None or (answers and len(turn.calls) != 1):
            found.append(f"{contact}: kept is {turn}")
    return found


async def _places(schedule: Schedule) -> list[str]:
    """Of those who wanted one of the few places so many have one, and each is counted once."""
    said = [(event.entry.contact, event.event.what) for event in schedule.events]
    wanted = {contact for contact, what in said if isinstance(what, TextMessage) and what.text == WANTED}
    found = await Contacts(schedule.database, schedule.seal).load(wanted)
    having = [one for one, stored in found.items() if place_key(RULE) in stored.contact.used]
    taken = (await Places(schedule.database).taken([RULE])).get(RULE, 0)
    right = min(len(wanted), PLACES)
    if (len(having), taken) == (right, right):
        return []
    return [f"{having} of {sorted(wanted)} have one of the {PLACES} places, of which {taken} are taken"]


async def _rows(schedule: Schedule) -> dict[str, list[str]]:
    journal = Journal(schedule.database, schedule.seal)
    people = {event.entry.contact for event in schedule.events}
    found = {one: await journal.timeline_of(one, part_of(one)) for one in people}
    return {one: _not_by_themselves(row.id for row in rows) for one, rows in found.items()}


def _turns(contact: str, events: list[str], written: Written) -> Iterator[str]:
    if Counter(written.events) != Counter(events):
        yield f"{contact} has the turns {written.events} for {events}"
    if written.revisions != list(range(1, len(written.revisions) + 1)):
        yield f"{contact} has the revisions {written.revisions}"


def _answers(schedule: Schedule) -> Iterator[str]:
    replies, pushes = Counter[str](), Counter[str]()
    for received in schedule.events:
        match received.event.what:
            case TextMessage(text) if text in (*ANSWERED, WISH):
                replies[f"T{received.entry.id.rpartition(':E')[2]}"] += 1
            case TextMessage(text) if text == PUSHED:
                pushes[f"{received.event.source.id} 通知"] += 1
            case _:
                pass
        if received.event.what == TextMessage(WISH):
            pushes |= {f"{received.event.source.id} {gift}": 1 for gift in GIFTS}
    if Counter(schedule.line.replied) != replies:
        yield f"replies {schedule.line.replied}, not {sorted(replies)}"
    if Counter(schedule.line.pushed.values()) != pushes:
        yield f"pushes {schedule.line.pushed}, not {pushes}"


def troubles(schedule: Schedule) -> Iterator[str]:
    """Processes in which a task has failed, or an event was set aside."""
    for one in (*schedule.processes, *schedule.gone):
        metrics = one.bot.runtime.metrics
        if sum(metrics.task_failures.counts.values()) or sum(metrics.set_aside.counts.values()):
            yield f"{one.who} failed: {metrics.task_failures.counts}, aside {metrics.set_aside.counts}"


def _order(schedule: Schedule, turns: dict[str, Written]) -> Iterator[str]:
    """Who was heard before another spoke is answered before.

    But for what LINE brings again after its 200: while that is stored, it is left alone, and others go on.
    """
    for first in schedule.deliveries:
        for second in schedule.deliveries:
            if first.acknowledged is None or first.again is not None or second.begun is None:
                continue
            if first.acknowledged >= second.begun:
                continue
            for one in first.events:
                for other in second.events:
                    if one.entry.contact == other.entry.contact:
                        taken = turns.get(one.entry.contact, Written()).events
                        if not _before(one.entry.id, other.entry.id, taken):
                            yield f"{other.entry.id} was decided before {one.entry.id}: {taken}"
                        yield from _replies_in_order(schedule, one.entry.id, other.entry.id)


def _replies_in_order(schedule: Schedule, first: str, second: str) -> Iterator[str]:
    one, other = (event.rpartition(":E")[2] for event in (first, second))
    replied = [token[1:] for token in schedule.line.replied]
    if not _before(one, other, replied):
        yield f"{other} was answered before {one}: {replied}"


def _before(one: str, other: str, told: list[str]) -> bool:
    return one not in told or other not in told or told.index(one) < told.index(other)
