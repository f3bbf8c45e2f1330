"""What came of a file that was imported, for people and for programs, whatever it was of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model.said import Language, Said, say
from bot.operations.import_report import ImportReport, RefusedLine


def figures(done: ImportReport, words: Language) -> dict[str, object]:
    """How many lines came to what, and which were refused."""
    return {
        "new": done.new,
        "changed": done.changed,
        "same": done.same,
        "refused": done.refused,
        "lines": lines_told(done.told, words),
    }


def lines_told(lines: Sequence[RefusedLine], words: Language) -> list[dict[str, object]]:
    """Lines with why, for programs."""
    return [{"line": one.number, "why": words.text(one.why)} for one in in_order(lines)]


def in_order(lines: Sequence[RefusedLine]) -> Sequence[RefusedLine]:
    """As they stand in the file: why is not found out in that order."""
    return sorted(lines, key=lambda one: one.number)


def in_words(done: ImportReport) -> Iterator[Said]:
    """The same, a sentence for each line of it."""
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
