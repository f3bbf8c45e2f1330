"""Calls web hooks: signed, retried where that may help, within a time limit, never in our own network."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

import aiohttp
import orjson
from yarl import URL

from bot.hooks.answer import ANSWER_LIMIT, GONE, HookFailure, HookReply, HookTrouble, understood
from bot.hooks.bounded_call import CallAnswer, bounded_call
from bot.hooks.outside_connector import inside_session, outside_session
from bot.hooks.signature import signed
from bot.model.clock import PatientClock
from bot.model.settings import HookSettings

AT_ONCE = 64
"""Calls under way at one host; further ones wait, and their time-out begins only with the call."""
LOST_IN_A_ROW = 20
"""Attempts in a row without an answer after which a host counts as gone."""
LEFT_ALONE = timedelta(seconds=30)
"""How long a host that is gone is not called; then one call tests whether it answers again."""


class HookHost:
    """Limits the calls to one host, and stops them while it does not answer.

    Else calls to a host that is gone would wait for each other's time-outs: an hour for some thousands.
    """

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        """Held by each call that is under way."""
        self._lost = 0
        self._until: datetime | None = None

    def may_call(self, now: datetime) -> bool:
        """Whether the host may be called; one that is gone by a single call in each `LEFT_ALONE`."""
        if self._until is None:
            return True
        if now < self._until:
            return False
        self._until = now + LEFT_ALONE
        return True

    def called(self, now: datetime, *, answered: bool) -> None:
        """An attempt has ended; `answered`: the host sent any answer at all."""
        if answered:
            self._lost, self._until = 0, None
            return
        self._lost += 1
        if self._lost >= LOST_IN_A_ROW:
            self._until = now + LEFT_ALONE


CONNECT_SECONDS = 5.0
"""Seconds for a connection."""
WAITS = (1.0, 3.0, 10.0)
"""Seconds before the second, third … attempt; the last value holds for all further ones."""
LONGEST_WAIT = 30.0
"""Seconds that a host may ask us to wait (`Retry-After`); longer than that, the call has failed."""
_AGAIN = frozenset((408, 425, 429))
"""Statuses below 500 after which the call is repeated."""
_MAY_PASS = frozenset(("unreachable", "late", "broken off"))
"""Troubles after which the call is repeated."""
_NEVER = 501
"""The one status of 500 and more that is not repeated, "Not Implemented".

https://www.rfc-editor.org/rfc/rfc9110#section-15.6.2
"""


@dataclass(frozen=True, slots=True)
class _Failed:
    """A failed attempt. `again`: a repetition may succeed; `seconds`: the wait that the host asks for."""

    why: HookTrouble
    again: bool = False
    status: int | None = None
    seconds: float | None = None


@dataclass(eq=False, repr=False)
class HookCaller:
    """Calls hooks side by side, so many at a time at each host. Use it as an asynchronous context.

    `private()` gives the hosts of our own network that may be called, as they stand in addresses.

    `took(hook, seconds)` is called with the duration of each attempt.
    """

    _clock: PatientClock
    _private: Callable[[], Iterable[str]]
    _took: Callable[[str, float], None] = lambda hook, seconds: None
    _outside: aiohttp.ClientSession = field(init=False)
    _inside: aiohttp.ClientSession = field(init=False)
    _stack: AsyncExitStack = field(init=False, default_factory=AsyncExitStack)
    _hosts: defaultdict[str, HookHost] = field(
        init=False, default_factory=lambda: defaultdict[str, HookHost](HookHost)
    )

    async def __aenter__(self) -> Self:
        self._outside = await self._stack.enter_async_context(outside_session())
        self._inside = await self._stack.enter_async_context(inside_session())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def call(self, hook: HookSettings, id_: str, body: Any) -> HookReply | HookFailure:
        """Call the hook until it has answered, at most `hook.tries` times; `id_` is the same each time.

        `body` is sent as JSON. Raises nothing for what the network does.
        """
        url = _address(hook.url)
        if url is None:
            return HookFailure("no address", tries=0)
        host, content, tries = self._hosts[str(url.raw_host)], orjson.dumps(body), 0
        while True:
            async with host.free:
                if not host.may_call(self._clock.now()):
                    return HookFailure("away", tries=tries)
                tries += 1
                found = await self._timed(hook, url, id_, content)
                answered = isinstance(found, HookReply) or found.why not in GONE
                host.called(self._clock.now(), answered=answered)
            if isinstance(found, HookReply):
                return found
            wait = found.seconds if found.seconds is not None else WAITS[min(tries, len(WAITS)) - 1]
            if not found.again or tries >= hook.tries or wait > LONGEST_WAIT:
                return HookFailure(found.why, found.status, tries)
            await self._clock.wait(wait)

    async def _timed(self, hook: HookSettings, url: URL, id_: str, body: bytes) -> HookReply | _Failed:
        began = time.perf_counter()
        try:
            return await self._once(hook, url, id_, body)
        finally:
            self._took(hook.name, time.perf_counter() - began)

    async def _once(self, hook: HookSettings, url: URL, id_: str, body: bytes) -> HookReply | _Failed:
        private = {address.raw_host for name in self._private() if (address := _host(name)) is not None}
        session = self._inside if url.raw_host in private else self._outside
        timeout = aiohttp.ClientTimeout(total=hook.timeout, sock_connect=min(CONNECT_SECONDS, hook.timeout))
        headers = self._headers(hook, id_, body)
        match await bounded_call(session, "POST", url, timeout, ANSWER_LIMIT, data=body, headers=headers):
            case CallAnswer() as answer:
                return self._understood(answer)
            case trouble:
                return _Failed(trouble, again=trouble in _MAY_PASS)

    def _headers(self, hook: HookSettings, id_: str, body: bytes) -> dict[str, str]:
        return {
            "Accept": "application/json",
            "User-Agent": "oaflow",
            **hook.headers,
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            **signed(id_, self._clock.now(), body, hook.secret),
        }

    def _understood(self, answer: CallAnswer) -> HookReply | _Failed:
        status = answer.status
        if not 200 <= status < 300:
            again = status in _AGAIN or (status >= 500 and status != _NEVER)
            return _Failed("status", again, status, answer.retry_after(self._clock.now()))
        if not answer.is_whole:
            return _Failed("too long", status=status)
        return understood(answer.body) or _Failed("not json", status=status)


def _address(url: str) -> URL | None:
    try:
        found = URL(url)
    except ValueError:
        return None
    return found if found.scheme in ("http", "https") and found.raw_host else None


def _host(name: str) -> URL | None:
    """In the form of an address: lower case, and international names as in DNS."""
    try:
        return URL.build(scheme="http", host=name.strip("[]").lower())
    except ValueError:
        return None
