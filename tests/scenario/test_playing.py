"""What a scenario's steps mean: exactly the messages, time, cost, people. Every check can fail."""

from __future__ import annotations

from functools import partial

import pytest

from tests.scenario import playing

PLAYBOOK = """
tags: {VIP: {expires: 2d}}
attributes: {points: number, skin: text, since: date_time}
hours: {夜間: 21:00-09:00}
cards:
  welcome: {text: "{{ contact.name or 您好 }}，歡迎！"}
  pair: {messages: [{text: 一}, {text: 二}]}
  coupon: {buttons: {text: 85 折, taps: [{label: 領取, add_tags: [VIP]}, {label: 網站, open: "https://forest.example"}]}}
  pick: {buttons: {text: 哪一天？, taps: [{label: 選日期, pick: date, reply: "{{ event.date as M/D }}"}]}}
rich_menus:
  - menu: VIP
    if: {tag: VIP}
    tabs:
      甲: {image: menu.png, chat_bar: 甲, grid: [看乙 優惠], areas: {看乙: {tab: 乙}, 優惠: {send: 優惠}}}
      乙: {image: menu.png, chat_bar: 乙, grid: [看甲], areas: {看甲: {tab: 甲}}}
  - menu: 節慶
    from: 2026-09-05 00:00
    until: 2026-09-06 00:00
    image: menu.png
    chat_bar: 節慶
    grid: [優惠]
    areas: {優惠: {send: 優惠}}
  - {menu: 一般, image: menu.png, chat_bar: 選單, grid: [優惠], areas: {優惠: {label: 看優惠, send: 優惠}}}
audiences: {熟客: {if: {attribute: {points: {at_least: 100}}}}}
rules:
  - {when: follow, reply: welcome}
  - {when: {text: 兩則}, reply: pair}
  - {when: {text: 三則}, reply: [一, 二, 三]}
  - {when: {text: 優惠}, reply: coupon}
  - {when: {text: 日期}, reply: pick}
  - {when: {text: 推}, push: 推了}
  - {when: {text: 名字}, name: by_name, reply: 有名字}
  - {when: {text: 測}, start: quiz}
  - {when: {text: 找人}, do: [{reply: 來了}, {hand_over: 請看}]}
  - {when: {enters: 熟客}, push: 熟客您好}
  - {when: {attribute_changed: points}, push: 點數變了}
flows:
  quiz:
    states:
      問: {ask: 膚質？, answer: [乾性, 油性], save: skin, give_up_after: {30m: 完}, next: 完}
      完: {end: true}
  care:
    when: {tag_added: VIP}
    once_per: person
    if_late: next_morning
    quiet_hours: 夜間
    states:
      等: {wait: 1d at 22:00, next: 問候}
      問候: {push: 用得習慣嗎？輸入「停止推播」就不再打擾。, end: true}
"""


holds = partial(playing.holds, PLAYBOOK)
fails = partial(playing.fails, PLAYBOOK)
steps = partial(playing.steps, PLAYBOOK)


# -- messages


def test_exactly_the_messages_in_their_order() -> None:
    holds("user: 三則", "bot: [一, 二, 三]")
    assert fails("user: 三則", "bot: [一, 三, 二]") == "2: the bot said this in another order"
    assert fails("user: 三則", "bot: [一, 二]") == "2: the bot said something else"
    assert fails("user: 三則", "bot: [一, 二, 三, 四]") == "2: the bot said something else"
    assert fails("user: 三則", "bot: nothing") == "2: the bot should be silent"
    assert fails("user: 沒有人聽", "bot: 一") == "2: the bot said nothing"


@pytest.mark.parametrize("then", ["user: 沒有人聽", "wait: 1m", "down: 1m", "cost: 0"])
def test_a_message_that_no_step_names_fails_at_the_next(then: str) -> None:
    """A step left out is not "anything"; looking at something else in between is allowed, to the end."""
    line = 3 if then == "cost: 0" else 2
    assert fails("user: 優惠", then, "cost: 0") == (
        f"{line}: before this step the bot said a message that no step names"
    )


def test_a_card_is_known_whatever_is_filled_in_and_a_text_is_not() -> None:
    given = "{now: 2026-09-01 14:00, contact: {name: 小美}}"
    holds("user: follows", "bot: welcome", given=given)
    holds("user: follows", "bot: 小美，歡迎！", given=given)
    assert fails("user: follows", "bot: 大明，歡迎！", given=given).startswith("2: the bot said")
    assert fails("user: 優惠", "bot: welcome").startswith("2: the bot said")


