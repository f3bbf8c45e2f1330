"""Reading one file of a playbook: bytes to text, lines, and the places of offsets."""

from __future__ import annotations

import errno
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake

FILE_LIMIT = 1024 * 1024
"""Bytes in one file; some six times what the largest shop has written."""
LINE_LIMIT = 65_536
"""Characters in one line: LINE's largest Flex message, as JSON in one line, has 50,000."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_NOT_IN_YAML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What YAML does not allow to stand in a file as it is: https://yaml.org/spec/1.2.2/#51-character-set"""


def lines_of(text: str) -> list[str]:
    """The lines of a text as YAML 1.2 counts them, without their ends."""
    return _LINE_BREAK.split(text)


@dataclass(frozen=True)
class SourceFile:
    """One file as it was read; `file` is its path from the playbook's folder."""

    file: str
    text: str

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return lines_of(self.text)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]

    def line(self, number: int) -> str:
        """The line of that number (from 1); empty behind the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def offset(self, number: int) -> int:
        """The offset at which the line of that number (from 1) begins; behind the end, that of the last."""
        return self._starts[min(number, len(self._starts)) - 1]

    def line_start(self, offset: int) -> int:
        """The offset at which the line of `offset` begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def place(self, offset: int) -> Place:
        """The place of an offset in the text."""
        line = bisect_right(self._starts, offset)
        return Place(self.file, line, offset - self._starts[line - 1] + 1, "")

    def find(self, written: str, start: int, end: int, path: str) -> Place | None:
        """The place of a piece of text between two offsets; `None` where it is folded or not there."""
        offset = self.text.find(written, start, end)
        return None if offset < 0 else replace(self.place(offset), path=path)

    def place_at(self, line: int, column: int) -> Place:
        """A place in this file that belongs to no key."""
        return Place(self.file, line, column, "")


def _too_large(file: str) -> Problem:
    message = tr("this file is too large: more than {most} bytes", most=f"{FILE_LIMIT:,}")
    hint = tr("divide it: all .yaml files of a folder are read together")
    return mistake(Place(file, 1, 1, ""), "file-too-large", message, hint=hint)


def oversized(source: SourceFile) -> Problem | None:
    """The problem of a text that is not read, as it or one of its lines is too long; `None` of any other.

    The time for some searches grows faster than the text.
    """
    if len(source.text) > FILE_LIMIT:
        return _too_large(source.file)
    number = next((number for number, line in enumerate(source.lines, 1) if len(line) > LINE_LIMIT), None)
    if number is None:
        return None
    message = tr("this line is longer than {most} characters", most=f"{LINE_LIMIT:,}")
    hint = tr("write it in several lines")
    return mistake(source.place_at(number, 1), "file-too-large", message, hint=hint)


def decode(file: str, raw: bytes) -> tuple[SourceFile, list[Problem]]:
    """The text of a file, without its byte order mark.

    Problems where it is too large, is not UTF-8, or has a character that YAML forbids.
    """
    if len(raw) > FILE_LIMIT:
        return SourceFile(file, ""), [_too_large(file)]
    try:
        source = SourceFile(file, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        before = SourceFile(file, raw[: error.start].decode("utf-8-sig", "replace"))
        source = SourceFile(file, raw.decode("utf-8-sig", "replace"))
        message = tr("this file is not UTF-8")
        hint = tr("save it as UTF-8 (in the editor's dialogue “save as”, under encoding)")
        return source, [mistake(before.place(len(before.text)), "yaml-syntax", message, hint=hint)]
    match = _NOT_IN_YAML.search(source.text)
    if match is None:
        return source, []
    number = ord(match[0])
    message = tr("the character U+{number} cannot stand in a file", number=f"{number:04X}")
    hint = tr(
        'remove it; where it is meant, write it as "\\u{number}" in double quotes', number=f"{number:04x}"
    )
    return source, [mistake(source.place(match.start()), "yaml-syntax", message, hint=hint)]


_WORD = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^\s:,\[\]{}]+")
"""A text in quotes, or a word."""


def underlined(problems: Iterable[Problem], sources: Mapping[str, str]) -> Iterator[Problem]:
    """The problems, each as wide as the word or quoted text at its place."""
    lines: dict[str, Sequence[str]] = {}
    for problem in problems:
        file = problem.place.file
        if file not in lines:
            lines[file] = lines_of(sources.get(file, ""))
        yield replace(problem, width=_width(lines[file], problem.place.line, problem.place.column))


def _width(lines: Sequence[str], line: int, column: int) -> int:
    match = _WORD.match(lines[line - 1], column - 1) if 0 < line <= len(lines) else None
    return len(match[0]) if match else 1


_WHY: Mapping[int | None, Translatable] = {
    errno.ENOENT: tr("there is no such file or folder"),
    errno.ENOTDIR: tr("a part of its path is no folder"),
    errno.EISDIR: tr("it is a folder"),
    errno.EACCES: tr("who runs oaflow may not read or write it"),
    errno.EPERM: tr("who runs oaflow may not read or write it"),
    errno.EROFS: tr("nothing can be written there"),
    errno.ENOSPC: tr("the disk is full"),
}
"""The reasons of an `OSError`, by its `errno`."""


def file_trouble(error: OSError) -> Translatable | str:
    """Why a file could not be read or written, for people; for rare errors the system's own text."""
    return _WHY.get(error.errno) or error.strerror or type(error).__name__


@contextmanager
def file_trouble_as(refusal: Callable[[Translatable | str], Exception]) -> Iterator[None]:
    """Where a file or folder cannot be read or written, raise this refusal: it is given why."""
    try:
        yield
    except OSError as error:
        raise refusal(file_trouble(error)) from error
