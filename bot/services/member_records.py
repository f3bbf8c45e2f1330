"""Reads members' records at shops again, for contacts who are bound; and finds which shop a contact is of."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.effects import RefreshMember
from bot.model.event import Facts, Outcome, deleted_member_facts
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, ShopFailed
from bot.services.caller import Caller
from bot.services.contact_ports import ContactDirectory
from bot.services.effects import failing
from bot.services.shops import LiveShops, MemberLookup

log = logging.getLogger("oaflow.members")


@dataclass(eq=False, repr=False)
class MemberReader:
    """Reads a person's record at the shop. Errors of a shop end as `shop_failed`.

    `warn` is called with a sentence for the log where there is no shop to ask; errors of a shop are reported
    elsewhere (`WatchedShop`).
    """

    _contacts: ContactDirectory
    _shops: LiveShops
    _clock: Clock
    _warn: Callable[[str], None] = log.warning

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
        """The facts of the record, found by member number. By LINE user id only for a contact without a
        number, or one bound by nothing else; by the bound phone for a record that has no number (in a list).

        `None`: there is no record. Raises `ShopFailed`.
        """
        facts = None if contact is None else await self._without_number(contact)
        if facts is not None:
            return facts
        if contact is None or not contact.bindings or contact.member_no is None:
            found = await self.shop_of(caller.channel).by_line(caller.user)
            return None if found is None else known_by_line(found)
        shop = self.shop_of_member(contact)
        if shop is None:
            raise self._without_shop("there is no shop that can be asked for this member")
        if "phone" not in contact.bindings and self.shop_of(caller.channel).name == shop.name:
            found = await shop.by_line(caller.user)
            if found is not None and found.member_no == contact.member_no:
                return known_by_line(found)
            if found is not None:  # the shop has given this LINE account to another member
                return Facts(member_no=contact.member_no, shop=shop.name, shop_knows_line=False)
        now = self._clock.now()
        found = await shop.read(contact.member_no)
        if found is None:
            return deleted_member_facts(contact.member_no, shop.name, now)
        return _facts(found, shop.name, contact.member_no)

    async def _without_number(self, contact: Contact) -> Facts | None:
        phone = _known_by(contact)
        if phone is None:
            return None
        shop = self.shop_of_member(contact)
        if shop is None:
            raise self._without_shop("there is no shop that can be asked for this member")
        found = await shop.by_phone(phone)
        if found is None or found.member_no is not None:  # then the phone may have changed hands
            return None
        return _facts(found, shop.name, phone=phone)

    def shop_of(self, channel: str) -> MemberLookup:
        """The shop of a channel. Raises `ShopFailed` where it has none."""
        shop = self._shops.of(channel)
        if shop is None:
            raise self._without_shop(f'the channel "{channel}" has no shop that can be asked')
        return shop

    def shop_of_member(self, contact: Contact) -> MemberLookup | None:
        """The shop of a contact's member number; `None`: it has none that offers lookups.

        A number that was stored without its shop counts as one of the only shop of the contact's channels.
        """
        with suppress(NotOffered):
            if contact.member_shop is not None:
                return self._shops.by_name(contact.member_shop)
            shops = (self._shops.of(identity.channel) for identity in contact.identities)
            named = {shop.name: shop for shop in shops if shop is not None}
            return next(iter(named.values())) if len(named) == 1 else None
        return None

    def _without_shop(self, why: str) -> ShopFailed:
        self._warn(why)
        return ShopFailed(why)


def _known_by(contact: Contact) -> str | None:
    """The phone of a contact whose record at the shop has no number."""
    is_known = contact.member_no is None and contact.member_shop is not None
    return contact.phone if is_known and "phone" in contact.bindings else None


def known_by_line(found: ReservedMember) -> Facts:
    """The facts in the record of a member whose LINE account the shop has."""
    return _facts(found, found.shop, found.member_no, shop_knows_line=True)


def _facts(found: ReservedMember, shop: str | None, number: str | None = None, **more: Any) -> Facts:
    facts = Facts(found.values, found.tags, number, marketing=found.consent, shop=shop, **more)
    return replace(facts, read=found.read, updated=found.updated)
