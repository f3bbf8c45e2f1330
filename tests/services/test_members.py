"""Members: found, missing, taken, moved, registered; one person on two channels. In memory and in MongoDB."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from bot.model.contact import Contact, Identity
from bot.model.effects import RESERVED, ConfirmPhone, FreePhone
from bot.model.event import Facts, Outcome, deleted_member_facts
from bot.model.instance import ReservedMember
from bot.model.shop_failure import NotOffered, RequestRefused, ShopAway, ShopFailed
from bot.services.phone_rows import STILL_WRITTEN
from tests.conftest import NOW
from tests.services.members import (
    AMY,
    BIRTHDAY,
    BO,
    HERE,
    MEMBER,
    NEW,
    NEW_OWNER,
    PHONE,
    How,
    Members,
    ScriptedShop,
    caller,
    found_of,
)


async def test_a_phone_that_nobody_holds_is_found_and_reserved(members: Members) -> None:
    """Language, 6: `match: none` asks no shop."""
    outcome = await members.finds(AMY)
    assert outcome == Outcome("member", "found", HERE, found=ReservedMember(PHONE, until=NOW + RESERVED))
    assert members.shop.asked == []
    assert (await members.finds(BO)).result == "taken", "for two minutes it is kept"
    members.clock.advance((RESERVED + STILL_WRITTEN).total_seconds())
    assert (await members.finds(BO)).result == "found", "it was not used"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_whom_a_sync_has_brought_is_found_by_number_and_read_at_the_shop(members: Members) -> None:
    """B3, C6: the shop has the phone in a writing that its lookup misses. What is known here is no proof."""
    members.shop.hides_phones = True
    brought = Contact("M:1", phone=PHONE, member_no="M1", member_shop="forest")
    elsewhere = Contact("M:2", phone=PHONE, member_no="M2", member_shop="outlet")
    await members.contacts.put(brought, elsewhere)
    found = found_of(await members.finds(AMY, "shop"))
    assert (found.member_no, found.phone) == ("M1", PHONE)
    assert members.shop.asked == [PHONE, "read M1"]
    members.shop.phone = NEW
    assert (await members.finds(AMY, "shop")).result == "missing", "it is another's at the shop by now"


async def test_who_has_bound_it_finds_it_again(members: Members) -> None:
    await members.is_bound(AMY)
    assert found_of(await members.finds(AMY)).other is None


async def test_another_line_account_of_this_channel_holds_it(members: Members) -> None:
    """Language, 8.3: `taken`; and nothing is reserved for who asked."""
    await members.is_bound(AMY)
    outcome = await members.finds(BO)
    assert (outcome.result, outcome.found) == ("taken", ReservedMember(PHONE, other=AMY))
    await members.unbinds(AMY)
    await members.hears(FreePhone(PHONE), AMY)
    assert (await members.finds("main:U3")).result == "found"


async def test_unbound_a_moment_ago_it_is_free_though_nobody_has_said_so_yet(members: Members) -> None:
    await members.is_bound(AMY)
    await members.unbinds(AMY)
    assert (await members.finds(BO)).result == "found"


async def test_who_holds_it_on_another_channel_is_the_same_person(members: Members) -> None:
    """Language, 8.3: found, reserved over the holder, and *first* is once in a life."""
    await members.is_bound("outlet:V1", "outlet", bound_before=NOW)
    outcome = await members.finds(AMY)
    found = ReservedMember(PHONE, other="outlet:V1", bound_before=NOW, until=NOW + RESERVED)
    assert outcome == Outcome("member", "found", HERE, found=found)
    assert await members.phones.holder(PHONE) == "outlet:V1", "until it is bound"
    assert (await members.finds(BO)).result == "taken"


async def test_once_bound_the_two_are_one_and_told_again_nothing_more(members: Members) -> None:
    await members.is_bound("outlet:V1", "outlet")
    await members.finds(AMY)
    await members.is_bound(AMY, other="outlet:V1")
    for _ in range(2):
        one = await members.contact("outlet:V1")
        assert (one.id, [i.channel for i in one.identities]) == (AMY, ["main", "outlet"])
        assert await members.phones.holder(PHONE) == AMY
        assert [line.what for line in await members.audit.of("outlet:V1")] == ["merged", "bound"]
        await members.hears(ConfirmPhone(PHONE, None, "outlet:V1"), AMY)


async def test_a_member_of_the_shop_is_found_with_what_it_knows_and_nobody_else(members: Members) -> None:
    found = replace(MEMBER, until=NOW + RESERVED)
    assert await members.finds(AMY, "shop") == Outcome("member", "found", HERE, found=found)
    assert await members.finds(AMY, "shop", "+886900000000") == Outcome("member", "missing", HERE)


async def test_a_member_by_line_user_id(members: Members) -> None:
    """No code was needed: the phone is that of the shop's record."""
    members.shop.line = "U1"
    assert (await members.finds(AMY, "line", None)).found == replace(MEMBER, until=NOW + RESERVED)
    assert (await members.finds(BO, "line", None)).result == "missing"
    members.shop.phone = None
    assert (await members.finds(AMY, "line", None)).result == "missing"


