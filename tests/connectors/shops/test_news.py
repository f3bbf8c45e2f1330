"""Webhooks of shops: whether they are the shop's, what is the same one, what they mean. C2, C5, C6"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from bot.connectors.shops.cyberbiz.client import cyberbiz_order_state
from bot.connectors.shops.cyberbiz.oauth import domain_of
from bot.connectors.shops.webhook import DeliveredWebhook, NotSigned, NotTaken
from bot.connectors.shops.webhooks import meaning, verified
from bot.model.shop import OrderState, ShopWebhook, WebhookNews
from tests.conftest import NOW

SECRET = "opaque-webhook-secret"
MEMBER = {"id": 5001, "name": "<b>小美</b>", "mobile": "0912345678"}


def cyberbiz(
    told: object, topic: str = "customers/update", sign: str | None = None, **headers: str
) -> DeliveredWebhook:
    body = told if isinstance(told, bytes) else orjson.dumps(told)
    mac = hmac.digest(SECRET.encode(), body, "sha256").hex() if sign is None else sign
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"X-Cyberbiz-Event": topic, "X-Cyberbiz-Domain": "forest.cyberbiz.co"}
    return DeliveredWebhook(CIMultiDict({**given, "x-cyberbiz-hmac-sha256": mac, **named}), {}, body, NOW)


def shopline(
    topic: str, resource: object, trace: str | None = "t1", secret: str = SECRET
) -> DeliveredWebhook:
    told = {"topic": topic, "resource": resource, "merchant_id": "m", "event": "User"}
    told |= {"trace_id": trace} if trace else {}
    plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    moment = str(int(NOW.timestamp()))
    sign = hmac.digest(secret.encode(), f"{moment}:{plain}".encode("utf-8", "surrogatepass"), "sha256").hex()
    at = {"X-Shopline-Developer-Event-Timestamp": moment}
    return DeliveredWebhook(CIMultiDict(at), {"sign": sign}, json.dumps(told).encode(), NOW)


def taken(came: DeliveredWebhook, domain: str | None = None) -> ShopWebhook:
    return verified("cyberbiz", "forest", SECRET, came, domain)


def test_cyberbiz_signs_in_hex_or_base64() -> None:
    body = orjson.dumps(MEMBER)
    mac = hmac.digest(SECRET.encode(), body, "sha256")
    signs = (mac.hex(), mac.hex().upper(), b64encode(mac).decode(), f" {mac.hex()} ")
    assert len({taken(cyberbiz(MEMBER, sign=sign)).id for sign in signs}) == 1


@pytest.mark.parametrize("sign", ["", "é", "0" * 64, "=" * 44, "a" * 10_000])
def test_whoever_has_not_the_secret_is_not_heard(sign: str) -> None:
    with pytest.raises(NotSigned):
        taken(cyberbiz(MEMBER, sign=sign))


def test_an_empty_secret_signs_nothing() -> None:
    body = orjson.dumps(MEMBER)
    came = cyberbiz(MEMBER, sign=hmac.digest(b"", body, "sha256").hex())
    with pytest.raises(NotSigned):
        verified("cyberbiz", "forest", "", came, None)


def test_another_shop_of_the_same_app_is_not_this_one() -> None:
    with pytest.raises(NotSigned):
        taken(cyberbiz(MEMBER), domain="other.cyberbiz.co")
    with pytest.raises(NotSigned):
        taken(cyberbiz(MEMBER, X_Cyberbiz_Domain_Hmac_Sha256="0" * 64))
    assert taken(cyberbiz(MEMBER), domain="forest.cyberbiz.co").topic == "customers/update"


@pytest.mark.parametrize("body", [b"", b"[]", b"5", b"{", b"\xff"])
def test_what_is_signed_and_no_object_is_not_taken(body: bytes) -> None:
    with pytest.raises(NotTaken):
        taken(cyberbiz(body))


@pytest.mark.parametrize("topic", ["\udcff", "customers/\nupdate", "x" * 201, ""])
def test_a_topic_that_is_no_text_is_not_taken(topic: str) -> None:
    """One that cannot be stored would keep all from being stored that have come with it."""
    with pytest.raises(NotTaken):
        taken(cyberbiz(MEMBER, topic))
    with pytest.raises(NotTaken):
        verified("shopline", "harbour", SECRET, shopline(topic, {"_id": "u1"}), None)


def test_a_domain_that_is_no_text_is_another_shops() -> None:
    assert taken(cyberbiz(MEMBER, X_Cyberbiz_Domain="\udcff")).topic == "customers/update"
    with pytest.raises(NotSigned):
        taken(cyberbiz(MEMBER, X_Cyberbiz_Domain="\udcff", X_Cyberbiz_Domain_Hmac_Sha256="0" * 64))


def test_it_is_the_same_one_only_where_all_is_the_same() -> None:
    same = [taken(cyberbiz(MEMBER)).id for _ in range(2)]
    others = [
        taken(cyberbiz({**MEMBER, "name": "x"})).id,
        taken(cyberbiz(MEMBER, "customers/create")).id,
        verified("cyberbiz", "other", SECRET, cyberbiz(MEMBER), None).id,
    ]
    assert len({*same, *others}) == 4


def test_what_is_not_signed_makes_no_other_one() -> None:
    """C5: a body that was captured is one webhook, with whichever domain and topic it is sent again."""
    bodies = [taken(cyberbiz(MEMBER, X_Cyberbiz_Domain=f"{name}.cyberbiz.co")).id for name in "abcd"]
    topics = ("customers/update", "uid_providers/create", "customer_tags/update", "bonus_points/create")
    assert len({*bodies, *(taken(cyberbiz(MEMBER, topic)).id for topic in topics)}) == 1


@pytest.mark.parametrize(
    ("order", "state"),
    [
        ({}, OrderState()),
        ({"statuses": {"financial_status": "pending"}}, OrderState()),
        ({"statuses": {"financial_status": "remitted"}}, OrderState()),
        ({"statuses": {"financial_status": "paid"}}, OrderState(paid=True)),
        ({"statuses": {"financial_status": "partial_refunded"}}, OrderState(paid=True, refunded=True)),
        ({"statuses": {"financial_status": "cod", "fulfillment_status": "arrived"}}, OrderState()),
        ({"statuses": {"financial_status": "cod", "fulfillment_status": "received"}}, OrderState(paid=True)),
        ({"statuses": {"order_status": "cancelled"}}, OrderState(cancelled=True)),
        ({"timings": {"cancelled_at": "2026-11-20 12:00:00"}}, OrderState(cancelled=True)),
        ({"timings": {"refund_at": "2026-11-20 12:00:00", "cancelled_at": None}}, OrderState(refunded=True)),
        ({"statuses": "paid", "timings": 5}, OrderState()),
        ({"statuses": {"financial_status": ["paid"]}}, OrderState()),
    ],
)
def test_what_has_become_of_an_order(order: Mapping[str, Any], state: OrderState) -> None:
    assert cyberbiz_order_state(order) == state


def test_that_the_app_was_removed_is_news_each_time() -> None:
    """C9: CYBERBIZ's notice is the same each time, so after another installation it must count again."""
    came = cyberbiz({"app_client_id": "a"}, "apps/uninstall")
    assert taken(came).id != taken(came).id


