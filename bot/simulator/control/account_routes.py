"""The picture of an official account, which nobody has uploaded: its first letter, as LINE's `pictureUrl`."""

from __future__ import annotations

from html import escape

from aiohttp import web

from bot.simulator.own_site import guarded
from bot.simulator.state.account import Accounts

_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
    '<rect width="200" height="200" fill="#06a94d"/>'
    '<text x="100" y="100" font-size="100" font-family="sans-serif" fill="#fff" text-anchor="middle"'
    ' dominant-baseline="central">{letter}</text></svg>'
)


class AccountRoutes:
    """`GET accounts/CHANNEL/picture.svg`."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [web.get(prefix + "/accounts/{channel}/picture.svg", guarded(self._picture))]

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        account = self._accounts.by_name.get(request.match_info["channel"])
        if account is None:
            raise web.HTTPNotFound
        letter = escape(account.title[:1].upper())
        return web.Response(text=_SVG.format(letter=letter), content_type="image/svg+xml")
