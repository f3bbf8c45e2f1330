"""The desk for members: found, missing, taken, moved; one person on two channels."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.model.contact import Binding, Contact, Found, Identity, Tag
from bot.model.decision import ConfirmPhone, FindMember, FreePhone, MoveMember, RefreshMember
from bot.model.event import Facts, Origin, Outcome
from bot.model.part import part_of
from bot.model.stored import TurnWrite
from bot.runtime.effects import World
from bot.runtime.members import Members
from bot.runtime.merging import Merging
from bot.runtime.ports import Caller
from bot.shops.failure import ShopAway
from bot.store.audit import AuditLog
from bot.store.contacts import Contacts
from bot.store.mongo import Database
from bot.store.phones import RESERVED, STILL_WRITTEN, Phones
from bot.store.rewriting import Rewriter
from bot.store.seal import Seal
from tests.conftest import NOW, ManualClock

PHONE = "+886912345678"
HERE = Origin("phone_binding", "main", 3)
BIRTHDAY = "1990-05-20"
AMY, BO = "main:U1", "main:U2"
MEMBER = Found(PHONE, "M1", {"t.tier": "金卡"}, {"VIP": True}, consent=True)


@dataclass
class ScriptedShop:
    """A shop with one member, whose record carries a LINE user id."""

    line: str | None = None
    phone: str | None = PHONE
    is_away: bool = False
    asked: list[str] = field(default_factory=list)

    async def by_phone(self, phone: str, *, born: str | None = None) -> Found | None:
        return self._asked(phone, phone == PHONE and born in (None, BIRTHDAY))

    async def by_line(self, user: str) -> Found | None:
        return self._asked(user, user == self.line)

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        self.asked.append(f"write {member_no}")

    def _asked(self, what: str, fits: bool) -> Found | None:
        self.asked.append(what)
        if self.is_away:
            raise ShopAway("no answer in time")
        return replace(MEMBER, phone=self.phone) if fits else None


class Desk:
    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.contacts = Contacts(database, seal)
        self.phones = Phones(database, seal)
        self.clock = clock
        self.shop = ScriptedShop()
        self.audit = AuditLog(database, seal)
        merging = Merging(Rewriter(database, seal), self.contacts, self.audit, clock)
        members = Members(
            self.phones, self.contacts, merging, lambda name: self.shop if name == "main" else None, clock
        )
        self.world = World(members=members)

    async def finds(
        self, who: str, how: str = "none", phone: str | None = PHONE, channel: str = "main"
    ) -> Outcome:
        asked = FindMember(how, phone, replace(HERE, channel=channel))  # type: ignore[arg-type]
        return await self.world.carry_out(asked, caller(who, channel))

    async def moves(
        self, who: str, birthday: str | None = None, phone: str | None = PHONE, channel: str = "main"
    ) -> Outcome:
        asked = MoveMember(phone, birthday, replace(HERE, channel=channel))
        return replace(await self.world.carry_out(asked, caller(who, channel)), origin=HERE)

    async def is_bound(
        self,
        who: str,
        channel: str = "main",
        *,
        tags: tuple[str, ...] = (),
        bound_before: datetime | None = None,
        other: str | None = None,
    ) -> None:
        """A contact on that channel that has bound the phone, as its own turn writes it, and tells of it."""
        after = Contact(
            who,
            phone=PHONE,
            identities=(Identity(channel, who.partition(":")[2]),),
            tags=tuple(Tag(name, NOW, "bind") for name in tags),
            bindings={"phone": Binding(NOW, tags)},
            bound_before=bound_before,
        )
        write = TurnWrite(Contact(who), after, part_of(who), 0, 1, (), (), born=True)
        assert await self.contacts.save([write]) == set()
        await self.world.tell(ConfirmPhone(PHONE, None, other), caller(who, channel))

    async def unbinds(self, who: str) -> None:
        stored = (await self.contacts.load([who]))[who]
        after = replace(stored.contact, phone=None, bindings={})
        write = TurnWrite(stored.contact, after, part_of(who), stored.revision, 1, (), ())
        assert await self.contacts.save([write]) == set()


def caller(who: str, channel: str = "main") -> Caller:
    return Caller(who, channel, who.partition(":")[2], f"{who}:e#0", NOW)


@pytest.fixture
def desk(database: Database, seal: Seal, clock: ManualClock) -> Desk:
    return Desk(database, seal, clock)


async def test_a_phone_that_nobody_holds_is_found_and_reserved(desk: Desk) -> None:
    """Language, 6: `match: none` asks no shop."""
    outcome = await desk.finds(AMY)
    assert outcome == Outcome("member", "found", HERE, found=Found(PHONE, until=NOW + RESERVED))
    assert desk.shop.asked == []
    assert (await desk.finds(BO)).result == "taken", "for two minutes it is kept"


async def test_fifty_at_once_find_it_once(desk: Desk) -> None:
    got = await asyncio.gather(*(desk.finds(f"main:U{n}") for n in range(50)))
    assert sorted(outcome.result for outcome in got) == ["found", *["taken"] * 49]


async def test_a_reservation_that_is_not_used_lapses(desk: Desk) -> None:
    await desk.finds(AMY)
    desk.clock.advance((RESERVED + STILL_WRITTEN).total_seconds())
    assert (await desk.finds(BO)).result == "found"


async def test_who_has_bound_it_finds_it_again(desk: Desk) -> None:
    await desk.is_bound(AMY)
    outcome = await desk.finds(AMY)
    assert outcome.result == "found"
    assert outcome.found is not None
    assert outcome.found.other is None


async def test_another_line_account_of_this_channel_holds_it(desk: Desk) -> None:
    """Language, 8.3: `taken`; and nothing is reserved for who asked."""
    await desk.is_bound(AMY)
    outcome = await desk.finds(BO)
    assert (outcome.result, outcome.found) == ("taken", Found(PHONE, other=AMY))
    await desk.unbinds(AMY)
    await desk.world.tell(FreePhone(PHONE), caller(AMY))
    assert (await desk.finds("main:U3")).result == "found"


async def test_unbound_a_moment_ago_it_is_free_though_nobody_has_said_so_yet(desk: Desk) -> None:
    await desk.is_bound(AMY)
    await desk.unbinds(AMY)
    assert (await desk.finds(BO)).result == "found"


async def test_who_holds_it_on_another_channel_is_the_same_person(desk: Desk) -> None:
    """Language, 8.3: found, reserved over the holder, and *first* is once in a life."""
    await desk.is_bound("outlet:V1", "outlet", bound_before=NOW)
    outcome = await desk.finds(AMY)
    found = Found(PHONE, other="outlet:V1", bound_before=NOW, until=NOW + RESERVED)
    assert outcome == Outcome("member", "found", HERE, found=found)
    assert await desk.phones.holder(PHONE) == "outlet:V1", "until it is bound"
    assert (await desk.finds(BO)).result == "taken"


async def test_once_bound_the_two_are_one_and_told_again_nothing_more(desk: Desk) -> None:
    await desk.is_bound("outlet:V1", "outlet")
    await desk.finds(AMY)
    await desk.is_bound(AMY, other="outlet:V1")
    for _ in range(2):
        one = await desk.contacts.person("outlet:V1")
        assert one is not None
        assert (one.contact.id, [i.channel for i in one.contact.identities]) == (AMY, ["main", "outlet"])
        assert await desk.phones.holder(PHONE) == AMY
        assert [line.what for line in await desk.audit.of("outlet:V1")] == ["merged", "bound"]
        await desk.world.tell(ConfirmPhone(PHONE, None, "outlet:V1"), caller(AMY))


async def test_a_member_of_the_shop_is_found_with_what_it_knows(desk: Desk) -> None:
    outcome = await desk.finds(AMY, "shop")
    assert outcome.result == "found"
    assert outcome.found == replace(MEMBER, until=NOW + RESERVED)


async def test_a_phone_that_the_shop_does_not_know_is_missing(desk: Desk) -> None:
    outcome = await desk.finds(AMY, "shop", "+886900000000")
    assert outcome == Outcome("member", "missing", HERE)


async def test_a_member_by_line_user_id(desk: Desk) -> None:
    """No code was needed: the phone is that of the shop's record."""
    desk.shop.line = "U1"
    assert (await desk.finds(AMY, "line", None)).found == replace(MEMBER, until=NOW + RESERVED)
    assert (await desk.finds(BO, "line", None)).result == "missing"
    desk.shop.phone = None
    assert (await desk.finds(AMY, "line", None)).result == "missing"


