"""The pages `member_card` and `unbind`: B10, B17."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.members.contact_laws import without_phone
from bot.engine.turn.changes import SHOP
from bot.engine.turn.notices import SENTENCES
from bot.model.contact import AttributeValue, Binding, BindingKind, Tag
from bot.model.effects import FreePhone, RefreshMember
from bot.model.event import Facts, Outcome, PageOpened, Rewritten, deleted_member_facts
from bot.model.screen import CardField, Screen
from bot.model.staff_order import StaffUnbinds
from tests.engine.chat import NOON, somebody
from tests.engine.page_member import BINDING, CARD, PHONE, UNBIND, Member, bound_with, example, member

# -- the member card


def test_the_card_shows_what_the_playbook_says_and_what_is_known() -> None:
    known = {"n.points": AttributeValue(1200, NOON), "t.tier": AttributeValue("金卡", NOON)}
    chat = member(bindings={"phone": Binding(NOON)}, member_no="M77", attributes=known)
    card = chat.opens(CARD).card
    assert card is not None
    assert (card.name, card.number, card.barcode, card.colour) == ("小美", "M77", "code128", "#2f6b4f")
    tier, points = card.fields
    assert tier == CardField("等級", "金卡")
    assert (points.title, points.text) == ("點數", "1,200")
    assert points.icon is not None


def test_the_card_reads_the_member_anew_but_not_each_time() -> None:
    chat = member(bindings={"shop": Binding(NOON)})

    def asked() -> int:
        return sum(isinstance(action, RefreshMember) for action in chat.asked)

    first = chat.opens(CARD)
    assert asked() == 1
    chat.hears(Outcome("member", "found", None, facts=Facts({"n.points": 5})), token=False)
    fresh = chat.sees(CARD)
    assert fresh.step > first.step
    assert fresh.card is not None
    assert [field.text for field in fresh.card.fields] == ["5"]
    for span, inputs, times in ((9, "1", 1), (2, "1", 2), (250, "", 2), (60, "", 3)):
        chat.now += timedelta(seconds=span)
        chat.hears(PageOpened(CARD, {"fresh": inputs} if inputs else {}), token=False)
        assert asked() == times, span
    chat.now += timedelta(minutes=6)
    chat.opens(CARD, facts=Facts({"n.points": 6}))  # it was asked just before
    assert asked() == 3


def test_a_channel_without_a_shop_has_nobody_to_ask() -> None:
    chat = Member(example(), replace(somebody(channel="outlet"), bindings={"phone": Binding(NOON)}))
    chat.channel = "outlet"
    assert chat.opens(CARD).kind == "card"
    assert chat.asked == []


def test_the_card_leads_the_unbound_through_the_binding_and_shows_itself() -> None:
    """B10."""
    chat = member()
    asked = chat.opens(CARD)
    assert (asked.kind, asked.flow, asked.state) == ("question", BINDING, "ask_phone")
    done = chat.binds(CARD)
    assert (done.kind, done.say) == ("done", "我已完成手機綁定")
    chat.says("我已完成手機綁定")
    card = chat.sees(CARD)
    assert card.kind == "card"
    assert card.card is not None
    assert card.card.number == "M77"
    assert card.step > done.step


def test_the_card_shows_itself_too_when_the_result_came_without_the_page() -> None:
    chat = member()
    chat.opens(CARD)
    chat.binds(CARD)
    chat.waits(seconds=60)
    assert chat.sees(CARD).kind == "card"


def test_a_binding_that_failed_leaves_no_card() -> None:
    chat = member()
    chat.opens(CARD)
    chat.proves(CARD)
    chat.comes_back("member", "missing")
    assert (chat.sees(CARD).kind, chat.sees(CARD).state) == ("question", "ask_phone")
    chat.says("我的手機綁定失敗了")
    assert chat.sees(CARD).kind == "question"


def test_two_pages_of_one_run_show_the_same() -> None:
    chat = member()
    chat.opens(CARD)
    chat.opens()
    for page, other in ((CARD, BINDING), (BINDING, CARD)):
        chat.answers("什麼", page)
        assert replace(chat.sees(other), step=0) == replace(chat.sees(page), step=0)
    assert chat.sees().texts


def test_opened_anew_on_one_page_what_was_shown_on_the_other_is_over() -> None:
    chat = member()
    chat.opens(CARD)
    chat.waits(minutes=31)
    assert chat.sees(CARD).texts
    chat.opens()
    assert (chat.sees(CARD).state, chat.sees(CARD).texts) == ("ask_phone", ())


# -- the shop has deleted the member


GONE = SENTENCES["member_gone"]


def deleted(chat: Member) -> None:
    gone = deleted_member_facts("M77", "forest", chat.now)
    chat.hears(Outcome("member", "missing", None, facts=gone), token=False)


@pytest.mark.parametrize("page", [CARD, BINDING])
def test_s34_a_deleted_members_page_says_so_and_leads_back_to_the_binding(page: str) -> None:
    """B10, B15: no card without a number, and not "bound already"."""
    chat = bound_with(member_shop="forest")
    before = chat.opens(page)
    assert before.kind == ("card" if page == CARD else "done")
    assert any(isinstance(action, RefreshMember) for action in chat.asked)
    deleted(chat)
    shown = chat.sees(page)
    assert (shown.kind, shown.texts, shown.card) == ("problem", (GONE,), None)
    assert shown.step > before.step
    again = chat.opens(page)
    assert (again.kind, again.state, again.texts) == ("question", "ask_phone", (GONE,))
    done = chat.binds(page)
    assert (done.kind, done.texts, done.say) == ("done", (), "我已綁定過手機")
    chat.says("我已綁定過手機")
    assert chat.sees(CARD if page == CARD else BINDING).texts == ()
    assert chat.contact.notices == ()


def test_a_deleted_member_reads_it_in_the_chat_once_for_free() -> None:
    chat = bound_with(member_shop="forest")
    chat.opens(CARD)
    deleted(chat)
    assert chat.contact.bindings == {}
    assert chat.actions(FreePhone) == [FreePhone(PHONE, "shop:forest")], "the audit log says who it was"
    first, *_ = chat.says("營業時間")
    assert (first, chat.costs) == (GONE, 0)
    assert GONE not in chat.says("營業時間")
    assert chat.opens(CARD).texts == (), "it was read in the chat"


def test_whom_the_shop_knows_again_by_their_line_account_reads_of_no_deletion() -> None:
    """B18: registered anew by the shop's LINE login before the notice could be read."""
    chat = bound_with(member_shop="forest")
    chat.opens(CARD)
    deleted(chat)
    anew = Facts(member_no="M78", shop="forest", shop_knows_line=True)
    chat.hears(Outcome("member", "found", None, facts=anew), token=False)
    assert [*chat.contact.bindings] == ["shop"]
    assert chat.opens(CARD).texts == ()
    assert GONE not in chat.says("營業時間")


