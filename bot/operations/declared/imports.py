"""What came of the lines of a file or a list: the answer of every import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from bot.model.answer_fields import AsText, Clock, Help
from bot.model.translatable import Translatable
from bot.operations.import_report import ImportReport, RefusedLine, in_order, in_words


@dataclass(frozen=True, slots=True)
class RefusedImportLine:
    """A line that was not taken."""

    line: Annotated[int, Help("Its number in the file, or in the list, from 1.")]
    why: Annotated[Translatable, AsText()]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines came to what."""

    new: int
    changed: int
    same: Annotated[int, Help("Those that were there already.")]
    refused: int
    erased: Annotated[int, Help("Those about people who were erased: they are left out.")]
    turns_left: Annotated[int, Help("Events that wait for the turn of a running bot.")]
    refused_lines: Annotated[Sequence[RefusedImportLine], Help("1,000 of them at most.")]

    @property
    def is_done(self) -> bool:
        return not self.refused

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """How many, then each refused one."""
        listed = [RefusedLine(one.line, one.why) for one in self.refused_lines]
        counts = (self.new, self.changed, self.same, self.refused, self.erased, self.turns_left)
        return in_words(ImportReport(*counts, listed))


def imported(done: ImportReport) -> Imported:
    """The answer of what was done."""
    counts = (done.new, done.changed, done.same, done.refused, done.erased, done.turns_left)
    return Imported(*counts, [RefusedImportLine(one.number, one.why) for one in in_order(done.listed)])