@pytest.mark.parametrize("how", ["shop", "line"])
async def test_a_shop_that_is_away_or_that_a_channel_does_not_have(desk: Desk, how: str) -> None:
    """Nobody is told that there is no such member because nobody could be asked."""
    assert (await desk.finds("outlet:U1", how, channel="outlet")).result == "shop_failed"
    desk.shop.is_away = True
    assert (await desk.finds(AMY, how)).result == "shop_failed"
    assert (await desk.finds(BO)).result == "found", "nothing was reserved"


async def test_a_phone_moves_from_another_line_account_of_the_channel(desk: Desk) -> None:
    """B15: the old one is unbound, the binding's tags come along, both are told, and it is logged."""
    await desk.is_bound(AMY, tags=("VIP",))
    moved = await desk.moves(BO)
    assert moved == Outcome("member", "found", HERE, found=replace(MEMBER, other=AMY, until=NOW + RESERVED))
    assert await desk.phones.holder(PHONE) == AMY, "until it is bound"
    await desk.is_bound(BO, other=AMY)
    amy, bo = [(await desk.contacts.load([who]))[who].contact for who in (AMY, BO)]
    assert (amy.phone, amy.bindings, amy.tags) == (None, {}, ())
    assert [notice.what for notice in amy.notices] == ["phone_moved"]
    assert [tag.name for tag in bo.tags] == ["VIP"]
    assert bo.bindings["phone"].tags == ("VIP",), "they go with the binding"
    assert await desk.phones.holder(PHONE) == BO
    assert [line.what for line in await desk.audit.of(AMY)] == ["phone_moved", "bound"]


