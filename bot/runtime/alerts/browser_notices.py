"""Notices to staff's browsers, also with no page open: somebody waits, has written to you, was given to you.

What is to be told is what is so, as the database has it: there is no queue that a death could empty. Each
browser's row holds what it was told of, and is written before it is told: of what is so it is told once. A
death in between costs that browser this notice, and nobody the number beside the entry. What a push service
has surely not taken is told later, with what is so then.

Endpoints come from browsers, so any could be named: only the four push services of today's browsers are
called, without redirects. Weighed: a row for each wait and browser, an outbox that grows with both.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

import orjson

from bot.connectors.push.browser_push import BrowserMessage, PushEnd, PushResult
from bot.model.admin import CONSOLE
from bot.model.clock import Clock, PatientClock
from bot.model.push_subscription import PushSubscription
from bot.runtime.bulk import Backoff
from bot.runtime.metrics import Tally
from bot.runtime.pause import pause
from bot.store.contacts.chat_news import ChatNews, GivenChat, UnreadChat, WaitingChat
from bot.store.push_subscriptions import PushSubscriptions
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.notices")

LOOK, IDLE_LOOK = 2.0, 10.0
"""Seconds between two looks; the second while no browser is subscribed."""
NEWS = timedelta(minutes=15)
"""A person who has waited for longer is no news: browsers get no notice of it any more."""
REMEMBERED = timedelta(hours=1)
"""How long a browser's row remembers its notice of a waiting person."""
REST: Mapping[PushEnd, float] = {"refused": 5.0, "lost": 5.0, "rejected": 600.0}
"""Seconds that a push service, or a browser that it rejects, is not called, at least."""
AT_ONCE = 8
"""Calls under way at a time."""
COUNTED_MOST = 99
"""The largest number of waiting people that a notice shows."""
MINE, GIVEN = "mine", "given"
"""Topics of push messages (a newer one replaces an older): unread messages in one's conversations,
conversations given to one; waiting people have a topic for each channel."""

ChatItem: TypeAlias = WaitingChat | UnreadChat | GivenChat


@dataclass(frozen=True, slots=True)
class BrowserNotice:
    """What a browser shows, one of three: the number of people who wait on a channel; of one's conversations
    with unread messages (`unread`); of conversations given to one (`given`)."""

    number: int
    channel: str
    unread: tuple[UnreadChat, ...] = ()
    given: tuple[GivenChat, ...] = ()


class NoticeWording(Protocol):
    """The words of a notice for a browser, as JSON; nothing of who it is about, or of what was written."""

    def __call__(self, to: PushSubscription, notice: BrowserNotice) -> object: ...


class PushSender(Protocol):
    """The part of `bot.connectors.push.browser_push.PushCaller` that is used here."""

    async def send(self, to: PushSubscription, message: BrowserMessage) -> PushResult: ...


@dataclass(frozen=True, slots=True)
class NoticeWorld:
    """What notices are made from."""

    subscriptions: PushSubscriptions
    chats: ChatNews
    number_waiting: Callable[[str, int], Awaitable[int]]
    """How many people wait on a channel, counted up to a limit."""
    may_have: Callable[[str, str], Awaitable[bool]]
    """Whether an account with this epoch may still read chats."""
    looks_at: Callable[[str, str], Awaitable[bool]]
    """Whether an account has this chat open just now."""
    sender: Callable[[], Awaitable[PushSender]]
    wording: NoticeWording
    owns: Callable[[int], bool]
    clock: PatientClock
    """The clock of people's events; a simulator's may be moved."""
    machine: Clock
    """The clock of subscriptions and of calls to push services."""