def test_a_card_of_several_messages_stands_for_all_of_them() -> None:
    holds("user: 兩則", "bot: pair")
    holds("user: 兩則", "bot: [一, 二]")
    assert fails("user: 三則", "bot: pair").startswith("2: ")


def test_two_steps_for_what_was_said_in_one_go_are_told_how_one_is_written() -> None:
    """L1: a step for each message is what people write first, and the failure showed nothing but the rest."""
    for said in (("bot: 一", "bot: 二"), ("bot: 一", "bot: 三")):
        found = steps("\n".join(("user: 兩則", *said)))
        assert found.failure is not None
        assert [str(note) for note in found.failure.notes] == [
            "what the bot says in one go stands in one step:  - bot: [A, B]"
        ]
    alone = steps("user: 兩則\nbot: 一")
    assert alone.failure is not None
    assert alone.failure.notes == ()


def test_contains_and_any_of() -> None:
    holds("user: 優惠", "bot: {contains: 領取}")
    holds("user: 三則", "bot: [{any_of: [零, 一]}, {any_of: [pair, 二]}, {text: 三}]")
    assert fails("user: 優惠", "bot: {contains: 90 折}").startswith("2: ")
    assert fails("user: 兩則", "bot: [{any_of: [二, 三]}, 二]").startswith("2: ")


# -- taps


def test_what_is_not_there_cannot_be_tapped() -> None:
    found = steps("user: 優惠", "bot: coupon", "user: {taps: 領}")
    assert found.failure is not None
    assert str(found.failure.message) == 'there is nothing called "領" to tap'
    assert str(found.failure.notes[0]).startswith("what can be tapped: 領取, 網站, 優惠")


def test_buttons_do_what_they_do() -> None:
    holds(
        """
        user: 優惠
        bot: coupon
        user: {taps: 領取}
        contact: {tags: [VIP]}
        """
    )
    holds(
        """
        user: {taps: 看優惠}
        bot: coupon
        user: {taps: 優惠}
        bot: coupon
        """
    )


def test_a_date_picker_gives_what_is_picked() -> None:
    holds(
        """
        user: 日期
        bot: pick
        user: {taps: 選日期, picks: 2026-10-03}
        bot: 10/3
        """
    )
    assert fails("user: 日期", "bot: pick", "user: {taps: 選日期}") == "3: this opens a date picker"


def test_quick_replies_are_below_the_last_message_only() -> None:
    holds(
        """
        user: 測
        bot: 膚質？
        user: {taps: 油性}
        contact: {attributes: {skin: 油性}}
        """
    )
    assert "nothing called" in fails(
        """
        user: 測
        bot: 膚質？
        wait: 31m
        user: 三則
        bot: [一, 二, 三]
        user: {taps: 油性}
        """
    )


def test_tabs() -> None:
    given = "{now: 2026-09-01 14:00, contact: {tags: [VIP]}}"
    holds(
        """
        menu: {VIP: 甲}
        user: {taps: 看乙}
        menu: {VIP: 乙}
        user: {taps: 看甲}
        menu: {VIP: 甲}
        """,
        given=given,
    )
    assert fails("user: {taps: 看乙}", "menu: {VIP: 甲}", given=given) == "2: the tab should be 甲: it is 乙"


# -- what is known


def test_contact() -> None:
    contact = "{tags: [VIP, 甲], attributes: {points: 120}, bound: phone, marketing: true}"
    given = f"{{now: 2026-09-01 14:00, contact: {contact}}}"
    holds(
        """
        contact: {tags: [VIP], attributes: {points: 120, skin: }, bound: phone, marketing: true}
        contact: {tags_exactly: [甲, VIP]}
        """,
        given=given,
    )
    for wrong in (
        "{tags: [乙]}",
        "{tags_exactly: [VIP]}",
        "{attributes: {points: 119}}",
        "{attributes: {points: }}",
        "{attributes: {skin: 油性}}",
        "{bound: clerk}",
        "{bound: nothing}",
        "{marketing: false}",
        "{marketing: nothing}",
    ):
        assert fails(f"contact: {wrong}", given=given) == "1: the contact is not as expected", wrong


