"""What has come of the lines of a file: how many were new, changed, as before, and why some were refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.model.translatable import Refusal, Translatable, plural, tr
from bot.operations.payload import pick

LISTED_LINES = 1_000
"""Refused lines that are listed one by one; the others are only counted."""


class LineRefused(Refusal):
    """Why a line is not taken."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line of the file that was not taken, or of which not all was."""

    number: int
    why: Translatable


@dataclass(slots=True)
class ImportReport:
    """What has come of a file so far. `erased`: lines about people who were erased, which are left out.

    `turns_left`: events of bulk work in the inbox whose turns a bot has yet to take.
    """

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    erased: int = 0
    turns_left: int = 0
    listed: list[RefusedLine] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Lines that were looked at."""
        return self.new + self.changed + self.same + self.refused + self.erased

    def refuse(self, number: int, why: Translatable) -> None:
        """One more that was not taken."""
        self.refused += 1
        if len(self.listed) < LISTED_LINES:
            self.listed.append(RefusedLine(number, why))


def in_order(lines: Sequence[RefusedLine]) -> Sequence[RefusedLine]:
    """As they stand in the file: why is not found out in that order."""
    return sorted(lines, key=lambda one: one.number)


def in_words(done: ImportReport) -> Iterator[Translatable]:
    """How many lines came to what, and each that was refused, as far as they are listed."""
    yield tr(
        "{new} new, {changed} changed, {same} as before, {refused} refused",
        new=f"{done.new:,}",
        changed=f"{done.changed:,}",
        same=f"{done.same:,}",
        refused=f"{done.refused:,}",
    )
    if done.erased:
        yield tr("{number} lines are about people who were erased: left out", number=f"{done.erased:,}")
    if done.turns_left:
        yield plural(
            "1 event waits for its turn: `oaflow run` takes it, after the messages of customers",
            "{number} events wait for their turns: `oaflow run` takes them, after the messages of customers",
            done.turns_left,
        )
    for one in in_order(done.listed):
        yield tr("line {line}: {why}", line=one.number, why=one.why)
    if done.refused > len(done.listed):
        more = done.refused - len(done.listed)
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


def import_payload(done: ImportReport) -> dict[str, object]:
    """The same for programs."""
    return {**pick(done, "new", "changed", "same", "refused", "erased"), "lines": lines_payload(done.listed)}


def lines_payload(lines: Sequence[RefusedLine]) -> list[dict[str, object]]:
    """Lines with why, for programs."""
    return [{"line": one.number, "why": one.why} for one in in_order(lines)]
