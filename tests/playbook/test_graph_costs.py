"""`costs-quota`, `may-cost-quota`: every place that costs a message is marked, and nothing else (F8)."""

from __future__ import annotations

import pytest

from bot.model.money import prices_of
from bot.model.translatable import ENGLISH
from bot.playbook.drawing.sketch import sketch
from bot.translations.chinese import CHINESE
from tests.playbooks import loaded

QUIZ = """
rules:
  - {when: {text: 開始}, start: quiz}
flows:
  quiz:
    states:
"""
LAST = "      done: {end: true}\n"


def notes(text: str) -> list[tuple[str, str, str]]:
    """Code, path and message of all information; there are no mistakes."""
    found = loaded(text)
    assert found.playbook is not None, found.problems
    return [(note.code, note.place.path, str(note.message)) for note in found.information]


def codes(text: str) -> list[tuple[str, str]]:
    return [(code, path) for code, path, _ in notes(text)]


@pytest.mark.parametrize(
    "trigger", ["follow", "{text: 優惠}", "{postback: x}", "image", "join", "anything_else"]
)
def test_what_rides_in_a_reply_is_free(trigger: str) -> None:
    assert notes(f"rules:\n  - {{when: {trigger}, push: 嗨}}\n") == []


def test_a_reply_never_costs() -> None:
    assert notes("rules:\n  - {when: follow, reply: 嗨}\n") == []


def test_a_push_by_the_shops_news_costs() -> None:
    [(code, path, message)] = notes("rules:\n  - {when: {shop: order_paid}, push: 感謝購買}\n")
    assert (code, path) == ("costs-quota", "rules[0].push")
    assert message == 'this costs a message when it comes by "shop order_paid"'


PLAN = """
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, plan: {included: 6000, extra: 0.2}}
  outlet: {id: outlet, channel_id: "2", channel_secret: x, plan: {monthly_fee: 800, included: 3000}}
"""


BEYOND = ", once the plan's messages are used up"


def test_with_a_plan_it_is_told_in_money() -> None:
    """I7: beside the messages; a plan that sells no further ones says no price."""
    [(_, _, message)] = notes(f"{PLAN}rules:\n  - {{when: {{staff: hands_back}}, push: 謝謝}}\n")
    assert message == f'this costs a message when it comes by "staff hands_back": NT$0.2 each{BEYOND}'


def test_a_journey_of_three_in_money() -> None:
    steps = "".join(f"      s{n}: {{push: '{n}', wait: 1d, next: s{n + 1}}}\n" for n in range(3))
    begun = "    when: {staff: hands_back}\n    once_per: person\n    if_late: skip\n"
    journey = f"{begun}    states:\n{steps}      s3: {{end: true}}\n"
    told = next(text for _, path, text in notes(f"{PLAN}flows:\n  j:\n{journey}") if path == "flows.j")
    assert told.endswith(f"at most 3 messages: NT$0.6{BEYOND}")


def test_news_of_the_same_turn_may_have_its_token() -> None:
    """A tag that a reply's rule adds is news of the same turn."""
    [(code, _, message)] = notes(
        "rules:\n  - {when: {tag_added: VIP}, push: 恭喜}\n  - {when: follow, add_tags: VIP}\n"
    )
    assert code == "costs-quota"
    assert message.startswith("this may cost a message")


def test_a_signal_that_only_comes_from_outside_has_no_token() -> None:
    outside = "signals: {ping: {}}\nrules:\n  - {when: {signal: ping}, push: 嗨}\n"
    assert notes(outside)[0][2].startswith("this costs")
    assert notes(outside + "  - {when: follow, raise: ping}\n")[0][2].startswith("this may cost")


def test_a_reply_that_may_be_pushed() -> None:
    text = "rules:\n  - {when: {shop: order_paid}, reply: {message: 感謝購買, or_push: true}}\n"
    assert codes(text) == [("costs-quota", "rules[0].reply")]


def test_a_state_costs_by_the_ways_into_it() -> None:
    text = QUIZ + (
        "      asking: {ask: 好嗎？, answer: [好, 不好], give_up_after: {30m: late}, next: thanks}\n"
        "      thanks: {push: 謝謝, next: done}\n"
        "      late: {push: 還在嗎？, next: done}\n" + LAST
    )
    assert codes(text) == [("costs-quota", "flows.quiz.states.late.push")]


