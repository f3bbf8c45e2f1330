"""What a platform's webhook says: whether the shop has sent it, what makes it the same, what it means.

CYBERBIZ: https://cyberbiz.notion.site (Webhook), and public clients: headers `X-Cyberbiz-Event`,
`X-Cyberbiz-Domain`, `X-Cyberbiz-Hmac-Sha256`; the body is the resource itself, an order with its `customer`.
Only the body is signed: who has captured one may send it with any topic and domain, so neither is believed.
SHOPLINE: https://open-api.docs.shoplineapp.com/docs/webhook-topic-and-payload-example and its *Webhook
Signature*: an envelope with `topic`, `trace_id` and `resource`, signed by the query parameter `sign`.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any, get_args
from uuid import uuid4

import orjson

from bot.engine.types.dates import moment_from_shop
from bot.engine.types.plain import number_from_shop
from bot.model.shop import MemberTopic, OrderNews, OrderTopic, ShopWebhook, WebhookNews
from bot.shops.cyberbiz import cyberbiz_order_state

UNINSTALLED = "apps/uninstall"
"""CYBERBIZ reports that the app was removed. It is about no member."""
MAX_NEWS_AGE = timedelta(days=7)
"""How old news may be: an id is known for longer than that, so none is passed on twice."""
_DIGITS_OF_MILLISECONDS = 13
LONGEST = 200
"""Characters of a topic or of an id."""
_EVENT, _DOMAIN = "X-Cyberbiz-Event", "X-Cyberbiz-Domain"
_SIGN, _DOMAIN_SIGN = "X-Cyberbiz-Hmac-Sha256", "X-Cyberbiz-Domain-Hmac-Sha256"
_SHOPLINE_AT = "X-Shopline-Developer-Event-Timestamp"

_CYBERBIZ_MEMBER: Mapping[str, MemberTopic] = {
    "customers/create": "member_registered",
    "customers/update": "member_updated",
    "customers/delete": "member_removed",
    "customers/destroy": "member_removed",
    "customer_vip_level/update": "tier_changed",
    "customer_tags/update": "member_updated",
    "uid_providers/create": "member_updated",
    "uid_providers/update": "member_updated",
    **dict.fromkeys((f"bonus_points/{what}" for what in ("create", "update", "destroy")), "member_updated"),
    "comment_bonus/create": "member_updated",
}
_CYBERBIZ_ORDERS: Mapping[str, OrderTopic] = {
    "orders/create": "order_placed",
    "orders/paid": "order_paid",
    "orders/cancelled": "order_cancelled",
    "orders/refunded": "order_refunded",
}
_SHOPLINE_MEMBER: Mapping[str, MemberTopic] = {
    "user/create": "member_registered",
    "user/update": "member_updated",
    "user/remove": "member_removed",
    "user/membership_tier_update": "tier_changed",
    "member_point/create": "member_updated",
    "user_credit/create": "member_updated",
    "user_credit/update": "member_updated",
}
_SHOPLINE_ORDERS: Mapping[str, OrderTopic] = {
    "order/create": "order_placed",
    "order_payment/complete": "order_paid",
    "order/cancel": "order_cancelled",
    "order_payment/refund": "order_refunded",
}
_OF_RECORD = ("customers/update", "user/update")
"""The topics with which a record's `updated_at` moves: points, levels and the like do not move it."""
_OWN_MEMBER: Mapping[str, MemberTopic] = {one: one for one in get_args(MemberTopic)}
_OWN_ORDERS: Mapping[str, OrderTopic] = {one: one for one in get_args(OrderTopic)}
"""The topics of a team's own system, in our words."""


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


def verified(
    platform: str, shop: str, secret: str, came: DeliveredWebhook, domain: str | None
) -> ShopWebhook:
    """The webhook, if the shop has signed it. Raises `NotSigned` and `NotTaken`.

    `domain` is the shop's own where it is known: an app's secret signs for all shops that have installed it.
    """
    if platform == "cyberbiz":
        return _of_cyberbiz(shop, secret, came, domain)
    if platform == "shopline":
        return _of_shopline(shop, secret, came)
    raise NotTaken("this platform sends no webhooks")


