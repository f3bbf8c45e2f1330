"""The JSON interface of rich menus: what a channel has, and its pictures."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import reading
from bot.simulator.control.picture_response import picture_response
from bot.simulator.own_site import guarded
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.account import Accounts
from bot.simulator.state.menus import Menus
from bot.simulator.state.shown import menu_shown


class MenuRoutes:
    """`GET menus?channel=NAME` and `GET menus/ID/image`."""

    def __init__(self, accounts: Accounts, menus: Menus) -> None:
        self._accounts = accounts
        self._menus = menus

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/menus", reading(self._list)),
            web.get(prefix + "/menus/{id}/image", guarded(self._image)),
        ]

    def _list(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        channel = request.query.get("channel")
        if channel not in self._accounts.by_name:
            raise CannotAct("unknown", "no such channel")
        menus = self._menus.of(channel)
        return {"menus": [menu_shown(menu, menus) for menu in menus.by_id.values()]}

    async def _image(self, request: web.Request) -> web.StreamResponse:
        return picture_response(self._menus.picture(request.match_info["id"]))