def test_a_deletion_that_was_read_before_the_phone_was_proven_again_undoes_nothing() -> None:
    """C6: of two that cross, what was asked for later is true."""
    chat = bound_with(member_shop="forest")
    chat.contact = replace(chat.contact, shop_read=chat.now + timedelta(seconds=1))
    deleted(chat)
    assert chat.contact.member_no == "M77"
    assert "phone" in chat.contact.bindings


def test_a_card_without_a_way_to_it_says_that_one_is_not_bound() -> None:
    card = example().member_card
    assert card is not None
    chat = Member(replace(example(), member_card=replace(card, unbound=None)), somebody())
    assert replace(chat.opens(CARD), step=0) == Screen("problem", 0)


# -- unbinding


def test_the_page_that_unbinds_says_what_goes_and_then_that_it_is_gone() -> None:
    """B17."""
    chat = bound_with()
    shown = chat.opens(UNBIND)
    assert (shown.kind, shown.tags_gone) == ("unbind", ("已綁定",))
    assert chat.answers("好", UNBIND).kind == "unbind"
    gone = chat.answers("unbind", UNBIND)
    assert (gone.kind, gone.state) == ("done", "unbound")
    assert chat.actions(FreePhone)
    assert (chat.contact.bindings, chat.contact.phone) == ({}, None)
    assert chat.answers("unbind", UNBIND).kind == "done"  # a double tap
    assert chat.opens(UNBIND).kind == "problem"
    assert chat.opens().state == "ask_phone"  # and one may bind again


def test_what_staff_undo_is_seen_on_the_page() -> None:
    chat = bound_with()
    before = chat.opens(CARD)
    assert before.kind == "card"
    chat.hears(StaffUnbinds("phone"), token=False)
    assert (chat.sees(CARD).kind, chat.sees(CARD).step > before.step) == ("problem", True)


@pytest.mark.parametrize("bindings", [("phone",), ("phone", "shop")])
def test_what_is_said_to_go_is_what_goes(bindings: tuple[BindingKind, ...]) -> None:
    """B17: the binding's tags, if they are on, and with the last binding those of the shop's record."""
    tags = (Tag("已綁定", NOON, "flow"), Tag("過期", NOON, "flow", expires=NOON), Tag("生日禮", NOON, SHOP))
    named = Binding(NOON, ("已綁定", "過期", "不在了"))
    chat = bound_with(tags=(*tags, Tag("新客", NOON, "rule")), bindings=dict.fromkeys(bindings, named))
    said = chat.opens(UNBIND).tags_gone
    assert said == (("已綁定", "生日禮") if len(bindings) == 1 else ("已綁定",))
    before = chat.tags
    chat.answers("unbind", UNBIND)
    assert before - chat.tags == set(said)


def test_tags_that_stay_are_not_said_to_go() -> None:
    chat = bound_with(bindings={"phone": Binding(NOON, ("已綁定",), keep_tags=True)})
    assert chat.opens(UNBIND).tags_gone == ()


def test_who_has_the_phone_back_is_read_anew_at_the_shop() -> None:
    """B15, undone: what the shop said of the member was forgotten when the phone went."""
    chat = bound_with()
    chat.contact = without_phone(chat.contact)
    chat.hears(Rewritten("phone_went", "main:U2"), token=False)
    assert (chat.attributes, chat.actions(RefreshMember)) == ({}, [])
    chat.contact = replace(chat.contact, phone=PHONE, bindings={"phone": Binding(NOON)})
    chat.hears(Rewritten("phone_came_back", "main:U2"), token=False)
    assert chat.actions(RefreshMember) == [RefreshMember(None)]
    there = Member(example(), replace(somebody(channel="outlet"), bindings={"phone": Binding(NOON)}))
    there.channel = "outlet"
    there.hears(Rewritten("phone_came_back", "outlet:U2"), token=False)
    assert there.asked == []  # a channel without a shop