@pytest.mark.parametrize("how", ["shop", "line"])
async def test_a_shop_that_is_away_or_that_a_channel_does_not_have(members: Members, how: How) -> None:
    """Nobody is told that there is no such member because nobody could be asked."""
    assert (await members.finds("outlet:U1", how, channel="outlet")).result == "shop_failed"
    members.shop.is_away = True
    assert (await members.finds(AMY, how)).result == "shop_failed"
    assert (await members.finds(BO)).result == "found", "nothing was reserved"


async def test_a_phone_moves_from_another_line_account_of_the_channel(members: Members) -> None:
    """B15: the old one is unbound, the binding's tags come along, both are told, and it is logged."""
    await members.is_bound(AMY, tags=("VIP",))
    moved = await members.moves(BO)
    assert moved == Outcome("member", "found", HERE, found=replace(MEMBER, other=AMY, until=NOW + RESERVED))
    assert await members.phones.holder(PHONE) == AMY, "until it is bound"
    await members.is_bound(BO, other=AMY)
    amy, bo = [await members.contact(who) for who in (AMY, BO)]
    assert (amy.phone, amy.bindings, amy.tags) == (None, {}, ())
    assert [notice.what for notice in amy.notices] == ["phone_moved"]
    assert [tag.name for tag in bo.tags] == ["VIP"]
    assert bo.bindings["phone"].tags == ("VIP",), "they go with the binding"
    assert await members.phones.holder(PHONE) == BO
    assert [line.what for line in await members.audit.of(AMY)] == ["phone_moved", "bound"]


async def test_a_phone_moves_only_with_the_birthday_that_the_shop_knows(members: Members) -> None:
    """Language, 6: one answer, whether the phone or the birthday is unknown."""
    await members.is_bound(AMY)
    wrong = await members.moves(BO, "1990-05-21")
    assert wrong == Outcome("member", "missing", HERE)
    assert await members.moves(BO, BIRTHDAY, "+886900000000") == wrong
    assert (await members.moves(BO, BIRTHDAY, channel="outlet")).result == "missing", "no shop, no proof"
    assert (await members.moves(BO, BIRTHDAY)).result == "found"


async def test_a_phone_does_not_move_while_the_shop_is_away(members: Members) -> None:
    await members.is_bound(AMY)
    members.shop.is_away = True
    assert (await members.moves(BO)).result == "shop_failed"
    assert (await members.finds("main:U3")).result == "taken", "and nothing was reserved"


FACTS = Facts({"t.tier": "金卡"}, {"VIP": True}, "M1", marketing=True, shop="forest")


async def test_s34_a_member_is_read_anew_by_number(members: Members) -> None:
    """R1, B15: nobody is asked for a phone: it may be another's by now."""
    await members.is_bound(AMY, member_no="M1")
    assert await members.refreshes(AMY) == Outcome("member", "found", HERE, facts=FACTS)
    members.shop.phone, members.shop.others = "+886900000001", [NEW_OWNER]
    assert await members.refreshes(AMY) == Outcome("member", "found", HERE, facts=FACTS)
    assert members.shop.asked == ["read M1", "read M1"]
    members.shop.is_away = True
    assert (await members.refreshes(AMY)).result == "shop_failed"


