"""`oaflow explain --event`: why the bot did what it did with an event that is stored."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.app.database import SettingsWrong, folder_of, open_database
from bot.cli.answer import show_answer
from bot.cli.clock_words import by_the_clock, to_the_second
from bot.cli.refusal import refused
from bot.engine.event_words import row_words
from bot.engine.playbook import Playbook
from bot.model.accepted import SHORT
from bot.model.said import Language, say
from bot.operations.call_told import calls_in_words
from bot.operations.stored_event import EventUnknown, StoredEvent, stored_event
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import why_as_json
from bot.store.collections import TRACE_LIFE
from bot.store.unavailable import DatabaseUnavailable

WRONG = 1
COULD_NOT = 2


async def explain_event(playbook: Path, event: str, speech: Language, *, json_wanted: bool) -> int:
    """Print the steps of the turn in which this event was decided; the exit code.

    `event` is `channel:webhookEventId`, the `webhookEventId` alone, or what the log calls a dead letter.
    """
    environment = dict(os.environ)
    try:
        loaded = PlaybookFiles(playbook, environment).load()
        if loaded.playbook is None:
            sys.stderr.write(render(loaded.problems, loaded.sources, speech))
            return WRONG
        opened = await open_database(loaded.settings, folder_of(playbook), environment, uuid.uuid4().hex)
        try:
            found = await stored_event(await opened.everywhere(), loaded.playbook, event)
        finally:
            await opened.close()
    except (PlaybookMissing, DatabaseUnavailable, SettingsWrong, EventUnknown) as error:
        return refused(error, COULD_NOT, speech)
    show_answer(_as_json(found), _lines(found, loaded.playbook, speech), for_programs=json_wanted)
    if found.why is None:
        forgotten = say(
            "why is kept for {days} days only; of {event} is known: {known}",
            days=TRACE_LIFE.after.days,
            event=found.row.id,
            known=row_words(found.row.what),
        )
        return refused(forgotten, COULD_NOT, speech)
    return 0


def _lines(found: StoredEvent, playbook: Playbook, speech: Language) -> Iterator[str]:
    row, at = found.row, to_the_second(playbook.zone)
    yield speech.text(say("  event  {id}", id=row.id))
    yield speech.text(say("contact  {id}", id=row.contact))
    yield speech.text(say("     at  {at}", at=at(row.at)))
    yield speech.text(say("   what  {words}", words=row_words(row.what)))
    if found.version is not None and found.version != playbook.version:
        other = say(
            "(decided by the playbook {version}, lines are of that one)", version=found.version[:SHORT]
        )
        yield f"         {speech.text(other)}"
    if found.calls:
        yield ""
        yield speech.text(say("what became of it:"))
        yield from (f"  {speech.text(line)}" for line in calls_in_words(found.calls, at))
    if found.why is not None:
        yield ""
        yield speech.text(say("why:"))
        yield from (f"  {by_the_clock(step.told(speech), playbook.zone)}" for step in found.why)


def _as_json(found: StoredEvent) -> dict[str, Any]:
    row = found.row
    return {
        "event": row.id,
        "contact": row.contact,
        "at": row.at,
        "what": row_words(row.what),
        "calls": list(found.calls),
        "version": found.version,
        "why": None if found.why is None else [why_as_json(step) for step in found.why],
    }
