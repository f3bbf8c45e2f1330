"""Who plays in a random schedule: the processes, and the webhooks that LINE brings them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from bot.model.inbox import Received
from tests.runtime.gated_world import ProcessClock
from tests.runtime.harness import Bot


@dataclass
class Delivery:
    """One webhook: when it came into being, in milliseconds, which LINE tells when it comes first.

    The steps at which it came first, LINE heard 200, and it came again.
    """

    events: tuple[Received, ...]
    sent: int = 0
    begun: int | None = None
    acknowledged: int | None = None
    again: int | None = None


@dataclass
class Process:
    """One process of the bot."""

    who: str
    bot: Bot
    clock: ProcessClock
    starting: asyncio.Task[Any] | None = None
    stopping: asyncio.Task[Any] | None = None
    hearing: dict[asyncio.Task[None], Delivery] = field(default_factory=dict)
    wakes: float = 0.0

    @property
    def is_open(self) -> bool:
        """Whether webhooks reach it."""
        started = self.starting is None or self.starting.done()
        return started and self.stopping is None and not self.clock.is_frozen


def in_memory(one: Process) -> list[str]:
    """What keeps a process from its rest."""
    runtime = one.bot.runtime
    return [
        *(f"{one.who} has {lane}" for lane in runtime.lanes._lanes.values()),
        *(f"{one.who} knows {event}" for event in runtime.lanes._known),
        *(f"{one.who} sends {sorted(line.unsettled)}" for line in runtime.sender.lines),
        *(f"{one.who} hears {delivery}" for delivery in one.hearing.values()),
    ]
