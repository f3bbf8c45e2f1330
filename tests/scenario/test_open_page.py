"""`page` steps look at the very screen that members see, and fail where it is another one."""

from __future__ import annotations

from functools import partial

from tests.scenario import playing

PLAYBOOK = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s, liff: {login_channel_id: "1", liff_id: 1-a}}
attributes: {points: number}
member_card: {fields: [{show: attribute.points, title: 點數}], unbound: reg}
flows:
  reg:
    page: true
    states:
      問:
        ask: "{{ contact.name or 您 }}幾歲？"
        answer: number
        otherwise: 請輸入數字
        rules: [{when: {text: 不想說}, to: 走}]
        give_up_after: {30m: 走}
        next: 好
      好: {result: {trigger: 我填好了, reply: 謝謝}, end: true}
      走: {screen: {problem: 下次再說}, end: true}
"""


holds = partial(playing.holds, PLAYBOOK)
fails = partial(playing.fails, PLAYBOOK)


def test_a_question_its_links_and_what_is_shown_can_be_read() -> None:
    holds(
        """
        user: {opens: reg}
        page: 問
        page: {contains: 幾歲}
        page: {contains: 不想說}
        user: {answers: 三十}
        page: {contains: 請輸入數字}
        page: 問
        user: {answers: 不想說}
        page: 走
        page: {contains: 下次再說}
        """
    )


def test_another_state_or_text_fails() -> None:
    assert fails("user: {opens: reg}", "page: 好") == "2: the page should show 好: it shows 問"
    assert fails("user: {opens: reg}", "page: nothing") == "2: no page should be open: it shows 問"
    assert fails("user: {opens: reg}", "page: closed") == "2: the page should show closed: it shows 問"
    unsaid = fails(
        "user: {opens: reg}", "user: {answers: 三十}", "user: {answers: 30}", "page: {contains: 數字}"
    )
    assert unsaid == '4: the page does not say "數字": it shows 好'


def test_a_page_says_what_its_own_result_says_and_that_once() -> None:
    holds(
        """
        user: {opens: reg}
        user: {answers: 30}
        user: {says_by_page: 我填好了}
        bot: 謝謝
        page: 好
        """
    )
    opened = ("user: {opens: reg}", "user: {answers: 30}")
    assert (
        fails(*opened, "user: {says_by_page: 謝謝}")
        == '3: the page does not say "謝謝" now: it says "我填好了"'
    )
    assert (
        fails(*opened, "user: {says_by_page: 我填好了}", "bot: 謝謝", "user: {says_by_page: 我填好了}")
        == '5: the page does not say "我填好了" now: no result is waiting to be said'
    )
    assert fails(*opened, "user: {answers: 31}") == "3: no page with a question is open"


def test_the_pages_that_are_built_in_have_names_of_their_own() -> None:
    bound = "{now: 2026-09-01 14:00, contact: {bound: phone, attributes: {points: 1200}}}"
    holds(
        """
        user: {opens: member_card}
        page: member_card
        page: {contains: "點數 1,200"}
        user: {opens: unbind}
        page: unbind
        user: {answers: unbind}
        page: unbound
        user: {opens: unbind}
        page: problem
        """,
        given=bound,
    )
    assert (
        fails("user: {opens: member_card}", "page: problem", given=bound)
        == "2: the page should show problem: it shows member_card"
    )
