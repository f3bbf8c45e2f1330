"""Members of the shop and their phones, pretended: who is found, whose phone it is (language, 6, 8.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import TypeAlias

from bot.engine.members.same_phone import may_be_given_again, with_the_same
from bot.model.contact import Contact
from bot.model.effects import (
    CONSENT,
    RESERVED,
    FindMember,
    MoveMember,
    RefreshMember,
    RegisterMember,
    WriteMember,
)
from bot.model.event import Facts, Origin, Outcome, deleted_member_facts
from bot.model.instance import ReservedMember
from bot.model.value import Value
from bot.scenario.world import SHOP, Member, PretendAnswers, Shop, ShopFails

Others: TypeAlias = Mapping[str, Contact]
"""All contacts by their ids."""


class ShopInMemory:
    """The members of a shop, in memory; `fails`: it does not answer, `registers`: it does so by a call."""

    def __init__(self, members: Iterable[Member], name: str = SHOP) -> None:
        self.name = name
        self.registers = True
        self.fails = False
        self._members = list(members)

    def by_phone(self, phone: str) -> Member | None:
        return self._first(lambda member: member.phone == phone)

    def by_line(self, user: str) -> Member | None:
        return self._first(lambda member: member.line == user)

    def read(self, member_no: str) -> Member | None:
        return self._first(lambda member: member.member_no == member_no)

    def register(self, phone: str, *, marketing: bool) -> Member:
        """A new member with this phone."""
        numbers = {member.member_no for member in self._members}
        number = next(f"M{n}" for n in count(1) if f"M{n}" not in numbers)
        if self.fails:
            raise ShopFails
        self._members.append(Member(phone, number, consent=marketing))
        return self._members[-1]

    def write(self, member_no: str, values: Mapping[str, Value | None]) -> Member | None:
        """Store values that were set here in the record."""
        member = self.read(member_no)
        if member is not None:
            new = {slot: value for slot, value in values.items() if slot != CONSENT}
            stored = {slot: value for slot, value in {**member.values, **new}.items() if value is not None}
            consent = values[CONSENT] is True if CONSENT in values else member.consent
            self._members[self._members.index(member)] = replace(member, values=stored, consent=consent)
        return self.read(member_no)

    def record(self, member_no: str | None) -> Member | None:
        """The record of the member of this number, whether the shop answers or not."""
        return next((member for member in self._members if member.member_no == member_no), None)

    def of(self, contact: Contact, user: str) -> Member | None:
        """The member that a contact is, or is known as."""
        return self.known_as(contact.member_no if contact.bindings else None, user, contact.phone)

    def known_as(self, number: str | None, user: str, phone: str | None) -> Member | None:
        """Of this number; where none is bound, of this LINE account, or else of this phone."""
        if number is not None:
            return self.read(number)
        return self.by_line(user) or (self.by_phone(phone) if phone is not None else None)

    def change(
        self,
        member: Member,
        values: Mapping[str, Value],
        tags: Mapping[str, bool],
        consent: bool | None,
        phone: str | None,
    ) -> None:
        """Store news of the shop about a member in the record."""
        number = self._members.index(member)
        self._members[number] = replace(
            member,
            values={**member.values, **values},
            tags={**member.tags, **tags},
            consent=member.consent if consent is None else consent,
            phone=phone or member.phone,
        )

    def _first(self, fits: Callable[[Member], bool]) -> Member | None:
        if self.fails:
            raise ShopFails
        return next((member for member in self._members if fits(member)), None)


@dataclass(slots=True)
class PhonesInMemory:
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

    def follow(self, contacts: Mapping[str, Contact]) -> None:
        """A phone that its holder has no more is free: a binding was undone, or two were changed."""
        for phone, who in tuple(self.confirmed.items()):
            if who not in contacts or contacts[who].phone != phone:
                del self.confirmed[phone]


def facts_of(member: Member, shop: str, *, known: bool | None) -> Facts:
    """What the shop's record says of a person; `known`: by the LINE account that it carries."""
    return Facts(
        values=member.values,
        tags=member.tags,
        member_no=member.member_no,
        shop_knows_line=known,
        marketing=member.consent,
        shop=shop,
    )


def member_answers(shop: Shop, phones: PhonesInMemory) -> PretendAnswers:
    """What this shop is asked for."""
    return {
        FindMember: lambda request, by: found_member(request, by.contact, shop, phones, by.others, by.now),
        RegisterMember: lambda request, by: registered_member(
            request, by.contact, shop, phones, by.others, by.now
        ),
        WriteMember: lambda request, by: write_member(request, shop),
        MoveMember: lambda request, by: moved_member(request, by.contact, shop, phones, by.others, by.now),
        RefreshMember: lambda request, by: refreshed_member(
            request.origin, by.contact, by.contact.identity(by.channel).user or "", shop
        ),
    }


def found_member(
    request: FindMember,
    contact: Contact,
    shop: Shop,
    phones: PhonesInMemory,
    others: Others,
    now: datetime,
) -> Outcome:
    """What `find_member` comes back with; `found` reserves the phone."""
    user = contact.identity(request.origin.channel).user or ""
    try:
        member = _member(request, user, shop)
        phone = member.phone if member is not None and request.how == "line" else request.phone
        if phone is None or (request.how != "none" and member is None):
            return _outcome("missing", request.origin)
        found, same = _with_holders(_found(phone, member, shop.name), contact, shop, phones, others, now)
    except ShopFails:
        return _outcome("shop_failed", request.origin)
    if request.how == "line" and (found.former or any(one.member_no != found.member_no for one in same)):
        return _outcome("missing", request.origin)
    here = any(one.identity(request.origin.channel).user is not None for one in same)
    return _claimed(found, phone, contact, request.origin, phones, now, taken=here)


