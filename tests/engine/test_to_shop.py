"""What is set here and mapped with `write: true` goes to the shop; what it says does not go back (C10)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model.contact import AttributeValue, Binding, Contact
from bot.model.effects import CONSENT, RegisterMember, WriteMember
from bot.model.event import Facts, News, Outcome
from bot.model.staff_order import StaffSets, StaffStops
from tests.engine.chat import NOON, Chat, chat_of, somebody
from tests.playbooks import compiled

BOT = """
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: opaque, shop: erp}}
attributes: {skin: text, visits: number, tier: text, mine: text}
shops:
  erp:
    platform: hook
    url: https://erp.example/oaflow
    secret: opaque
    attributes: {skin: {from: skin.type, write: true}, visits: {from: visits, write: true}, tier: tier}
    consent: {from: marketing, write: true}
rules:
  - {when: {text: 乾性}, set: {skin: 乾性}}
  - {when: {text: 兩次}, do: [{set: {skin: 乾性}}, {set: {skin: 油性}}, {increase: {visits: 1}}]}
  - {when: {text: 忘了}, clear: skin}
  - {when: {text: 停止推播}, stop_marketing: true}
  - {when: {text: 恢復推播}, allow_marketing: true}
  - {when: {text: 自己的}, set: {mine: 甲}}
"""
PLAYBOOK = compiled(BOT)
MEMBER = replace(
    somebody(), member_no="M1", member_shop="erp", bindings={"phone": Binding(NOON)}, phone="+886912345678"
)


def test_what_is_set_is_written_once_for_a_turn_as_it_is_at_its_end() -> None:
    chat = Chat(PLAYBOOK, MEMBER)
    chat.says("兩次")
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {"t.skin": "油性", "n.visits": 1})]
    chat.says("忘了")
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {"t.skin": None})]
    chat.says("忘了")
    assert chat.actions(WriteMember) == [], "it was so already"
    chat.says("自己的")
    assert chat.actions(WriteMember) == [], "no shop maps it"


def test_a_no_and_a_yes_to_marketing_are_written_and_what_the_shop_says_is_not() -> None:
    chat = Chat(PLAYBOOK, replace(MEMBER, marketing_shop=True, marketing=True))
    chat.says("停止推播")
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {CONSENT: False})]
    chat.says("恢復推播")
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {CONSENT: True})], (
        "the shop may hear of the no only now"
    )
    chat.says("恢復推播")
    assert chat.actions(WriteMember) == [], "both sides say so already"
    chat.hears(News("shop", "member_updated", facts=Facts(marketing=False, shop="erp", member_no="M1")))
    assert (chat.contact.marketing, chat.actions(WriteMember)) == (False, [])
    chat.says("恢復推播")
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {CONSENT: True})]


def test_where_the_mapping_does_not_say_so_consent_stays_here() -> None:
    chat = Chat(compiled(BOT.replace("{from: marketing, write: true}", "marketing")), MEMBER)
    chat.says("停止推播")
    assert chat.actions(WriteMember) == []


@pytest.mark.parametrize(
    ("consent_from", "before", "taken_back"),
    [
        ("shop", True, [True]),
        ("shop", False, []),
        ("shop", None, []),
        ("here", True, [True]),
        ("strictest", True, [True]),
        ("strictest", False, []),
    ],
)
def test_what_staff_take_back_is_written_where_the_record_said_yes_before(
    consent_from: str, before: bool | None, taken_back: list[bool]
) -> None:
    """Nobody's *yes* is made up; the *no* that was written for staff does not outlive it."""
    chat = Chat(compiled(BOT + f"consent_from: {consent_from}\n"), replace(MEMBER, marketing_shop=before))
    chat.hears(StaffStops(), token=False)
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {CONSENT: False})]
    echo = News("shop", "member_updated", facts=Facts(marketing=False, shop="erp", member_no="M1"))
    chat.hears(echo)
    chat.hears(StaffStops(undo=True), token=False)
    assert [one.values[CONSENT] for one in chat.actions(WriteMember)] == taken_back


