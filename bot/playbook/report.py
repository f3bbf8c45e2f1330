"""How problems look to the person who has to mend them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from unicodedata import category, east_asian_width

from bot.model.problem import Level, Problem
from bot.model.said import ENGLISH, Language, Said, SaidValue, row, say
from bot.playbook.similar import printable
from bot.playbook.syntax.source import lines_of

WIDTH = 100
"""Cells of a source line that are shown; of a longer one, the part around the mistake."""

_BEFORE = 30


def render(problems: Sequence[Problem], sources: Mapping[str, str], language: Language = ENGLISH) -> str:
    """All problems, each with its source line and a caret under the place; the last line counts them.

    `sources` are the texts by file, as `Loaded` has them; a file that is not in it is named without an
    excerpt. Without problems the result is empty.
    """
    if not problems:
        return ""
    lines = {file: lines_of(sources[file]) for file in {p.place.file for p in problems} if file in sources}
    blocks = ["\n".join(_block(problem, lines.get(problem.place.file, []), language)) for problem in problems]
    return "\n".join((*blocks, language.text(counted(problems)))) + "\n"


def counted(problems: Iterable[Problem]) -> Said:
    """The last line: `3 errors, 1 warning in 2 files`."""
    all_of_them = list(problems)
    levels = [problem.level for problem in all_of_them]
    found = [many(levels.count(level)) for level, many in _MANY if level in levels]
    files = many_files(len({problem.place.file for problem in all_of_them}))
    return say("{found} in {files}", found=row(found) if found else say("no errors"), files=files)


def many_files(number: int) -> Said:
    """`1 file`, `2 files`."""
    return say("1 file") if number == 1 else say("{number} files", number=number)


def many_notes(number: int) -> Said:
    """`1 note`, `2 notes`."""
    return say("1 note") if number == 1 else say("{number} notes", number=number)


def _many_errors(number: int) -> Said:
    return say("1 error") if number == 1 else say("{number} errors", number=number)


def _many_warnings(number: int) -> Said:
    return say("1 warning") if number == 1 else say("{number} warnings", number=number)


_MANY: tuple[tuple[Level, Callable[[int], Said]], ...] = (
    ("error", _many_errors),
    ("warning", _many_warnings),
    ("info", many_notes),
)


def cells(text: str) -> int:
    """The width of a text in a terminal: wide characters take two cells, combining ones none."""
    return sum(map(_cells_of, text))


def _cells_of(char: str) -> int:
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1


def first_line(problem: Problem) -> Said:
    """`file:line:column: level: message [code]`."""
    told: dict[str, SaidValue] = {"place": printable(str(problem.place)), "code": problem.code}
    match problem.level:
        case "error":
            return say("{place}: error: {message} [{code}]", message=problem.message, **told)
        case "warning":
            return say("{place}: warning: {message} [{code}]", message=problem.message, **told)
        case "info":
            return say("{place}: info: {message} [{code}]", message=problem.message, **told)


def below(problem: Problem) -> Iterator[Said]:
    """What is said below the place: the hint and the note."""
    if problem.hint is not None:
        yield say("hint: {hint}", hint=problem.hint)
    if problem.note is not None:
        yield say("note: {note}", note=problem.note)


def _block(problem: Problem, lines: Sequence[str], language: Language) -> Iterator[str]:
    place = problem.place
    yield language.text(first_line(problem))
    number = str(place.line)
    gutter = " " * len(number)
    found = excerpt(problem, lines)
    if found is not None:
        before, marked, after = found
        yield f"{gutter} |"
        yield f"{number} | {before}{marked}{after}".rstrip()
        yield f"{gutter} | {' ' * cells(before)}{'^' * max(1, cells(marked))}"
    for told in below(problem):
        yield f"{gutter} = {language.text(told)}".replace("\n", f"\n{gutter} | ")


def excerpt(problem: Problem, lines: Sequence[str]) -> tuple[str, str, str] | None:
    """The part of the problem's line to show: what stands before the mistake, what is meant, what follows.

    What a terminal cannot show becomes `·`. `None`: the file has no such line.
    """
    place = problem.place
    if not 0 < place.line <= len(lines):
        return None
    line, start = lines[place.line - 1], place.column - 1
    left = max(0, start - WIDTH)
    shown = "".join(map(_visible, line[left : start + WIDTH]))
    start -= left
    first, last = 0, len(shown)
    if left or start + left + WIDTH < len(line) or cells(shown) > WIDTH:
        first = max(0, start - _BEFORE)
        last = first + _fitting(shown[first:], WIDTH)
    lead = "…" if left + first else ""
    tail = "…" if left + last < len(line) else ""
    end = max(start, min(last, start + problem.width))
    return lead + shown[first:start], shown[start:end], shown[end:last] + tail


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
