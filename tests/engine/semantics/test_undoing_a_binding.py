"""Semantics 33: with a binding goes what the shop gave, as news, and what the binding began (R2, B11, B15, B17)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.members.merge import merged, parted
from bot.engine.members.same_phone import moved, moved_back, removed_tags
from bot.engine.turn.changes import SHOP
from bot.model.contact import AttributeValue, Binding, Contact, Identity, Tag
from bot.model.decision import LinkMenu
from bot.model.effects import ConfirmPhone, FreePhone, RefreshMember
from bot.model.event import Facts, Outcome, PageOpened, Rewritten
from bot.model.instance import Instance, ReservedMember
from bot.model.staff_order import StaffUnbinds
from tests.engine.chat import NOON, Chat, somebody
from tests.playbooks import compiled

PHONE, OTHER = "+886912345678", "+886900000002"
PLAYBOOK = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x, sms: s, shop: f}
  second: {id: "@b", channel_id: "2", channel_secret: x}
sms: {s: {provider: console}}
shops: {f: {platform: csv, channel: main, attributes: {tier: t, points: p}, tags: {批發: w}, consent: m}}
attributes: {tier: text, points: number, skin: text}
tags: {已綁定: , VIP: , 常客: {added_by: staff}, 問過: }
privacy:
  {controller: x, purpose: x, kinds: x, period: x, recipients: x, rights_contact: x, version: "1",
   url: "https://a.example/p", terms: "https://a.example/t"}
audiences: {貴客: {if: {attribute: {points: {at_least: 1000}}}}}
rules:
  - {when: {attribute_changed: tier, to: [金卡, 白金卡]}, add_tags: VIP}
  - {when: {attribute_changed: tier, from: [金卡, 白金卡]}, remove_tags: VIP}
  - {when: {text: 綁定}, start: bind}
  - {when: {text: 解除}, unbind: phone}
  - {when: {text: 常客}, add_tags: 常客}
  - {when: {tag_added: 已綁定}, start: asking}
flows:
  bind:
    page: true
    states:
      finding:
        do: [{find_member: line}]
        rules: [{when: {member: found}, to: bound}, {when: {member: [missing, taken, shop_failed]}, to: over}]
        give_up_after: {1h: over}
      bound: {do: [bind_member, {add_tags: 已綁定}, {start: begun_by_flow}], end: true}
      over: {end: true}
  asking: {states: {等: {wait: 3d, next: 完}, 完: {push: 問您, end: true}}}
  begun_by_flow: {states: {等: {wait: 3d, next: 完}, 完: {push: 流程, end: true}}}
  of_tag: {when: {tag_added: 已綁定}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 感謝您完成綁定, end: true}}}
  of_bound: {when: {bound: phone}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 綁了, end: true}}}
  of_tier: {when: {attribute_changed: tier, to: 金卡}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 等級, end: true}}}
  of_vip: {when: {tag_added: VIP}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 貴賓, end: true}}}
  of_shop_tag: {when: {tag_added: 批發}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 批發, end: true}}}
  of_order: {when: {shop: order_paid}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 訂單, end: true}}}
  of_audience: {when: {enters: 貴客}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 貴客, end: true}}}
  of_consent: {when: {marketing: allowed}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 同意, end: true}}}
  of_end: {when: {flow_ended: bind}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 走完, end: true}}}
  own: {when: {tag_added: 常客}, once_per: always, states: {等: {wait: 1d, next: 完}, 完: {push: 常客, end: true}}}
rich_menus:
  - {menu: 貴賓, image: cards/menu.png, chat_bar: a, if: {tag: VIP}, grid: [a], areas: {a: {send: 解除}}}
  - {menu: 大家, image: cards/menu.png, chat_bar: a, grid: [a], areas: {a: {send: 解除}}}
""")
BEGUN = {
    *("asking", "begun_by_flow", "of_tag", "of_bound", "of_tier", "of_vip"),
    *("of_shop_tag", "of_order", "of_audience", "of_consent", "of_end"),
}


