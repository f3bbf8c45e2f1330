"""The shop on this machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import orjson
from aiohttp import web

from bot.model.shop import MemberTopic, OrderTopic
from bot.simulator.shop.members import PretendMember, PretendShop
from bot.simulator.shop.platform_call import Answering, answered, bearer, of_phone
from bot.simulator.shop.simulated import (
    PretendOrder,
    ShopDelivery,
    ShopTelling,
    ShopWorld,
    SimulatedPlatform,
)


def _record(member: PretendMember) -> dict[str, Any]:
    return {"no": member.number, "name": member.name, "level": member.tier}


def _knows(shop: PretendShop, request: web.Request, body: bytes) -> bool:
    return bearer(request) == shop.settings.credentials.get("token")


def _find(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
    return answered(200, [_record(one) for one in of_phone(shop, request.query["phone"])])


def _routes(world: ShopWorld, prefix: str) -> Sequence[web.RouteDef]:
    calls = Answering(world.shops, "pigeonshop", _knows, 10, world.clock, world.wait)
    return [web.get(prefix + "/members", calls.handler(_find))]


def _about(member: PretendMember, news: MemberTopic) -> Mapping[str, Any]:
    return _record(member)


def _ordered(shop: PretendShop, member: PretendMember, order: PretendOrder, moment: str) -> Mapping[str, Any]:
    return _record(member)


def _delivery(telling: ShopTelling) -> ShopDelivery:
    headers = {"X-Pigeon": telling.secret, "X-Topic": telling.topic}
    return ShopDelivery(telling.webhook, headers, orjson.dumps(telling.resource))


SIMULATED = SimulatedPlatform(
    _routes,
    {one: one for one in get_args(MemberTopic)},
    {one: one for one in get_args(OrderTopic)},
    _about,
    _ordered,
    _delivery,
)
