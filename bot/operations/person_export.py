"""Everything that is stored of one person, to hand out (個資法 §3): as JSON for programs, and its files."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.conversation import FILE_TYPES, UNKNOWN, TranscriptTurn
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.translatable import Refusal, tr
from bot.operations.conversation import TURNS_MOST, chats_of, last_turns
from bot.operations.find_contacts import LocatedContact
from bot.playbook.syntax.source import file_trouble
from bot.store.events.conversation_files import AttachmentCorrupt
from bot.store.stores import Stores

DATA, PAGE, FILES = "data.json", "data.html", "files"
"""What is in the folder: for programs, for people, what the person has sent."""

FORMAT = {
    "about": "what this file is: whose, when it was made, what its parts mean",
    "person": "the profile as it holds now; moments are ISO 8601, phones E.164",
    "collections": "all rows that are stored of the person, by collection, as oaflow's documentation of its"
    " collections (docs/architecture.md) describes them; what is sealed in the database is opened",
    "files": "what the person has sent, by the id of the row in collections.conversations: the file's name",
}
"""The keys of the JSON."""


class ExportNotWritten(Refusal):
    """The folder cannot be written; the sentence says why."""


@dataclass(slots=True)
class PersonExport:
    """What is stored of a person: as a contact, its history oldest first, and all rows by collection.

    `files` are names below `FILES` by the event that each came with.
    """

    contact: Contact
    at: datetime
    ids: Sequence[str] = ()
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict, repr=False)
    timeline: list[TimelineRow] = field(default_factory=list, repr=False)
    turns: list[TranscriptTurn] = field(default_factory=list, repr=False)
    audit: list[AuditRow] = field(default_factory=list, repr=False)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """How many rows there are of each collection."""
        return Counter({name: len(rows) for name, rows in self.rows.items()})


async def read_person(found: LocatedContact, actor: str, now: datetime) -> PersonExport:
    """All of it, which the audit log says of the actor first. Raises `DatabaseUnavailable`."""
    stores, contact = found.stores, found.contact
    line = AuditRow(f"exported:{uuid.uuid4().hex}", now, actor, "exported", contact.id)
    await stores.audit.add(line)
    keys = await stores.person_rows.keys(contact.id)
    export = PersonExport(contact, now, keys.contacts)
    async for name, row in stores.person_rows.read(keys):
        export.rows.setdefault(name, []).append(row)
    for one in keys.contacts:
        export.timeline += await stores.journal.timeline_of(one, part_of(one))
        export.audit += await stores.audit.of(one)
    export.timeline.sort(key=lambda row: row.at)
    export.audit = sorted({row.id: row for row in export.audit}.values(), key=lambda row: row.at)
    export.turns = await _turns(found)
    return export


async def _turns(found: LocatedContact) -> list[TranscriptTurn]:
    rows, chats, before = found.stores.conversations, chats_of(found.contact), None
    turns: list[TranscriptTurn] = []
    while True:
        some, before = await last_turns(rows, chats, before, TURNS_MOST)
        turns += some
        if before is None:
            return turns[::-1]


def new_folder(folder: Path) -> None:
    """Make it, for its owner alone. Raises `ExportNotWritten` where it is there already."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise ExportNotWritten(
            tr("{folder} is there already: name another one", folder=str(folder))
        ) from error
    except OSError as error:
        raise not_written(folder, error) from error


def not_written(path: Path, error: OSError) -> ExportNotWritten:
    """Why a file or folder cannot be written."""
    return ExportNotWritten(tr("{file}: {why}", file=str(path), why=file_trouble(error)))


def write_private(path: Path, content: bytes) -> None:
    """A new file that only its owner reads. Raises `ExportNotWritten`."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb") as file:
            file.write(content)
    except OSError as error:
        raise not_written(path, error) from error


async def write_files(export: PersonExport, stores: Stores, folder: Path) -> None:
    """Write what the person has sent, as far as it is stored. Raises `ExportNotWritten`."""
    events = [row["id"] for row in export.rows.get("conversation_files", ()) if "/" not in row["id"]]
    if events:
        new_folder(folder / FILES)
    for number, event in enumerate(sorted(events), 1):
        try:
            stored = await stores.conversation_files.find(event)
            if stored is None:
                continue
            pieces = [piece async for piece in stores.conversation_files.pieces(stored)]
        except AttachmentCorrupt:
            continue  # it is listed in the JSON without a file
        name = f"{number:03}.{FILE_TYPES.get(stored.type, UNKNOWN).extension}"
        write_private(folder / FILES / name, b"".join(pieces))
        export.files[event] = name


def as_file(export: PersonExport, person: object) -> bytes:
    """The JSON for programs; `person` is the profile."""
    about = {"format": "oaflow person export 1", "at": export.at.isoformat(), "parts": FORMAT}
    files = {event: f"{FILES}/{name}" for event, name in export.files.items()}
    content = {
        "about": {**about, "contacts": list(export.ids)},
        "person": person,
        "collections": export.rows,
        "files": files,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)
