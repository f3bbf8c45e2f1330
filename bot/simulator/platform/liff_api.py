"""The apps of a LINE Login channel, as its token sees them.

https://developers.line.biz/en/reference/liff-server/#get-all-liff-apps
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.model.clock import Clock
from bot.simulator.platform.call import line_response
from bot.simulator.platform.refusal import unauthorised
from bot.simulator.requests import local_only
from bot.simulator.state.account import Account, Accounts
from bot.simulator.state.logins import Logins

LIFF_APPS = "/liff/v1/apps"


class LiffApi:
    """`GET /liff/v1/apps`: reading alone."""

    def __init__(self, accounts: Accounts, logins: Logins, clock: Clock, base: Callable[[], str]) -> None:
        self._accounts = accounts
        self._logins = logins
        self._clock = clock
        self._base = base

    def calls(self, prefix: str) -> list[web.RouteDef]:
        """The call below `prefix`."""
        return [web.get(prefix + LIFF_APPS, local_only(self._apps))]

    async def _apps(self, request: web.Request) -> web.StreamResponse:
        id = str(uuid.uuid4())
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        login_channel = self._logins.channel_of(token, self._clock.now())
        if scheme.lower() != "bearer" or login_channel is None:
            return line_response(id, 401, unauthorised().body)
        apps = [
            self._app(account, account.channel.liff.liff_id)
            for account in self._accounts.by_name.values()
            if account.channel.liff is not None
            and account.channel.liff.login_channel_id == login_channel
            and account.console.has_liff_app
        ]
        return line_response(id, 200 if apps else 404, {"apps": apps} if apps else {"message": "not found"})

    def _app(self, account: Account, liff_id: str) -> dict[str, Any]:
        console = account.console
        return {
            "liffId": liff_id,
            "view": {
                "type": console.liff_size,
                "url": console.liff_endpoint or f"{self._base()}/liff/{account.channel.name}",
            },
            "description": account.title,
            "features": {"ble": False, "qrCode": True},
            "scope": list(console.liff_scopes),
            "botPrompt": "none",
        }
