"""Flows: states, questions, timers, journeys, results, variants (language, section 8)."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.engine.actions.members import AskMember, BindMember
from bot.engine.compiled.flow import AnswerForm, Choice, Flow, Late, State
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnAfter, OncePer, OnDate, OnNews
from bot.engine.compiled.step import GiveResult, SendMessages
from bot.engine.times.local_time import Duration, Wait
from tests.playbooks import codes, compiled

JOURNEY = """
attributes: {birthday: date, points: number}
hours: {夜間: 21:00-09:00}
tags: {VIP: {}}
flows:
  welcome:
    title: 歡迎
    when: [{tag_added: VIP}, {anniversary: birthday, days_before: 3, at: 10:00}]
    if: {bound: phone}
    once_per: 30d
    quiet_hours: 夜間
    if_late: {after: 2h, then: next_morning, at: 08:30}
    max_pushes: {person: 4, total: 20000, then: exit}
    active: {from: 2026-11-01 00:00, until: 2026-12-01 00:00, then: stopped}
    states:
      第一天: {push: 您好！不想收到請輸入「停止推播」, wait: next day at 10:00, next: 分}
      分:
        branch:
          - {if: {attribute: {points: {at_least: 5}}}, add_tags: 多點, to: 等生日}
          - {to: 完}
      等生日:
        if_late: exit
        wait: {date: birthday, days_after: 1, at: 09:00}
        rules: [{when: {after: until mon 10:00}, push: 快到了}]
        next: 完
      完: {end: true}
    moved: {第二天: 分, 問卷: exit}
"""


@pytest.fixture(scope="module")
def journey() -> Flow:
    return compiled(JOURNEY).flows["welcome"]


def test_what_makes_a_journey(journey: Flow) -> None:
    assert journey.start is not None
    assert journey.start.when == (
        OnNews("tag_added", ("VIP",)),
        OnDate("d.birthday", -3, time(10), yearly=True),
    )
    assert journey.start.once_per == OncePer("span", Duration(30))
    assert journey.start.condition is not None
    assert journey.quiet is not None
    assert journey.late == Late(Duration(seconds=7200), "next_morning", time(8, 30))
    assert (journey.max_person, journey.max_total, journey.max_then) == (4, 20000, "exit")
    assert journey.active_from == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert journey.active_then == "stopped"
    assert journey.moved == {"第二天": "分", "問卷": "exit"}
    assert journey.first.name == "第一天"


def timers(state: State) -> list[tuple[Wait, str | None]]:
    return [
        (trigger.wait, rule.to)
        for rule in state.rules
        for trigger in rule.when
        if isinstance(trigger, OnAfter)
    ]


def test_waits_are_timers_with_a_target(journey: Flow) -> None:
    first = journey.states["第一天"]
    assert timers(first) == [(Wait("1d at 10:00", span=Duration(1), at=time(10)), "分")]
    assert first.rests
    nudge, birthday = timers(journey.states["等生日"])
    assert nudge == (Wait("until mon 10:00", at=time(10), weekday=0), None)
    wait, to = birthday
    assert (wait.slot, wait.days, wait.at, to) == ("d.birthday", 1, time(9), "完")
    assert journey.states["等生日"].late == Late(then="exit")


def test_a_fork_rests_nowhere(journey: Flow) -> None:
    fork = journey.states["分"]
    assert not fork.rests
    assert [(rule.to, bool(rule.do), rule.condition is None) for rule in fork.branch] == [
        ("等生日", True, False),
        ("完", False, True),
    ]
    assert journey.states["完"].end


QUIZ = """
attributes: {skin: {type: text, values: [乾性, 油性]}, budget: number, born: date}
flows:
  quiz:
    page: {title: 測驗, intro: 30 秒}
    rules: [{when: {text: 重來}, to: 膚質}]
    states:
      膚質:
        title: 問膚質
        ask: 哪一種？
        answer: {of: [乾性, 油性], words: {乾性: [乾, dry]}}
        save: skin
        otherwise: 請點選
        tries: 3
        too_many: 完
        give_up_after: {30m: 完}
        next: 預算
      預算:
        ask: 多少？
        answer: {type: number, at_least: 100, at_most: 1000.5}
        save: budget
        give_up_after: {30m: 完}
        next: 生日
      生日: {ask: 生日？, save: born, give_up_after: {30m: 完}, next: 確認}
      確認:
        ask: "{{ answer.膚質 }}，{{ answer.預算 as number }}，{{ answer.生日 as M/D }}？"
        answer: [沒錯, 修改]
        give_up_after: {30m: 完}
        next: {沒錯: 完, 修改: 膚質}
      完:
        screen: {problem: 沒有完成}
        result: {trigger: 我填好了, reply: 謝謝}
        end: true
