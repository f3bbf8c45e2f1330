"""The desk for members: found, missing, taken, moved; one person on two channels."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from bot.engine.members.identity import OfShop
from bot.model.contact import Binding, BindingKind, Contact, Identity, Tag
from bot.model.effects import (
    RESERVED,
    ConfirmPhone,
    FindMember,
    FreePhone,
    MoveMember,
    RefreshMember,
    RegisterMember,
)
from bot.model.event import Facts, Origin, Outcome, deleted_member_facts
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, RequestRefused, ShopAway, ShopFailed
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.merging import Merging
from bot.services.caller import Caller
from bot.services.members import MemberService
from bot.services.phone_rows import STILL_WRITTEN
from bot.services.rewrites import RewriteRefused
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.people import People
from bot.store.contacts.phones import Phones
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.people import changed, come

PHONE = "+886912345678"
NEW = "+886955666777"
HERE = Origin("phone_binding", "main", 3)
BIRTHDAY = "1990-05-20"
AMY, BO = "main:U1", "main:U2"
MEMBER = ReservedMember(PHONE, "M1", {"t.tier": "金卡"}, {"VIP": True}, consent=True, shop="forest")
NEW_OWNER = ReservedMember(PHONE, "M2", {"t.tier": "白金卡"}, shop="forest")


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


class Desk:
    def __init__(self, database: Database, seal: Seal, clock: ManualClock) -> None:
        self.contacts = Contacts(database, seal)
        self.phones = Phones(database, seal)
        self.clock = clock
        self.shop = ScriptedShop()
        self.audit = AuditLog(database, seal)
        self.merging = Merging(stores_of(database, seal).rewriter, self.contacts, self.audit, clock, OfShop)
        self.shops = SomeShops(lambda: self.shop)
        people = People(database, seal)
        members = MemberService(self.phones, self.contacts, people, self.merging, self.shops, clock)
        self.world = EffectRouter(members, keeper=members)

    async def finds(
        self, who: str, how: str = "none", phone: str | None = PHONE, channel: str = "main"
    ) -> Outcome:
        asked = FindMember(how, phone, replace(HERE, channel=channel))  # type: ignore[arg-type]
        return await self.world.carry_out(asked, caller(who, channel))

    async def registers(self, who: str, phone: str | None = NEW, key: str = "e") -> Outcome:
        asked = RegisterMember(phone, "小美", True, HERE)
        return await self.world.carry_out(asked, replace(caller(who), id=f"{who}:{key}#0"))

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
            await come(self.contacts, Contact(who))
        await changed(
            self.contacts,
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
            await self.world.notify(ConfirmPhone(phone, None, other, former, second), caller(who, channel))

    async def contact(self, who: str) -> Contact:
        stored = await self.contacts.person(who)
        assert stored is not None
        return stored.contact

    async def refreshes(self, who: str, channel: str = "main") -> Outcome:
        return await self.world.carry_out(RefreshMember(HERE), caller(who, channel))

    async def unbinds(self, who: str) -> None:
        await changed(self.contacts, who, phone=None, bindings={})


def found_of(outcome: Outcome) -> ReservedMember:
    assert outcome.result == "found"
    assert outcome.found is not None
    return outcome.found


def caller(who: str, channel: str = "main") -> Caller:
    return Caller(who, channel, who.partition(":")[2], f"{who}:e#0", NOW)


@pytest.fixture
def desk(database: Database, seal: Seal, clock: ManualClock) -> Desk:
    return Desk(database, seal, clock)


@pytest.fixture
def other_process(database: Database, seal: Seal, clock: ManualClock, desk: Desk) -> Desk:
    """The desk of another one; the shop is the same."""
    other = Desk(database, seal, clock)
    other.shop = desk.shop
    return other


async def test_a_phone_that_nobody_holds_is_found_and_reserved(desk: Desk) -> None:
    """Language, 6: `match: none` asks no shop."""
    outcome = await desk.finds(AMY)
    assert outcome == Outcome("member", "found", HERE, found=ReservedMember(PHONE, until=NOW + RESERVED))
    assert desk.shop.asked == []
    assert (await desk.finds(BO)).result == "taken", "for two minutes it is kept"
    desk.clock.advance((RESERVED + STILL_WRITTEN).total_seconds())
    assert (await desk.finds(BO)).result == "found", "it was not used"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_whom_a_sync_has_brought_is_found_by_number_and_read_at_the_shop(desk: Desk) -> None:
    """B3, C6: the shop has the phone in a writing that its lookup misses. What is known here is no proof."""
    desk.shop.hides_phones = True
    brought = Contact("M:1", phone=PHONE, member_no="M1", member_shop="forest")
    elsewhere = Contact("M:2", phone=PHONE, member_no="M2", member_shop="outlet")
    await come(desk.contacts, brought, elsewhere)
    found = found_of(await desk.finds(AMY, "shop"))
    assert (found.member_no, found.phone) == ("M1", PHONE)
    assert desk.shop.asked == [PHONE, "read M1"]
    desk.shop.phone = NEW
    assert (await desk.finds(AMY, "shop")).result == "missing", "it is another's at the shop by now"


async def test_fifty_at_once_find_it_once(desk: Desk) -> None:
    """Each over a connection of its own; who gets none in time, on a busy machine, asks again."""

    async def finds(who: str) -> str:
        for _ in range(5):
            with suppress(DatabaseUnavailable):
                return (await desk.finds(who)).result
        return "the database is away"

    got = Counter(await asyncio.gather(*(finds(f"main:U{n}") for n in range(50))))
    assert got == {"found": 1, "taken": 49}


async def test_who_has_bound_it_finds_it_again(desk: Desk) -> None:
    await desk.is_bound(AMY)
    assert found_of(await desk.finds(AMY)).other is None


async def test_another_line_account_of_this_channel_holds_it(desk: Desk) -> None:
    """Language, 8.3: `taken`; and nothing is reserved for who asked."""
    await desk.is_bound(AMY)
    outcome = await desk.finds(BO)
    assert (outcome.result, outcome.found) == ("taken", ReservedMember(PHONE, other=AMY))
    await desk.unbinds(AMY)
    await desk.world.notify(FreePhone(PHONE), caller(AMY))
    assert (await desk.finds("main:U3")).result == "found"


async def test_unbound_a_moment_ago_it_is_free_though_nobody_has_said_so_yet(desk: Desk) -> None:
    await desk.is_bound(AMY)
    await desk.unbinds(AMY)
    assert (await desk.finds(BO)).result == "found"


async def test_who_holds_it_on_another_channel_is_the_same_person(desk: Desk) -> None:
    """Language, 8.3: found, reserved over the holder, and *first* is once in a life."""
    await desk.is_bound("outlet:V1", "outlet", bound_before=NOW)
    outcome = await desk.finds(AMY)
    found = ReservedMember(PHONE, other="outlet:V1", bound_before=NOW, until=NOW + RESERVED)
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
        await desk.world.notify(ConfirmPhone(PHONE, None, "outlet:V1"), caller(AMY))


async def test_a_member_of_the_shop_is_found_with_what_it_knows_and_nobody_else(desk: Desk) -> None:
    found = replace(MEMBER, until=NOW + RESERVED)
    assert await desk.finds(AMY, "shop") == Outcome("member", "found", HERE, found=found)
    assert await desk.finds(AMY, "shop", "+886900000000") == Outcome("member", "missing", HERE)


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


FACTS = Facts({"t.tier": "金卡"}, {"VIP": True}, "M1", marketing=True, shop="forest")


async def test_s34_a_member_is_read_anew_by_number(desk: Desk) -> None:
    """R1, B15: nobody is asked for a phone: it may be another's by now."""
    await desk.is_bound(AMY, member_no="M1")
    assert await desk.refreshes(AMY) == Outcome("member", "found", HERE, facts=FACTS)
    desk.shop.phone, desk.shop.others = "+886900000001", [NEW_OWNER]
    assert await desk.refreshes(AMY) == Outcome("member", "found", HERE, facts=FACTS)
    assert desk.shop.asked == ["read M1", "read M1"]
    desk.shop.is_away = True
    assert (await desk.refreshes(AMY)).result == "shop_failed"


