"""How problems look to the person who has to mend them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from unicodedata import category, east_asian_width

from bot.model.problem import Problem
from bot.playbook.similar import printable
from bot.playbook.syntax.source import lines_of

WIDTH = 100
"""Cells of a source line that are shown; of a longer one, the part around the mistake."""

_BEFORE = 30


def render(problems: Sequence[Problem], sources: Mapping[str, str]) -> str:
    """All problems, each with its source line and a caret under the place; the last line counts them.

    `sources` are the texts by file, as `Loaded` has them; a file that is not in it is named without an
    excerpt. Without problems the result is empty.
    """
    if not problems:
        return ""
    lines = {file: lines_of(sources[file]) for file in {p.place.file for p in problems} if file in sources}
    blocks = ["\n".join(_block(problem, lines.get(problem.place.file, []))) for problem in problems]
    return "\n".join((*blocks, counted(problems))) + "\n"


def counted(problems: Iterable[Problem]) -> str:
    """The last line: `3 errors, 1 warning in 2 files`."""
    all_of_them = list(problems)
    parts = []
    for level, word in (("error", "error"), ("warning", "warning"), ("info", "note")):
        number = sum(1 for problem in all_of_them if problem.level == level)
        if number:
            parts.append(_many(number, word))
    return f"{', '.join(parts) or 'no errors'} in {_many(len({p.place.file for p in all_of_them}), 'file')}"


def cells(text: str) -> int:
    """The width of a text in a terminal: wide characters take two cells, combining ones none."""
    return sum(map(_cells_of, text))


def _cells_of(char: str) -> int:
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1


def _block(problem: Problem, lines: Sequence[str]) -> Iterator[str]:
    place = problem.place
    yield f"{printable(str(place))}: {problem.level}: {problem.message} [{problem.code}]"
    number = str(place.line)
    gutter = " " * len(number)
    if 0 < place.line <= len(lines):
        line, caret = _excerpt(lines[place.line - 1], place.column - 1, problem.width)
        yield f"{gutter} |"
        yield f"{number} | {line}".rstrip()
        yield f"{gutter} | {caret}"
    if problem.hint is not None:
        yield f"{gutter} = hint: {problem.hint}"
    if problem.note is not None:
        yield f"{gutter} = note: {problem.note}"


def _excerpt(line: str, start: int, width: int) -> tuple[str, str]:
    """The part of a line to show, and the carets below it. What a terminal cannot show becomes `·`."""
    left = max(0, start - WIDTH)
    shown = "".join(map(_visible, line[left : start + WIDTH]))
    start -= left
    first, last = 0, len(shown)
    if left or start + left + WIDTH < len(line) or cells(shown) > WIDTH:
        first = max(0, start - _BEFORE)
        last = first + _fitting(shown[first:], WIDTH)
    lead = "…" if left + first else ""
    tail = "…" if left + last < len(line) else ""
    marked = cells(shown[start : min(last, start + width)])
    return lead + shown[first:last] + tail, " " * cells(lead + shown[first:start]) + "^" * max(1, marked)


def _fitting(text: str, room: int) -> int:
    """How many characters of a text fit into so many cells."""
    for number, char in enumerate(text):
        room -= _cells_of(char)
        if room < 0:
            return number
    return len(text)


def _visible(char: str) -> str:
    if char == "\t":
        return " "
    return char if char.isprintable() or char in "\u200d\u3000" else "·"


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
