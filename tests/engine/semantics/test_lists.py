"""Lists of people (CSV) in rules and audiences (F6; semantics 24): who stands on one, and what is news of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Binding, Contact, Identity
from bot.model.event import Rewritten
from bot.model.instance import ReservedMember
from bot.model.staff_order import StaffBinds, StaffUnbinds
from tests.engine.chat import NOON, Chat
from tests.playbooks import compiled

PHONE, OTHER = "+886912345678", "+886922000111"
USER = "U" + "0123456789abcdef" * 2

RULES = """
tags: {進: {}, 出: {}, 熟: {}}
audiences:
  名單: {csv: rules/list.csv, column: COLUMN}
rules:
  - {when: {enters: 名單}, add_tags: [進]}
  - {when: {leaves: 名單}, add_tags: [出]}
  - {when: {bound: phone}, if: {audience: 名單}, add_tags: [熟]}
  - {when: {text: 我}, if: {audience: 名單}, reply: 在名單上}
  - {when: {text: 我}, reply: 不在名單上}
"""


def playbook(*rows: str, column: str = "phone") -> Playbook:
    return compiled(RULES.replace("COLUMN", column), rules__list_csv="\n".join((column, *rows)))


def binds(chat: Chat, phone: str = PHONE, number: str | None = None) -> None:
    chat.hears(StaffBinds(ReservedMember(phone, number, until=chat.now + timedelta(minutes=5))), token=False)


def on(chat: Chat) -> list[str]:
    return list(chat.contact.lists)


def in_audiences(chat: Chat) -> list[str]:
    return list(chat.contact.audiences)


def test_s24_a_phone_counts_from_the_moment_it_is_proven() -> None:
    """Who only says so could claim anybody's number."""
    chat = Chat(playbook("0912-345-678"))
    chat.contact = replace(chat.contact, phone=PHONE)
    assert chat.says("我") == ["不在名單上"]
    assert on(chat) == []
    binds(chat)
    assert chat.tags == {"進", "熟"}  # rules that hear of the binding ask for the list already
    assert chat.says("我") == ["在名單上"]
    assert on(chat) == [chat.playbook.lists[0].key]
    chat.hears(StaffUnbinds("phone"), token=False)
    assert chat.says("我") == ["不在名單上"]
    assert "出" in chat.tags
    assert on(chat) == []


def test_another_phone_is_nobodys() -> None:
    chat = Chat(playbook("0912345678"))
    binds(chat, OTHER)
    assert chat.says("我") == ["不在名單上"]


def test_a_member_number_counts_while_it_is_bound() -> None:
    chat = Chat(playbook("M1", column="member_no"))
    chat.contact = replace(chat.contact, member_no="M1")
    assert chat.says("我") == ["不在名單上"]
    chat.contact = replace(chat.contact, bindings={"shop": Binding(NOON)})
    assert chat.says("我") == ["在名單上"]


def test_a_line_id_counts_at_once() -> None:
    chat = Chat(
        playbook(USER, column="line_id"), Contact(f"main:{USER}", identities=(Identity("main", USER),))
    )
    assert chat.says("我") == ["在名單上"]


def test_s24_whom_another_list_brings_in_or_out_is_no_news() -> None:
    """As of all bulk loads (3): else thousands would be told something on the day of a new list."""
    chat = Chat(playbook(OTHER))
    binds(chat)
    chat.says("我")
    chat.edited(playbook(OTHER, PHONE))
    assert chat.says("我") == ["在名單上"]
    assert chat.tags == set()
    assert in_audiences(chat) == ["main:名單"]
    chat.edited(playbook(OTHER))
    assert chat.says("我") == ["不在名單上"]
    assert chat.tags == set()
    assert in_audiences(chat) == []


def test_what_the_person_does_in_the_first_turn_by_another_list_is_news() -> None:
    chat = Chat(playbook(OTHER))
    chat.says("我")
    chat.edited(playbook(OTHER, PHONE))
    binds(chat)
    assert chat.tags == {"進", "熟"}


def test_a_phone_that_came_with_another_contact_is_news() -> None:
    chat = Chat(playbook(OTHER))
    chat.says("我")
    chat.edited(playbook(PHONE))
    chat.contact = replace(chat.contact, phone=PHONE, bindings={"phone": Binding(NOON)})
    chat.hears(Rewritten("phone_came", "main:U9"), token=False)
    assert "進" in chat.tags


@pytest.mark.parametrize("edit", ["audiences: {}\n", ""])
def test_a_list_that_is_gone_leaves_nothing_behind(edit: str) -> None:
    chat = Chat(playbook(PHONE))
    binds(chat)
    chat.edited(compiled(edit + "rules: [{when: {text: 我}, reply: 您好}]"))
    chat.says("我")
    assert (on(chat), in_audiences(chat)) == ([], [])
    assert "出" not in chat.tags


def test_an_audience_may_ask_for_a_list_among_other_things() -> None:
    text = RULES.replace(
        "名單: {csv", "客人: {if: {all: [{audience: 名單}, {not: {tag: 出}}]}}\n  名單: {csv"
    )
    text = text.replace("COLUMN", "phone").replace("enters: 名單", "enters: 客人")
    chat = Chat(compiled(text, rules__list_csv="0922000111\n"))
    binds(chat)
    chat.edited(compiled(text, rules__list_csv=f"{OTHER}\n{PHONE}\n"))
    chat.says("我")
    assert in_audiences(chat) == ["main:名單", "main:客人"]
    assert "進" not in chat.tags
