"""D3, D5: whose clerk a person has is decided in the turn that hears of it, whatever was found meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.contact import Clerk, Identity
from bot.model.counts import BOUND, JOINED, OF_CLERKS
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Outcome
from bot.model.mark import Mark
from bot.model.short_code import ALPHABET, SIGNS, code_key, new_code
from bot.model.staff_order import StaffHandsOver
from tests.engine.chat import NOON, Chat, somebody
from tests.playbooks import compiled

AN, NING = (
    Clerk("7K3M9QX2TB", "小安", "xinyi", NOON, "A01"),
    Clerk("4H8P2WZ6CD", "小寧", "banqiao", NOON, "A02"),
)
PLAYBOOK = compiled(
    """
stores: {xinyi: {title: 信義店}, banqiao: {title: 板橋店}}
rules:
  - {when: {text_pattern: "聯絡專員 {code:word}"}, start: {flow: referral, with: {code: "{{ event.code }}"}}}
  - {when: {bound: clerk}, add_tags: [有專員]}
  - {when: {unbound: clerk}, remove_tags: [有專員]}
flows:
  referral:
    page: true
    inputs: {code: text}
    states:
      joining:
        do: [{bind_clerk: {code: "{{ answer.code }}"}}]
        rules:
          - {when: {clerk: bound}, to: joined}
          - {when: {clerk: already}, to: already}
          - {when: {clerk: [suspended, unknown]}, to: failed}
        give_up_after: {1m: failed}
      joined: {do: [{push: "{{ store.title }}的{{ clerk.name }}"}], end: true}
      already: {do: [{push: "已經是{{ clerk.name }}"}], end: true}
      failed: {do: [{push: 沒有這個代碼}], end: true}
"""
)


def joined_ago(ago: timedelta) -> tuple[Identity, ...]:
    return (Identity("main", "U1", friend=True, since=NOON - ago),)


@pytest.mark.parametrize(
    ("identities", "what"),
    [
        (joined_ago(timedelta(minutes=2)), {BOUND, JOINED}),
        (joined_ago(timedelta(days=2)), {BOUND}),
        ((Identity("outlet", "V1", friend=True, since=NOON),), {BOUND}),
        ((), {BOUND}),
    ],
)
def test_who_has_just_become_a_friend_has_joined_by_the_clerk(
    identities: tuple[Identity, ...], what: set[str]
) -> None:
    """D6: a new friend of this account, not an old one, nor one of another account."""
    chat = Chat(PLAYBOOK, replace(somebody(), identities=identities))
    chat.says("聯絡專員 7K3M9QX2TB")
    chat.hears(replace(found(AN), origin=asked(chat).origin))
    assert {mark.what for mark in counted(chat)} == what
    assert {mark.about for mark in counted(chat)} == {("A01", "xinyi")}


def found(clerk: Clerk, before: str | None = None, result: str = "bound") -> Outcome:
    return Outcome("clerk", result, None, clerk=clerk, clerk_before=before)


def asked(chat: Chat) -> FindClerk:
    [one] = chat.actions(FindClerk)
    return one


def counted(chat: Chat) -> list[Mark]:
    return [mark for mark in chat.decisions[-1].marks if mark.flow == OF_CLERKS]


def test_who_was_found_is_theirs_is_counted_and_is_news() -> None:
    chat = Chat(PLAYBOOK, somebody())
    chat.says("聯絡專員 7K3M9QX2TB")
    assert chat.hears(replace(found(AN), origin=asked(chat).origin)) == ["信義店的小安"]
    assert chat.contact.clerk == AN
    assert chat.contact.has_tag("有專員", chat.now)
    assert counted(chat) == [Mark("main", OF_CLERKS, BOUND, ("A01", "xinyi"))]


CHECKED = compiled(
    """
