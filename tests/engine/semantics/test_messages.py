"""Semantics 9–12: who hears a message."""

from __future__ import annotations

import pytest

from bot.model.event import PageAnswer, PageOpened
from tests.engine.chat import Chat, chat_of

QUIZ = """
flows:
  quiz:
    rules: [{when: {text: 重來}, to: 膚質}]
    states:
      膚質:
        ask: 您的膚質？
        answer: [乾性, 油性]
        otherwise: 請點選
        tries: 2
        too_many: 放棄
        give_up_after: {1d: 放棄}
        next: 分數
      分數:
        ask: 幾分？
        answer: number
        otherwise: 請輸入數字
        give_up_after: {1d: 放棄}
        next: 好
      好: {reply: "{{ answer.膚質 }} {{ answer.分數 as number }}", end: true}
      放棄: {push: 下次見, end: true}
rules:
  - {when: {text: 客服}, interrupt: true, reply: 馬上來}
  - {when: {text: 測}, start: quiz}
  - {when: {text: 營業時間}, reply: 11–21}
  - {when: {text: 油性}, reply: 油}
  - {when: image, reply: 好照片}
  - {when: anything_else, reply: 看不懂}
"""


def quiz() -> Chat:
    chat = chat_of(QUIZ)
    chat.says("測")
    return chat


def test_s09_the_first_who_takes_it_ends_the_search() -> None:
    chat = chat_of("rules: [{when: {text_contains: 優惠}, reply: 一}, {when: {text: 優惠}, reply: 二}]")
    assert chat.says("優惠") == ["一"]


def test_s09_interrupt_comes_before_flows_and_anything_else_last() -> None:
    chat = quiz()
    assert chat.says("客服") == ["馬上來"]
    assert chat.state("quiz") == "膚質"
    assert chat_of(QUIZ).says("啊") == ["看不懂"]


def test_s09_the_trace_says_that_it_was_a_rule_for_all_the_rest() -> None:
    chat = chat_of(QUIZ)
    chat.says("anything_else")
    assert ("anything_else", "matched", "") in chat.noted()
    chat.says("營業時間")
    assert ("rule", "matched", "營業時間") in chat.noted()


def test_s09_stop_and_resume_work_in_the_middle_of_anything() -> None:
    chat = quiz()
    assert chat.says("停止推播") == ["已停止推播，想再收到時請輸入「恢復推播」。"]
    assert chat.contact.marketing is False
    assert chat.state("quiz") == "膚質"
    chat.staff(takes_over=True)
    assert chat.says("恢復推播") == ["已恢復推播。"]
    assert chat.contact.marketing is True


@pytest.mark.parametrize(
    "said",
    [
        "停止推播！", "停止推播!!", "停止推播。", "停止推播~", "停止推播～～", "停止推播？", "停止推播...", "停止推播…",
        "  停止推播  ", "停止 推播", "停 止 推 播", "停止推播\n", "「停止推播」", "“停止推播”", "【停止推播】", "*停止推播*",
        "停止推播🙏", "🛑停止推播🛑", "停止推播❤️", "停止推播^_^", "停止推播\u200b",
        "停止推播(moon cry)", "(hello)停止推播(hello)!", "停止推播（sob）",
    ],
)  # fmt: skip
def test_s09_the_word_to_stop_is_heard_however_it_is_punctuated(said: str) -> None:
    """I6: nobody who says it has to say it twice."""
    chat = quiz()
    assert chat.says(said) == ["已停止推播，想再收到時請輸入「恢復推播」。"]
    assert chat.contact.marketing is False
    assert chat.state("quiz") == "膚質"


@pytest.mark.parametrize("said", ["恢復推播！", "恢復推播~", "恢復 推播", "「恢復推播」", "恢復推播😊"])
def test_s09_so_is_the_word_to_resume(said: str) -> None:
    chat = quiz()
    chat.says("停止推播")
    assert chat.says(said) == ["已恢復推播。"]
    assert chat.contact.marketing is True


@pytest.mark.parametrize(
    "said",
    [
        "請問怎麼停止推播",
        "怎麼停止推播？",
        "不要停止推播！",
        "停止推播了嗎",
        "停止推播1",
        "停止推播QQ",
        "停止推播(是怎樣)",
        "停止",
        "！",
        "",
        "推播停止",
    ],
)
def test_s09_who_says_more_than_the_word_stops_nothing(said: str) -> None:
    chat = chat_of("rules: [{when: anything_else, reply: 看不懂}]")
    assert chat.says(said) == ["看不懂"]
    assert chat.contact.marketing is None


