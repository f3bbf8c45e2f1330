"""The bot's own side, as far as the workbench looks into it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.event import What
from bot.model.instance import Timer
from bot.model.stored import Stored
from bot.model.translatable import ENGLISH, Language
from bot.operations.brake import BrakeView, StopScope
from bot.runtime.effects.staff_commands import StaffService


async def _no_timers(until: datetime) -> list[tuple[str, Timer]]:
    return []


async def _no_contact(contact: str) -> Stored | None:
    return None


async def _none_waits(contact: str, timer: Timer) -> bool:
    return False


async def _no_stop(after: datetime, until: datetime) -> datetime | None:
    return None


async def _no_listener() -> None:
    return None


async def _no_rows() -> None:
    return None


async def _no_places(rules: Iterable[str]) -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, slots=True)
class ClerkAtHand:
    """A clerk of a store (by its title) whose QR code can be scanned: it holds `link`."""

    number: str
    name: str
    store: str
    code: str
    link: str
    suspended: bool


class BrakeAtHand(Protocol):
    """Stopping pushes as staff would: `bot.operations.brake` says what is refused."""

    async def shown(self) -> BrakeView: ...
    async def stop(self, scope: StopScope) -> None: ...
    async def resume(self, scope: StopScope) -> None: ...


@dataclass(frozen=True)
class Inside:
    """What the process that runs the bot lends the workbench; without it the simulator is LINE alone.

    `contact(id)` is what is stored of a person now; `timers(until)` are all timers that are due by then, with
    the ids of their contacts; `only_waits(contact, timer)`: its flow is paused, so that when it is due it
    only looks again later; `next_stop(after, until)` is the next moment in between at which the clock
    alone has changed something for somebody, or has a broadcast go out (`after` itself: it has not come to
    rest there); `write_journal()` writes what waits for company, so that pages and figures show all that has
    happened; `coming(after)` is the broadcast that goes out next, and when; `is_at_rest()` says that
    nothing is left to decide or to send just now. `tell(channel, user, what)` puts something that has
    happened elsewhere into the inbox, and gives the event's id; `staff` does what staff do.
    `rewind(contact)` makes a contact what it was once (false: a phone of it is another's by now),
    `forget(id)` has nobody known by this id any more. `places_taken(rules)` says how many places of rules
    with `first` are taken, and after `clear_places(rule)` nobody has one. `clerks(channel)` are those of
    the stores, `suspend_clerk(number, off)` has one leave, or come back. `brake` stops pushes, and lets
    them go on. `clock_moved()` tells commands beside it what time it is for these people. `languages`
    are all that the page speaks. `folder` holds the playbook's files, which are
    read with `environment` when a recording is saved; `sources()` are their texts as they are served.
    """

    playbook: Callable[[], Playbook | None] = lambda: None
    contact: Callable[[str], Awaitable[Stored | None]] = _no_contact
    timers: Callable[[datetime], Awaitable[list[tuple[str, Timer]]]] = _no_timers
    only_waits: Callable[[str, Timer], Awaitable[bool]] = _none_waits
    is_at_rest: Callable[[], bool] = lambda: True
    next_stop: Callable[[datetime, datetime], Awaitable[datetime | None]] = _no_stop
    write_journal: Callable[[], Awaitable[None]] = _no_rows
    coming: Callable[[datetime], tuple[datetime, Broadcast] | None] = lambda after: None
    tell: Callable[[str, str, What], Awaitable[str]] | None = None
    staff: StaffService | None = None
    languages: tuple[Language, ...] = (ENGLISH,)
    rewind: Callable[[Contact], Awaitable[bool]] | None = None
    forget: Callable[[str], Awaitable[None]] | None = None
    places_taken: Callable[[Iterable[str]], Awaitable[Mapping[str, int]]] = _no_places
    clear_places: Callable[[str], Awaitable[None]] | None = None
    clerks: Callable[[str], Awaitable[list[ClerkAtHand]]] | None = None
    suspend_clerk: Callable[[str, bool], Awaitable[None]] | None = None
    brake: BrakeAtHand | None = None
    clock_moved: Callable[[], Awaitable[None]] = _no_listener
    folder: Path | None = None
    sources: Callable[[], Mapping[str, str]] = dict
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
