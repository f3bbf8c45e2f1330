"""The LINE user ids of a file, however large: of a column that is named so above, or the only one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.model.contact_kind import CROWD_ID
from bot.model.message import USER_ID
from bot.model.plain_text import cleaned
from bot.model.translatable import Translatable, tr
from bot.operations.table_lines import TableWrong, heads, reading, unreadable
from bot.playbook.csv_table import (
    SHIFTED,
    NoTable,
    TableEncoding,
    TableLine,
    cell_text,
    column_name,
    fault_words,
    is_shifted,
    lines_of,
)
from bot.playbook.people_list import CALLED, read_cell

CALLED_SO = (
    *CALLED["line_id"],
    "id",
    "line",
    "line_user",
    "line_userid",
    "line_userids",
    "userids",
    "user_ids",
)
"""What may stand above the column."""
_CROWD = re.compile(CROWD_ID)
"""The id of a group or a room."""


def users_in(path: Path, encoding: TableEncoding | None = None) -> Iterator[tuple[int, str | Translatable]]:
    """For each line its number, and the LINE user id in it, or why there is none.

    Raises `TableWrong`, before the first one.
    """
    try:
        with reading(path), path.open("rb") as file:
            lines = lines_of(file, encoding)
            first = next(lines, None)
            if first is None:
                raise TableWrong(tr("nothing stands in it"))
            at = _column(first)
            if isinstance(user := _user(first, at, first), str):
                yield first.number, user
            for line in lines:
                yield line.number, _user(line, at, first)
    except NoTable as error:
        raise TableWrong(unreadable(str(path), error.message)) from error


def _column(first: TableLine) -> int:
    if first.fault is not None:
        raise TableWrong(tr("line {line}: {why}", line=first.number, why=fault_words(first.fault)))
    names = [column_name(cell) for cell in first.cells]
    if (named := next((names.index(called) for called in CALLED_SO if called in names), None)) is not None:
        return named
    filled = [at for at, cell in enumerate(first.cells) if cell.strip()]
    if len(filled) == 1:
        return filled[0]
    there = heads(first.cells)
    raise TableWrong(tr("the first line has to name a column line_id; it says {there}", there=there))


def _user(line: TableLine, at: int, first: TableLine) -> str | Translatable:
    if line.fault is not None:
        return fault_words(line.fault)
    if len(first.cells) > 1 and is_shifted(line.cells, first.cells):
        return SHIFTED
    cell = cell_text(cleaned(line.cells[at])) if at < len(line.cells) else ""
    if USER_ID.fullmatch(cell):
        return cell
    if _CROWD.fullmatch(cell[:1].upper() + cell[1:].lower()):
        return tr("it is a group's id: nobody is a friend by it")
    return read_cell("line_id", cell)
