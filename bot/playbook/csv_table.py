"""CSV for spreadsheets: reads tables of any size line by line, and writes them so that no cell is executed as
a formula.

Reads UTF-8 with and without a byte order mark, UTF-16 with one, Big5, Shift-JIS; commas, semicolons or tabs.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from functools import partial
from inspect import GEN_CLOSED, getgeneratorstate
from io import TextIOWrapper
from typing import BinaryIO, Literal, NamedTuple, TextIO, TypeAlias

from bot.model.plain_text import cleaned, visible
from bot.model.translatable import Language, Refusal, Translatable, tr

LINE_MOST = 128 * 1024
"""Most characters of a line, and of a record of several lines; Python's `csv` takes no longer cell either."""
AT_ONCE = 1 << 20
"""Bytes that are read and decoded at a time."""
TABLE = "table"
"""The context of the translated words in tables."""
MARK = "\ufeff"
"""The byte order mark, by which spreadsheets recognise UTF-8."""
SAVE = tr('save it from the spreadsheet as "CSV UTF-8"')
"""Advice on a file in another format."""
NEITHER = tr("it is neither UTF-8 nor Big5 nor Shift-JIS")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of Excel's own files (.xlsx, .xls)."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
LineFault: TypeAlias = Literal[
    "open quotation",  # a quotation mark is opened and not closed
    "quotation",  # a quotation mark stands within a quoted cell
    "length",  # longer than `LINE_MOST`
    "NUL",  # has a NUL byte
    "UTF-8",  # is not of the file's encoding: the three last
    "Big5",
    "Shift-JIS",
]
"""Why a line is not read."""
_UTF_8, _BIG5, _HONG_KONG, _SHIFT_JIS = "utf-8-sig", "cp950", "big5hkscs", "cp932"
"""Python's names of the encodings; `big5hkscs` is Big5 with the characters of Hong Kong."""
TableEncoding: TypeAlias = Literal["utf-8", "big5", "shift-jis"]
"""The encodings that a caller may choose."""
_CALLED: Mapping[str, LineFault] = {_UTF_8: "UTF-8", _SHIFT_JIS: "Shift-JIS", "utf-16": "UTF-8"}
"""The fault of a line that is not of an encoding; of those of Big5 it is `Big5`."""
_JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uff66-\uff9f]{2,}")
"""Two or more kana (also of half width) or ideographs: in misread text they stand alone between letters."""
_TWO_BYTES = bytes(range(0x80, 0xA1))
"""Shift-JIS begins most of its characters with one of these; Big5, but for Hong Kong's additions, none."""
_SAMPLE = 1 << 20
"""Bytes by which Japanese is recognised."""
_PARTS = ",;\t"
"""What may separate cells."""
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n?")
"""Excel's line that declares the separator; other programs take it for data."""
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
"""A quoted cell."""
_QUOTED_FOR = re.compile(r'[",\r\n]')
"""Characters for which a cell is quoted."""
_UNREAD = re.compile("[\udc80-\udcff]")
"""Invalid bytes, as `surrogateescape` decodes them."""
_END_OF_FILE = "\x1a"
"""Ctrl-Z, with which programs of DOS end a text file."""
_DIGIT = re.compile("[0-9]")
_NUMBER_LEAST = 4
"""Fewest digits of a cell that counts as a phone or member number."""
_FORMULA_TEXT = re.compile(r'=\s*"([^"]*)"')
"""A formula with which spreadsheets leave a number as text: `="0912345678"`."""
_RUN = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
"""How what a spreadsheet takes for a formula begins: https://owasp.org/www-community/attacks/CSV_Injection

Full-width signs are formulas for Excel in Chinese and Japanese."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""Control characters, which a terminal that shows the file would obey; tabs and line ends are none here."""
_CHANGED = re.compile(r"\+[0-9]+|0[0-9]+|[0-9]{12,}|[0-9]+[eE][0-9]+")
"""Matches a text that spreadsheets take for a number, and change when they save it: without its leading zero
or plus, or in powers of ten."""
_PLAIN = re.compile(r'[^\W_][^\x00-\x1f\x7f-\x9f",]*')
"""Matches a cell that is written as it is: no formula begins with a letter or digit."""


