"""A table of a spreadsheet: read line by line, however large it is; written so that no cell is run.

UTF-8 with and without a byte order mark, UTF-16 with one, Big5; commas, semicolons or tabs.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, Literal, NamedTuple, TextIO, TypeAlias
from unicodedata import normalize

from bot.model.said import Refusal, Said, say

LINE_MOST = 256 * 1024
"""Characters of a line; whatever is longer is no line of a table. A cell has half of them at most (`csv`)."""
AT_ONCE = 1 << 20
"""Bytes that are looked at together."""
MARK = "\ufeff"
"""By which spreadsheets know that what follows is UTF-8."""
SAVE = say('save it from the spreadsheet as "CSV UTF-8"')
NEITHER = say("it is neither UTF-8 nor Big5")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of Excel itself begin (.xlsx, .xls)."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UNMARKED = ("utf-8-sig", "cp950", "big5hkscs")
_PARTS = ",;\t"
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n?")
"""What Excel reads as the sign between columns, and nobody else as a line."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_UNREAD = re.compile("[\0\udc80-\udcff]")
"""Bytes that are no signs, as `surrogateescape` leaves them; zeros are half of UTF-16 without its mark."""
_KEPT_AS_TEXT = re.compile(r'=\s*"([^"]*)"')
"""How spreadsheets are told to leave a number alone: `="0912345678"`."""
_RUN = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection"""

LineFault: TypeAlias = Literal["quotation", "length", "UTF-8", "Big5"]
"""Why there is nothing of a line: a quotation mark without end, its length, or what it is not written in."""


class NoTable(Refusal):
    """The file cannot be read as a table: why, what helps, and in which line it was seen."""

    def __init__(self, said: Said, hint: Said, line: int = 0) -> None:
        super().__init__(said)
        self.hint, self.line = hint, line


class TableLine(NamedTuple):
    """The number of a line in its file, from 1, and its cells, of which one may have several lines."""

    number: int
    cells: Sequence[str]
    fault: LineFault | None = None


def lines_of(file: BinaryIO) -> Iterator[TableLine]:
    """The lines of a file, empty ones left out; then it is closed. Raises `NoTable`, before the first one."""
    encoding = _encoding(file)
    file.seek(0)
    with TextIOWrapper(file, encoding, "surrogateescape", newline="") as text:
        yield from _lines(_Source(text, "Big5" if encoding in _UNMARKED[1:] else "UTF-8"))


def cell_text(cell: str) -> str:
    """What somebody means who has written this, without what is for the spreadsheet alone."""
    text = cell.strip()
    kept = _KEPT_AS_TEXT.fullmatch(text)
    return (kept[1] if kept else text).removeprefix("'").strip()


def column_name(header: str) -> str:
    """The name of a column, in whatever width and case it stands above it."""
    return "_".join(normalize("NFKC", header).strip(MARK).casefold().split())


def csv_line(cells: Iterable[object]) -> str:
    """A line for spreadsheets, of which no cell is a formula."""
    texts = ("" if cell is None else str(cell) for cell in cells)
    safe = (f"'{text}" if text.startswith(_RUN) else text for text in texts)
    quoted = ('"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text for text in safe)
    return ",".join(quoted) + "\r\n"


def _lines(source: _Source) -> Iterator[TableLine]:
    first = next((line for line in source if line.strip() or source.fault), "")
    if source.number == 1 and (said := _SEPARATOR.fullmatch(first)) is not None:
        begins, rows = source.number + 1, csv.reader(source, delimiter=said[1], strict=True)
    else:
        parted_by = max(_PARTS, key=_QUOTED.sub("", first).count)
        begins, rows = source.number, csv.reader(chain([first], source), delimiter=parted_by, strict=True)
    while True:
        cells: Sequence[str] = ()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error:
            source.fault = "quotation"
        if source.fault is not None:
            yield TableLine(begins, (), source.fault)
            source.fault = None
        elif any(cell.strip() for cell in cells):
            yield TableLine(begins, cells)
        begins = source.number + 1


class _Source:
    """The lines of a file, each at most so long: one that never ends fills no memory."""

    def __init__(self, file: TextIO, written_in: LineFault) -> None:
        self._file, self._unread = file, written_in
        self.number = 0
        self.fault: LineFault | None = None

    def __iter__(self) -> _Source:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_MOST)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) == LINE_MOST and not line.endswith(("\n", "\r")):
            self.fault = "length"
            while (more := self._file.readline(LINE_MOST)) and not more.endswith(("\n", "\r")):
                pass
            return "\n"
        if _UNREAD.search(line):
            self.fault = self._unread
        return line


def _encoding(file: BinaryIO) -> str:
    """The encoding in which the most of the file can be read; all of it, if it is UTF-16."""
    begins = file.read(4)
    if begins.startswith(_WORKBOOK):
        raise NoTable(say("this is a workbook of Excel, not a CSV"), SAVE)
    if not begins.startswith(_UTF_16):
        return max(_UNMARKED, key=partial(_readable, file))
    if _readable(file, "utf-16") != float("inf"):
        raise NoTable(NEITHER, SAVE)
    return "utf-16"


def _readable(file: BinaryIO, encoding: str) -> float:
    """How many bytes can be read so, about; infinite: all."""
    file.seek(0)
    decoder, read = codecs.getincrementaldecoder(encoding)(), 0
    try:
        while some := file.read(AT_ONCE):
            decoder.decode(some)
            read += len(some)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return read + error.start
    return float("inf")
