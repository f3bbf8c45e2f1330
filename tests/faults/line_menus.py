"""Which rich menu LINE shows to whom: one by one at once, in bulk some time after it has taken the call."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from aiohttp import web

PATIENCE = 90.0
"""Seconds for what a bot does within a few."""

Moment: TypeAlias = Literal["held", "taken"]
"""Of a bulk call: LINE has read it and does nothing yet; it has taken it, and neither answers nor does it."""

_BULK = ("/v2/bot/richmenu/bulk/link", "/v2/bot/richmenu/bulk/unlink")
_ONE = re.compile(r"/v2/bot/user/([^/]+)/richmenu(?:/([^/]+))?")


@dataclass(frozen=True)
class MenuCall:
    """These people are to see this menu of LINE's (`None`: the default). `by` is the caller's token."""

    menu: str | None
    users: tuple[str, ...]
    by: str
    in_bulk: bool


class MenusOfPeople:
    """What LINE shows, and every call that it has taken."""

    def __init__(self) -> None:
        self.shown: dict[str, str | None] = {}
        self.taken: list[MenuCall] = []
        self._changed = asyncio.Condition()
        self._stop: Moment | None = None
        self._left = 0
        self._of: Collection[str] = ()
        self._stopped: MenuCall | None = None
        self._released = asyncio.Event()

    def stop_at(self, moment: Moment, number: int, of: Collection[str]) -> None:
        """Of the bulk calls of these callers the one of this number gets as far as this moment until `go_on`.

        What a dead process has sent may still be read: it is none of theirs.
        """
        self._stop, self._left, self._of, self._stopped = moment, number, of, None
        self._released.clear()

    async def has_stopped(self) -> MenuCall:
        """Wait until one has; which it is."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self._stopped is not None)
        assert self._stopped is not None
        return self._stopped

    def go_on(self) -> None:
        """LINE does what it was asked, whoever still listens to its answer."""
        self._stop = None
        self._released.set()

    async def comes_to(self, true: Callable[[], bool]) -> None:
        """Wait until this holds, asked after each call."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(true)

    def in_bulk(self, by: str) -> Counter[str]:
        """How often this caller has named each person in a bulk call that was taken."""
        return Counter(user for call in self.taken if call.in_bulk and call.by == by for user in call.users)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse | None:
        """`None`: this is no call that gives people a menu."""
        call = await _call_of(request)
        if call is None:
            return None
        await self._comes_by("held", call)
        self.taken.append(call)
        await self._comes_by("taken", call)
        self.shown.update(dict.fromkeys(call.users, call.menu))
        await self._tell()
        return web.json_response({}, status=202 if call.in_bulk else 200)

    async def _comes_by(self, moment: Moment, call: MenuCall) -> None:
        if self._stop != moment or not call.in_bulk or call.by not in self._of:
            return
        self._left -= 1
        if self._left == 0:
            self._stopped = call
            await self._tell()
            await self._released.wait()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


async def _call_of(request: web.BaseRequest) -> MenuCall | None:
    by = request.headers.get("Authorization", "").removeprefix("Bearer ")
    told = await request.read()
    if request.method == "POST" and request.path in _BULK:
        form = json.loads(told)
        return MenuCall(form.get("richMenuId"), tuple(form["userIds"]), by, in_bulk=True)
    one = _ONE.fullmatch(request.path)
    if one is None or (request.method == "POST") != (one[2] is not None):
        return None
    return MenuCall(one[2], (one[1],), by, in_bulk=False)
