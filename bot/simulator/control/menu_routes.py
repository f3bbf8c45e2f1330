"""The JSON interface of accounts (pictures, followers, what is set on LINE's own pages) and of rich menus."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from html import escape
from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import reading, taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.requests import guarded, problem
from bot.simulator.state.account import Accounts
from bot.simulator.state.crowd import CROWD_AT_MOST
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_console import LIFF_SCOPES, LIFF_SIZES, LineConsole
from bot.simulator.state.menus import Menus
from bot.simulator.state.pictures import PictureBytes
from bot.simulator.state.state_json import menu_json

HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""Of pictures: cached for good, as none changes under its address, and without anything that could run."""


def picture_response(picture: PictureBytes | None) -> web.StreamResponse:
    """The picture, or 404 where there is none."""
    if picture is None:
        return problem(404, "unknown", "no such picture, or no longer kept")
    return web.Response(body=picture.content, content_type=picture.kind, headers=HEADERS)


def _console(body: Mapping[str, Any]) -> LineConsole:
    """The settings of a whole body, checked. Raises `CannotAct`."""
    if body.keys() != LineConsole.__dataclass_fields__.keys():
        raise CannotAct(
            "invalid", f"a body has {', '.join(LineConsole.__dataclass_fields__)} and webhook only"
        )
    switches = ("uses_webhook", "chat", "has_liff_app")
    if any(type(body[name]) is not bool for name in switches):
        raise CannotAct("invalid", f"{', '.join(switches)} must be true or false")
    if body["liff_size"] not in LIFF_SIZES:
        raise CannotAct("invalid", f"liff_size must be one of {', '.join(LIFF_SIZES)}")
    if not isinstance(body["liff_scopes"], list | tuple) or not set(body["liff_scopes"]) <= set(LIFF_SCOPES):
        raise CannotAct("invalid", f"liff_scopes must be some of {', '.join(LIFF_SCOPES)}")
    if not isinstance(body["liff_endpoint"], str | None):
        raise CannotAct("invalid", "liff_endpoint must be an address, or null: this server's own")
    return LineConsole(**{**body, "liff_scopes": tuple(body["liff_scopes"])})


_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200">'
    '<rect width="200" height="200" fill="#06a94d"/>'
    '<text x="100" y="100" font-size="100" font-family="sans-serif" fill="#fff" text-anchor="middle"'
    ' dominant-baseline="central">{letter}</text></svg>'
)
"""An account's picture: the first letter of its title."""


class AccountRoutes:
    """`GET accounts/CHANNEL/picture.svg`, `PUT channels/NAME/followers`, `PUT channels/NAME/console`."""

    def __init__(self, accounts: Accounts, feed: Feed) -> None:
        self._accounts = accounts
        self._feed = feed

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/accounts/{channel}/picture.svg", guarded(self._picture)),
            web.put(prefix + "/channels/{name}/followers", taking(self._followers)),
            web.put(prefix + "/channels/{name}/console", taking(self._console)),
        ]

    def _followers(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        account = self._accounts.by_name.get(request.match_info["name"])
        if account is None:
            raise CannotAct("unknown", "no such channel")
        verified = body.get("verified", account.verified)
        number, gone = body.get("crowd", account.crowd.number), body.get("gone", account.crowd.gone)
        if body.keys() - {"verified", "crowd", "gone"} or type(verified) is not bool:
            raise CannotAct("invalid", "a body has verified (true or false), crowd and gone only")
        if type(number) is not int or not 0 <= number <= CROWD_AT_MOST:
            raise CannotAct("invalid", f"crowd must be a number up to {CROWD_AT_MOST}")
        if type(gone) is not int or not 0 <= gone <= number:
            raise CannotAct("invalid", "gone must be a number up to crowd")
        account.verified, account.crowd = verified, replace(account.crowd, number=number, gone=gone)
        shown = {"verified": verified, "crowd": number, "gone": gone}
        self._feed.publish("followers", {"channel": account.channel.name, **shown})
        return shown

    def _console(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Set what people set on LINE's own pages; what a body leaves out does not change. `webhook` is the
        address."""
        account = self._accounts.by_name.get(request.match_info["name"])
        if account is None:
            raise CannotAct("unknown", "no such channel")
        webhook = body.pop("webhook", account.endpoint)
        console = _console({**asdict(account.console), **body})
        if not isinstance(webhook, str):
            raise CannotAct("invalid", "webhook must be an address, or empty")
        account.console, account.endpoint = console, webhook
        return {**asdict(console), "webhook": webhook}

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        account = self._accounts.by_name.get(request.match_info["channel"])
        if account is None:
            raise web.HTTPNotFound
        letter = escape(account.title[:1].upper())
        return web.Response(text=_SVG.format(letter=letter), content_type="image/svg+xml")


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
        return {"menus": [menu_json(menu, menus) for menu in menus.by_id.values()]}

    async def _image(self, request: web.Request) -> web.StreamResponse:
        return picture_response(self._menus.picture(request.match_info["id"]))
