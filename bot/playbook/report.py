"""Renders findings: for a terminal, for the console's pages, as JSON, and for GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any, TypeAlias
from unicodedata import category, east_asian_width

from bot.model.problem import Level, Problem
from bot.model.translatable import ENGLISH, Language, Translatable, TranslatableValue, plural, row, tr
from bot.playbook.similar import printable
from bot.playbook.syntax.source import lines_of

WIDTH = 100
"""Most cells of a source line that are shown; of a longer one, those around the finding."""

_BEFORE = 30
"""Characters before the mistake that are shown of a longer line."""


def render(problems: Sequence[Problem], sources: Mapping[str, str], language: Language = ENGLISH) -> str:
    """All findings for a terminal, each with its source line and a caret; the last line counts them. Empty
    where there are none.

    `sources` are the texts by file, as in `Loaded`; without its text, a finding has no excerpt.
    """
    if not problems:
        return ""
    lines = {file: lines_of(sources[file]) for file in {p.place.file for p in problems} if file in sources}
    blocks = ["\n".join(_block(problem, lines.get(problem.place.file, []), language)) for problem in problems]
    return "\n".join((*blocks, language.text(counted(problems)))) + "\n"


def counted(problems: Iterable[Problem]) -> Translatable:
    """The last line: `3 errors, 1 warning in 2 files`."""
    all_of_them = list(problems)
    levels = [problem.level for problem in all_of_them]
    counts = [many(levels.count(level)) for level, many in _MANY if level in levels]
    files = many_files(len({problem.place.file for problem in all_of_them}))
    return tr("{found} in {files}", found=row(counts) if counts else tr("no errors"), files=files)


def many_files(number: int) -> Translatable:
    """`1 file`, `2 files`."""
    return plural("1 file", "{number} files", number)


def many_notes(number: int) -> Translatable:
    """`1 note`, `2 notes`."""
    return plural("1 note", "{number} notes", number)


def _many_errors(number: int) -> Translatable:
    return plural("1 error", "{number} errors", number)


def _many_warnings(number: int) -> Translatable:
    return plural("1 warning", "{number} warnings", number)


_MANY: tuple[tuple[Level, Callable[[int], Translatable]], ...] = (
    ("error", _many_errors),
    ("warning", _many_warnings),
    ("info", many_notes),
)
"""What counts the findings of each level."""


def cells(text: str) -> int:
    """The width of a text in a terminal: wide characters take two cells, combining ones none."""
    return sum(map(_cells_of, text))


def in_columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, each column as wide as its widest cell on a terminal."""
    wide = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for line in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(line, wide, strict=True))
        yield "  ".join(padded).rstrip()


def _cells_of(char: str) -> int:
    if char.isascii():
        return 1
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in ("W", "F") else 1


def first_line(problem: Problem) -> Translatable:
    """The first line of a finding: `file:line:column: level: message [code]`."""
    values: dict[str, TranslatableValue] = {"place": printable(str(problem.place)), "code": problem.code}
    match problem.level:
        case "error":
            return tr("{place}: error: {message} [{code}]", message=problem.message, **values)
        case "warning":
            return tr("{place}: warning: {message} [{code}]", message=problem.message, **values)
        case "info":
            return tr("{place}: info: {message} [{code}]", message=problem.message, **values)


def below(problem: Problem) -> Iterator[Translatable]:
    """The lines below the place: the hint and the note."""
    if problem.hint is not None:
        yield tr("hint: {hint}", hint=problem.hint)
    if problem.note is not None:
        yield tr("note: {note}", note=problem.note)


def _block(problem: Problem, lines: Sequence[str], language: Language) -> Iterator[str]:
    place = problem.place
    yield language.text(first_line(problem))
    number = str(place.line)
    gutter = " " * len(number)
    parts = excerpt(problem, lines)
    if parts is not None:
        before, marked, after = parts
        yield f"{gutter} |"
        yield f"{number} | {before}{marked}{after}".rstrip()
        yield f"{gutter} | {' ' * cells(before)}{'^' * max(1, cells(marked))}"
    for line in below(problem):
        yield f"{gutter} = {language.text(line)}".replace("\n", f"\n{gutter} | ")


def excerpt(problem: Problem, lines: Sequence[str]) -> tuple[str, str, str] | None:
    """The part of the problem's line to show: the text before the mistake, the mistake, the text behind it.

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
    """How many characters of a text fit into `room` cells."""
    for number, char in enumerate(text):
        room -= _cells_of(char)
        if room < 0:
            return number
    return len(text)


def _visible(char: str) -> str:
    """A character as a terminal can show it."""
    if char == "\t":
        return " "
    return char if char.isprintable() or char in "\u200d\u3000" else "·"


_GRAVEST_FIRST = ("error", "warning", "info")
"""The order of levels."""


CountedProblems: TypeAlias = Counter[tuple[str, str, Translatable, str]]
"""Findings by code, file, message and the line's text, wherever the line is; equal ones are counted."""


