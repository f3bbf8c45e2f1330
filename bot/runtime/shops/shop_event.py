"""What a shop's own system may tell of a member, as JSON; a mistake by its field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bot.engine.types.dates import iso_moment
from bot.engine.types.table import TYPES
from bot.model.news import OF_ORDERS, SHOP_NEWS
from bot.model.said import row, say
from bot.model.settings import ShopSettings
from bot.model.shop_news import ShopWebhook
from bot.runtime.intake.event_fields import (
    LONGEST_ID,
    FieldIsWrong,
    known_at,
    number_at,
    object_at,
    only,
    text_at,
    told_in_time,
)

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
        raise FieldIsWrong("news", say("is not one of {known}", known=row(TOLD_NEWS)))
    told_in_time(told, zone, now)
    said: dict[str, Any] = {"member_no": number_at(told, "member_no")}
    if news in OF_ORDERS:
        said["order"] = _order(told.get("order"), zone)
    elif "order" in told:
        raise FieldIsWrong("order", say("is only told with {known}", known=row(OF_ORDERS)))
    name = sha256("\0".join((shop, "told", id_)).encode("utf-8", "surrogatepass")).hexdigest()
    return ShopWebhook(name, shop, news, orjson.dumps(said), now)


def _order(told: Any, zone: ZoneInfo) -> Mapping[str, Any]:
    """What is known of an order; its number alone must be there."""
    order = object_at(told, "order")
    only(order, ORDER_KEYS, "order.")
    said: dict[str, Any] = {"order_no": number_at(order, "order_no", "order.")}
    if (told_amount := order.get("amount")) is not None:
        amount = TYPES["number"].told(told_amount, zone)
        if amount is None:
            raise FieldIsWrong("order.amount", say("is wanted as: {type}", type=TYPES["number"].asked))
        said["amount"] = amount
    for key in MOMENTS:
        if order.get(key) is not None:
            said[key] = _moment(order[key], f"order.{key}", zone)
    return said


def _moment(told: Any, where: str, zone: ZoneInfo) -> str:
    at = iso_moment(told, zone)
    if at is None:
        raise FieldIsWrong(where, say("is a moment in ISO 8601"))
    return at.isoformat()