def test_a_tag_expires() -> None:
    given = "{now: 2026-09-01 14:00, contact: {tags: [VIP]}}"
    holds(
        """
        wait: until 2026-09-03 23:59
        contact: {tags: [VIP]}
        wait: 2m
        contact: {tags_exactly: []}
        """,
        given=given,
    )


def test_what_staff_set_is_news() -> None:
    holds(
        """
        contact: {set: {points: 50}}
        bot: 點數變了
        contact: {attributes: {points: 50}}
        cost: 1
        """
    )


def test_what_staff_change_by_hand_has_all_that_follows() -> None:
    """As `oaflow contact tag` and `set`: the menu, the journey, what rules say of a value."""
    holds(
        """
        menu: 一般
        staff: {add_tags: VIP}
        menu: {VIP: 甲}
        flow: {care: 等}
        contact: {tags_exactly: [VIP]}
        staff: {remove_tags: [VIP]}
        contact: {tags_exactly: []}
        menu: 一般
        staff: {set: {points: 100}}
        bot: [點數變了, 熟客您好]
        contact: {attributes: {points: 100}}
        staff: {set: {points: }}
        bot: 點數變了
        contact: {attributes: {points: }}
        """
    )


def test_a_tag_of_staff_that_changes_nothing_is_no_news() -> None:
    given = "{now: 2026-09-01 14:00, contact: {tags: [VIP]}}"
    holds(
        "staff: {add_tags: VIP}\n flow: {care: nothing}\n staff: {remove_tags: 沒有貼}\n cost: 0", given=given
    )


def test_who_is_in_an_audience_from_the_beginning_does_not_enter_it() -> None:
    given = "{now: 2026-09-01 14:00, contact: {attributes: {points: 100}}}"
    holds("user: 沒有人聽", "bot: nothing", "cost: 0", given=given)
    holds("contact: {set: {points: 100}}", "bot: [點數變了, 熟客您好]", "cost: 1")


def test_flow() -> None:
    holds(
        """
        flow: {quiz: nothing}
        user: 測
        bot: 膚質？
        flow: {quiz: 問}
        user: 乾性
        flow: {quiz: 完}
        flow: {quiz: nothing}
        """
    )
    assert fails("flow: {quiz: 問}") == "1: quiz should be at 問: the person is not in it, and was not"
    assert fails("user: 測", "flow: {quiz: 完}") == "2: quiz should be at 完: it is at 問"
    assert fails("user: 測", "flow: {quiz: nothing}") == "2: nobody should be in quiz: the person is in 問"
    held = fails("user: 測", "flow: {quiz: 問, held: quiet}")
    assert held == "2: quiz should be held by quiet: it is not held"
    ended = fails("user: 測", "bot: 膚質？", "user: 乾性", "flow: {quiz: 問}")
    assert ended == "4: quiz should be at 問: it has ended at 完"


def test_menu() -> None:
    holds("menu: 一般", "contact: {set: {tags: [VIP]}}", "menu: VIP")
    assert fails("menu: VIP") == "1: the rich menu should be VIP: it is 一般"
    assert fails("menu: nothing") == "1: the rich menu should be none: it is 一般"


def test_a_menu_of_some_days_is_seen_by_the_quarter_of_an_hour() -> None:
    holds(
        """
        wait: until 2026-09-05 00:00
        menu: 節慶
        wait: until 2026-09-06 00:00
        menu: 一般
        """
    )


# -- money


def test_a_reply_is_free_and_a_push_costs_one() -> None:
    holds(
        """
        user: 三則
        bot: [一, 二, 三]
        cost: 0
        user: 推
        bot: 推了
        cost: 0
        """
    )
    holds(
        """
        staff: {puts_into: {care: 等}}
        wait: until 2026-09-03 09:00
        bot: {contains: 習慣}
        cost: 1
        """
    )
    assert fails("cost: 1") == "1: messages paid so far: expected 1, it is 0"


def test_who_has_blocked_us_gets_no_push_and_costs_nothing() -> None:
    holds(
        """
        user: blocks
        contact: {set: {points: 5}}
        bot: nothing
        cost: 0
        """
    )


def test_without_quota_nothing_is_pushed() -> None:
    given = "{now: 2026-09-01 14:00, quota: 1}"
    holds(
        """
        contact: {set: {points: 5}}
        bot: 點數變了
        contact: {set: {points: 6}}
        bot: nothing
        cost: 1
        """,
        given=given,
    )


