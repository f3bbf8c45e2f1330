"""What is left out of a file where the parser gives up, so that the rest is read: as little as will do."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection

from bot.model.problem import Problem
from bot.playbook.shape.schema import SECTIONS
from bot.playbook.syntax.entries import Entries
from bot.playbook.syntax.source import SourceFile
from bot.playbook.syntax.yaml_text import in_quotes, value_starts

_SECTION = re.compile(rf"^(?:{'|'.join((*SECTIONS, 'channel'))})[ \t]*:(?=[ \t\r\n]|$)", re.MULTILINE)
"""The begin of a section, whatever is above it: its name without indentation."""
_OF_A_TEXT = frozenset(
    {"unquoted-at", "colon-in-text", "comment-in-text", "unquoted-placeholder", "tag-used", "alias-used"}
)
"""Mistakes of a text that belongs in quotes: the parser needs no more than another text in its place."""
_NOTHING = re.compile(r"\s*(?:#.*)?")
"""An empty line, or one with a comment alone."""


def text_of(source: SourceFile, problem: Problem) -> slice | None:
    """The offsets of the text that a mistake is about; `None` where it is about more."""
    line, place = source.line(problem.place.line), problem.place.column - 1
    starts = value_starts(line, place)
    if problem.code not in _OF_A_TEXT or not starts:
        return None
    begin, (end, _) = source.offset(problem.place.line), in_quotes(line, starts[0])
    return slice(begin + starts[0], begin + end) if end > place else None


def entry_of(source: SourceFile, section: slice, lines: Collection[int]) -> slice | None:
    """The offsets of the entry of a section that holds these lines; `None` where it is the only one."""
    entry = Entries(source).lines_at(min(lines))
    span = slice(source.offset(entry.start), _behind(source, entry))
    if max(lines) > entry.stop or span.start <= section.start:
        return None
    above, below = source.text[section.start : span.start], source.text[span.stop : section.stop]
    left = [line for line in (*above.splitlines()[1:], *below.splitlines()) if not _NOTHING.fullmatch(line)]
    begins = {_begin(line) for line in (*left[:1], source.line(entry.start), *below.splitlines()[:1])}
    return span if left and len(begins) == 1 else None


def _begin(line: str) -> tuple[str, bool]:
    """How an entry begins: its indentation, and whether it is an item of a list."""
    rest = line.lstrip()
    return line[: len(line) - len(rest)], rest.startswith("-")


def _behind(source: SourceFile, lines: range) -> int:
    """The offset behind the last of these lines."""
    return source.offset(lines.stop) if lines.stop <= len(source.lines) else len(source.text)


def section_of(source: SourceFile, line: int) -> slice | None:
    """The offsets of the section around a line; `None` where the file has no other."""
    starts = [0, *(match.start() for match in _SECTION.finditer(source.text) if match.start())]
    if len(starts) < 2:
        return None
    number = bisect_right(starts, source.offset(line)) - 1
    return slice(starts[number], [*starts, len(source.text)][number + 1])


def without(source: SourceFile, part: slice) -> SourceFile:
    """The file with spaces in the place of a part, so that everything else stays where it is."""
    return _replaced(source, part, re.sub(r"[^\r\n]", " ", source.text[part]))


def with_another_text(source: SourceFile, part: slice) -> SourceFile:
    """The file with a text of the same length, which is one to YAML, in the place of another."""
    return _replaced(source, part, "x" * (part.stop - part.start))


def _replaced(source: SourceFile, part: slice, text: str) -> SourceFile:
    return SourceFile(source.file, source.text[: part.start] + text + source.text[part.stop :])
