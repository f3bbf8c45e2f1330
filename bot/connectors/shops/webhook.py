"""A webhook of a shop: a request as it came, and how its parts are read, whatever the platform."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import orjson

from bot.engine.types.dates import moment_from_shop
from bot.model.shop import MemberTopic, OrderNews, OrderTopic, ShopWebhook, WebhookNews

MAX_NEWS_AGE = timedelta(days=7)
"""How old news may be: an id is known for longer than that, so none is passed on twice."""
_DIGITS_OF_MILLISECONDS = 13
LONGEST = 200
"""Characters of a topic, of an id or of a coupon's code."""
MOST_CODES = 20
"""Coupon codes of one order."""


class NotSigned(Exception):
    """The signature is missing, or somebody else's."""


class NotTaken(Exception):
    """It is no webhook of the platform's; the message says why, without any of its content."""


@dataclass(frozen=True, slots=True)
class DeliveredWebhook:
    """A request as it came, not verified yet. Names of `headers` are looked up case-insensitively."""

    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    at: datetime


Verify: TypeAlias = Callable[[str, str, DeliveredWebhook, str | None], ShopWebhook]
Meaning: TypeAlias = Callable[[str, Mapping[str, Any]], WebhookNews]
Removal: TypeAlias = Callable[[ShopWebhook, Mapping[str, str]], bool | None]
"""Given the shop's credentials: whether our app was removed; `None` for what tells of something else."""


@dataclass(frozen=True, slots=True)
class WebhookReader:
    """How a platform's webhooks are read. `verify` gets the shop's name, its secret, the request, the shop's
    domain where it is known; it raises `NotSigned` and `NotTaken`, the others the latter. Without it a shop
    sends none, and its news come by another way.
    """

    meaning: Meaning
    verify: Verify | None = None
    removal: Removal | None = None


def is_old(signed_at: str, now: datetime) -> bool:
    """Whether a moment that was signed (seconds or milliseconds since 1970) is older than anything that is
    sent again."""
    if not (signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= _DIGITS_OF_MILLISECONDS):
        return False
    seconds = int(signed_at) / (1000 if len(signed_at) == _DIGITS_OF_MILLISECONDS else 1)
    return now.timestamp() - seconds > MAX_NEWS_AGE.total_seconds()


def short_text(text: object, what: str) -> str:
    """A topic. Raises `NotTaken`, which calls it `what`."""
    if not isinstance(text, str) or not text or len(text) > LONGEST or not text.isprintable():
        raise NotTaken(f"{what} is missing, too long, or no text")
    return text


def since_when(topic: MemberTopic, payload: Mapping[str, Any]) -> datetime | None:
    """Since when a member is one, where the webhook says that they are new."""
    return moment_of(payload.get("created_at")) if topic == "member_registered" else None


def order_news(
    payload: Mapping[str, Any],
    topic: OrderTopic,
    number: object,
    amount: int | float | None,
    refunded: int | float | None = None,
) -> OrderNews | None:
    """The order of a webhook; `None` where it names none."""
    order = id_of(payload.get("order_id") or payload.get("id") or payload.get("_id"))
    if not order:
        return None
    placed, updated = moment_of(payload.get("created_at")), moment_of(payload.get("updated_at"))
    paid_back = None if refunded is None else plain(refunded)
    whole = None if amount is None else plain(amount)
    return OrderNews(order, topic, id_of(number) or None, whole, paid_back, placed, updated)


def plain(amount: int | float) -> int | float:
    """An amount as people write it: 950, not 950.0."""
    return int(amount) if isinstance(amount, float) and amount.is_integer() else amount


def codes_of(items: object, key: str) -> tuple[str, ...]:
    """The coupon codes of an order, each once: the texts under this key of some objects in a list."""
    rows = [item.get(key) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    found = (row for row in rows if isinstance(row, str) and row.strip() and len(row) <= LONGEST)
    return tuple(dict.fromkeys(found))[:MOST_CODES]


def moment_of(value: object) -> datetime | None:
    """A moment as the platform writes it; `None` where it is none."""
    return moment_from_shop(value) if isinstance(value, str) else None


def id_of(value: object) -> str:
    """A number or a text of the platform's; empty where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def part_of_payload(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A block of the payload; empty where there is none."""
    part = payload.get(key)
    return part if isinstance(part, dict) else {}


def json_object(body: bytes) -> dict[str, Any]:
    """The body as JSON. Raises `NotTaken` where it is no object."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotTaken("the body is no JSON") from None
    if not isinstance(payload, dict):
        raise NotTaken("the body is no object")
    return payload