def test_shopline_as_its_documentation_signs() -> None:
    """The example of *Webhook Signature*."""
    secret = "b5138dd0a7c04f674260e1d3b3a762347421396fc5fc1bee55a2c2653c4207bd"
    told = {
        "event": "Application",
        "merchant_id": "5dad5d2604515400018dcc90",
        "resource": {
            "_id": "607fd9c2ff790b001cd23353",
            "merchant_id": "5dad5d2604515400018dcc90",
            "updated_at": "2021-04-21T08:36:17.892Z",
        },
        "topic": "application/uninstall",
    }
    sign = "ae8b68f6a26d8f95290c761d10dbce01c775fd4d734e942e643aee20c86ebf4b"
    at = CIMultiDict({"x-shopline-developer-event-timestamp": "1618994178"})
    then = datetime.fromtimestamp(1618994178, UTC)
    came = DeliveredWebhook(at, {"sign": sign}, orjson.dumps(told), then + timedelta(days=2))
    assert verified("shopline", "harbour", secret, came, None).topic == "application/uninstall"
    again = replace(came, body=json.dumps(told).encode("utf-16"))
    with pytest.raises(NotSigned):
        verified("shopline", "harbour", secret, again, None)
    with pytest.raises(NotTaken, match="so long ago"):  # its id is known for 14 days, and no longer
        verified("shopline", "harbour", secret, replace(came, at=then + timedelta(days=15)), None)


