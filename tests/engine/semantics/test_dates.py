"""Semantics 16 and 20, where a date is asked: the dentist's bot, from the first question to the recall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from tests.engine.chat import Chat
from tests.engine.page_member import Member
from tests.playbooks import compiled

DENTIST = """
hours:
  國定假日: [2026-10-10, 2026-10-25..2026-10-26]
  門診時間:
    mon-fri: [09:00-12:00, 14:00-20:00]
    sat: 09:00-12:00
    2026-10-25: 09:00-12:00
    closed: 國定假日
attributes: {visit: date}
tags: {看過診: {expires: 6mo}}
rules:
  - {when: {text: 預約}, start: booking}
  - {when: {text: 改時段}, start: moment}
  - {when: {text: 分開約}, start: two_steps}
  - {when: {text: 停車}, reply: 地下室可以停車。}
  - {when: {text: 看過了}, do: [{add_tags: [看過診]}, {reply: 辛苦了。}]}
  - {when: {text: 優惠}, once_per: 1mo, reply: 洗牙九折。}
flows:
  booking:
    states:
      日期:
        ask: {text: 哪一天？, quick_replies: [{label: 選日期, pick: date}, 停車]}
        answer: {type: date, at_least: today + 1d, at_most: today + 60d, during: 門診時間}
        save: visit
        otherwise: 這天沒有看診。
        tries: 3
        too_many: 算了
        give_up_after: {3d: 算了}
        next: 完成
      完成: {reply: "約好 {{ answer.日期 as M/D }}。", end: true}
      算了: {end: true}
  moment:
    states:
      時段:
        ask: {text: 什麼時候？, quick_replies: [{label: 選時段, pick: date_time}]}
        answer: {type: date_time, at_least: now + 2h}
        otherwise: 請寫日期和時間。
        give_up_after: {30m: 算了}
        next: 看
      看:
        branch:
          - {if: {answer: {時段: {during: 門診時間}}}, to: 完成}
          - {to: 沒開}
      沒開: {reply: 那時候休息。, next: 時段}
      完成: {reply: "約好 {{ answer.時段 as M/D }} {{ answer.時段 as time }}。", end: true}
      算了: {end: true}
  two_steps:
    states:
      哪天: {ask: 哪天？, answer: {type: date, at_least: today}, otherwise: 哪天呢？, give_up_after: {30m: 算了}, next: 幾點}
      幾點:
        ask: {text: 幾點？, quick_replies: [{label: 選時間, pick: time}]}
        answer: {type: time, during: 門診時間, on: 哪天}
        otherwise: 那時候休息。
        give_up_after: {30m: 算了}
        next: 完成
      完成: {reply: "約好 {{ answer.哪天 as M/D }} {{ answer.幾點 }}。", end: true}
      算了: {end: true}
  page_booking:
    page: true
    states:
      日期: {ask: 哪一天？, answer: {type: date, at_least: today, at_most: today + 7d}, give_up_after: {30m: 完}, next: 時段}
      時段: {ask: 幾點？, answer: {type: time, at_least: "09:00", at_most: "18:00"}, give_up_after: {30m: 完}, next: 完}
      完: {end: true}
  recall:
    when: {date: visit, months_after: 6, at: 10:00}
    once_per: 1mo
    if_late: send
    states:
      提醒: {push: 該洗牙囉。輸入「停止推播」就不再打擾。, wait: 1mo at 10:00, next: 再提醒}
      再提醒: {push: 還沒約嗎？, end: true}
