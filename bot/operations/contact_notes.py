"""Notes of staff about a contact: for all of the team, changed and removed by who has written them.

They stand with the contact about whom they were written: who is merged brings them along, and takes them away
when that is undone. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model.audit import AuditKind, AuditRow
from bot.model.contact_note import ContactNote
from bot.model.plain_text import visible
from bot.model.translatable import Refusal, tr
from bot.operations.contact_view import PrivateWords
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among

NOTE_MOST = 1_000
"""Characters of a note."""


class NoteRefused(Refusal):
    """The note is empty, not there any more, or somebody else's."""


@dataclass(frozen=True, slots=True)
class ShownNote:
    """A note as it is shown; `is_whole`: nothing in it is masked."""

    note: ContactNote
    text: str = field(repr=False)
    is_whole: bool


async def shown_notes(
    found: LocatedContact, parts: Collection[str], zone: ZoneInfo, *, reveal: bool = False
) -> Sequence[ShownNote]:
    """The notes about a contact and about its `parts` (ids of who was merged into it), the newest first;
    masked, unless it was revealed."""
    private = PrivateWords(found.contact, zone)
    shown = []
    for note in await found.stores.contact_notes.of([found.contact.id, *parts]):
        text = note.text if reveal else private.masked(note.text)
        shown.append(ShownNote(note, text, text == note.text))
    return shown


async def write_note(found: LocatedContact, text: str, actor: str, request: str) -> ContactNote:
    """Write a note; the same `request` again writes no second one."""
    line = await _line(found, "note_written", actor, request)
    id = hashlib.sha256(f"{found.contact.id}\0{actor}\0{request}".encode()).hexdigest()[:32]
    note = ContactNote(id, found.contact.id, _words(text), actor, line.at)
    await found.stores.contact_notes.add(note, line)
    return note


async def change_note(
    found: LocatedContact, parts: Collection[str], id: str, text: str, actor: str, request: str
) -> ContactNote:
    """Change a note of one's own."""
    line = await _line(found, "note_written", actor, request)
    note = replace(await _own(found, parts, id, actor), text=_words(text), changed=line.at)
    await found.stores.contact_notes.change(note, line)
    return note


async def remove_note(
    found: LocatedContact, parts: Collection[str], id: str, actor: str, request: str, *, undo: bool
) -> ContactNote:
    """Remove a note of one's own, or with `undo` have it back."""
    line = await _line(found, "note_written" if undo else "note_removed", actor, request)
    note, notes = await _own(found, parts, id, actor), found.stores.contact_notes
    await (notes.restore if undo else notes.remove)(id, line)
    return note


async def _own(found: LocatedContact, parts: Collection[str], id: str, actor: str) -> ContactNote:
    note = await found.stores.contact_notes.one(id)
    if note is None or note.contact not in (found.contact.id, *parts):
        raise NoteRefused(tr("this note is not there any more"))
    if note.by != actor:
        raise NoteRefused(tr("only who has written a note changes it"))
    return note


async def _line(found: LocatedContact, kind: AuditKind, actor: str, request: str) -> AuditRow:
    at: datetime = await now_among(found.stores)
    return AuditRow(f"{kind}:{actor}:{request}", at, actor, kind, found.contact.id)


def _words(text: str) -> str:
    words = visible(text.replace("\r\n", "\n")).strip()
    if not 0 < len(words) <= NOTE_MOST:
        raise NoteRefused(tr("a note has from 1 to {most} characters", most=f"{NOTE_MOST:,}"))
    return words
