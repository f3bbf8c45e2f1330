"""A file of clerks: its columns, and what each line says of a clerk or why it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import BinaryIO
from unicodedata import category

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.typed import typed
from bot.engine.times.local_time import LAST
from bot.model.clerk import ClerkCode, ClerkRole, StoreClerk
from bot.model.plain_text import cleaned
from bot.model.short_code import code_key, new_code
from bot.model.translatable import Translatable, row, tr
from bot.operations.import_report import LineRefused
from bot.operations.table_lines import (
    TableRow,
    TableWrong,
    heads,
    named_lines_in,
    refuse_twice,
)
from bot.playbook.csv_table import column_name
from bot.playbook.similar import hint_for, quoted

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
CALLED: Mapping[str, Translatable] = {
    "number": tr("number"),
    "name": tr("name"),
    "store": tr("store"),
    "role": tr("role"),
    "group": tr("group of stores"),
    "phone": tr("phone"),
    "old_code": tr("old_code"),
    "old_code_until": tr("old_code_until"),
}
"""The name of each column in messages."""
NEEDED = ("number", "name", "store")


@dataclass(frozen=True, slots=True)
class ClerkTable:
    """The lines below the header of a table that is `called` so, empty ones left out.

    They raise `TableWrong`, before the first one.
    """

    called: str
    lines: Iterable[TableRow]


def clerk_table(file: BinaryIO, called: str) -> ClerkTable:
    """Of a file, by the name that its sender gave it."""
    return ClerkTable(called, named_lines_in(file, called, _header))


def sent_clerks(lines: Sequence[str]) -> ClerkTable:
    """Of lines (CSV) that a program sends."""
    return clerk_table(BytesIO("\n".join(lines).encode()), "clerks.csv")


def _header(cells: Sequence[str]) -> list[str]:
    """The name of each column, empty where it is none of ours."""
    meant = {column_name(called): name for name, others in COLUMNS.items() for called in (name, *others)}
    names = [meant.get(column_name(cell), "") for cell in cells]
    refuse_twice(names, CALLED)
    lacking = [name for name in NEEDED if name not in names]
    if lacking:
        raise TableWrong(
            tr(
                "the first line has to name the columns, of which it lacks {lacking}; it says {there}; write"
                "  number,name,store,role,group,phone,old_code,old_code_until",
                lacking=row(CALLED[name] for name in lacking),
                there=heads(cells),
            )
        )
    return names


ROLES: Mapping[ClerkRole, tuple[str, ...]] = {
    "clerk": ("clerk", "門市人員", "店員", "專員"),
    "store_manager": ("store_manager", "manager", "店長", "副店長", "store", "門市", "門市帳號"),
    "group": ("group", "group_manager", "分區", "區主管", "區經理", "區督導"),
    "head_office": ("head_office", "總公司", "總部"),
}
"""The words of the column `role`. An account may be a store's: it sees that store."""
LONGEST = 40
"""Characters of a number, and of a name."""
MOST_ZEROS = 8
"""In front of a number, where one is looked for that may be the same."""
OLD_CODES = 10
"""Of one clerk at a time."""


@dataclass(frozen=True, slots=True)
class ClerkLine:
    """What a line says; `None`: nothing of it, so that it stays as it is."""

    number: str
    name: str
    role: ClerkRole | None
    store: str
    group: str
    phone: str | None
    old: tuple[ClerkCode, ...]


def parse_clerk_line(
    cells: Mapping[str, str], playbook: Playbook, now: datetime, old_until: datetime | None = None
) -> ClerkLine:
    """What this line says of a clerk of these stores. Raises `LineRefused`.

    `old_until`: until when old codes are led on that have no date of their own.
    """
    number = number_of(cells.get("number", ""))
    name = cleaned(cells.get("name", ""))
    if not name:
        raise LineRefused(tr("has no name"), "name")
    _refuse_unprintable("name", name)
    role = _role(cells.get("role", ""))
    store, group = _place(cells, role, playbook)
    return ClerkLine(
        number, name, role, store, group, _phone(cells), _old_codes(cells, playbook, now, old_until)
    )


def number_of(written: str) -> str:
    """The number of a clerk as it is stored, from any width and case. Raises `LineRefused`."""
    number = cleaned(written).upper()
    if not number:
        raise LineRefused(tr("has no number"), "number")
    _refuse_unprintable("number", number)
    if re.search(r"\s", number):
        raise LineRefused(tr("the number {number} has a space in it", number=quoted(number)), "number")
    return number


def other_zeros(number: str) -> frozenset[str]:
    """The numbers of the same digits with more or fewer zeros in front: spreadsheets take those away."""
    digits = number.lstrip("0")
    if not (digits.isascii() and digits.isdecimal()):
        return frozenset()
    return frozenset("0" * zeros + digits for zeros in range(MOST_ZEROS + 1)) - {number}


