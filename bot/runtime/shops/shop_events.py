"""News about members that a shop's own system sends to `POST /api/events`: parsed, checked, and stored in the
form of a platform's webhook."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from bot.connectors.shops.links import is_linked
from bot.connectors.shops.platforms import BY_EVENTS
from bot.connectors.shops.webhook import LONGEST, MOST_CODES
from bot.engine.types.dates import iso_moment
from bot.engine.types.table import TYPES
from bot.model.clock import Clock
from bot.model.news import AMOUNTS, OF_ORDERS, REFUND_OF_PART, SHOP_NEWS
from bot.model.settings import ShopSettings
from bot.model.shop import ShopWebhook
from bot.model.translatable import row, tr
from bot.runtime.intake.outside_event import (
    LONGEST_ID,
    FieldIsWrong,
    WrongField,
    check_age,
    known_at,
    number_at,
    object_at,
    only,
    text_at,
)
from bot.runtime.intake.outside_events import KNOWN, STORE_SECONDS, STORED, OutsideAnswer, OutsideEvents
from bot.runtime.shops.link_cache import LinkCache

REMOVED = "member_removed"
"""News that matches no rule: the member is read from the shop, which has none any more."""
OWN_SYSTEM_NEWS = (*SHOP_NEWS, REMOVED)
"""The values of `news`."""
KEYS = ("id", "shop", "news", "member_no", "order", "at")
"""The fields of an event."""
MOMENTS = ("placed_at", "updated_at")
"""Fields of an order that are times in ISO 8601."""
ORDER_KEYS = ("order_no", *AMOUNTS, *MOMENTS, "codes")
"""The fields of an order."""


def is_of_shop(event: Any) -> bool:
    """Whether an event is a shop's news; else it is a signal."""
    return isinstance(event, Mapping) and "shop" in event


def read_shop_news(
    event: Mapping[str, Any], shops: Mapping[str, ShopSettings], zone: ZoneInfo, now: datetime
) -> ShopWebhook:
    """One event as it is stored; its id is made of shop and `id`, so a repetition is known.

    `shops` are those whose own system sends events; `zone` is that of times without one. Raises
    `FieldIsWrong`.
    """
    only(event, KEYS)
    id_, shop = text_at(event, "id", LONGEST_ID), known_at(text_at(event, "shop"), "shop", shops)
    news = text_at(event, "news")
    if news not in OWN_SYSTEM_NEWS:
        raise FieldIsWrong("news", tr("is not one of {known}", known=row(OWN_SYSTEM_NEWS)))
    check_age(event, zone, now)
    payload: dict[str, Any] = {"member_no": number_at(event, "member_no")}
    if news in OF_ORDERS:
        payload["order"] = order = _order(event.get("order"), zone)
        _check_refund(news, order)
    elif "order" in event:
        raise FieldIsWrong("order", tr("is only told with {known}", known=row(OF_ORDERS)))
    name = sha256("\0".join((shop, "told", id_)).encode("utf-8", "surrogatepass")).hexdigest()
    return ShopWebhook(name, shop, news, orjson.dumps(payload), now)


def _order(value: Any, zone: ZoneInfo) -> Mapping[str, Any]:
    """An order's fields; only its number is required."""
    order = object_at(value, "order")
    only(order, ORDER_KEYS, "order.")
    fields: dict[str, Any] = {"order_no": number_at(order, "order_no", "order.")}
    for key in AMOUNTS:
        if (given := order.get(key)) is not None:
            amount = TYPES["number"].from_json(given, zone)
            if amount is None:
                raise FieldIsWrong(f"order.{key}", tr("is wanted as: {type}", type=TYPES["number"].asked))
            fields[key] = amount
    for key in MOMENTS:
        if order.get(key) is not None:
            fields[key] = _moment(order[key], f"order.{key}", zone)
    if order.get("codes") is not None:
        fields["codes"] = _codes(order["codes"])
    return fields