async def test_who_has_no_number_is_read_anew_by_line_user_id_only(desk: Desk) -> None:
    """R1: a phone that was proven without a shop tells nothing of who is its member today."""
    await desk.is_bound(AMY)
    assert await desk.refreshes(AMY) == Outcome("member", "missing", HERE)
    desk.shop.line = "U1"
    assert (await desk.refreshes(AMY)).facts == replace(FACTS, shop_knows_line=True)
    assert desk.shop.asked == ["U1", "U1"]
    assert (await desk.refreshes("main:nobody")).result == "missing"


async def test_a_member_whom_the_shop_has_no_more_is_missing(desk: Desk) -> None:
    await desk.is_bound(AMY, member_no="M9")
    gone = deleted_member_facts("M9", "forest", NOW)
    assert await desk.refreshes(AMY) == Outcome("member", "missing", HERE, facts=gone)
    desk.shop.is_away = True
    assert (await desk.refreshes(AMY)) == Outcome("member", "shop_failed", HERE), "it says nothing of anybody"


@pytest.mark.parametrize("how", ["none", "shop"])
async def test_s34_a_phone_whose_holder_is_deleted_at_the_shop_has_changed_hands(
    desk: Desk, how: str
) -> None:
    """B15: not `taken`, and nothing of the deleted member moves to who has the phone now."""
    await desk.is_bound(AMY, member_no="M9")
    found = found_of(await desk.finds(BO, how))
    assert (found.former, found.other) == (AMY, None)


