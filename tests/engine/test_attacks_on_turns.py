"""What a hostile reading found about channels, pushes, the clock and bounds: each was wrong once."""

from __future__ import annotations

import sys
import traceback
from datetime import timedelta

from bot.engine.decide import decide
from bot.model.decision import LinkMenu, Push, Reply
from bot.model.event import Event, Facts, ReplyToken, Source, TextMessage, Unfollow
from tests.engine.chat import NOON, chat_of, on_both
from tests.playbooks import compiled

# -- several channels, blocked people, standby


def test_an_outcome_is_heard_and_answered_where_the_flow_is() -> None:
    chat = on_both(
        """
hooks: {crm: {url: 'https://a.example', secret: s, body: {}}}
flows:
  f:
    states:
      等: {rules: [{when: {tag_added: 甲}, to: 問}], give_up_after: {1d: 完}}
      問:
        call: crm
        rules:
          - {when: {hook: crm, result: ok}, push: 好, to: 完}
          - {when: {hook: crm, result: failed}, to: 完}
        give_up_after: {1d: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 甲}, add_tags: [甲]}]
"""
    )
    chat.channel = "second"
    chat.says("f")
    chat.channel = "main"
    chat.says("甲")
    chat.comes_back("hook", "ok", subject="crm")
    assert [push.channel for push in chat.actions(Push)] == ["second"]


def test_who_has_blocked_us_is_sent_nothing() -> None:
    chat = chat_of("rules: [{when: {signal: go}, push: 推}]\nsignals: {go: }")
    chat.hears(Unfollow(), token=False)
    assert chat.told("signal", "go") == []
    assert chat.contact.identity("main").pushed is None
    assert chat.because("skipped")


def test_nothing_is_sent_by_the_token_of_a_standby_event() -> None:
    chat = chat_of("rules: [{when: {text: 嗨}, with_staff: true, do: [{reply: 嗨}, {push: 推}]}]")
    chat.hears(TextMessage("嗨"), standby=True)
    assert chat.actions(Reply) == []


# -- what a journey says of itself


SAYS = """
attributes: {n: number}
flows:
  j:
    when: {signal: go}
    once_per: always
    if_late: skip
    max_pushes: {person: 1}
    states:
      等: {wait: 1h, next: 問}
      問: {ask: 幾？, answer: number, give_up_after: {2h: 走}, next: 走}
      走: {show: 再見, end: true}
signals: {go: }
rules: [{when: {text: 嗨}, reply: 嗨}]
"""


def test_a_question_of_a_journey_is_no_way_around_the_word_no() -> None:
    chat = chat_of(SAYS)
    chat.says("停止推播")
    chat.told("signal", "go")
    assert chat.waits(hours=9) == []
    assert chat.ended("j") == "走"


def test_a_question_of_a_journey_is_late_and_counted_like_its_pushes() -> None:
    chat = chat_of(SAYS)
    chat.told("signal", "go")
    assert chat.waits(hours=9) == ["幾？"]  # and no good-bye: one push for a person
    chat.told("signal", "go")
    assert chat.waits(hours=3, down=True) == []


# -- the clock, the menu, tags


def test_a_clock_that_ran_ahead_does_not_age_reply_tokens() -> None:
    chat = chat_of("rules: [{when: {text: 嗨}, reply: 嗨}]")
    chat.contact.turned = NOON + timedelta(days=1)
    chat.decisions = []
    at = NOON + timedelta(minutes=1)
    event = Event("e", "main", Source("user", "U1"), at, TextMessage("嗨"), token=ReplyToken("t", at))
    decision = decide(chat.playbook, chat.contact, event, at, chat.world)
    assert [type(action) for action in decision.actions] == [Reply]
    assert decision.contact.turned == NOON + timedelta(days=1)


def test_a_menu_goes_with_the_last_of_its_list() -> None:
    chat = chat_of("rules: [{when: {text: 嗨}, reply: 嗨}]")
    chat.contact.identities[0].menu = "週年慶"
    chat.says("嗨")
    assert chat.actions(LinkMenu) == [LinkMenu("main", None)]


def test_a_tag_that_expires_no_more_stays_when_it_is_put_on_again() -> None:
    rules = "rules: [{when: {text: 嗨}, add_tags: [甲]}]"
    chat = chat_of("tags: {甲: {expires: 1d}}\n" + rules)
    chat.says("嗨")
    chat.edited(compiled(rules))
    chat.says("嗨")
    chat.waits(days=5)
    chat.says("你好")
    assert chat.tags == {"甲"}


def test_a_bulk_load_brings_nobody_into_an_audience_with_a_bang() -> None:
    chat = on_both(
        """
attributes: {points: number}
audiences: {多點: {if: {attribute: {points: {at_least: 5}}}}}
rules: [{when: {enters: 多點}, push: 恭喜}]
"""
    )
    assert chat.told("shop", "member_updated", Facts({"n.points": 7}, silent=True)) == []
    assert chat.told("sweep", "") == []
    chat.channel = "second"
    assert chat.told("sweep", "") == []
    assert chat.told("shop", "member_updated", Facts({"n.points": 1})) == []
    assert chat.told("shop", "member_updated", Facts({"n.points": 9})) == ["恭喜"]


