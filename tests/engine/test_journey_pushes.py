"""Each message of a call knows which journey pushes it (H3, H7): caps and counts go by that."""

from __future__ import annotations

from bot.model.decision import Push, Reply
from bot.model.event import PageAnswer, PageOpened
from bot.model.message import JourneyPush
from tests.engine.chat import Chat, chat_of


def origins(chat: Chat) -> list[tuple[JourneyPush | None, ...]]:
    """Of each message of the last turn's calls, which journey pushes it."""
    return [action.origins for action in chat.last.actions if isinstance(action, Reply | Push)]


WELCOME = """
flows:
  welcome:
    when: [{tag_added: 新客}]
    once_per: always
    max_pushes: {person: 2}
    states:
      hello: {do: [{push: [早, 安]}, {push: 茶}, {push: 太多}], wait: 1d, next: ask}
      ask: {ask: 好嗎, answer: text, give_up_after: {30m: done}, next: done}
      done: {end: true}
rules:
  - {when: {text: 來}, do: [{reply: 嗨}, {add_tags: [新客]}]}
  - {when: {text: 推}, push: 別的}
"""


def test_h7_what_rides_in_a_reply_still_is_the_journeys() -> None:
    """H7: the reply's own message is nobody's; a push of two is one; the cap takes the third away."""
    chat = chat_of(WELCOME)
    assert chat.says("來") == ["嗨", "早", "安", "茶"]
    first, second = JourneyPush("welcome", "hello", 1), JourneyPush("welcome", "hello", 2)
    assert origins(chat) == [(None, first, first, second)]


def test_h7_a_question_that_costs_is_a_push_of_its_journey() -> None:
    chat = chat_of(WELCOME.replace("person: 2", "person: 9"))
    chat.says("來")
    assert chat.waits(days=1) == ["好嗎"]
    assert origins(chat) == [(JourneyPush("welcome", "ask", 4),)]


def test_h3_two_runs_in_one_turn_push_twice() -> None:
    """A cap and the counts must not take them for one."""
    chat = chat_of("""
flows:
  gift:
    when: {tag_added: 禮}
    once_per: always
    states: {送: {push: 禮物, end: true}}
rules:
  - {when: {text: 來}, do: [{add_tags: [禮]}, {remove_tags: [禮]}, {add_tags: [禮]}]}
""")
    assert chat.says("來") == ["禮物", "禮物"]
    assert origins(chat) == [(JourneyPush("gift", "送", 1), JourneyPush("gift", "送", 2))]


def test_h7_what_no_journey_pushes_has_no_origin() -> None:
    chat = chat_of(WELCOME)
    chat.says("推")
    assert origins(chat) == [()]


SUB = """
flows:
  outer:
    when: [{tag_added: 新客}]
    once_per: always
    states:
      go: {run: inner, rules: [{when: {ended: done}, to: over}]}
      over: {end: true}
  inner:
    states:
      say: {push: 您好, wait: 1d, next: done}
      done: {end: true}
rules: [{when: {text: 來}, add_tags: [新客]}]
"""


def test_h7_a_flow_that_a_journey_runs_speaks_for_the_journey() -> None:
    chat = chat_of(SUB)
    assert chat.says("來") == ["您好"]
    assert origins(chat) == [(JourneyPush("outer", "go", 1, ("inner",)),)]


PAGE = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
flows:
  reg:
    page: true
    states:
      問: {ask: 幾歲？, answer: number, otherwise: 請輸入數字, give_up_after: {30m: 走}, next: 好}
      好: {do: [{add_tags: [新客]}, {result: {trigger: 我填好了, do: [{reply: 謝謝}]}}], end: true}
      走: {end: true}
  welcome:
    when: [{tag_added: 新客}]
    once_per: always
    states: {hello: {push: 歡迎, end: true}}
rules: [{when: anything_else, reply: 看不懂}]
"""


def test_h7_a_push_that_waits_for_a_pages_result_keeps_its_journey() -> None:
    chat = chat_of(PAGE)
    chat.hears(PageOpened("reg"), token=False)
    chat.hears(PageAnswer("reg", "30"), token=False)
    assert chat.says("我填好了") == ["謝謝", "歡迎"]
    assert origins(chat) == [(None, JourneyPush("welcome", "hello", 1))]
