"""What CYBERBIZ's webhooks say, and whether the shop has sent them.

https://cyberbiz.notion.site (Webhook), and public clients: headers `X-Cyberbiz-Event`, `X-Cyberbiz-Domain`,
`X-Cyberbiz-Hmac-Sha256`; the body is the resource itself, an order with its `customer`. Only the body is
signed: who has captured one may send it with any topic and domain, so neither is believed alone: an order's
state, and what of it was paid back, are read from its body.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any
from uuid import uuid4

from bot.connectors.shops.cyberbiz.client import cyberbiz_order_state
from bot.connectors.shops.directory import at_path
from bot.connectors.shops.webhook import (
    DeliveredWebhook,
    NewsTable,
    NotSigned,
    WebhookReader,
    codes_of,
    json_object,
    plain,
    short_text,
)
from bot.engine.types.plain import number_from_shop
from bot.model.shop import MemberTopic, OrderNews, OrderTopic, ShopWebhook, WebhookNews

UNINSTALLED = "apps/uninstall"
"""The app was removed: about no member."""
_EVENT, _DOMAIN = "X-Cyberbiz-Event", "X-Cyberbiz-Domain"
_SIGN, _DOMAIN_SIGN = "X-Cyberbiz-Hmac-Sha256", "X-Cyberbiz-Domain-Hmac-Sha256"
_MEMBER: Mapping[str, MemberTopic] = {
    "customers/create": "member_registered",
    "customers/update": "member_updated",
    "customers/destroy": "member_removed",
    "customers/delete": "member_removed",
    "customer_vip_level/update": "tier_changed",
    "customer_tags/update": "member_updated",
    "uid_providers/create": "member_updated",
    "uid_providers/update": "member_updated",
    **dict.fromkeys((f"bonus_points/{what}" for what in ("create", "update", "destroy")), "member_updated"),
    "comment_bonus/create": "member_updated",
}
_ORDERS: Mapping[str, OrderTopic] = {
    "orders/create": "order_placed",
    "orders/paid": "order_paid",
    "orders/cancelled": "order_cancelled",
    "orders/refunded": "order_refunded",
}
# a topic's beginning says what the body is: an order, a member, else something about a member (points, tags)
CYBERBIZ_NEWS = NewsTable(
    members=_MEMBER,
    orders=_ORDERS,
    of_orders=("orders/",),
    of_members=("customers/", "uid_providers/"),
    member=("id",),
    about=("customer_id",),
    record="customers/update",
    buyer="customer.id",
    amount="prices.total_price",
)


def _verified(shop: str, secret: str, came: DeliveredWebhook, domain: str | None) -> ShopWebhook:
    event, of = came.headers.get(_EVENT, ""), came.headers.get(_DOMAIN, "")
    if not _is_by(secret, came.body, came.headers.get(_SIGN, "")):
        raise NotSigned
    own = came.headers.get(_DOMAIN_SIGN)
    if own is not None and not _is_by(secret, of.encode("utf-8", "surrogatepass"), own):
        raise NotSigned
    if domain is not None and of != domain:
        raise NotSigned
    topic = short_text(event, "the header X-Cyberbiz-Event")
    json_object(came.body)  # refuses what is none, before it is stored
    again = uuid4().hex if topic == UNINSTALLED else ""  # the same text each time the app is removed
    kind = _MEMBER.get(topic) or _ORDERS.get(topic) or topic
    name = "\0".join((shop, kind, again)).encode() + b"\0" + came.body
    return ShopWebhook(sha256(name).hexdigest(), shop, topic, came.body, came.at)


def _is_by(secret: str, text: bytes, sign: str) -> bool:
    """Whether `sign` signs the text. Documented in base64, sent in hex: both compared, in constant time."""
    mac, given = digest(secret.encode(), text, "sha256"), sign.strip().encode("utf-8", "replace")
    hex_, base64 = compare_digest(mac.hex().encode(), given.lower()), compare_digest(b64encode(mac), given)
    return bool(secret) and (hex_ or base64)


def _removal(webhook: ShopWebhook, credentials: Mapping[str, str]) -> bool | None:
    """Whether our app was removed, which the signed body names; `None`: the webhook is of something else."""
    if webhook.topic != UNINSTALLED:
        return None
    app_id = credentials.get("app_id")
    return bool(app_id) and json_object(webhook.body).get("app_client_id") == app_id


def _meaning(topic: str, payload: Mapping[str, Any]) -> WebhookNews:
    news = CYBERBIZ_NEWS.news(topic, payload)
    if news.topic == "tier_changed" and "current_level" not in payload:
        return replace(news, topic="member_updated")  # another body under the topic of levels
    if news.order is None:
        return news
    order = replace(news.order, state=cyberbiz_order_state(payload), codes=_codes(news.order.topic, payload))
    refunded = _refund_of_part(order, payload)
    if refunded is not None:
        order = replace(order, topic="order_partially_refunded", refunded=plain(refunded))
    return replace(news, order=order)


def _refund_of_part(order: OrderNews, payload: Mapping[str, Any]) -> float | None:
    """What was paid back by now: `return_histories[].price`, one a refund; `None`: all, or it is not said."""
    status, amount = at_path(payload, "statuses.financial_status"), order.amount
    if order.topic != "order_refunded" or status != "partial_refunded" or amount is None:
        return None
    listed = payload.get("return_histories")
    refunds = listed if isinstance(listed, list) else []
    done = [one for one in refunds if isinstance(one, dict) and one.get("refunded_at")]
    prices = [number_from_shop(one.get("price")) for one in done]
    known = [price for price in prices if price is not None and price > 0]
    return sum(known) if known and len(known) == len(done) and sum(known) < amount else None


def _codes(topic: OrderTopic, payload: Mapping[str, Any]) -> tuple[str, ...]:
    """`prices.discounts.coupon_discounts[].code`; `coupon_discount` is the one of shops that allow one only.

    A refund gives them back where the signed body says that all of it was refunded.
    """
    if topic == "order_refunded" and at_path(payload, "statuses.financial_status") != "refunded":
        return ()
    several = at_path(payload, "prices.discounts.coupon_discounts")
    return codes_of(several or [at_path(payload, "prices.discounts.coupon_discount")], "code")


CYBERBIZ_WEBHOOKS = WebhookReader(_meaning, _verified, _removal)