def test_a_question_after_a_wait_costs() -> None:
    text = QUIZ + (
        "      waiting: {wait: 1d, next: asking}\n"
        "      asking: {ask: 好嗎？, answer: [好, 不好], give_up_after: {30m: done}, next: done}\n" + LAST
    )
    assert codes(text) == [("may-cost-quota", "flows.quiz.states.asking.ask")]


def test_a_question_once_its_page_is_opened_is_a_screen() -> None:
    """Whoever waits in the chat is on the page by then; of another page nobody is."""

    def text(page: str) -> str:
        return (
            "flows:\n  quiz:\n    page: true\n    states:\n"
            f"      waiting: {{rules: [{{when: {{page_opened: {page}}}, to: asking}}],"
            " give_up_after: {30m: done}}\n"
            "      asking: {ask: 好嗎？, answer: [好, 不好], give_up_after: {30m: done}, next: done}\n" + LAST
        )

    assert codes(text("quiz")) == []
    assert codes(text("unbind")) == [("may-cost-quota", "flows.quiz.states.asking.ask")]


def test_a_question_on_a_page_is_a_screen() -> None:
    text = (
        "flows:\n  quiz:\n    page: true\n    states:\n"
        "      asking: {ask: 好嗎？, answer: [好, 不好], give_up_after: {30m: done}, next: shown}\n"
        "      shown: {show: 好, next: done}\n" + LAST
    )
    assert notes(text) == []


def test_a_push_on_a_page_costs() -> None:
    text = "flows:\n  quiz:\n    page: true\n    states:\n      done: {push: 謝謝, end: true}\n"
    assert notes(text) == [
        ("costs-quota", "flows.quiz.states.done.push", "this costs a message when its page is opened")
    ]


def test_a_result_that_the_page_cannot_say() -> None:
    text = (
        "flows:\n  quiz:\n    page: true\n    states:\n"
        "      done: {result: {trigger: 我完成了, reply: 謝謝}, end: true}\n"
    )
    assert codes(text) == [("may-cost-quota", "flows.quiz.states.done.result.reply")]


JOURNEY = """
flows:
  welcome:
    title: 歡迎
    when: {shop: member_registered}
    once_per: person
    if_late: skip
"""


def journey(states: str, more: str = "") -> str:
    """What is said of the journey as a whole."""
    [message] = [
        message
        for _, path, message in notes(JOURNEY + more + "    states:\n" + states)
        if path == "flows.welcome"
    ]
    return message.removeprefix('the journey "歡迎" costs a person ')


STOP = "不想收到？輸入「停止推播」"


def test_the_dearest_way_through_a_journey() -> None:
    states = (
        f"      first: {{push: {STOP}, wait: 1d, next: fork}}\n"
        "      fork: {branch: [{if: {bound: phone}, to: short}, {to: long}]}\n"
        "      short: {push: 一, end: true}\n"
        "      long:\n"
        "        push: 一\n"
        "        rules:\n"
        "          - {when: {after: 1h}, push: 還在嗎}\n"
        "        wait: 1d\n"
        "        next: last\n"
        "      last: {push: 二, end: true}\n"
    )
    assert journey(states) == "at most 4 messages"
    assert journey(states, "    max_pushes: {person: 2}\n") == "at most 2 messages"


def test_a_journey_that_goes_round() -> None:
    states = (
        f"      first: {{push: {STOP}, wait: 1d, next: second}}\n"
        "      second: {branch: [{if: {bound: phone}, to: done}, {to: first}]}\n" + LAST
    )
    assert journey(states) == "any number of messages, for it can go round"
    assert journey(states, "    max_pushes: {person: 3}\n") == "at most 3 messages"


def test_a_journey_that_pushes_nothing_costs_nothing() -> None:
    assert notes(JOURNEY + "    states:\n      first: {add_tags: 新, wait: 1d, next: done}\n" + LAST) == []


SENDS_A_CODE = """
channels: {main: {id: forest, channel_id: "1234", channel_secret: opaque, sms: SMS}}
sms: {cheap: {provider: console, price: 0.85}, free: {provider: console}}
flows:
  binding:
    page: true
    states:
      寄:
        send_code: "0912345678"
        rules: [{when: {code: [sent, too_soon, refused, failed]}, to: 完}]
        give_up_after: {1m: 完}
      完: {end: true}
"""


