"""A member as each platform writes it down."""

from __future__ import annotations

from typing import Any

from bot.simulator.shop.members import PretendMember


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
        "uid_providers": [{"provider_type": name, "uid": uid} for name, uid in uids if uid],
        **member.more,
    }
    return {"id": int(member.number), **record} if with_id else record


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


def shopline_record(member: PretendMember) -> dict[str, Any]:
    """A customer of the open API. A confirmed mobile has no calling code in front."""
    code = None if member.calling_code is None else member.calling_code.lstrip("+")
    tier = None if member.tier is None else {"id": "t1", "name_translations": {"zh-hant": member.tier}}
    return {
        "id": member.number,
        "name": member.name,
        "mobile_phone": member.phone,
        "mobile_phone_country_calling_code": code,
        "mobile_phone_verified": member.phone_proven,
        "birthday": member.birthday,
        "is_member": True,
        "is_accept_marketing": member.marketing,
        "order_count": member.orders,
        "member_point_balance": sum(points for points, _ in member.points),
        "membership_tier": tier,
        "tier_expires_at": None if member.tier_until is None else f"{member.tier_until}T15:59:59.000+00:00",
        "line_id": member.line,
        **member.more,
    }


def own_record(member: PretendMember) -> dict[str, Any]:
    """A member of a shop's own system, with fields such as one may have."""
    return {
        "member_no": member.number,
        "name": member.name,
        "phone": member.phone,
        "phone_proven": member.phone_proven,
        "birthday": member.birthday,
        "tier": member.tier,
        "tier_until": member.tier_until,
        "points": sum(points for points, _ in member.points),
        "orders": member.orders,
        "marketing": member.marketing,
        **member.more,
    }
