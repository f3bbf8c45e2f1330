"""What an operation works with, and a call of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.money import Prices
from bot.model.settings import Settings
from bot.model.translatable import Refusal, Translatable
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.erasing import PersonalMenus
from bot.playbook.read import PlaybookContents
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable


class NoPlaybook(Refusal):
    """The files of a command's folder have mistakes: no playbook is known there."""


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What operations work with in this process.

    `now` is the time of the people: a simulator's may be ahead; `clock` the machine's. `contents` are the
    files of the playbook, which a condition is read with; `menus` removes what LINE has of one; `look` has
    this process read what is stopped; `trouble`: what is wrong at LINE, by channel, which only a running bot
    knows; `prices`: of messages; `line`: where LINE is asked.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    settings: Callable[[], Settings]
    contents: Callable[[], PlaybookContents | None]
    now: Callable[[], datetime]
    clock: Clock
    menus: Callable[[], PersonalMenus]
    look: Callable[[], Awaitable[None]]
    trouble: Callable[[], Mapping[str, Translatable] | None]
    prices: Callable[[], Prices]
    line: Callable[[], LineNow]


async def always() -> bool:
    """A caller whose rights do not end: somebody at the machine's terminal."""
    return True


def unshown(so_far: Translatable) -> None:
    """The progress of a call whose caller reads the answer alone."""


@dataclass(frozen=True, slots=True)
class OperationCall:
    """`by` is an actor of the audit log, `now` the time of the people. `request` is the id of what is
    asked for: the same one again does nothing more. `may_still`: whether the caller may do it by now, too.
    `progress` shows how far long work is.
    """

    context: OperationContext
    by: str
    now: datetime
    request: str
    may_still: Callable[[], Awaitable[bool]] = field(default=always, repr=False)
    progress: Callable[[Translatable], None] = field(default=unshown, repr=False)

    @property
    def stores(self) -> Stores:
        return self.context.stores

    @property
    def playbook(self) -> Playbook:
        return self.context.playbook()

    @property
    def known_playbook(self) -> Playbook | None:
        """`None` where the files of a command's folder have mistakes."""
        try:
            return self.playbook
        except NoPlaybook:
            return None

    @property
    def settings(self) -> Settings:
        return self.context.settings()

    async def look(self) -> None:
        """Have this process read what is stopped, now that it was changed; others do within a second."""
        with suppress(DatabaseUnavailable):  # it is done
            await self.context.look()