"""


@pytest.fixture(scope="module")
def dentist() -> Playbook:
    return compiled(DENTIST)


def pickers(chat: Chat) -> list[dict[str, Any]]:
    """The date pickers below the last message."""
    items = chat.messages[-1].get("quickReply", {}).get("items", ())
    actions = [item["action"] for item in items]
    return [action for action in actions if action["type"] == "datetimepicker"]


def test_s16_a_date_outside_the_bounds_or_the_hours_is_an_invalid_answer(dentist: Playbook) -> None:
    """`otherwise`, and one try: like any answer that is none. 2026-09-01 is a Tuesday."""
    chat = Chat(dentist)
    chat.says("預約")
    assert chat.says("今天") == ["這天沒有看診。"]
    assert chat.says("9/6") == ["這天沒有看診。"]  # a Sunday
    assert chat.state("booking") == "日期"
    assert chat.says("10/10") == []
    assert chat.ended("booking") == "算了"


@pytest.mark.parametrize("said", ["9/30", "9月30日", "115/9/30", "九月三十日", "９／３０", "9/30(三)"])
def test_s16_a_date_is_understood_as_people_write_it(dentist: Playbook, said: str) -> None:
    chat = Chat(dentist)
    chat.says("預約")
    assert chat.says(said) == ["約好 9/30。"]
    assert chat.attributes["visit"] == "2026-09-30"


def test_s16_one_list_of_holidays_closes_several_days_but_for_a_date_of_its_own(dentist: Playbook) -> None:
    """25 October stands in the list, and with windows in the block itself: it is open."""
    chat = Chat(dentist)
    chat.says("預約")
    assert chat.says("10/26") == ["這天沒有看診。"]
    assert chat.says("10/25") == ["約好 10/25。"]


def test_s16_a_picker_offers_what_is_an_answer_and_comes_back_with_each_reply(dentist: Playbook) -> None:
    chat = Chat(dentist)
    chat.says("預約")
    (first,) = pickers(chat)
    assert (first["min"], first["max"], first["initial"]) == ("2026-09-02", "2026-10-31", "2026-09-02")
    assert chat.says("停車") == ["地下室可以停車。"]
    assert pickers(chat) == [first]
    assert chat.says("明年") == ["這天沒有看診。"]
    assert pickers(chat) == [first]
    assert chat.taps(first["data"], date="2026-09-02") == ["約好 9/2。"]
    assert pickers(chat) == []


def test_s16_a_picker_of_yesterday_is_judged_when_it_is_tapped(dentist: Playbook) -> None:
    chat = Chat(dentist)
    chat.says("預約")
    (drawn,) = pickers(chat)
    chat.waits(days=1)
    assert chat.taps(drawn["data"], date="2026-09-02") == ["這天沒有看診。"]
    (again,) = pickers(chat)
    assert (again["min"], again["max"]) == ("2026-09-03", "2026-11-01")


def test_s16_an_answered_moment_may_be_held_against_hours_in_a_branch(dentist: Playbook) -> None:
    """So the bot can say why: that is a condition of the answer, and asks of that moment, not of now."""
    chat = Chat(dentist)
    chat.says("改時段")
    assert chat.says("今天 13:59") == ["請寫日期和時間。"]
    assert chat.says("9/2 下午1點") == ["那時候休息。", "什麼時候？"]
    (picker,) = pickers(chat)
    assert picker["min"] == "2026-09-01T14:00"
    assert "max" not in picker
    assert chat.taps(picker["data"], datetime="2026-09-02T14:00") == ["約好 9/2 14:00。"]


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [
        ("9/2", "13:00", "那時候休息。"),
        ("9/2", "下午2點", "約好 9/2 14:00。"),
        ("9/2", "3點", "約好 9/2 15:00。"),
        ("9/5", "下午2點", "那時候休息。"),  # a Saturday: only the morning
        ("9/5", "9:00", "約好 9/5 09:00。"),
        ("10/10", "10:00", "那時候休息。"),
    ],
)
def test_s16_a_time_is_held_against_the_hours_of_the_day_that_was_answered(
    dentist: Playbook, day: str, clock: str, said: str
) -> None:
    chat = Chat(dentist)
    chat.says("分開約")
    assert chat.says(day) == ["幾點？"]
    assert chat.says(clock) == [said]


def test_s16_a_picked_time_is_held_against_them_too(dentist: Playbook) -> None:
    chat = Chat(dentist)
    chat.says("分開約")
    chat.says("9/2")
    (picker,) = pickers(chat)
    assert chat.taps(picker["data"], time="13:30") == ["那時候休息。"]
    assert chat.taps(picker["data"], time="14:30") == ["約好 9/2 14:30。"]


def test_s16_a_page_is_told_the_limits_of_this_moment(dentist: Playbook) -> None:
    member = Member(dentist)
    screen = member.opens("page_booking")
    assert (screen.answer, screen.at_least, screen.at_most) == ("date", "2026-09-01", "2026-09-08")
    screen = member.answers("2026-09-09", "page_booking")
    assert screen.state == "日期"
    screen = member.answers("2026-09-08", "page_booking")
    assert (screen.state, screen.at_least, screen.at_most) == ("時段", "09:00", "18:00")


def test_s20_months_are_of_the_calendar(dentist: Playbook) -> None:
    """Six months after 31 August is 28 February: the last day of a month that has no such day."""
    chat = Chat(dentist, now=datetime(2026, 8, 30, 4, tzinfo=UTC))
    chat.says("預約")
    chat.says("明天")
    assert [t.due for t in chat.contact.timers] == [datetime(2027, 2, 28, 2, tzinfo=UTC)]
    assert chat.waits(days=182) == ["該洗牙囉。輸入「停止推播」就不再打擾。"]
    assert [t.due for t in chat.contact.timers] == [datetime(2027, 3, 28, 2, tzinfo=UTC)]
    assert chat.waits(days=28) == ["還沒約嗎？"]


def test_s20_a_tag_and_a_limit_last_for_months(dentist: Playbook) -> None:
    chat = Chat(dentist, now=datetime(2026, 8, 31, 4, tzinfo=UTC))
    chat.says("看過了")
    assert chat.says("優惠") == ["洗牙九折。"]
    chat.waits(days=29)  # 29 September
    assert chat.says("優惠") == []
    chat.waits(days=1)  # the last of the month, which has no 31st
    assert chat.says("優惠") == ["洗牙九折。"]
    chat.now = datetime(2027, 2, 28, 15, 59, tzinfo=UTC)
    assert chat.tags == {"看過診"}
    chat.now += timedelta(minutes=1)
    assert chat.tags == set()