async def test_who_has_no_number_is_read_anew_by_line_user_id_only(members: Members) -> None:
    """R1: a phone that was proven without a shop tells nothing of who is its member today."""
    await members.is_bound(AMY)
    assert await members.refreshes(AMY) == Outcome("member", "missing", HERE)
    members.shop.line = "U1"
    assert (await members.refreshes(AMY)).facts == replace(FACTS, shop_knows_line=True)
    assert members.shop.asked == ["U1", "U1"]
    assert (await members.refreshes("main:nobody")).result == "missing"


async def test_a_member_whom_the_shop_has_no_more_is_missing(members: Members) -> None:
    await members.is_bound(AMY, member_no="M9")
    gone = deleted_member_facts("M9", "forest", NOW)
    assert await members.refreshes(AMY) == Outcome("member", "missing", HERE, facts=gone)
    members.shop.is_away = True
    assert (await members.refreshes(AMY)) == Outcome("member", "shop_failed", HERE), (
        "it says nothing of anybody"
    )


@pytest.mark.parametrize("how", ["none", "shop"])
async def test_s34_a_phone_whose_holder_is_deleted_at_the_shop_has_changed_hands(
    members: Members, how: How
) -> None:
    """B15: not `taken`, and nothing of the deleted member moves to who has the phone now."""
    await members.is_bound(AMY, member_no="M9")
    found = found_of(await members.finds(BO, how))
    assert (found.former, found.other) == (AMY, None)


@pytest.mark.parametrize("who", ["member", "shop:forest"])
async def test_the_audit_log_says_who_has_undone_the_binding(members: Members, who: str) -> None:
    """B11: once, also where it is told again after a crash."""
    await members.is_bound(AMY, member_no="M9")
    freed = FreePhone(PHONE) if who == "member" else FreePhone(PHONE, who)
    for _ in range(2):
        await members.service.settle(freed, replace(caller(AMY), id=f"{AMY}:gone#0"))
    gone, _ = await members.audit.of(AMY)
    assert (gone.what, gone.actor) == ("unbound", who)


@pytest.mark.parametrize("by", [None, "command:amy"])
async def test_what_a_binding_merges_is_logged_as_done_by_who_has_bound(
    members: Members, by: str | None
) -> None:
    """M2: a list binds somebody, and the contact without LINE with this phone becomes part of theirs."""
    await members.is_bound(AMY)
    await members.contacts.put(Contact("M:1", phone=PHONE))
    await members.hears(ConfirmPhone(PHONE, None, None, by=by), AMY)
    assert (await members.contact("M:1")).id == AMY
    assert [(line.what, line.actor) for line in await members.audit.of("M:1")] == [("merged", by or "member")]


async def test_who_is_known_by_line_is_told_when_the_account_is_another_members(members: Members) -> None:
    """B18, R1: the number is never changed silently; the shop's login is undone, which is news."""
    await members.is_bound(AMY, member_no="M8", kind="shop")
    members.shop.others = [replace(NEW_OWNER, member_no="M8")]
    assert (await members.refreshes(AMY)).facts == Facts({"t.tier": "白金卡"}, {}, "M8", shop="forest"), (
        "the shop does not know the account: it is read by number"
    )
    members.shop.line = "U1"
    gone = Facts(member_no="M8", shop="forest", shop_knows_line=False)
    assert await members.refreshes(AMY) == Outcome("member", "missing", HERE, facts=gone)
    await members.is_bound(BO, member_no="M8")
    members.shop.line = "U2"
    told = (await members.refreshes(BO)).facts
    assert told is not None
    assert told.member_no == "M8", "a phone was proven: that binding stands"


async def test_s34_a_number_is_asked_of_its_own_shop(members: Members) -> None:
    """Two shops may give one number to two people: it is asked where it is from, or nowhere."""
    await members.is_bound(AMY, member_no="M1", shop="other")
    assert (await members.refreshes(AMY)).result == "shop_failed"
    assert members.shop.asked == []
    await members.is_bound("outlet:V1", "outlet", member_no="M1", phone="+886900000002")
    assert (await members.refreshes("outlet:V1", "outlet")).facts == FACTS, "the shop of another channel"


async def test_a_number_of_a_time_when_its_shop_was_not_kept(members: Members) -> None:
    await members.is_bound(AMY, member_no="M1", shop=None)
    assert (await members.refreshes(AMY)).facts == FACTS