def found(chat: Chat, number: str = "8501", **changes: Any) -> ReservedMember:
    until = chat.now + timedelta(minutes=2)
    member = ReservedMember(
        PHONE,
        number,
        {"t.tier": "金卡", "n.points": 1200},
        {"批發": True},
        consent=True,
        until=until,
        shop="f",
    )
    return replace(member, **changes)


def bound() -> Chat:
    """Somebody who has bound, with all that follows from it, and has a tag and a journey of their own."""
    chat = Chat(PLAYBOOK)
    chat.says("常客")
    chat.says("綁定")
    chat.comes_back("member", "found", found=found(chat))
    chat.told("shop", "order_paid", Facts(last_order=NOON))
    chat.contact = replace(
        chat.contact, attributes={**chat.contact.attributes, "t.skin": AttributeValue("乾", NOON)}
    )
    return chat


def flows(chat: Chat) -> set[str]:
    return {instance.flow for instance in chat.contact.flows}


def of_shop(contact: Contact) -> list[object]:
    """What the shop has given, as far as it is left."""
    return [
        *(one for one in (contact.member_no, contact.member_shop, contact.last_order) if one is not None),
        *(slot for slot in ("t.tier", "n.points") if slot in contact.attributes),
        *(tag for tag in contact.tags if tag.by == SHOP),
        *(["yes"] if contact.marketing_shop else []),
    ]


def nothing_is_left(chat: Chat) -> None:
    assert of_shop(chat.contact) == []
    assert chat.tags == {"常客"}
    assert flows(chat) == {"own"}
    assert (chat.contact.marketing, chat.attributes) == (None, {"skin": "乾"})
    assert not chat.contact.bindings
    assert chat.contact.audiences == ()
    assert chat.waits(days=5) == ["常客"], "nobody is thanked for a binding that is undone"


def test_binding_gives_all_of_it() -> None:
    """Else the tests below would say less than they seem to."""
    chat = bound()
    contact = chat.contact
    assert (contact.phone, contact.member_no, contact.bindings["phone"].tags) == (PHONE, "8501", ("已綁定",))
    assert chat.attributes == {"tier": "金卡", "points": 1200, "skin": "乾"}
    assert flows(chat) == {*BEGUN, "own"}
    assert chat.tags == {"常客", "已綁定", "VIP", "批發"}
    assert (chat.contact.marketing, chat.contact.identity("main").menu) == (True, "貴賓")
    assert chat.contact.audiences == ("main:貴客",)


@pytest.mark.parametrize("how", ["word", "staff", "moved"])
def test_s33_what_the_shop_gave_goes_as_news_and_what_binding_began_ends(how: str) -> None:
    chat = bound()
    if how == "word":
        chat.says("解除")
    elif how == "staff":
        chat.hears(StaffUnbinds("phone"), token=False)
    else:
        goes(chat)
    assert chat.actions(LinkMenu) == [LinkMenu("main", "大家")]
    assert chat.contact.bound_before is not None, "the first time is once in a life"
    nothing_is_left(chat)


def test_s33_a_login_of_the_shop_that_is_another_members_now() -> None:
    """R1, B18: undone, as news; nobody becomes somebody else by it."""
    chat = Chat(PLAYBOOK)
    chat.says("常客")
    member = Facts({"t.tier": "金卡", "n.points": 1200}, {"批發": True}, "8501", True, True, shop="f")
    chat.hears(PageOpened("member_card", facts=member), token=False)
    assert [*chat.contact.bindings] == ["shop"]
    assert flows(chat) == {"own", "of_tier", "of_vip", "of_shop_tag", "of_audience", "of_consent"}
    gone = Facts(member_no="8501", shop="f", shop_knows_line=False)
    chat.hears(Outcome("member", "missing", None, facts=gone), token=False)
    chat.contact = replace(
        chat.contact, attributes={"t.skin": AttributeValue("乾", NOON), **chat.contact.attributes}
    )
    assert (chat.contact.bindings, chat.contact.bound_before) == ({}, None)
    nothing_is_left(chat)


def goes(chat: Chat) -> Contact:
    """The binding moves to another LINE account of the channel; the contact as it was."""
    before = chat.contact
    new = replace(somebody(), id="main:U9", phone=PHONE, bindings={"phone": Binding(NOON)}, member_no="8501")
    _, chat.contact = moved(new, before, ("main",), chat.now)
    chat.hears(Rewritten("phone_went", "main:U9", removed_tags(before, chat.contact)), token=False)
    return before


