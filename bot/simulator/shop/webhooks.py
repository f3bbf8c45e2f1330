"""What a pretend shop tells the bot by itself, in order: signed webhooks, as its platform sends them; its own
system by `POST /api/events`.

They may come twice, late (the next one overtakes it), with a signature that is wrong, or not at all.
"""

from __future__ import annotations

import asyncio
import hmac
import itertools
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import orjson

from bot.model.clock import Clock
from bot.model.settings import ShopSettings
from bot.model.shop_news import OrderTopic
from bot.shops.platforms import OWN_SYSTEM, news_secret
from bot.simulator.shop.app_market import usual_domain
from bot.simulator.shop.members import PretendMember, PretendShop
from bot.simulator.shop.records import cyberbiz_record, cyberbiz_vip, shopline_record

SECONDS = 15.0
"""How long the bot may take to answer."""
_ORDERS: Mapping[str, Mapping[OrderTopic, str]] = {
    "cyberbiz": {
        "order_placed": "orders/create",
        "order_paid": "orders/paid",
        "order_cancelled": "orders/cancelled",
        "order_refunded": "orders/refunded",
    },
    "shopline": {
        "order_placed": "order/create",
        "order_paid": "order_payment/complete",
        "order_cancelled": "order/cancel",
        "order_refunded": "order_payment/refund",
    },
    OWN_SYSTEM: {one: one for one in get_args(OrderTopic)},
}


@dataclass(frozen=True, slots=True)
class PretendOrder:
    """An order of a member, and what has happened to it."""

    news: OrderTopic
    amount: int
    number: str


