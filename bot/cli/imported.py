"""What came of a file that was imported, for programs, whatever it was of."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.translatable import Language
from bot.operations.import_report import ImportReport, RefusedLine, in_order


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