def test_s33_a_move_that_is_undone_gives_back_what_the_shop_said() -> None:
    """The tag and the menu that follow from it too; a journey that has ended stays ended."""
    chat = bound()
    before = goes(chat)
    new = replace(somebody(), id="main:U9", phone=PHONE, bindings={"phone": Binding(NOON)}, member_no="8501")
    _, chat.contact = moved_back(new, chat.contact, before)
    chat.hears(Rewritten("phone_came_back", "main:U9"), token=False)
    assert chat.tags == {"常客", "已綁定", "VIP", "批發"}
    assert (chat.contact.member_no, chat.contact.member_shop, chat.contact.phone) == ("8501", "f", PHONE)
    assert (chat.contact.marketing, chat.contact.identity("main").menu) == (True, "貴賓")
    assert chat.attributes == {"tier": "金卡", "points": 1200, "skin": "乾"}
    assert chat.actions(RefreshMember) == [RefreshMember(None)]


def test_s33_undone_before_the_turn_nothing_has_happened() -> None:
    """Two events of ours wait, and the phone is back by the first of them."""
    chat = bound()
    chat.hears(Rewritten("phone_went", "main:U9", ("已綁定",)), token=False)
    assert flows(chat) == {*BEGUN, "own"}
    assert chat.tags == {"常客", "已綁定", "VIP", "批發"}


def test_s33_tags_that_are_to_stay_keep_what_they_began() -> None:
    """B11: what the shop gave goes all the same."""
    chat = bound()
    chat.hears(StaffUnbinds("phone", keep_tags=True), token=False)
    assert of_shop(chat.contact) == []
    assert chat.tags == {"常客", "已綁定"}
    assert flows(chat) == {"own", "of_tag", "asking"}


def test_s33_another_binding_keeps_what_the_shop_gave() -> None:
    chat = bound()
    chat.contact = replace(chat.contact, bindings={**chat.contact.bindings, "shop": Binding(NOON)})
    chat.says("解除")
    assert (chat.contact.member_no, chat.attributes["tier"]) == ("8501", "金卡")
    assert chat.tags == {"常客", "VIP", "批發"}
    assert flows(chat) == {"own", "of_tier", "of_vip", "of_shop_tag", "of_order", "of_audience", "of_consent"}


@pytest.mark.parametrize("kept", ["nobody", "a phone without a shop"])
def test_s33_a_merge_undone_leaves_nothing_of_a_member_to_who_is_none(kept: str) -> None:
    """R1, J2: what the shop has told since the merge was told of the other."""
    other = bound().contact
    one = replace(somebody(), id="second:V1", identities=(Identity("second", "V1", friend=True),))
    if kept != "nobody":
        one = replace(one, phone=OTHER, bindings={"phone": Binding(NOON)})
    chat = Chat(PLAYBOOK, merged(one, other))
    changed = Facts({"t.tier": "白金卡", "n.points": 5000}, {"批發": True}, "8501", marketing=True, shop="f")
    chat.told("shop", "tier_changed", replace(changed, last_order=chat.now))
    assert chat.contact.attributes["n.points"].value == 5000
    chat.contact, gone = parted(chat.contact, one, other)
    chat.channel = "second"
    chat.hears(Rewritten("parted", other.id), token=False)
    assert of_shop(chat.contact) == []
    assert chat.contact.marketing is not True
    assert gone.member_no == "8501"


@pytest.mark.parametrize(("here", "shop"), [(False, True), (None, False), (False, False)])
def test_s33_a_no_stays_wherever_it_was_said(here: bool | None, shop: bool) -> None:
    chat = bound()
    chat.contact = replace(chat.contact, marketing_here=here, marketing_shop=shop, marketing=False)
    chat.says("解除")
    assert chat.contact.marketing is False