@pytest.mark.parametrize("said", ["恢復推播？", "恢復推播?", "恢復推播❓", "怎麼恢復推播", "恢復推播(no)"])
def test_s09_a_question_is_no_consent(said: str) -> None:
    chat = chat_of("rules: [{when: anything_else, reply: 看不懂}]")
    chat.says("停止推播")
    assert chat.says(said) == ["看不懂"]
    assert chat.contact.marketing is False


def test_s09_a_rule_for_the_word_answers_however_it_is_punctuated() -> None:
    """It replaces the answer, never the stopping. Once, though it says `also`; a rule for the very words
    said is asked before it."""
    for said in ("停止推播", "停止推播!!"):
        chat = chat_of("rules: [{when: {text: 停止推播}, reply: 好的，再見}]")
        assert chat.says(said) == ["好的，再見"]
        assert chat.contact.marketing is False
    chat = chat_of(
        "rules: [{when: {text: 停止推播!!}, reply: 收到！}, {when: {text: 停止推播}, also: true, reply: 好的}]"
    )
    assert chat.says("停止推播!!") == ["收到！"]
    assert chat.says("停止推播！") == ["好的", "已停止推播，想再收到時請輸入「恢復推播」。"]
    assert chat.contact.marketing is False


def test_s09_other_texts_are_heard_as_they_are_said() -> None:
    """F1: only the two words are heard without their punctuation."""
    chat = chat_of("rules: [{when: {text: 優惠}, reply: 有}, {when: anything_else, reply: 看不懂}]")
    assert chat.says("優惠！") == ["看不懂"]


def test_s09_the_own_actions_of_a_tap() -> None:
    chat = chat_of("""
cards: {box: {buttons: {text: 按, taps: [{label: 做, add_tags: [按過]}, {label: 靜}]}}}
rules: [{when: {text: 盒}, reply: box}, {when: anything_else, reply: 看不懂}]
""")
    chat.says("盒")
    assert chat.taps("~box/做") == []
    assert chat.tags == {"按過"}
    assert chat.taps("~box/靜") == []
    assert chat.taps("~box/沒有了") == ["看不懂"]
    assert chat.taps("something of ours") == []


def test_s09_of_several_flows_the_latest_entered_is_asked_first() -> None:
    chat = chat_of("""
flows:
  a: {states: {問: {ask: a？, answer: number, give_up_after: {1d: 完}, next: 完}, 完: {push: a好, end: true}}}
  b: {states: {問: {ask: b？, answer: number, give_up_after: {1d: 完}, next: 完}, 完: {push: b好, end: true}}}
rules: [{when: {text: a}, start: a}, {when: {text: b}, start: b}]
""")
    chat.says("a")
    chat.says("b")
    assert chat.says("1") == ["b好"]
    assert chat.says("1") == ["a好"]


def test_s10_a_valid_answer_is_the_answer_also_where_a_rule_would_hear_it() -> None:
    chat = quiz()
    assert chat.says("油性") == ["幾分？"]


def test_s10_what_is_no_answer_is_heard_by_a_rule_and_the_choices_come_back() -> None:
    chat = quiz()
    assert chat.says("營業時間") == ["11–21"]
    assert chat.choices == ["乾性", "油性"]
    assert chat.state("quiz") == "膚質"
    assert chat.instance("quiz").tries == 0


def test_s10_what_nobody_hears_is_met_by_otherwise_and_counts_as_a_try() -> None:
    chat = quiz()
    assert chat.says("什麼") == ["請點選"]
    assert chat.choices == ["乾性", "油性"]
    assert chat.says("不知道") == ["下次見"]


def test_s10_a_picture_is_no_answer_unless_asked_for() -> None:
    chat = quiz()
    assert chat.sends("image") == ["好照片"]
    assert chat.sends("sticker") == ["請點選"]


def test_s10_before_a_free_text_answer_only_interrupts_and_the_flows_own_rules_come() -> None:
    chat = chat_of("""
flows:
  f:
    states:
      問:
        ask: 說吧
        answer: text
        rules: [{when: {text: 取消}, to: 完}]
        give_up_after: {1d: 完}
        next: 收
      收: {reply: 收到, end: true}
      完: {end: true}
rules:
  - {when: {text: 客服}, interrupt: true, reply: 來了}
  - {when: {text: f}, start: f}
  - {when: {text: 營業時間}, reply: 11–21}
""")
    chat.says("f")
    assert chat.says("客服") == ["來了"]
    assert chat.says("營業時間") == ["收到"]
    chat.says("f")
    chat.says("取消")
    assert chat.ended("f") == "完"


