"""What a shop's own system reports of a member: read, and stored as an event like a platform's."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from bot.engine.types.dates import iso_moment
from bot.engine.types.table import TYPES
from bot.model.clock import Clock
from bot.model.news import OF_ORDERS, SHOP_NEWS
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
from bot.shops.access import is_linked
from bot.shops.platforms import OWN_SYSTEM

REMOVED = "member_removed"
"""Heard by no rule: the shop is asked, and has no such member any more."""
TOLD_NEWS = (*SHOP_NEWS, REMOVED)
KEYS = ("id", "shop", "news", "member_no", "order", "at")
MOMENTS = ("placed_at", "updated_at")
ORDER_KEYS = ("order_no", "amount", *MOMENTS)


def is_of_shop(told: Any) -> bool:
    """Whether an event is a shop's news, and no signal."""
    return isinstance(told, Mapping) and "shop" in told


def read_shop_news(
    told: Mapping[str, Any], shops: Mapping[str, ShopSettings], zone: ZoneInfo, now: datetime
) -> ShopWebhook:
    """One event as it is stored: the same id of the same shop is the same. Raises `FieldIsWrong`.

    `shops` are those that tell their news so.
    """
    only(told, KEYS)
    id_, shop = text_at(told, "id", LONGEST_ID), known_at(text_at(told, "shop"), "shop", shops)
    news = text_at(told, "news")
    if news not in TOLD_NEWS:
        raise FieldIsWrong("news", tr("is not one of {known}", known=row(TOLD_NEWS)))
    check_age(told, zone, now)
    said: dict[str, Any] = {"member_no": number_at(told, "member_no")}
    if news in OF_ORDERS:
        said["order"] = _order(told.get("order"), zone)
    elif "order" in told:
        raise FieldIsWrong("order", tr("is only told with {known}", known=row(OF_ORDERS)))
    name = sha256("\0".join((shop, "told", id_)).encode("utf-8", "surrogatepass")).hexdigest()
    return ShopWebhook(name, shop, news, orjson.dumps(said), now)


def _order(told: Any, zone: ZoneInfo) -> Mapping[str, Any]:
    """What is known of an order; its number alone must be there."""
    order = object_at(told, "order")
    only(order, ORDER_KEYS, "order.")
    said: dict[str, Any] = {"order_no": number_at(order, "order_no", "order.")}
    if (told_amount := order.get("amount")) is not None:
        amount = TYPES["number"].from_json(told_amount, zone)
        if amount is None:
            raise FieldIsWrong("order.amount", tr("is wanted as: {type}", type=TYPES["number"].asked))
        said["amount"] = amount
    for key in MOMENTS:
        if order.get(key) is not None:
            said[key] = _moment(order[key], f"order.{key}", zone)
    return said


def _moment(told: Any, where: str, zone: ZoneInfo) -> str:
    at = iso_moment(told, zone)
    if at is None:
        raise FieldIsWrong(where, tr("is a moment in ISO 8601"))
    return at.isoformat()


KeepNews: TypeAlias = Callable[[ShopWebhook, float], Awaitable[bool]]
"""Makes it durable within so many seconds; whether it is new. Raises `DatabaseUnavailable`."""


class ShopEvents:
    """Takes news of shops; what is none is left to who takes signals."""

    def __init__(
        self,
        signals: OutsideEvents,
        shops: Callable[[], tuple[Mapping[str, ShopSettings], ZoneInfo]],
        links: LinkCache,
        keep: KeepNews,
        clock: Clock,
    ) -> None:
        """`shops()` are those of the playbook that is live, and its time zone."""
        self._signals = signals
        self._shops = shops
        self._links = links
        self._keep = keep
        self._clock = clock

    async def take(self, told: Sequence[Any]) -> list[OutsideAnswer]:
        """What becomes of each, in their order. Raises `DatabaseUnavailable`: tell them again then."""
        news = [place for place, one in enumerate(told) if is_of_shop(one)]
        if not news:
            return await self._signals.take(told)
        others = [one for one in told if not is_of_shop(one)]
        signals = iter(await self._signals.take(others) if others else ())
        ends = dict(zip(news, await self._stored([told[place] for place in news]), strict=True))
        for verdict, number in Counter(one.verdict for one in ends.values()).items():
            self._signals.taken.inc(verdict, by=number)
        return [ends[place] if place in ends else next(signals) for place in range(len(told))]

    async def _stored(self, told: Sequence[Any]) -> list[OutsideAnswer]:
        all_, zone = self._shops()
        shops = {name: one for name, one in all_.items() if one.platform == OWN_SYSTEM}
        linked = {name for name, one in shops.items() if is_linked(one, await self._links.of(name))}
        now = self._clock.now()
        read: list[ShopWebhook | WrongField] = []
        for one in told:
            try:
                webhook = read_shop_news(one, shops, zone, now)
            except FieldIsWrong as error:
                read.append(error.wrong)
                continue
            is_heard = webhook.shop in linked
            read.append(webhook if is_heard else WrongField("shop", tr("is not linked")))
        fresh = {one.id: one for one in reversed(read) if isinstance(one, ShopWebhook)}
        kept = await asyncio.gather(*(self._keep(one, STORE_SECONDS) for one in fresh.values()))
        new = {one.id for one, is_new in zip(fresh.values(), kept, strict=True) if is_new}
        return [_answer(one, new) for one in read]


def _answer(one: ShopWebhook | WrongField, new: set[str]) -> OutsideAnswer:
    if isinstance(one, WrongField):
        return OutsideAnswer("wrong", one.field, one.message)
    if one.id not in new:
        return KNOWN
    new.remove(one.id)  # the same id further down in the list is known
    return STORED
