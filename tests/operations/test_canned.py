"""What stands ready for staff: cards that need no turn, and the links of pages (E3)."""

from __future__ import annotations

import pytest

from bot.model.contact import Contact, Identity
from bot.operations.chat.answering import ChatRefused
from bot.operations.chat.canned import CannedAnswer, canned_answers, canned_messages
from bot.playbook.valid import valid_playbook
from tests.conftest import NOW
from tests.playbooks import loaded

PLAYBOOK = """
bot: 森活選品
channels:
  main:
    {id: forest, channel_id: "1", channel_secret: x, access_token: t,
     liff: {login_channel_id: "5", liff_id: 5-a}}
cards:
  shipping: {text: "{{ contact.name }}您好，滿千免運"}
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
    cards = [one.name for one in ready if one.kind == "card"]
    assert "shipping" in cards
    assert "order_no" not in cards
    assert "您好，滿千免運" in str(ready[-1].title)
    links = {one.name: one for one in ready if one.kind == "page"}
    assert links["survey"].title == "問卷"
    (card,) = canned_messages(playbook, AMY, account, CannedAnswer("card", "shipping", ""), NOW)
    assert card["text"] == "小美您好，滿千免運"
    (link,) = canned_messages(playbook, AMY, account, links["survey"], NOW)
    assert link["text"].startswith("問卷\nhttps://liff.line.me/5-a")
    for gone in (CannedAnswer("card", "gone", ""), CannedAnswer("page", "gone", "")):
        with pytest.raises(ChatRefused):
            canned_messages(playbook, AMY, account, gone, NOW)
