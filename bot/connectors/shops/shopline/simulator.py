"""A SHOPLINE on this machine: the calls that oaflow makes, and its webhooks.

https://open-api.docs.shoplineapp.com/docs/getting-started
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from bot.connectors.shops.shopline.webhooks import SHOPLINE_NEWS, shopline_sign, shopline_text
from bot.model.clock import Clock
from bot.model.shop import MemberTopic
from bot.simulator.shop.members import OPENED, PretendMember, PretendShop, PretendShops
from bot.simulator.shop.platform_call import (
    Answering,
    MemberListing,
    Sleep,
    answered,
    bearer,
    moment_of,
    page_of,
    reading,
    registering,
    writing,
)
from bot.simulator.shop.simulated import (
    PretendOrder,
    ShopDelivery,
    ShopTelling,
    ShopWorld,
    SimulatedPlatform,
    topics_of,
)

PER_SECOND = 20
PER_PAGE, PER_PAGE_AT_MOST = 24, 999


class ShoplineApi:
    """Customers: listed, searched by mobile, and read."""

    def __init__(self, shops: PretendShops, clock: Clock, wait: Sleep) -> None:
        self._listing = MemberListing()
        self._calls = Answering(shops, "shopline", _knows, PER_SECOND, clock, wait)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`, which ends with `{shop}`."""
        handler = self._calls.handler
        mobile, code = "mobile_phone", "mobile_phone_country_calling_code"
        register = registering(shopline_record, mobile, code, "is_accept_marketing")
        return [
            web.get(prefix + "/v1/customers", handler(self._list)),
            web.get(prefix + "/v1/customers/search", handler(_search)),
            web.post(prefix + "/v1/customers", handler(register)),
            web.get(prefix + "/v1/customers/{id}", handler(reading(shopline_record))),
            web.put(prefix + "/v1/customers/{id}", handler(writing(shopline_record, "is_accept_marketing"))),
        ]

    def _list(self, shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
        """By the moment of the last change, in UTC; a page at a time, or behind the one who was the last."""
        try:
            since = moment_of(request, "updated_after", ZoneInfo("UTC"))
            until = moment_of(request, "updated_before", ZoneInfo("UTC"))
        except ValueError:
            return answered(422, {"error": "a time is written 2026-01-31 23:59:59"})
        found = self._listing.changed(shop, since, until)
        behind = request.query.get("previous_id", "")
        is_asc = request.query.get("sort_by") == "asc"
        if behind.isdigit():
            last = int(behind)
            found = [one for one in found if (int(one.number) > last if is_asc else int(one.number) < last)]
        return _page(request, found if is_asc else found[::-1])


def _knows(shop: PretendShop, request: web.Request, body: bytes) -> bool:
    credentials = shop.settings.credentials
    handle = credentials.get("username")
    return bearer(request) == credentials.get("token") and request.headers.get("User-Agent") == handle


def _search(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
    """A search finds a part of a number, too: whoever asks must look at what comes."""
    text = request.query.get("query", "")
    searched = request.query.getall("search_fields[]", [])
    found = [m for m in shop.members.values() if "mobile_phone" in searched and _has(m, text)]
    return _page(request, found)


def _page(request: web.Request, found: Sequence[PretendMember]) -> web.Response:
    page, per_page = page_of(request, PER_PAGE, PER_PAGE_AT_MOST)
    items = found[(page - 1) * per_page : page * per_page]
    paging = {
        "current_page": page,
        "per_page": per_page,
        "total_pages": max(1, -(-len(found) // per_page)),
        "total_count": len(found),
    }
    return answered(200, {"items": [shopline_record(member) for member in items], "pagination": paging})


def _has(member: PretendMember, text: str) -> bool:
    return bool(text) and member.phone is not None and text in member.phone


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000+00:00}"


def shopline_record(member: PretendMember) -> dict[str, Any]:
    """A customer of the open API. A confirmed mobile has no calling code in front."""
    code = None if member.calling_code is None else member.calling_code.lstrip("+")
    tier = None if member.tier is None else {"id": "t1", "name_translations": {"zh-hant": member.tier}}
    return {
        "id": member.number,
        "name": member.name,
        "mobile_phone": member.phone,
        "mobile_phone_country_calling_code": code,
        "mobile_phone_verified": member.phone_proven,
        "birthday": member.birthday,
        "is_member": True,
        "is_accept_marketing": member.marketing,
        "order_count": member.orders,
        "member_point_balance": sum(points for points, _ in member.points),
        "membership_tier": tier,
        "tier_expires_at": None if member.tier_until is None else f"{member.tier_until}T15:59:59.000+00:00",
        "line_id": member.line,
        "created_at": _utc(OPENED),
        "updated_at": _utc(member.updated),
        **member.more,
    }


def _routes(world: ShopWorld, prefix: str) -> Sequence[web.RouteDef]:
    return ShoplineApi(world.shops, world.clock, world.wait).routes(prefix)


def _about(member: PretendMember, news: MemberTopic) -> Mapping[str, Any]:
    return shopline_record(member)


def _ordered(shop: PretendShop, member: PretendMember, order: PretendOrder, moment: str) -> Mapping[str, Any]:
    return {
        "order_number": order.number,
        "created_at": moment,
        "updated_at": moment,
        "id": f"o{order.number}",
        "customer_id": member.number,
        "total": {"cents": order.amount * 100, "dollars": order.amount, "currency_iso": "TWD"},
        "promotion_items": [{"coupon_code": code} for code in order.codes],
    }


def _delivery(telling: ShopTelling) -> ShopDelivery:
    at = str(int(telling.at.timestamp()))
    payload = {
        "trace_id": uuid4().hex,
        "ts": int(at),
        "event": telling.topic.partition("/")[0].title(),
        "topic": telling.topic,
        "merchant_id": telling.shop.name,
        "resource": telling.resource,
    }
    sign = shopline_sign(telling.secret, at, shopline_text(payload))
    headers = {"X-Shopline-Developer-Event-Timestamp": at}
    return ShopDelivery(f"{telling.webhook}?sign={sign}", headers, orjson.dumps(payload))


SIMULATED = SimulatedPlatform(_routes, *topics_of(SHOPLINE_NEWS), _about, _ordered, _delivery)