async def test_a_phone_moves_only_with_the_birthday_that_the_shop_knows(desk: Desk) -> None:
    """Language, 6: one answer, whether the phone or the birthday is unknown."""
    await desk.is_bound(AMY)
    wrong = await desk.moves(BO, "1990-05-21")
    assert wrong == Outcome("member", "missing", HERE)
    assert await desk.moves(BO, BIRTHDAY, "+886900000000") == wrong
    assert (await desk.moves(BO, BIRTHDAY, channel="outlet")).result == "missing", "no shop, no proof"
    assert (await desk.moves(BO, BIRTHDAY)).result == "found"


async def test_a_phone_does_not_move_while_the_shop_is_away(desk: Desk) -> None:
    await desk.is_bound(AMY)
    desk.shop.is_away = True
    assert (await desk.moves(BO)).result == "shop_failed"
    assert (await desk.finds("main:U3")).result == "taken", "and nothing was reserved"


async def test_a_member_read_anew(desk: Desk) -> None:
    """By the LINE user id in the shop's record, else by the phone that is bound."""
    facts = Facts({"t.tier": "金卡"}, {"VIP": True}, "M1", marketing=True)
    await desk.is_bound(AMY)
    outcome = await desk.world.carry_out(RefreshMember(HERE), caller(AMY))
    assert outcome == Outcome("member", "found", HERE, facts=facts)
    desk.shop.line = "U1"
    outcome = await desk.world.carry_out(RefreshMember(None), caller(AMY))
    assert outcome == Outcome("member", "found", None, facts=replace(facts, shop_knows_line=True))
    await desk.unbinds(AMY)
    desk.shop.line = None
    assert (await desk.world.carry_out(RefreshMember(HERE), caller(AMY))).result == "missing"
    desk.shop.is_away = True
    assert (await desk.world.carry_out(RefreshMember(HERE), caller(AMY))).result == "shop_failed"


async def test_a_reservation_counts_from_when_it_is_made(desk: Desk) -> None:
    """Not from the turn that asked for it, which may lie before a restart."""
    desk.clock.advance(60)
    outcome = await desk.finds(AMY)
    assert outcome.found is not None
    assert outcome.found.until == NOW + timedelta(seconds=60) + RESERVED
