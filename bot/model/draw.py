"""Draws as people have tried them: what the store, the engine and the pages share (N3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

DrawLook: TypeAlias = Literal["wheel", "scratch"]
"""How the page shows what was drawn: a wheel that turns, a card that is scratched."""

DrawEnd: TypeAlias = Literal["won", "nothing", ""]
"""What came of a try; empty: it is not known yet, or the try did not count."""


@dataclass(frozen=True, slots=True)
class HeldDraw:
    """What one person has tried of the draw of this name. Only turns change it.

    `tries` count; the `last` one (UTC) came to `result`, and brought the `prize` of this name with the coupon
    whose grant has the id `grant`. `waits`: it is not decided yet.
    """

    draw: str
    tries: int = 0
    last: datetime | None = None
    waits: bool = False
    result: DrawEnd = ""
    prize: str = ""
    grant: str = ""