def test_s33_who_is_no_member_any_more_may_take_the_shops_no_back() -> None:
    """I6, C10: no record says *no* of them any more; they cannot be sent to change it there."""
    chat = bound()
    chat.contact = replace(chat.contact, marketing_shop=False, marketing=False)
    assert chat.says("恢復推播") == ["您在會員資料中選擇不接收行銷訊息，請先在會員資料中改為接收。"]
    chat.says("解除")
    assert chat.contact.marketing is False
    assert chat.says("恢復推播") == ["已恢復推播。"]
    assert chat.contact.marketing is True


def test_s33_a_no_of_the_shop_outlives_a_merge_that_is_undone() -> None:
    """J2: nobody can tell whose it was. Who is no member takes it back by a word."""
    other = bound().contact
    one = replace(somebody(), id="second:V1", identities=(Identity("second", "V1", friend=True),))
    chat = Chat(PLAYBOOK, merged(one, other))
    chat.told("shop", "tier_changed", Facts({}, {}, "8501", marketing=False, shop="f"))
    chat.contact, gone = parted(chat.contact, one, other)
    chat.channel = "second"
    chat.hears(Rewritten("parted", other.id), token=False)
    assert (chat.contact.marketing, gone.marketing) == (False, False)
    assert chat.says("恢復推播") == ["已恢復推播。"]


def test_s33_a_flow_on_another_channel_ends_too() -> None:
    chat = bound()
    elsewhere = Instance("asking", "second", "等", 1, NOON, NOON, cause="tag_added 已綁定")
    chat.contact = replace(chat.contact, flows=(*chat.contact.flows, elsewhere))
    chat.says("解除")
    assert flows(chat) == {"own"}


def test_s33_a_tag_that_goes_by_itself_ends_nothing() -> None:
    """Only where a binding is undone: a journey that must end with its tag says so itself."""
    chat = bound()
    chat.told("shop", "tier_changed", Facts({"t.tier": "一般"}))
    assert "VIP" not in chat.tags
    assert "of_vip" in flows(chat)


# -- which member

READ = Facts({"t.tier": "白金卡", "n.points": 9999}, {}, "8502", marketing=True, shop="f")


def test_s34_a_refresh_never_gives_another_number() -> None:
    """R1: not the number, and nothing of what comes with it."""
    chat = bound()
    before = chat.contact
    for facts in (READ, replace(READ, shop_knows_line=True), replace(READ, member_no="8501", shop="g")):
        chat.hears(Outcome("member", "found", None, facts=facts), token=False)
        assert (chat.contact.member_no, chat.attributes["points"]) == ("8501", 1200)
        assert chat.contact.bindings == before.bindings
        assert [step.what for step in chat.because("left out")] == ["member"]


def test_s34_what_comes_after_the_binding_is_undone_is_not_taken_over() -> None:
    """A refresh that was under way meanwhile."""
    chat = bound()
    chat.says("解除")
    chat.hears(Outcome("member", "found", None, facts=replace(READ, member_no="8501")), token=False)
    nothing_is_left(chat)


def test_s34_who_binds_as_another_member_keeps_nothing_of_the_first() -> None:
    """R1: the shop's record may be silent about what the other one's said; and the shop's login was theirs."""
    chat = bound()
    chat.contact = replace(chat.contact, bindings={**chat.contact.bindings, "shop": Binding(NOON)})
    chat.says("綁定")
    silent = found(chat, "8502", phone=OTHER, values={}, tags={}, consent=None, former="main:U7")
    chat.comes_back("member", "found", found=silent)
    assert chat.actions(ConfirmPhone) == [ConfirmPhone(OTHER, "8502", None, "main:U7")]
    assert chat.actions(FreePhone) == [FreePhone(PHONE)]
    contact = chat.contact
    assert (contact.member_no, contact.phone, [*contact.bindings]) == ("8502", OTHER, ["phone"])
    assert chat.attributes == {"skin": "乾"}
    assert chat.tags == {"常客", "已綁定"}
    assert contact.marketing is None


def test_who_has_lost_the_phone_unbinds_all_the_same() -> None:
    """The phone changed hands: there is none to free, and the log is written."""
    chat = bound()
    chat.contact = replace(chat.contact, phone=None)
    chat.hears(Rewritten("phone_lost", "main:U9"), token=False)
    assert (chat.contact.member_no, chat.actions(RefreshMember)) == ("8501", [RefreshMember(None)])
    chat.says("解除")
    assert chat.actions(FreePhone) == [FreePhone(None)]
    nothing_is_left(chat)