def count_problems(problems: Iterable[Problem], sources: Mapping[str, str]) -> CountedProblems:
    """The problems counted by their identity, by which they are recognised after an edit (`as_data`)."""
    lines = {file: lines_of(text) for file, text in sources.items()}
    return Counter(_same(problem, lines) for problem in problems)


def as_data(
    problems: Sequence[Problem],
    sources: Mapping[str, str],
    language: Language,
    before: CountedProblems | None = None,
) -> dict[str, Any]:
    """The findings for a page: `counted` in words, and `problems`, gravest first.

    Each has `level`, `message`, `place`, `source`, `hint`, `below`, `fresh`, `repair`. `source` is the line
    in three parts, of which the second is meant; null where there is none. `fresh`: it is not among `before`.
    `repair` is the `repair_key` of its repair; null where there is none.
    """
    ordered = sorted(problems, key=lambda problem: _GRAVEST_FIRST.index(problem.level))
    lines = {file: lines_of(text) for file, text in sources.items()}
    known = Counter(before)
    objects = []
    for problem in ordered:
        known[_same(problem, lines)] -= 1
        fresh = known[_same(problem, lines)] < 0
        repair = repair_key(problem, sources.get(problem.place.file, "")) if problem.repair else None
        shown = _object(problem, lines.get(problem.place.file, []), language)
        objects.append(shown | {"fresh": fresh, "repair": repair})
    return {"counted": language.text(counted(ordered)), "problems": objects}


def _same(problem: Problem, lines: Mapping[str, Sequence[str]]) -> tuple[str, str, Translatable, str]:
    """The identity of a problem: code, file, message and the text of its line."""
    place, there = problem.place, lines.get(problem.place.file, [])
    line = there[place.line - 1].strip() if 0 < place.line <= len(there) else ""
    return problem.code, place.file, problem.message, line


def as_one(sentence: Translatable, language: Language) -> dict[str, Any]:
    """A sentence that is about no place in the files, as the only problem of an answer like `as_data`'s."""
    only: dict[str, Any] = {
        "level": "error",
        "message": language.text(sentence),
        "place": "",
        "source": None,
        "hint": None,
        "below": [],
        "fresh": True,
        "repair": None,
    }
    return {"counted": "", "problems": [only]}


def _object(problem: Problem, lines: Sequence[str], language: Language) -> dict[str, Any]:
    lines_below = [language.text(one) for one in below(problem)]
    return {
        "level": problem.level,
        "message": language.text(problem.message),
        "place": printable(f"{problem.place.file}:{problem.place.line}"),
        "source": excerpt(problem, lines),
        "hint": lines_below[0] if problem.hint is not None else None,
        "below": lines_below[1:] if problem.hint is not None else lines_below,
    }


_GITHUB: dict[Level, str] = {"error": "error", "warning": "warning", "info": "notice"}
"""GitHub's name of each level."""


def as_json(problems: Sequence[Problem], language: Language = ENGLISH) -> str:
    """The findings as JSON: the numbers of `errors` and `warnings`, and all `problems` in their order."""
    data = {
        "errors": sum(problem.level == "error" for problem in problems),
        "warnings": sum(problem.level == "warning" for problem in problems),
        "problems": [problem_data(problem, language) for problem in problems],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def repair_key(problem: Problem, source: str) -> str:
    """Identifies the repair of a finding, as long as `source`, the file's text for display, is the same."""
    edits = [asdict(edit) for edit in problem.repair]
    named = json.dumps([problem.place.file, source, edits], ensure_ascii=False)
    return sha256(named.encode()).hexdigest()[:32]


def problem_data(problem: Problem, language: Language) -> dict[str, object]:
    """A problem for programs, as JSON.

    Lines and columns count from 1, in characters; `width` is how many are meant. `hint` and `note` may be
    null. `repair` are the edits of the file that mend it, made together.
    Words are in this language; everything else is the same in each.
    """
    place = problem.place
    return {
        "level": problem.level,
        "code": problem.code,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "width": problem.width,
        "path": place.path,
        "message": language.text(problem.message),
        "hint": None if problem.hint is None else language.text(problem.hint),
        "note": None if problem.note is None else language.text(problem.note),
        "repair": [asdict(edit) for edit in problem.repair],
    }


def as_github(problems: Iterable[Problem], folder: str, language: Language = ENGLISH) -> str:
    """A workflow command for each problem, which GitHub shows in the changed line.

    `folder` is the playbook's path in the repository (`.` is its top).
    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
    """
    return "".join(_command(problem, folder, language) for problem in problems)


def _command(problem: Problem, folder: str, language: Language) -> str:
    place = problem.place
    file = place.file if folder in ("", ".") else f"{folder.rstrip('/')}/{place.file}"
    where = {
        "file": file,
        "line": place.line,
        "col": place.column,
        "endColumn": place.column + problem.width,
        "title": problem.code,
    }
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in where.items())
    texts = [problem.message, *below(problem)]
    return f"::{_GITHUB[problem.level]} {properties}::{_escaped(chr(10).join(map(language.text, texts)))}\n"


def _escaped(text: str, more: str = "") -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    for sign in more:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text
