"""R1: whatever happens at the shop, nobody is read as a member that they are not bound as."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random

import pytest

from bot.model.contact import Binding, Contact, Identity
from bot.model.effects import RESERVED, ConfirmPhone
from bot.model.instance import ReservedMember
from bot.services.phone_rows import STILL_WRITTEN
from tests.conftest import NOW
from tests.depth import examples
from tests.services.members import How, Members, ScriptedShop, caller

PHONES = ("+886900000001", "+886900000002", "+886900000003")
NUMBERS = ("M1", "M2", "M3")
PEOPLE = ("main:U1", "main:U2", "outlet:V1", "outlet:V2")


@dataclass
class AnyShop(ScriptedShop):
    """Three members at most, whose phones go round."""

    records: dict[str, str] = field(default_factory=dict)

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        return next((self._found(n) for n, there in self.records.items() if there == phone), None)

    async def by_line(self, user: str) -> ReservedMember | None:
        return None

    async def read(self, member_no: str) -> ReservedMember | None:
        return self._found(member_no) if member_no in self.records else None

    def _found(self, number: str) -> ReservedMember:
        return ReservedMember(self.records[number], number, {"t.tier": number}, shop="forest")

    def changes(self, dice: Random) -> None:
        """Somebody gets another phone, comes, or goes; no two have one phone."""
        number, phone = dice.choice(NUMBERS), dice.choice(PHONES)
        self.records = {n: there for n, there in self.records.items() if n != number and there != phone}
        if dice.random() < 0.9:
            self.records[number] = phone


class Town:
    """The people, and the shop, of one random run."""

    def __init__(self, members: Members, seed: int) -> None:
        self.members, self.dice, self.shop = members, Random(seed), AnyShop()
        members.shop = self.shop
        self.told = 0
        self.some_without_a_shop = seed % 2 == 1

    async def contact(self, who: str) -> Contact | None:
        stored = await self.members.contacts.directory.person(who)
        return None if stored is None or not stored.revision else stored.contact

    async def binds(self, who: str, how: How) -> None:
        """As a flow does that moves what is taken; the turn's write is lost now and then."""
        channel, phone = who.partition(":")[0], self.dice.choice(PHONES)
        outcome = await self.members.finds(who, how, phone, channel)
        if outcome.result == "taken":
            outcome = await self.members.moves(who, phone=phone, channel=channel)
        found = outcome.found
        if outcome.result != "found" or found is None or self.dice.random() < 0.1:
            self.members.clock.advance((RESERVED + STILL_WRITTEN).total_seconds())
            return
        stored = await self.members.contacts.directory.person(who)
        before = Contact(who) if stored is None or not stored.revision else stored.contact
        kept = before if before.bindings else replace(before, member_no=None, member_shop=None)
        after = replace(
            kept,
            phone=found.phone,
            member_no=found.member_no or kept.member_no,
            member_shop=found.shop or kept.member_shop,
            identities=before.identities or (Identity(channel, who.partition(":")[2]),),
            bindings={"phone": Binding(NOW)},
        )
        await self.members.contacts.put(after)
        if before.phone not in (None, found.phone):
            assert before.phone is not None
            await self.members.phones.settle(before.phone, after.id, NOW)
        told = ConfirmPhone(found.phone, after.member_no, found.other, found.former, found.second)
        self.told += 1
        who_tells = replace(caller(after.id, channel), id=f"{channel}:e{self.told}#0")
        for _ in range(self.dice.choice((1, 1, 2))):  # twice after a crash
            await self.members.service.settle(told, who_tells)

    async def is_in_order(self) -> None:
        """A phone has one owner, who is its holder; a member has one LINE account on a channel."""
        found = {c.id: c for who in PEOPLE if (c := await self.contact(who)) is not None}
        bound = [c for c in found.values() if "phone" in c.bindings]
        phones = [c.phone for c in bound if c.phone is not None]
        assert len(phones) == len(set(phones))
        for phone in PHONES:
            holder = next((c.id for c in bound if c.phone == phone), None)
            assert await self.members.phones.holder(phone) == holder
        for channel in ("main", "outlet"):
            here = [c.member_no for c in bound if c.identity(channel).user and c.member_no is not None]
            assert len(here) == len(set(here)), "one member, one LINE account of a channel"


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", range(examples(8)))
async def test_s34_whatever_happens_at_the_shop(members: Members, seed: int) -> None:
    town = Town(members, seed)
    read = 0
    for _ in range(80):
        who, before = town.dice.choice(PEOPLE), await town.contact(PEOPLE[0])
        without = ("none",) if town.some_without_a_shop else ()
        match town.dice.choice(("shop", "bind", "bind", *without, "refresh", "refresh")):
            case "shop":
                town.shop.changes(town.dice)
            case "bind":
                await town.binds(who, "shop")
            case "none":
                await town.binds(who, "none")
            case _:
                contact = await town.contact(who)
                outcome = await town.members.refreshes(who, who.partition(":")[0])
                if outcome.facts is not None:
                    read += 1
                    assert contact is not None
                    assert outcome.facts.member_no == contact.member_no
                    is_there = contact.member_no in town.shop.records
                    assert outcome.facts.removed != is_there
                    assert outcome.facts.values == ({"t.tier": contact.member_no} if is_there else {})
                after = await town.contact(PEOPLE[0])
                assert (before and before.member_no) == (after and after.member_no)
        await town.is_in_order()
    assert read or town.some_without_a_shop, "else nothing was tried"