def test_s11_a_condition_that_fails_and_a_rule_used_up_do_not_match() -> None:
    chat = chat_of("""
tags: {VIP: }
rules:
  - {when: {text: 嗨}, if: {tag: VIP}, reply: 貴賓}
  - {when: {text: 嗨}, once_per: person, name: once, reply: 初次}
  - {when: {text: 嗨}, reply: 又來了}
""")
    assert [chat.says("嗨"), chat.says("嗨")] == [["初次"], ["又來了"]]


def test_s11_the_rules_of_a_state_come_before_those_of_its_flow() -> None:
    chat = chat_of("""
flows:
  f:
    rules: [{when: {text: 走}, reply: 流程, to: 完}]
    states:
      問:
        ask: 說
        answer: number
        rules: [{when: {text: 走}, reply: 步驟}]
        give_up_after: {1d: 完}
        next: 二
      二: {ask: 再說, answer: number, give_up_after: {1d: 完}, next: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}]
""")
    chat.says("f")
    assert chat.says("走") == ["步驟"]
    chat.says("1")
    assert chat.says("走") == ["流程"]


def test_s12_also_lets_those_behind_hear_it_but_not_anything_else() -> None:
    chat = chat_of("""
rules:
  - {when: {text_contains: 優惠}, also: true, add_tags: [問過]}
  - {when: {text: 優惠}, reply: 八五折}
  - {when: anything_else, reply: 看不懂}
""")
    assert chat.says("優惠") == ["八五折"]
    assert chat.says("有優惠嗎") == []
    assert chat.tags == {"問過"}


def test_s12_also_in_a_flow_leaves_the_rest_of_the_flow_unasked() -> None:
    chat = chat_of("""
flows:
  f:
    rules: [{when: {text: 券}, push: 流程}]
    states:
      等:
        rules: [{when: {text: 券}, also: true, add_tags: [要券]}]
        give_up_after: {1d: 完}
      完: {end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 券}, reply: 給你}]
""")
    chat.says("f")
    assert chat.says("券") == ["給你"]
    assert chat.tags == {"要券"}


PAGE = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
flows:
  reg:
    page: true
    states:
      問: {ask: 幾歲？, answer: number, otherwise: 請輸入數字, give_up_after: {30m: 走}, next: 好}
      好:
        result: {trigger: 我填好了, do: [{add_tags: [填過]}, {reply: 謝謝}]}
        end: true
      走: {end: true}
rules:
  - {when: {tag_added: 填過}, push: 歡迎}
  - {when: {text: 嗨}, reply: 嗨嗨}
  - {when: anything_else, reply: 看不懂}
"""


def test_s09_a_pending_result_takes_its_trigger_once_and_pushes_ride_in_its_reply() -> None:
    """B6: typed without a result the trigger is an ordinary text."""
    chat = chat_of(PAGE)
    assert chat.says("我填好了") == ["看不懂"]
    chat.hears(PageOpened("reg"), token=False)
    chat.hears(PageAnswer("reg", "三十"), token=False)
    assert chat.state("reg") == "問"
    chat.hears(PageAnswer("reg", "30"), token=False)
    assert chat.says("我填好了") == ["謝謝", "歡迎"]
    assert chat.costs == 0
    assert chat.says("我填好了") == ["看不懂"]


def test_s09_a_result_that_nobody_says_is_given_after_a_minute() -> None:
    chat = chat_of(PAGE)
    chat.hears(PageOpened("reg"), token=False)
    chat.hears(PageAnswer("reg", "30"), token=False)
    assert chat.waits(seconds=61) == ["謝謝", "歡迎"]
    assert chat.costs == 1
    assert chat.says("我填好了") == ["看不懂"]


def test_s09_what_rides_with_a_result_is_not_pushed_to_who_has_stopped_marketing_meanwhile() -> None:
    """I6: a journey's push was decided while the page had its minute; the result is said all the same."""
    journey = (
        "  news: {when: {signal: go}, once_per: always, states: {說: {push: 特價, end: true}}}\nrules:\n"
    )
    chat = chat_of(PAGE.replace("rules:\n", journey) + "signals: {go: }\n")
    chat.hears(PageOpened("reg"), token=False)
    chat.hears(PageAnswer("reg", "30"), token=False)
    assert chat.told("signal", "go") == []
    assert chat.says("停止推播") == ["已停止推播，想再收到時請輸入「恢復推播」。"]
    assert chat.says("我填好了") == ["謝謝", "歡迎"]
    assert [step.because for step in chat.because("skipped")] == ["marketing stopped"]


def test_s09_flows_on_a_page_do_not_hear_the_chat() -> None:
    chat = chat_of(PAGE)
    chat.hears(PageOpened("reg"), token=False)
    assert chat.says("30") == ["看不懂"]
    assert chat.state("reg") == "問"
