"""Calls web hooks: signed, with retries where they may help, within a time limit, never into our own network.

The address is looked at where the socket is made, so the check covers every spelling of a number, and a name
that means another address a moment after it was asked for (CWE-918).
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Self, TypeAlias

import aiohttp
import orjson
from yarl import URL

from bot.hooks.addresses import is_outside
from bot.hooks.answer import GONE, HookFailure, HookReply, HookTrouble, read, understood
from bot.hooks.outside_connector import OutsideConnector, is_closed
from bot.hooks.signature import signed
from bot.model.clock import PatientClock
from bot.model.settings import HookSettings

AddressInfo: TypeAlias = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it: family, type, protocol, name, and where to (host, port, …)."""


KEPT_SECONDS = 2.0
"""How long a connection waits for another call: less than servers keep it, for a call on one that they have
just closed would be one that failed."""


class InsideAddress(OSError):
    """The address is in our own network, or belongs to nobody."""


def outside_socket(info: AddressInfo) -> socket.socket:
    """A socket for this address. Raises `InsideAddress` where it is not of the public internet."""
    family, kind, protocol, _, to = info
    if not is_outside(str(to[0])):
        raise InsideAddress("this address lies in our own network")
    made = socket.socket(family, kind, protocol)
    made.setblocking(False)
    return made


def outside_session() -> aiohttp.ClientSession:
    """Calls the public internet, and nothing else; without proxies of the environment. Close it."""
    return _session(OutsideConnector(limit=0, keepalive_timeout=KEPT_SECONDS, socket_factory=outside_socket))


def inside_session() -> aiohttp.ClientSession:
    """A session without restrictions: for hosts that `bot.yaml` names. Close it."""
    return _session(OutsideConnector(limit=0, keepalive_timeout=KEPT_SECONDS))


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    """Nothing is unpacked: what is small on its way may be a thousand times as large."""
    return aiohttp.ClientSession(
        connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trust_env=False, auto_decompress=False
    )


AT_ONCE = 64
"""Calls under way at one host; more wait for these, and their own time has not begun."""
LOST_IN_A_ROW = 20
"""So many tries without any answer, and the host counts as gone."""
LEFT_ALONE = timedelta(seconds=30)
"""For so long nobody calls a host that is gone; then one call looks whether it is there again."""


class HookHost:
    """Its calls would else wait for each other's time-outs: an hour for some thousands."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(AT_ONCE)
        self._lost = 0
        self._until: datetime | None = None

    def may_call(self, now: datetime) -> bool:
        """Whether to call it. Of those that ask a host which is gone, one each `LEFT_ALONE` may."""
        if self._until is None:
            return True
        if now < self._until:
            return False
        self._until = now + LEFT_ALONE
        return True

    def called(self, now: datetime, *, answered: bool) -> None:
        """A try has ended, by any answer or by none."""
        if answered:
            self._lost, self._until = 0, None
            return
        self._lost += 1
        if self._lost >= LOST_IN_A_ROW:
            self._until = now + LEFT_ALONE


CONNECT_SECONDS = 5.0
WAITS = (1.0, 3.0, 10.0)
"""Seconds before each further try; the last one stays."""
LONGEST_WAIT = 30.0
"""Seconds that a host may ask us to wait (`Retry-After`); longer than that, the call has failed."""
_AGAIN = frozenset((408, 425, 429))
_NEVER = 501
"""What is not there at all: https://www.rfc-editor.org/rfc/rfc9110#section-15.6.2"""


@dataclass(frozen=True, slots=True)
class _Failed:
    why: HookTrouble
    again: bool = False
    status: int | None = None
    seconds: float | None = None


class HookCaller:
    """Calls hooks side by side, so many at a time at each host. Use it as an asynchronous context.

    `private` are the hosts of our own network that may be called, by their name in the address.
    """

    def __init__(
        self,
        clock: PatientClock,
        private: Callable[[], Iterable[str]],
        took: Callable[[str, float], None] = lambda hook, seconds: None,
    ) -> None:
        """`took(hook, seconds)` is called with the duration of each try."""
        self._clock = clock
        self._private = private
        self._took = took
        self._stack = AsyncExitStack()
        self._hosts = defaultdict[str, HookHost](HookHost)

    async def __aenter__(self) -> Self:
        self._outside = await self._stack.enter_async_context(outside_session())
        self._inside = await self._stack.enter_async_context(inside_session())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def call(self, hook: HookSettings, id_: str, body: Any) -> HookReply | HookFailure:
        """Call it until it has answered, at most `tries` times; `id_` is the same each time."""
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
        try:
            async with session.post(
                url, data=body, headers=self._headers(hook, id_, body), timeout=timeout, allow_redirects=False
            ) as response:
                return await self._answer(response)
        except aiohttp.ClientConnectorCertificateError:
            return _Failed("certificate")
        except aiohttp.ClientConnectorError as error:
            if is_closed(error):
                return _Failed("copy")
            inside = isinstance(error.os_error, InsideAddress)
            return _Failed("inside") if inside else _Failed("unreachable", again=True)
        except InsideAddress:
            return _Failed("inside")
        except TimeoutError:
            return _Failed("late", again=True)
        except (aiohttp.ClientError, OSError, ValueError):
            return _Failed("broken off", again=True)

    def _headers(self, hook: HookSettings, id_: str, body: bytes) -> dict[str, str]:
        return {
            "Accept": "application/json",
            "User-Agent": "oaflow",
            **hook.headers,
            "Accept-Encoding": "identity",
            "Content-Type": "application/json",
            **signed(id_, self._clock.now(), body, hook.secret),
        }

    async def _answer(self, response: aiohttp.ClientResponse) -> HookReply | _Failed:
        if not 200 <= response.status < 300:
            again = response.status in _AGAIN or (response.status >= 500 and response.status != _NEVER)
            return _Failed("status", again, response.status, self._retry_after(response))
        body = await read(response)
        if body is None:
            return _Failed("too long", status=response.status)
        return understood(body) or _Failed("not json", status=response.status)

    def _retry_after(self, response: aiohttp.ClientResponse) -> float | None:
        """Seconds by `Retry-After`, a number or a date; `None` where it says nothing that can be read."""
        header = response.headers.get("Retry-After", "")
        if header.isascii() and header.isdigit() and len(header) < 10:
            return float(header)
        try:
            return max(0.0, (parsedate_to_datetime(header) - self._clock.now()).total_seconds())
        except (ValueError, TypeError):
            return None


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
