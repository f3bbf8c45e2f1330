"""Requests to a shop platform: rate-limited, with time-outs, retried on 429 and 5xx until a deadline."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import urlencode

import aiohttp
import orjson
from multidict import CIMultiDictProxy
from yarl import URL

from bot.connectors.shops.access import Ready, always
from bot.hooks.bounded_call import PERHAPS_RECEIVED, CallAnswer, CallTrouble, bounded_call
from bot.model.clock import PatientClock
from bot.model.shop_failure import (
    CredentialsRefused,
    NotAsked,
    NotPermitted,
    NotUnderstood,
    RequestRefused,
    ShopAway,
    ShopFailed,
)
from bot.model.translatable import Translatable, tr

SECOND = timedelta(seconds=1)

QueuePlace: TypeAlias = tuple[bool, int]
"""A place in the queue, in its order: whether it is behind all usual ones, and a running number."""


@dataclass(order=True, slots=True)
class _Waiting:
    """A call that waits; `turn` gets true for its turn, false where that does not come by `until`."""

    place: QueuePlace
    until: datetime = field(compare=False)
    turn: asyncio.Future[bool] = field(compare=False)


class RateLimit:
    """At most `most` calls in any second of this process.

    A `ShopRequest` takes one place for all its calls. With a new place for each call, many requests of four
    calls each would all be late with the fourth.
    """

    def __init__(self, most: int, clock: PatientClock) -> None:
        self._latest: deque[datetime] = deque(maxlen=most)
        self._waiting: list[_Waiting] = []
        self._numbers = itertools.count()
        self._clock = clock
        self._giving: asyncio.Task[None] | None = None

    def place(self, *, behind: bool = False) -> QueuePlace:
        """The next place in the queue; `behind`: behind all places taken without it, also later ones."""
        return behind, next(self._numbers)

    async def turn(self, place: QueuePlace, until: datetime) -> bool:
        """Wait for the turn of this place; false, as soon as that is clear, if it does not come in time."""
        at = self._at(ahead=sum(other.place < place for other in self._waiting))
        if at > until:
            return False
        if not self._waiting and at <= self._clock.now():
            self._latest.append(at)
            return True
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, _Waiting(place, until, turn))
        if self._giving is None or self._giving.done():
            self._giving = asyncio.create_task(self._give(), name="turns at a shop")
        return await turn

    def _at(self, ahead: int) -> datetime:
        """The time at which a call may be made, with so many others `ahead` of it."""
        at = self._clock.now()
        latest = deque((min(one, at) for one in self._latest), self._latest.maxlen)  # it was set back since
        for _ in range(ahead + 1):
            if len(latest) == latest.maxlen:
                at = max(at, latest[0] + SECOND)
            latest.append(at)
        return at

    async def _give(self) -> None:
        """Give one turn after the other, until nobody waits."""
        while self._waiting:
            at = self._at(ahead=0)
            await self._clock.wait(max(0.0, (at - self._clock.now()).total_seconds()))
            self._send_home(at)
            if self._waiting:
                self._latest.append(at)
                heapq.heappop(self._waiting).turn.set_result(True)

    def _send_home(self, at: datetime) -> None:
        """Remove those that were cancelled, and those whose turn comes too late, who get false."""
        for late in self._waiting:
            if late.until < at and not late.turn.done():
                late.turn.set_result(False)
        self._waiting = [one for one in self._waiting if not one.turn.done()]
        heapq.heapify(self._waiting)


PATIENCE = timedelta(seconds=20)
"""How long one `ShopRequest` may take in all, with retries after 429 or 5xx (language, 12)."""
LISTING = timedelta(minutes=5)
"""How long a request for a page of a list may take, with all sections; others go first."""
BEHIND = timedelta(seconds=60)
"""How long a request for a member whom nobody waits for may take; others go first."""
CONNECT_SECONDS = 3.0
"""Time-out of a connection."""
ANSWER_SECONDS = 8.0
"""Time-out of one call."""
SHORTEST_SECONDS = 0.05
"""Time-out of a call at the very end of a request's time."""
ANSWER_LIMIT = 2 * 1024 * 1024
"""Bytes of an answer: the largest page of any platform is far below."""
WAITS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each further try, where the shop names none; the last one stays."""
_BUSY = 429
WHY_LOST: Mapping[CallTrouble, Translatable] = {
    **dict.fromkeys(("inside", "certificate", "unreachable"), tr("could not connect")),
    "late": tr("no answer in time"),
    "broken off": tr("the connection was closed"),
}
"""The sentence for each reason why a shop that was called has not answered."""

Query = Sequence[tuple[str, str]]
Sign = Callable[[str, str, bytes | None], Mapping[str, str]]
"""Given method, target (path and query) and body: the headers that say who asks."""


def plainly(status: int) -> ShopFailed:
    """The error for a 401 or 403, on a platform without sentences of its own."""
    if status == 401:
        return CredentialsRefused(tr("the shop does not know these credentials"))
    return NotPermitted(tr("the shop does not allow these credentials to do this"))


@dataclass(frozen=True, slots=True)
class ShopReply:
    """The shop's answer: its JSON; `missing` for 404."""

    body: Any
    headers: CIMultiDictProxy[str]
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Platform:
    """One shop's API: its base address, the signature of calls, the rate limit.

    The session is shared and not closed here. What is signed is the target below `base`, as the platform sees
    it: the simulator's is deeper in our own server.
    """

    base: URL
    sign: Sign
    pace: RateLimit
    session: aiohttp.ClientSession
    clock: PatientClock
    answer_seconds: float = ANSWER_SECONDS
    refused: Callable[[int], ShopFailed] = plainly
    """Gives the error for a 401 or 403."""
    ready: Ready = always
    """Awaited before each call: it checks the link, and renews the token."""

    def shop_request(self, patience: timedelta = PATIENCE) -> ShopRequest:
        """Begin a request that may take several calls, and `patience` in all.

        A request with another patience than the usual one queues behind all others: no person waits for it.
        """
        place = self.pace.place(behind=patience != PATIENCE)
        return ShopRequest(self, place, self.clock.now() + patience)