def test_shopline_is_known_again_by_its_trace() -> None:
    user = {"_id": "u1"}

    def id_of(came: DeliveredWebhook) -> str:
        return verified("shopline", "harbour", SECRET, came, None).id

    assert id_of(shopline("user/update", user)) == id_of(shopline("user/update", {**user, "name": "x"}))
    assert id_of(shopline("user/update", user)) != id_of(shopline("user/update", user, "t2"))
    assert id_of(shopline("user/update", user, None)) != id_of(shopline("user/update", {"_id": "u2"}, None))
    with pytest.raises(NotSigned):
        id_of(shopline("user/update", user, secret="another"))


@pytest.mark.parametrize("header", ["", "seconds", "milliseconds"])
def test_what_shopline_signed_so_long_ago_that_it_may_have_been_told_is_not_taken(header: str) -> None:
    """C5: by the header, in seconds or milliseconds; where there is none by the envelope's own moment."""
    for ago, is_taken in ((timedelta(days=6), True), (timedelta(days=8), False)):
        moment = int((NOW - ago).timestamp())
        told = {"topic": "user/update", "resource": {"_id": "u1"}, "trace_id": "t1", "ts": moment}
        at = {"": "", "seconds": str(moment), "milliseconds": str(moment * 1000)}[header]
        plain = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        sign = hmac.digest(SECRET.encode(), f"{at}:{plain}".encode(), "sha256").hex()
        headers = CIMultiDict({"X-Shopline-Developer-Event-Timestamp": at} if at else {})
        came = DeliveredWebhook(headers, {"sign": sign}, json.dumps(told).encode(), NOW)
        try:
            assert verified("shopline", "harbour", SECRET, came, None).topic == "user/update"
        except NotTaken:
            assert not is_taken
        else:
            assert is_taken


ORDER = {
    "id": 77,
    "order_number": 1001,
    "customer": {"id": 5001},
    "prices": {"total_price": 880.0},
    "created_at": "2026-11-20 12:00:00",
}


@pytest.mark.parametrize(
    ("topic", "told", "means"),
    [
        ("customers/create", MEMBER, ("5001", "member_registered")),
        ("customers/update", MEMBER, ("5001", "member_updated")),
        ("customers/destroy", MEMBER, ("5001", "member_removed")),
        ("customer_vip_level/update", {"customer_id": 5001, "current_level": {}}, ("5001", "tier_changed")),
        ("customer_vip_level/update", {"customer_id": 5001}, ("5001", "member_updated")),
        ("bonus_points/create", {"id": 9, "customer_id": 5001}, ("5001", "member_updated")),
        ("customers/update", {"id": None}, ("", "member_updated")),
        ("products/update", {"id": 5001}, ("", None)),
        ("orders/fulfilled", ORDER, ("5001", None)),
        ("orders/paid", {**ORDER, "customer": None}, ("", None)),
    ],
)
def test_what_cyberbiz_tells(topic: str, told: Mapping[str, Any], means: tuple[str, str | None]) -> None:
    meant = meaning("cyberbiz", taken(cyberbiz(told, topic)))
    assert (meant.member, meant.topic) == means


def test_an_order_of_either_platform() -> None:
    told = meaning("cyberbiz", taken(cyberbiz(ORDER, "orders/paid")))
    assert told.order is not None
    assert (told.member, told.order.topic, told.order.id, told.order.number, told.order.amount) == (
        *("5001", "order_paid", "77", "1001", 880),
    )
    assert type(told.order.amount) is int
    assert told.order.placed is not None
    assert told.order.placed.isoformat() == "2026-11-20T04:00:00+00:00"
    resource = {"_id": "o1", "customer_id": "u1", "order_number": "2026-1", "total": {"dollars": 99.5}}
    came = shopline("order_payment/complete", resource)
    theirs = meaning("shopline", verified("shopline", "harbour", SECRET, came, None))
    assert theirs.order is not None
    assert (theirs.member, theirs.order.topic, theirs.order.amount) == ("u1", "order_paid", 99.5)


def discounts(**found: Any) -> dict[str, Any]:
    return {**ORDER, "prices": {"total_price": 880, "discounts": found}}


def codes(order: dict[str, Any], topic: str = "orders/create") -> tuple[str, ...]:
    told = meaning("cyberbiz", taken(cyberbiz(order, topic)))
    assert told.order is not None
    return told.order.codes


