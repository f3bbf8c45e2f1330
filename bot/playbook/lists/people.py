"""Reading a list of people: a table in, who stands on it and which of its lines are refused out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from unicodedata import normalize

from bot.engine.conditions.people import ListColumn
from bot.model.said import Said, say
from bot.playbook.lists.column import CALLED, read_cell
from bot.playbook.lists.table import NoTable, TableLine, table_of

MOST = 500_000
"""Lines of one list: each process that serves has its people in memory, some 100 bytes for each."""
EACH_AT_MOST = 3
"""Refused lines that are told of one by one."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that says nobody, and why; nothing of what stands in it."""

    line: int
    why: Said


@dataclass(frozen=True, slots=True)
class PeopleRead:
    """Who stands on a list. `refused` are the first lines that say nobody, `refusals` how many there are.

    `twice` are the lines that say again who stands there already.
    """

    entries: frozenset[str]
    twice: int
    refused: tuple[RefusedLine, ...]
    refusals: int


def people_of(raw: bytes, column: ListColumn) -> PeopleRead:
    """The people in the bytes of a file. Raises `NoTable` where none can be read at all."""
    lines = table_of(raw).lines()
    first = next(lines, None)
    if first is None:
        raise NoTable(say("nothing stands in it"), _hint(column))
    at = _named(first[1], column)
    if at is not None:
        return _read(lines, at, column)
    if sum(bool(cell.strip()) for cell in first[1]) > 1:
        raise NoTable(say("its first line names no column {column}", column=column), _hint(column), first[0])
    alone = next(number for number, cell in enumerate(first[1]) if cell.strip())
    return _read(chain([first], lines) if _is_somebody(first[1][alone], column) else lines, alone, column)


def _named(cells: Sequence[str], column: ListColumn) -> int | None:
    """Which cell of the first line names the column."""
    names = [" ".join(normalize("NFKC", cell).casefold().split()) for cell in cells]
    return next((names.index(called) for called in CALLED[column] if called in names), None)


def _is_somebody(cell: str, column: ListColumn) -> bool:
    """Whether the first line, which has one cell, is a person's already: names of columns have no numbers."""
    digits = sum(sign.isdigit() for sign in cell)
    return digits > (0 if column == "member_no" else 3)


def _read(lines: Iterator[TableLine], at: int, column: ListColumn) -> PeopleRead:
    entries: set[str] = set()
    refused: list[RefusedLine] = []
    twice = refusals = 0
    for number, (line, cells) in enumerate(lines):
        if number == MOST:
            raise NoTable(say("it has more than {most} lines", most=f"{MOST:,}"), _SEVERAL, line)
        found = read_cell(column, cells[at] if at < len(cells) else "")
        if isinstance(found, Said):
            refusals += 1
            if len(refused) < EACH_AT_MOST:
                refused.append(RefusedLine(line, found))
        elif found in entries:
            twice += 1
        else:
            entries.add(found)
    return PeopleRead(frozenset(entries), twice, tuple(refused), refusals)


def _hint(column: ListColumn) -> Said:
    return say("write  {column}  (or {names}) above the column", column=column, names=_EXAMPLES[column])


_SEVERAL = say("make several lists of it, and ask for one of them:  audience: [A, B]")
_EXAMPLES: Mapping[ListColumn, str] = {"phone": "手機", "line_id": "user id", "member_no": "會員編號"}
