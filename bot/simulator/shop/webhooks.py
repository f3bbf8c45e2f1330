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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import orjson

from bot.connectors.shops.platforms import OWN_SYSTEM, news_secret
from bot.model.clock import Clock
from bot.model.settings import ShopSettings
from bot.model.shop import MemberTopic, OrderTopic
from bot.simulator.shop.app_market import usual_domain
from bot.simulator.shop.members import PretendMember, PretendShop
from bot.simulator.shop.records import (
    cyberbiz_discounts,
    cyberbiz_record,
    cyberbiz_refunds,
    cyberbiz_statuses,
    cyberbiz_vip,
    shopline_record,
)

SECONDS = 15.0
"""How long the bot may take to answer."""
_ORDERS: Mapping[str, Mapping[OrderTopic, str]] = {
    "cyberbiz": {
        "order_placed": "orders/create",
        "order_paid": "orders/paid",
        "order_cancelled": "orders/cancelled",
        "order_refunded": "orders/refunded",
        "order_partially_refunded": "orders/refunded",
    },
    "shopline": {
        "order_placed": "order/create",
        "order_paid": "order_payment/complete",
        "order_cancelled": "order/cancel",
        "order_refunded": "order_payment/refund",
        "order_partially_refunded": "order_payment/refund",
    },
    OWN_SYSTEM: {one: one for one in get_args(OrderTopic)},
}
_MEMBERS: Mapping[str, Mapping[MemberTopic, str]] = {
    "cyberbiz": {
        "member_registered": "customers/create",
        "member_updated": "customers/update",
        "tier_changed": "customer_vip_level/update",
        "member_removed": "customers/destroy",
    },
    "shopline": {
        "member_registered": "user/create",
        "member_updated": "user/update",
        "tier_changed": "user/membership_tier_update",
        "member_removed": "user/remove",
    },
    OWN_SYSTEM: {one: one for one in get_args(MemberTopic)},
}


@dataclass(frozen=True, slots=True)
class PretendOrder:
    """An order of a member, and what has happened to it."""

    news: OrderTopic
    amount: int
    number: str
    codes: tuple[str, ...] = ()
    refunded: int = 0
    """Of which so much was paid back by now."""


@dataclass(frozen=True, slots=True)
class ShopDelivery:
    """One request that goes out."""

    address: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class QueuedDelivery:
    """A webhook on its way; `answered` will be the status that the bot answers with, 0: none."""

    shop: str
    topic: str
    delivery: ShopDelivery
    answered: asyncio.Future[int | None]


