"""Semantics 22 and 23 where no door is: pushes by rules, mornings inside the quiet hours, who cannot be pushed to. H3, H4"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.contact import Identity
from bot.model.event import Follow, Unfollow
from tests.engine.chat import NOON, Chat
from tests.playbooks import compiled

REMINDER = """
hours: {夜間: "21:00-09:00"}
flows:
  j:
    when: {signal: go}
    once_per: always
    quiet_hours: 夜間
    if_late: LATE
    states:
      等: {rules: [{when: {after: 10m}, push: 還在嗎}], wait: 30d, next: 完}
      完: {end: true}
signals: {go: }
"""


def back_at_night(late: str) -> Chat:
    """The server is down from noon until three at night, two and a half days later."""
    chat = Chat(compiled(REMINDER.replace("LATE", late)))
    chat.told("signal", "go")
    assert chat.waits(down=True, hours=63) == []
    return chat


def test_s22_a_late_push_of_a_rule_waits_for_the_morning() -> None:
    chat = back_at_night("next_morning")
    assert chat.waits(hours=6, minutes=59) == []
    assert chat.waits(minutes=2) == ["還在嗎"]
    assert chat.state("j") == "等"
    assert chat.waits(days=2) == []


def test_s22_a_late_push_of_a_rule_ends_the_flow() -> None:
    chat = back_at_night("exit")
    assert chat.ended("j") == "late"


def test_s22_a_late_push_of_a_rule_is_skipped() -> None:
    chat = back_at_night("skip")
    assert chat.state("j") == "等"
    assert chat.waits(days=2) == []


@pytest.mark.parametrize(
    ("quiet", "late", "opens"),
    [
        ("20:00-11:00", "next_morning", 11),
        ("09:00-18:00", "next_morning", 18),
        ("21:00-09:00", "{then: next_morning, at: 08:00}", 9),
        ("21:00-09:00", "{then: next_morning, at: 09:30}", 9.5),
    ],
)
def test_s22_a_morning_that_never_is_outside_the_quiet_hours_is_their_end(
    quiet: str, late: str, opens: float
) -> None:
    text = """
hours: {夜間: QUIET}
flows:
  j:
    when: {signal: go}
    once_per: always
    quiet_hours: 夜間
    if_late: LATE
    states: {等: {wait: 2h, next: 推}, 推: {push: 推, end: true}}
signals: {go: }
"""
    chat = Chat(compiled(text.replace("QUIET", f'"{quiet}"').replace("LATE", late)))
    chat.told("signal", "go")
    chat.waits(down=True, hours=19)
    held = chat.instance("j").held
    assert held is not None
    assert held.until == NOON + timedelta(hours=12 + opens)
    assert chat.waits(days=1) == ["推"]


def test_s23_what_is_not_sent_to_who_has_blocked_us_uses_up_no_cap() -> None:
    text = """
limits: {pushes_per_person: 3 per 7d}
flows:
  j:
    when: {signal: go}
    once_per: always
    max_pushes: {person: 2}
    if_late: send
    states:
      一: {push: 一, wait: 1d, next: 二}
      二: {push: 二, wait: 1d, next: 三}
      三: {push: 三, wait: 1d, next: 四}
      四: {push: 四, end: true}
signals: {go: }
"""
    chat = Chat(compiled(text))
    assert chat.told("signal", "go") == ["一"]
    chat.hears(Unfollow(), token=False)
    assert chat.waits(days=1) == []
    assert chat.because("skipped")[0].because == "blocked"
    chat.hears(Follow(again=True))
    assert chat.waits(days=1) == ["三"]
    assert len(chat.contact.pushes) == 2
    assert chat.waits(days=1) == []
    assert chat.because("skipped")[0].because == "max_pushes"


TWO = """
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x, groups: silent}
  outlet: {id: "@b", channel_id: "2", channel_secret: y, groups: silent}
"""


def test_s24_a_date_is_told_where_the_person_is_seen_last_when_it_comes() -> None:
    """Not where they were when it was written down: they may have blocked that account since."""
    text = """
attributes: {birthday: date}
flows:
  j: {when: {anniversary: birthday, at: 10:00}, once_per: 300d, if_late: send, states: {一: {push: 生日快樂, end: true}}}
rules: [{when: {text_pattern: "生日 {d:date}"}, set: {birthday: "{{ event.d }}"}}, {when: {text: 嗨}, reply: 嗨}]
"""
    chat = Chat(compiled(TWO + text))
    chat.contact.identities = (*chat.contact.identities, Identity("outlet", "U2", friend=True))
    chat.says("生日 1990-10-10")
    chat.hears(Unfollow(), token=False)
    chat.waits(hours=1)
    chat.channel = "outlet"
    chat.says("嗨")
    assert chat.waits(days=60) == ["生日快樂"]
    assert {mark.channel for mark in chat.last.marks if mark.flow == "j"} == {"outlet"}


def test_s24_an_anniversary_many_days_after() -> None:
    text = """
attributes: {bought: date}
flows:
  j: {when: {anniversary: bought, days_after: DAYS, at: 10:00}, once_per: 300d, if_late: send, states: {一: {push: 一, end: true}}}
rules: [{when: {text_pattern: "買 {d:date}"}, set: {bought: "{{ event.d }}"}}]
"""
    for days, due in ((0, (2027, 9, 1)), (5, (2026, 9, 6)), (365, (2027, 9, 1)), (800, (2026, 11, 10))):
        chat = Chat(compiled(text.replace("DAYS", str(days))))
        chat.says("買 2000-09-01")
        assert [t.due for t in chat.contact.timers] == [datetime(*due, 2, tzinfo=UTC)], days


@pytest.mark.parametrize("why", ["marketing", "late", "max_pushes"])
def test_s21_a_question_that_was_not_asked_takes_no_answer(why: str) -> None:
    """Otherwise the next thing that they say, 「營業時間」, would be kept as the answer to what nobody saw."""
    text = """
attributes: {note: text}
flows:
  j:
    when: {signal: go}
    once_per: always
    max_pushes: {person: 1}
    if_late: skip
    states:
      一: {DO, wait: 1d, next: 問}
      問: {ask: 喜歡嗎, answer: text, save: note, otherwise: 再說一次, give_up_after: {3d: 完}, next: 完}
      完: {end: true}
signals: {go: }
rules: [{when: {text: 營業時間}, reply: 十點}, {when: {text: 開始}, start: j}]
"""
    chat = Chat(compiled(text.replace("DO", "push: 一" if why == "max_pushes" else "add_tags: [一]")))
    chat.told("signal", "go")
    if why == "marketing":
        chat.says("停止推播")
    assert chat.waits(down=why == "late", days=1 + (why == "late")) == []
    assert chat.state("j") == "問"
    assert chat.says("營業時間") == ["十點"]
    assert chat.says("隨便") == []
    assert "note" not in chat.attributes
    assert chat.says("開始") == ["喜歡嗎"], "asked at last, where it is free"
    assert chat.says("很喜歡") == []
    assert chat.attributes["note"] == "很喜歡"
