"""Clerks' QR codes to be printed: cards on A4 with lines to cut along, as SVG and as PDF.

What stands where is decided once (`pages_of`), in millimetres; both files draw that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from bot.model.translatable import Refusal, tr
from bot.operations.qr_code import unwritable
from bot.playbook.drawing.menu_picture import FontFile
from bot.playbook.report import cells
from bot.playbook.similar import quoted
from bot.playbook.syntax.source import file_trouble_as

if TYPE_CHECKING:
    from fpdf import FPDF

WIDTH, HEIGHT = 210.0, 297.0
"""Millimetres of A4 (ISO 216)."""
MARGIN = 12.0
"""What no printer reaches."""
COLUMNS, ROWS = 3, 4
QUIET = 4
"""Modules of white around a code: ISO/IEC 18004, section 9.1."""
_WIDE, _HIGH = (WIDTH - 2 * MARGIN) / COLUMNS, (HEIGHT - 2 * MARGIN) / ROWS
_CODE = 40.0
"""Millimetres of a code with the white around it: read from an arm's length."""
_INK, _GREY, _CUT = "#1f2a24", "#5d6a62", "#9aa59d"
_FAMILY = "Noto Sans TC, Noto Sans CJK TC, PingFang TC, Microsoft JhengHei, sans-serif"
_OVERLAP = 1.02
"""Of a module's height, so that no light shines through between two rows."""
_POINT = 25.4 / 72
"""Millimetres."""


class SheetNotWritten(Refusal):
    """The file cannot be written, or is to be of another kind; the text says why."""


@dataclass(frozen=True, slots=True)
class CodeCard:
    """The contents of a clerk's card: two lines, the code, which holds `link`, below it `code` in signs."""

    title: str
    name: str
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text around x, its feet at y; `size` in points, smaller if it would be wider than `most`."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    most: float


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A black box: the modules of a code that lie side by side."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class CutMark:
    """A line to cut along."""

    x: float
    y: float
    to_x: float
    to_y: float


SheetMark: TypeAlias = TextMark | BoxMark | CutMark


def pages_of(cards: Sequence[CodeCard]) -> Iterator[list[SheetMark]]:
    """What is drawn on each page, twelve cards to one."""
    for begin in range(0, len(cards), COLUMNS * ROWS):
        some = cards[begin : begin + COLUMNS * ROWS]
        marks: list[SheetMark] = list(_cuts())
        for number, card in enumerate(some):
            row, column = divmod(number, COLUMNS)
            marks += _card(card, MARGIN + column * _WIDE, MARGIN + row * _HIGH, _WIDE, _HIGH)
        yield marks


def write_sheet(
    cards: Sequence[CodeCard],
    file: Path,
    title: str,
    font: FontFile | None,
    tell: Callable[[int, int], None] = lambda page, pages: None,
) -> list[Path]:
    """Write the sheet to a .pdf, or to a .svg for each page (`sheet.svg`, `sheet-2.svg` …); the files.

    A PDF needs the `font`, which has to have the names' characters. `tell` gets which page of how many is
    done. Raises `SheetNotWritten`.
    """
    kind = file.suffix.lower()
    if kind not in (".pdf", ".svg"):
        raise SheetNotWritten(tr("{name} ends in neither .pdf nor .svg", name=quoted(str(file))))
    with file_trouble_as(lambda why: SheetNotWritten(unwritable(file, why))):
        if kind == ".pdf":
            if font is None:
                raise SheetNotWritten(tr("a PDF needs a font with Chinese characters"))
            file.write_bytes(_pdf(cards, title, font, tell))
            return [file]
        written = []
        for number, marks in enumerate(pages_of(cards), 1):
            path = file if number == 1 else file.with_name(f"{file.stem}-{number}{file.suffix}")
            path.write_text(_svg(marks, title, WIDTH, HEIGHT), encoding="utf-8")
            written.append(path)
            tell(number, pages_number(cards))
        return written


def write_cards(cards: Sequence[tuple[str, CodeCard]], folder: Path) -> list[Path]:
    """Write a card each as SVG into a folder, under these names; the files. Raises `SheetNotWritten`."""
    written = []
    with file_trouble_as(lambda why: SheetNotWritten(unwritable(folder, why))):
        folder.mkdir(parents=True, exist_ok=True)
        for name, card in cards:
            path = folder / f"{name}.svg"
            path.write_text(_svg(_card(card, 0, 0, _WIDE, _HIGH), card.name, _WIDE, _HIGH), encoding="utf-8")
            written.append(path)
    return written


def _cuts() -> Iterator[CutMark]:
    for column in range(COLUMNS + 1):
        x = MARGIN + column * _WIDE
        yield CutMark(x, MARGIN - 4, x, HEIGHT - MARGIN + 4)
    for row in range(ROWS + 1):
        y = MARGIN + row * _HIGH
        yield CutMark(MARGIN - 4, y, WIDTH - MARGIN + 4, y)


