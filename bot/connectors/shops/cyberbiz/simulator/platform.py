"""A CYBERBIZ on this machine: its API, the shops' back office with the app store, and their webhooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from aiohttp import web

from bot.connectors.shops.cyberbiz.simulator.api import CyberbizApi
from bot.connectors.shops.cyberbiz.simulator.app_market import usual_domain
from bot.connectors.shops.cyberbiz.simulator.back_office import BackOffice
from bot.connectors.shops.cyberbiz.simulator.records import (
    cyberbiz_discounts,
    cyberbiz_headers,
    cyberbiz_record,
    cyberbiz_refunds,
    cyberbiz_statuses,
    cyberbiz_vip,
)
from bot.connectors.shops.cyberbiz.webhooks import CYBERBIZ_NEWS
from bot.model.shop import MemberTopic
from bot.simulator.shop.members import PretendMember, PretendShop
from bot.simulator.shop.simulated import (
    PretendOrder,
    ShopDelivery,
    ShopTelling,
    ShopWorld,
    SimulatedPlatform,
    topics_of,
)


def _routes(world: ShopWorld, prefix: str) -> Sequence[web.RouteDef]:
    office = BackOffice(world.shops, world.clock, world.channels_of, world.base_url, world.language)
    api = CyberbizApi(world.shops, world.clock, world.wait, office.market)
    return [*api.routes(prefix), *office.routes(prefix)]


def _about(member: PretendMember, news: MemberTopic) -> Mapping[str, Any]:
    return cyberbiz_vip(member) if news == "tier_changed" else cyberbiz_record(member, with_id=True)


def _ordered(shop: PretendShop, member: PretendMember, order: PretendOrder, moment: str) -> Mapping[str, Any]:
    payload = {
        "order_number": order.number,
        "created_at": moment,
        "updated_at": moment,
        "id": f"o{order.number}",
        "customer": cyberbiz_record(member, with_id=True),
        "prices": {"total_price": float(order.amount), "discounts": cyberbiz_discounts(order.codes)},
        "statuses": cyberbiz_statuses(order.news),
        "return_histories": cyberbiz_refunds(order.refunded, moment),
    }
    shop.orders[f"o{order.number}"] = payload
    return payload


def _delivery(telling: ShopTelling) -> ShopDelivery:
    body = orjson.dumps(telling.resource)
    headers = cyberbiz_headers(telling.topic, usual_domain(telling.shop.name), telling.secret, body)
    return ShopDelivery(telling.webhook, headers, body)


def _level(member: PretendMember) -> object:
    return member.tier, member.tier_until


SIMULATED = SimulatedPlatform(_routes, *topics_of(CYBERBIZ_NEWS), _about, _ordered, _delivery, _level)
