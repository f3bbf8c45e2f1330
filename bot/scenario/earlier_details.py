"""Reads what versions before December 2026 have stored of a turn: `what: result`, in English.

Timelines are stored for 400 days, traces for 7. To be deleted in 2028, with what `from_stored` does for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import get_args

from bot.engine import notes
from bot.engine.conditions import reasons
from bot.model.effects import outcomes_of
from bot.model.event import RewriteKind
from bot.model.trace import KINDS, NoteKind, NoteValue, TraceNote
from bot.model.translatable import NAMED

EARLIER = NoteKind("{what}: {result} ({because})", "", code="earlier")
"""A step of a trace in English."""


def earlier_note(detail: str) -> TraceNote | None:
    """What was noted, as far as a timeline tells it; `None`: nothing of ours."""
    what, _, result = detail.partition(": ")
    if result in outcomes_of(what):
        return TraceNote(notes.OUTCOME_IGNORED, (what, result))
    if what in get_args(RewriteKind):
        return TraceNote(notes.REWRITTEN, (what, result))
    for pattern, kind in _patterns():
        if (found := pattern.fullmatch(detail)) is not None:
            return TraceNote(kind, tuple(map(_value, kind.names, found.groups())))
    return None


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], NoteKind]]:
    """Those that say most first."""
    others = (*vars(reasons).values(), notes.OUTCOME_IGNORED, notes.REWRITTEN, notes.EVENT, EARLIER)
    kinds = [kind for kind in KINDS.values() if kind.result and kind not in others]
    kinds.sort(key=lambda kind: -len(NAMED.sub("", f"{kind.what}: {kind.result}")))
    return [(_pattern(f"{kind.what}: {kind.result}"), kind) for kind in kinds]


def _pattern(english: str) -> re.Pattern[str]:
    pieces = NAMED.split(english)
    return re.compile(
        "".join("(.+)" if number % 2 else re.escape(piece) for number, piece in enumerate(pieces)), re.DOTALL
    )


def _value(name: str, text: str) -> NoteValue:
    if name == "names":
        return tuple(text.split(", "))
    return int(text) if name == "number" else text
