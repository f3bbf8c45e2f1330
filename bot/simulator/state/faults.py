"""What can be made to go wrong on LINE's side of a channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

CallFault: TypeAlias = Literal["500", "429", "quota", "token"]
Deliver: TypeAlias = Literal["twice", "late"]

ANSWERS: tuple[str, ...] = get_args(CallFault)
DELIVERIES: tuple[str, ...] = get_args(Deliver)
SLOW_AT_MOST = 600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What is switched on. `slow`: LINE does what it is told at once and answers so many seconds later.

    `answer`: every call is refused that way and does nothing (`quota`: those that cost). `deliver`: each
    webhook comes twice, or two webhooks of a chat come in the wrong order.
    """

    slow: float | None = None
    answer: CallFault | None = None
    deliver: Deliver | None = None


NO_FAULTS = Faults()