def test_what_the_member_has_said_at_the_shop_since_stays() -> None:
    chat = Chat(PLAYBOOK, replace(MEMBER, marketing_shop=True))
    chat.hears(StaffStops(), token=False)
    for said in (False, True, False):
        chat.hears(News("shop", "member_updated", facts=Facts(marketing=said, shop="erp", member_no="M1")))
    chat.hears(StaffStops(undo=True), token=False)
    assert chat.actions(WriteMember) == []


def test_what_staff_set_is_written_too() -> None:
    chat = Chat(PLAYBOOK, MEMBER)
    chat.hears(StaffSets("skin", "乾性"))
    assert chat.actions(WriteMember) == [WriteMember("erp", "M1", {"t.skin": "乾性"})]


@pytest.mark.parametrize(
    "contact",
    [
        somebody(),
        replace(MEMBER, bindings={}),
        replace(MEMBER, member_shop="another"),
    ],
)
def test_who_is_no_member_there_has_no_record_to_be_written(contact: Contact) -> None:
    chat = Chat(PLAYBOOK, contact)
    chat.says("乾性")
    assert chat.actions(WriteMember) == []


def test_what_the_shop_says_is_not_told_to_it() -> None:
    """Neither what it tells by itself, nor its record after a writing: else it would go round for ever."""
    chat = Chat(PLAYBOOK, MEMBER)
    facts = Facts({"t.skin": "中性", "t.tier": "金卡"}, {}, "M1", shop="erp")
    chat.hears(Outcome("member", "found", None, facts=facts))
    assert chat.contact.attributes["t.skin"].value == "中性"
    assert chat.actions(WriteMember) == []
    chat.hears(News("shop", "member_updated", {}, replace(facts, values={"t.skin": "乾性"})))
    assert chat.actions(WriteMember) == []


def test_unbinding_forgets_here_and_leaves_the_record_alone() -> None:
    known = {"t.skin": AttributeValue("乾性", NOON)}
    playbook = compiled(BOT + "  - {when: {text: 解除}, unbind: phone}\n")
    chat = Chat(playbook, replace(MEMBER, attributes=known))
    chat.says("解除")
    assert "t.skin" not in chat.contact.attributes
    assert chat.actions(WriteMember) == []


REGISTERS = """
sms: {c: {}}
privacy:
  {version: "1", controller: 甲, purpose: 乙, kinds: 丙, period: 丁, recipients: 戊, rights_contact: 己,
   url: "https://forest.example/p", terms: "https://forest.example/t"}
flows:
  f:
    page: true
    states:
      問: {ask: 您的手機？, answer: phone, next: 寄, give_up_after: {1h: 完}}
      寄:
        send_code: "{{ answer.問 }}"
        rules: [{when: {code: [sent, too_soon, refused, failed]}, to: 註冊}]
        give_up_after: {1m: 完}
      註冊:
        register_member: {name: 美玲}
        rules: [{when: {member: [found, missing, taken, shop_failed]}, to: 完}]
        give_up_after: {1m: 完}
      完: {end: true}
"""


@pytest.mark.parametrize("proven", [None, "+886912345678"])
def test_nobody_is_registered_without_a_right_code(proven: str | None) -> None:
    """D7: whose phone it is has to be proven, whatever a flow says."""
    liff = "shop: erp, sms: c, liff: {login_channel_id: '1', liff_id: '1-a'}}"
    chat = chat_of(BOT.replace("shop: erp}", liff) + REGISTERS)
    chat.goes_to("f")
    chat.does("f", "0912345678")
    chat.comes_back("code", "sent", proven=proven)
    asked = chat.actions(RegisterMember)
    assert [(one.phone, one.name, one.marketing) for one in asked] == (
        [] if proven is None else [(proven, "美玲", False)]
    )
    if proven is None:
        assert chat.state("f") is None, "it goes on as if the shop registered nobody"
    else:
        chat.comes_back("member", "found")
        assert chat.state("f") is None
