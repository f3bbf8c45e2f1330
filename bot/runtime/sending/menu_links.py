"""Showing each person the rich menu that their last turn has chosen: of several, only the newest counts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import orjson

from bot.line.outcome import CallResult, Refused
from bot.model.clock import PatientClock
from bot.model.journal import TimelineRow
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.runtime.journal import JournalWriter
from bot.runtime.ports import LineAccount
from bot.runtime.retry import Again, Done, GiveUp, RetryVerdict, verdict
from bot.runtime.sending.line_watch import LineWatch
from bot.runtime.sending.outage_backlog import OutageBacklog
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.menus")

SUPERSEDED = Done("superseded")
"""The end of a call after which a newer one was decided for the same person and channel."""
NOT_AT_LINE = Done("not-at-line")
"""The end of a call whose menu LINE does not have (yet): a sync links the person later."""
DATABASE_AWAY = Again(1.0, uncertain=False)
"""The verdict where MongoDB is away: retry in one second."""


class MenuIdSource(Protocol):
    """LINE's ids of the playbook's rich menus: `bot.runtime.menus.menu_ids.MenuIds`."""

    def line_id(self, channel: str, menu: str) -> str | None: ...
    async def refresh(self) -> None: ...
    def on_change(self, callback: Callable[[str], None]) -> None: ...


class NoMenus:
    """None of the playbook's menus is at LINE."""

    def line_id(self, channel: str, menu: str) -> str | None:
        """There is none."""
        return None

    async def refresh(self) -> None:
        """There is nothing to be read."""

    def on_change(self, callback: Callable[[str], None]) -> None:
        """Nothing ever changes."""


@dataclass(slots=True)
class _Person:
    """What is to be done for one person on one channel, oldest first."""

    calls: list[Outgoing] = field(default_factory=list)
    newer: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False, repr=False)
class MenuLinks:
    """Makes the calls of kind `menu`, one at a time for each person and channel."""

    _account: Callable[[str], LineAccount | None]
    _menus: MenuIdSource
    _journal: JournalWriter
    _clock: PatientClock
    _owns: Callable[[int], bool]
    _watch: LineWatch
    _backlog: OutageBacklog
    _people: dict[tuple[str, str], _Person] = field(init=False, default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _calling: int = field(init=False, default=0)
    _missing: set[tuple[str, str]] = field(init=False, default_factory=set)
    """Channels and menus that are not at LINE, as it was logged."""
    on_end: Callable[[str, Outgoing, Done | GiveUp], None] = field(
        init=False, default_factory=lambda: lambda contact, call, result: None
    )
    on_left: Callable[[str, Outgoing], None] = field(
        init=False, default_factory=lambda: lambda contact, call: None
    )

    def __post_init__(self) -> None:
        self._menus.on_change(self._take_back)

    @property
    def is_busy(self) -> bool:
        """Whether a call is being made just now."""
        return self._calling > 0

    def link(self, contact: str, call: Outgoing) -> None:
        """Make this call in place of all that were decided before it for the same person and channel.

        Its end is reported by `on_end`; by `on_left` where the contact is not surely ours any more.
        """
        person = self._people.get((contact, call.channel))
        if person is None:
            person = self._people[contact, call.channel] = _Person([call])
            task = asyncio.create_task(self._see_through(contact, call.channel, person), name="rich menu")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif all(known.id != call.id for known in person.calls):
            person.calls.append(call)
            person.newer.set()

    async def stop(self) -> None:
        """Cancel calls under way: they stay on the contacts, and linking twice has the same effect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _see_through(self, contact: str, channel: str, person: _Person) -> None:
        attempt, last = 0, ""
        while person.calls and self._owns(part_of(contact)):
            *overtaken, call = person.calls
            for older in overtaken:
                self.on_end(contact, older, SUPERSEDED)
            person.calls = [call]
            person.newer.clear()
            attempt, last = (attempt + 1 if call.id == last else 1), call.id
            result = await self._attempt(contact, call, attempt)
            if isinstance(result, Again):
                async with self._backlog.turn(call, result.delay, person.newer):
                    pass
            else:
                person.calls.remove(call)
                self.on_end(contact, call, result)
        del self._people[contact, channel]
        for call in person.calls:
            self.on_left(contact, call)

    async def _attempt(self, contact: str, call: Outgoing, attempt: int) -> RetryVerdict:
        self._calling += 1
        try:
            return await self._run_attempt(contact, call, attempt)
        except DatabaseUnavailable:
            return DATABASE_AWAY
        except Exception as error:  # only a bug comes here; a person can look at it, and the others go on
            log.exception("a rich menu could not be linked")
            return GiveUp("failed", type(error).__name__)
        finally:
            self._calling -= 1

    async def _run_attempt(self, contact: str, call: Outgoing, attempt: int) -> RetryVerdict:
        account = self._account(call.channel)
        if account is None:
            return GiveUp("no-such-channel", f'the playbook has no channel "{call.channel}" any more')
        menu: str | None = orjson.loads(call.body)["menu"]
        began = self._clock.now()
        if menu is None:
            return self._verdict(call, await account.rich_menus.unlink(call.to), attempt, began)
        there = await self._line_id(call.channel, menu)
        if there is None:
            return self._not_there(contact, call, menu)
        outcome = await account.rich_menus.link(call.to, there)
        if isinstance(outcome, Refused) and outcome.kind == "not-found":
            await self._menus.refresh()  # made anew since, and the old one deleted
            if (anew := self._menus.line_id(call.channel, menu)) is None:
                return self._not_there(contact, call, menu)
            if anew == there:
                return GiveUp("menu-gone", f'the menu "{menu}" is not at LINE any more: oaflow richmenu sync')
            outcome = await account.rich_menus.link(call.to, anew)
        return self._verdict(call, outcome, attempt, began)

    async def _line_id(self, channel: str, menu: str) -> str | None:
        """LINE's id of a menu; the ids are read anew before it counts as missing (`None`)."""
        if (there := self._menus.line_id(channel, menu)) is not None:
            return there
        await self._menus.refresh()
        return self._menus.line_id(channel, menu)

    def _verdict(self, call: Outgoing, outcome: CallResult, attempt: int, began: datetime) -> RetryVerdict:
        self._watch.on_call_end(call.channel, outcome, began, sends_message=False)
        return verdict(call, outcome, attempt, False, self._clock.now())

    def _not_there(self, contact: str, call: Outgoing, menu: str) -> Done:
        if (call.channel, menu) not in self._missing:
            self._missing.add((call.channel, menu))
            log.warning(
                'the rich menu "%s" is not at LINE on %s: people get it after  oaflow richmenu sync',
                menu,
                call.channel,
            )
        details = (f"{menu}: not at LINE",)
        self._journal.noted(TimelineRow(call.id, contact, part_of(contact), call.created, "menu", details))
        return NOT_AT_LINE

    def _take_back(self, channel: str) -> None:
        """After a sync: log which missing menus are at LINE now."""
        missing = sorted(menu for of, menu in self._missing if of == channel)
        for menu in missing:
            if self._menus.line_id(channel, menu) is not None:
                self._missing.discard((channel, menu))
                log.warning('the rich menu "%s" is at LINE now on %s', menu, channel)
