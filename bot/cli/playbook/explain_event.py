"""`oaflow explain --event`: why the bot did what it did with an event that is stored."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from bot.app.database import OpenDatabase, folder_of
from bot.app.environment import SettingsWrong
from bot.app.stored_playbooks import ReadingContext, read_from_database
from bot.cli.answer import show_answer
from bot.cli.arguments import Arguments
from bot.cli.database_settings import load_settings
from bot.cli.dates import by_the_clock, to_the_second
from bot.cli.event_loop import on_event_loop
from bot.cli.exit_codes import RIGHT
from bot.cli.on_database import database_of, served_playbook
from bot.engine.turn.event_words import row_words
from bot.model.place import Place
from bot.model.published_version import SHORT
from bot.model.translatable import Language, Unavailable, tr
from bot.operations.call_outcomes import calls_in_words
from bot.operations.payload import Payload, pick
from bot.operations.stored_event import StoredEvent, stored_event
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.valid import ValidPlaybook
from bot.scenario.result import why_as_json
from bot.scenario.titles import speaking_titles
from bot.store.collections import TRACE_LIFE


def explain_event(wanted: Arguments, words: Language) -> int:
    """Print the steps of the turn in which this event was decided; the exit code.

    It is `channel:webhookEventId`, the `webhookEventId` alone, or what the log calls a dead letter.
    """
    loaded = load_settings(wanted.playbook)

    async def look() -> tuple[StoredEvent, ValidPlaybook]:
        async with database_of(wanted.playbook, loaded.settings) as opened:
            async with served_playbook(opened, wanted.playbook, loaded) as now:
                pass
            found = await stored_event(await opened.everywhere(), now.playbook, wanted.event)
            return found, await _decided_by(found, opened, wanted.playbook, now)

    try:
        found, by = on_event_loop(look())
    except SettingsWrong as error:
        raise Unavailable(error.message) from error
    speech = speaking_titles(words, by.playbook)
    here = "" if loaded.playbook is None else loaded.playbook.version
    show_answer(_payload(found), _lines(found, by, speech, here), for_programs=wanted.json)
    if found.why is None:
        raise Unavailable(
            tr(
                "why is kept for {days} days only; of {event} is known: {known}",
                days=TRACE_LIFE.after.days,
                event=found.row.id,
                known=row_words(found.row.what),
            )
        )
    return RIGHT


async def _decided_by(
    found: StoredEvent, opened: OpenDatabase, folder: Path, now: ValidPlaybook
) -> ValidPlaybook:
    """The playbook that has decided, as it is kept; what is live `now` where that is the same, or not to be
    had here."""
    if found.version in (None, now.playbook.version):
        return now
    accepted = await opened.stores.playbooks.all()
    kept = next((one for one in accepted if one.version == found.version and one.is_kept), None)
    if kept is not None:
        by = ReadingContext(folder_of(folder), os.environ, now.settings, "warning")
        with suppress(StoredFilesUnreadable):  # then its places are told, without their lines
            async with read_from_database(opened, kept, by) as read:
                return read
    return now


def _lines(found: StoredEvent, by: ValidPlaybook, speech: Language, here: str) -> Iterator[str]:
    """`here` is the version that lies in the folder: lines of another one are shown."""
    row, playbook = found.row, by.playbook
    at = to_the_second(playbook.zone)
    yield speech.text(tr("  event  {id}", id=row.id))
    yield speech.text(tr("contact  {id}", id=row.contact))
    yield speech.text(tr("     at  {at}", at=at(row.at)))
    yield speech.text(tr("   what  {words}", words=row_words(row.what)))
    if found.version is not None and found.version != here:
        other = tr(
            "(decided by the playbook {version}, lines are of that one)", version=found.version[:SHORT]
        )
        yield f"         {speech.text(other)}"
    if found.calls:
        yield ""
        yield speech.text(tr("what became of it:"))
        yield from (f"  {speech.text(line)}" for line in calls_in_words(found.calls, at))
    if found.why is not None:
        yield ""
        yield speech.text(tr("why:"))
        for step in found.why:
            yield f"  {by_the_clock(step.describe(speech), playbook.zone)}"
            if found.version == playbook.version != here and (line := _line(by, step.place)):
                yield f"      | {line}"


def _line(by: ValidPlaybook, place: Place | None) -> str:
    """The line at a place, secrets starred; "" where there is none."""
    text = "" if place is None else by.sources.get(place.file, "")
    lines = text.splitlines()
    return lines[place.line - 1].strip() if place is not None and place.line <= len(lines) else ""


def _payload(found: StoredEvent) -> Payload:
    row = found.row
    return {
        "event": row.id,
        **pick(row, "contact", "at"),
        "what": row_words(row.what),
        **pick(found, "calls", "version"),
        "why": None if found.why is None else [why_as_json(step) for step in found.why],
    }
