"""Contacts, phones and members behind the ports of services: in memory, and in MongoDB."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.engine.members.identity import OfShop
from bot.model.contact import Binding, BindingKind, Contact, Identity, Tag
from bot.model.effects import ConfirmPhone, FindMember, MoveMember, PhoneNotice, RefreshMember, RegisterMember
from bot.model.event import Origin, Outcome
from bot.model.instance import ReservedMember
from bot.model.processes import part_of
from bot.model.shop_failure import ShopAway, ShopFailed
from bot.scenario.memory.contacts import ContactsInMemory
from bot.services.caller import Caller
from bot.services.members import MemberService
from bot.services.merging import MergeService
from bot.store.stores import Stores
from tests.conftest import NOW, ManualClock
from tests.people import come

PHONE = "+886912345678"
NEW = "+886955666777"
HERE = Origin("phone_binding", "main", 3)
BIRTHDAY = "1990-05-20"
AMY, BO = "main:U1", "main:U2"
MEMBER = ReservedMember(PHONE, "M1", {"t.tier": "金卡"}, {"VIP": True}, consent=True, shop="forest")
NEW_OWNER = ReservedMember(PHONE, "M2", {"t.tier": "白金卡"}, shop="forest")


class InMemory:
    """As a scenario has them."""

    def __init__(self) -> None:
        self._contacts: dict[str, Contact] = {}
        self.directory = self.index = self.pairs = ContactsInMemory(self._contacts)
        self.phones, self.audit = self.directory.phones, self.directory.audit

    async def put(self, *contacts: Contact) -> None:
        self._contacts |= {one.id: one for one in contacts}

    async def merge(self, gone: str, into: str) -> None:
        """From now on this one is part of the other, as far as reading goes."""
        self.directory._merged[gone] = into


class InMongoDB:
    """As the bot has them."""

    def __init__(self, stores: Stores) -> None:
        self.directory, self.index, self.phones = stores.contacts, stores.people, stores.phones
        self.pairs, self.audit = stores.rewriter, stores.audit
        self._rows = stores.database.collection("contacts")

    async def put(self, *contacts: Contact) -> None:
        await come(self.directory, *contacts)

    async def merge(self, gone: str, into: str) -> None:
        """From now on this one is part of the other, as far as reading goes."""
        change = {"$set": {"to": into}, "$setOnInsert": {"part": part_of(gone), "rev": 2}}
        await self._rows.update_one({"_id": gone}, change, upsert=True)


Contacts: TypeAlias = InMemory | InMongoDB
"""The ports, and how contacts come and change as their turns write them."""


class BoundPhones:
    """The register of phones, and the contacts that say what is bound."""

    def __init__(self, contacts: Contacts) -> None:
        self.phones = contacts.phones
        self.contacts = contacts

    async def binds(self, who: str, phone: str | None = PHONE, *, proven: bool = True) -> None:
        """The turn's own write; `None` undoes the binding; not `proven`: it is known, and not bound."""
        bindings: dict[BindingKind, Binding] = {"phone": Binding(NOW)} if phone and proven else {}
        await self.contacts.put(replace(Contact(who), phone=phone, bindings=bindings))

    async def amy_holds_it(self) -> None:
        """She has reserved the phone, bound it, and the register was told."""
        await self.phones.reserve(PHONE, AMY, NOW)
        await self.binds(AMY)
        await self.phones.settle(PHONE, AMY, NOW)


@dataclass
class ScriptedShop:
    """A shop with one member, whose record carries a LINE user id; and perhaps others."""

    name: str = "forest"
    line: str | None = None
    phone: str | None = PHONE
    is_away: bool = False
    asked: list[str] = field(default_factory=list)
    others: list[ReservedMember] = field(default_factory=list)
    refuses: ShopFailed | None = None
    answer_is_lost: bool = False
    hides_phones: bool = False
    """It has stored them in a writing that no lookup asks for."""

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        other = next((one for one in self.others if one.phone == phone), None)
        mine = self._asked(phone, phone == self.phone and born in (None, BIRTHDAY) and not self.hides_phones)
        return mine or other

    async def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        read = [await self.read(number) for number in numbers if born in (None, BIRTHDAY)]
        return next((one for one in read if one is not None and one.phone == phone), None)

    async def by_line(self, user: str) -> ReservedMember | None:
        return self._asked(user, user == self.line)

    async def read(self, member_no: str) -> ReservedMember | None:
        other = next((one for one in self.others if one.member_no == member_no), None)
        return self._asked(f"read {member_no}", member_no == "M1") or other

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        self.asked.append(f"{member_no} is {user} on {channel}")
        if self.refuses is not None:
            raise self.refuses

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> ReservedMember:
        self.asked.append(f"register {name} {marketing}")
        if self.refuses is not None:
            raise self.refuses
        made = ReservedMember(phone, f"N{len(self.others)}", consent=marketing, shop=self.name)
        self.others.append(made)
        if self.answer_is_lost:
            raise ShopAway("no answer in time")
        return made

    def _asked(self, what: str, fits: bool) -> ReservedMember | None:
        self.asked.append(what)
        if self.is_away:
            raise ShopAway("no answer in time")
        return replace(MEMBER, phone=self.phone) if fits else None