class NoTable(Refusal):
    """The file cannot be read as a table. `hint` is what helps, `line` (from 1) is at fault; 0: none is."""

    def __init__(self, message: Translatable, hint: Translatable, line: int = 0) -> None:
        super().__init__(message)
        self.hint, self.line = hint, line


class TableLine(NamedTuple):
    """A record of a table."""

    number: int
    """Its first line in the file, from 1."""
    cells: Sequence[str]
    """Its cells; none where it has a fault."""
    fault: LineFault | None = None
    """Why it has no cells; `None`: it has been read."""


def table_encoding(file: BinaryIO) -> TableEncoding:
    """The encoding in which `lines_of` reads a file by itself; UTF-16 counts as UTF-8. Raises `NoTable`."""
    found = _encoding(file)
    return "shift-jis" if found == _SHIFT_JIS else "big5" if found in (_BIG5, _HONG_KONG) else "utf-8"


def lines_of(file: BinaryIO, chosen: TableEncoding | None = None) -> Iterator[TableLine]:
    """The records of a file, without empty ones; then the file is closed. Raises `NoTable`, before the first
    record.

    The encoding is the one in which most of the file can be read, unless one is `chosen`. A quoted cell may
    have several lines (RFC 4180). Where its quotation mark is never closed, or is closed by one of another
    record, the line that opens it has a fault, and the next line is read by itself.
    """
    encoding = _encoding(file, chosen)
    file.seek(0)
    with TextIOWrapper(file, encoding, "surrogateescape", newline="") as text:
        yield from _records(_Source(text, _CALLED.get(encoding, "Big5")))


def cell_text(cell: str) -> str:
    """The text of a cell: without invisible characters, and without the signs that only spreadsheets need."""
    text = visible(cell).strip()
    formula = _FORMULA_TEXT.fullmatch(text)
    return (formula[1] if formula else text).removeprefix("'").strip()


def column_name(header: str) -> str:
    """The name of a column for comparison: without differences of width and case."""
    return "_".join(cleaned(header).casefold().split())


def csv_line(cells: Iterable[object]) -> str:
    """A line of cells for spreadsheets.

    No cell is executed as a formula (CWE-1236) or has control or invisible characters. A text of digits that
    a spreadsheet would change (phones, member numbers) is written `="0912345678"`, which `cell_text` reads
    back.
    """
    return ",".join(map(_csv_cell, cells)) + "\r\n"


def heading_line(names: Iterable[str], words: Language) -> str:
    """The first line of a table with the byte order mark: translated, in English the names that JSON has."""
    table = words.within(TABLE)
    return MARK + csv_line(table.text(Translatable(name)) for name in names)


def _csv_cell(cell: object) -> str:
    if cell is None:
        return ""
    text = visible(str(cell))
    if isinstance(cell, str) and _CHANGED.fullmatch(text):
        return f'"=""{text}"""'
    if not text or _PLAIN.fullmatch(text):  # most cells of a large table
        return text
    text = _CONTROL.sub("", text)
    if _RUN.match(text):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if _QUOTED_FOR.search(text) else text