def registered_member(
    request: RegisterMember,
    contact: Contact,
    shop: Shop,
    phones: PhonesInMemory,
    others: Others,
    now: datetime,
) -> Outcome:
    """What `register_member` comes back with: as `find_member`, with a member who was made for it."""
    found = FindMember("shop", request.phone, request.origin)
    held = phones.reserved_by_other(request.phone or "", contact.id, now)
    outcome = found_member(found, contact, shop, phones, others, now)
    if outcome.result != "missing" or request.phone is None:
        return outcome
    holder = others.get(phones.confirmed.get(request.phone, ""))
    other = holder if holder is not None and holder.id != contact.id else None
    if held or (other is not None and other.identity(request.origin.channel).user is not None):
        return _outcome("taken", request.origin)
    if not shop.registers:
        return outcome
    shop.register(request.phone, marketing=request.marketing)
    return found_member(found, contact, shop, phones, others, now)


def write_member(request: WriteMember, shop: Shop) -> Outcome:
    """What comes of writing onto a member: the record as it is then."""
    try:
        member = shop.write(request.member_no, request.values)
    except ShopFails:
        return _outcome("shop_failed", None)
    if member is None:
        return _outcome("shop_failed", None)
    return Outcome("member", "found", None, facts=facts_of(member, shop.name, known=None))


def _member(request: FindMember, user: str, shop: Shop) -> Member | None:
    match request.how:
        case "line":
            return shop.by_line(user)
        case "shop":
            return shop.by_phone(request.phone) if request.phone is not None else None
        case "none":
            return None


def moved_member(
    request: MoveMember,
    contact: Contact,
    shop: Shop,
    phones: PhonesInMemory,
    others: Others,
    now: datetime,
) -> Outcome:
    """What `move_member` comes back with: the phone reserved all the same, if the birthday is right."""
    phone = request.phone
    if phone is None:
        return _outcome("missing", request.origin)
    try:
        member = shop.by_phone(phone)
        if request.birthday is not None and (member is None or member.birthday != request.birthday):
            return _outcome("missing", request.origin)
        found, _ = _with_holders(_found(phone, member, shop.name), contact, shop, phones, others, now)
    except ShopFails:
        return _outcome("shop_failed", request.origin)
    return _claimed(found, phone, contact, request.origin, phones, now)


def _claimed(
    found: ReservedMember,
    phone: str,
    contact: Contact,
    origin: Origin,
    phones: PhonesInMemory,
    now: datetime,
    *,
    taken: bool = False,
) -> Outcome:
    if taken or phones.reserved_by_other(phone, contact.id, now):
        return Outcome("member", "taken", origin, found=found)
    until = phones.reserve(phone, contact.id, now)
    return Outcome("member", "found", origin, found=replace(found, until=until))


def refreshed_member(origin: Origin | None, contact: Contact, user: str, shop: Shop) -> Outcome:
    """What `refresh_member` comes back with: the record, read anew, by the number that is bound."""
    try:
        facts = _read_anew(contact, user, shop)
    except ShopFails:
        return _outcome("shop_failed", origin)
    is_there = facts is not None and facts.shop_knows_line is not False
    return Outcome("member", "found" if is_there else "missing", origin, facts=facts)


def _read_anew(contact: Contact, user: str, shop: Shop) -> Facts | None:
    number = contact.member_no if contact.bindings else None
    if number is None or "phone" not in contact.bindings:
        member = shop.by_line(user)
        if member is not None and number not in (None, member.member_no):
            return Facts(member_no=number, shop=shop.name, shop_knows_line=False)
        if member is not None:
            return facts_of(member, shop.name, known=True)
    if number is None:
        return None
    member = shop.read(number)
    return (
        deleted_member_facts(number, shop.name) if member is None else facts_of(member, shop.name, known=None)
    )


def _with_holders(
    found: ReservedMember,
    contact: Contact,
    shop: Shop,
    phones: PhonesInMemory,
    others: Others,
    now: datetime,
) -> tuple[ReservedMember, tuple[Contact, ...]]:
    """The found member with the contact that is this member already, or the phone's former holder."""
    holder = None
    if found.phone is not None and phones.confirmed.get(found.phone, contact.id) != contact.id:
        holder = others[phones.confirmed[found.phone]]
    if holder is not None and _is_another(holder, found, shop, now):
        found, holder = replace(found, former=holder.id), None
    known = _bound_as(found, contact, holder, others)
    same = tuple(one for one in (holder, known) if one is not None)
    return with_the_same(found, same), same


def _is_another(holder: Contact, found: ReservedMember, shop: Shop, now: datetime) -> bool:
    if holder.member_no is None:
        return may_be_given_again(holder, now)
    if found.member_no is not None:
        return found.member_no != holder.member_no
    record = shop.read(holder.member_no)
    return record is None or record.phone not in (None, found.phone)


def _bound_as(
    found: ReservedMember, contact: Contact, holder: Contact | None, others: Others
) -> Contact | None:
    these = (contact.id, None if holder is None else holder.id)
    for one in others.values():
        is_same = found.member_no is not None and one.member_no == found.member_no
        if is_same and one.id not in these and "phone" in one.bindings:
            return one
    return None


def _found(phone: str, member: Member | None, shop: str) -> ReservedMember:
    if member is None:
        return ReservedMember(phone)
    return ReservedMember(phone, member.member_no, member.values, member.tags, member.consent, shop=shop)


def _outcome(result: str, origin: Origin | None) -> Outcome:
    return Outcome("member", result, origin)
