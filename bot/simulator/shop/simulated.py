"""A shop platform on this machine: its API, and what its shops tell by themselves.

Each connector that can be played has one, in the module that its manifest names.
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
    """What a platform is played with. `channels_of` are the accounts of a shop; `base_url` is our own
    address, once it is known."""

    shops: PretendShops
    clock: Clock
    wait: Sleep
    channels_of: Callable[[str], list[str]]
    base_url: Callable[[], str]
    language: str


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
class ShopTelling:
    """What a shop tells: to which address, signed by which secret; `base_url` is our own address."""

    shop: ShopSettings
    topic: str
    resource: Mapping[str, Any]
    secret: str = field(repr=False)
    webhook: str
    base_url: str
    at: datetime


def _tier(member: PretendMember) -> object:
    return member.tier


@dataclass(frozen=True, slots=True)
class SimulatedPlatform:
    """`routes` are below a path that ends with `{shop}`."""

    routes: Callable[[ShopWorld, str], Sequence[web.RouteDef]]
    members: Mapping[MemberTopic, str]
    """The topics of a webhook, by what has happened."""
    orders: Mapping[OrderTopic, str]
    about: Callable[[PretendMember, MemberTopic], Mapping[str, Any]]
    """What is told of a member."""
    ordered: Callable[[PretendShop, PretendMember, PretendOrder, str], Mapping[str, Any]]
    """What is told of an order, as of this moment."""
    delivery: Callable[[ShopTelling], ShopDelivery]
    level: Callable[[PretendMember], object] = _tier
    """What the platform tells of as another level."""


def topics_of(table: NewsTable) -> tuple[Mapping[MemberTopic, str], Mapping[OrderTopic, str]]:
    """How the platform calls what has happened to a member, to an order: the first topic that is read so."""
    members = {ours: theirs for theirs, ours in reversed([*table.members.items()])}
    orders = {ours: theirs for theirs, ours in reversed([*table.orders.items()])}
    return members, {"order_partially_refunded": orders["order_refunded"], **orders}


def simulated_platforms() -> Mapping[str, SimulatedPlatform]:
    """Those that can be played, by name."""
    return {name: loaded(one.simulator) for name, one in PLATFORMS.items() if one.simulator}