stores: {xinyi: {title: 信義店}}
rules: [{when: {text_pattern: "聯絡專員 {code:word}"}, start: {flow: f, with: {code: "{{ event.code }}"}}}]
flows:
  f:
    page: true
    inputs: {code: text}
    states:
      checking:
        do: [{check_clerk: {code: "{{ answer.code }}", rebind: true}}]
        rules:
          - {when: {clerk: valid}, to: 好}
          - {when: {clerk: already}, to: 有}
          - {when: {clerk: suspended}, to: 停用}
          - {when: {clerk: unknown}, to: 沒有}
        give_up_after: {1m: 沒有}
      好: {do: [{push: 手機？}], end: true}
      有: {do: [{push: 已經有了}], end: true}
      停用: {do: [{push: 停用了}], end: true}
      沒有: {do: [{push: 查不到}], end: true}
"""
)


@pytest.mark.parametrize(
    ("result", "said"),
    [("valid", "手機？"), ("already", "已經有了"), ("suspended", "停用了"), ("unknown", "查不到")],
)
def test_a_code_is_looked_up_and_nobody_is_bound(result: str, said: str) -> None:
    """D3, D5: before a phone is asked for."""
    chat = Chat(CHECKED, somebody())
    chat.says("聯絡專員 7K3M9QX2TB")
    [asked] = chat.actions(CheckClerk)
    assert (asked.code, asked.rebind) == ("7K3M9QX2TB", True)
    assert chat.hears(Outcome("clerk", result, asked.origin)) == [said]
    assert (chat.contact.clerk, counted(chat)) == (None, [])


def test_of_two_codes_looked_up_at_once_the_first_one_counts() -> None:
    """The desk saw nobody both times; the second turn finds somebody, and says so."""
    chat = Chat(PLAYBOOK, somebody())
    chat.says("聯絡專員 7K3M9QX2TB")
    origin = asked(chat).origin
    chat.hears(found(NING))  # the page of another flow was faster
    assert chat.hears(replace(found(AN), origin=origin)) == ["已經是小寧"]
    assert chat.contact.clerk == NING
    assert counted(chat) == []


def test_another_one_takes_over_where_that_was_meant() -> None:
    chat = Chat(PLAYBOOK, replace(somebody(), clerk=AN))
    chat.says("聯絡專員 4H8P2WZ6CD")
    assert chat.hears(replace(found(NING, "A01"), origin=asked(chat).origin)) == ["板橋店的小寧"]
    assert chat.contact.clerk == NING


def test_an_outcome_told_twice_changes_nothing_more() -> None:
    chat = Chat(PLAYBOOK, somebody())
    chat.hears(found(AN))
    chat.hears(replace(found(replace(AN, at=NOON + timedelta(hours=1)))))
    assert chat.contact.clerk == AN
    assert counted(chat) == []


def test_handed_over_people_keep_the_day_of_their_binding_and_it_is_no_news() -> None:
    """D2."""
    chat = Chat(PLAYBOOK, replace(somebody(), clerk=AN))
    later = replace(NING, at=NOON + timedelta(days=9))
    chat.hears(StaffHandsOver("A01", later))
    assert chat.contact.clerk == NING
    assert chat.decisions[-1].actions == ()
    chat.hears(StaffHandsOver("A01", replace(AN, name="別人")))
    assert chat.contact.clerk == NING, "who is another's by now stays so"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("7k3m9qx2tb", "7K3M9QX2TB"),
        (" 7K3M9-QX2TB\u3000", "7K3M9QX2TB"),
        ("７Ｋ３Ｍ９ＱＸ２ＴＢ", "7K3M9QX2TB"),
        ("OIl0", "0110"),
        ("員工-A01", "員工A01"),
        ("A" * 65, ""),
        ("", ""),
    ],
)
def test_a_code_is_the_same_however_it_is_written(written: str, key: str) -> None:
    assert code_key(written) == key


def test_a_code_of_ours_is_ten_random_signs_of_crockfords() -> None:
    codes = {new_code() for _ in range(200)}
    assert len(codes) == 200
    assert {len(code) for code in codes} == {SIGNS}
    assert set("".join(codes)) <= set(ALPHABET)
    assert all(code_key(code) == code for code in codes)
