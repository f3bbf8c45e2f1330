"""Shops for bots in processes of their own: the simulator's, over HTTP; their webhooks, told until taken."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler, Middleware

from bot.connectors.shops.cyberbiz.simulator.records import (
    cyberbiz_discounts,
    cyberbiz_record,
    cyberbiz_statuses,
)
from bot.connectors.shops.shopline.simulator import shopline_record
from bot.model.clock import SystemClock
from bot.model.settings import ShopSettings
from bot.simulator.shop.members import PretendMember, PretendShop
from bot.simulator.simulator import Simulator
from tests.faults.webhooks import BETWEEN_DELIVERIES, NO_ANSWER

FOREST = ShopSettings(
    "forest", "cyberbiz", None, {"username": "u", "secret": "opaque", "webhook_secret": "opaque-forest"}
)
HARBOUR = ShopSettings(
    "harbour", "shopline", None, {"username": "h", "token": "opaque", "webhook_secret": "opaque-harbour"}
)
ERP = ShopSettings("erp", "hook", None, {"url": "https://erp.example/", "secret": "opaque-erp"})
IN_PLAYBOOK = {
    "forest": "{platform: cyberbiz, username: u, secret: opaque, webhook_secret: opaque-forest, %s}",
    "harbour": "{platform: shopline, username: h, token: opaque, webhook_secret: opaque-harbour, %s}",
    "erp": '{platform: hook, url: "${ERP_URL}", secret: opaque-erp, %s}',
}
"""How a playbook has each of them, with more at the end."""

Registered = Callable[[int, web.Request, web.StreamResponse], Awaitable[None]]
"""What happens when a member was made: who has asked, what, and the answer that nobody has heard yet."""
PROCESSES = 2


class Shops:
    """The shops as they run. `registering`: the status of each call that made a member, or was to."""

    def __init__(self, simulator: Simulator) -> None:
        self.by_name = simulator.shops.by_name
        self.addresses: list[str] = []
        self.registering: list[int] = []
        self.on_registered: Registered | None = None

    def environment(self, process: int) -> dict[str, str]:
        """What this process needs to reach them: an address of its own, by which it is known."""
        base = f"{self.addresses[process]}simulator/shop"
        return {"OAFLOW_SHOP_API": base, "ERP_URL": f"{base}/hook/erp"}

    @property
    def _members(self) -> int:
        return sum(len(shop.members) for shop in self.by_name.values())

    def of_phone(self, shop: str, phone: str) -> list[PretendMember]:
        """The members there who have this phone (as it is written there)."""
        return self.by_name[shop].of_phone([phone])

    def watch(self, process: int) -> Middleware:
        """Notices who is registered, for this process."""

        @web.middleware
        async def noticing(request: web.Request, handler: Handler) -> web.StreamResponse:
            before = self._members
            answer = await handler(request)
            asked = request.method == "POST" and request.path.endswith("/v1/customers")
            if not asked and self._members == before:
                return answer
            self.registering.append(answer.status)
            if self.on_registered is not None and answer.status < 300:
                then, self.on_registered = self.on_registered, None
                await then(process, request, answer)
            return answer

        return noticing


@asynccontextmanager
async def shops_open(*settings: ShopSettings) -> AsyncIterator[Shops]:
    """These shops, without a member."""
    simulator = Simulator([], SystemClock(), shops=settings)
    shops = Shops(simulator)
    for shop in shops.by_name.values():
        shop.members.clear()
    async with AsyncExitStack() as servers:
        for process in range(PROCESSES):
            application = web.Application(middlewares=[shops.watch(process)])
            application.add_routes(simulator.routes())
            server = await servers.enter_async_context(TestServer(application))
            shops.addresses.append(str(server.make_url("/")))
        yield shops


# -- their webhooks


class ShopWebhook:
    """One, as its platform sends it: the same bytes each time."""

    def __init__(self, shop: PretendShop, channel: str, topic: str, resource: dict[str, Any]) -> None:
        secret = shop.settings.credentials["webhook_secret"].encode()
        self._path = f"/shops/{channel}/{shop.settings.platform}/webhook"
        self._headers = {"Content-Type": "application/json"}
        if shop.settings.platform == "shopline":
            at = str(int(time.time()))
            told = {"trace_id": uuid.uuid4().hex, "topic": topic, "resource": resource}
            plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            sign = hmac.digest(secret, f"{at}:{plain}".encode(), "sha256").hex()
            self._path += f"?sign={sign}"
            self._headers["X-Shopline-Developer-Event-Timestamp"] = at
            self._body = orjson.dumps(told)
        else:
            self._body = orjson.dumps(resource)
            self._headers["X-Cyberbiz-Event"] = topic
            self._headers["X-Cyberbiz-Domain"] = f"{shop.settings.name}.cyberbiz.co"
            self._headers["X-Cyberbiz-Hmac-Sha256"] = hmac.digest(secret, self._body, "sha256").hex()

    async def told(self, session: aiohttp.ClientSession, address: str, seconds: float) -> int:
        """Tell it once; the status of the answer, `NO_ANSWER` where none came in time."""
        limit = aiohttp.ClientTimeout(total=seconds)
        try:
            async with session.post(
                f"{address}{self._path}", data=self._body, headers=self._headers, timeout=limit
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return NO_ANSWER


async def told_until_taken(
    session: aiohttp.ClientSession,
    happens: Sequence[Callable[[], ShopWebhook]],
    address: Callable[[], str],
    taken: Callable[[], None],
) -> None:
    """One after the other happens, and is told until the answer is 200; whoever calls bounds the time."""
    for happening in happens:
        webhook = happening()
        while (status := await webhook.told(session, address(), 2.0)) != 200:
            assert status in (NO_ANSWER, 503), status
            await asyncio.sleep(BETWEEN_DELIVERIES)
        taken()


def changed(shop: PretendShop, channel: str, member: PretendMember) -> ShopWebhook:
    """The shop has changed this member, and tells it."""
    shop.put(member)
    now = shop.members[member.number]
    if shop.settings.platform == "shopline":
        return ShopWebhook(shop, channel, "user/update", shopline_record(now))
    return ShopWebhook(shop, channel, "customers/update", cyberbiz_record(now, with_id=True))


def paid(
    shop: PretendShop, channel: str, member: PretendMember, number: str, codes: Sequence[str] = ()
) -> ShopWebhook:
    """An order of this member was paid, which came with these coupon codes."""
    order: dict[str, Any] = {"id": f"o{number}", "order_number": number}
    if shop.settings.platform == "shopline":
        order |= {"customer_id": member.number, "total": {"dollars": 880}}
        order["promotion_items"] = [{"coupon_code": code} for code in codes]
        return ShopWebhook(shop, channel, "order_payment/complete", order)
    prices = {"total_price": 880.0, "discounts": cyberbiz_discounts(codes)}
    order |= {"customer": {"id": int(member.number)}, "prices": prices}
    shop.orders[order["id"]] = order = {**order, "statuses": cyberbiz_statuses("order_paid")}
    return ShopWebhook(shop, channel, "orders/paid", order)
