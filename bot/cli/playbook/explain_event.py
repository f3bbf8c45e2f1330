"""`oaflow explain --event`: why the bot did what it did with an event that is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from bot.app.environment import SettingsWrong
from bot.app.playbook_environment import folder_of
from bot.app.stored_playbooks import ReadingContext, read_from_database
from bot.cli.arguments import Arguments
from bot.cli.dates import to_the_second
from bot.cli.order import CommandOrder, carried_out
from bot.engine.turn.event_words import row_words
from bot.model.place import Place
from bot.model.published_version import SHORT
from bot.model.translatable import Language, Unavailable, tr
from bot.operations.call_outcomes import calls_in_words
from bot.operations.contact_words import by_the_clock
from bot.operations.payload import Payload, pick
from bot.operations.stored_event import StoredEvent, stored_event
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.valid import ValidPlaybook
from bot.scenario.result import why_as_json
from bot.store.people_collections import TRACE_LIFE
from bot.wording.titles import speaking_titles


def explain_event(options: Arguments, speech: Language) -> int:
    """Print the steps of the turn in which an event was decided; the exit code.

    `options.event` is `channel:webhookEventId`, the `webhookEventId` alone, or what the log calls a dead
    letter. Raises `Unavailable`, also where the steps are not kept any more.
    """
    try:
        return _explain(options, speech)
    except SettingsWrong as error:
        raise Unavailable(error.message) from error


@carried_out()
async def _explain(order: CommandOrder) -> None:
    event = await stored_event(await order.opened.everywhere(), order.playbook, order.options.event)
    by = await _decided_by(event, order)
    speech = speaking_titles(order.speech, by.playbook)
    here = "" if order.loaded.playbook is None else order.loaded.playbook.version
    order.show_all(_payload(event), _lines(event, by, speech, here))
    if event.why is None:
        raise Unavailable(
            tr(
                "why is kept for {days} days only; of {event} is known: {known}",
                days=TRACE_LIFE.after.days,
                event=event.row.id,
                known=row_words(event.row.what),
            )
        )


async def _decided_by(event: StoredEvent, order: CommandOrder) -> ValidPlaybook:
    """The playbook that decided it, as it is stored; the live one where that is the same, or unreadable."""
    live = order.served
    if event.version in (None, live.playbook.version):
        return live
    accepted = await order.opened.stores.playbooks.all()
    stored = next((one for one in accepted if one.version == event.version and one.is_kept), None)
    if stored is not None:
        by = ReadingContext(folder_of(order.folder), order.opened.environment, live.settings, "warning")
        with suppress(StoredFilesUnreadable):  # then its places are named, without their lines
            async with read_from_database(order.opened, stored, by) as read:
                return read
    return live


def _lines(found: StoredEvent, by: ValidPlaybook, speech: Language, here: str) -> Iterator[str]:
    """`here` is the version of the folder's files: lines of another one are shown."""
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
