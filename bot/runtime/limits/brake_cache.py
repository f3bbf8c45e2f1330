"""A cache of which pushes are stopped, for deciding and for sending."""

from __future__ import annotations

from typing import Protocol

from bot.model.brake import OFF, Brake


class BrakeState(Protocol):
    """What this process knows of it: `bot.runtime.cluster.brake_watch`."""

    @property
    def brake(self) -> Brake: ...

    @property
    def is_fresh(self) -> bool: ...

    async def know(self) -> None:
        """Know what is stopped, by nothing that is old. Raises `DatabaseUnavailable`."""


class NoBrake:
    """Nobody ever stops anything."""

    brake = OFF
    is_fresh = True

    async def know(self) -> None:
        """There is nothing to be known."""