class SomeShops:
    """The shop of the channel `main`, or `everywhere`; and perhaps `another`, that of `outlet`."""

    def __init__(self, shop: Callable[[], ScriptedShop]) -> None:
        self._shop = shop
        self.another: ScriptedShop | None = None
        self.everywhere = False

    def of(self, channel: str) -> ScriptedShop | None:
        return self._shop() if channel == "main" or self.everywhere else self.another

    def by_name(self, name: str) -> ScriptedShop | None:
        return self._shop() if name == "forest" else self.another


How: TypeAlias = Literal["shop", "none", "line"]
"""How a member is looked for."""


class Members:
    """Members of a shop, found and bound over these ports."""

    def __init__(self, contacts: Contacts, clock: ManualClock) -> None:
        self.contacts, self.clock = contacts, clock
        self.phones, self.audit = contacts.phones, contacts.audit
        self.shop = ScriptedShop()
        self.shops = SomeShops(lambda: self.shop)
        directory = contacts.directory
        merging = MergeService(contacts.pairs, directory, contacts.audit, clock, OfShop)
        self.service = MemberService(self.phones, directory, contacts.index, merging, self.shops, clock)

    async def finds(
        self,
        who: str,
        how: How = "none",
        phone: str | None = PHONE,
        channel: str = "main",
    ) -> Outcome:
        asked = FindMember(how, phone, replace(HERE, channel=channel))
        return await self.service.find(asked, caller(who, channel))

    async def registers(self, who: str, phone: str | None = NEW, key: str = "e") -> Outcome:
        asked = RegisterMember(phone, "小美", True, HERE)
        return await self.service.register(asked, replace(caller(who), id=f"{who}:{key}#0"))

    async def moves(
        self, who: str, birthday: str | None = None, phone: str | None = PHONE, channel: str = "main"
    ) -> Outcome:
        asked = MoveMember(phone, birthday, replace(HERE, channel=channel))
        return replace(await self.service.move(asked, caller(who, channel)), origin=HERE)

    async def is_bound(
        self,
        who: str,
        channel: str = "main",
        *,
        tags: tuple[str, ...] = (),
        bound_before: datetime | None = None,
        other: str | None = None,
        former: str | None = None,
        second: str | None = None,
        phone: str = PHONE,
        member_no: str | None = None,
        shop: str | None = "forest",
        kind: BindingKind = "phone",
        again: bool = False,
    ) -> None:
        """A contact on that channel that has bound the phone, as its own turn writes it, and tells of it.

        `again`: it is there already.
        """
        if not again:
            await self.contacts.put(Contact(who))
        await self.changes(
            who,
            phone=phone if kind == "phone" else None,
            member_no=member_no,
            member_shop=None if member_no is None else shop,
            identities=(Identity(channel, who.partition(":")[2]),),
            tags=tuple(Tag(name, NOW, "bind") for name in tags),
            bindings={kind: Binding(NOW, tags)},
            bound_before=bound_before,
        )
        if kind == "phone":
            await self.hears(ConfirmPhone(phone, None, other, former, second), who, channel)

    async def contact(self, who: str) -> Contact:
        stored = await self.contacts.directory.person(who)
        assert stored is not None
        return stored.contact

    async def refreshes(self, who: str, channel: str = "main") -> Outcome:
        return await self.service.carries_out[RefreshMember](RefreshMember(HERE), caller(who, channel))

    async def unbinds(self, who: str) -> None:
        await self.changes(who, phone=None, bindings={})

    async def changes(self, who: str, **fields: Any) -> None:
        """A turn of theirs has written this."""
        await self.contacts.put(replace(await self.contact(who), **fields))

    async def hears(self, notice: PhoneNotice, who: str, channel: str = "main") -> None:
        """The service hears what has become of a phone."""
        await self.service.settle(notice, caller(who, channel))


def found_of(outcome: Outcome) -> ReservedMember:
    assert outcome.result == "found"
    assert outcome.found is not None
    return outcome.found


def caller(who: str, channel: str = "main") -> Caller:
    return Caller(who, channel, who.partition(":")[2], f"{who}:e#0", NOW)