VALUES = st.fixed_dictionaries(
    {}, optional={"t.tier": st.sampled_from(["金卡", "一般"]), "n.points": st.sampled_from([1, 1500])}
)
NUMBERS = st.sampled_from(["8501", "8502", None])
FACTS = st.builds(
    Facts,
    values=VALUES,
    tags=st.fixed_dictionaries({}, optional={"批發": st.booleans()}),
    member_no=NUMBERS.filter(bool),
    shop_knows_line=st.sampled_from([None, True, False]),
    marketing=st.sampled_from([None, True, False]),
    shop=st.sampled_from(["f", "g"]),
)
STEPS = st.lists(
    FACTS
    | st.builds(lambda values: ReservedMember(PHONE, "8501", values, shop="f"), VALUES)
    | st.builds(lambda values: ReservedMember(OTHER, "8502", values, shop="f"), VALUES)
    | st.just(ReservedMember(PHONE))
    | st.sampled_from(["解除", "常客"]),
    max_size=8,
)


@given(STEPS)
def test_s34_no_step_shows_what_is_another_members(steps: list[Facts | ReservedMember | str]) -> None:
    """R1, R2: a number changes by binding alone; who is not bound has nothing of the shop's."""
    chat = Chat(PLAYBOOK)
    for step in steps:
        before = chat.contact
        if isinstance(step, str):
            chat.says(step)
        elif isinstance(step, Facts):
            chat.hears(Outcome("member", "found", None, facts=step), token=False)
            if before.bindings and chat.contact.bindings and before.member_no is not None:
                assert chat.contact.member_no == before.member_no
        else:
            chat.says("綁定")
            chat.comes_back("member", "found", found=replace(step, until=chat.now + timedelta(minutes=1)))
        if not chat.contact.bindings:
            assert of_shop(chat.contact) == []
            assert not {i.cause for i in chat.contact.flows} & {"shop", "bound phone", "tag_added 已綁定"}


def test_tags_that_a_person_had_before_are_not_the_shops() -> None:
    chat = Chat(PLAYBOOK, replace(somebody(), tags=(Tag("批發", NOON, "rules.1"),)))
    chat.says("綁定")
    chat.comes_back("member", "found", found=found(chat))
    chat.says("解除")
    assert "批發" in chat.tags


def test_s33_what_a_date_of_the_shop_began_ends_too() -> None:
    """R2, H1: no birthday gift for members to who is none any more; a date of one's own is nobody's to take."""
    playbook = compiled("""
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, shop: f}}
shops: {f: {platform: csv, channel: main, attributes: {birthday: b}}}
attributes: {birthday: date, own: date}
rules: [{when: {text: 解除}, unbind: phone}]
flows:
  gift: {when: {anniversary: birthday, days_before: 3, at: "10:00"}, once_per: 300d, states: {等: {wait: 3d, next: 完}, 完: {push: 會員生日禮, end: true}}}
  mine: {when: {anniversary: own, days_before: 3, at: "10:00"}, once_per: 300d, states: {等: {wait: 3d, next: 完}, 完: {push: 紀念日, end: true}}}
""")
    day = AttributeValue("1990-09-06", NOON)
    member = replace(
        somebody(),
        phone=PHONE,
        member_no="8501",
        member_shop="f",
        bindings={"phone": Binding(NOON)},
        attributes={"d.birthday": day, "d.own": day},
    )
    chat = Chat(playbook, member)
    chat.says("哈囉")
    chat.waits(days=2)
    assert flows(chat) == {"gift", "mine"}
    chat.says("解除")
    assert flows(chat) == {"mine"}
    assert chat.waits(days=5) == ["紀念日"]


def test_page_sessions_and_addresses_end_with_a_binding() -> None:
    """R4: of who was bound; who was not has nothing to end."""
    chat = bound()
    assert chat.contact.signed_out is None
    chat.says("解除")
    assert chat.contact.signed_out == chat.now
    first = chat.now
    chat.waits(hours=1)
    chat.says("解除")
    assert chat.contact.signed_out == first