def test_a_code_costs_an_sms_where_its_price_is_known() -> None:
    [(code, path, message)] = notes(SENDS_A_CODE.replace("SMS", "cheap"))
    assert (code, path) == ("sms-cost", "flows.binding.states.寄.send_code")
    assert str(message) == "each code sent here costs an SMS, NT$0.85"
    assert notes(SENDS_A_CODE.replace("SMS", "free")) == []


def test_what_rides_in_a_reply_costs_where_it_may_be_held_for_the_night() -> None:
    text = (
        "flows:\n  hi:\n    when: {follow: first}\n    if_late: send\n    once_per: person\n    QUIET\n"
        "    states:\n"
        "      一: {push: 嗨, wait: 3d at 10:00, next: 二}\n      二: {push: 再會, end: true}\n"
    )
    held = [message for *_, message in notes(text.replace("QUIET", "quiet_hours: 21:00-09:00"))]
    assert held[:2] == [
        'the journey "hi" costs a person at most 2 messages',
        "this may cost a message when it is held in the quiet hours",
    ]
    assert notes(text.replace("QUIET", "title: hi"))[0][2].endswith("at most 1 message")


def test_a_result_costs_where_its_words_are_not_said() -> None:
    text = (
        QUIZ
        + "      a: {ask: 好嗎？, answer: [好, 不好], give_up_after: {1d: done}, next: b}\n"
        + ("      b: {result: {trigger: 看結果, reply: 結果}, end: true}\n" + LAST)
    )
    assert any("when its words are not said" in message for *_, message in notes(text))


TESTED = JOURNEY.replace("{shop: member_registered}", "{staff: hands_back}")


def pictures(text: str, name: str) -> list[tuple[str, ...]]:
    """What the picture of a flow says of its costs, in both languages."""
    found = loaded(text)
    assert found.playbook is not None, found.problems
    flow, prices = found.playbook.flows[name], prices_of(found.settings)
    return [sketch(found.playbook, flow, language, prices).costs for language in (ENGLISH, CHINESE)]


def test_the_picture_of_a_journey_says_what_it_costs_a_person() -> None:
    """I7: the picture says the same as `check --info`, by the prices of the channels where it can begin."""
    states = f"      s1: {{push: {STOP}, wait: 1d, next: s2}}\n      s2: {{push: 再見, end: true}}\n"
    text = f"{TESTED}    states:\n{states}"
    assert pictures(text, "welcome") == [
        ("costs a person at most 2 messages",),
        ("一個人最多用掉 2 則訊息",),
    ]
    assert pictures(PLAN + text, "welcome")[0] == (f"costs a person at most 2 messages: NT$0.4{BEYOND}",)
    only = text.replace("    once_per", "    if: {channel: outlet}\n    once_per")
    assert pictures(PLAN + only, "welcome")[0] == ("costs a person at most 2 messages",)


def test_the_picture_of_a_journey_that_goes_round_says_what_each_message_costs() -> None:
    states = (
        f"      first: {{push: {STOP}, wait: 1d, next: second}}\n"
        "      second: {branch: [{if: {bound: phone}, to: done}, {to: first}]}\n" + LAST
    )
    told = f"costs a person any number of messages, for it can go round; each message: NT$0.2{BEYOND}"
    assert pictures(f"{PLAN}{TESTED}    states:\n{states}", "welcome")[0] == (told,)


def test_the_picture_of_another_flow_says_what_a_message_and_a_code_cost() -> None:
    asked = QUIZ + (
        "      waiting: {wait: 1d, next: asking}\n"
        "      asking: {ask: 好嗎？, answer: [好, 不好], give_up_after: {30m: done}, next: done}\n" + LAST
    )
    assert pictures(PLAN + asked, "quiz") == [
        (f"each message: NT$0.2{BEYOND}",),
        ("超出方案每則 NT$0.2",),
    ]
    assert pictures(asked, "quiz") == [(), ()]
    assert pictures(SENDS_A_CODE.replace("SMS", "cheap"), "binding")[0] == (
        "each code sent here costs an SMS, NT$0.85",
    )
    assert pictures(SENDS_A_CODE.replace("SMS", "free"), "binding") == [(), ()]