def clerk_after(known: StoreClerk | None, line: ClerkLine, now: datetime) -> StoreClerk:
    """The clerk as they are once this line is taken: a new one gets a code, what it leaves out stays."""
    clerk = StoreClerk(line.number, line.name) if known is None else replace(known, name=line.name)
    role = line.role or clerk.role
    works = role in ("store_manager", "clerk")
    clerk = replace(
        clerk,
        role=role,
        store=line.store if works else "",
        group=line.group if role == "group" else "",
        phone=line.phone or clerk.phone,
    )
    codes = {code.key: code for code in clerk.codes if code.is_good(now)}
    codes |= {code.key: code for code in line.old if code.key not in codes or codes[code.key].until}
    if works and clerk.code is None:
        own = ClerkCode(new_code())
        codes = {own.key: own, **codes}
    return replace(clerk, codes=tuple(codes.values()))


def end_of_day(day: date, playbook: Playbook) -> datetime:
    """The moment at which this day of the team is over; the last that there is is never over."""
    if day == date.max:
        return LAST
    return datetime.combine(day + timedelta(days=1), time(), playbook.zone).astimezone(UTC)


def _role(written: str) -> ClerkRole | None:
    if not written:
        return None
    plain = cleaned(written).casefold().replace(" ", "_")
    found = next((role for role, names in ROLES.items() if plain in names), None)
    if found is None:
        raise LineRefused(
            tr(
                "the role is {role}; there are clerk (門市人員), store_manager (店長), group (區主管) and"
                " head_office (總公司)",
                role=quoted(written),
            ),
            "role",
        )
    return found


def _place(cells: Mapping[str, str], role: ClerkRole | None, playbook: Playbook) -> tuple[str, str]:
    store, group = cells.get("store", ""), cells.get("group", "")
    if role == "head_office":
        return "", ""
    if role == "group":
        groups = playbook.store_groups
        return "", _named(group or store, groups, groups, tr("group of stores"))
    titles = {name: one.title for name, one in playbook.stores.items()}
    return _named(store, playbook.stores, titles, tr("store")), ""


def _named(written: str, known: Mapping[str, object], titles: Mapping[str, str], thing: Translatable) -> str:
    """The name of a store or group that is meant by its name or its title."""
    plain = cleaned(written).casefold()
    if not plain:
        raise LineRefused(tr("has no {thing}", thing=thing), "store")
    for name in known:
        if plain in (name.casefold(), cleaned(titles[name]).casefold()):
            return name
    all_names = [*known, *titles.values()]
    near = hint_for(written, all_names) or tr("stores and groups stand in the playbook")
    raise LineRefused(
        tr("the playbook has no {thing} {name}; {hint}", thing=thing, name=quoted(written), hint=near),
        "store",
    )


def _phone(cells: Mapping[str, str]) -> str | None:
    written = cells.get("phone", "")
    if not written:
        return None
    phone = typed(written, "phone")  # also one whose first 0 a spreadsheet has taken
    if not isinstance(phone, str):
        raise LineRefused(tr("the phone is no mobile number"), "phone")
    return phone


def _old_codes(
    cells: Mapping[str, str], playbook: Playbook, now: datetime, old_until: datetime | None
) -> tuple[ClerkCode, ...]:
    written = re.split(r"[\s、;]+", cells.get("old_code", ""))
    texts = [text for text in written if text]
    if not texts:
        return ()
    if len(texts) > OLD_CODES:
        raise LineRefused(tr("has more than {most} old codes", most=OLD_CODES))
    until = _until(cells, playbook) or old_until
    if until is None:
        raise LineRefused(tr("an old code needs a day until which it is led on: old_code_until"))
    if until <= now:
        raise LineRefused(tr("the day until which the old code is led on is over"))
    for text in texts:
        if not code_key(text):
            raise LineRefused(tr("{code} is no code", code=quoted(text)))
    return tuple(ClerkCode(text, until) for text in texts)


def _until(cells: Mapping[str, str], playbook: Playbook) -> datetime | None:
    written = cells.get("old_code_until", "")
    if not written:
        return None
    day = typed(written, "date", playbook.zone)
    try:
        return end_of_day(date.fromisoformat(str(day)), playbook)
    except ValueError:
        raise LineRefused(tr("{date} is no date; write it like 2026-12-31", date=quoted(written))) from None


def _refuse_unprintable(column: str, text: str) -> None:
    what = CALLED[column]
    if len(text) > LONGEST:
        says = tr("the {column} has more than {most} characters", column=what, most=LONGEST)
        raise LineRefused(says, column)
    if any(category(sign).startswith("C") for sign in text):
        raise LineRefused(tr("the {column} has a sign that cannot be shown", column=what), column)