class ShopRequest:
    """A few calls for one purpose. Each raises the `ShopFailed` that says what went wrong."""

    def __init__(self, platform: Platform, place: QueuePlace, until: datetime) -> None:
        self._platform = platform
        self._place = place
        self._until = until

    async def get(self, path: str, query: Query = ()) -> ShopReply:
        """Read something; `path` begins with `/`, and is percent-encoded where needed."""
        return await self._call("GET", path, query, None)

    async def put(self, path: str, body: Mapping[str, Any]) -> ShopReply:
        """Write something that is the same when it is written twice: it may be."""
        return await self._call("PUT", path, (), orjson.dumps(body))

    async def post(self, path: str, body: Mapping[str, Any]) -> ShopReply:
        """Create something, once: with an unknown outcome it is not repeated (`ShopAway`)."""
        return await self._call("POST", path, (), orjson.dumps(body))

    async def _call(self, method: str, path: str, query: Query, body: bytes | None) -> ShopReply:
        clock, tried = self._platform.clock, 0
        while True:
            if not await self._platform.pace.turn(self._place, self._until):
                raise ShopAway(tr("too many wait for the shop"))
            await self._platform.ready()
            answer = await self._once(method, path, query, body)
            if isinstance(answer, ShopReply):
                return answer
            if method == "POST" and answer.perhaps_done:
                raise ShopAway(answer.why, answer.seconds)
            wait = answer.seconds if answer.seconds is not None else WAITS[min(tried, len(WAITS) - 1)]
            if clock.now() + timedelta(seconds=wait) >= self._until:
                raise ShopAway(answer.why, answer.seconds)
            await clock.wait(wait)
            tried += 1

    async def _once(self, method: str, path: str, query: Query, body: bytes | None) -> ShopReply | _Again:
        platform = self._platform
        target = f"{path}?{urlencode(query)}" if query else path
        url = URL(str(platform.base).rstrip("/") + target, encoded=True)
        headers = {"Accept": "application/json", **platform.sign(method, target, body)}
        if body is not None:
            headers["Content-Type"] = "application/json"
        left = (self._until - platform.clock.now()).total_seconds()
        total = max(SHORTEST_SECONDS, min(platform.answer_seconds, left))
        timeout = aiohttp.ClientTimeout(total=total, connect=min(CONNECT_SECONDS, total))
        match await bounded_call(
            platform.session, method, url, timeout, ANSWER_LIMIT, data=body, headers=headers
        ):
            case CallAnswer() as answer:
                return self._understood(answer)
            case "copy":
                raise NotAsked
            case "inside":
                raise NotPermitted(tr("{host} lies in our own network", host=url.host or ""))
            case trouble:
                return _Again(WHY_LOST[trouble], perhaps_done=trouble in PERHAPS_RECEIVED)

    def _understood(self, answer: CallAnswer) -> ShopReply | _Again:
        status = answer.status
        why = tr("the shop answers {status}", status=str(status))
        match status:
            case 401 | 403:
                raise self._platform.refused(status)
            case 404:
                return ShopReply(None, answer.headers, missing=True)
            case _ if status == _BUSY or status >= 500:
                return _Again(why, answer.retry_after(), perhaps_done=status != _BUSY)
            case _ if status >= 400:
                raise RequestRefused(why)
            case _ if not 200 <= status < 300:
                raise NotUnderstood(f"the shop answers {status}")
        if not answer.is_whole:
            raise NotUnderstood(f"the answer has more than {ANSWER_LIMIT} bytes")
        try:
            return ShopReply(orjson.loads(answer.body) if answer.body else None, answer.headers)
        except orjson.JSONDecodeError:
            raise NotUnderstood(tr("the answer is not JSON")) from None


@dataclass(frozen=True, slots=True)
class _Again:
    """A call that failed and may be repeated, after `seconds` if the shop says how long to wait.

    `perhaps_done`: the shop may have carried it out all the same.
    """

    why: Translatable
    seconds: float | None = None
    perhaps_done: bool = False
