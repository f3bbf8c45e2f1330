"""What was counted of flows and menus, and who is where now (H7, G5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.model.mark import DECIDED, FAILED, FINISHED, MISSED, PUSHED, SENT, SKIPPED, Mark


class Count(NamedTuple):
    """How often something happened on a day (YYYY-MM-DD, the team's)."""

    day: str
    mark: Mark
    number: int


class Here(NamedTuple):
    """How many people are in a state of a flow on a channel; `held` is why they go no further.

    They wait at its door, or (`brake`) for what has come due while pushes are stopped.
    """

    channel: str
    state: str
    held: str | None
    number: int


@dataclass(frozen=True, slots=True)
class PushFigures:
    """What became of a journey's pushes: how many were due, and of those sent, failed, skipped (by reason).

    The others wait. Of `finished` people `missed` had a push skipped.
    """

    due: int = 0
    sent: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    finished: int = 0
    missed: int = 0


def push_figures(counts: Iterable[Count]) -> PushFigures:
    """Of all that was counted of a flow."""
    number, why = Counter[str](), Counter[str]()
    for _, mark, many in counts:
        number[mark.what] += many
        if mark.what == SKIPPED and len(mark.about) > 1:
            why[mark.about[1]] += many
            number[DECIDED] += many * (DECIDED in mark.about[2:])
    skipped = number[SKIPPED] - number[DECIDED]
    return PushFigures(
        number[PUSHED] + skipped,
        number[SENT],
        number[FAILED],
        dict(why.most_common()),
        number[FINISHED],
        number[MISSED],
    )
