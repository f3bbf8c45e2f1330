"""A shop's own system on this machine: one address that is asked by signed calls.

docs/own-shop.md
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias
from uuid import uuid4

import orjson
from aiohttp import web

from bot.connectors.shops.own.client import OWN_SHOP_NEWS
from bot.engine.types.dates import SHOP_ZONE, iso_moment
from bot.hooks.signature import signed
from bot.model.clock import Clock
from bot.model.json_object import json_object
from bot.model.shop import MemberTopic
from bot.simulator.shop.members import PretendMember, PretendShop, PretendShops
from bot.simulator.shop.platform_call import (
    Answering,
    MemberListing,
    Sleep,
    answered,
    changed,
    of_phone,
    registered,
)
from bot.simulator.shop.simulated import (
    PretendOrder,
    ShopDelivery,
    ShopTelling,
    ShopWorld,
    SimulatedPlatform,
    topics_of,
)

PER_SECOND = 1_000
"""A system of one's own has no limit that anybody documents."""
SKEW = timedelta(minutes=5)
PAGE = 200
"""Members of one answer of a list."""

_Asked: TypeAlias = Mapping[str, Any]
_Answer: TypeAlias = Callable[[PretendShop, _Asked, datetime], web.Response]


class OwnSystemApi:
    """Members: found by phone, read by number, listed, registered and written."""

    def __init__(self, shops: PretendShops, clock: Clock, wait: Sleep) -> None:
        self._clock = clock
        self._listing = MemberListing()
        self._calls = Answering(shops, "hook", self._knows, PER_SECOND, clock, wait)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The one route: `prefix`, which ends with `{shop}`."""
        return [web.post(prefix, self._calls.handler(self._answer))]

    def _knows(self, shop: PretendShop, request: web.Request, body: bytes) -> bool:
        return _is_signed(request, body, shop.settings.credentials.get("secret", ""), self._clock.now())

    def _answer(self, shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
        asked = json_object(body)
        if asked.get("ask") == "list":
            return self._list(shop, asked)
        answer = _ANSWERS.get(str(asked.get("ask")))
        if answer is None:
            return answered(501, {"error": "this is not done here"})
        return answer(shop, asked, self._clock.now())

    def _list(self, shop: PretendShop, asked: _Asked) -> web.Response:
        since, after, limit = asked.get("since"), asked.get("after"), asked.get("limit")
        at = iso_moment(since, SHOP_ZONE)
        if (since is not None and at is None) or not _is_mark(after):
            return answered(422, {"error": "since is a moment or null, after what a page before has said"})
        size = limit if isinstance(limit, int) and 0 < limit <= PAGE else PAGE
        changed_since = self._listing.changed(shop, None if at is None else at.replace(microsecond=0), None)
        first = bisect_right(changed_since, int(after or 0), key=lambda one: int(one.number))
        page = changed_since[first : first + size]
        following = page[-1].number if first + size < len(changed_since) else None
        members = [own_record(one) for one in page]
        return answered(200, {"members": members, "next": following, "total": len(changed_since)})


def _is_mark(after: object) -> bool:
    return after is None or (isinstance(after, str) and after.isascii() and after.isdecimal())


def _is_signed(request: web.Request, body: bytes, secret: str, now: datetime) -> bool:
    """As Standard Webhooks says: by this secret, over these bytes, not five minutes ago."""
    sent, headers = request.headers.get("webhook-timestamp", ""), request.headers
    if not (sent.isascii() and sent.isdecimal() and len(sent) <= 11):
        return False
    at = datetime.fromtimestamp(int(sent), UTC)
    wanted = signed(headers.get("webhook-id", ""), at, body, secret)["webhook-signature"]
    return abs(at - now) <= SKEW and wanted in headers.get("webhook-signature", "").split(" ")


def _find(shop: PretendShop, asked: _Asked, now: datetime) -> web.Response:
    return _members(of_phone(shop, str(asked.get("phone"))))


def _read(shop: PretendShop, asked: _Asked, now: datetime) -> web.Response:
    return _members([member] if (member := _of(shop, asked)) is not None else [])


def _link(shop: PretendShop, asked: _Asked, now: datetime) -> web.Response:
    member, line = _of(shop, asked), asked.get("line_id")
    if member is None or not isinstance(line, str):
        return answered(404, {"error": "no such member"})
    shop.put(replace(member, line_at=line))
    return answered(200, {})


def _register(shop: PretendShop, asked: _Asked, now: datetime) -> web.Response:
    phone, name = asked.get("phone"), asked.get("name")
    if not isinstance(phone, str) or not isinstance(name, str):
        return answered(422, {"error": "phone and name are texts"})
    marketing = asked.get("marketing") is True
    return _members(of_phone(shop, phone) or [registered(shop, phone, name, marketing=marketing)])


def _write(shop: PretendShop, asked: _Asked, now: datetime) -> web.Response:
    member, values = _of(shop, asked), asked.get("values")
    if member is None or not isinstance(values, dict):
        return answered(404, {"error": "no such member"})
    return _members([shop.put(changed(member, values, "marketing"))])


def _fields(shop: PretendShop, asked: _Asked, now: datetime) -> web.Response:
    record = own_record(next(iter(shop.members.values()), PretendMember("5001", "陳美玲", "0912345678")))
    return answered(200, {"fields": {name: {"example": value} for name, value in record.items()}})


_ANSWERS: Mapping[str, _Answer] = {
    "find": _find,
    "read": _read,
    "link": _link,
    "register": _register,
    "write": _write,
    "fields": _fields,
}


def _of(shop: PretendShop, asked: _Asked) -> PretendMember | None:
    return shop.members.get(str(asked.get("member_no")))


def _members(members: Iterable[PretendMember]) -> web.Response:
    return answered(200, {"members": [own_record(member) for member in members]})


def own_record(member: PretendMember) -> dict[str, Any]:
    """A member of a shop's own system, with fields such as one may have."""
    return {
        "member_no": member.number,
        "name": member.name,
        "phone": member.phone,
        "phone_proven": member.phone_proven,
        "birthday": member.birthday,
        "tier": member.tier,
        "tier_until": member.tier_until,
        "points": sum(points for points, _ in member.points),
        "orders": member.orders,
        "marketing": member.marketing,
        "updated_at": member.updated.astimezone(UTC).isoformat(timespec="milliseconds"),
        **member.more,
    }


def _routes(world: ShopWorld, prefix: str) -> Sequence[web.RouteDef]:
    return OwnSystemApi(world.shops, world.clock, world.wait).routes(prefix)


def _about(member: PretendMember, news: MemberTopic) -> Mapping[str, Any]:
    return {"member_no": member.number}


def _ordered(shop: PretendShop, member: PretendMember, order: PretendOrder, moment: str) -> Mapping[str, Any]:
    about: dict[str, Any] = {"order_no": order.number, "amount": order.amount}
    about |= {"refunded": order.refunded} if order.refunded else {}
    about |= {"placed_at": moment, "updated_at": moment, "codes": order.codes}
    return {"member_no": member.number, "order": about}


def _delivery(telling: ShopTelling) -> ShopDelivery:
    """docs/own-shop.md; the same id when it comes twice."""
    payload = {"id": uuid4().hex, "shop": telling.shop.name, "news": telling.topic, **telling.resource}
    headers = {"Authorization": f"Bearer {telling.secret}"}
    return ShopDelivery(f"{telling.base_url}/api/events", headers, orjson.dumps(payload))


SIMULATED = SimulatedPlatform(_routes, *topics_of(OWN_SHOP_NEWS), _about, _ordered, _delivery)
