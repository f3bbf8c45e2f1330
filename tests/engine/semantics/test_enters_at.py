"""`when: {enters: …, at: …}`: a journey waits for a time of day (semantics 24)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.engine.chat import chat_of
from tests.playbooks import compiled

JOURNEY = """
tags: {放購物車: {}}
audiences: {還沒結帳: {if: {tag: 放購物車}}}
flows:
  j:
    when: {enters: 還沒結帳, at: 10:00}
    once_per: person
    if_late: skip
    states: {a: {push: 購物車還在等您, end: true}}
rules:
  - {when: {text: 放}, add_tags: [放購物車]}
  - {when: {text: 買}, remove_tags: [放購物車]}
"""


def test_s24_it_begins_at_the_next_such_time_for_who_is_still_there() -> None:
    chat = chat_of(JOURNEY)  # noon
    assert chat.says("放") == []
    assert chat.waits(hours=21, minutes=59) == []
    assert chat.waits(minutes=1) == ["購物車還在等您"]
    chat.says("買")
    chat.says("放")
    assert chat.waits(days=2) == []  # once_per: person


def test_s24_who_has_left_by_then_does_not_begin_it() -> None:
    chat = chat_of(JOURNEY)
    chat.says("放")
    chat.says("買")
    assert chat.waits(days=1) == []
    assert [step.because for step in chat.because("not started")] == ["j: is not in 還沒結帳 any more"]
    chat.says("放")
    assert chat.waits(days=1) == ["購物車還在等您"]  # and has not used it up


def test_at_that_very_moment_it_begins_at_once() -> None:
    chat = chat_of(JOURNEY, now=datetime(2026, 9, 1, 2, 0, tzinfo=UTC))
    chat.says("放")
    assert chat.waits(seconds=1) == ["購物車還在等您"]


def test_after_a_downtime_if_late_says_what_becomes_of_it() -> None:
    chat = chat_of(JOURNEY)
    chat.says("放")
    assert chat.waits(days=2, down=True) == []
    assert chat.waits(days=2) == []


@pytest.mark.parametrize("changed", ["", "{enters: 還沒結帳}"])
def test_a_playbook_without_it_forgets_who_waited(changed: str) -> None:
    chat = chat_of(JOURNEY)
    chat.says("放")
    text = JOURNEY.replace("{enters: 還沒結帳, at: 10:00}", changed or "{tag_added: 放購物車}")
    chat.playbook = compiled(text)
    assert chat.waits(days=2) == []
