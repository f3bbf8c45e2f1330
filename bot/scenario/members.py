"""Members of the shop and their phones, pretended: who is found, whose phone it is (language, 6, 8.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.model.contact import Contact, Found
from bot.model.decision import FindMember, MoveMember
from bot.model.event import Facts, Origin, Outcome
from bot.model.value import Value
from bot.scenario.world import Member, Shop, ShopFails

RESERVED = timedelta(minutes=2)
"""How long a found phone is kept for the person who is about to bind it."""


class PretendShop:
    """The members of a shop, in memory; `fails`: it does not answer."""

    def __init__(self, members: Iterable[Member]) -> None:
        self.fails = False
        self._members = list(members)

    def by_phone(self, phone: str) -> Member | None:
        return self._first(lambda member: member.phone == phone)

    def by_line(self, user: str) -> Member | None:
        return self._first(lambda member: member.line == user)

    def change(
        self, member: Member, values: Mapping[str, Value], tags: Mapping[str, bool], consent: bool | None
    ) -> None:
        """What the shop has told of a member stands in its record from now on."""
        number = self._members.index(member)
        self._members[number] = replace(
            member,
            values={**member.values, **values},
            tags={**member.tags, **tags},
            consent=member.consent if consent is None else consent,
        )

    def _first(self, fits: Callable[[Member], bool]) -> Member | None:
        if self.fails:
            raise ShopFails
        return next((member for member in self._members if fits(member)), None)


@dataclass(slots=True)
class Phones:
    """Whose phone it is: confirmed by a binding, or reserved for one that is being made."""

    confirmed: dict[str, str] = field(default_factory=dict)
    _reserved: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def reserved_by_other(self, phone: str, who: str, now: datetime) -> bool:
        """Whether somebody else is about to bind it."""
        holder, until = self._reserved.get(phone, (who, now))
        return holder != who and until > now

    def reserve(self, phone: str, who: str, now: datetime) -> datetime:
        """Keep it for this contact, and until when."""
        self._reserved[phone] = (who, now + RESERVED)
        return now + RESERVED

    def confirm(self, phone: str, who: str) -> None:
        """The binding is made."""
        self._reserved.pop(phone, None)
        self.confirmed[phone] = who

    def free(self, phone: str, who: str) -> None:
        """The binding was undone; another's stays."""
        if self.confirmed.get(phone) == who:
            del self.confirmed[phone]


def facts_of(member: Member, *, silent: bool = False) -> Facts:
    """What the shop's record says of a person."""
    return Facts(
        values=member.values,
        tags=member.tags,
        member_no=member.member_no,
        shop_knows_line=True if member.line is not None else None,
        marketing=member.consent,
        silent=silent,
    )


def found_member(
    asked: FindMember,
    contact: Contact,
    shop: Shop,
    phones: Phones,
    holder: Callable[[str], Contact],
    now: datetime,
) -> Outcome:
    """What `find_member` comes back with; `found` reserves the phone."""
    user = contact.identity(asked.origin.channel).user or ""
    try:
        member = _member(asked, user, shop)
    except ShopFails:
        return _outcome("shop_failed", asked.origin)
    phone = asked.phone
    if asked.how != "none":
        if member is None:
            return _outcome("missing", asked.origin)
        phone = member.phone if asked.how == "line" else asked.phone
    if phone is None:
        return _outcome("missing", asked.origin)
    other = _other(phones, phone, contact.id)
    here = other is not None and holder(other).identity(asked.origin.channel).user is not None
    found = _found(phone, member, other, holder)
    if here or phones.reserved_by_other(phone, contact.id, now):
        return Outcome("member", "taken", asked.origin, found=found)
    until = phones.reserve(phone, contact.id, now)
    return Outcome("member", "found", asked.origin, found=replace(found, until=until))


def _member(asked: FindMember, user: str, shop: Shop) -> Member | None:
    match asked.how:
        case "line":
            return shop.by_line(user)
        case "shop":
            return shop.by_phone(asked.phone) if asked.phone is not None else None
        case "none":
            return None


def moved_member(
    asked: MoveMember,
    contact: Contact,
    shop: Shop,
    phones: Phones,
    holder: Callable[[str], Contact],
    now: datetime,
) -> Outcome:
    """What `move_member` comes back with: the phone reserved all the same, if the birthday is right."""
    if asked.phone is None:
        return _outcome("missing", asked.origin)
    try:
        member = shop.by_phone(asked.phone)
    except ShopFails:
        return _outcome("shop_failed", asked.origin)
    if asked.birthday is not None and (member is None or member.birthday != asked.birthday):
        return _outcome("missing", asked.origin)
    found = _found(asked.phone, member, _other(phones, asked.phone, contact.id), holder)
    if phones.reserved_by_other(asked.phone, contact.id, now):
        return Outcome("member", "taken", asked.origin, found=found)
    until = phones.reserve(asked.phone, contact.id, now)
    return Outcome("member", "found", asked.origin, found=replace(found, until=until))


def refreshed_member(origin: Origin | None, contact: Contact, user: str, shop: Shop) -> Outcome:
    """What `refresh_member` comes back with: the record, read anew."""
    bound = contact.phone if "phone" in contact.bindings else None
    try:
        member = shop.by_line(user) or (shop.by_phone(bound) if bound is not None else None)
    except ShopFails:
        return _outcome("shop_failed", origin)
    if member is None:
        return _outcome("missing", origin)
    return Outcome("member", "found", origin, facts=facts_of(member))


def _other(phones: Phones, phone: str, who: str) -> str | None:
    other = phones.confirmed.get(phone)
    return None if other == who else other


def _found(phone: str, member: Member | None, other: str | None, holder: Callable[[str], Contact]) -> Found:
    before = None if other is None else holder(other).bound_before
    if member is None:
        return Found(phone, other=other, bound_before=before)
    return Found(
        phone, member.member_no, member.values, member.tags, member.consent, other, bound_before=before
    )


def _outcome(result: str, origin: Origin | None) -> Outcome:
    return Outcome("member", result, origin)
