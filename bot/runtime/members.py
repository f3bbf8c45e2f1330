"""The desk for members: who has this phone, at the shop and among our own people, and whose it is to be."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from bot.model.clock import Clock
from bot.model.contact import Contact, Found
from bot.model.decision import Asked, ConfirmPhone, FindMember, FreePhone, MoveMember, RefreshMember, Told
from bot.model.event import Facts, Origin, Outcome
from bot.runtime.asking import failing
from bot.runtime.merging import Merging
from bot.runtime.ports import Caller, ContactStore, PhoneStore
from bot.shops.failure import NotOffered, ShopFailed

log = logging.getLogger("oaflow.members")


class Shop(Protocol):
    """A channel's shop, where members are looked up. What it raises ends as `shop_failed`."""

    async def by_phone(self, phone: str, *, born: str | None = None) -> Found | None:
        """The member who has exactly this number (E.164), and was `born` on that day (`YYYY-MM-DD`)."""
        ...

    async def by_line(self, user: str) -> Found | None:
        """The member whose record carries this LINE user id; `phone`: what the shop has had confirmed."""
        ...

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        """Write the LINE user id that the member has on this channel; `NotOffered` where it cannot be."""
        ...


class Members:
    """Finds members, and reserves the phone of the one found until it is bound (language, 6 and 8.3)."""

    def __init__(
        self,
        phones: PhoneStore,
        contacts: ContactStore,
        merging: Merging,
        shop: Callable[[str], Shop | None],
        clock: Clock,
    ) -> None:
        """`shop(channel)` is the shop of a channel, if it has one."""
        self._phones = phones
        self._contacts = contacts
        self._merging = merging
        self._shop = shop
        self._clock = clock

    async def find(self, asked: FindMember, caller: Caller) -> Outcome:
        """`found` (reserved for 2 minutes), `missing`, `taken` or `shop_failed`."""
        caller = await self._as_now(caller)
        try:
            found = await self._looked_up(asked, caller)
        except ShopFailed as error:
            return _shop_failed(error, asked)
        if found is None or found.phone is None:
            return _member("missing", asked.origin)
        return await self._reserved(found, found.phone, asked, caller)

    async def _looked_up(self, asked: FindMember, caller: Caller) -> Found | None:
        match asked.how:
            case "none":
                return Found(asked.phone)
            case "line":
                return await self._shop_of(caller).by_line(caller.user)
            case "shop":
                shop = self._shop_of(caller)
                return await shop.by_phone(asked.phone) if asked.phone is not None else None

    def _shop_of(self, caller: Caller) -> Shop:
        shop = self._shop(caller.channel)
        if shop is None:
            raise ShopFailed(f'the channel "{caller.channel}" has no shop that can be asked')
        return shop

    async def _reserved(self, found: Found, phone: str, asked: FindMember, caller: Caller) -> Outcome:
        """`taken` where the phone is bound on this channel; on another one it is the same person."""
        holder = await self._holder(phone, caller.contact)
        found = _held_by(found, holder)
        if holder is not None and holder.identity(caller.channel).user is not None:
            return _member("taken", asked.origin, found)
        return await self._claimed(found, asked.origin, caller)

    async def _claimed(self, found: Found, origin: Origin, caller: Caller) -> Outcome:
        phone, now = found.phone, self._clock.now()
        until = None if phone is None else await self._phones.reserve(phone, caller.contact, now, found.other)
        if until is None:
            return _member("taken", origin, found)
        return _member("found", origin, replace(found, until=until))

    async def _holder(self, phone: str, who: str) -> Contact | None:
        """The other contact that has bound this phone."""
        holder = await self._phones.holder(phone)
        if holder is None or holder == who:
            return None
        if not await self._phones.settle(phone, holder, self._clock.now()):
            return None  # it was unbound a moment ago
        stored = await self._contacts.person(holder)
        return None if stored is None else stored.contact

    async def move(self, asked: MoveMember, caller: Caller) -> Outcome:
        """`found`: the phone is reserved although another has bound it; `missing`: it is not theirs to take.

        `missing` says no more: not whether the phone is unknown, or the birthday another.
        """
        caller = await self._as_now(caller)
        try:
            found = await self._to_move(asked, caller)
        except ShopFailed as error:
            return _shop_failed(error, asked)
        if found is None or found.phone is None:
            return _member("missing", asked.origin)
        found = _held_by(found, await self._holder(found.phone, caller.contact))
        return await self._claimed(found, asked.origin, caller)

    async def _to_move(self, asked: MoveMember, caller: Caller) -> Found | None:
        if asked.phone is None:
            return None
        shop = self._shop(caller.channel)
        found = None if shop is None else await shop.by_phone(asked.phone, born=asked.birthday)
        return Found(asked.phone) if found is None and asked.birthday is None else found

    async def refresh(self, asked: RefreshMember, caller: Caller) -> Outcome:
        """`found` with what the shop's record says now, `missing` or `shop_failed`."""
        try:
            shop = self._shop_of(caller)
            by_line = await shop.by_line(caller.user)
            found = by_line or await self._of_bound_phone(shop, caller.contact)
        except ShopFailed as error:
            return _shop_failed(error, asked)
        if found is None:
            return _member("missing", asked.origin)
        known = True if by_line is not None else None
        told = Facts(found.values, found.tags, found.member_no, known, marketing=found.consent)
        return Outcome("member", "found", asked.origin, facts=told)

    async def _of_bound_phone(self, shop: Shop, who: str) -> Found | None:
        stored = await self._contacts.person(who)
        if stored is None or stored.contact.phone is None or "phone" not in stored.contact.bindings:
            return None
        return await shop.by_phone(stored.contact.phone)

    async def settle(self, told: Told, caller: Caller) -> None:
        """A phone was bound or unbound: from now on others find it taken, or free; a shop learns who it is.

        Raises `ShopFailed` where the shop could not be told. The binding stands all the same.
        """
        caller, now = await self._as_now(caller), self._clock.now()
        still = told.phone is None or await self._phones.settle(told.phone, caller.contact, now)
        match told:
            case FreePhone():
                await self._merging.unbound(caller)
            case ConfirmPhone(member_no=member_no):
                await self._merging.bound(told, caller)
                if still and member_no is not None:
                    await self._write_line(member_no, caller)

    async def _as_now(self, caller: Caller) -> Caller:
        """Who asks, where the contact has been merged away since."""
        stored = await self._contacts.person(caller.contact)
        return caller if stored is None else replace(caller, contact=stored.contact.id)

    async def _write_line(self, member_no: str, caller: Caller) -> None:
        """Write the LINE user id onto the shop's member, where its platform has a call for it (B3)."""
        shop = self._shop(caller.channel)
        if shop is not None:
            with suppress(NotOffered):
                await shop.write_line(member_no, caller.user, caller.channel)


def _shop_failed(error: ShopFailed, asked: Asked) -> Outcome:
    log.warning("the shop could not be asked: %s: %s", type(error).__name__, error)
    return failing(asked)


def _held_by(found: Found, holder: Contact | None) -> Found:
    return found if holder is None else replace(found, other=holder.id, bound_before=holder.bound_before)


def _member(result: str, origin: Origin | None, found: Found | None = None) -> Outcome:
    return Outcome("member", result, origin, found=found)
