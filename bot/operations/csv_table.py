"""A table of a spreadsheet: read line by line, however large it is; written so that no cell is run.

UTF-8 with and without a byte order mark, UTF-16 with one, Big5; commas, semicolons or tabs.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from unicodedata import normalize

from bot.model.said import Refusal, Said, row, say
from bot.playbook.similar import shown

SAMPLE = 1 << 20
"""Bytes by which the encoding is told."""
LINE_MOST = 64 * 1024
"""Characters of a line; whatever is longer is no line of a table."""
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_BIG5 = "cp950"
_BETWEEN = ("\t", ",", ";")
_KEPT_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
"""How spreadsheets are told to leave a number alone: `="0912345678"`."""
_RUN = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection"""


class TableWrong(Refusal):
    """The file cannot be read, or is no such table; the text says why, and what helps."""


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line: its number in the file, from 1, and its cells by the names of their columns.

    `wrong` says why there are none.
    """

    number: int
    cells: dict[str, str]
    wrong: Said | None = None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column by its name, what else it may be called (in any width and case), whether it must be there."""

    name: str
    called: tuple[str, ...] = ()
    needed: bool = False

    def is_meant(self, header: str) -> bool:
        """Whether this is what stands above it."""
        return _plain(header) in {_plain(one) for one in (self.name, *self.called)}


def lines_of(path: Path, columns: Sequence[TableColumn]) -> Iterator[TableLine]:
    """The lines below the header, empty ones left out. Raises `TableWrong`, before the first one."""
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
            yield from _read(file, columns, encoding)
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeError as error:
        raise TableWrong(say("{name} ends within a character", name=shown(path.name))) from error


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines for spreadsheets, the first with the mark by which they know UTF-8; no cell is a formula."""
    yield "\ufeff" + _written(header)
    for cells in rows:
        yield _written([_defused(cell) for cell in cells])


def _defused(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_RUN) else text


def _written(cells: Sequence[str]) -> str:
    quoted = ('"' + cell.replace('"', '""') + '"' if re.search(r'[",\r\n]', cell) else cell for cell in cells)
    return ",".join(quoted) + "\r\n"


def _read(file: TextIO, columns: Sequence[TableColumn], encoding: str) -> Iterator[TableLine]:
    source = _Lines(file)
    first = next(source, "")
    delimiter = max(_BETWEEN, key=first.count)
    names = _header(next(csv.reader([first], delimiter=delimiter), []), columns)
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        before = source.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield TableLine(before, {}, say("is no line of a table: a quotation mark is never closed"))
            continue
        if source.too_long:
            source.too_long = False
            yield TableLine(before, {}, say("is longer than a line of a table"))
        elif any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
            called = "Big5" if encoding == _BIG5 else "UTF-8"
            yield TableLine(before, {}, say("cannot be read as {encoding}", encoding=called))
        elif any(cell.strip() for cell in cells):
            found = {name: _cell(cell) for name, cell in zip(names, cells, strict=False) if name}
            yield TableLine(before, found)


class _Lines:
    """The lines of a file, each at most so long: one that never ends fills no memory."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.number = 0
        self.too_long = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_MOST)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) < LINE_MOST or line.endswith("\n"):
            return line.replace("\0", "")
        self.too_long = True
        while (more := self._file.readline(LINE_MOST)) and not more.endswith("\n"):
            pass
        return "\n"


def _header(cells: Sequence[str], columns: Sequence[TableColumn]) -> list[str]:
    """The name of each column, empty where it is none of ours."""
    names = [next((one.name for one in columns if one.is_meant(cell)), "") for cell in cells]
    there = row(shown(cell.strip()[:40]) for cell in cells[:20] if cell.strip())
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise TableWrong(say("the first line names the column {name} twice", name=twice))
    lacking = [one.name for one in columns if one.needed and one.name not in names]
    if lacking:
        all_names = ",".join(one.name for one in columns)
        raise TableWrong(
            say(
                "the first line has to name the columns, of which it lacks {lacking}; it says {there}; write"
                "  {all}",
                lacking=row(lacking),
                there=there if any(cell.strip() for cell in cells) else say("nothing"),
                all=all_names,
            )
        )
    return names


def _cell(text: str) -> str:
    text = text.strip()
    kept = _KEPT_AS_TEXT.fullmatch(text)
    return (kept.group(1) if kept else text).strip()


def _plain(name: str) -> str:
    return normalize("NFKC", name).strip().strip("\ufeff").casefold().replace(" ", "_")


def _encoding(path: Path) -> str:
    try:
        with path.open("rb") as file:
            sample = file.read(SAMPLE)
    except OSError as error:
        raise _unreadable(path, error) from error
    marked = next((encoding for mark, encoding in _MARKS.items() if sample.startswith(mark)), None)
    if marked is not None:
        return marked
    for encoding in ("utf-8", _BIG5):
        try:
            codecs.getincrementaldecoder(encoding)().decode(sample)
        except UnicodeDecodeError:
            continue
        return encoding
    return "utf-8"


def _unreadable(path: Path, error: OSError) -> TableWrong:
    why = error.strerror or type(error).__name__
    return TableWrong(say("{name} cannot be read: {why}", name=shown(str(path)), why=why))
