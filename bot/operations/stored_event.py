"""What became of an event that is stored, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.promotions import note_from
from bot.model.journal import TimelineRow, TraceRow
from bot.model.place import Place
from bot.model.trace import TraceNote
from bot.model.translatable import Unavailable, tr
from bot.operations.call_outcomes import CallOutcome, call_outcomes, call_snapshot
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.scenario.play import Why
from bot.store.stores import Stores


class EventUnknown(Unavailable):
    """No turn is stored of such an event; the text says what is known."""


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """The row of an event, the version that decided it and why, as long as that is stored, and its calls."""

    row: TimelineRow
    version: str | None
    why: Sequence[Why] | None
    calls: Sequence[CallOutcome]


async def stored_event(everywhere: Sequence[Stores], playbook: Playbook, event: str) -> StoredEvent:
    """The event that is meant. Raises `EventUnknown` and `DatabaseUnavailable`.

    `event` is `channel:webhookEventId`, the `webhookEventId` alone, or what the log calls a dead letter;
    `everywhere` are the real people first, then those of simulators that run.
    """
    ids = [event, *(f"{channel}:{event}" for channel in playbook.channels)]
    for stores in everywhere:
        if (found := await _found(stores, event, ids)) is not None:
            return found
    for stores in everywhere:
        if await stores.given_up.is_set_aside(ids):
            raise EventUnknown(
                tr("the event {event} is set aside: oaflow cannot decide it; report it", event=quoted(event))
            )
    raise EventUnknown(
        tr("no turn is stored of an event {event}; its id stands in LINE's webhook", event=quoted(event))
    )


async def _found(stores: Stores, event: str, ids: Sequence[str]) -> StoredEvent | None:
    journal = stores.journal
    letter = await journal.letter_called(event)
    for name in ids if letter is None else [letter.outgoing.event]:
        row = await journal.row_of(name)
        if row is not None:
            snapshot = await call_snapshot([row], journal, stores.contacts, await now_among(stores))
            calls = call_outcomes(row, snapshot)
            trace = await journal.trace_of(name)
            return StoredEvent(row, None, None, calls) if trace is None else _with(row, trace, calls)
    return None


def _with(row: TimelineRow, trace: TraceRow, calls: Sequence[CallOutcome]) -> StoredEvent:
    return StoredEvent(row, trace.version, why_of(trace), calls)


def why_of(trace: TraceRow) -> list[Why]:
    """The steps of a turn as they were noted."""
    return [Why(_place(where), _noted(*note)) for where, *note in orjson.loads(trace.steps)]


def _noted(code: str, values: Any) -> TraceNote:
    """A step as it is stored, code and values."""
    return note_from(code, values) or TraceNote(notes.UNKNOWN, (code,))


def _place(where: str | None) -> Place | None:
    """`file:line:column`, as a trace keeps it."""
    if where is None:
        return None
    file, line, column = where.rsplit(":", 2)
    return Place(file, int(line), int(column), "")
