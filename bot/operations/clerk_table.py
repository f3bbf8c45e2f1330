"""The table of clerks: its lines, by the names of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from bot.model.said import Said, row, say
from bot.operations.table_lines import (
    NamedLine,
    TableWrong,
    heads,
    named_lines,
    named_lines_in,
    refuse_twice,
)
from bot.playbook.csv_table import column_name

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


def clerk_lines_of(path: Path) -> Iterator[NamedLine]:
    """The lines below the header, empty ones left out. Raises `TableWrong`, before the first one."""
    return named_lines(path, _header)


def clerk_lines_in(content: bytes, called: str) -> Iterator[NamedLine]:
    """The same of a file that somebody has sent."""
    return named_lines_in(BytesIO(content), called, _header)


def _header(cells: Sequence[str]) -> list[str]:
    """The name of each column, empty where it is none of ours."""
    meant = {column_name(called): name for name, others in COLUMNS.items() for called in (name, *others)}
    names = [meant.get(column_name(cell), "") for cell in cells]
    refuse_twice(names, CALLED)
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise TableWrong(
            say(
                "the first line has to name the columns, of which it lacks {lacking}; it says {there}; write"
                "  number,name,store,role,group,phone,old_code,old_code_until",
                lacking=row(CALLED[name] for name in lacking),
                there=heads(cells),
            )
        )
    return names
