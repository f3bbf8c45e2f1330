"""The part of each kind of promotion in the runtime: its ports over MongoDB, and what it does with orders."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock, PatientClock
from bot.model.promotions import Parts
from bot.model.settings import ShopSettings
from bot.model.shop import ShopWebhook, WebhookNews
from bot.model.translatable import Language
from bot.runtime.effects.codes import AlertOnce
from bot.services.own_events import StoreEvents
from bot.services.promotions import Port, Ports
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class PortContext:
    """What ports are made of."""

    stores: Stores
    keyed_hash: Callable[[str], str]
    """A hash with a secret key, the same in every process."""
    alerts: AlertOnce
    language: Callable[[], Language]
    """The playbook's."""
    clock: PatientClock
    simulates: bool
    """Whether there is no shop outside, so no codes of a shop are ever imported."""


FollowOrders: TypeAlias = Callable[
    [ShopSettings, Iterable[tuple[ShopWebhook, WebhookNews]], str | None], Awaitable[None]
]
"""Stores what orders of a shop lead to. Its arguments: the shop, its webhooks about orders, and the id of the
contact that has ordered, where it is known.

Repeated with the same webhooks it stores nothing more. Raises `DatabaseUnavailable`.
"""


@dataclass(frozen=True, slots=True)
class RuntimePart:
    """What a kind of promotion gives the runtime."""

    ports: Callable[[PortContext], Ports]
    """The ports that its services use."""
    orders: Callable[[Stores, Callable[[], Playbook], StoreEvents, Clock], FollowOrders] | None = None


_PARTS = Parts("runtime", RuntimePart)


def ports_of(context: PortContext) -> dict[Port[Any], Any]:
    """The ports of all kinds of promotions."""
    return _PARTS.table(lambda part: part.ports(context))


def orders_followed(
    stores: Stores, playbook: Callable[[], Playbook], store_events: StoreEvents, clock: Clock
) -> Sequence[FollowOrders]:
    """The functions with which kinds of promotions take orders of shops; rules hear of orders besides."""
    made = (part.orders for part in _PARTS)
    return [make(stores, playbook, store_events, clock) for make in made if make is not None]
