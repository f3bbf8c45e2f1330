"""Members' records at the shops: how they are looked up, and read again for a person who is bound."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.effects import RefreshMember
from bot.model.event import Facts, Outcome, deleted_member_facts
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, ShopFailed
from bot.runtime.effects.shop_login import known
from bot.runtime.ports import ContactStore
from bot.services.caller import Caller
from bot.services.effects import failing

log = logging.getLogger("oaflow.members")


class MemberLookup(Protocol):
    """A shop, where members are looked up. What it raises ends as `shop_failed`."""

    name: str

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        """The member who has exactly this number (E.164), and was `born` on that day (`YYYY-MM-DD`)."""
        ...

    async def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        """Of the members of these numbers, read now, the one who has exactly this phone; `born` likewise."""
        ...

    async def by_line(self, user: str) -> ReservedMember | None:
        """The member whose record carries this LINE user id; `phone`: what the shop has had confirmed."""
        ...

    async def read(self, member_no: str) -> ReservedMember | None:
        """The member of this number as of now; `phone`: the record's, proven or not."""
        ...

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        """Write the LINE user id that the member has on this channel; `NotOffered` where it cannot be."""
        ...

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> ReservedMember:
        """Register the person with this verified phone as a member; `NotOffered` where no call does that."""
        ...


class LiveShops(Protocol):
    """The shops of the playbook that is live. Both may raise `ShopFailed`."""

    def of(self, channel: str) -> MemberLookup | None:
        """The shop of a channel, if it has one."""
        ...

    def by_name(self, name: str) -> MemberLookup | None:
        """The shop of this name, if there is one."""
        ...


class ShopRecords:
    """Reads a person's record at the shop. Errors of a shop end as `shop_failed`."""

    def __init__(self, contacts: ContactStore, shops: LiveShops, clock: Clock) -> None:
        self._contacts = contacts
        self._shops = shops
        self._clock = clock

    async def refresh(self, request: RefreshMember, caller: Caller) -> Outcome:
        """`found` with what the shop's record says now, `missing` or `shop_failed`."""
        stored = await self._contacts.person(caller.contact)
        contact = None if stored is None else stored.contact
        try:
            facts = await self._read_anew(contact, caller)
        except ShopFailed:
            return failing(request)
        is_there = facts is not None and facts.shop_knows_line is not False
        return Outcome("member", "found" if is_there else "missing", request.origin, facts=facts)

    async def _read_anew(self, contact: Contact | None, caller: Caller) -> Facts | None:
        """By member number; by LINE user id only for a contact without one, or bound by nothing else.

        A record without a number (a list without them) is found by the bound phone.
        """
        facts = None if contact is None else await self._without_number(contact)
        if facts is not None:
            return facts
        if contact is None or not contact.bindings or contact.member_no is None:
            found = await self.shop_of(caller.channel).by_line(caller.user)
            return None if found is None else known(found)
        shop = self.shop_of_member(contact)
        if shop is None:
            raise _without_shop("there is no shop that can be asked for this member")
        if "phone" not in contact.bindings and self.shop_of(caller.channel).name == shop.name:
            found = await shop.by_line(caller.user)
            if found is not None and found.member_no == contact.member_no:
                return known(found)
            if found is not None:  # the shop has given this LINE account to another member
                return Facts(member_no=contact.member_no, shop=shop.name, shop_knows_line=False)
        now = self._clock.now()
        found = await shop.read(contact.member_no)
        if found is None:
            return deleted_member_facts(contact.member_no, shop.name, now)
        return Facts(
            found.values,
            found.tags,
            contact.member_no,
            marketing=found.consent,
            shop=shop.name,
            read=found.read,
            updated=found.updated,
        )

    async def _without_number(self, contact: Contact) -> Facts | None:
        phone = _known_by(contact)
        if phone is None:
            return None
        shop = self.shop_of_member(contact)
        if shop is None:
            raise _without_shop("there is no shop that can be asked for this member")
        found = await shop.by_phone(phone)
        if found is None or found.member_no is not None:  # then the phone may have changed hands
            return None
        return Facts(
            found.values,
            found.tags,
            marketing=found.consent,
            shop=shop.name,
            phone=phone,
            read=found.read,
            updated=found.updated,
        )

    def shop_of(self, channel: str) -> MemberLookup:
        """The shop of a channel. Raises `ShopFailed` where it has none."""
        shop = self._shops.of(channel)
        if shop is None:
            raise _without_shop(f'the channel "{channel}" has no shop that can be asked')
        return shop

    def shop_of_member(self, contact: Contact) -> MemberLookup | None:
        """The shop of a contact's member number, if it offers lookups.

        A number that was stored without its shop belongs to the only shop of the contact's channels.
        """
        with suppress(NotOffered):
            if contact.member_shop is not None:
                return self._shops.by_name(contact.member_shop)
            shops = (self._shops.of(identity.channel) for identity in contact.identities)
            named = {shop.name: shop for shop in shops if shop is not None}
            return next(iter(named.values())) if len(named) == 1 else None
        return None


def _known_by(contact: Contact) -> str | None:
    """The phone of a contact whose record at the shop has no number."""
    is_known = contact.member_no is None and contact.member_shop is not None
    return contact.phone if is_known and "phone" in contact.bindings else None


def _without_shop(why: str) -> ShopFailed:
    """The error that there is no shop to call; errors of a shop itself are reported by its watch."""
    log.warning("%s", why)
    return ShopFailed(why)
