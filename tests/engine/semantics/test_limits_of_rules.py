"""What keeps a rule silent that would fit: `from`, `until`, `once_per` (semantics 9; language, section 4.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.engine.pages.pages import ON_PAGE
from bot.model.decision import DecisionInputs
from bot.playbook.load import load
from tests.engine.chat import NOON, chat_of
from tests.engine.page_member import Member
from tests.playbooks import BOT, CHANNELS, compiled

TAIPEI = ZoneInfo("Asia/Taipei")
TERM = """
rules:
  - {when: {text: 雙11}, from: 2026-11-01 00:00, until: 2026-11-11 24:00, reply: 85 折}
  - {when: {text: 雙11}, reply: 敬請期待}
"""


def at(day: int, clock: str) -> datetime:
    """A moment in November in Taipei."""
    hour, minute, second = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, second, tzinfo=TAIPEI).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (at(1, "00:00:00") - timedelta(seconds=1), "敬請期待"),
        (at(1, "00:00:00"), "85 折"),
        (at(11, "23:59:59"), "85 折"),
        (at(12, "00:00:00"), "敬請期待"),
    ],
)
def test_outside_of_its_time_a_rule_does_not_match(moment: datetime, said: str) -> None:
    chat = chat_of(TERM, now=moment)
    assert chat.says("雙11") == [said]


def test_the_trace_says_that_a_rule_is_not_yet_or_no_longer_there() -> None:
    chat = chat_of(TERM, now=at(1, "00:00:00") - timedelta(days=2))
    chat.says("雙11")
    assert ("from", "not yet", "2026-11-01 00:00") in chat.noted()
    chat.now = at(12, "10:00:00")
    chat.says("雙11")
    # the end of a day as playbooks write it
    assert ("until", "over", "2026-11-11 24:00") in chat.noted()


@pytest.mark.parametrize("limit", ["person", "conversation", "day", "7d", "1mo"])
def test_the_trace_says_which_limit_was_reached(limit: str) -> None:
    chat = chat_of(f"rules:\n  - {{name: a, when: {{text: 領}}, once_per: {limit}, reply: 好}}\n")
    assert chat.says("領") == ["好"]
    assert chat.says("領") == []
    assert ("once_per", "used up", limit) in chat.noted()


def test_a_rule_of_a_state_has_its_time_too() -> None:
    chat = chat_of("""
flows:
  f:
    states:
      等:
        ask: 好嗎？
        answer: [好]
        rules: [{when: {text: 折扣}, until: 2026-09-01 13:00, reply: 95 折}]
        give_up_after: {30d: 完}
        next: 完
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 折扣}, reply: 沒有}]
""")
    chat.says("f")
    assert chat.says("折扣") == ["95 折"]
    chat.now = NOON + timedelta(hours=1)
    assert chat.says("折扣") == ["沒有"]


OFFERED = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
flows:
  f:
    page: true
    states:
      問:
        ask: 幾？
        answer: number
        rules:
          - {when: {text: 還沒}, from: 2026-09-02 00:00, push: 一}
          - {when: {text: 過了}, until: 2026-09-01 00:00, push: 二}
          - {when: {text: 一次}, once_per: person, name: 一次, push: 三}
          - {when: {text: 搶}, first: 5, name: 搶購, push: 四}
        give_up_after: {1d: 完}
        next: 完
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 嗨}, reply: 嗨}]
"""


def test_what_a_rule_would_not_hear_now_is_not_offered() -> None:
    """Neither as quick replies, nor as links of the page, nor does the chat speak of the page because of it."""
    chat = Member(compiled(OFFERED))
    chat.says("f")
    assert chat.choices == ["一次", "搶"]
    chat.says("一次")
    chat.says("搶")
    chat.world = DecisionInputs(taken={"搶購": 5})
    chat.says("嗨")
    assert chat.choices == ["搶"]  # a place of one's own is kept
    stranger = Member(chat.playbook, world=chat.world)
    stranger.says("f")
    assert stranger.choices == ["一次"]

    on_page = Member(chat.playbook)
    assert on_page.opens("f").links == ("一次", "搶")
    assert on_page.says("搶") == [ON_PAGE]
    assert on_page.says("過了") == []
    on_page.answers("一次", "f")
    on_page.world = DecisionInputs(taken={"搶購": 5})
    assert on_page.sees("f").links == ()
    on_page.now += timedelta(days=1)
    assert on_page.sees("f").links == ("還沒",)