# -- time


def test_timers_fire_when_they_are_due_and_late_when_the_server_was_off() -> None:
    begin = "staff: {puts_into: {care: 等}}"
    holds(
        begin,
        "wait: until 2026-09-02 22:00",
        "flow: {care: 問候, held: quiet}",
        "wait: until 09:00",
        "bot: {contains: 習慣}",
    )
    holds(
        begin,
        "down: 7d",
        "bot: nothing",
        "flow: {care: 問候, held: late}",
        "wait: until 10:00",
        "bot: {contains: 習慣}",
    )


def test_the_clock_stands_still_between_steps_and_never_goes_back() -> None:
    assert fails("wait: until 2026-08-31 10:00") == "1: that moment is over: it is 2026-09-01 14:00 already"
    holds("wait: until 14:00", "wait: 30s", "cost: 0")


def test_staff() -> None:
    holds(
        """
        user: 找人
        bot: 來了
        user: 三則
        bot: nothing
        staff: hands_back
        user: 兩則
        bot: pair
        """
    )
    holds(
        """
        staff: takes_over
        user: 三則
        bot: nothing
        wait: 13h
        user: 兩則
        bot: pair
        """
    )


# -- people


def test_several_people_have_phones_of_their_own() -> None:
    given = "{now: 2026-09-01 14:00, people: {小美: {tags: [VIP]}, 大明: {name: 明哥}}}"
    holds(
        """
        menu: VIP
        user: 測
        bot: 膚質？
        as: 大明
        menu: 一般
        flow: {quiz: nothing}
        as: 小美
        flow: {quiz: 問}
        """,
        given=given,
    )
    holds("as: 大明", "user: follows", "bot: 明哥，歡迎！", given=given)
    unnamed = fails("user: 測", "as: 大明", "user: 推", given=given)
    assert unnamed == "3: before this step the bot said a message that no step names to 小美"


# -- why


def test_explain() -> None:
    holds(
        """
        user: 名字
        bot: 有名字
        explain: {rule: by_name}
        explain: {file: bot.yaml}
        """
    )
    assert fails("user: 三則", "explain: {rule: by_name}") == "2: the rule by_name did not decide this"
    elsewhere = fails("user: 三則", "explain: {file: rules/x.yaml}")
    assert elsewhere == "2: nothing in rules/x.yaml decided this: it was bot.yaml"


def test_a_failure_says_where_and_why() -> None:
    failure = steps("user: 三則", "bot: [一, 二]").failure
    assert failure is not None
    assert [(why.note.what, why.note.result) for why in failure.why] == [
        ("rule", "matched"),
        ("reply", "3 messages"),
    ]
    assert all(why.place is not None and why.place.file == "bot.yaml" for why in failure.why)
    assert [line.mark for line in failure.conversation].count("+") == 1


# -- pages, SMS, hooks


def test_what_a_page_does_not_say_cannot_be_said_by_it() -> None:
    assert fails("user: {says_by_page: 我好了}") == (
        '1: the page does not say "我好了" now: no result is waiting to be said'
    )
    assert fails("user: {answers: 好}") == "1: no page with a question is open"
    assert fails("user: {answers: {a: 好}}") == "1: no form is open"
    assert fails("user: {says: code_from_sms}") == "1: no SMS has come, so there is no code_from_sms"
    assert fails("sms: {contains: x}") == "1: no SMS has come"
    assert fails("page: {contains: x}") == '1: the page does not say "x": no page is open'


def test_what_a_step_makes_due_at_once_comes_with_it() -> None:
    """A journey whose moment was over when its date was set, and that is sent all the same (semantics 24)."""
    playbook = """
attributes: {bought: date}
flows:
  again:
    when: {date: bought, days_after: 180, at: 10:00}
    once_per: person
    if_late: send
    states:
      一: {push: 該補貨了。不想收到？輸入「停止推播」, end: true}
rules: [{when: {text_pattern: "買 {d:date}"}, set: {bought: "{{ event.d }}"}}]
"""
    playing.holds(
        playbook,
        """
        user: 買 2026-02-13
        bot: {contains: 該補貨了}
        staff: {set: {bought: 2026-02-14}}
        bot: nothing
        flow: {again: 一}
        """,
    )
