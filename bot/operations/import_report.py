"""What has come of the lines of a file: how many were new, changed, as before, and why some were refused."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated

from bot.model.answer_fields import Clock, Help
from bot.model.translatable import Refusal, Translatable, plural, tr

LISTED_LINES = 1_000
"""Refused lines that are listed one by one; the others are only counted."""


class LineRefused(Refusal):
    """Why a line is not taken; `column`: of which one it is, where that is known."""

    def __init__(self, message: Translatable, column: str = "") -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that was not taken, or of which not all was."""

    line: Annotated[int, Help("Its number in the file, or in the list, from 1.")]
    why: Translatable


@dataclass(slots=True)
class ImportReport:
    """What has come of the lines of a file so far."""

    new: int = 0
    changed: int = 0
    same: Annotated[int, Help("Those that were there already.")] = 0
    refused: int = 0
    erased: Annotated[int, Help("Those about people who were erased: they are left out.")] = 0
    turns_left: Annotated[int, Help("Events that wait for the turn of a running bot.")] = 0
    refused_lines: Annotated[list[RefusedLine], Help("1,000 of them at most.")] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Lines that were looked at."""
        return self.new + self.changed + self.same + self.refused + self.erased

    @property
    def is_done(self) -> bool:
        """Whether no line was refused."""
        return not self.refused

    def refuse(self, number: int, why: Translatable) -> None:
        """One more that was not taken: why is not found out in the order of the file."""
        self.refused += 1
        if len(self.refused_lines) < LISTED_LINES:
            insort(self.refused_lines, RefusedLine(number, why), key=lambda one: one.line)

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """How many lines came to what, and each that was refused, as far as they are listed."""
        yield tr(
            "{new} new, {changed} changed, {same} as before, {refused} refused",
            new=f"{self.new:,}",
            changed=f"{self.changed:,}",
            same=f"{self.same:,}",
            refused=f"{self.refused:,}",
        )
        if self.erased:
            yield tr("{number} lines are about people who were erased: left out", number=f"{self.erased:,}")
        if self.turns_left:
            yield plural(
                "1 event waits for its turn: `oaflow run` takes it, after the messages of customers",
                "{number} events wait for their turns: `oaflow run` takes them, after the messages of"
                " customers",
                self.turns_left,
            )
        for one in self.refused_lines:
            yield tr("line {line}: {why}", line=one.line, why=one.why)
        if more := self.refused - len(self.refused_lines):
            yield plural("and 1 more line was refused", "and {number} more lines were refused", more)


def open_in_words(left: int, seconds: float | None) -> Translatable:
    """How many events wait for their turns, and how long that takes yet."""
    if seconds is None:
        return plural("1 event waits for its turn", "{number} events wait for their turns", left)
    long = (
        tr("{number} s", number=round(seconds))
        if seconds < 90
        else tr("{number} min", number=round(seconds / 60))
    )
    return tr("{number} events wait for their turns, about {long} left", number=f"{left:,}", long=long)
