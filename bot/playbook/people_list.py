"""Parses the CSV of an audience: finds the column, reads its entries, and counts lines that are refused.

A list is part of the version: `name@sha` goes into its hash. Each process holds it as one frozen set, so no
turn asks the database, where a contact has the key alone (`contacts.lists`). Weighed: a hash of every entry
in a collection (a look-up for each turn). The key is a hash without a secret: of a list of one phone the
number could be guessed from the database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from unicodedata import category

from bot.engine.conditions.people import ListColumn
from bot.engine.texts.typed import phone
from bot.model.message import USER_ID
from bot.model.plain_text import cleaned
from bot.model.translatable import Translatable, tr
from bot.playbook.csv_table import (
    SAVE,
    SHIFTED,
    NoTable,
    TableLine,
    cell_text,
    column_name,
    fault_words,
    is_shifted,
    lines_of,
)

Reader = Callable[[str], "str | Translatable"]
"""Gives the entry of a cell, or why it has none; the reason never quotes the cell."""

CALLED: Mapping[ListColumn, tuple[str, ...]] = {
    "phone": (
        "phone", "mobile", "mobile_phone", "phone_number", "mobile_number", "cellphone", "cell_phone", "tel",
        "telephone", "手機", "手機號碼", "行動電話", "會員手機", "顧客手機", "電話", "電話號碼", "聯絡電話",
    ),
    "line_id": (
        "line_id", "lineid", "line_user_id", "line_uid", "user_id", "userid", "uid", "line_使用者_id",
        "line使用者id", "使用者id",
    ),
    "member_no": (
        "member_no", "member_no.", "member_id", "memberid", "member_number", "customer_id", "會員編號",
        "會員號碼", "會員_id", "會員id", "會員代號", "顧客編號", "客戶編號",
    ),
}  # fmt: skip
"""Headings of each kind of column, as `column_name` gives them; the first that is there is taken."""

LONGEST = 100
"""Most characters of a member number."""
_BETWEEN = str.maketrans("", "", " \t\u00a0-‐‑‒–—−().")
"""Takes away what may stand between the digits of a telephone number."""
_LANDLINE = re.compile(r"(?:(?:\+|00)?8860?|0)[2-8]\d{6,9}(?:#\d+)?", re.ASCII)
"""A landline of Taiwan, with or without its extension."""
_ROUNDED = re.compile(r"(\d(?:[.,]\d+)?)e\+?(\d{1,3})", re.IGNORECASE | re.ASCII)
"""A number as a power of ten: `8.86912345678E+11`."""
_WHOLE = re.compile(r"(\+?\d+)\.0+", re.ASCII)
"""A whole number that a spreadsheet has written with decimals: `912345678.0`."""
_FORMULA = tuple("=@")
"""How formulas begin."""


def read_cell(column: ListColumn, cell: str) -> str | Translatable:
    """The entry of a cell, or why it has none."""
    plain = cell_text(cleaned(cell))
    if not plain:
        return tr("nothing stands there")
    if plain.startswith(_FORMULA):
        return tr("it is a formula")
    if (number := _ROUNDED.fullmatch(plain)) is not None:
        digits = re.sub(r"\D", "", number[1])
        if len(digits) == int(number[2]) + 1:  # all digits are there
            return _READ[column](digits)
        return tr("the spreadsheet has rounded it (as 8.86E+11): give the column the format text")
    return _READ[column](plain)


def _phone(plain: str) -> str | Translatable:
    if (whole := _WHOLE.fullmatch(plain)) is not None:
        plain = whole[1]
    if (number := phone(plain)) is not None:
        return number
    if _LANDLINE.fullmatch(plain.translate(_BETWEEN)):
        return tr("it is a landline: only mobile numbers are bound")
    return tr("it is no mobile number")


def _line_id(plain: str) -> str | Translatable:
    lower = plain[:1] + plain[1:].lower()
    return lower if USER_ID.fullmatch(lower) else tr("it is no LINE user id: U and 32 of 0-9 and a-f")


def _member_no(plain: str) -> str | Translatable:
    if (whole := _WHOLE.fullmatch(plain)) is not None:
        plain = whole[1]
    if len(plain) > LONGEST or any(category(sign) == "Cc" for sign in plain):
        return tr("it is no member number")
    return plain


_READ: Mapping[ListColumn, Reader] = {"phone": _phone, "line_id": _line_id, "member_no": _member_no}
"""What reads the cells of each kind of column."""


LARGEST = 32 * 1024 * 1024
"""Bytes of a list, at most; a larger file is refused."""
MOST = 500_000
"""Most lines of a list: each serving process has its people in memory, about 100 bytes for each."""
EACH_AT_MOST = 3
"""Lines of a list that are reported one by one, at most: of refused ones, and of repeated ones."""


@dataclass(frozen=True, slots=True)
class RefusedEntry:
    """A line without a valid entry, by number from 1, and why; without its text."""

    line: int
    why: Translatable


@dataclass(frozen=True, slots=True)
class PeopleList:
    """The entries of a list, and the lines that gave none."""

    entries: frozenset[str]
    """The phones, LINE user ids or member numbers."""
    twice: int
    """How many lines repeat an entry."""
    again: tuple[int, ...]
    """The first of those lines, from 1."""
    refused: tuple[RefusedEntry, ...]
    """The first lines without a valid entry."""
    refusals: int
    """How many such lines there are."""


def people_of(raw: bytes, column: ListColumn) -> PeopleList:
    """The people in the content of a file. Raises `NoTable` where it cannot be read at all."""
    if len(raw) > LARGEST:
        most = f"{LARGEST // (1024 * 1024)}"
        hint = tr("leave out the other columns, or make several lists of it")
        raise NoTable(tr("it is larger than {most} MB", most=most), hint)
    lines = _lines(raw)
    first = next(lines, None)
    if first is None:
        raise NoTable(tr("nothing stands in it"), _hint(column))
    at = _named(first.cells, column)
    if at is not None:
        return _read(lines, at, column, first.cells)
    if sum(bool(cell.strip()) for cell in first.cells) > 1:
        raise NoTable(
            tr("its first line names no column {column}", column=column), _hint(column), first.number
        )
    alone = next(number for number, cell in enumerate(first.cells) if cell.strip())
    return _read(chain([first], lines) if _is_person(first.cells[alone], column) else lines, alone, column)


def _lines(raw: bytes) -> Iterator[TableLine]:
    """The lines of the table. Raises `NoTable` for one that cannot be read."""
    for line in lines_of(BytesIO(raw)):
        if line.fault is not None:
            hint = _CLOSE if line.fault == "open quotation" else SAVE
            raise NoTable(fault_words(line.fault), hint, line.number)
        yield line


def _named(cells: Sequence[str], column: ListColumn) -> int | None:
    """The index of the cell in the first line that names the column."""
    names = [column_name(cell) for cell in cells]
    return next((names.index(called) for called in CALLED[column] if called in names), None)


def _is_person(cell: str, column: ListColumn) -> bool:
    """Whether a first line of one cell is an entry and no heading, by its digits."""
    digits = sum(sign.isdigit() for sign in cell)
    return digits > (0 if column == "member_no" else 3)


def _read(lines: Iterator[TableLine], at: int, column: ListColumn, header: Sequence[str] = ()) -> PeopleList:
    """The people in column `at`. With several columns, `header` is their line."""
    entries: set[str] = set()
    refused: list[RefusedEntry] = []
    again: list[int] = []
    twice = refusals = 0
    for number, line in enumerate(lines):
        if number == MOST:
            raise NoTable(tr("it has more than {most} lines", most=f"{MOST:,}"), _SEVERAL, line.number)
        entry = _entry(line.cells, at, column, header)
        if isinstance(entry, Translatable):
            refusals += 1
            if len(refused) < EACH_AT_MOST:
                refused.append(RefusedEntry(line.number, entry))
        elif entry in entries:
            twice += 1
            if len(again) < EACH_AT_MOST:
                again.append(line.number)
        else:
            entries.add(entry)
    return PeopleList(frozenset(entries), twice, tuple(again), tuple(refused), refusals)


def _entry(cells: Sequence[str], at: int, column: ListColumn, header: Sequence[str]) -> str | Translatable:
    """The entry of a line, or why it has none."""
    if len(header) > 1 and is_shifted(cells, header):
        return SHIFTED
    return read_cell(column, cells[at] if at < len(cells) else "")


def _hint(column: ListColumn) -> Translatable:
    return tr("write  {column}  (or {names}) above the column", column=column, names=_EXAMPLES[column])


_CLOSE = tr("close it in that line, or delete it")
_SEVERAL = tr("make several lists of it, and ask for one of them:  audience: [A, B]")
_EXAMPLES: Mapping[ListColumn, str] = {"phone": "手機", "line_id": "user id", "member_no": "會員編號"}
