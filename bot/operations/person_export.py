"""Everything that is stored of one person, to hand out (個資法 §3): as JSON for programs, and its files."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from typing import IO, Any, Literal

from bot.model.api_token import BY_TOKEN
from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.conversation import FILE_TYPES, UNKNOWN, TranscriptTurn
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.model.translatable import Refusal, tr
from bot.operations.actors import COMMAND, CONSOLE
from bot.operations.conversation import TURNS_MOST, chats_of, last_turns
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import json_line
from bot.playbook.syntax.source import file_trouble
from bot.store.collection_spec import PersonKeys
from bot.store.events.conversation_files import AttachmentCorrupt
from bot.store.stores import Stores

DATA, PAGE, FILES = "data.json", "data.html", "files"
"""What is in the folder: for programs, for people, what the person has sent."""

FORMAT = {
    "about": "what this file is: whose, when it was made, what its parts mean",
    "person": "the profile as it holds now; moments are ISO 8601, phones E.164",
    "collections": "all rows that are stored of the person, by collection, as oaflow's documentation of its"
    " collections (docs/collections.md) describes them; what is sealed in the database is opened",
    "files": "what the person has sent, by the id of the row in collections.conversations: the file's name",
}
"""The keys of the JSON."""


class ExportNotWritten(Refusal):
    """The folder cannot be written; the sentence says why."""


@dataclass(slots=True)
class PersonExport:
    """What is stored of a person: as a contact, its history oldest first, and how many rows by collection.

    `records` are the rows of lists that tell of them; `files` are names below `FILES` by the event that each
    came with.
    """

    contact: Contact
    at: datetime
    ids: Sequence[str] = ()
    counts: Counter[str] = field(default_factory=Counter)
    records: list[dict[str, Any]] = field(default_factory=list, repr=False)
    timeline: list[TimelineRow] = field(default_factory=list, repr=False)
    turns: list[TranscriptTurn] = field(default_factory=list, repr=False)
    audit: list[AuditRow] = field(default_factory=list, repr=False)
    files: dict[str, str] = field(default_factory=dict)


async def export_person(
    found: LocatedContact, profile: Mapping[str, Any], folder: Path, actor: str, now: datetime
) -> PersonExport:
    """Write all of it for programs, row by row, with what the person has sent; what a page for people needs.

    The audit log says so of the actor first. Raises `DatabaseUnavailable` and `ExportNotWritten`.
    """
    stores, contact = found.stores, found.contact
    line = AuditRow(f"exported:{uuid.uuid4().hex}", now, actor, "exported", contact.id)
    await stores.audit.add(line)
    keys = await stores.person_rows.keys(contact.id)
    export = PersonExport(contact, now, keys.contacts)
    with _new_file(folder / DATA) as file:
        about = {"format": "oaflow person export 1", "at": now.isoformat(), "parts": FORMAT}
        _put(file, "{", "about", {**about, "contacts": list(keys.contacts)})
        _put(file, ",", "person", without_staff(profile))
        file.write(b',\n"collections":{')
        sent = await _put_rows(file, export, stores, keys)
        await _write_files(export, sent, stores, folder)
        file.write(b"}")
        _put(file, ",", "files", {event: f"{FILES}/{name}" for event, name in export.files.items()})
        file.write(b"}\n")
    for one in keys.contacts:
        export.timeline += await stores.journal.timeline_of(one, part_of(one))
        export.audit += await stores.audit.of(one)
    export.timeline.sort(key=lambda row: row.at)
    export.audit = sorted({row.id: row for row in export.audit}.values(), key=lambda row: row.at)
    export.turns = await _turns(found)
    return export


def _put(file: IO[bytes], before: str, name: str, value: Any) -> None:
    file.write(before.encode() + b"\n" + json_line(name) + b":" + json_line(value))


async def _put_rows(file: IO[bytes], export: PersonExport, stores: Stores, keys: PersonKeys) -> Sequence[str]:
    """Each row on a line of its own; the events with a file that the person has sent."""
    sent: list[str] = []
    async for name, row in stores.person_rows.read(keys):
        if not export.counts[name]:
            file.write((b"],\n" if export.counts else b"\n") + json_line(name) + b":[\n")
        else:
            file.write(b",\n")
        file.write(json_line(row))
        export.counts[name] += 1
        if name == "member_records":
            export.records.append(row)
        if name == "conversation_files" and "/" not in row["id"]:
            sent.append(row["id"])
    if export.counts:
        file.write(b"]")
    return sent


def without_staff(profile: Mapping[str, Any]) -> Mapping[str, Any]:
    """A profile in which no member of staff is named for a tag."""
    return {**profile, "tags": [{**tag, "by": role_of(str(tag["by"]))} for tag in profile["tags"]]}


def role_of(by: str) -> Literal["staff", "system"]:
    """What has put a tag on."""
    return "staff" if by.startswith((COMMAND, CONSOLE, BY_TOKEN)) else "system"


async def _turns(found: LocatedContact) -> list[TranscriptTurn]:
    rows, chats, before = found.stores.conversations, chats_of(found.contact), None
    turns: list[TranscriptTurn] = []
    while True:
        some, before = await last_turns(rows, chats, before, TURNS_MOST)
        turns += some
        if before is None:
            return turns[::-1]


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A new folder, for its owner alone, that has this name once all is in it: till then it is called
    `.part`, and where it fails there is none. Raises `ExportNotWritten` where one of them is there already.
    """
    if folder.exists():
        raise _there_already(folder)
    part = folder.with_name(f"{folder.name}.part")
    new_folder(part)
    try:
        yield part
        part.rename(folder)
    except BaseException as error:
        rmtree(part, ignore_errors=True)
        if isinstance(error, OSError):
            raise not_written(folder, error) from error
        raise


def new_folder(folder: Path) -> None:
    """Make it, for its owner alone. Raises `ExportNotWritten` where it is there already."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError as error:
        raise _there_already(folder) from error
    except OSError as error:
        raise not_written(folder, error) from error


def _there_already(folder: Path) -> ExportNotWritten:
    return ExportNotWritten(tr("{folder} is there already: name another one", folder=str(folder)))


def not_written(path: Path, error: OSError) -> ExportNotWritten:
    """Why a file or folder cannot be written."""
    return ExportNotWritten(tr("{file}: {why}", file=str(path), why=file_trouble(error)))


def write_private(path: Path, content: bytes) -> None:
    """A new file that only its owner reads. Raises `ExportNotWritten`."""
    with _new_file(path) as file:
        file.write(content)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    try:
        path.touch(mode=0o600, exist_ok=False)
        with path.open("wb", buffering=1 << 20) as file:
            yield file
    except OSError as error:
        raise not_written(path, error) from error


async def _write_files(export: PersonExport, events: Sequence[str], stores: Stores, folder: Path) -> None:
    """Write what the person has sent, as far as it is stored, piece by piece. Raises `ExportNotWritten`."""
    if events:
        new_folder(folder / FILES)
    for number, event in enumerate(sorted(events), 1):
        stored = await stores.conversation_files.find(event)
        if stored is None:
            continue
        name = f"{number:03}.{FILE_TYPES.get(stored.type, UNKNOWN).extension}"
        try:
            with _new_file(folder / FILES / name) as file:
                async for piece in stores.conversation_files.pieces(stored):
                    file.write(piece)
        except AttachmentCorrupt:
            (folder / FILES / name).unlink()
            continue  # it is listed in the JSON without a file
        export.files[event] = name
