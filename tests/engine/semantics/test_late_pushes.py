"""Semantics 22 and 23 where no door is: pushes by rules, mornings inside the quiet hours, who cannot be pushed to. H3, H4"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model.contact import Identity
from bot.model.event import Follow, Unfollow
from tests.engine.chat import NOON, Chat, chat_of
from tests.playbooks import QUIET_JOURNEY, compiled

REMINDER = (
    QUIET_JOURNEY
    + """\
    states:
      等: {rules: [{when: {after: 10m}, push: 還在嗎}], wait: 30d, next: 完}
      完: {end: true}
"""
)


def back_at_night(late: str) -> Chat:
    """The server is down from noon until three at night, two and a half days later."""
    chat = chat_of(REMINDER.replace("LATE", late))
    chat.told("signal", "go")
    assert chat.waits(down=True, hours=63) == []
    return chat


def test_s22_a_late_push_of_a_rule_waits_for_the_morning() -> None:
    chat = back_at_night("next_morning")
    assert chat.waits(hours=6, minutes=59) == []
    assert chat.waits(minutes=2) == ["還在嗎"]
    assert chat.state("j") == "等"
    assert chat.waits(days=2) == []


@pytest.mark.parametrize("writes", [True, False])
def test_s22_an_edit_before_the_morning_changes_nothing_of_it(writes: bool) -> None:
    """Neither twice, nor at night, nor never."""
    chat = back_at_night("next_morning")
    more = "rules: [{when: {text: 嗨}, reply: 嗨嗨}]\n"
    chat.edited(compiled(REMINDER.replace("LATE", "next_morning") + more))
    if writes:
        assert chat.says("嗨") == ["嗨嗨"]
        assert chat.waits(hours=6) == []
    assert chat.waits(hours=8) == ["還在嗎"]
    assert chat.waits(days=2) == []


def test_s22_a_pause_over_the_morning_makes_it_wait_for_the_next() -> None:
    chat = back_at_night("next_morning")
    chat.edited(compiled(REMINDER.replace("LATE", "next_morning\n    status: paused")))
    assert chat.waits(hours=20) == []
    chat.edited(compiled(REMINDER.replace("LATE", "next_morning")))
    assert chat.waits(hours=8) == []
    assert chat.waits(days=1) == ["還在嗎"]


TWO_WAYS = REMINDER.replace("      完:", "      乙: {wait: 1d, next: 完}\n      完:")


@pytest.mark.parametrize("late", ["exit", "next_morning"])
def test_s22_a_rule_that_does_not_fit_is_no_late_push(late: str) -> None:
    """Its condition does not hold: nobody is thrown out, and what does fit goes on at once."""
    rules = "[{when: {after: 10m}, if: {tag: 甲}, push: 還在嗎}, {when: {after: 10m}, to: 乙}]"
    text = TWO_WAYS.replace("[{when: {after: 10m}, push: 還在嗎}]", rules).replace("LATE", late)
    chat = chat_of(text + "rules: [{when: {text: 甲}, add_tags: [甲]}]\n")
    chat.told("signal", "go")
    chat.waits(down=True, hours=63)
    assert chat.state("j") == "乙"


@pytest.mark.parametrize("late", ["next_morning", "exit"])
@pytest.mark.parametrize(
    "rule",
    [
        "{when: {after: 10m}, push: 還在嗎}",
        "{when: {after: 10m}, push: 還在嗎, to: 乙}",
        "{when: {after: 10m}, reply: {message: 還在嗎, or_push: true}}",
    ],
    ids=["alone", "beside a move", "a reply that may be pushed"],
)
def test_s22_a_late_push_of_a_rule_waits_or_ends_the_flow(rule: str, late: str) -> None:
    text = (TWO_WAYS if "to:" in rule else REMINDER).replace("{when: {after: 10m}, push: 還在嗎}", rule)
    chat = chat_of(text.replace("LATE", late))
    chat.told("signal", "go")
    assert chat.waits(down=True, hours=63) == []
    assert (chat.ended("j") == "late") is (late == "exit")
    assert chat.waits(hours=8) == (["還在嗎"] if late == "next_morning" else [])


@pytest.mark.parametrize("late", ["next_morning", "exit"])
def test_s22_what_a_journey_runs_is_late_by_its_rule(late: str) -> None:
    state = "{rules: [{when: {after: 10m}, push: 還在嗎}], wait: 30d, next: 完}"
    child = f"  k: {{states: {{問: {state.replace('完', '好')}, 好: {{end: true}}}}}}\n"
    text = REMINDER.replace(state, "{run: k, next: 完}") + child
    chat = chat_of(text.replace("LATE", late))
    chat.told("signal", "go")
    assert chat.waits(down=True, hours=63) == []
    assert (chat.ended("j") == "late") is (late == "exit")
    assert chat.waits(hours=8) == (["還在嗎"] if late == "next_morning" else [])


def test_s22_after_a_holiday_of_twelve_days_it_is_a_morning_still() -> None:
    text = REMINDER.replace('"21:00-09:00"', '["2026-09-01..2026-09-12"]').replace("LATE", "next_morning")
    chat = chat_of(text)
    chat.told("signal", "go")
    chat.waits(down=True, hours=20)
    [timer] = [timer for timer in chat.contact.timers if timer.deferred]
    assert timer.due == datetime(2026, 9, 13, 2, tzinfo=UTC)


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
    text = QUIET_JOURNEY + "    states: {等: {wait: 2h, next: 推}, 推: {push: 推, end: true}}\n"
    chat = chat_of(text.replace("21:00-09:00", quiet).replace("LATE", late))
    chat.told("signal", "go")
    chat.waits(down=True, hours=19)
    assert chat.door("j") == ("late", NOON + timedelta(hours=12 + opens))
    assert chat.waits(days=1) == ["推"]


def test_s23_what_is_not_sent_to_who_has_blocked_us_uses_up_no_cap() -> None:
    chat = chat_of("""
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
""")
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


BIRTHDAY = """
attributes: {birthday: date}
flows:
  j:
    when: {anniversary: birthday, at: 10:00}
    once_per: 300d
    if_late: send
    states: {一: {push: 生日快樂, end: true}}