def is_shifted(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a cell behind the last column is filled: then an unquoted separator has moved all cells behind
    it to the wrong column. Spreadsheets write empty cells there."""
    return any(cell.strip() for cell in cells[len(header) :])


def fault_words(fault: LineFault) -> Translatable:
    """The fault of a line, in words."""
    return _FAULTS.get(fault) or tr("cannot be read as {encoding}", encoding=fault)


SHIFTED = tr(
    "there are more cells in it than in the first line: put a cell with a comma in it in quotation marks"
)
"""The fault of a line with more cells than columns, in words."""
_FAULTS: Mapping[LineFault, Translatable] = {
    "open quotation": tr("a quotation mark is opened in this line and not closed"),
    "quotation": tr("a quotation mark stands inside a cell in quotation marks: write it twice"),
    "length": tr("this line is longer than a line of a table"),
    "NUL": tr("there is a NUL byte in it: the file is damaged, or saved as UTF-16 without its mark"),
}


def _records(source: _Source) -> Iterator[TableLine]:
    """The records of the lines. The separator is declared by `sep=;`, else the most frequent one of the first
    line."""
    first = next((line for line in source if line.text.strip() or line.fault is not None), None)
    if first is None:
        return
    if first.number == 1 and (declared := _SEPARATOR.fullmatch(first.text)) is not None:
        delimiter = declared[1]
    else:
        delimiter = max(_PARTS, key=_QUOTED.sub("", first.text).count)
        source.give_back([first])
    is_header = True
    for line in source:
        record = _record(line, source, delimiter, is_header=is_header)
        if record.fault is not None or any(cell.strip() for cell in record.cells):
            yield record
            is_header = False


def _record(first: _Line, source: _Source, delimiter: str, *, is_header: bool) -> TableLine:
    """The record that begins with this line; following lines that do not belong to it are given back to
    `source`."""
    number, text, fault = first
    if '"' not in text:
        return TableLine(number, () if fault else text.rstrip("\r\n").split(delimiter), fault)
    more: list[_Line] = []
    texts = _texts(first, source, more)
    try:
        cells = next(csv.reader(texts, delimiter=delimiter, strict=True))
    except csv.Error:
        source.give_back(more)
        is_open = more or getgeneratorstate(texts) == GEN_CLOSED
        return TableLine(number, (), fault or ("open quotation" if is_open else "quotation"))
    if any(_is_record(line.text, text, delimiter, below_header=is_header) for line in more):
        source.give_back(more)
        return TableLine(number, (), "open quotation")
    fault = next((line.fault for line in (first, *more) if line.fault is not None), None)
    return TableLine(number, () if fault else cells, fault)


def _texts(first: _Line, source: _Source, more: list[_Line]) -> Generator[str, None, None]:
    """The text of a line and of the following ones, up to the length of a record; these are added to
    `more`."""
    yield first.text
    length = len(first.text)
    for line in source:
        more.append(line)
        length += len(line.text)
        if length > LINE_MOST:
            return
        yield line.text


def _is_record(line: str, first: str, delimiter: str, *, below_header: bool) -> bool:
    """Whether a line inside a quoted cell is rather a record of its own, like the one that opens the cell.

    It has as many cells, and in one column both have a number of as many digits, such as a phone (headers
    have none), or the same shape, such as `M1` and `M2` or mail addresses. Else two stray quotation marks
    would hide all records between them.
    """
    cells, others = line.split(delimiter), first.split(delimiter)
    return len(cells) == len(others) and any(
        ((digits := _digits(cell)) >= _NUMBER_LEAST and (below_header or digits == _digits(other)))
        or ((shape := _shape(cell)) is not None and shape == _shape(other))
        for cell, other in zip(cells, others, strict=True)
    )


def _digits(cell: str) -> int:
    """The number of digits in a cell."""
    return sum(map(str.isdigit, cell))


def _shape(cell: str) -> str | None:
    """What is equal for codes of the same form, such as `M0` for `M1` and `M2`, or `@` for mail addresses;
    `None` for other texts."""
    plain = cell_text(cell)
    if "@" in plain:
        return "@"
    return _DIGIT.sub("0", plain) if plain.isascii() and plain.isalnum() and _DIGIT.search(plain) else None


class _Line(NamedTuple):
    """A line of the file; `number` counts from 1, as editors do."""

    number: int
    text: str
    fault: LineFault | None


class _Source(Iterator[_Line]):
    """The lines of a file, each up to `LINE_MOST`, so that one without end fills no memory."""

    def __init__(self, file: TextIO, encoding: LineFault) -> None:
        self._file, self._encoding = file, encoding
        self._number = 0
        self._given_back: deque[_Line] = deque()

    def __next__(self) -> _Line:
        if self._given_back:
            return self._given_back.popleft()
        text = self._file.readline(LINE_MOST)
        if not text:
            raise StopIteration
        self._number += 1
        return _Line(self._number, *self._checked(text))

    def give_back(self, lines: Iterable[_Line]) -> None:
        """Put lines back, to be read again before all others."""
        self._given_back.extendleft(reversed(list(lines)))

    def _checked(self, text: str) -> tuple[str, LineFault | None]:
        """The text of a line and its fault; what is too long is skipped up to the end of the line."""
        if text.rstrip("\r\n").endswith(_END_OF_FILE):
            text = text.rstrip(f"{_END_OF_FILE}\r\n") + "\n"
        if len(text) == LINE_MOST and not text.endswith(("\n", "\r")):
            while (more := self._file.readline(LINE_MOST)) and not more.endswith(("\n", "\r")):
                pass
            return "\n", "length"
        if "\0" in text:
            return text, "NUL"
        if _UNREAD.search(text):
            return text, self._encoding
        return text, None


def _encoding(file: BinaryIO, chosen: TableEncoding | None = None) -> str:
    """Python's name of the encoding in which most of the file can be read. Raises `NoTable`.

    UTF-16 is recognized by its byte order mark. Where several encodings read all of the file: UTF-8 before
    Big5 before Shift-JIS.
    """
    begins = file.read(4)
    if begins.startswith(_WORKBOOK):
        raise NoTable(tr("this is a workbook of Excel, not a CSV"), SAVE)
    if not begins.startswith(_UTF_16):
        return _unmarked(file, chosen)
    if _readable(file, "utf-16") != float("inf"):
        raise NoTable(NEITHER, SAVE)
    return "utf-16"


def _unmarked(file: BinaryIO, chosen: TableEncoding | None) -> str:
    """The encoding of a file without the byte order mark of UTF-16."""
    asked = {"utf-8": (_UTF_8,), "shift-jis": (_SHIFT_JIS,), "big5": (_BIG5, _HONG_KONG)}
    if chosen is not None:
        return max(asked[chosen], key=partial(_readable, file))
    reach = dict[str, float]()
    for encoding in (_UTF_8, _BIG5):
        reach[encoding] = _readable(file, encoding)
        if reach[encoding] == float("inf"):
            return encoding
    if _is_japanese(file, int(min(reach.values()))):
        return _SHIFT_JIS
    reach[_HONG_KONG] = _readable(file, _HONG_KONG)
    return max(reach, key=lambda encoding: reach[encoding])


def _is_japanese(file: BinaryIO, first: int) -> bool:
    """Whether the text around byte `first`, which is neither UTF-8 nor Big5, is Japanese in Shift-JIS.

    Judged by its bytes, not by how much can be read: half-width kana are single bytes, so that nearly
    everything can be read as Shift-JIS.
    """
    file.seek(max(0, first - _SAMPLE // 2))
    sample = file.read(_SAMPLE)
    above = len(sample) - len(sample.translate(None, bytes(range(0x80, 0x100))))
    low = len(sample) - len(sample.translate(None, _TWO_BYTES))
    if low * 4 < above or sample.decode("utf-8", "replace").count("\ufffd") * 2 < above:
        return False  # Big5, or UTF-8 that is damaged somewhere
    text = sample.decode(_SHIFT_JIS, "replace")
    signs = len(text) - sum(map(str.isascii, text))
    wrong = text.count("\ufffd")
    return wrong * 4 <= signs and sum(map(len, _JAPANESE.findall(text))) * 2 >= signs


def _readable(file: BinaryIO, encoding: str) -> float:
    """About how many bytes of a file can be decoded from its beginning; infinite: all of them."""
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