DAILY = """
rules:
  - {when: {text: 簽到}, once_per: day, name: 簽到, reply: 簽到成功}
  - {when: {text: 簽到}, reply: 今天簽過了}
"""


def test_once_a_day_is_once_a_day_of_the_calendar() -> None:
    chat = chat_of(DAILY, now=at(10, "23:50:00"))
    assert chat.says("簽到") == ["簽到成功"]
    chat.now = at(10, "23:59:59")
    assert chat.says("簽到") == ["今天簽過了"]
    chat.now = at(11, "00:00:00")
    assert chat.says("簽到") == ["簽到成功"]
    chat.now = at(11, "23:59:59")
    assert chat.says("簽到") == ["今天簽過了"]


def test_a_journey_begins_once_a_day_of_the_calendar() -> None:
    chat = chat_of(
        """
tags: {來店: {added_by: staff}}
flows:
  j: {when: {tag_added: 來店}, once_per: day, if_late: skip, states: {a: {push: 歡迎, end: true}}}
rules:
  - {when: {text: 來}, do: [{remove_tags: 來店}, {add_tags: 來店}]}
""",
        now=at(10, "23:50:00"),
    )
    assert chat.says("來") == ["歡迎"]
    assert chat.says("來") == []
    chat.now = at(11, "00:00:00")
    assert chat.says("來") == ["歡迎"]


def test_what_is_over_is_told_by_the_check(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(BOT + CHANNELS + TERM, "utf-8")
    assert not load(tmp_path, {}, now=at(11, "23:59:59")).problems
    [problem] = load(tmp_path, {}, now=at(12, "00:00:00")).problems
    assert (problem.code, problem.level) == ("past-date", "warning")
    assert str(problem.message) == "this rule held until 2026-11-11 24:00, which is past"


STOP = """
tags: {VIP: {}}
rules:
  - {when: {text: 停止推播！}, LIMIT, reply: 謝謝您，雙11 再見}
  - {when: {text: 停止推播}, reply: 不再打擾您}
"""


@pytest.mark.parametrize(
    "limit", ["until: 2026-09-01 00:00", "if: {tag: VIP}", "once_per: person, name: 一次"]
)
def test_a_rule_for_a_stop_word_that_is_silent_leaves_it_to_the_others_for_the_word(limit: str) -> None:
    """They are for 「停止推播！」 as well; nobody is asked twice."""
    chat = chat_of(STOP.replace("LIMIT", limit))
    if "once_per" in limit:
        assert chat.says("停止推播！") == ["謝謝您，雙11 再見"]
    assert chat.says("停止推播！") == ["不再打擾您"]
    assert chat.contact.marketing is False
    whats = [step.what for step in chat.decisions[-1].trace]
    assert whats.count(limit.partition(":")[0]) == 1


def test_who_says_also_about_a_stop_word_leaves_the_answer_to_the_next_one() -> None:
    chat = chat_of(STOP.replace("LIMIT", "also: true").replace("停止推播！}", "[停止推播！, 停止推播]}"))
    assert chat.says("停止推播！") == ["謝謝您，雙11 再見", "不再打擾您"]


def test_a_rule_that_is_not_always_there_hides_none_behind_it(tmp_path: Path) -> None:
    (tmp_path / "bot.yaml").write_text(BOT + CHANNELS + DAILY + TERM.replace("\nrules:\n", ""), "utf-8")
    assert not load(tmp_path, {}, now=NOON).problems
