"""`POST /shops/{channel}/{provider}/webhook`: the news that a shop's platform sends, stored before they are
answered (C2, C5, C6)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.connectors.shops.webhook import DeliveredWebhook, NotSigned, NotTaken
from bot.connectors.shops.webhooks import verified
from bot.model.clock import Clock
from bot.model.shop import ShopWebhook
from bot.runtime.metrics import Tally
from bot.store.unavailable import DatabaseUnavailable

PATH = "/shops/{channel}/{provider}/webhook"
STORE_SECONDS = 5.0
"""Seconds that storing may take: one platform waits for 15 s, another asks for an answer within seconds."""
BODY_SECONDS = 5.0
"""Seconds within which a body has to arrive."""
NOT_STORED = "the news could not be stored; please send them again"

log = logging.getLogger("oaflow.shops")


@dataclass(frozen=True, slots=True)
class HearingShop:
    """A shop that is linked, and whose news are taken."""

    name: str
    platform: str
    """The name of its platform (`{provider}` in the address)."""
    secret: str | None = field(repr=False)
    """What its news are signed with; `None`: the playbook has none, and news are refused with 401."""
    domain: str | None = None
    """Its own domain at the platform, where that is known."""


@dataclass(eq=False, repr=False)
class ShopWebhooks:
    """Answers shops. Never 200 for what is not stored, never 500.

    `shop(channel, provider)` is the shop there, if it is linked; may raise `DatabaseUnavailable`.
    """

    _shop: Callable[[str, str], Awaitable[HearingShop | None]]
    _keep: Callable[[ShopWebhook, float], Awaitable[object]]
    """Stores a webhook, within so many seconds."""
    _clock: Clock
    calls: Tally = field(
        init=False,
        default_factory=lambda: Tally("oaflow_shop_webhooks", "Webhooks of shops by answer.", "status"),
    )

    def routes(self) -> list[web.AbstractRouteDef]:
        """The address."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Handle one delivery."""
        try:
            status, message = await self._answer(request)
        except web.HTTPRequestEntityTooLarge:
            status, message = 413, "a webhook of more than 2 MiB is not taken"
        except (web.RequestPayloadError, TimeoutError, ConnectionError):
            status, message = 400, "the body did not come, or cannot be decoded"
        except DatabaseUnavailable:
            status, message = 503, NOT_STORED
        except Exception:  # the sender may send it again after 503
            log.exception("news of a shop could not be stored")
            status, message = 503, NOT_STORED
        self.calls.inc(str(status))
        if status == 200:
            return web.Response(body=b"{}", content_type="application/json")
        return web.json_response({"message": message}, status=status)

    async def _answer(self, request: web.Request) -> tuple[int, str]:
        shop = await self._shop(request.match_info["channel"], request.match_info["provider"])
        if shop is None:
            return 404, "no shop of this platform is linked here"
        if not shop.secret:
            return 401, "the playbook has nothing by which the shop's news could be told: its webhook_secret"
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.read()
        came = DeliveredWebhook(request.headers, request.query, body, self._clock.now())
        try:
            webhook = verified(shop.platform, shop.name, shop.secret, came, shop.domain)
        except NotSigned:
            return 401, "the signature is missing or wrong"
        except NotTaken as error:
            return 400, str(error)
        await self._keep(webhook, STORE_SECONDS)
        return 200, ""
