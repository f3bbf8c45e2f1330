"""The table of clerks: its lines, by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.model.said import Refusal, Said, row, say
from bot.playbook.csv_table import LineFault, NoTable, TableLine, cell_text, column_name, lines_of
from bot.playbook.file_trouble import file_trouble
from bot.playbook.similar import shown

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("no", "員工編號", "人員編號", "編號", "工號"),
    "name": ("姓名", "名字", "稱呼"),
    "store": ("門市", "分店", "店名", "門市名稱"),
    "role": ("職稱", "職務", "角色", "身分"),
    "group": ("分區", "門市分區", "群組", "區域"),
    "phone": ("mobile", "手機", "電話", "手機號碼"),
    "old_code": ("舊代碼", "原代碼"),
    "old_code_until": ("舊代碼期限", "舊代碼到期日", "沿用到"),
}
"""What each may be called beside its name, in any width and case."""
CALLED: Mapping[str, Said] = {
    "number": say("number"),
    "name": say("name"),
    "store": say("store"),
    "role": say("role"),
    "group": say("group of stores"),
    "phone": say("phone"),
    "old_code": say("old_code"),
    "old_code_until": say("old_code_until"),
}
"""What each is called in what is said of it."""
NEEDED = ("number", "name", "store")
_FAULTS: Mapping[LineFault, Said] = {
    "quotation": say("is no line of a table: a quotation mark is never closed"),
    "length": say("is longer than a line of a table"),
}


class TableWrong(Refusal):
    """The file cannot be read, or is no such table; the text says why, and what helps."""


@dataclass(frozen=True, slots=True)
class ClerkLine:
    """A line: its number in the file, and its cells by the names of their columns; `wrong`: why none."""

    number: int
    cells: Mapping[str, str]
    wrong: Said | None = None


def clerk_lines_of(path: Path) -> Iterator[ClerkLine]:
    """The lines below the header, empty ones left out. Raises `TableWrong`, before the first one."""
    try:
        with path.open("rb") as file:
            lines = lines_of(file)
            names = _header(next(lines, TableLine(1, ())).cells)
            for line in lines:
                cells = {name: cell_text(cell) for name, cell in zip(names, line.cells, strict=False) if name}
                yield ClerkLine(line.number, cells, line.fault and _wrong(line.fault))
    except (NoTable, OSError) as error:
        why = error.said if isinstance(error, NoTable) else file_trouble(error)
        raise TableWrong(say("{name} cannot be read: {why}", name=shown(str(path)), why=why)) from error


def _wrong(fault: LineFault) -> Said:
    return _FAULTS.get(fault) or say("cannot be read as {encoding}", encoding=fault)


def _header(cells: Sequence[str]) -> list[str]:
    """The name of each column, empty where it is none of ours."""
    meant = {column_name(called): name for name, others in COLUMNS.items() for called in (name, *others)}
    names = [meant.get(column_name(cell), "") for cell in cells]
    there = row(shown(cell.strip()[:40]) for cell in cells[:20] if cell.strip())
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise TableWrong(say("the first line names the column {name} twice", name=CALLED[twice]))
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise TableWrong(
            say(
                "the first line has to name the columns, of which it lacks {lacking}; it says {there}; write"
                "  number,name,store,role,group,phone,old_code,old_code_until",
                lacking=row(CALLED[name] for name in lacking),
                there=there if any(cell.strip() for cell in cells) else say("nothing"),
            )
        )
    return names
