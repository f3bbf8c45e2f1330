"""Reading a list of people: a table in, who stands on it and which of its lines are refused out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain

from bot.engine.conditions.people import ListColumn
from bot.model.said import Said, say
from bot.playbook.csv_table import (
    SAVE,
    SHIFTED,
    NoTable,
    TableLine,
    column_name,
    fault_words,
    is_shifted,
    lines_of,
)
from bot.playbook.lists.column import CALLED, read_cell

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that is read; of a larger one nothing is, but the first of them."""
MOST = 500_000
"""Lines of one list: each process that serves has its people in memory, some 100 bytes for each."""
EACH_AT_MOST = 3
"""Lines that are told of one by one."""


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A line that says nobody, and why; nothing of what stands in it."""

    line: int
    why: Said


@dataclass(frozen=True, slots=True)
class PeopleRead:
    """Who stands on a list. `refused` are the first lines that say nobody, `refusals` how many there are.

    `again` are the first lines that say who stands there already, `twice` how many there are.
    """

    entries: frozenset[str]
    twice: int
    again: tuple[int, ...]
    refused: tuple[RefusedEntry, ...]
    refusals: int


def people_of(raw: bytes, column: ListColumn) -> PeopleRead:
    """The people in the bytes of a file. Raises `NoTable` where none can be read at all."""
    if len(raw) > LARGEST:
        most = f"{LARGEST // (1024 * 1024)}"
        hint = say("leave out the other columns, or make several lists of it")
        raise NoTable(say("it is larger than {most} MB", most=most), hint)
    lines = _lines(raw)
    first = next(lines, None)
    if first is None:
        raise NoTable(say("nothing stands in it"), _hint(column))
    at = _named(first.cells, column)
    if at is not None:
        return _read(lines, at, column, first.cells)
    if sum(bool(cell.strip()) for cell in first.cells) > 1:
        raise NoTable(
            say("its first line names no column {column}", column=column), _hint(column), first.number
        )
    alone = next(number for number, cell in enumerate(first.cells) if cell.strip())
    return _read(chain([first], lines) if _is_somebody(first.cells[alone], column) else lines, alone, column)


def _lines(raw: bytes) -> Iterator[TableLine]:
    """The lines of the table, of which each can be read."""
    for line in lines_of(BytesIO(raw)):
        if line.fault is not None:
            hint = _CLOSE if line.fault == "open quotation" else SAVE
            raise NoTable(fault_words(line.fault), hint, line.number)
        yield line


def _named(cells: Sequence[str], column: ListColumn) -> int | None:
    """Which cell of the first line names the column."""
    names = [column_name(cell) for cell in cells]
    return next((names.index(called) for called in CALLED[column] if called in names), None)


def _is_somebody(cell: str, column: ListColumn) -> bool:
    """Whether the first line, which has one cell, is a person's already: names of columns have no numbers."""
    digits = sum(sign.isdigit() for sign in cell)
    return digits > (0 if column == "member_no" else 3)


def _read(lines: Iterator[TableLine], at: int, column: ListColumn, header: Sequence[str] = ()) -> PeopleRead:
    """The people in a column. Without a `header` of several columns anything may stand behind it."""
    entries: set[str] = set()
    refused: list[RefusedEntry] = []
    again: list[int] = []
    twice = refusals = 0
    for number, line in enumerate(lines):
        if number == MOST:
            raise NoTable(say("it has more than {most} lines", most=f"{MOST:,}"), _SEVERAL, line.number)
        found = _entry(line.cells, at, column, header)
        if isinstance(found, Said):
            refusals += 1
            if len(refused) < EACH_AT_MOST:
                refused.append(RefusedEntry(line.number, found))
        elif found in entries:
            twice += 1
            if len(again) < EACH_AT_MOST:
                again.append(line.number)
        else:
            entries.add(found)
    return PeopleRead(frozenset(entries), twice, tuple(again), tuple(refused), refusals)


def _entry(cells: Sequence[str], at: int, column: ListColumn, header: Sequence[str]) -> str | Said:
    if len(header) > 1 and is_shifted(cells, header):
        return SHIFTED
    return read_cell(column, cells[at] if at < len(cells) else "")


def _hint(column: ListColumn) -> Said:
    return say("write  {column}  (or {names}) above the column", column=column, names=_EXAMPLES[column])


_CLOSE = say("close it in that line, or delete it")
_SEVERAL = say("make several lists of it, and ask for one of them:  audience: [A, B]")
_EXAMPLES: Mapping[ListColumn, str] = {"phone": "手機", "line_id": "user id", "member_no": "會員編號"}
