"""Members and orders as CYBERBIZ writes them down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from hmac import digest
from typing import Any

from bot.engine.types.dates import SHOP_ZONE
from bot.model.shop import OrderTopic
from bot.simulator.shop.members import OPENED, PretendMember

_IN_SECTIONS = {"uid_providers", "tags", "bonus_remain", "orders_count", "address", "custom_fields"}


def cyberbiz_record(member: PretendMember, *, with_id: bool) -> dict[str, Any]:
    """`GET /v1/customers/ID`, whose body has no id; those of lists have one."""
    uids = [("line", member.line), ("line_at", member.line_at)]
    record = {
        "name": member.name,
        "country_calling_code": member.calling_code,
        "mobile": member.phone,
        "mobile_sms_confirmed_at": "2026-01-05 12:00:00" if member.phone_proven else None,
        "birthday": member.birthday,
        "accepts_marketing": member.marketing,
        "orders_count": member.orders,
        "bonus_remain": float(sum(points for points, _ in member.points)),
        "created_at": _local(OPENED),
        "updated_at": _local(member.updated),
        "uid_providers": [{"provider_type": name, "uid": uid} for name, uid in uids if uid],
        **member.more,
    }
    return {"id": int(member.number), **record} if with_id else record


_MONEY: Mapping[OrderTopic, str] = {
    "order_paid": "paid",
    "order_refunded": "refunded",
    "order_partially_refunded": "partial_refunded",
}


def cyberbiz_refunds(refunded: int, at: str) -> list[dict[str, Any]]:
    """The `return_histories` of an order of which so much was paid back."""
    return [{"body": "部分退款", "price": float(refunded), "refunded_at": at}] if refunded else []


def cyberbiz_statuses(news: OrderTopic) -> dict[str, Any]:
    """The `statuses` of an order to which this has happened last."""
    return {
        "order_status": "cancelled" if news == "order_cancelled" else "open",
        "financial_status": _MONEY.get(news, "pending"),
        "fulfillment_status": "unshipped",
        "return_status": "no_need",
    }


def cyberbiz_discounts(codes: Sequence[str]) -> dict[str, Any]:
    """The `prices.discounts` of an order that came with these coupon codes."""
    redeemed = [
        {"id": number, "name": code, "code": code, "amount": 0.0, "coupon_id": number}
        for number, code in enumerate(codes, 1)
    ]
    return {"coupon_discount": next(iter(redeemed), None), "coupon_discounts": redeemed}


def cyberbiz_compact(member: PretendMember, sections: Collection[str]) -> dict[str, Any]:
    """A member of `GET /v2/customers`: without what lies in sections, but for those that were asked for."""
    record = cyberbiz_record(member, with_id=True)
    left_out = _IN_SECTIONS - set(sections)
    compact = {key: value for key, value in record.items() if key not in left_out}
    return compact | ({"vip_info": cyberbiz_vip(member)} if "vip_info" in sections else {})


def cyberbiz_vip(member: PretendMember) -> dict[str, Any]:
    """`GET /v1/customers/ID/vip_info`: nothing but the id outside of a VIP programme."""
    if member.tier is None:
        return {"customer_id": int(member.number), "current_level": None, "extra_info": None}
    end = None if member.tier_until is None else f"{member.tier_until} 23:59:59"
    return {
        "customer_id": int(member.number),
        "current_level": {"id": 1, "name": member.tier},
        "extra_info": {"start_at": "2026-01-01 00:00:00", "end_at": end},
    }


def cyberbiz_headers(topic: str, domain: str, secret: str, body: bytes) -> dict[str, str]:
    """Of a webhook that this shop sends."""
    return {
        "User-Agent": "CyberbizWebhook/1.0",
        "X-Cyberbiz-Event": topic,
        "X-Cyberbiz-Domain": domain,
        "X-Cyberbiz-Hmac-Sha256": digest(secret.encode(), body, "sha256").hex(),
    }


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M:%S}"


def cyberbiz_grants(member: PretendMember) -> list[dict[str, Any]]:
    """`GET /v1/customers/ID/bonus_points`: one entry for each grant, points as money is written."""
    return [
        {
            "id": number,
            "points": f"{points}.0",
            "unused_points": f"{points}.0",
            "deadline": None if last is None else f"{last} 23:59:59",
        }
        for number, (points, last) in enumerate(member.points, 1)
    ]
