"""A webhook of a shop: a request as it came, and how its parts are read, whatever the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import orjson

from bot.connectors.shops.directory import at_path
from bot.engine.types.dates import moment_from_shop
from bot.engine.types.plain import number_from_shop
from bot.model.shop import MemberTopic, OrderNews, OrderTopic, ShopWebhook, WebhookNews

MAX_NEWS_AGE = timedelta(days=7)
"""The age up to which news are taken: ids are stored for longer, so none is taken twice."""
_DIGITS_OF_MILLISECONDS = 13
"""A moment with so many digits is in milliseconds, a shorter one in seconds."""
LONGEST = 200
"""Characters of a topic, of an id or of a coupon's code."""
MOST_CODES = 20
"""Coupon codes of one order."""


class NotSigned(Exception):
    """The signature is missing or wrong."""


class NotTaken(Exception):
    """The request is no webhook of the platform, or too old; the message says why, without its content."""


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
"""Given the shop's credentials: whether our app was removed; `None`: the webhook is about something else."""


@dataclass(frozen=True, slots=True)
class WebhookReader:
    """How a platform's webhooks are read. All three functions may raise `NotTaken`."""

    meaning: Meaning
    """Given topic and body: what a stored webhook means."""
    verify: Verify | None = None
    """Given the shop's name, its secret, the request, and the shop's domain where it is known: the webhook.

    It raises `NotSigned`, too. `None`: the platform sends no webhooks, and its news come in another way.
    """
    removal: Removal | None = None
    """Whether our app was removed; `None`: the platform has no such webhook."""


def is_old(signed_at: str, now: datetime) -> bool:
    """Whether a moment that was signed (seconds or milliseconds since 1970) is older than anything that is
    sent again."""
    if not (signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= _DIGITS_OF_MILLISECONDS):
        return False
    seconds = int(signed_at) / (1000 if len(signed_at) == _DIGITS_OF_MILLISECONDS else 1)
    return now.timestamp() - seconds > MAX_NEWS_AGE.total_seconds()


def short_text(text: object, what: str) -> str:
    """A short printable text, such as a topic. Raises `NotTaken` with its name `what` for anything else."""
    if not isinstance(text, str) or not text or len(text) > LONGEST or not text.isprintable():
        raise NotTaken(f"{what} is missing, too long, or no text")
    return text


def amount_of(value: object) -> int | float | None:
    """An amount of money; `None` where the value is no number."""
    amount = number_from_shop(value)
    return None if amount is None else plain(amount)


def plain(amount: int | float) -> int | float:
    """An amount as people write it: 950, not 950.0."""
    return int(amount) if isinstance(amount, float) and amount.is_integer() else amount


def codes_of(items: object, key: str = "") -> tuple[str, ...]:
    """The coupon codes of an order, each once: the texts of a list; those under this key of its objects."""
    rows = items if isinstance(items, list) else []
    texts = [row.get(key) if isinstance(row, dict) else None for row in rows] if key else rows
    found = (text for text in texts if isinstance(text, str) and text.strip() and len(text) <= LONGEST)
    return tuple(dict.fromkeys(found))[:MOST_CODES]


def id_of(value: object) -> str:
    """A number or a text of the platform's; empty where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


@dataclass(frozen=True, slots=True)
class NewsTable:
    """How the webhooks of a platform are read: its topics, and the paths of fields in the body."""

    members: Mapping[str, MemberTopic]
    """Our topic of a member's news, by the platform's."""
    orders: Mapping[str, OrderTopic]
    """Our topic of an order's news, by the platform's."""
    of_orders: tuple[str, ...]
    """Beginnings of topics whose body is an order, news or not."""
    of_members: tuple[str, ...] = ("",)
    """Beginnings of topics whose body is the member itself."""
    member: tuple[str, ...] = ("id", "_id")
    """Paths of the member's number in such a body; the first that is there counts."""
    about: tuple[str, ...] = ()
    """Paths of the member's number in other bodies, likewise."""
    record: str = ""
    """The topic that comes with a newer `updated_at` of the record: points, levels and the like do not."""
    part: str = ""
    """The path of the part of the body in which all other paths begin; empty: the body itself."""
    buyer: str = "customer_id"
    """Of an order, the member's number."""
    id: tuple[str, ...] = ("order_id", "id", "_id")
    """Of an order, paths of its id; the first that is there counts."""
    number: str = "order_number"
    """Of an order, the number that people see."""
    amount: str = ""
    """Of an order, what is to be paid."""
    refunded: str = ""
    """Of an order, how much was refunded so far."""
    placed: str = "created_at"
    """Of an order, the time at which it was placed."""
    updated: str = "updated_at"
    """Of an order, the time of its last change."""
    codes: str = ""
    """Of an order, the list of its coupon codes."""
    code: str = ""
    """The key of a code in an item of `codes`, where the items are objects."""

    def news(self, topic: str, payload: Mapping[str, Any]) -> WebhookNews:
        """What a webhook means."""
        found = at_path(payload, self.part) if self.part else payload
        if topic.startswith(self.of_orders):
            order = self._order(self.orders.get(topic), found)
            return WebhookNews(id_of(at_path(found, self.buyer)), order=order)
        change = self.members.get(topic)
        if change is None:
            return WebhookNews("")
        member = _first_id(found, self.member if topic.startswith(self.of_members) else self.about)
        since = moment_from_shop(at_path(found, "created_at")) if change == "member_registered" else None
        return WebhookNews(member, change, since=since, in_record=topic == self.record)

    def _order(self, topic: OrderTopic | None, found: object) -> OrderNews | None:
        """`None` where it is no news, or names no order."""
        order = _first_id(found, self.id)
        if topic is None or not order:
            return None
        amount, refunded = (amount_of(at_path(found, path)) for path in (self.amount, self.refunded))
        placed, updated = (moment_from_shop(at_path(found, path)) for path in (self.placed, self.updated))
        number, codes = id_of(at_path(found, self.number)), codes_of(at_path(found, self.codes), self.code)
        return OrderNews(order, topic, number or None, amount, refunded, placed, updated, codes=codes)


def _first_id(found: object, paths: Iterable[str]) -> str:
    return id_of(next(filter(None, (at_path(found, path) for path in paths)), None))


def json_object(body: bytes) -> dict[str, Any]:
    """The body as JSON. Raises `NotTaken` where it is no object."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotTaken("the body is no JSON") from None
    if not isinstance(payload, dict):
        raise NotTaken("the body is no object")
    return payload
