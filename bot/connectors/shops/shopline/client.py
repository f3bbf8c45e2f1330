"""The members of a SHOPLINE shop, by its open API, and what its webhooks say.

https://open-api.docs.shoplineapp.com/docs/getting-started
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, digest
from typing import Any
from urllib.parse import quote

from bot.connectors.shops.directory import Changed, ListingCost, MemberPage, NewMember, Record, the_one
from bot.connectors.shops.mobile import calling_code, e164, national_shapes, stored_writings
from bot.connectors.shops.shop_request import LISTING, PATIENCE, Platform, ShopRequest
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
from bot.engine.types.dates import moment_from_shop
from bot.engine.types.plain import number_from_shop
from bot.model.shop import MemberTopic, OrderState, OrderTopic, ShopWebhook, WebhookNews
from bot.model.shop_failure import NotOffered, NotUnderstood
from bot.model.translatable import tr

OPEN_API = "https://open.shopline.io"
PER_SECOND = 20
PER_PAGE = 50
LISTED = 100
"""Customers of a page of the listing: far below the longest answer that is read."""
PAGES = 4
"""A search is for one number: a member beyond so many results is not found."""


@dataclass(frozen=True, slots=True)
class ShoplineToken:
    """Who asks: the token, and the shop's handle, without which SHOPLINE answers nobody."""

    handle: str
    token: str = field(repr=False)

    def __call__(self, method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        """`Authorization` and `User-Agent`."""
        return {"Authorization": f"Bearer {self.token}", "User-Agent": self.handle}


class Shopline:
    """Reads members. The open API neither searches by LINE user id nor lets it be written."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def by_phone(self, phone: str) -> Record | None:
        """A search for both national shapes, then for each other writing; only this E.164 number counts."""
        shop_request = self._platform.shop_request()
        usual = national_shapes(phone)
        if (one := the_one(await self._stored_as(shop_request, usual, phone))) is not None:
            return one
        for writing in stored_writings(phone):
            found = [] if writing in usual else await self._stored_as(shop_request, (writing,), phone)
            if (one := the_one(found)) is not None:
                return one
        return None

    async def _stored_as(
        self, shop_request: ShopRequest, writings: Sequence[str], phone: str
    ) -> Collection[Record]:
        found: dict[str, Record] = {}
        for writing in writings:
            async for customer in self._search(shop_request, writing):
                record = _record(customer)
                if record.phone == phone and _is_member(record):
                    found[record.member_no] = record
        return found.values()

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        """Nobody: there is no such search."""
        return None

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        """The customer of this id, if a member: who has only ordered something is none."""
        reply = await self._platform.shop_request(patience).get(_path(member_no))
        record = None if reply.missing else _record(_object(reply.body))
        return record if record is not None and _is_member(record) else None

    async def order_state(self, order: str) -> OrderState | None:
        """Refused: SHOPLINE signs the topic with the order."""
        raise NotOffered(tr("nothing of an order is in doubt"))

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        """`GET /v1/customers`, oldest first, after the one whom the mark names: nothing shifts that way.

        https://open-api.docs.shoplineapp.com/docs/get-customers
        """
        query = [("updated_before", _utc(within.until)), ("sort_by", "asc"), ("per_page", str(LISTED))]
        query += [("updated_after", _utc(within.since))] if within.since is not None else []
        query += [("previous_id", mark)] if mark is not None else []
        body = _object((await self._platform.shop_request(LISTING).get("/v1/customers", query)).body)
        items = _items(body)
        if len(items) == LISTED and items[-1].get("id") == mark:
            raise NotUnderstood("the next page of customers is this one")
        records = [_record(customer) for customer in items if customer.get("id") != mark]
        members = [one for one in records if _is_member(one)]
        last = records[-1].member_no if len(items) == LISTED else None
        total = _object(body.get("pagination") or {}).get("total_count")
        return MemberPage(members, last, total if isinstance(total, int) else len(records))

    def cost(self) -> ListingCost:
        """The list has every field of a customer."""
        return ListingCost(LISTED, 1, 0, PER_SECOND)

    async def write_line(self, member_no: str, user: str) -> None:
        """Refused: there is no such call."""
        raise NotOffered(tr("SHOPLINE has no call that writes a LINE user id"))

    async def register(self, new: NewMember, key: str) -> Record:
        """`POST /v1/customers`, without the SMS or mail by which SHOPLINE would welcome its customers."""
        body = {
            "name": new.name,
            "mobile_phone": national_shapes(new.phone)[0],
            "mobile_phone_country_calling_code": calling_code(new.phone),
            "is_member": True,
            "is_accept_marketing": new.marketing,
            "send_notification": False,
        }
        return _record(_object((await self._platform.shop_request().post("/v1/customers", body)).body))

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        """`PUT /v1/customers/{id}`: written twice it is the same."""
        reply = await self._platform.shop_request(LISTING).put(_path(member_no), fields)
        return None if reply.missing else _record(_object(reply.body))

    async def _search(self, shop_request: ShopRequest, text: str) -> AsyncIterator[dict[str, Any]]:
        for page in range(1, PAGES + 1):
            query = [("query", text), ("search_fields[]", "mobile_phone")]
            paging = [("page", str(page)), ("per_page", str(PER_PAGE))]
            body = _object((await shop_request.get("/v1/customers/search", [*query, *paging])).body)
            for item in _items(body):
                yield item
            pages = _object(body.get("pagination") or {}).get("total_pages")
            if not isinstance(pages, int) or page >= pages:
                return
        raise NotUnderstood(f"a search for one phone has more than {PAGES} pages")


def _path(member_no: str) -> str:
    return f"/v1/customers/{quote(member_no, safe='')}"


def _record(customer: dict[str, Any]) -> Record:
    member_no, line = customer.get("id"), customer.get("line_id")
    if not isinstance(member_no, str) or not member_no:
        raise NotUnderstood("a customer without id")
    return Record(
        member_no,
        e164(customer.get("mobile_phone"), customer.get("mobile_phone_country_calling_code")),
        customer.get("mobile_phone_verified") is True,
        line if isinstance(line, str) and line else None,
        customer,
        moment_from_shop(customer.get("updated_at")),
    )


def _is_member(customer: Record) -> bool:
    return customer.fields.get("is_member") is not False


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _items(body: dict[str, Any]) -> list[dict[str, Any]]:
    items = body.get("items")
    if not isinstance(items, list):
        raise NotUnderstood("the answer has no list of items")
    return [_object(item) for item in items]


def _object(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise NotUnderstood("the answer is not an object")


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


SHOPLINE_WEBHOOKS = WebhookReader(_verified, _meaning)