class ShopCourier:
    """Sends the webhooks of all pretend shops; `told(shop, topic, status)` hears of each, 0: no answer."""

    def __init__(
        self,
        clock: Clock,
        base_url: Callable[[], str],
        channels_of: Callable[[str], Sequence[str]],
        on_sent: Callable[[str, str, int], None],
        tokens: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`tokens()` open `POST /api/events`, the newest first."""
        self._tokens = tokens
        self._clock = clock
        self._base_url = base_url
        self._channels_of = channels_of
        self._on_sent = on_sent
        self._numbers = itertools.count(1001)
        self._waiting: deque[QueuedDelivery] = deque()
        self._held: dict[str, QueuedDelivery] = {}
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
        for queued in self._waiting:
            queued.answered.cancel()

    def has_webhooks(self, settings: ShopSettings) -> bool:
        """Whether a shop's own system has a way to tell its news: `POST /api/events` is open."""
        return settings.platform != OWN_SYSTEM or bool(self._tokens())

    def changed(self, shop: PretendShop, before: PretendMember | None, after: PretendMember) -> None:
        """A member was changed in the shop's back office, or is new."""
        _ = self.about(shop, after, "member_registered" if before is None else "member_updated")
        levels = [_level(shop, one) for one in (before, after) if one is not None]
        if levels[0] != levels[-1]:
            _ = self.about(shop, after, "tier_changed")

    def about(self, shop: PretendShop, member: PretendMember, news: MemberTopic) -> Awaitable[int | None]:
        """This is told of a member, with the record as it is; what the bot answers, as `ordered` gives it."""
        topic = _MEMBERS[shop.settings.platform][news]
        if shop.settings.platform == OWN_SYSTEM:
            return self._enqueue(shop, topic, {"member_no": member.number})
        if shop.settings.platform == "shopline":
            return self._enqueue(shop, topic, shopline_record(member))
        is_level = news == "tier_changed"
        return self._enqueue(
            shop, topic, cyberbiz_vip(member) if is_level else cyberbiz_record(member, with_id=True)
        )

    def removed(self, shop: PretendShop, member: PretendMember) -> None:
        """A member was deleted."""
        _ = self.about(shop, member, "member_removed")

    def ordered(self, shop: PretendShop, member: PretendMember, order: PretendOrder) -> Awaitable[int | None]:
        """Something has happened to an order of a member.

        What the bot answers: a status, 0 where none came, `None` where nothing is sent, or only later.
        """
        topic, now = _ORDERS[shop.settings.platform][order.news], self._clock.now()
        moment = now.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        if shop.settings.platform == OWN_SYSTEM:
            about: dict[str, Any] = {"order_no": order.number, "amount": order.amount}
            about |= {"refunded": order.refunded} if order.refunded else {}
            about |= {"placed_at": moment, "updated_at": moment, "codes": order.codes}
            return self._enqueue(shop, topic, {"member_no": member.number, "order": about})
        payload: dict[str, Any] = {"order_number": order.number, "created_at": moment, "updated_at": moment}
        if shop.settings.platform == "shopline":
            money = {"cents": order.amount * 100, "dollars": order.amount, "currency_iso": "TWD"}
            payload |= {"id": f"o{order.number}", "customer_id": member.number, "total": money}
            payload["promotion_items"] = [{"coupon_code": code} for code in order.codes]
        else:
            payload |= {
                "id": f"o{order.number}",
                "customer": cyberbiz_record(member, with_id=True),
                "prices": {"total_price": float(order.amount), "discounts": cyberbiz_discounts(order.codes)},
                "statuses": cyberbiz_statuses(order.news),
                "return_histories": cyberbiz_refunds(order.refunded, moment),
            }
            shop.orders[f"o{order.number}"] = payload
        return self._enqueue(shop, topic, payload)

    def next_number(self) -> str:
        """The number of a new order."""
        return str(next(self._numbers))

    # -- on the way

    def _enqueue(self, shop: PretendShop, topic: str, resource: Mapping[str, Any]) -> Awaitable[int | None]:
        channels, settings = self._channels_of(shop.settings.name), shop.settings
        answered: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        secret = news_secret(settings.credentials)
        if settings.platform == OWN_SYSTEM:
            secret = next(iter(self._tokens()), "closed")
        if not channels or secret is None or not self._base_url() or shop.deliver == "lost":
            answered.set_result(None)
            return answered
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
        one = QueuedDelivery(settings.name, topic, made, answered)
        held = self._held.pop(settings.name, None)
        if held is None and shop.deliver == "late":
            self._held[settings.name] = one
            answered.set_result(None)
            return answered
        self._waiting.extend([one] * (2 if shop.deliver == "twice" else 1))
        if held is not None:
            self._waiting.append(held)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._send(), name="webhooks of shops")
        return answered

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
        payload = {
            "trace_id": uuid4().hex,
            "ts": int(at),
            "event": topic.partition("/")[0].title(),
            "topic": topic,
            "merchant_id": settings.name,
            "resource": resource,
        }
        plain = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sign = hmac.digest(secret.encode(), f"{at}:{plain}".encode(), "sha256").hex()
        headers = {"X-Shopline-Developer-Event-Timestamp": at}
        return ShopDelivery(f"{address}?sign={sign}", headers, orjson.dumps(payload))

    def _own_system(
        self, settings: ShopSettings, topic: str, about: Mapping[str, Any], token: str
    ) -> ShopDelivery:
        """docs/own-shop.md; the same id when it comes twice."""
        payload = {"id": uuid4().hex, "shop": settings.name, "news": topic, **about}
        headers = {"Authorization": f"Bearer {token}"}
        return ShopDelivery(f"{self._base_url()}/api/events", headers, orjson.dumps(payload))

    async def _send(self) -> None:
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        while self._waiting:  # looked at once more when the session is closed: something may have come
            async with aiohttp.ClientSession(timeout=timeout) as session:
                while self._waiting:
                    await self._deliver(session, self._waiting.popleft())

    async def _deliver(self, session: aiohttp.ClientSession, queued: QueuedDelivery) -> None:
        one = queued.delivery
        headers = {"Content-Type": "application/json", **one.headers}
        try:
            async with session.post(
                one.address, data=one.body, headers=headers, allow_redirects=False
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            status = 0
        except asyncio.CancelledError:
            queued.answered.cancel()
            raise
        if not queued.answered.done():
            queued.answered.set_result(status)
        self._on_sent(queued.shop, queued.topic, status)


def _level(shop: PretendShop, member: PretendMember) -> object:
    """What the platform tells of as another level."""
    return member.tier if shop.settings.platform != "cyberbiz" else (member.tier, member.tier_until)
