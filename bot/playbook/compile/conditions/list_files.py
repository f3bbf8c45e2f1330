"""Reads the CSV of an audience that is a list of people. The list is read once per compilation and named by
its sha256; refused lines are reported with their places in the CSV."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import get_args

from bot.engine.conditions.people import ListColumn, ListedPeople
from bot.model.place import Place
from bot.model.translatable import row, tr
from bot.playbook.codes import mistake
from bot.playbook.compile.scope.files import existing_file
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.csv_table import NoTable
from bot.playbook.people_list import LARGEST, PeopleList, people_of
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Node, Scalar
from bot.playbook.syntax.source import file_trouble

_READ = "lists that were read"
"""Key of the book's cache: the lists by the audience's name."""


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list of people as it was read."""

    people: ListedPeople
    twice: int = 0
    """Lines that repeat an entry."""
    refused: int = 0
    """Lines that were left out because they are wrong."""


def list_of(scope: Scope, key: Scalar, csv: Scalar, column: Node | None) -> ListFile:
    """The list of the audience `key`, from the file `csv`; one that cannot be read is reported, and empty."""
    read: dict[str, ListFile] = scope.book.cache.setdefault(_READ, {})
    if key.value not in read:
        kind = scope.word(column, get_args(ListColumn), "phone")
        read[key.value] = _list(scope, key.value, csv, kind)
    return read[key.value]


def _list(scope: Scope, name: str, csv: Scalar, column: ListColumn) -> ListFile:
    path = existing_file(scope, csv)
    raw = b"" if path is None else _bytes(scope, csv, path)
    people = ListedPeople(f"{name}@{sha256(raw or b'').hexdigest()[:12]}", column)
    if path is None or raw is None:
        return ListFile(people)
    try:
        parsed = people_of(raw, column)
    except NoTable as error:
        message = tr("the list {file} cannot be read: {why}", file=quoted(csv.value), why=error.message)
        note = tr("seen at {place}", place=f"{_file(scope, path)}:{error.line}") if error.line else None
        scope.wrong(csv, "list-unreadable", message, error.hint, note)
        return ListFile(people)
    _report_refused(scope, csv, _file(scope, path), parsed)
    listed = ListedPeople(people.key, column, parsed.entries, _file(scope, path))
    return ListFile(listed, parsed.twice, parsed.refusals)


def _bytes(scope: Scope, csv: Scalar, path: Path) -> bytes | None:
    """The content of the file, cut one byte after `LARGEST`, which shows that it is too large; `None`, and
    reported, where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        message = tr("the list {file} cannot be read: {why}", file=quoted(csv.value), why=file_trouble(error))
        scope.wrong(csv, "list-unreadable", message, tr("let the user who runs oaflow read it"))
        return None


def _file(scope: Scope, path: Path) -> str:
    """The path from the playbook's folder."""
    return path.relative_to(scope.folder.resolve()).as_posix()


def _report_refused(scope: Scope, csv: Scalar, file: str, parsed: PeopleList) -> None:
    """Report refused lines, the first ones each at its own place and the rest as a number; then repeated
    lines, and a list without entries."""
    for one in parsed.refused:
        message = tr("this line of the list is left out: {why}", why=one.why)
        hint = tr("mend the line, or delete it; everybody else is on the list")
        place = Place(file, one.line, 1, "")
        scope.book.problems.append(mistake(place, "list-line-refused", message, hint=hint, level="warning"))
    if parsed.refusals > len(parsed.refused):
        number, first = f"{parsed.refusals:,}", len(parsed.refused)
        message = tr(
            "{number} lines of this list are left out; the first {first} are told one by one",
            number=number,
            first=first,
        )
        hint = tr("oaflow audience list  says how many people are on it")
        scope.wrong(csv, "list-line-refused", message, hint, level="warning")
    if parsed.twice:
        lines = row([str(number) for number in parsed.again])
        message = tr("somebody stands on this list twice, again in line {lines}", lines=lines)
        if parsed.twice > len(parsed.again):
            message = tr(
                "{number} lines of this list say again who stands there already, the first are {lines}",
                number=f"{parsed.twice:,}",
                lines=lines,
            )
        hint = tr("nothing is wrong: each counts once; if two people were meant, mend the line")
        scope.wrong(csv, "list-line-twice", message, hint, level="info")
    if not parsed.entries:
        message = tr("nobody is on the list {file}", file=quoted(csv.value))
        hint = tr("write a line for each person below the first one")
        scope.wrong(csv, "list-empty", message, hint, level="warning")