def _of_cyberbiz(shop: str, secret: str, came: DeliveredWebhook, domain: str | None) -> ShopWebhook:
    event, of = came.headers.get(_EVENT, ""), came.headers.get(_DOMAIN, "")
    if not _is_by(secret, came.body, came.headers.get(_SIGN, "")):
        raise NotSigned
    own = came.headers.get(_DOMAIN_SIGN)
    if own is not None and not _is_by(secret, of.encode("utf-8", "surrogatepass"), own):
        raise NotSigned
    if domain is not None and of != domain:
        raise NotSigned
    topic = _short(event, "the header X-Cyberbiz-Event")
    _object(came.body)
    again = uuid4().hex if topic == UNINSTALLED else ""  # the same text each time the app is removed
    kind = _CYBERBIZ_MEMBER.get(topic) or _CYBERBIZ_ORDERS.get(topic) or topic
    name = "\0".join((shop, kind, again)).encode() + b"\0" + came.body
    return ShopWebhook(sha256(name).hexdigest(), shop, topic, came.body, came.at)


def _of_shopline(shop: str, secret: str, came: DeliveredWebhook) -> ShopWebhook:
    sign, at = came.query.get("sign", ""), came.headers.get(_SHOPLINE_AT, "")
    if not sign:
        raise NotSigned
    try:
        envelope = json.loads(came.body.decode())
        plain = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    except (ValueError, RecursionError):
        raise NotSigned from None  # the signed text cannot be rebuilt from it
    mac = digest(secret.encode(), f"{at}:{plain}".encode("utf-8", "surrogatepass"), "sha256")
    if not compare_digest(mac.hex().encode(), sign.lower().encode("utf-8", "replace")):
        raise NotSigned
    if _is_old(at or _envelope_time(envelope), came.at):
        raise NotTaken("it was signed so long ago that nobody knows whether it was told already")
    if not isinstance(envelope, dict) or not isinstance(envelope.get("resource"), dict):
        raise NotTaken("it has no resource")
    topic = _short(envelope.get("topic"), "topic")
    trace = envelope.get("trace_id")
    same = trace if isinstance(trace, str) and trace else plain
    name = "\0".join((shop, topic, same)).encode("utf-8", "surrogatepass")
    return ShopWebhook(sha256(name).hexdigest(), shop, topic, came.body, came.at)


def _is_by(secret: str, text: bytes, sign: str) -> bool:
    """Whether `sign` signs the text. Documented in base64, sent in hex: both compared, in constant time."""
    mac, given = digest(secret.encode(), text, "sha256"), sign.strip().encode("utf-8", "replace")
    hex_, base64 = compare_digest(mac.hex().encode(), given.lower()), compare_digest(b64encode(mac), given)
    return bool(secret) and (hex_ or base64)


def _envelope_time(envelope: object) -> str:
    """The envelope's own `ts`, which is signed as well."""
    return str(envelope.get("ts", "")) if isinstance(envelope, dict) else ""


def _is_old(signed_at: str, now: datetime) -> bool:
    """Whether a moment that was signed (seconds or milliseconds since 1970) is older than anything that is
    sent again."""
    if not (signed_at.isascii() and signed_at.isdigit() and len(signed_at) <= _DIGITS_OF_MILLISECONDS):
        return False
    seconds = int(signed_at) / (1000 if len(signed_at) == _DIGITS_OF_MILLISECONDS else 1)
    return now.timestamp() - seconds > MAX_NEWS_AGE.total_seconds()


def _short(text: object, what: str) -> str:
    if not isinstance(text, str) or not text or len(text) > LONGEST or not text.isprintable():
        raise NotTaken(f"{what} is missing, too long, or no text")
    return text


def is_removal(webhook: ShopWebhook, app_id: str | None) -> bool:
    """Whether it tells that this app was removed: its signed body names the app. Raises `NotTaken`."""
    return bool(app_id) and _object(webhook.body).get("app_client_id") == app_id


