"""What stands ready for staff: cards that need no turn, and the links of pages (E3)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.contact import Contact, Identity
from bot.operations.chat.answering import ChatRefused
from bot.operations.chat.canned import CannedAnswer, canned_answers, canned_messages
from bot.playbook.load import load
from bot.playbook.valid import valid_playbook
from tests.conftest import NOW
from tests.playbooks import loaded

ROOT = Path(__file__).parents[2]
PLAYBOOK = """
bot: 森活選品
channels:
  main:
    {id: forest, channel_id: "1", channel_secret: x, access_token: t,
     liff: {login_channel_id: "5", liff_id: 5-a}}
cards:
  welcome:
    buttons: {title: "歡\u202e迎", text: "想找什麼？\n點按鈕", taps: [{label: 官網, open: "https://a.example"}]}
  shipping: {text: "{{ contact.name }}您好，滿千免運"}
  away: {text: 目前不在, staff: false}
  order_no: {text: "訂單 {{ event.no }} 已出貨"}
forms:
  survey: {title: 問卷, fields: [{ask: 信箱？, answer: email}], done: {reply: 謝謝}}
signals: {sent: {no: text}}
privacy:
  {controller: 森活, purpose: 會員管理, kinds: 信箱, period: 五年, recipients: 本公司,
   rights_contact: a@b.example, url: "https://b.example", terms: "https://b.example/t", version: "1"}
rules:
  - {when: {text: 運費}, reply: shipping}
  - {when: {signal: sent}, push: order_no}
"""
AMY = Contact("main:U1", name="小美", identities=(Identity("main", "U1", friend=True),))


def test_cards_that_need_no_turn_and_links_stand_ready() -> None:
    found = valid_playbook(loaded(PLAYBOOK))
    playbook, account = found.playbook, found.settings.channels["main"]
    ready = canned_answers(playbook, account, NOW)
    cards = [one for one in ready if one.kind == "card"]
    assert [one.name for one in cards[:2]] == ["welcome", "shipping"], "in the order of the playbook"
    assert not {"order_no", "away"} & {one.name for one in cards}, "of a turn; kept from staff"
    assert [(one.title, one.text) for one in cards[:2]] == [
        ("歡迎", "想找什麼？ 點按鈕"),
        ("朋友您好，滿千免運", ""),
    ]
    links = {one.name: one for one in ready if one.kind == "page"}
    assert links["survey"].title == "問卷"
    (card,) = canned_messages(playbook, AMY, account, CannedAnswer("card", "shipping"), NOW)
    assert card["text"] == "小美您好，滿千免運"
    (link,) = canned_messages(playbook, AMY, account, links["survey"], NOW)
    assert link["text"].startswith("問卷\nhttps://liff.line.me/5-a")
    for gone in (CannedAnswer("card", "gone"), CannedAnswer("card", "away"), CannedAnswer("page", "gone")):
        with pytest.raises(ChatRefused):
            canned_messages(playbook, AMY, account, gone, NOW)


def test_what_binds_comes_first_and_links_last() -> None:
    found = valid_playbook(load(ROOT, {"LIFF_ID": "5-a"}, unset="warning"))
    ready = canned_answers(found.playbook, found.settings.channels["main"], NOW)
    assert [(one.kind, one.name) for one in ready[:2]] == [("card", "binding"), ("page", "phone_binding")]
    assert (ready[0].title, ready[0].text) == ("綁定手機，成為會員", "30 秒完成，馬上看到會員卡")
    assert [one.binds for one in ready].count(True) == 2
    kinds = [one.kind for one in ready[2:]]
    assert kinds == sorted(kinds), "cards, then the links of the other pages"
    names = [one.name for one in ready if one.kind == "card"]
    assert names.index("welcome") < names.index("opening_hours") < names.index("store_list")
    bound = replace(AMY, phone="+886912345678")
    offered = canned_answers(found.playbook, found.settings.channels["main"], NOW, bound)
    assert [one.name for one in offered] == [one.name for one in ready[2:]], "nothing that binds a bound one"


def test_where_a_card_says_ready_only_those_are() -> None:
    """A playbook of before, none of whose cards says so, offers all that do not say `staff: false`."""
    found = valid_playbook(loaded(PLAYBOOK.replace("目前不在, staff: false", "目前不在, ready: true")))
    playbook, account = found.playbook, found.settings.channels["main"]
    ready = canned_answers(playbook, account, NOW)
    assert [one.name for one in ready if one.kind == "card"] == ["away"]
    with pytest.raises(ChatRefused):
        canned_messages(playbook, AMY, account, CannedAnswer("card", "shipping"), NOW)
