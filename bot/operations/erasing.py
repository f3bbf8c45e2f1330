"""Erasing people (個資法 §3, §11): what goes, done, and the certificate. In the database, whoever runs on it.

All of it raises `DatabaseUnavailable`; what has begun then is seen through by a process that runs.

The row of `erasures` says first, sealed, who it is, and forgets that last: so a crash at any step is gone on
from. The contacts and `gone` are one transaction, so a turn that finds no contact finds the moment, and drops
events from before it. Hashes of LINE ids, numbers and phones, keyed by a secret of their own, keep lists and
shops from bringing an erased person back. Which collections hold people is one table
(`store/people_collections`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import ListColumn
from bot.line.client import LineClient
from bot.line.http_call import lasting_session
from bot.model.audit import AuditEntry
from bot.model.channel import Channel
from bot.model.clock import SystemClock
from bot.model.contact import Contact
from bot.model.erasure import Erasure, new_number
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.audit_trail import audited
from bot.operations.bulk_batches import bulk_batches
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.operations.find_contacts import one as one_contact
from bot.operations.simulated_time import clock_among
from bot.operations.table_lines import TableWrong
from bot.playbook.csv_table import (
    SHIFTED,
    NoTable,
    TableLine,
    cell_text,
    column_name,
    fault_words,
    is_shifted,
    lines_of,
)
from bot.playbook.people_list import CALLED, read_cell
from bot.runtime.sweeps.erased_menus import LineUser, MenuRemoval, remove_menus
from bot.runtime.sweeps.erasures import ErasureOvertaken, ErasureWork
from bot.store.collection_spec import PersonKeys
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.stores import Stores

TOGETHER = 100
"""People who are erased at a time."""


@dataclass(frozen=True, slots=True)
class PersonalMenus:
    """The rich menus of single people at LINE, by its two addresses."""

    channels: Mapping[str, Channel]
    api: str
    data_api: str

    async def remove(self, users: Sequence[LineUser]) -> MenuRemoval:
        """Show these users the default again, on the channels whose values are at hand."""
        async with lasting_session() as session:
            clients = {
                name: LineClient(one, self.api, self.data_api, session, SystemClock())
                for name, one in self.channels.items()
                if one.access_token or one.channel_secret
            }
            try:
                at_hand = [one for one in users if one[0] in clients]
                return await remove_menus(lambda channel: clients[channel].rich_menus, at_hand)
            finally:
                for client in clients.values():
                    client.close()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """A line of a list of the playbook that names an erased person; 0: its file is not at hand here."""

    audience: str
    file: str
    line: int


class PlaybookLists:
    """The lists of a playbook: files of the team, which nobody edits here. Each is read once, if at all."""

    def __init__(self, playbook: Playbook, folder: Path) -> None:
        """`folder` is the playbook's."""
        self._lists = playbook.lists
        self._folder = folder
        self._read: dict[tuple[str, ListColumn], Mapping[str, Sequence[int]]] = {}

    def naming(self, contact: Contact) -> list[ListPlace]:
        """Where they name this person."""
        return [
            ListPlace(one.name, one.file, line)
            for one in self._lists
            if (entries := _entries(one.column, contact) & one.entries)
            for line in self._lines(one.file, one.column, entries) or [0]
        ]

    def _lines(self, file: str, column: ListColumn, entries: Iterable[str]) -> list[int]:
        if (file, column) not in self._read:
            self._read[file, column] = _lines_by_entry(self._folder / file, column)
        lines = self._read[file, column]
        return sorted({line for entry in entries for line in lines.get(entry, ())})


class NoSuchCertificate(Refusal):
    """No erasure has this number; the sentence says so."""


@dataclass(frozen=True, slots=True)
class ErasurePreview:
    """Who is to be erased, and how many rows of each collection go, as far as an index leads to them."""

    person: ErasedPerson
    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        """How many these are together."""
        return sum(self.counts.values())


async def preview(found: LocatedContact) -> ErasurePreview:
    """What would go."""
    number, stores = new_number(), found.stores
    [person] = await stores.eraser.read({number: PersonKeys([found.contact.id])})
    return ErasurePreview(person, (await stores.eraser.count([person]))[number])


async def erase(
    stores: Stores,
    contacts: Mapping[str, Sequence[ListPlace]],
    actor: str,
    menus: PersonalMenus,
    tell: Callable[[int], None] = lambda done: None,
    announce: Callable[[Mapping[str, str]], None] = lambda numbers: None,
) -> list[Erasure]:
    """Erase these people (ids of contacts, with the lists that name them), and give their certificates, in
    this order; `tell` hears how many are. `announce` hears the numbers of some, by contact, before anything
    of these is erased.

    Where a process runs, it sees them through within a minute or so, with what it still writes; else they
    are done. Who is somebody else's part by now is erased with them.
    """
    clock = await clock_among(stores)
    work = ErasureWork(stores.eraser, stores.erasures, stores.sendings, clock, menus.remove)
    async with audited(stores, AuditEntry("erased", actor, clock.now(), f"{len(contacts)}")) as doing:
        numbers = await _erased(work, stores, contacts, actor, tell, announce)
        doing.update(after=numbers[0] if len(numbers) == 1 else "")
    if not await stores.leases.is_running():
        with suppress(ErasureOvertaken):
            before, left = None, await work.see_through(timedelta())
            while left and left != before:  # some thousand at a time
                before, left = left, await work.see_through(timedelta())
    found = [await stores.erasures.one(number) for number in numbers]
    return [one for one in found if one is not None]