def meaning(platform: str, webhook: ShopWebhook) -> WebhookNews:
    """What a webhook that is stored means. Raises `NotTaken`."""
    payload = _object(webhook.body)
    match platform:
        case "shopline":
            return _shopline(webhook.topic, _part(payload, "resource"))
        case "hook":
            return _own_system(webhook.topic, payload)
        case _:
            return _cyberbiz(webhook.topic, payload)


def _cyberbiz(topic: str, payload: Mapping[str, Any]) -> WebhookNews:
    if topic.startswith("orders/"):
        member = _id(_part(payload, "customer").get("id"))
        order_topic = _CYBERBIZ_ORDERS.get(topic)
        if order_topic is None:
            return WebhookNews(member)
        amount = number_from_shop(_part(payload, "prices").get("total_price"))
        order = _order(payload, order_topic, payload.get("order_number"), amount)
        return WebhookNews(member, order=order and replace(order, state=cyberbiz_order_state(payload)))
    if topic not in _CYBERBIZ_MEMBER:
        return WebhookNews("")
    of_member = topic.startswith(("customers/", "uid_providers/"))
    member, change = _id(payload.get("id" if of_member else "customer_id")), _CYBERBIZ_MEMBER[topic]
    if change == "tier_changed" and "current_level" not in payload:
        change = "member_updated"  # another body under the topic of levels
    return WebhookNews(member, change, since=_since(change, payload), in_record=topic in _OF_RECORD)


def _shopline(topic: str, payload: Mapping[str, Any]) -> WebhookNews:
    if topic.startswith(("order/", "order_payment/")):
        member, order_topic = _id(payload.get("customer_id")), _SHOPLINE_ORDERS.get(topic)
        if order_topic is None:
            return WebhookNews(member)
        amount = number_from_shop(_part(payload, "total").get("dollars"))
        return WebhookNews(member, order=_order(payload, order_topic, payload.get("order_number"), amount))
    if topic not in _SHOPLINE_MEMBER:
        return WebhookNews("")
    of_member = topic.startswith("user/")
    keys = ("id", "_id") if of_member else ("customer_id", "user_id")
    number = payload.get(keys[0]) or payload.get(keys[1])
    change = _SHOPLINE_MEMBER[topic]
    return WebhookNews(_id(number), change, since=_since(change, payload), in_record=topic in _OF_RECORD)


def _since(topic: MemberTopic, payload: Mapping[str, Any]) -> datetime | None:
    return _moment(payload.get("created_at")) if topic == "member_registered" else None


def _own_system(topic: str, payload: Mapping[str, Any]) -> WebhookNews:
    """In our words already: it was read when it came (`runtime/shops/shop_events`)."""
    member, order = _id(payload.get("member_no")), _part(payload, "order")
    if topic in _OWN_MEMBER:
        return WebhookNews(member, _OWN_MEMBER[topic])
    if topic not in _OWN_ORDERS:
        return WebhookNews(member)
    number = str(order.get("order_no"))
    placed, updated = _moment(order.get("placed_at")), _moment(order.get("updated_at"))
    news = OrderNews(number, _OWN_ORDERS[topic], number, order.get("amount"), placed, updated)
    return WebhookNews(member, order=news)


def _order(
    payload: Mapping[str, Any], topic: OrderTopic, number: object, amount: int | float | None
) -> OrderNews | None:
    order = _id(payload.get("order_id") or payload.get("id") or payload.get("_id"))
    if not order:
        return None
    whole = int(amount) if isinstance(amount, float) and amount.is_integer() else amount
    placed, updated = _moment(payload.get("created_at")), _moment(payload.get("updated_at"))
    return OrderNews(order, topic, _id(number) or None, whole, placed, updated)


def _moment(value: object) -> datetime | None:
    return moment_from_shop(value) if isinstance(value, str) else None


def _id(value: object) -> str:
    """A number or a text of the platform's; empty where there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def _part(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = payload.get(key)
    return part if isinstance(part, dict) else {}


def _object(body: bytes) -> dict[str, Any]:
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotTaken("the body is no JSON") from None
    if not isinstance(payload, dict):
        raise NotTaken("the body is no object")
    return payload
