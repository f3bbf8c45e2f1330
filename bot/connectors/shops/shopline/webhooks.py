"""What SHOPLINE's webhooks say, and whether the shop has sent them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any

from bot.connectors.shops.webhook import (
    DeliveredWebhook,
    NotSigned,
    NotTaken,
    WebhookReader,
    codes_of,
    id_of,
    is_old,
    order_news,
    part_of_payload,
    short_text,
    since_when,
)
from bot.engine.types.plain import number_from_shop
from bot.model.shop import MemberTopic, OrderTopic, ShopWebhook, WebhookNews

_AT = "X-Shopline-Developer-Event-Timestamp"
_OF_RECORD = "user/update"
"""The topic with which a record's `updated_at` moves: points, levels and the like do not move it."""
_MEMBER: Mapping[str, MemberTopic] = {
    "user/create": "member_registered",
    "user/update": "member_updated",
    "user/remove": "member_removed",
    "user/membership_tier_update": "tier_changed",
    "member_point/create": "member_updated",
    "user_credit/create": "member_updated",
    "user_credit/update": "member_updated",
}
_ORDERS: Mapping[str, OrderTopic] = {
    "order/create": "order_placed",
    "order_payment/complete": "order_paid",
    "order/cancel": "order_cancelled",
    "order_payment/refund": "order_refunded",
}


def _verified(shop: str, secret: str, came: DeliveredWebhook, domain: str | None) -> ShopWebhook:
    """An envelope with `topic`, `trace_id` and `resource`, signed by the query parameter `sign`.

    https://open-api.docs.shoplineapp.com/docs/webhook-topic-and-payload-example, and *Webhook Signature*.
    """
    sign, at = came.query.get("sign", ""), came.headers.get(_AT, "")
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
    if is_old(at or _envelope_time(envelope), came.at):
        raise NotTaken("it was signed so long ago that nobody knows whether it was told already")
    if not isinstance(envelope, dict) or not isinstance(envelope.get("resource"), dict):
        raise NotTaken("it has no resource")
    topic = short_text(envelope.get("topic"), "topic")
    trace = envelope.get("trace_id")
    same = trace if isinstance(trace, str) and trace else plain
    name = "\0".join((shop, topic, same)).encode("utf-8", "surrogatepass")
    return ShopWebhook(sha256(name).hexdigest(), shop, topic, came.body, came.at)


def _envelope_time(envelope: object) -> str:
    """The envelope's own `ts`, which is signed as well."""
    return str(envelope.get("ts", "")) if isinstance(envelope, dict) else ""


def _meaning(topic: str, envelope: Mapping[str, Any]) -> WebhookNews:
    payload = part_of_payload(envelope, "resource")
    if topic.startswith(("order/", "order_payment/")):
        member, order_topic = id_of(payload.get("customer_id")), _ORDERS.get(topic)
        if order_topic is None:
            return WebhookNews(member)
        amount = number_from_shop(part_of_payload(payload, "total").get("dollars"))
        order = order_news(payload, order_topic, payload.get("order_number"), amount)
        codes = codes_of(payload.get("promotion_items"), "coupon_code")
        return WebhookNews(member, order=order and replace(order, codes=codes))
    if topic not in _MEMBER:
        return WebhookNews("")
    of_member = topic.startswith("user/")
    keys = ("id", "_id") if of_member else ("customer_id", "user_id")
    number = payload.get(keys[0]) or payload.get(keys[1])
    change = _MEMBER[topic]
    return WebhookNews(
        id_of(number), change, since=since_when(change, payload), in_record=topic == _OF_RECORD
    )


SHOPLINE_WEBHOOKS = WebhookReader(_meaning, _verified)