@pytest.mark.parametrize("who", ["member", "shop:forest"])
async def test_the_audit_log_says_who_has_undone_the_binding(desk: Desk, who: str) -> None:
    """B11: once, also where it is told again after a crash."""
    await desk.is_bound(AMY, member_no="M9")
    freed = FreePhone(PHONE) if who == "member" else FreePhone(PHONE, who)
    for _ in range(2):
        await desk.world.notify(freed, replace(caller(AMY), id=f"{AMY}:gone#0"))
    gone, _ = await desk.audit.of(AMY)
    assert (gone.what, gone.who) == ("unbound", who)


async def test_who_is_known_by_line_is_told_when_the_account_is_another_members(desk: Desk) -> None:
    """B18, R1: the number is never changed silently; the shop's login is undone, which is news."""
    await desk.is_bound(AMY, member_no="M8", kind="shop")
    desk.shop.others = [replace(NEW_OWNER, member_no="M8")]
    assert (await desk.refreshes(AMY)).facts == Facts({"t.tier": "白金卡"}, {}, "M8", shop="forest"), (
        "the shop does not know the account: it is read by number"
    )
    desk.shop.line = "U1"
    gone = Facts(member_no="M8", shop="forest", shop_knows_line=False)
    assert await desk.refreshes(AMY) == Outcome("member", "missing", HERE, facts=gone)
    await desk.is_bound(BO, member_no="M8")
    desk.shop.line = "U2"
    told = (await desk.refreshes(BO)).facts
    assert told is not None
    assert told.member_no == "M8", "a phone was proven: that binding stands"


async def test_s34_a_number_is_asked_of_its_own_shop(desk: Desk) -> None:
    """Two shops may give one number to two people: it is asked where it is from, or nowhere."""
    await desk.is_bound(AMY, member_no="M1", shop="other")
    assert (await desk.refreshes(AMY)).result == "shop_failed"
    assert desk.shop.asked == []
    await desk.is_bound("outlet:V1", "outlet", member_no="M1", phone="+886900000002")
    assert (await desk.refreshes("outlet:V1", "outlet")).facts == FACTS, "the shop of another channel"


async def test_a_number_of_a_time_when_its_shop_was_not_kept(desk: Desk) -> None:
    await desk.is_bound(AMY, member_no="M1", shop=None)
    assert (await desk.refreshes(AMY)).facts == FACTS


async def test_a_number_of_that_time_that_may_be_of_two_shops_is_asked_of_neither(desk: Desk) -> None:
    """R1: merged over two channels with a shop each, nobody knows any more which of them has given it."""
    desk.shops.another = ScriptedShop("other")
    await desk.is_bound(AMY, member_no="M1", shop=None)
    await changed(desk.contacts, AMY, identities=(Identity("main", "U1"), Identity("outlet", "V1")))
    for channel in ("main", "outlet"):
        assert (await desk.refreshes(AMY, channel)).result == "shop_failed"
    assert desk.shop.asked == desk.shops.another.asked == []


# -- a phone that changed hands

