"""What a connector declares so that its shop platform can be simulated: the API, and the webhooks that its
shops send.

The module is named in the manifest of the connector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.connectors.manifest import loaded
from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.shops.webhook import NewsTable
from bot.model.clock import Clock
from bot.model.settings import ShopSettings
from bot.model.shop import MemberTopic, OrderTopic
from bot.simulator.shop.members import PretendMember, PretendShop, PretendShops
from bot.simulator.shop.platform_call import Sleep


@dataclass(frozen=True, slots=True)
class ShopWorld:
    """What a simulated platform works with."""

    shops: PretendShops
    clock: Clock
    wait: Sleep
    channels_of: Callable[[str], list[str]]
    """The channels of a shop, by its name."""
    base_url: Callable[[], str]
    """Our own address; empty until it is known."""
    language: str


@dataclass(frozen=True, slots=True)
class PretendOrder:
    """An order of a member."""

    news: OrderTopic
    """What has happened to it."""
    amount: int
    """NT$."""
    number: str
    codes: tuple[str, ...] = ()
    """The coupon codes that were used."""
    refunded: int = 0
    """NT$ that were paid back by now."""


@dataclass(frozen=True, slots=True)
class ShopDelivery:
    """One webhook request, ready to be sent."""

    address: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ShopTelling:
    """What a webhook says, before it has the form of its platform."""

    shop: ShopSettings
    topic: str
    """The name that the platform has for what has happened."""
    resource: Mapping[str, Any]
    """The member or order as JSON."""
    secret: str = field(repr=False)
    """It signs the request."""
    webhook: str
    """The address of the shop's webhook."""
    base_url: str
    """Our own address."""
    at: datetime


def _tier(member: PretendMember) -> object:
    return member.tier


@dataclass(frozen=True, slots=True)
class SimulatedPlatform:
    """A shop platform, as its connector simulates it."""

    routes: Callable[[ShopWorld, str], Sequence[web.RouteDef]]
    """Its API, below a path that ends with `{shop}`."""
    members: Mapping[MemberTopic, str]
    """The topic of a webhook by what has happened to a member."""
    orders: Mapping[OrderTopic, str]
    """The topic by what has happened to an order."""
    about: Callable[[PretendMember, MemberTopic], Mapping[str, Any]]
    """The resource of a webhook about a member."""
    ordered: Callable[[PretendShop, PretendMember, PretendOrder, str], Mapping[str, Any]]
    """The resource of a webhook about an order, as of a moment."""
    delivery: Callable[[ShopTelling], ShopDelivery]
    """The request of a webhook."""
    level: Callable[[PretendMember], object] = _tier
    """The level of a member: where it differs after a change, `tier_changed` is sent, too."""


def topics_of(table: NewsTable) -> tuple[Mapping[MemberTopic, str], Mapping[OrderTopic, str]]:
    """The platform's topics by what has happened to a member, and to an order: of several the first in the
    table of news."""
    members = {ours: theirs for theirs, ours in reversed([*table.members.items()])}
    orders = {ours: theirs for theirs, ours in reversed([*table.orders.items()])}
    return members, {"order_partially_refunded": orders["order_refunded"], **orders}


def simulated_platforms() -> Mapping[str, SimulatedPlatform]:
    """The platforms that can be simulated, by name."""
    return {name: loaded(one.simulator) for name, one in PLATFORMS.items() if one.simulator}