async def test_a_number_of_that_time_that_may_be_of_two_shops_is_asked_of_neither(members: Members) -> None:
    """R1: merged over two channels with a shop each, nobody knows any more which of them has given it."""
    members.shops.another = ScriptedShop("other")
    await members.is_bound(AMY, member_no="M1", shop=None)
    await members.changes(AMY, identities=(Identity("main", "U1"), Identity("outlet", "V1")))
    for channel in ("main", "outlet"):
        assert (await members.refreshes(AMY, channel)).result == "shop_failed"
    assert members.shop.asked == members.shops.another.asked == []


# -- a phone that changed hands

P2 = "+886900000002"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s34_a_phone_that_changed_hands_is_all_that_its_former_owner_loses(members: Members) -> None:
    """R1: not `taken`, not merged, not moved; it is logged, and nothing more happens when told again."""
    await members.is_bound(AMY, member_no="M1", tags=("已綁定",))
    members.shop.phone, members.shop.others = P2, [NEW_OWNER]
    found = await members.finds(BO, "shop")
    assert (found.result, found.found) == (
        "found",
        replace(NEW_OWNER, former=AMY, until=NOW + RESERVED),
    )
    await members.is_bound(BO, member_no="M2", former=AMY)
    for _ in range(2):
        amy, bo = await members.contact(AMY), await members.contact(BO)
        assert (amy.phone, amy.member_no, [*amy.bindings], amy.notices) == (None, "M1", ["phone"], ())
        assert [tag.name for tag in amy.tags] == ["已綁定"]
        assert (bo.phone, bo.member_no, bo.tags) == (PHONE, "M2", ())
        assert await members.phones.holder(PHONE) == BO
        assert [line.what for line in await members.audit.of(AMY)] == ["phone_changed_hands", "bound"]
        await members.hears(ConfirmPhone(PHONE, None, None, AMY), BO)
    assert (await members.refreshes(AMY)).facts == FACTS


async def test_on_another_channel_it_is_not_the_same_person_either(members: Members) -> None:
    await members.is_bound("outlet:V1", "outlet", member_no="M1")
    members.shop.phone, members.shop.others = P2, [NEW_OWNER]
    assert (await members.finds(BO, "shop")).found == replace(
        NEW_OWNER, former="outlet:V1", until=NOW + RESERVED
    )
    await members.is_bound(BO, member_no="M2", former="outlet:V1")
    assert (await members.contact("outlet:V1")).id == "outlet:V1", "not merged"
    assert await members.phones.holder(PHONE) == BO


async def test_s34_without_a_look_up_the_shop_is_asked_whose_the_phone_is(members: Members) -> None:
    """R1, `match: none`: the holder's record has another phone; an unproven one says so as well."""
    await members.is_bound(AMY, member_no="M1")
    assert (await members.finds("outlet:V1", channel="outlet")).found == ReservedMember(
        PHONE, other=AMY, until=NOW + RESERVED
    ), "it is still hers"
    members.clock.advance((RESERVED + STILL_WRITTEN).total_seconds())
    members.shop.phone = P2
    again = await members.finds("outlet:V1", channel="outlet")
    reserved = members.clock.now() + RESERVED  # not from the turn that asked, which may lie before a restart
    assert again.found == ReservedMember(PHONE, former=AMY, until=reserved)
    members.shop.is_away = True
    assert (await members.finds(BO)).result == "shop_failed", "nobody may guess"


@pytest.mark.parametrize("shop", ["forest", None], ids=["as now", "before the shop was kept"])
@pytest.mark.parametrize("channel", ["main", "outlet"])
async def test_s34_a_member_with_a_new_phone_is_the_same_person(
    members: Members, channel: str, shop: str | None
) -> None:
    """R1: found by number, whatever phone was bound: `taken` on this channel, merged over channels."""
    old, moves = f"{channel}:V1", channel == "main"
    members.shops.everywhere = shop is None  # else the other channel needs no shop
    await members.is_bound(old, channel, member_no="M1", shop=shop, tags=("已綁定",), bound_before=NOW)
    members.shop.phone = P2
    same = replace(MEMBER, phone=P2, other=old, bound_before=NOW)
    reserved = replace(same, until=NOW + RESERVED)
    found = await members.finds(BO, "shop", P2)
    assert (found.result, found.found) == (("taken", same) if moves else ("found", reserved))
    assert (await members.moves(BO, phone=P2)).found == reserved
    await members.is_bound(BO, member_no="M1", phone=P2, other=old)
    bo, before = await members.contact(BO), await members.contact(old)
    assert (bo.phone, bo.member_no, bo.member_shop) == (P2, "M1", "forest")
    assert [tag.name for tag in bo.tags] == ["已綁定"]
    assert (await members.phones.holder(PHONE), await members.phones.holder(P2)) == (None, BO)
    done = [line.what for line in await members.audit.of(old)]
    assert done == ["phone_moved" if moves else "merged", "bound"]
    if not moves:
        assert before.id == BO
        return
    assert (before.id, before.phone, before.bindings, before.tags) == (old, None, {}, ())