rules: [{when: {text_pattern: "生日 {d:date}"}, set: {birthday: "{{ event.d }}"}}, {when: {text: 嗨}, reply: 嗨}]
"""


def test_s24_a_date_is_told_where_the_person_is_seen_last_when_it_comes() -> None:
    """Not where they were when it was written down: they may have blocked that account since."""
    chat = chat_of(TWO + BIRTHDAY)
    chat.contact.identities = (*chat.contact.identities, Identity("outlet", "U2", friend=True))
    chat.says("生日 1990-10-10")
    chat.hears(Unfollow(), token=False)
    chat.waits(hours=1)
    chat.channel = "outlet"
    chat.says("嗨")
    assert chat.waits(days=60) == ["生日快樂"]
    assert {mark.channel for mark in chat.last.marks if mark.flow == "j"} == {"outlet"}


@pytest.mark.parametrize("gone", [True, False])
def test_s24_a_date_is_not_told_on_an_account_that_is_blocked_or_gone(gone: bool) -> None:
    chat = chat_of(TWO + BIRTHDAY)
    chat.contact.identities = (*chat.contact.identities, Identity("outlet", "U2", friend=True))
    chat.says("生日 1990-10-10")
    chat.waits(hours=1)
    chat.channel = "outlet"
    if gone:
        chat.says("嗨")
        chat.edited(compiled(BIRTHDAY))
    else:
        chat.hears(Unfollow(), token=False)
    chat.channel = "main"
    assert chat.waits(days=60) == ["生日快樂"]
    assert {mark.channel for mark in chat.last.marks if mark.flow == "j"} == {"main"}


def test_s24_an_anniversary_many_days_after() -> None:
    text = """
attributes: {bought: date}
flows:
  j: {when: {anniversary: bought, days_after: DAYS, at: 10:00}, once_per: 300d, if_late: send, states: {一: {push: 一, end: true}}}
rules: [{when: {text_pattern: "買 {d:date}"}, set: {bought: "{{ event.d }}"}}]
"""
    for days, due in ((0, (2027, 9, 1)), (5, (2026, 9, 6)), (365, (2027, 9, 1)), (800, (2026, 11, 10))):
        chat = chat_of(text.replace("DAYS", str(days)))
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
    chat = chat_of(text.replace("DO", "push: 一" if why == "max_pushes" else "add_tags: [一]"))
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