@dataclass(frozen=True, slots=True)
class ShopDelivery:
    """One request that goes out."""

    address: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class ShopCourier:
    """Sends the webhooks of all pretend shops; `told(shop, topic, status)` hears of each, 0: no answer."""

    def __init__(
        self,
        clock: Clock,
        base_url: Callable[[], str],
        channels_of: Callable[[str], Sequence[str]],
        told: Callable[[str, str, int], None],
        tokens: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`tokens()` open `POST /api/events`, the newest first."""
        self._tokens = tokens
        self._clock = clock
        self._base_url = base_url
        self._channels_of = channels_of
        self._told = told
        self._numbers = itertools.count(1001)
        self._waiting: deque[tuple[str, str, ShopDelivery]] = deque()
        self._held: dict[str, tuple[str, str, ShopDelivery]] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def is_at_rest(self) -> bool:
        """Whether every webhook was answered; one that comes late on purpose does not count."""
        return self._task is None or self._task.done()

    async def stop(self) -> None:
        """Drop what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def changed(self, shop: PretendShop, before: PretendMember | None, after: PretendMember) -> None:
        """A member was changed in the shop's back office, or is new."""
        if shop.settings.platform == OWN_SYSTEM:
            what = "member_registered" if before is None else "member_updated"
            self._tell(shop, what, {"member_no": after.number})
            if before is not None and before.tier != after.tier:
                self._tell(shop, "tier_changed", {"member_no": after.number})
            return
        if shop.settings.platform == "shopline":
            what = "create" if before is None else "update"
            self._tell(shop, f"user/{what}", shopline_record(after))
            if before is not None and before.tier != after.tier:
                self._tell(shop, "user/membership_tier_update", shopline_record(after))
            return
        record = cyberbiz_record(after, with_id=True)
        self._tell(shop, "customers/create" if before is None else "customers/update", record)
        if before is not None and (before.tier, before.tier_until) != (after.tier, after.tier_until):
            self._tell(shop, "customer_vip_level/update", cyberbiz_vip(after))

    def removed(self, shop: PretendShop, member: PretendMember) -> None:
        """A member was deleted."""
        if shop.settings.platform == OWN_SYSTEM:
            self._tell(shop, "member_removed", {"member_no": member.number})
        elif shop.settings.platform == "shopline":
            self._tell(shop, "user/remove", shopline_record(member))
        else:
            self._tell(shop, "customers/destroy", cyberbiz_record(member, with_id=True))

    def ordered(self, shop: PretendShop, member: PretendMember, order: PretendOrder) -> None:
        """Something has happened to an order of a member."""
        topic, now = _ORDERS[shop.settings.platform][order.news], self._clock.now()
        moment = now.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        if shop.settings.platform == OWN_SYSTEM:
            about = {"order_no": order.number, "amount": order.amount}
            about |= {"placed_at": moment, "updated_at": moment}
            self._tell(shop, topic, {"member_no": member.number, "order": about})
            return
        told: dict[str, Any] = {"order_number": order.number, "created_at": moment, "updated_at": moment}
        if shop.settings.platform == "shopline":
            money = {"cents": order.amount * 100, "dollars": order.amount, "currency_iso": "TWD"}
            told |= {"id": f"o{order.number}", "customer_id": member.number, "total": money}
        else:
            told |= {
                "id": f"o{order.number}",
                "customer": cyberbiz_record(member, with_id=True),
                "prices": {"total_price": float(order.amount)},
            }
        self._tell(shop, topic, told)

    def next_number(self) -> str:
        """The number of a new order."""
        return str(next(self._numbers))

    # -- on the way

    def _tell(self, shop: PretendShop, topic: str, resource: Mapping[str, Any]) -> None:
        channels, settings = self._channels_of(shop.settings.name), shop.settings
        secret = news_secret(settings.credentials)
        if settings.platform == OWN_SYSTEM:
            secret = next(iter(self._tokens()), "closed")
        if not channels or secret is None or not self._base_url() or shop.deliver == "lost":
            return
        if shop.deliver == "unsigned":
            secret = f"{secret}?"
        platform = settings.platform
        address = f"{self._base_url()}/shops/{quote(channels[0], safe='')}/{platform}/webhook"
        match platform:
            case "shopline":
                made = self._shopline(settings, address, topic, resource, secret)
            case "hook":
                made = self._own_system(settings, topic, resource, secret)
            case _:
                made = self._cyberbiz(settings, address, topic, resource, secret)
        one = (settings.name, topic, made)
        held = self._held.pop(settings.name, None)
        if held is None and shop.deliver == "late":
            self._held[settings.name] = one
            return
        self._waiting.extend([one] * (2 if shop.deliver == "twice" else 1))
        if held is not None:
            self._waiting.append(held)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send(), name="webhooks of shops")

    def _cyberbiz(
        self, settings: ShopSettings, address: str, topic: str, resource: Mapping[str, Any], secret: str
    ) -> ShopDelivery:
        body, domain = orjson.dumps(resource), usual_domain(settings.name)
        headers = {
            "User-Agent": "CyberbizWebhook/1.0",
            "X-Cyberbiz-Event": topic,
            "X-Cyberbiz-Domain": domain,
            "X-Cyberbiz-Hmac-Sha256": hmac.digest(secret.encode(), body, "sha256").hex(),
        }
        return ShopDelivery(address, headers, body)

    def _shopline(
        self, settings: ShopSettings, address: str, topic: str, resource: Mapping[str, Any], secret: str
    ) -> ShopDelivery:
        at = str(int(self._clock.now().timestamp()))
        told = {
            "trace_id": uuid4().hex,
            "ts": int(at),
            "event": topic.partition("/")[0].title(),
            "topic": topic,
            "merchant_id": settings.name,
            "resource": resource,
        }
        plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sign = hmac.digest(secret.encode(), f"{at}:{plain}".encode(), "sha256").hex()
        headers = {"X-Shopline-Developer-Event-Timestamp": at}
        return ShopDelivery(f"{address}?sign={sign}", headers, orjson.dumps(told))

    def _own_system(
        self, settings: ShopSettings, topic: str, about: Mapping[str, Any], token: str
    ) -> ShopDelivery:
        """docs/own-shop.md; the same id when it comes twice."""
        told = {"id": uuid4().hex, "shop": settings.name, "news": topic, **about}
        headers = {"Authorization": f"Bearer {token}"}
        return ShopDelivery(f"{self._base_url()}/api/events", headers, orjson.dumps(told))

    async def _send(self) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while self._waiting:
                shop, topic, one = self._waiting.popleft()
                headers = {"Content-Type": "application/json", **one.headers}
                try:
                    async with session.post(
                        one.address, data=one.body, headers=headers, allow_redirects=False
                    ) as answer:
                        status = answer.status
                except (aiohttp.ClientError, OSError, TimeoutError):
                    status = 0
                self._told(shop, topic, status)