def test_cyberbiz_tells_the_codes_of_an_order() -> None:
    """N1. https://cyberbiz.notion.site (Webhook): the one coupon is deprecated, and still comes beside."""
    one = {"id": 1, "name": "折百", "code": "AB12", "amount": 100.0, "coupon_id": 9}
    assert codes(discounts(coupon_discounts=[one, {**one, "code": "CD34"}], coupon_discount=one)) == (
        *("AB12", "CD34"),
    )
    assert codes(discounts(coupon_discount=one, coupon_discounts=[])) == ("AB12",)
    assert codes(discounts(coupon_discount=None, coupon_discounts=None)) == ()
    assert codes(ORDER) == ()
    assert codes(discounts(coupon_discounts=[one, one, {**one, "code": " "}, {**one, "code": 7}, "x"])) == (
        "AB12",
    )
    assert len(codes(discounts(coupon_discounts=[{"code": f"C{n}"} for n in range(99)]))) == 20


@pytest.mark.parametrize(
    ("status", "given_back"),
    [("refunded", ("AB12",)), ("partial_refunded", ()), ("pending_refund", ()), (None, ())],
)
def test_a_refund_of_a_part_gives_no_code_back(status: str | None, given_back: tuple[str, ...]) -> None:
    """N1. The topic is not signed, so the body decides."""
    order = {
        **discounts(coupon_discounts=[{"code": "AB12"}]),
        "statuses": {"financial_status": status},
    }
    assert codes(order, "orders/refunded") == given_back


BACK = {"body": "退款", "price": 100.0, "refunded_at": "2026-11-20 12:00:00"}


@pytest.mark.parametrize(
    ("status", "histories", "refunded"),
    [
        ("partial_refunded", [BACK], 100),
        ("partial_refunded", [BACK, {**BACK, "price": "50.5"}], 150.5),
        ("partial_refunded", [BACK, {**BACK, "refunded_at": None}], 100),  # that one is only asked for
        ("partial_refunded", [], None),
        ("partial_refunded", None, None),
        ("partial_refunded", [BACK, {**BACK, "price": None}], None),
        ("partial_refunded", [{**BACK, "price": 950}], None),
        ("refunded", [BACK], None),
    ],
)
def test_cyberbiz_tells_how_much_of_an_order_was_paid_back(
    status: str, histories: list[object] | None, refunded: float | None
) -> None:
    """Issue 65: of all refunds together; where it is not said, all of it is, as far as anybody knows."""
    order = {
        **ORDER,
        "prices": {"total_price": 950.0},
        "statuses": {"financial_status": status},
        "return_histories": histories,
    }
    told = meaning("cyberbiz", taken(cyberbiz(order, "orders/refunded"))).order
    assert told is not None
    topic = "order_refunded" if refunded is None else "order_partially_refunded"
    assert (told.topic, told.amount, told.refunded) == (topic, 950, refunded)


def test_shopline_tells_the_codes_of_an_order() -> None:
    """N1. https://open-api.docs.shoplineapp.com/docs/get-order: `promotion_items`, some without a code."""
    items = [{"id": "p1", "coupon_code": "AB12"}, {"id": "p2", "coupon_code": None}, {"id": "p3"}]
    resource = {"_id": "o1", "customer_id": "u1", "order_number": "2026-1", "promotion_items": items}
    told = meaning(
        "shopline", verified("shopline", "harbour", SECRET, shopline("order/create", resource), None)
    )
    assert told.order is not None
    assert told.order.codes == ("AB12",)


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
_KEYS = (
    *("id", "_id", "customer_id", "customer", "prices", "total", "created_at", "order_number", "resource"),
    *("discounts", "coupon_discounts", "promotion_items", "statuses"),
)
_TOPICS = ("orders/paid", "customers/update", "order/create", "user/update", "bonus_points/create")


@pytest.mark.ring("test", "a law")
@given(st.dictionaries(st.sampled_from(_KEYS), _ANY), st.sampled_from(_TOPICS))
def test_whatever_a_shop_says_means_something_or_nothing(told: dict[str, Any], topic: str) -> None:
    for platform in ("cyberbiz", "shopline"):
        webhook = ShopWebhook("id", "forest", topic, orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS), NOW)
        assert isinstance(meaning(platform, webhook), WebhookNews)


def test_a_token_says_whose_it_is() -> None:
    """An app's secret signs for every shop that has installed it, so the domain must be known."""
    claims = b64encode(orjson.dumps({"shop_domain": "forest.cyberbiz.co"})).decode().rstrip("=")
    assert domain_of(f"x.{claims}.y") == "forest.cyberbiz.co"
    assert [domain_of(one) for one in ("", "opaque", "x.e30.y", "x.!.y")] == [None] * 4
