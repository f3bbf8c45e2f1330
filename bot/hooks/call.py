"""A web hook is called: signed, again where that may help, within its time, and never our own network."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Self, TypeAlias

import aiohttp
import orjson
from yarl import URL

from bot.hooks.outside import InsideAddress, inside_session, outside_session
from bot.hooks.signature import signed
from bot.model.clock import PatientClock
from bot.model.settings import HookSettings

ANSWER_LIMIT = 1024 * 1024
"""Bytes of an answer that are read; one that is longer is none."""
CONNECT_SECONDS = 5.0
AT_ONCE, AT_ONCE_AT_A_HOST = 400, 64
"""Calls under way; more wait for these, and their own time has not begun."""
WAITS = (1.0, 3.0, 10.0)
"""Seconds before each further try; the last one stays."""
LONGEST_WAIT = 30.0
"""Seconds that a host may ask us to wait (`Retry-After`); longer than that, the call has failed."""
_AGAIN = frozenset((408, 425, 429))

Why: TypeAlias = Literal[
    "inside", "unreachable", "certificate", "late", "broken off", "status", "too long", "not json"
]


_WHY: Mapping[Why, str] = {
    "inside": "its address lies in our own network, and bot.yaml does not name its host in private_hosts",
    "unreachable": "it cannot be reached",
    "certificate": "its certificate is not valid for its name",
    "late": "it did not answer in time",
    "broken off": "the connection broke off",
    "status": "it answered with status",
    "too long": "its answer is too long",
    "not json": "its answer is no JSON",
}


@dataclass(frozen=True, slots=True)
class HookReply:
    """What the other side answered: an object of JSON; an empty answer is an empty object."""

    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HookFailure:
    """Why there is no answer that counts; `status` where one came, `tries` how often it was called."""

    why: Why
    status: int | None = None
    tries: int = 1

    def __str__(self) -> str:
        said = f"{_WHY[self.why]} {self.status}" if self.why == "status" else _WHY[self.why]
        return said if self.tries == 1 else f"{said} (tried {self.tries} times)"


class HookCaller:
    """Calls hooks side by side, so many at a time at each host. Use it as an asynchronous context.

    `private` are the hosts of our own network that may be called, by the name that stands in the address.
    """

    def __init__(self, clock: PatientClock, private: Callable[[], frozenset[str]]) -> None:
        self._clock = clock
        self._private = private
        self._stack = AsyncExitStack()
        self._all = asyncio.Semaphore(AT_ONCE)
        self._hosts = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(AT_ONCE_AT_A_HOST))

    async def __aenter__(self) -> Self:
        self._outside = await self._stack.enter_async_context(outside_session())
        self._inside = await self._stack.enter_async_context(inside_session())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def call(self, hook: HookSettings, id_: str, body: Any) -> HookReply | HookFailure:
        """Call it until it has answered, at most `tries` times; `id_` is the same each time."""
        url, content = URL(hook.url), orjson.dumps(body)
        tries = 0
        while True:
            tries += 1
            async with self._hosts[url.host or ""], self._all:
                found = await self._once(hook, url, id_, content)
            if isinstance(found, HookReply):
                return found
            wait = found.seconds if found.seconds is not None else WAITS[min(tries, len(WAITS)) - 1]
            if not found.again or tries >= hook.tries or wait > LONGEST_WAIT:
                return HookFailure(found.why, found.status, tries)
            await self._clock.wait(wait)

    async def _once(self, hook: HookSettings, url: URL, id_: str, body: bytes) -> HookReply | _Failed:
        session = self._inside if url.host in self._private() else self._outside
        headers = {
            "Accept": "application/json",
            **hook.headers,
            "Content-Type": "application/json",
            **signed(id_, self._clock.now(), body, hook.secret),
        }
        timeout = aiohttp.ClientTimeout(total=hook.timeout, sock_connect=min(CONNECT_SECONDS, hook.timeout))
        try:
            async with session.post(
                url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as response:
                if not 200 <= response.status < 300:
                    again = response.status >= 500 or response.status in _AGAIN
                    return _Failed("status", again, response.status, self._asked_to_wait(response))
                return _understood(await _read(response), response.status)
        except aiohttp.ClientConnectorCertificateError:
            return _Failed("certificate")
        except aiohttp.ClientConnectorError as error:
            inside = isinstance(error.os_error, InsideAddress)
            return _Failed("inside") if inside else _Failed("unreachable", again=True)
        except InsideAddress:
            return _Failed("inside")
        except TimeoutError:
            return _Failed("late", again=True)
        except (aiohttp.ClientError, OSError, ValueError):
            return _Failed("broken off", again=True)

    def _asked_to_wait(self, response: aiohttp.ClientResponse) -> float | None:
        """Seconds by `Retry-After`, a number or a date; `None` where it says nothing that can be read."""
        said = response.headers.get("Retry-After", "")
        if said.isascii() and said.isdigit() and len(said) < 10:
            return float(said)
        try:
            return max(0.0, (parsedate_to_datetime(said) - self._clock.now()).total_seconds())
        except (ValueError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class _Failed:
    why: Why
    again: bool = False
    status: int | None = None
    seconds: float | None = None


async def _read(response: aiohttp.ClientResponse) -> bytes | None:
    """The answer; `None` where it is too long."""
    body = b""
    while piece := await response.content.read(ANSWER_LIMIT + 1 - len(body)):
        body += piece
        if len(body) > ANSWER_LIMIT:
            return None
    return body


def _understood(body: bytes | None, status: int) -> HookReply | _Failed:
    if body is None:
        return _Failed("too long", status=status)
    if not body.strip():
        return HookReply({})
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _Failed("not json", status=status)
    return HookReply(found if isinstance(found, dict) else {})
