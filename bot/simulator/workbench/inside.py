"""The bot's own side, as far as the workbench uses it: data and actions of the process that runs the bot."""

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
    """A clerk of a store, whose QR code can be scanned."""

    number: str
    name: str
    store: str
    """The title of the store."""
    code: str
    link: str
    """The address in the QR code."""
    suspended: bool


class BrakeAtHand(Protocol):
    """Stopping pushes as staff do; `bot.operations.brake` decides what is refused."""

    async def shown(self) -> BrakeView: ...
    async def stop(self, scope: StopScope) -> None: ...
    async def resume(self, scope: StopScope) -> None: ...


@dataclass(frozen=True)
class Inside:
    """What the process that runs the bot gives the workbench. The defaults are those of a simulator without a
    bot."""

    playbook: Callable[[], Playbook | None] = lambda: None
    """The live one."""
    contact: Callable[[str], Awaitable[Stored | None]] = _no_contact
    """What is stored of a contact now, by its id."""
    timers: Callable[[datetime], Awaitable[list[tuple[str, Timer]]]] = _no_timers
    """All timers that are due by a moment, with the ids of their contacts."""
    only_waits: Callable[[str, Timer], Awaitable[bool]] = _none_waits
    """Whether the flow of a contact's timer is paused, so that it only checks again later when due."""
    is_at_rest: Callable[[], bool] = lambda: True
    """Whether nothing is left to decide or to send now."""
    next_stop: Callable[[datetime, datetime], Awaitable[datetime | None]] = _no_stop
    """The next moment between two at which time alone changes something for a contact, or a broadcast goes
    out; the first of the two itself: its work is not finished."""
    write_journal: Callable[[], Awaitable[None]] = _no_rows
    """Writes the rows that wait to be written together, so that pages and figures show all that has
    happened."""
    coming: Callable[[datetime], tuple[datetime, Broadcast] | None] = lambda after: None
    """The broadcast that goes out next after a moment, and when."""
    tell: Callable[[str, str, What], Awaitable[str]] | None = None
    """Stores an event from elsewhere for a person (channel, LINE user id, what has happened); returns the id
    of the event."""
    staff: StaffService | None = None
    """Does what staff do to a contact."""
    languages: tuple[Language, ...] = (ENGLISH,)
    """The languages of the page."""
    rewind: Callable[[Contact], Awaitable[bool]] | None = None
    """Makes a contact what it was before; false: its phone is bound by another by now."""
    forget: Callable[[str], Awaitable[None]] | None = None
    """Deletes a contact, by its id."""
    places_taken: Callable[[Iterable[str]], Awaitable[Mapping[str, int]]] = _no_places
    """How many places of these rules with `first` are taken."""
    clear_places: Callable[[str], Awaitable[None]] | None = None
    """Gives back all places of a rule with `first`."""
    clerks: Callable[[str], Awaitable[list[ClerkAtHand]]] | None = None
    """The clerks of the stores, for a channel."""
    suspend_clerk: Callable[[str, bool], Awaitable[None]] | None = None
    """Suspends a clerk (by number), or ends that."""
    brake: BrakeAtHand | None = None
    """Stops pushes, and lets them go on."""
    clock_moved: Callable[[], Awaitable[None]] = _no_listener
    """Reports a move of the clock to commands that run beside this process."""
    folder: Path | None = None
    """The folder of the playbook's files."""
    sources: Callable[[], Mapping[str, str]] = dict
    """The texts of the files as they are served, by path."""
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The variables with which the files are read when a recording is saved."""
