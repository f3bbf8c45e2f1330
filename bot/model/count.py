"""What was counted of flows and menus, and who is where now (H7, G5)."""

from __future__ import annotations

from typing import NamedTuple

from bot.model.mark import Mark


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