async def test_a_phone_without_a_code_is_taken_from_nobody_else(members: Members) -> None:
    """Hostile: a member writes somebody's phone into her record at the shop, where it counts as confirmed."""
    members.shop.line = "U2"
    await members.is_bound(AMY, member_no="M2")
    assert await members.finds(BO, "line", None) == Outcome("member", "missing", HERE)
    assert (await members.finds(BO, "shop")).result == "found", "with a code it is"


async def test_a_phone_without_a_code_is_not_taken_from_who_has_no_number(members: Members) -> None:
    members.shop.line = "U2"
    await members.is_bound("outlet:V1", "outlet")
    assert (await members.finds(BO, "line", None)).result == "missing", "not merged either"


async def test_what_moves_without_a_look_up_keeps_its_number(members: Members) -> None:
    await members.is_bound("outlet:V1", "outlet", member_no="M1")
    taken = await members.finds("outlet:V2", channel="outlet")
    assert taken.result == "taken"
    await members.moves("outlet:V2", channel="outlet")
    await members.is_bound("outlet:V2", "outlet", other="outlet:V1")
    contact = await members.contact("outlet:V2")
    assert (contact.member_no, contact.member_shop) == ("M1", "forest")


async def test_both_at_once(members: Members) -> None:
    """A new phone that had been another member's, and the old LINE account of this one."""
    await members.is_bound(AMY, member_no="M1")
    await members.is_bound("outlet:V1", "outlet", member_no="M2", phone=P2)
    members.shop.phone, members.shop.others = P2, [replace(NEW_OWNER, phone=PHONE)]
    taken = await members.finds(BO, "shop", P2)
    assert (taken.result, taken.found) == (
        "taken",
        replace(MEMBER, phone=P2, other=AMY, former="outlet:V1"),
    )
    assert (await members.moves(BO, phone=P2)).result == "found"
    await members.is_bound(BO, member_no="M1", phone=P2, other=AMY, former="outlet:V1")
    amy, former = await members.contact(AMY), await members.contact("outlet:V1")
    assert (amy.bindings, former.phone, former.member_no) == ({}, None, "M2")
    assert await members.phones.holder(P2) == BO


async def test_s34_the_holder_of_the_phone_has_no_number_and_the_member_another_phone(
    members: Members,
) -> None:
    """R1, B15: the two and who binds are one person; no two LINE accounts of a channel are one member."""
    await members.is_bound(AMY, phone=P2, bound_before=NOW)
    await members.is_bound("main:U3", member_no="M1", tags=("已綁定",))
    members.shop.phone = P2
    taken = await members.finds(BO, "shop", P2)
    same = replace(MEMBER, phone=P2, other=AMY, second="main:U3", bound_before=NOW)
    assert (taken.result, taken.found) == ("taken", same)
    assert (await members.moves(BO, phone=P2)).found == replace(same, until=NOW + RESERVED)
    await members.is_bound(BO, member_no="M1", phone=P2, other=AMY, second="main:U3")
    for who in (AMY, "main:U3"):
        gone = await members.contact(who)
        assert (gone.phone, gone.bindings) == (None, {})
        assert [notice.what for notice in gone.notices] == ["phone_moved"]
    bo = await members.contact(BO)
    assert (bo.phone, bo.member_no, [tag.name for tag in bo.tags]) == (P2, "M1", ["已綁定"])
    assert (await members.phones.holder(PHONE), await members.phones.holder(P2)) == (None, BO)


