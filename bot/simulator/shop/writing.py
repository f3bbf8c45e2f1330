"""A pretend shop's members change by a call of its platform: somebody is registered, fields are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from bot.shops.mobile import e164
from bot.simulator.shop.members import PretendMember, PretendShop

_OWN = frozenset(("name", "birthday", "tier", "tier_until"))
"""Texts that a member has here; whatever else is written is a further field of the platform's record."""


def changed(member: PretendMember, values: Mapping[str, Any], marketing: str) -> PretendMember:
    """The member with these fields of the platform's; `marketing` is its name for that consent."""
    own = {name: value for name, value in values.items() if name in _OWN}
    if marketing in values:
        own["marketing"] = values[marketing] is True
    kept = {field.name for field in fields(PretendMember)}
    more = {name: value for name, value in values.items() if name not in own and name != marketing}
    return replace(member, **own, more={**member.more, **{n: v for n, v in more.items() if n not in kept}})


def of_phone(shop: PretendShop, phone: str) -> list[PretendMember]:
    """The members whose stored number means this one (E.164)."""
    return [one for one in shop.members.values() if e164(one.phone, one.calling_code) == phone]


def registered(shop: PretendShop, phone: str, name: str, *, marketing: bool) -> PretendMember:
    """A new member with the next number."""
    number = str(max((int(one) for one in shop.members), default=5000) + 1)
    national = f"0{phone.removeprefix('+886')}" if phone.startswith("+886") else phone
    shop.put(PretendMember(number, name, national, marketing=marketing))
    return shop.members[number]