class BrowserNotices:
    """Sends the notices, in one process: the owner of part 0."""

    def __init__(self, world: NoticeWorld) -> None:
        self._world = world
        self._woken = asyncio.Event()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._resting = defaultdict[str, Backoff](Backoff)
        """Pauses after failures of push services, by host, and of subscriptions, by id."""
        self._known: dict[str, tuple[int, frozenset[ChatItem]]] = {}
        """By subscription id: its `rev`, and the items of which it needs no further notice."""
        self.ends = Tally("oaflow_browser_notices", "Notices to staff's browsers.", "end")

    def wake(self) -> None:
        """Look at once: somebody has subscribed, or something has changed."""
        self._woken.set()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            self._woken.clear()
            with suppress(DatabaseUnavailable):
                await self.look()
            await pause(self._world.clock, LOOK if self._known else IDLE_LOOK, self._woken)

    async def look(self) -> None:
        """Send each browser the notices that it has not had. Raises `DatabaseUnavailable`."""
        world = self._world
        found = await world.subscriptions.all(world.machine.now()) if world.owns(0) else []
        self._known = {one.id: self._known.get(one.id, (-1, frozenset())) for one in found}
        there = {*self._known, *(_host(one) for one in found)}
        for gone in self._resting.keys() - there:
            del self._resting[gone]
        if not found:
            return
        items = await self._items({one.name for one in found})
        ended = await asyncio.gather(*(self._see_to(one, items) for one in found), return_exceptions=True)
        for error in ended:
            if isinstance(error, DatabaseUnavailable):
                raise error
            if error is not None:  # a bug must not end the others' notices
                log.error("a browser cannot be notified", exc_info=error)

    async def so_for(self, name: str) -> list[ChatItem]:
        """All items of which an account could get a notice just now."""
        return [item for item in await self._items({name}) if _concerns(item, name)]

    async def _items(self, names: Collection[str]) -> list[ChatItem]:
        world = self._world
        waiting = await world.chats.waiting(world.clock.now() - REMEMBERED)
        accounts = {f"{CONSOLE}{name}" for name in names}
        given = [one for one in await world.chats.given() if one.by in accounts]
        return [*waiting, *await world.chats.unread(accounts), *given]

    async def _see_to(self, one: PushSubscription, items: Sequence[ChatItem]) -> None:
        mine = frozenset(item for item in items if _concerns(item, one.name))
        if self._known[one.id] == (one.rev, mine):
            return
        keys = {item: key_of(one, item) for item in mine}
        new = [item for item, key in keys.items() if key not in one.notified and self._is_news(item)]
        if not new:
            self._known[one.id] = (one.rev, mine)
            return
        host = _host(one)
        async with self._places:
            now = self._world.machine.now()
            if self._resting[host].may(now) and self._resting[one.id].may(now):
                await self._tell(one, host, keys, new)

    def _is_news(self, item: ChatItem) -> bool:
        return not isinstance(item, WaitingChat) or item.since > self._world.clock.now() - NEWS

    async def _tell(
        self, one: PushSubscription, host: str, known: Mapping[ChatItem, str], new: Sequence[ChatItem]
    ) -> None:
        world, keys = self._world, frozenset(known.values())
        if not await world.may_have(one.name, one.epoch):
            await world.subscriptions.end(one.id, one.name)
            return
        updated = await world.subscriptions.tell(one, keys)
        if updated is None:  # another process, or another account in this browser
            return
        untaken: list[ChatItem] = []
        for topic, notice, items in await self._notices([*known], new):
            content = orjson.dumps(world.wording(one, notice))
            message = BrowserMessage(content, topic, int(NEWS.total_seconds()))
            result = await (await world.sender()).send(one, message)
            self.ends.inc(result.end)
            if result.end == "gone":
                await world.subscriptions.end(one.id, one.name)
                return
            self._note(one.id if result.end == "rejected" else host, host, result)
            if result.end == "refused":
                untaken += items
        if untaken:
            await world.subscriptions.tell(updated, keys - {known[item] for item in untaken})

    async def _notices(
        self, so: Sequence[ChatItem], new: Sequence[ChatItem]
    ) -> list[tuple[str, BrowserNotice, Sequence[ChatItem]]]:
        """The notices that say what is new, by topic, each with that; they count all that is `so`."""
        world = self._world
        found: list[tuple[str, BrowserNotice, Sequence[ChatItem]]] = []
        for channel in sorted({item.channel for item in new if isinstance(item, WaitingChat)}):
            number = await world.number_waiting(channel, COUNTED_MOST + 1)
            items = [item for item in new if isinstance(item, WaitingChat) and item.channel == channel]
            if number:
                found.append((topic_of(channel), BrowserNotice(number, channel), items))
        unseen = [
            one
            for one in new
            if not isinstance(one, WaitingChat) and not await world.looks_at(one.by, one.chat)
        ]
        if written := [one for one in unseen if isinstance(one, UnreadChat)]:
            unread = tuple(one for one in so if isinstance(one, UnreadChat))
            found.append((MINE, BrowserNotice(len(unread), _channel(unread), unread), written))
        if passed := [one for one in unseen if isinstance(one, GivenChat)]:
            given = tuple(one for one in so if isinstance(one, GivenChat))
            found.append((GIVEN, BrowserNotice(len(given), _channel(given), given=given), passed))
        return found

    def _note(self, resting: str, host: str, result: PushResult) -> None:
        """Record the result for a push service or subscription: after a failure it pauses, logged once."""
        rest = self._resting[resting]
        if result.end == "sent":
            if rest.went_well():
                log.info("the push service %s takes notices again", host)
        elif rest.failed(self._world.machine.now(), max(result.wait, REST[result.end])):
            log.warning("the push service %s does not take a notice: %s", host, result.why)


def _host(one: PushSubscription) -> str:
    """The push service of a browser."""
    return urlsplit(one.endpoint).hostname or ""


def _channel(items: Sequence[ChatItem]) -> str:
    """The channel of all of them; empty where they have several."""
    return items[0].channel if len({one.channel for one in items}) == 1 else ""


def _concerns(item: ChatItem, name: str) -> bool:
    return isinstance(item, WaitingChat) or item.by == f"{CONSOLE}{name}"


def key_of(to: PushSubscription, item: ChatItem) -> str:
    """The key by which a browser's row remembers an item: an HMAC, so that it does not reveal the person."""
    kind, at = _named(item)
    said = f"{kind}\0{item.chat}\0{'' if at is None else at.isoformat()}"
    return hmac.digest(to.secret.encode(), said.encode(), "sha256").hex()[:16]


def _named(item: ChatItem) -> tuple[str, datetime | None]:
    match item:
        case WaitingChat():
            return "waits", item.since
        case GivenChat():
            return "given", item.since
        case UnreadChat():
            return "unread", item.read


def topic_of(channel: str) -> str:
    """The topic of those who wait on a channel: 32 characters of URL-safe base64 at most (RFC 8030, 5.4)."""
    return hmac.digest(b"waits", channel.encode(), "sha256").hex()[:16]
