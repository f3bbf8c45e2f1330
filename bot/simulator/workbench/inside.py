"""The bot's own side, as far as the workbench looks into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.engine.playbook import Playbook
from bot.model.contact import Timer
from bot.model.event import What
from bot.model.stored import Stored


async def _no_timers(until: datetime) -> list[tuple[str, Timer]]:
    return []


async def _no_contact(contact: str) -> Stored | None:
    return None


async def _no_sweep(after: datetime, until: datetime) -> datetime | None:
    return None


@dataclass(frozen=True)
class Inside:
    """What the process that runs the bot lends the workbench; without it the simulator is LINE alone.

    `contact(id)` is what is stored of a person now; `timers(until)` are all timers that are due by then, with
    the ids of their contacts; `next_sweep(after, until)` is the next moment in between at which people are
    looked through for what the clock alone has changed; `is_at_rest()` says that nothing is left to decide or
    to send just now. `tell(channel, user, what)` puts something that has happened elsewhere into the inbox,
    and gives the event's id. `folder` holds the playbook's files, which are read with `environment` when a
    recording is saved.
    """

    playbook: Callable[[], Playbook | None] = lambda: None
    contact: Callable[[str], Awaitable[Stored | None]] = _no_contact
    timers: Callable[[datetime], Awaitable[list[tuple[str, Timer]]]] = _no_timers
    is_at_rest: Callable[[], bool] = lambda: True
    next_sweep: Callable[[datetime, datetime], Awaitable[datetime | None]] = _no_sweep
    tell: Callable[[str, str, What], Awaitable[str]] | None = None
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
