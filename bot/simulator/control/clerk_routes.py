"""The JSON interface of the clerks whose codes can be scanned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.model.said import Refusal
from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import reading, taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats
from bot.simulator.workbench.inside import Inside
from bot.store.unavailable import DatabaseUnavailable


class ClerkRoutes:
    """`GET friends/ID/clerks`, `PUT clerks/NUMBER`."""

    def __init__(self, chats: Chats, inside: Callable[[], Inside]) -> None:
        self._chats = chats
        self._inside = inside

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/friends/{id}/clerks", reading(self._all)),
            web.put(prefix + "/clerks/{number}", taking(self._suspend)),
        ]

    async def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend, clerks = asked_friend(request, self._chats), self._inside().clerks
        try:
            found = [] if clerks is None else await clerks(friend.channel)
        except DatabaseUnavailable:
            raise CannotAct("standing", "the database is away") from None
        return {"clerks": [asdict(one) for one in found]}

    async def _suspend(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        suspend, off = self._inside().suspend_clerk, body.get("suspended")
        if suspend is None:
            raise CannotAct("standing", "no bot runs in this process")
        if type(off) is not bool or len(body) != 1:
            raise CannotAct("invalid", "a body has suspended only: true or false")
        try:
            await suspend(request.match_info["number"], off)
        except Refusal as error:
            raise CannotAct("unknown", str(error)) from error
        except DatabaseUnavailable:
            raise CannotAct("standing", "the database is away") from None
        return {"suspended": off}
