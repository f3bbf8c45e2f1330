"""What staff do with notes about a customer on the customer's page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from bot.model.translatable import TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.contact_notes import NOTE_MOST, ShownNote, shown_notes
from bot.operations.declared.contact_notes import change_note, remove_note, write_note
from bot.operations.find_contacts import LocatedContact
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.visit import Flash, Undo, Visit


@dataclass(frozen=True, slots=True)
class NoteLine:
    """A note on the page; `may_change`: it is the visitor's own, and nothing in it is masked."""

    id: str
    text: str = field(repr=False)
    by: TranslatableValue
    at: datetime
    changed: datetime | None
    is_own: bool
    may_change: bool


async def note_data(
    context: ContactContext, visit: Visit, found: LocatedContact, parts: Collection[str], *, reveal: bool
) -> dict[str, object]:
    """The values of the section of notes; `parts`: the ids of who was merged into the customer."""
    shown = await shown_notes(found, parts, context.playbook().zone, reveal=reveal)
    return {"notes": _lines(visit, shown), "note_form": uuid4().hex, "note_most": NOTE_MOST}


def _lines(visit: Visit, shown: Sequence[ShownNote]) -> list[NoteLine]:
    lines = []
    for one in shown:
        note, is_own = one.note, one.note.by == visit.signed.by
        about = (note.id, one.text, by_name(note.by), note.at, note.changed)
        lines.append(NoteLine(*about, is_own, is_own and one.is_whole))
    return lines


async def note_action(context: ContactContext, visit: Visit, found: LocatedContact) -> Flash:
    """A note written, changed, removed or had back. Raises `NoteRefused`."""
    form, call, to = visit.form, visit.call(context), context.address(visit, found.contact.id, "note")
    note, text = form.get("note", ""), form.get("text", "")
    match form.get("action"):
        case "change":
            await change_note(call, found, note, text)
            return Flash(tr("The note is changed"))
        case "remove":
            await remove_note(call, found, note)
            return Flash(tr("The note is removed"), Undo(to, {"action": "restore", "note": note}))
        case "restore":
            await remove_note(call, found, note, undo=True)
            return Flash(tr("The note is back"))
        case _:
            written = await write_note(call, found, text)
            return Flash(tr("The note is saved"), Undo(to, {"action": "remove", "note": written.note}))