def test_a_late_move_stays_late_when_it_starts_another_flow() -> None:
    chat = chat_of("""
flows:
  j:
    when: {signal: go}
    once_per: always
    if_late: skip
    states:
      等: {wait: 1h, next: 中}
      中: {start: k, next: 推}
      推: {push: 過時的, end: true}
  k: {states: {等: {wait: 1h, next: 完}, 完: {end: true}}}
signals: {go: }
""")
    chat.told("signal", "go")
    assert chat.waits(hours=9, down=True) == []
    assert chat.ended("j") == "推"


def test_who_waits_for_a_date_waits_for_it_as_it_is_now() -> None:
    text = """
attributes: {visit: date}
flows:
  j:
    when: {signal: go}
    once_per: always
    if_late: skip
    states:
      等: {wait: {date: visit, days_before: 1, at: 12:00}, next: 推}
      推: {push: "明天見", end: true}
signals: {go: }
rules:
  - {when: {text: 預約}, set: {visit: 2026-09-05}}
  - {when: {text: 改期}, set: {visit: 2026-09-09}}
  - {when: {text: 取消}, clear: visit}
"""
    chat = chat_of(text)
    chat.says("預約")
    chat.told("signal", "go")
    chat.says("改期")
    assert chat.waits(days=6, hours=23) == []
    assert chat.waits(hours=1) == ["明天見"]
    chat = chat_of(text)
    chat.says("預約")
    chat.told("signal", "go")
    chat.says("取消")
    assert chat.waits(days=2) == []  # a date that is not known any more is no reason to hurry


def test_a_question_for_which_the_reply_has_no_room_follows() -> None:
    chat = chat_of("""
flows:
  f:
    states:
      問: {ask: 幾？, answer: number, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
signals: {go: }
rules:
  - {when: {text: 嗨}, also: true, do: [{reply: [一, 二, 三]}, {raise: go}]}
  - {when: {text: 嗨}, reply: [四, 五, 六]}
  - {when: {signal: go}, start: f}
""")
    assert chat.says("嗨") == ["一", "二", "三", "四", "五", "幾？"]
    assert [type(action) for action in chat.last.actions] == [Reply, Push]
    assert chat.because("lost")


def test_after_a_night_off_nobody_is_asked_whether_they_are_still_there() -> None:
    text = """
flows:
  f:
    LATE
    states:
      問:
        ask: 幾？
        answer: number
        rules: [{when: {after: 10m}, push: 您還在嗎}]
        give_up_after: {30m: 走}
        next: 走
      走: {push: 下次見, end: true}
rules: [{when: {text: f}, start: f}]
"""
    chat = chat_of(text.replace("LATE", "title: 問"))
    chat.says("f")
    assert chat.waits(hours=9, down=True) == []
    assert chat.ended("f") == "走"
    chat = chat_of(text.replace("LATE", "if_late: send"))
    chat.says("f")
    assert chat.waits(hours=9, down=True) == ["您還在嗎", "下次見"]


def test_whoever_hands_back_opens_the_doors() -> None:
    chat = chat_of("""
flows:
  j:
    when: {signal: go}
    once_per: always
    states: {推: {push: 早安, end: true}}
signals: {go: , done: }
rules: [{when: {signal: done}, do: [hand_back]}]
""")
    chat.staff(takes_over=True)
    assert chat.told("signal", "go") == []
    assert chat.told("signal", "done") == ["早安"]


def test_nothing_is_said_to_be_resumed_where_the_shop_says_no() -> None:
    chat = chat_of("rules: [{when: follow, reply: 嗨}]")
    told = Facts(marketing=False, member_no="8501", shop_knows_line=True, shop="f")
    chat.told("shop", "member_updated", told)
    assert chat.says("恢復推播") != ["已恢復推播。"]
    assert chat.contact.marketing is False


# -- decide never raises


def test_flows_that_start_each_other_deeply_are_cut_before_the_stack_is() -> None:
    flow = """
  f{}:
    states:
      一: {{branch: [{{if: {{bound: phone}}, to: 二}}, {{do: [{{start: f{}}}], to: 二}}]}}
      二: {{end: true}}
"""
    flows = "".join(flow.format(n, n + 1) for n in range(70))
    last = "  f70: {states: {一: {end: true}}}\nrules: [{when: {text: f}, start: f0}]\n"
    chat = chat_of(f"flows:{flows}{last}")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(traceback.extract_stack()) + 450)
    try:
        chat.says("f")
    finally:
        sys.setrecursionlimit(limit)
    assert chat.because("chain-cut")
