"""`oaflow explain --event`: why the bot did what it did with an event that is stored."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from bot.app.database import SettingsWrong, folder_of, open_database
from bot.cli.answer import show_answer
from bot.cli.clock_words import by_the_clock, to_the_second
from bot.cli.language import language
from bot.cli.refusal import refused
from bot.engine.event_words import row_words
from bot.engine.playbook import Playbook
from bot.model.accepted import SHORT
from bot.model.journal import TimelineRow, TraceRow
from bot.model.place import Place
from bot.model.said import Language, say
from bot.operations.call_ends import ends_of
from bot.operations.call_told import Told, calls_in_words, calls_told
from bot.playbook.report import render
from bot.playbook.similar import shown
from bot.playbook.syntax.folder import PlaybookMissing
from bot.scenario.folder import PlaybookFiles
from bot.scenario.play import Why
from bot.scenario.result import why_as_json
from bot.store.collections import TRACE_LIFE
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
COULD_NOT = 2


async def explain_event(playbook: Path, event: str, spoken: str | None, *, json_wanted: bool) -> int:
    """Print the steps of the turn in which this event was decided; the exit code.

    `event` is `channel:webhookEventId`, the `webhookEventId` alone, or what the log calls a dead letter.
    """
    environment = dict(os.environ)
    speech = language(spoken, environment)
    try:
        loaded = PlaybookFiles(playbook, environment).load()
        if loaded.playbook is None:
            sys.stderr.write(render(loaded.problems, loaded.sources, speech))
            return WRONG
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            found, aside, ids = None, False, _ids(loaded.playbook, event)
            for stores in await opened.everywhere():
                found = found or await _found(stores, event, ids)
                aside = aside or await stores.given_up.is_set_aside(ids)
        finally:
            await opened.close()
    except (PlaybookMissing, DatabaseUnavailable, SettingsWrong) as error:
        return refused(error, COULD_NOT, speech)
    if found is None and aside:
        kept = say("the event {event} is set aside: oaflow cannot decide it; report it", event=shown(event))
        return refused(kept, COULD_NOT, speech)
    if found is None:
        none = say(
            "no turn is stored of an event {event}; its id stands in LINE's webhook", event=shown(event)
        )
        return refused(none, COULD_NOT, speech)
    show_answer(_as_json(found), _lines(found, loaded.playbook, speech), for_programs=json_wanted)
    if found.trace is None:
        forgotten = say(
            "why is kept for {days} days only; of {event} is known: {known}",
            days=TRACE_LIFE.after.days,
            event=found.row.id,
            known=row_words(found.row.what),
        )
        return refused(forgotten, COULD_NOT, speech)
    return 0


@dataclass(frozen=True, slots=True)
class _Found:
    """The row of an event, its trace as long as that is kept, and what became of its calls."""

    row: TimelineRow
    trace: TraceRow | None
    calls: list[Told]


def _ids(playbook: Playbook, event: str) -> list[str]:
    """What may be meant: LINE's id alone stands for that of each channel."""
    return [event, *(f"{channel}:{event}" for channel in playbook.channels)]


async def _found(stores: Stores, event: str, ids: Sequence[str]) -> _Found | None:
    journal = stores.journal
    letter = await journal.letter_called(event)
    for name in ids if letter is None else [letter.outgoing.event]:
        row = await journal.row_of(name)
        if row is not None:
            ends = await ends_of([row], journal, stores.contacts, datetime.now(UTC))
            return _Found(row, await journal.trace_of(name), calls_told(row, ends))
    return None


def _steps(trace: TraceRow) -> list[Why]:
    return [Why(_place(where), *told) for where, *told in orjson.loads(trace.steps)]


def _place(where: str | None) -> Place | None:
    """`file:line:column`, as a trace keeps it."""
    if where is None:
        return None
    file, line, column = where.rsplit(":", 2)
    return Place(file, int(line), int(column), "")


def _lines(found: _Found, playbook: Playbook, speech: Language) -> Iterator[str]:
    row, trace, at = found.row, found.trace, to_the_second(playbook.zone)
    yield speech.text(say("  event  {id}", id=row.id))
    yield speech.text(say("contact  {id}", id=row.contact))
    yield speech.text(say("     at  {at}", at=at(row.at)))
    yield speech.text(say("   what  {words}", words=row_words(row.what)))
    if trace is not None and trace.version != playbook.version:
        other = say(
            "(decided by the playbook {version}, lines are of that one)", version=trace.version[:SHORT]
        )
        yield f"         {speech.text(other)}"
    if found.calls:
        yield ""
        yield speech.text(say("what became of it:"))
        yield from (f"  {speech.text(line)}" for line in calls_in_words(found.calls, at))
    if trace is not None:
        yield ""
        yield speech.text(say("why:"))
        yield from (f"  {by_the_clock(step.told(speech), playbook.zone)}" for step in _steps(trace))


def _as_json(found: _Found) -> dict[str, Any]:
    row, trace = found.row, found.trace
    return {
        "event": row.id,
        "contact": row.contact,
        "at": row.at,
        "what": row_words(row.what),
        "calls": found.calls,
        "version": trace.version if trace is not None else None,
        "why": [why_as_json(step) for step in _steps(trace)] if trace is not None else None,
    }
