"""The JSON interface of the bot's own short addresses: where one leads that is opened on a friend's phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats

BROWSER = "Mozilla/5.0 (Linux; Android 15) Mobile Line/15.20.0"
"""What LINE's browser calls itself, as far as it matters: https://developers.line.biz/en/docs/liff/"""
SECONDS = 10.0


class AddressRoutes:
    """`POST friends/ID/address`: it is asked for as the phone does, but nobody goes where it leads."""

    def __init__(self, chats: Chats, base: Callable[[], str]) -> None:
        """`base` is the bot's server: no other is asked."""
        self._chats = chats
        self._base = base

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The route below `prefix`."""
        return [web.post(prefix + "/friends/{id}/address", taking(self._open))]

    async def _open(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        asked_friend(request, self._chats)
        path = _path(body.get("address"))
        limit = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, headers={"User-Agent": BROWSER}) as session,
                session.get(self._base() + path, allow_redirects=False) as answer,
            ):
                return {"status": answer.status, "location": answer.headers.get("Location")}
        except (aiohttp.ClientError, TimeoutError):
            raise CannotAct("standing", "the bot's server does not answer") from None


def _path(address: Any) -> str:
    """The path of a short address."""
    try:
        path = urlsplit(address).path if isinstance(address, str) else ""
    except ValueError:
        path = ""
    if not path.startswith(("/l/", "/o/")):
        raise CannotAct("invalid", "address must be a short one of the bot's: /l/… or /o/…")
    return path