P2 = "+886900000002"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s34_a_phone_that_changed_hands_is_all_that_its_former_owner_loses(desk: Desk) -> None:
    """R1: not `taken`, not merged, not moved; it is logged, and nothing more happens when told again."""
    await desk.is_bound(AMY, member_no="M1", tags=("已綁定",))
    desk.shop.phone, desk.shop.others = P2, [NEW_OWNER]
    found = await desk.finds(BO, "shop")
    assert (found.result, found.found) == (
        "found",
        replace(NEW_OWNER, former=AMY, until=NOW + RESERVED),
    )
    await desk.is_bound(BO, member_no="M2", former=AMY)
    for _ in range(2):
        amy, bo = await desk.contact(AMY), await desk.contact(BO)
        assert (amy.phone, amy.member_no, [*amy.bindings], amy.notices) == (None, "M1", ["phone"], ())
        assert [tag.name for tag in amy.tags] == ["已綁定"]
        assert (bo.phone, bo.member_no, bo.tags) == (PHONE, "M2", ())
        assert await desk.phones.holder(PHONE) == BO
        assert [line.what for line in await desk.audit.of(AMY)] == ["phone_changed_hands", "bound"]
        await desk.world.notify(ConfirmPhone(PHONE, None, None, AMY), caller(BO))
    assert (await desk.refreshes(AMY)).facts == FACTS


async def test_on_another_channel_it_is_not_the_same_person_either(desk: Desk) -> None:
    await desk.is_bound("outlet:V1", "outlet", member_no="M1")
    desk.shop.phone, desk.shop.others = P2, [NEW_OWNER]
    assert (await desk.finds(BO, "shop")).found == replace(
        NEW_OWNER, former="outlet:V1", until=NOW + RESERVED
    )
    await desk.is_bound(BO, member_no="M2", former="outlet:V1")
    assert (await desk.contact("outlet:V1")).id == "outlet:V1", "not merged"
    assert await desk.phones.holder(PHONE) == BO


async def test_s34_without_a_look_up_the_shop_is_asked_whose_the_phone_is(desk: Desk) -> None:
    """R1, `match: none`: the holder's record has another phone; an unproven one says so as well."""
    await desk.is_bound(AMY, member_no="M1")
    assert (await desk.finds("outlet:V1", channel="outlet")).found == ReservedMember(
        PHONE, other=AMY, until=NOW + RESERVED
    ), "it is still hers"
    desk.clock.advance((RESERVED + STILL_WRITTEN).total_seconds())
    desk.shop.phone = P2
    again = await desk.finds("outlet:V1", channel="outlet")
    reserved = desk.clock.now() + RESERVED  # not from the turn that asked, which may lie before a restart
    assert again.found == ReservedMember(PHONE, former=AMY, until=reserved)
    desk.shop.is_away = True
    assert (await desk.finds(BO)).result == "shop_failed", "nobody may guess"


@pytest.mark.parametrize("shop", ["forest", None], ids=["as now", "before the shop was kept"])
@pytest.mark.parametrize("channel", ["main", "outlet"])
async def test_s34_a_member_with_a_new_phone_is_the_same_person(
    desk: Desk, channel: str, shop: str | None
) -> None:
    """R1: found by number, whatever phone was bound: `taken` on this channel, merged over channels."""
    old, moves = f"{channel}:V1", channel == "main"
    desk.shops.everywhere = shop is None  # else the other channel needs no shop
    await desk.is_bound(old, channel, member_no="M1", shop=shop, tags=("已綁定",), bound_before=NOW)
    desk.shop.phone = P2
    same = replace(MEMBER, phone=P2, other=old, bound_before=NOW)
    reserved = replace(same, until=NOW + RESERVED)
    found = await desk.finds(BO, "shop", P2)
    assert (found.result, found.found) == (("taken", same) if moves else ("found", reserved))
    assert (await desk.moves(BO, phone=P2)).found == reserved
    await desk.is_bound(BO, member_no="M1", phone=P2, other=old)
    bo, before = await desk.contact(BO), await desk.contact(old)
    assert (bo.phone, bo.member_no, bo.member_shop) == (P2, "M1", "forest")
    assert [tag.name for tag in bo.tags] == ["已綁定"]
    assert (await desk.phones.holder(PHONE), await desk.phones.holder(P2)) == (None, BO)
    done = [line.what for line in await desk.audit.of(old)]
    assert done == ["phone_moved" if moves else "merged", "bound"]
    if not moves:
        assert before.id == BO
        return
    assert (before.id, before.phone, before.bindings, before.tags) == (old, None, {}, ())
    await desk.merging.undo(BO, "staff")
    assert "phone" not in (await desk.contact(BO)).bindings, "one member, one LINE account"
    assert (await desk.contact(old)).phone == PHONE


