"""Members: finds the owner of a phone, at the shop and among our contacts, and reserves it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.members.same_phone import may_be_given_again, with_the_same
from bot.model.audit import MEMBER
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.effects import (
    ConfirmPhone,
    FindMember,
    FreePhone,
    MoveMember,
    PhoneNotice,
    RefreshMember,
    RegisterMember,
)
from bot.model.event import Origin, Outcome
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, RequestRefused, ShopAway, ShopFailed
from bot.services.caller import Caller
from bot.services.contact_ports import ContactDirectory, ContactIndex, PhoneRegister
from bot.services.effects import EffectHandlers, NoticeHandlers, failing
from bot.services.locks import NamedLocks
from bot.services.member_records import MemberReader
from bot.services.merging import MergeService
from bot.services.rewrites import RewriteJob
from bot.services.shops import LiveShops, MemberLookup
from bot.services.without_line import WithoutLineMerger

log = logging.getLogger("oaflow.members")


class _Taken(Exception):
    """Another contact has the phone, or is binding it just now."""


@dataclass(eq=False, repr=False)
class MemberService:
    """Finds members, and reserves the phone of the one found until it is bound (language, 7 and 9).

    A person is a member by number, at one shop. A phone leads to a member once, when it is proven: it may be
    another's the day after, so what is bound is never looked up by it again.

    `warn` is called with a sentence for the log where there is no shop to ask.
    """

    _phones: PhoneRegister
    _contacts: ContactDirectory
    _people: ContactIndex
    _merging: MergeService
    _shops: LiveShops
    _clock: Clock
    _warn: Callable[[str], None] = log.warning
    _without_line: WithoutLineMerger = field(init=False)
    _records: MemberReader = field(init=False)
    _registering: NamedLocks = field(init=False, default_factory=NamedLocks)

    def __post_init__(self) -> None:
        self._without_line = WithoutLineMerger(self._people, self._phones, self._contacts, self._merging)
        self._records = MemberReader(self._contacts, self._shops, self._clock, self._warn)

    # -- finding

    @property
    def carries_out(self) -> EffectHandlers:
        """The methods that carry out effects, by the type of the request."""
        return {
            FindMember: self.find,
            RegisterMember: self.register,
            MoveMember: self.move,
            RefreshMember: self._records.refresh,
        }

    @property
    def hears(self) -> NoticeHandlers:
        """The methods that take notices, by the type of the notice."""
        return {ConfirmPhone: self.settle, FreePhone: self.settle}

    async def find(self, request: FindMember, caller: Caller) -> Outcome:
        """`found` (reserved for 2 minutes), `missing`, `taken` or `shop_failed`.

        `taken` where another LINE account of this channel is bound as this member; one of another channel is
        the same person. With `how="line"` only the shop says that the phone is proven: where another person
        has bound it, the result is `missing`, and the flow has to prove it by a code.
        """
        caller = await self._as_now(caller)
        try:
            found = await self._look_up(request, caller)
            if found is None or found.phone is None:
                return _member("missing", request.origin)
            found, same = await self._with_holders(found, found.phone, caller)
            if request.how == "line" and not self._is_theirs_without_code(found, same):
                return _member("missing", request.origin)
        except ShopFailed:
            return failing(request)
        return await self._claimed(found, request.origin, caller, same)

    async def _look_up(self, request: FindMember, caller: Caller) -> ReservedMember | None:
        match request.how:
            case "none":
                return ReservedMember(request.phone)
            case "line":
                return await self._records.shop_of(caller.channel).by_line(caller.user)
            case "shop":
                shop = self._records.shop_of(caller.channel)
                return await self._by_phone(shop, request.phone) if request.phone is not None else None

    async def _by_phone(
        self, shop: MemberLookup, phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        """The shop's member who has this phone, also where the shop stores it in an unusual form.

        A lookup by phone misses such a member. Contacts that a sync has brought are found here by the phone;
        their member numbers are then read at the shop, whose answer alone counts.
        """
        found = await shop.by_phone(phone, born=born)
        if found is not None:
            return found
        numbers: set[str] = set()
        for contact in await self._people.with_phone(phone):
            stored = await self._contacts.person(contact)
            if stored is None or stored.contact.member_no is None:
                continue
            whose = self._records.shop_of_member(stored.contact)
            if whose is not None and whose.name == shop.name:
                numbers.add(stored.contact.member_no)
        return await shop.among(sorted(numbers), phone, born=born) if numbers else None

    async def _claimed(
        self, found: ReservedMember, origin: Origin, caller: Caller, same: Iterable[Contact] = ()
    ) -> Outcome:
        """`found` with the phone reserved, or `taken`; `same`: the contacts that are this member already."""
        until = await self._reserved(found, caller, same)
        if until is None:
            return _member("taken", origin, found)
        return _member("found", origin, replace(found, until=until))

    async def _reserved(
        self, found: ReservedMember, caller: Caller, same: Iterable[Contact]
    ) -> datetime | None:
        if found.phone is None or any(one.identity(caller.channel).user is not None for one in same):
            return None
        over = found.former or found.other
        return await self._phones.reserve(found.phone, caller.contact, self._clock.now(), over)

    async def register(self, request: RegisterMember, caller: Caller) -> Outcome:
        """`found` with the phone reserved (2 minutes), for a new member or one that the shop has by now; else
        `taken`, `shop_failed`, or `missing`: the shop has no call for it, or refused it.

        The phone is reserved before the call to the shop, so of two who register it at once one succeeds; it
        is looked up at each try, so a member made before a crash is found, and not made again.
        """
        caller = await self._as_now(caller)
        try:
            found = await self._registered(request, caller) if request.phone is not None else None
            if found is None or found.phone is None:
                return _member("missing", request.origin)
            found, same = await self._with_holders(found, found.phone, caller)
        except _Taken:
            return _member("taken", request.origin)
        except (NotOffered, RequestRefused):
            return _member("missing", request.origin)
        except ShopFailed:
            return failing(request)
        return await self._claimed(found, request.origin, caller, same)

    async def _registered(self, request: RegisterMember, caller: Caller) -> ReservedMember | None:
        """Registers one phone at a time: two requests of one contact would both get its reservation."""
        phone = request.phone or ""
        async with self._registering.of(phone):
            return await self._known_or_made(phone, request, caller)

    async def _known_or_made(
        self, phone: str, request: RegisterMember, caller: Caller
    ) -> ReservedMember | None:
        shop = self._records.shop_of(caller.channel)
        known = await self._by_phone(shop, phone)
        if known is not None:
            return known
        free, same = await self._with_holders(ReservedMember(phone), phone, caller)
        if await self._reserved(free, caller, same) is None:
            raise _Taken
        try:
            return await shop.register(phone, request.name, caller.key, marketing=request.marketing)
        except (ShopAway, RequestRefused):
            made = await shop.by_phone(phone)  # the member may have been made, by this call or another
            if made is None:
                raise
            return made

    async def move(self, request: MoveMember, caller: Caller) -> Outcome:
        """Move a phone that another contact has bound to the caller, who gives the birthday if the flow asks
        for it: `found` with the phone reserved; `taken` by a third; `missing`; `shop_failed`.

        `missing` says no more: not whether the phone is unknown, or the birthday another.
        """
        caller = await self._as_now(caller)
        try:
            found = await self._to_move(request, caller)
            if found is None or found.phone is None:
                return _member("missing", request.origin)
            found, _ = await self._with_holders(found, found.phone, caller)
        except ShopFailed:
            return failing(request)
        return await self._claimed(found, request.origin, caller)

    async def _to_move(self, request: MoveMember, caller: Caller) -> ReservedMember | None:
        if request.phone is None:
            return None
        shop = self._shops.of(caller.channel)
        found = None if shop is None else await self._by_phone(shop, request.phone, born=request.birthday)
        return ReservedMember(request.phone) if found is None and request.birthday is None else found

    # -- the contacts that are this member already

    async def _with_holders(
        self, found: ReservedMember, phone: str, caller: Caller
    ) -> tuple[ReservedMember, tuple[Contact, ...]]:
        """The member found, with the contacts that are this member already, or had the phone before.

        Two are, where one has the phone without a number, and another the number with another phone.
        """
        holder = await self._holder(phone, caller.contact)
        if holder is not None and await self._is_another(holder, found, phone):
            found, holder = replace(found, former=holder.id), None
        known = await self._bound_as(found, caller.contact, holder)
        same = tuple(one for one in (holder, known) if one is not None)
        return with_the_same(found, same), same

    async def _holder(self, phone: str, contact: str) -> Contact | None:
        """The other contact that has bound this phone."""
        holder = await self._phones.holder(phone)
        if holder is None or holder == contact:
            return None
        if not await self._phones.settle(phone, holder, self._clock.now()):
            return None  # it was unbound a moment ago
        stored = await self._contacts.person(holder)
        return None if stored is None else stored.contact

    async def _is_another(self, holder: Contact, found: ReservedMember, phone: str) -> bool:
        """Whether the phone has changed hands: its `holder` is not the person who has it now.

        For a holder without a member number the time since the proof decides; else the number of the member
        found, if both are of one shop; else whether the record at the holder's shop has another phone now.
        """
        if holder.member_no is None:
            return may_be_given_again(holder, self._clock.now())
        shop = self._records.shop_of_member(holder)
        if shop is None:
            return False
        if found.member_no is not None and found.shop == shop.name:
            return found.member_no != holder.member_no
        now = await shop.read(holder.member_no)
        return now is None or now.phone not in (None, phone)

    async def _bound_as(self, found: ReservedMember, own: str, holder: Contact | None) -> Contact | None:
        """The contact, other than `own` and `holder`, that is bound as this member; `None`: there is none."""
        these = (own, None if holder is None else holder.id)
        if found.member_no is None or found.shop is None:
            return None
        for contact in await self._people.with_member_no(found.member_no):
            stored = await self._contacts.person(contact)
            if stored is None or stored.contact.id in these:
                continue
            if self._is_member(stored.contact, found) and "phone" in stored.contact.bindings:
                return stored.contact
        return None

    def _is_member(self, contact: Contact, found: ReservedMember) -> bool:
        """Whether a contact is the member that was found: two shops may give one number to two people."""
        if found.member_no is None or contact.member_no != found.member_no:
            return False
        if contact.member_shop is not None:
            return contact.member_shop == found.shop
        shop = self._records.shop_of_member(contact)
        return shop is not None and shop.name == found.shop

    def _is_theirs_without_code(self, found: ReservedMember, same: Iterable[Contact]) -> bool:
        """Whether a phone that only the shop calls proven is free, or bound by this very member."""
        return found.former is None and all(self._is_member(one, found) for one in same)

    # -- notices

    async def settle(self, notice: PhoneNotice, caller: Caller) -> None:
        """A phone was bound or unbound: from now on it is taken, or free, for others; the shop gets the LINE
        user id.

        Raises `ShopFailed` where the shop could not be notified. The binding stays valid.
        """
        caller, now = await self._as_now(caller), self._clock.now()
        still = notice.phone is None or await self._phones.settle(notice.phone, caller.contact, now)
        match notice:
            case FreePhone(phone=str(phone), reserved=datetime() as until):
                await self._phones.shorten(phone, caller.contact, until, now)
            case FreePhone(by=by):
                await self._merging.unbound(caller, by or MEMBER)
            case ConfirmPhone(member_no=member_no, by=by):
                await self._merging.bound(notice, caller)
                job = RewriteJob(by or MEMBER, now, f"{caller.id} known")
                await self._without_line.join(caller.contact, job)
                if still and member_no is not None:
                    await self._write_line(member_no, caller)

    async def _as_now(self, caller: Caller) -> Caller:
        """The caller, with the contact that it was merged into since."""
        stored = await self._contacts.person(caller.contact)
        return caller if stored is None else replace(caller, contact=stored.contact.id)

    async def _write_line(self, member_no: str, caller: Caller) -> None:
        """Write the LINE user id onto the shop's member, where its platform has a call for it (B3).

        Only at the shop whose number it is: where nobody was looked up, that need not be the channel's.
        """
        shop, stored = self._shops.of(caller.channel), await self._contacts.person(caller.contact)
        if shop is not None and stored is not None and stored.contact.member_shop == shop.name:
            with suppress(NotOffered):
                await shop.write_line(member_no, caller.user, caller.channel)


def _member(result: str, origin: Origin | None, found: ReservedMember | None = None) -> Outcome:
    return Outcome("member", result, origin, found=found)
