"""Why a condition holds or not: the parts that decide it, in words, for the trace (semantics 32)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.conditions.condition import Condition, Leaf
from bot.engine.conditions.context import ConditionContext
from bot.model.place import Place


@dataclass(frozen=True, slots=True)
class Because:
    """A part of a condition that decided it, and what was found. `text` may hold what is known of a person.

    A part that must not hold (`unless`) is told as `unless tag VIP: on since …`.
    `place` is `None` only for an empty list.
    """

    place: Place | None
    text: str


def why(condition: Condition, asked: ConditionContext) -> Because:
    """What made the condition hold, or fail: the first part that decides, else all parts together."""
    leaves = list(condition.deciding(asked))
    if not leaves:
        return Because(None, "nothing is asked")
    return Because(leaves[0][0].place, "; ".join(_as_wanted(leaf, wanted, asked) for leaf, wanted in leaves))


def _as_wanted(leaf: Leaf, wanted: bool, asked: ConditionContext) -> str:
    told = leaf.told(asked).replace("; ", ";\N{NO-BREAK SPACE}")  # what somebody wrote is not cut there
    return told if wanted else f"unless {told}"