async def test_a_phone_without_a_code_is_taken_from_nobody_else(desk: Desk) -> None:
    """Hostile: a member writes somebody's phone into her record at the shop, where it counts as confirmed."""
    desk.shop.line = "U2"
    await desk.is_bound(AMY, member_no="M2")
    assert await desk.finds(BO, "line", None) == Outcome("member", "missing", HERE)
    assert (await desk.finds(BO, "shop")).result == "found", "with a code it is"


async def test_a_phone_without_a_code_is_not_taken_from_who_has_no_number(desk: Desk) -> None:
    desk.shop.line = "U2"
    await desk.is_bound("outlet:V1", "outlet")
    assert (await desk.finds(BO, "line", None)).result == "missing", "not merged either"


async def test_what_moves_without_a_look_up_keeps_its_number(desk: Desk) -> None:
    await desk.is_bound("outlet:V1", "outlet", member_no="M1")
    taken = await desk.finds("outlet:V2", channel="outlet")
    assert taken.result == "taken"
    await desk.moves("outlet:V2", channel="outlet")
    await desk.is_bound("outlet:V2", "outlet", other="outlet:V1")
    contact = await desk.contact("outlet:V2")
    assert (contact.member_no, contact.member_shop) == ("M1", "forest")


async def test_both_at_once(desk: Desk) -> None:
    """A new phone that had been another member's, and the old LINE account of this one."""
    await desk.is_bound(AMY, member_no="M1")
    await desk.is_bound("outlet:V1", "outlet", member_no="M2", phone=P2)
    desk.shop.phone, desk.shop.others = P2, [replace(NEW_OWNER, phone=PHONE)]
    taken = await desk.finds(BO, "shop", P2)
    assert (taken.result, taken.found) == (
        "taken",
        replace(MEMBER, phone=P2, other=AMY, former="outlet:V1"),
    )
    assert (await desk.moves(BO, phone=P2)).result == "found"
    await desk.is_bound(BO, member_no="M1", phone=P2, other=AMY, former="outlet:V1")
    amy, former = await desk.contact(AMY), await desk.contact("outlet:V1")
    assert (amy.bindings, former.phone, former.member_no) == ({}, None, "M2")
    assert await desk.phones.holder(P2) == BO


async def test_s34_the_holder_of_the_phone_has_no_number_and_the_member_another_phone(desk: Desk) -> None:
    """R1, B15: the two and who binds are one person; no two LINE accounts of a channel are one member."""
    await desk.is_bound(AMY, phone=P2, bound_before=NOW)
    await desk.is_bound("main:U3", member_no="M1", tags=("已綁定",))
    desk.shop.phone = P2
    taken = await desk.finds(BO, "shop", P2)
    same = replace(MEMBER, phone=P2, other=AMY, second="main:U3", bound_before=NOW)
    assert (taken.result, taken.found) == ("taken", same)
    assert (await desk.moves(BO, phone=P2)).found == replace(same, until=NOW + RESERVED)
    await desk.is_bound(BO, member_no="M1", phone=P2, other=AMY, second="main:U3")
    for who in (AMY, "main:U3"):
        gone = await desk.contact(who)
        assert (gone.phone, gone.bindings) == (None, {})
        assert [notice.what for notice in gone.notices] == ["phone_moved"]
    bo = await desk.contact(BO)
    assert (bo.phone, bo.member_no, [tag.name for tag in bo.tags]) == (P2, "M1", ["已綁定"])
    assert (await desk.phones.holder(PHONE), await desk.phones.holder(P2)) == (None, BO)


async def test_the_member_on_this_channel_is_taken_also_where_the_phone_is_on_another(desk: Desk) -> None:
    await desk.is_bound("outlet:V1", "outlet", phone=P2)
    await desk.is_bound(AMY, member_no="M1")
    desk.shop.phone = P2
    assert (await desk.finds(BO, "shop", P2)).result == "taken"
    desk.shop.line = "U2"
    assert (await desk.finds(BO, "line", None)).result == "missing", "nobody has proven it here"
    assert (await desk.moves(BO, phone=P2)).result == "found"
    await desk.is_bound(BO, member_no="M1", phone=P2, other="outlet:V1", second=AMY)
    assert (await desk.contact("outlet:V1")).id == BO
    assert (await desk.contact(AMY)).bindings == {}


async def test_a_number_of_another_shop_is_another_member(desk: Desk) -> None:
    """Hostile: M1 of two shops are two people; neither `taken` nor merged."""
    await desk.is_bound(AMY, member_no="M1", shop="other", phone=P2)
    found = found_of(await desk.finds(BO, "shop"))
    assert (found.other, found.former) == (None, None)


