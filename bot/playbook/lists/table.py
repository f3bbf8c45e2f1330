"""What a table is that a spreadsheet or a shop has saved: its encoding, what parts its columns, its lines."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TypeAlias

from bot.model.said import Said, say

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that is read; of a larger one nothing is, but the first of them."""
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel itself begin (.xlsx, .xls)."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PARTS = ",;\t"
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n")
"""What Excel reads as the sign between columns, and nobody else as a line."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"')

TableLine: TypeAlias = tuple[int, Sequence[str]]
"""The number of the line in its file, and its cells; one cell may have several lines."""


class NoTable(Exception):
    """The file cannot be read as a table: why, what helps, and in which line it was seen."""

    def __init__(self, said: Said, hint: Said, line: int = 0) -> None:
        super().__init__(str(said))
        self.said, self.hint, self.line = said, hint, line


@dataclass(frozen=True, slots=True)
class Table:
    """A table's lines, the first among them. What has nothing in it is none."""

    text: str
    parted_by: str

    def lines(self) -> Iterator[TableLine]:
        """Each with its number. Raises `NoTable` where quotation marks do not fit."""
        rows = csv.reader(StringIO(self.text, newline=""), delimiter=self.parted_by, strict=True)
        begins = 1
        try:
            for cells in rows:
                if any(cell.strip() for cell in cells):
                    yield begins, cells
                begins = rows.line_num + 1
        except csv.Error:
            message = say("a quotation mark here has no other end")
            raise NoTable(message, _SAVE, begins) from None


_SAVE = say('save it from the spreadsheet as "CSV UTF-8"')


def table_of(raw: bytes) -> Table:
    """The table in a file's bytes: UTF-8, Big5, or UTF-16 with its mark. Raises `NoTable`."""
    text = _text(raw)
    if (said := _SEPARATOR.match(text)) is not None:
        return Table("\n" + text[said.end() :], said[1])  # so that lines keep their numbers
    head = _QUOTED.sub("", next((line for line in text.splitlines() if line.strip()), ""))
    return Table(text, max(_PARTS, key=head.count))


def _text(raw: bytes) -> str:
    if len(raw) > LARGEST:
        most = f"{LARGEST // (1024 * 1024)}"
        hint = say("leave out the other columns, or make several lists of it")
        raise NoTable(say("it is larger than {most} MB", most=most), hint)
    if raw.startswith(_WORKBOOK):
        raise NoTable(say("this is a workbook of Excel, not a CSV"), _SAVE)
    for encoding in ("utf-16",) if raw.startswith(_UTF_16) else ("utf-8-sig", "cp950", "big5hkscs"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NoTable(say("it is neither UTF-8 nor Big5"), _SAVE)
