"""What staff change by hand is done in a turn: news, journeys and the rich menu follow (J1, G2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.compiled.menu import Menu
from bot.engine.conditions.values import HasTag
from bot.model.contact import Tag
from bot.model.staff_order import StaffSets, StaffStops, StaffTags
from tests.engine.chat import NOON, Chat
from tests.playbooks import compiled, place

RULES = compiled("""
tags: {VIP: {expires: 7d, added_by: staff}, 新客: {added_by: staff}}
attributes:
  points: number
  skin: {type: text, values: [乾性, 油性]}
  tier: text
shops: {main: {platform: csv, attributes: {tier: 等級}}}
rules:
  - {when: {tag_added: VIP}, push: 恭喜}
  - {when: {tag_removed: 新客}, push: 不新了}
  - {when: {attribute_changed: points}, push: "{{ event.new or 0 }} 點"}
""")
VIP_ONLY = HasTag(place("if"), ("VIP",))
MENUS = (Menu("貴客", place("rich_menus[0]"), VIP_ONLY), Menu("大家", place("rich_menus[1]"), None))
BOOK = replace(RULES, menus=MENUS)
"""With menus put in by hand, which need pictures in a file."""
WHO = "command:root"


def test_a_tag_is_put_on_by_those_who_did_it_and_all_follows() -> None:
    chat = Chat(BOOK)
    assert chat.hears(StaffTags(WHO, add=("VIP",)), token=False) == ["恭喜"]
    [tag] = chat.contact.tags
    assert (tag.name, tag.at, tag.by, tag.again) == ("VIP", NOON, WHO, 0)
    assert chat.contact.identity("main").menu == "貴客"
    assert chat.hears(StaffTags(WHO, add=("VIP",)), token=False) == []
    assert chat.contact.tags[0].again == 1
    assert chat.hears(StaffTags(WHO, remove=("VIP",)), token=False) == []
    assert (chat.contact.tags, chat.contact.identity("main").menu) == ((), "大家")


def test_what_is_not_on_is_not_taken_off() -> None:
    chat = Chat(BOOK)
    assert chat.hears(StaffTags(WHO, remove=("新客",)), token=False) == []
    chat.contact = replace(chat.contact, tags=(Tag("新客", NOON, "x"),))
    assert chat.hears(StaffTags(WHO, remove=("新客",)), token=False) == ["不新了"]


def test_an_attribute_is_set_and_cleared() -> None:
    chat = Chat(BOOK)
    assert chat.hears(StaffSets("points", 120), token=False) == ["120 點"]
    assert chat.hears(StaffSets("points", 120), token=False) == []
    assert chat.hears(StaffSets("points"), token=False) == ["0 點"]
    assert chat.attributes == {}


def test_marketing_is_stopped_as_by_the_word_and_taken_back() -> None:
    """J2: rules for the news hear it; taken back, what is known of the person's wish is as before."""
    chat = Chat(compiled("rules: [{when: {marketing: stopped}, do: [{add_tags: 不要}]}]\ntags: {不要: }"))
    assert chat.hears(StaffStops(), token=False) == []
    assert (chat.contact.marketing, chat.contact.marketing_here) == (False, False)
    assert [tag.name for tag in chat.contact.tags] == ["不要"]
    chat.hears(StaffStops(undo=True), token=False)
    assert (chat.contact.marketing, chat.contact.marketing_here) == (None, None)
    chat.says("恢復推播")
    chat.hears(StaffStops(), token=False)
    assert chat.contact.marketing is False
    chat.hears(StaffStops(undo=True), token=False)
    assert (chat.contact.marketing, chat.contact.marketing_here) == (True, True)


@pytest.mark.parametrize("after", [False, True])
def test_a_no_of_the_persons_own_is_never_taken_back_by_staff(after: bool) -> None:
    """Said before staff stop, or since: the turn decides, whatever the command has seen."""
    chat = Chat(compiled("rules: [{when: {text: 嗨}, reply: 您好}]"))
    for told in (StaffStops(), "停止推播") if after else ("停止推播", StaffStops()):
        if isinstance(told, str):
            chat.says(told)
        else:
            chat.hears(told, token=False)
    chat.hears(StaffStops(undo=True), token=False)
    assert (chat.contact.marketing, chat.contact.marketing_here) == (False, False)
    assert ("marketing", "unchanged") in [(step.what, step.result) for step in chat.decisions[-1].trace]


def test_what_the_attribute_does_not_take_leaves_it_as_it_is() -> None:
    """Also where the playbook has changed since the command, or the attribute is the shop's."""
    chat = Chat(BOOK)
    for told in (
        StaffSets("points", "很多"),
        StaffSets("skin", "乾"),
        StaffSets("tier", "金卡"),
        StaffSets("x", 1),
    ):
        chat.hears(told, token=False)
        assert ("set", "not-set") in [(step.what, step.result) for step in chat.decisions[-1].trace]
    assert chat.attributes == {}