rules: [{when: {text: 測}, start: quiz}]
"""


@pytest.fixture(scope="module")
def quiz() -> Playbook:
    return compiled(QUIZ)


def test_questions(quiz: Playbook) -> None:
    flow = quiz.flows["quiz"]
    assert flow.page
    assert (flow.page_title, flow.page_intro) == ("測驗", "30 秒")
    skin = flow.states["膚質"]
    assert (skin.title, skin.rests) == ("問膚質", True)
    assert skin.question is not None
    assert skin.question.answer == AnswerForm("choice", (Choice("乾性", ("乾", "dry")), Choice("油性")))
    assert skin.question.save == ("skin", "t.skin", "text")
    assert (skin.question.tries, skin.question.too_many) == (3, "完")
    assert not skin.question.private
    assert flow.rules[0].to == "膚質"


def test_an_answer_has_the_type_of_what_keeps_it(quiz: Playbook) -> None:
    states = quiz.flows["quiz"].states
    budget, born = states["預算"].question, states["生日"].question
    assert budget is not None
    assert born is not None
    assert budget.answer == AnswerForm("number", at_least=100, at_most=1000.5)
    assert born.answer == AnswerForm("date")


def test_choices_go_their_ways(quiz: Playbook) -> None:
    first, second = quiz.flows["quiz"].states["確認"].branch
    assert (first.to, second.to, second.condition) == ("完", "膚質", None)


def test_results_are_named_by_state_and_number(quiz: Playbook) -> None:
    end = quiz.flows["quiz"].states["完"]
    (result,) = end.do
    assert isinstance(result, GiveResult)
    assert (result.key, result.trigger) == ("完#1", "我填好了")
    assert isinstance(result.do[0], SendMessages)
    assert (end.problem, end.problem_text) == (True, "沒有完成")


BINDING = """
privacy:
  version: 2026-08
  controller: 森活選品
  purpose: 會員管理
  kinds: 手機號碼
  period: 五年
  recipients: 本公司
  rights_contact: privacy@forest.example
  url: https://forest.example/privacy
  terms: https://forest.example/terms
flows:
  bind:
    page: true
    settings: {match: shop, keep: false, done: {trigger: 好了, reply: [已綁定, 謝謝]}}
    states:
      手機: {ask: 您的手機, answer: phone, give_up_after: {30m: 完}, next: 傳送}
      傳送:
        send_code: "{{ answer.手機 }}"
        rules: [{when: {code: [sent, too_soon]}, to: 驗證}, {when: {code: [refused, failed]}, to: 完}]
        give_up_after: {1m: 完}
      驗證: {ask: 驗證碼, answer: code, give_up_after: {5m: 完}, next: 檢查}
      檢查:
        check_code: "{{ answer.驗證 }}"
        rules: [{when: {code: right}, to: 找}, {when: {code: [wrong, locked, expired]}, to: 驗證}]
        give_up_after: {1m: 完}
      找:
        find_member: {setting: match}
        rules: [{when: {member: found}, to: 綁}, {when: {member: [missing, taken, shop_failed]}, to: 完}]
        give_up_after: {1m: 完}
      綁: {do: [{bind_member: {keep_tags: {setting: keep}}}, {result: {setting: done}}], end: true}
      完: {end: true}
channels:
  main: {id: a, channel_id: "1", channel_secret: x, sms: codes, shop: forest}
  other:
    id: b
    channel_id: "2"
    channel_secret: x
    sms: codes
    settings: {bind: {match: none, keep: true, done: {reply: 好}}}
sms: {codes: {provider: console}}
shops: {forest: {platform: csv}}
rules: [{when: {text: 綁定}, start: bind}]
"""


def test_a_channel_has_its_own_variant_of_a_flow() -> None:
    playbook = compiled(BINDING)
    main, other = playbook.flow("bind", "main"), playbook.flow("bind", "other")
    assert main is not None
    assert other is not None
    assert [
        step.how for flow in (main, other) for step in flow.states["找"].do if isinstance(step, AskMember)
    ] == ["shop", "none"]
    assert [
        step.keep_tags
        for flow in (main, other)
        for step in flow.states["綁"].do
        if isinstance(step, BindMember)
    ] == [False, True]
    said = [
        len(say.cards)
        for flow in (main, other)
        for result in flow.states["綁"].do
        if isinstance(result, GiveResult)
        for say in result.do
        if isinstance(say, SendMessages)
    ]
    assert said == [2, 1]


def test_the_privacy_notice_comes_before_a_phone() -> None:
    playbook = compiled(BINDING)
    question = playbook.flows["bind"].states["手機"].question
    assert question is not None
    assert question.private
    assert playbook.privacy is not None
    assert playbook.privacy.version == "2026-08"
    ready = playbook.privacy.card.bubbles[0].ready
    assert ready is not None
    assert ready["text"].endswith("回覆即表示同意")
    assert all(
        word in ready["text"]
        for word in ("森活選品", "會員管理", "手機號碼", "五年", "本公司", "privacy@forest.example")
    )
    assert playbook.cards["privacy_notice"] is playbook.privacy.card


def test_sub_flows_end_in_states_that_are_there() -> None:
    text = """
flows:
  inner:
    states:
      開始: {ask: 好嗎, answer: [好, 壞], give_up_after: {1m: 壞}, next: {好: 好, 壞: 壞}}
      好: {end: true}
      壞: {end: true}
  outer:
    states:
      跑: {run: inner, rules: [{when: {ended: [好, 壞]}, to: 完}]}
      完: {end: true}
rules: [{when: {text: 測}, start: outer}]
"""
    state = compiled(text).flows["outer"].states["跑"]
    assert (state.run, state.rules[0].when) == ("inner", (OnNews("ended", ("好", "壞")),))
    assert codes(text.replace("[好, 壞]}, to", "[好, 很壞]}, to")) == ["unknown-state"]


def test_several_choices_become_tags() -> None:
    text = """
forms:
  data:
    title: 資料
    fields:
      - {ask: 喜歡哪些, answer: {of: [保養, 彩妝], choices: several}, save: tags, optional: true}
      - {ask: 願意收到訊息嗎, answer: consent}
    done: {trigger: 我填好了, reply: 謝謝}
rules: [{when: {form_sent: data}, add_tags: [填過]}]
"""
    form = compiled(text).forms["data"]
    several, consent = form.questions
    assert (several.save_tags, several.answer.type, consent.answer.type) == (True, "choices", "consent")
    assert [(one.key, one.optional) for one in form.fields] == [("喜歡哪些", True), ("願意收到訊息嗎", False)]
    assert form.done is not None
    assert (form.done.key, form.done.trigger) == ("form:data", "我填好了")