async def test_a_number_of_another_shop_is_no_proof_of_the_phone(desk: Desk) -> None:
    """R1, hostile: M1 of two shops. What only one of them calls proven does not merge with the other's."""
    desk.shop.line = "U2"
    desk.shops.another = ScriptedShop("other")
    await desk.is_bound("outlet:V1", "outlet", member_no="M1", shop="other")
    assert await desk.finds(BO, "line", None) == Outcome("member", "missing", HERE)
    found = found_of(await desk.finds(BO, "shop"))
    assert found.other == "outlet:V1", "with a code it is one person, as the other shop's record has it too"


async def test_a_move_is_not_undone_once_the_old_account_is_another_member(desk: Desk) -> None:
    """B15, R1: by the shop's LINE login, since; it would be shown what the first one's record says."""
    await desk.is_bound(AMY, member_no="M1")
    await desk.is_bound(BO, member_no="M1", phone=P2, other=AMY)
    await desk.is_bound(AMY, member_no="M2", kind="shop", again=True)
    with pytest.raises(RewriteRefused, match=f'"{AMY}" is another member by now'):
        await desk.merging.undo(BO, "staff")


# -- registering (D3, D7)


async def test_a_phone_that_the_shop_does_not_know_is_registered_and_reserved(desk: Desk) -> None:
    registered = ReservedMember(NEW, "N0", consent=True, shop="forest", until=NOW + RESERVED)
    assert found_of(await desk.registers(AMY)) == registered
    assert desk.shop.asked == [NEW, "register 小美 True"], "looked for, then made"
    assert (await desk.registers(BO)).result == "taken"
    assert found_of(await desk.registers(AMY)) == registered, "after a crash, for its outcome was not stored"
    assert len(desk.shop.others) == 1


async def test_two_who_register_one_phone_at_once_make_one_member(desk: Desk) -> None:
    """The phone is reserved before the shop is asked: two LINE accounts, or two telephones."""
    got = Counter(
        one.result for one in await asyncio.gather(*(desk.registers(f"main:U{n}") for n in range(8)))
    )
    assert got["found"] == 1
    assert set(got) <= {"found", "taken", "shop_failed"}
    assert len(desk.shop.others) == 1


async def test_in_two_processes_at_once_they_make_one_member(desk: Desk, other_process: Desk) -> None:
    """Two LINE accounts with one phone, each at a process of its own: one is told that it is taken."""
    two = [desk.registers(AMY), other_process.registers(BO)]
    assert sorted(one.result for one in await asyncio.gather(*two)) == ["found", "taken"]
    assert len(desk.shop.others) == 1


async def test_who_registers_twice_at_once_makes_one_member(desk: Desk) -> None:
    """Two flows of one person, or a try that was given up and goes on: the phone is theirs both times."""
    first, again = await asyncio.gather(desk.registers(AMY, key="e1"), desk.registers(AMY, key="e2"))
    assert first == again
    assert first.result == "found"
    assert desk.shop.asked == [NEW, "register 小美 True", NEW]


async def test_an_answer_that_was_lost_makes_nobody_twice(desk: Desk) -> None:
    desk.shop.answer_is_lost = True
    assert found_of(await desk.registers(AMY)).member_no == "N0"
    assert desk.shop.asked == [NEW, "register 小美 True", NEW]


async def test_who_is_known_is_not_registered(desk: Desk) -> None:
    assert found_of(await desk.registers(AMY, PHONE)).member_no == "M1"
    assert desk.shop.asked == [PHONE]


async def test_a_phone_that_another_has_bound_here_registers_nobody(desk: Desk) -> None:
    await desk.is_bound(BO, phone=NEW)
    assert (await desk.registers(AMY)).result == "taken"
    assert desk.shop.others == []


@pytest.mark.parametrize("refused", [NotOffered("no call"), RequestRefused("the shop answers 422")])
async def test_a_shop_that_registers_nobody_by_a_call_says_so(desk: Desk, refused: ShopFailed) -> None:
    """Then its own registration page is the way."""
    desk.shop.refuses = refused
    assert (await desk.registers(AMY)).result == "missing"
    desk.shop.refuses = ShopAway("the shop answers 503")
    assert (await desk.registers(AMY)).result == "shop_failed"
    assert (await desk.registers(AMY, None)).result == "missing"
