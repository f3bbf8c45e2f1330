"""The lines of a table that somebody has from a spreadsheet, by the names of its columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from bot.model.translatable import Listing, Refusal, Translatable, row, tr
from bot.playbook.csv_table import (
    SHIFTED,
    NoTable,
    TableEncoding,
    TableLine,
    cell_text,
    fault_words,
    is_shifted,
    lines_of,
    table_encoding,
)
from bot.playbook.similar import quoted
from bot.playbook.syntax.source import file_trouble_as

ColumnNames: TypeAlias = Callable[[Sequence[str]], Sequence[str]]
"""From the cells of the first line to the name of each column, empty where it is none that is read."""


class TableWrong(Refusal):
    """The file cannot be read, or is no such table; the text says why, and what helps."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line: its number in the file, and its cells by the names of their columns; `wrong`: why none."""

    number: int
    cells: Mapping[str, str]
    wrong: Translatable | None = None


def named_lines(path: Path, named: ColumnNames, encoding: TableEncoding | None = None) -> Iterator[TableRow]:
    """The lines below the header, empty ones left out. Raises `TableWrong`, before the first one."""
    with reading(path), path.open("rb") as file:
        yield from named_lines_in(file, str(path), named, encoding)


def named_lines_in(
    file: BinaryIO, called: str, named: ColumnNames, encoding: TableEncoding | None = None
) -> Iterator[TableRow]:
    """The same of an open file, by the name that its sender gave it."""
    try:
        lines = lines_of(file, encoding)
        header = next(lines, TableLine(1, ()))
        if header.fault is not None:
            why = tr("line {line}: {why}", line=header.number, why=fault_words(header.fault))
            raise TableWrong(unreadable(called, why))
        names = named(header.cells)
        for line in lines:
            if is_shifted(line.cells, header.cells):
                yield TableRow(line.number, {}, SHIFTED)
                continue
            cells = {name: cell_text(cell) for name, cell in zip(names, line.cells, strict=False) if name}
            yield TableRow(line.number, cells, line.fault and fault_words(line.fault))
    except NoTable as error:
        raise TableWrong(unreadable(called, error.message)) from error


def read_as(path: Path, chosen: TableEncoding | None) -> TableEncoding | None:
    """The encoding in which a file is read, if that is neither chosen nor what everybody has: Shift-JIS."""
    if chosen is not None:
        return None
    try:
        with path.open("rb") as file:
            found = table_encoding(file)
    except (OSError, NoTable):
        return None  # who reads its lines says why
    return found if found == "shift-jis" else None


def reading(path: Path) -> AbstractContextManager[None]:
    """Raises `TableWrong` where this file cannot be read."""
    return file_trouble_as(lambda why: TableWrong(unreadable(str(path), why)))


def unreadable(called: str, why: Translatable | str) -> Translatable:
    """That a file of this name cannot be read, and why."""
    return tr("{name} cannot be read: {why}", name=quoted(called), why=why)


def refuse_twice(names: Sequence[str], called: Mapping[str, Translatable]) -> None:
    """Raise `TableWrong` for a first line that names a column twice; `called`: what people call it."""
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise TableWrong(tr("the first line names the column {name} twice", name=called.get(twice, twice)))


def heads(cells: Sequence[str]) -> Listing | Translatable:
    """The text of the first line, as far as it can be repeated."""
    there = row(quoted(cell.strip()[:40]) for cell in cells[:20] if cell.strip())
    return there if any(cell.strip() for cell in cells) else tr("nothing")
