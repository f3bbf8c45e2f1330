"""Turns that are decided ahead, side by side: a step of one after the same step of another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from bot.runtime.turn_taking.deciding import NotAhead, PendingTurn

log = logging.getLogger("oaflow.turns")

NOT_AHEAD = "a turn could not be taken ahead; it takes the usual way"

SIDE_BY_SIDE = 100
"""Turns of which each step is taken before the next: a processor's caches hold no more of them at once."""


def step_by_step(
    drafts: Sequence[PendingTurn],
    steps_of: Callable[[PendingTurn], Iterator[None]],
    lose: Callable[[PendingTurn], None],
) -> list[PendingTurn]:
    """Take all steps of these drafts; gives those that are decided. `lose` gets each of the others.

    A step among the other steps of its own turn costs half as much again: a processor does not keep so much
    code at hand.
    """
    decided: list[PendingTurn] = []
    for start in range(0, len(drafts), SIDE_BY_SIDE):
        going = [(draft, steps_of(draft)) for draft in drafts[start : start + SIDE_BY_SIDE]]
        while going:
            going = [(draft, steps) for draft, steps in going if _goes_on(draft, steps, decided, lose)]
    return decided


def _goes_on(
    draft: PendingTurn,
    steps: Iterator[None],
    decided: list[PendingTurn],
    lose: Callable[[PendingTurn], None],
) -> bool:
    """Take the next step of a draft; whether there is another."""
    is_lost = True
    try:
        for _ in steps:
            is_lost = False
            return True
        # a place is taken with the turn's own write, not in the one for many events
        if not draft.claims:
            is_lost = False
            decided.append(draft)
    except NotAhead:
        pass
    except Exception:
        log.exception(NOT_AHEAD)
    finally:
        if is_lost:
            lose(draft)
    return False
