"""Notes of staff about a contact: read, written, changed, removed (J2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Column, Help, Table
from bot.model.translatable import Translatable, tr
from bot.operations import contact_notes
from bot.operations.actors import actor_words
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Customer, Name
from bot.operations.contact_notes import NOTE_MOST, shown_notes
from bot.operations.contact_view import parts_of
from bot.operations.find_contacts import LocatedContact
from bot.operations.looks import record_look

_NONE = tr("nobody has written a note about them")
NoteText: TypeAlias = Annotated[str, MinLen(1), MaxLen(NOTE_MOST), Help("the note")]
NoteName: TypeAlias = Annotated[Name, Help("which one, as the list names it")]


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note, masked."""

    note: Annotated[str, Column(tr("note"))]
    at: Annotated[datetime, Column(tr("written"))]
    by: Annotated[str, Column(tr("by"))]
    text: Annotated[str, Column(tr("text"))]
    changed: Annotated[datetime | None, Column(tr("changed")), Help("`null`: it was not.")]


@dataclass(frozen=True, slots=True)
class NoteList:
    """Notes about a contact, the newest first."""

    contact: ContactRef
    notes: Annotated[Sequence[NoteRow], Table(_NONE)]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Each with when it was written and by whom."""
        if not self.notes:
            yield _NONE
        for one in self.notes:
            by = actor_words(one.by)
            yield tr("{note}  {at}  {who}: {text}", note=one.note, at=at(one.at), who=by, text=one.text)


@dataclass(frozen=True, slots=True)
class NoteChange:
    """Which note was written, changed, removed or had back."""

    contact: ContactRef
    note: str
    said: Spoken


@operation("contacts.notes", roles=TEAM, example="0912345678")
async def list_notes(call: OperationCall, contact: Customer) -> NoteList:
    """Notes of staff about a contact, the newest first, masked."""
    await record_look(call.stores, contact.contact.id, call.by, call.now, "looked_at")
    parts, _ = await parts_of(contact)
    shown = await shown_notes(contact, parts, call.playbook.zone)
    rows = [NoteRow(one.note.id, one.note.at, one.note.by, one.text, one.note.changed) for one in shown]
    return NoteList(ContactRef(contact.contact.id), rows)


@operation("contacts.note", roles=TEAM, changes=True, audit="note_written", example="0912345678 對花生過敏")
async def write_note(call: OperationCall, contact: Customer, text: NoteText) -> NoteChange:
    """Write a note about a contact, for the team: it is no message."""
    note = await contact_notes.write_note(contact, text, call.by, call.request)
    return _changed(contact, note.id, tr("done: the note is with {who}", who=contact.contact.id))


@operation(
    "contacts.change_note",
    roles=TEAM,
    changes=True,
    audit="note_written",
    example="0912345678 3f2a9c01b7de 對堅果過敏",
)
async def change_note(call: OperationCall, contact: Customer, note: NoteName, text: NoteText) -> NoteChange:
    """Change a note of one's own about a contact."""
    parts, _ = await parts_of(contact)
    await contact_notes.change_note(contact, parts, note, text, call.by, call.request)
    return _changed(contact, note, tr("done: the note is changed"))


@operation(
    "contacts.remove_note", roles=TEAM, changes=True, audit="note_removed", example="0912345678 3f2a9c01b7de"
)
async def remove_note(
    call: OperationCall,
    contact: Customer,
    note: NoteName,
    undo: Annotated[bool, Help("have it back instead, within a day")] = False,
) -> NoteChange:
    """Remove a note of one's own about a contact."""
    parts, _ = await parts_of(contact)
    await contact_notes.remove_note(contact, parts, note, call.by, call.request, undo=undo)
    return _changed(contact, note, tr("done: the note is back") if undo else tr("done: the note is removed"))


def _changed(contact: LocatedContact, note: str, said: Translatable) -> NoteChange:
    return NoteChange(ContactRef(contact.contact.id), note, Spoken((said,)))