def _check_refund(news: str, order: Mapping[str, Any]) -> None:
    """A refund of a part says how much is paid back by now, and of how much; nothing else does."""
    if news != REFUND_OF_PART:
        if "refunded" in order:
            raise FieldIsWrong("order.refunded", tr("is only told with {known}", known=REFUND_OF_PART))
    elif not 0 < order.get("refunded", 0) < order.get("amount", 0):
        raise FieldIsWrong(
            "order.refunded",
            tr("is what was paid back by now, less than amount; all of it is {news}", news="order_refunded"),
        )


def _codes(value: Any) -> Sequence[str]:
    """The codes of the coupons that the order has used, as they were typed."""
    if not isinstance(value, list) or len(value) > MOST_CODES:
        raise FieldIsWrong("order.codes", tr("is a list of at most {most} texts", most=MOST_CODES))
    return [text_at({"codes": one}, "codes", LONGEST, "order.") for one in value]


def _moment(value: Any, where: str, zone: ZoneInfo) -> str:
    at = iso_moment(value, zone)
    if at is None:
        raise FieldIsWrong(where, tr("is a moment in ISO 8601"))
    return at.isoformat()


KeepNews: TypeAlias = Callable[[ShopWebhook, float], Awaitable[bool]]
"""Makes a webhook durable within so many seconds; gives whether it is new. Raises `DatabaseUnavailable`."""


@dataclass(eq=False, repr=False)
class ShopEvents:
    """Takes the events of a request: news of shops is stored here, signals go to `OutsideEvents`."""

    _signals: OutsideEvents
    _shops: Callable[[], tuple[Mapping[str, ShopSettings], ZoneInfo]]
    """The shops of the live playbook by name, and its time zone."""
    _links: LinkCache
    _keep: KeepNews
    _clock: Clock

    async def take(self, events: Sequence[Any]) -> list[OutsideAnswer]:
        """The answer to each event, in their order. Raises `DatabaseUnavailable`: then send them again."""
        news = [place for place, one in enumerate(events) if is_of_shop(one)]
        if not news:
            return await self._signals.take(events)
        others = [one for one in events if not is_of_shop(one)]
        signals = iter(await self._signals.take(others) if others else ())
        ends = dict(zip(news, await self._stored([events[place] for place in news]), strict=True))
        for verdict, number in Counter(one.verdict for one in ends.values()).items():
            self._signals.taken.inc(verdict, by=number)
        return [ends[place] if place in ends else next(signals) for place in range(len(events))]

    async def _stored(self, events: Sequence[Any]) -> list[OutsideAnswer]:
        all_, zone = self._shops()
        shops = {name: one for name, one in all_.items() if one.platform in BY_EVENTS}
        linked = {name for name, one in shops.items() if is_linked(one, await self._links.of(name))}
        now = self._clock.now()
        read: list[ShopWebhook | WrongField] = []
        for one in events:
            try:
                webhook = read_shop_news(one, shops, zone, now)
            except FieldIsWrong as error:
                read.append(error.wrong)
                continue
            is_linked_shop = webhook.shop in linked
            read.append(webhook if is_linked_shop else WrongField("shop", tr("is not linked")))
        fresh = {one.id: one for one in reversed(read) if isinstance(one, ShopWebhook)}
        were_new = await asyncio.gather(*(self._keep(one, STORE_SECONDS) for one in fresh.values()))
        new = {one.id for one, is_new in zip(fresh.values(), were_new, strict=True) if is_new}
        return [_answer(one, new) for one in read]


def _answer(one: ShopWebhook | WrongField, new: set[str]) -> OutsideAnswer:
    if isinstance(one, WrongField):
        return OutsideAnswer("wrong", one.field, one.message)
    if one.id not in new:
        return KNOWN
    new.remove(one.id)  # the same id further down in the list is known
    return STORED
