"""The clock over the JSON interface: what time it is for the bot, what comes next, and moving it forward."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.engine.compiled.playbook import TAIPEI
from bot.engine.times.local_time import due_after, utc
from bot.playbook.compile.times import wait
from bot.simulator.control.json_calls import JsonRoutes, get, post
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.workbench.clock import (
    Backwards,
    Due,
    Jump,
    Jumps,
    MovingClock,
    ScheduledChange,
    Turning,
    next_turning,
)
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.turn_card import in_each_language
from bot.wording.trace_words import timer_text
from bot.wording.turn_summary import called

YEARS_AT_MOST = 10
"""How many years ahead of the machine's clock it may be moved."""
PUBLISH_EVERY = 0.1
"""Real seconds between two reports on the feed of how far a jump is."""

_HOW = 'say one of {"by": "1h"}, {"to": "2026-12-24T10:00"}, {"next": true}'
"""What is answered to a body that says no goal, or several."""


class ClockRoutes(JsonRoutes):
    """`GET clock`, `POST clock` and `POST clock/stop`."""

    def __init__(
        self,
        clock: MovingClock,
        jumps: Jumps,
        chats: Chats,
        feed: Feed,
        inside: Callable[[], Inside],
        moved: Callable[[datetime, timedelta], None],
    ) -> None:
        """`moved(now, by)` is called after each jump; `by` is the span that was asked for."""
        self._clock = clock
        self._jumps = jumps
        self._chats = chats
        self._feed = feed
        self._inside = inside
        self._moved = moved
        self._published: tuple[Jump | None, float] = None, 0.0
        jumps.on_way = self._on_way

    @get("/clock")
    async def _read(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return await self._clock_json()

    @post("/clock")
    async def _move(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        goal, before = self._goal(body), self._clock.ahead
        spans: list[timedelta] = []

        async def noted(now: datetime) -> datetime:
            moment = await goal(now)
            spans.append(moment - now)
            return moment

        try:
            jumped = await self._jumps.to(noted)
        except Backwards:
            raise CannotAct("backwards", "the clock goes forward only") from None
        if self._clock.ahead != before:  # else it was only waited for
            await self._inside().clock_moved()
            self._moved(self._clock.now(), spans[-1])
        shown = await self._clock_json()
        self._feed.publish("clock", shown)
        return shown | {"turns": jumped.timers, "stopped": jumped.stopped, "why": jumped.why}

    @post("/clock/stop")
    def _stop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Stop the jump; the answer to `POST clock` says where it came to."""
        if not self._jumps.stop():
            raise CannotAct("standing", "the clock is not being moved")
        return {}

    def _on_way(self, way: Jump) -> None:
        """Publish how far a jump is, at most every `PUBLISH_EVERY` seconds."""
        now = asyncio.get_running_loop().time()
        of, at = self._published
        if of is not way or now - at >= PUBLISH_EVERY:
            self._published = way, now
            self._feed.publish("clock", self._time())

    def _goal(self, body: dict[str, Any]) -> Callable[[datetime], Awaitable[datetime]]:
        """The function that gives the goal of a jump from the time when it begins. Raises `CannotAct`."""
        by, to, friend = body.get("by"), body.get("to"), body.get("friend")
        if [by is not None, to is not None, body.get("next") is True].count(True) != 1:
            raise CannotAct("invalid", _HOW)
        if friend is not None and (not isinstance(friend, str) or friend not in self._chats.friends):
            raise CannotAct("unknown", "no such friend")

        async def goal(now: datetime) -> datetime:
            if by is not None:
                return self._bounded(_later(now, by, self._zone))
            if to is not None:
                return self._bounded(_moment(to, self._zone))
            people = [friend] if friend is not None else self._chats.friends
            due = await self._jumps.next_due(lambda contact: _chat(contact) in people)
            turning = self._turning(now) if friend is None else None
            moments = [*([due.timer.due] if due else []), *([turning.at] if turning else [])]
            if not moments:
                raise CannotAct("standing", "no timer is waiting")
            return self._bounded(max(now, min(moments)))

        return goal

    def _bounded(self, moment: datetime) -> datetime:
        if moment > self._farthest:
            raise CannotAct("invalid", f"the clock can be moved {YEARS_AT_MOST} years ahead")
        return moment

    @property
    def _farthest(self) -> datetime:
        return self._clock.now() - self._clock.ahead + timedelta(days=366 * YEARS_AT_MOST)

    def _turning(self, now: datetime) -> Turning | None:
        """The next moment at which something of the playbook begins or ends, or a broadcast goes out."""
        inside = self._inside()
        playbook, sent = inside.playbook(), inside.coming(now)
        turning = None if playbook is None else next_turning(playbook, now, self._farthest)
        if sent is None or (turning is not None and turning.at <= sent[0]):
            return turning
        return Turning(sent[0], (ScheduledChange("broadcast", sent[1].name, begins=True),))

    @property
    def _zone(self) -> ZoneInfo:
        playbook = self._inside().playbook()
        return TAIPEI if playbook is None else playbook.zone

    async def _clock_json(self) -> dict[str, Any]:
        due = await self._jumps.next_due(lambda contact: _chat(contact) in self._chats.friends)
        now = self._clock.now()
        if (turning := self._turning(now)) is not None and (due is None or turning.at < due.timer.due):
            return self._time() | {"next": _change_json(turning)}
        return self._time() | {"next": None if due is None else self._timer_json(due)}

    def _timer_json(self, due: Due) -> dict[str, Any]:
        what = called(due.timer)
        sentence = in_each_language(timer_text(what), self._inside().playbook())
        whose = _chat(due.contact)
        return {"due": milliseconds(due.timer.due), "contact": whose, "what": what, "sentence": sentence}

    def _time(self) -> dict[str, Any]:
        """What time it is; while it is moved, from where to where, and how many timers have fallen due."""
        way = self._jumps.way
        return {
            "now": milliseconds(self._clock.now()),
            "ahead": self._clock.ahead.total_seconds(),
            "zone": self._zone.key,
            "moving": None if way is None else _advance_json(way),
        }


def _chat(contact: str) -> str:
    """The friend's id: a contact is called `channel:userId`."""
    return contact.rpartition(":")[2]


def _advance_json(way: Jump) -> dict[str, Any]:
    return {"from": milliseconds(way.begun), "to": milliseconds(way.goal), "turns": way.timers}


def _change_json(turning: Turning) -> dict[str, Any]:
    changes = [asdict(change) for change in turning.changes]
    return {"due": milliseconds(turning.at), "contact": None, "changes": changes}


def _later(now: datetime, by: Any, zone: ZoneInfo) -> datetime:
    found = wait(by) if isinstance(by, str) else None
    if found is None:
        raise CannotAct("invalid", "by must be a time to wait, such as 30m, 1h, 3d, 1d at 10:00")
    return due_after(found, now, zone)


def _moment(to: Any, zone: ZoneInfo) -> datetime:
    """A moment by the playbook's clock, or by the offset that it states itself. Raises `CannotAct`."""
    try:
        moment = datetime.fromisoformat(to) if isinstance(to, str) else None
        if moment is not None and moment.tzinfo is not None:
            moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):  # also of an offset that leaves the years 1 to 9999
        moment = None
    if moment is None:
        raise CannotAct("invalid", "to must be a moment, such as 2026-12-24T10:00")
    return moment if moment.tzinfo is not None else utc(moment.date(), moment.time(), zone)