async def test_the_member_on_this_channel_is_taken_also_where_the_phone_is_on_another(
    members: Members,
) -> None:
    await members.is_bound("outlet:V1", "outlet", phone=P2)
    await members.is_bound(AMY, member_no="M1")
    members.shop.phone = P2
    assert (await members.finds(BO, "shop", P2)).result == "taken"
    members.shop.line = "U2"
    assert (await members.finds(BO, "line", None)).result == "missing", "nobody has proven it here"
    assert (await members.moves(BO, phone=P2)).result == "found"
    await members.is_bound(BO, member_no="M1", phone=P2, other="outlet:V1", second=AMY)
    assert (await members.contact("outlet:V1")).id == BO
    assert (await members.contact(AMY)).bindings == {}


async def test_a_number_of_another_shop_is_another_member(members: Members) -> None:
    """Hostile: M1 of two shops are two people; neither `taken` nor merged."""
    await members.is_bound(AMY, member_no="M1", shop="other", phone=P2)
    found = found_of(await members.finds(BO, "shop"))
    assert (found.other, found.former) == (None, None)


async def test_a_number_of_another_shop_is_no_proof_of_the_phone(members: Members) -> None:
    """R1, hostile: M1 of two shops. What only one of them calls proven does not merge with the other's."""
    members.shop.line = "U2"
    members.shops.another = ScriptedShop("other")
    await members.is_bound("outlet:V1", "outlet", member_no="M1", shop="other")
    assert await members.finds(BO, "line", None) == Outcome("member", "missing", HERE)
    found = found_of(await members.finds(BO, "shop"))
    assert found.other == "outlet:V1", "with a code it is one person, as the other shop's record has it too"


# -- registering (D3, D7)


async def test_a_phone_that_the_shop_does_not_know_is_registered_and_reserved(members: Members) -> None:
    registered = ReservedMember(NEW, "N0", consent=True, shop="forest", until=NOW + RESERVED)
    assert found_of(await members.registers(AMY)) == registered
    assert members.shop.asked == [NEW, "register 小美 True"], "looked for, then made"
    assert (await members.registers(BO)).result == "taken"
    assert found_of(await members.registers(AMY)) == registered, (
        "after a crash, for its outcome was not stored"
    )
    assert len(members.shop.others) == 1


async def test_two_who_register_one_phone_at_once_make_one_member(members: Members) -> None:
    """The phone is reserved before the shop is asked: two LINE accounts, or two telephones."""
    got = Counter(
        one.result for one in await asyncio.gather(*(members.registers(f"main:U{n}") for n in range(8)))
    )
    assert got["found"] == 1
    assert set(got) <= {"found", "taken", "shop_failed"}
    assert len(members.shop.others) == 1


async def test_who_registers_twice_at_once_makes_one_member(members: Members) -> None:
    """Two flows of one person, or a try that was given up and goes on: the phone is theirs both times."""
    first, again = await asyncio.gather(members.registers(AMY, key="e1"), members.registers(AMY, key="e2"))
    assert first == again
    assert first.result == "found"
    assert members.shop.asked == [NEW, "register 小美 True", NEW]


async def test_an_answer_that_was_lost_makes_nobody_twice(members: Members) -> None:
    members.shop.answer_is_lost = True
    assert found_of(await members.registers(AMY)).member_no == "N0"
    assert members.shop.asked == [NEW, "register 小美 True", NEW]


async def test_who_is_known_is_not_registered(members: Members) -> None:
    assert found_of(await members.registers(AMY, PHONE)).member_no == "M1"
    assert members.shop.asked == [PHONE]


async def test_a_phone_that_another_has_bound_here_registers_nobody(members: Members) -> None:
    await members.is_bound(BO, phone=NEW)
    assert (await members.registers(AMY)).result == "taken"
    assert members.shop.others == []


@pytest.mark.parametrize("refused", [NotOffered("no call"), RequestRefused("the shop answers 422")])
async def test_a_shop_that_registers_nobody_by_a_call_says_so(members: Members, refused: ShopFailed) -> None:
    """Then its own registration page is the way."""
    members.shop.refuses = refused
    assert (await members.registers(AMY)).result == "missing"
    members.shop.refuses = ShopAway("the shop answers 503")
    assert (await members.registers(AMY)).result == "shop_failed"
    assert (await members.registers(AMY, None)).result == "missing"
