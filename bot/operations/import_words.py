"""What came of a file that was imported, a sentence for each line of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model.said import Said, say
from bot.operations.import_report import ImportReport, RefusedLine


def in_order(lines: Sequence[RefusedLine]) -> Sequence[RefusedLine]:
    """As they stand in the file: why is not found out in that order."""
    return sorted(lines, key=lambda one: one.number)


def in_words(done: ImportReport) -> Iterator[Said]:
    """How many lines came to what, and each that was refused, as far as they are told."""
    yield say(
        "{new} new, {changed} changed, {same} as before, {refused} refused",
        new=f"{done.new:,}",
        changed=f"{done.changed:,}",
        same=f"{done.same:,}",
        refused=f"{done.refused:,}",
    )
    for one in in_order(done.told):
        yield say("line {line}: {why}", line=one.number, why=one.why)
    if done.refused > len(done.told):
        yield say("and {number} more lines were refused", number=f"{done.refused - len(done.told):,}")
