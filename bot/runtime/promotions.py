"""What kinds of promotions give the runtime: their ports over MongoDB, and what follows news of orders."""

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
    """What ports are made of. `language` is the playbook's, `keyed_hash` the same in every process;
    `simulates`: there is no outside, and nobody imports what a shop would."""

    stores: Stores
    keyed_hash: Callable[[str], str]
    alerts: AlertOnce
    language: Callable[[], Language]
    clock: PatientClock
    simulates: bool


FollowOrders: TypeAlias = Callable[
    [ShopSettings, Iterable[tuple[ShopWebhook, WebhookNews]], str | None], Awaitable[None]
]
"""Stores what orders of a shop bring about; the last is the contact that has ordered, where it is known.

Done again with the same news it brings about nothing more. Raises `DatabaseUnavailable`.
"""


@dataclass(frozen=True, slots=True)
class RuntimePart:
    """What a kind gives. `orders` makes what follows orders of stores, the live playbook, and what makes
    events durable."""

    ports: Callable[[PortContext], Ports]
    orders: Callable[[Stores, Callable[[], Playbook], StoreEvents, Clock], FollowOrders] | None = None


_PARTS = Parts("runtime", RuntimePart)


def ports_of(context: PortContext) -> dict[Port[Any], Any]:
    """All that services of promotions need of the outside."""
    return _PARTS.table(lambda part: part.ports(context))


def orders_followed(
    stores: Stores, playbook: Callable[[], Playbook], store_events: StoreEvents, clock: Clock
) -> Sequence[FollowOrders]:
    """What follows orders of shops, beside what rules do."""
    made = (part.orders for part in _PARTS)
    return [make(stores, playbook, store_events, clock) for make in made if make is not None]
