"""`oaflow explain --event`: why the bot did what it did with an event that is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from bot.app.database import SettingsWrong
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.clock_words import by_the_clock, to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import database_of, served_instead
from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.event_words import row_words
from bot.model.accepted import SHORT
from bot.model.said import Language, Unavailable, say
from bot.operations.call_told import calls_in_words
from bot.operations.stored_event import StoredEvent, stored_event
from bot.playbook.valid import valid_playbook
from bot.scenario.folder import PlaybookFiles
from bot.scenario.result import why_as_json
from bot.scenario.titles import speaking_titles
from bot.store.collections import TRACE_LIFE


def explain_event(wanted: Arguments, words: Language) -> int:
    """Print the steps of the turn in which this event was decided; the exit code.

    It is `channel:webhookEventId`, the `webhookEventId` alone, or what the log calls a dead letter.
    """
    served = valid_playbook(PlaybookFiles(wanted.playbook, dict(os.environ)).load())

    async def look() -> tuple[StoredEvent, Playbook]:
        async with database_of(wanted.playbook, served.settings) as opened:
            here = served.playbook.version
            async with served_instead(opened, wanted.playbook, served.settings, here) as other:
                playbook = (other or served).playbook
            return await stored_event(await opened.everywhere(), playbook, wanted.event), playbook

    try:
        found, playbook = on_event_loop(look())
    except SettingsWrong as error:
        raise Unavailable(error.said) from error
    speech = speaking_titles(words, playbook)
    show_answer(_as_json(found), _lines(found, playbook, speech), for_programs=wanted.json)
    if found.why is None:
        raise Unavailable(
            say(
                "why is kept for {days} days only; of {event} is known: {known}",
                days=TRACE_LIFE.after.days,
                event=found.row.id,
                known=row_words(found.row.what),
            )
        )
    return RIGHT


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