async def _erased(
    work: ErasureWork,
    stores: Stores,
    contacts: Mapping[str, Sequence[ListPlace]],
    actor: str,
    tell: Callable[[int], None],
    announce: Callable[[Mapping[str, str]], None],
) -> list[str]:
    numbers: list[str] = []
    async for some in bulk_batches(contacts, TOGETHER, stores):
        wanted = {new_number(): contact for contact in some}
        numbers += wanted
        announce({contact: number for number, contact in wanted.items()})
        people = await stores.eraser.read({number: PersonKeys([one]) for number, one in wanted.items()})
        on_lists = {number: sorted({place.file for place in contacts[one]}) for number, one in wanted.items()}
        await work.begin(people, actor, on_lists)
        with suppress(ErasureOvertaken):  # it stays begun, and is tried again by the last look
            await work.carry_out(people)
            await work.remove_menus({one.number: one.menus for one in people})
        tell(len(numbers))
    return numbers


async def certificate(stores: Stores, number: str) -> Erasure:
    """The certificate of this number, however it is written. Raises `NoSuchCertificate`."""
    plain = number.strip().upper().replace(" ", "-")
    found = await stores.erasures.one(plain)
    if found is None:
        raise NoSuchCertificate(tr("no certificate has this number: it is written like 7QF3-9KTM-2A4X"))
    return found


# -- lists


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A line of a list that names a person who is to be erased; where the playbook's lists name them, too."""

    line: int
    contact: str
    places: Sequence[ListPlace]


@dataclass(frozen=True, slots=True)
class UnknownLine:
    """A line of a list that names nobody, or leaves open who it is."""

    line: int
    why: NotFound


async def people_on(
    file: Path,
    people: Stores,
    playbook: Playbook,
    channel: str | None,
    lists: PlaybookLists,
    tell: Callable[[int], None] = lambda lines: None,
) -> tuple[list[ListedLine], list[UnknownLine]]:
    """Whom the lines of a file name, each once; and the lines that name nobody. `tell` hears how many lines
    are read.

    In the column that is called so (`line_id`, `phone`, `member_no`), or the only one. Raises `TableWrong`
    where that is not plain, `OSError`, and `NoTable` of what is no text.
    """
    found: dict[str, ListedLine] = {}
    unknown: list[UnknownLine] = []
    for line, identifier in _named(file):
        tell(line)
        try:
            contact = (await one_contact([people], playbook, identifier, channel)).contact
            if contact.id not in found:
                found[contact.id] = ListedLine(line, contact.id, lists.naming(contact))
        except NotFound as error:
            unknown.append(UnknownLine(line, error))
    return list(found.values()), unknown


def _named(file: Path) -> Iterator[tuple[int, str]]:
    headings = {name for names in CALLED.values() for name in names}
    with file.open("rb") as opened:
        lines = _readable(lines_of(opened))
        first = next(lines, TableLine(1, ()))
        called = [column_name(cell) for cell in first.cells]
        at = next((number for number, name in enumerate(called) if name in headings), None)
        if at is None and sum(bool(cell.strip()) for cell in first.cells) > 1:
            raise TableWrong(
                tr("the first line has to name the column of who is meant: line_id, phone or member_no")
            )
        for line in lines if at is not None else chain([first], lines):
            if at is not None and len(first.cells) > 1 and is_shifted(line.cells, first.cells):
                raise _wrong(line, SHIFTED)
            identifier = cell_text(line.cells[at or 0]) if len(line.cells) > (at or 0) else ""
            if identifier:
                yield line.number, identifier


def _readable(lines: Iterator[TableLine]) -> Iterator[TableLine]:
    """All of them. Raises `TableWrong` where one cannot be read: nobody would know who stays."""
    for line in lines:
        if line.fault is not None:
            raise _wrong(line, fault_words(line.fault))
        yield line


def _wrong(line: TableLine, why: Translatable) -> TableWrong:
    return TableWrong(tr("line {line}: {why}", line=line.number, why=why))


def _entries(column: ListColumn, contact: Contact) -> set[str]:
    values: Mapping[ListColumn, Iterable[str | None]] = {
        "phone": (contact.phone, contact.stated_phone),
        "member_no": (contact.member_no,),
        "line_id": (identity.user for identity in contact.identities),
    }
    return {value for value in values[column] if value is not None}


def _lines_by_entry(file: Path, column: ListColumn) -> Mapping[str, Sequence[int]]:
    found: dict[str, list[int]] = {}
    try:
        with file.open("rb") as opened:
            for line in lines_of(opened):
                for entry in {read_cell(column, cell) for cell in line.cells} - {None}:
                    found.setdefault(str(entry), []).append(line.number)
    except (OSError, NoTable):
        return {}
    return found
