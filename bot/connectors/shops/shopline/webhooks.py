"""What SHOPLINE's webhooks say, and whether the shop has sent them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest, digest

from bot.connectors.shops.webhook import (
    DeliveredWebhook,
    NewsTable,
    NotSigned,
    NotTaken,
    WebhookReader,
    is_old,
    short_text,
)
from bot.model.shop import MemberTopic, OrderTopic, ShopWebhook

_AT = "X-Shopline-Developer-Event-Timestamp"
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


def shopline_text(envelope: object) -> str:
    """What of an envelope is signed."""
    return json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def shopline_sign(secret: str, at: str, text: str) -> str:
    """The signature of an envelope that goes out at this moment."""
    return digest(secret.encode(), f"{at}:{text}".encode("utf-8", "surrogatepass"), "sha256").hex()


def _verified(shop: str, secret: str, came: DeliveredWebhook, domain: str | None) -> ShopWebhook:
    """An envelope with `topic`, `trace_id` and `resource`, signed by the query parameter `sign`.

    https://open-api.docs.shoplineapp.com/docs/webhook-topic-and-payload-example, and *Webhook Signature*.
    """
    sign, at = came.query.get("sign", ""), came.headers.get(_AT, "")
    if not sign:
        raise NotSigned
    try:
        envelope = json.loads(came.body.decode())
        plain = shopline_text(envelope)
    except (ValueError, RecursionError):
        raise NotSigned from None  # the signed text cannot be rebuilt from it
    if not compare_digest(shopline_sign(secret, at, plain).encode(), sign.lower().encode("utf-8", "replace")):
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


SHOPLINE_NEWS = NewsTable(
    _MEMBER,
    _ORDERS,
    of_orders=("order/", "order_payment/"),
    of_members=("user/",),
    about=("customer_id", "user_id"),
    record="user/update",
    part="resource",
    amount="total.dollars",
    codes="promotion_items",
    code="coupon_code",
)
SHOPLINE_WEBHOOKS = WebhookReader(SHOPLINE_NEWS.news, _verified)