def _card(card: CodeCard, x: float, y: float, wide: float, high: float) -> list[SheetMark]:
    middle, most = x + wide / 2, wide - 6
    top = y + (high - 61) / 2  # of all that is on it, so that it is in the middle
    return [
        TextMark(middle, top + 4.5, card.title, 11, _GREY, most),
        TextMark(middle, top + 11.5, card.name, 15, _INK, most),
        *_modules(card.link, middle - _CODE / 2, top + 13.5, _CODE),
        TextMark(middle, top + 58, _spaced(card.code), 11, _INK, most),
    ]


def _spaced(code: str) -> str:
    """Ten signs in two halves, which can be read out; a code is the same without the hyphen."""
    return f"{code[:5]}-{code[5:]}" if len(code) == 10 and code.isalnum() else code


def _modules(link: str, x: float, y: float, side: float) -> Iterator[BoxMark]:
    """The code's black modules, those in a row as one box: read with 15 % of it dirty (level M)."""
    import segno  # not above: most commands draw none

    matrix = segno.make(link, error="m", micro=False).matrix
    size = side / (len(matrix) + 2 * QUIET)
    for number, modules in enumerate(matrix):
        begin: int | None = None
        for place, is_black in enumerate([*modules, 0]):
            if is_black and begin is None:
                begin = place
            elif not is_black and begin is not None:
                left, top = x + (begin + QUIET) * size, y + (number + QUIET) * size
                yield BoxMark(left, top, (place - begin) * size, size * _OVERLAP)
                begin = None


# -- SVG


def sheet_page(cards: Sequence[CodeCard], page: int, title: str) -> bytes | None:
    """A page of the sheet as SVG, from 1; `None`: there is none of this number."""
    begin = (page - 1) * COLUMNS * ROWS
    some = cards[begin : begin + COLUMNS * ROWS] if page > 0 else ()
    marks = next(pages_of(some), None)
    return None if marks is None else _svg(marks, title, WIDTH, HEIGHT).encode()


def pages_number(cards: Sequence[CodeCard]) -> int:
    """How many pages they take."""
    return math.ceil(len(cards) / (COLUMNS * ROWS))


def _svg(marks: Sequence[SheetMark], title: str, wide: float, high: float) -> str:
    """A page in its size on paper; texts in a font of the machine that prints it."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:g}mm" height="{high:g}mm" '
        f'viewBox="0 0 {wide:g} {high:g}" lang="zh-TW"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
    )
    boxes = "".join(
        f"M{one.x:.3f} {one.y:.3f}h{one.width:.3f}v{one.height:.3f}h-{one.width:.3f}z"
        for one in marks
        if isinstance(one, BoxMark)
    )
    others = "".join(_as_svg(mark) for mark in marks if not isinstance(mark, BoxMark))
    return f'{head}{others}<path shape-rendering="crispEdges" d="{boxes}"/></svg>\n'


def _as_svg(mark: TextMark | CutMark) -> str:
    match mark:
        case CutMark(x, y, to_x, to_y):
            return (
                f'<path d="M{x:g} {y:g}L{to_x:g} {to_y:g}" stroke="{_CUT}" stroke-width=".2" '
                'stroke-dasharray="2 2"/>'
            )
        case TextMark(x, y, text, size, colour, most):
            fitted = min(size * _POINT, most / max(cells(text), 1) * 2)
            return (
                f'<text x="{x:g}" y="{y:g}" font-family="{_FAMILY}" font-size="{fitted:.3f}" '
                f'font-weight="700" text-anchor="middle" fill="{colour}">{escape(text)}</text>'
            )


# -- PDF


def _pdf(cards: Sequence[CodeCard], title: str, font: FontFile, tell: Callable[[int, int], None]) -> bytes:
    from fpdf import FPDF  # not above: it takes a while, and no other command writes one

    file = FPDF(unit="mm", format="A4")
    file.set_title(title)
    file.set_lang("zh-TW")
    file.set_auto_page_break(False)
    try:
        file.add_font("text", fname=font.path, collection_font_number=font.index)
    except Exception as error:  # fontTools raises whatever a broken file makes it
        raise SheetNotWritten(tr("the font {name} cannot be read", name=quoted(str(font.path)))) from error
    for number, marks in enumerate(pages_of(cards), 1):
        file.add_page()
        for mark in marks:
            _onto_pdf(file, mark)
        tell(number, pages_number(cards))
    return bytes(file.output())


def _onto_pdf(file: FPDF, mark: SheetMark) -> None:
    match mark:
        case BoxMark(x, y, width, height):
            file.set_fill_color(0)
            file.rect(x, y, width, height, style="F")
        case CutMark(x, y, to_x, to_y):
            file.set_draw_color(_CUT)
            file.set_line_width(0.2)
            file.set_dash_pattern(dash=2, gap=2)
            file.line(x, y, to_x, to_y)
            file.set_dash_pattern()
        case TextMark(x, y, text, size, colour, most):
            file.set_font("text", size=size)
            wide = file.get_string_width(text)
            if wide > most:
                file.set_font_size(size * most / wide)
            file.set_text_color(colour)
            file.text(x - file.get_string_width(text) / 2, y, text)
