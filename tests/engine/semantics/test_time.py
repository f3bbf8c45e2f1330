"""Semantics 20–25: timers, the door, lateness, caps, audiences and the rich menu."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.engine.conditions.around import OnChannel
from bot.model.contact import AttributeValue, Binding
from bot.model.decision import DecisionInputs, LinkMenu
from bot.model.event import MENU_AGAIN, Follow, News, Unfollow
from bot.model.staff_order import StaffUnbinds
from tests.engine.chat import NOON, Chat, chat_of
from tests.playbooks import QUIET_JOURNEY, compiled

QUESTION = """
flows:
  f:
    states:
      問:
        ask: 幾？
        answer: number
        otherwise: 數字
        rules: [{when: {after: 10m}, push: 還在嗎}]
        give_up_after: {30m: 走}
        next: 好
      好: {end: true}
      走: {push: 下次, end: true}
rules: [{when: {text: f}, start: f}, {when: {text: 客服}, hand_over: 請看, interrupt: true}]
"""


def test_s20_a_timer_of_another_visit_does_nothing() -> None:
    chat = chat_of(QUESTION)
    chat.says("f")
    stale = chat.contact.timers
    chat.says("5")
    chat.contact.timers = stale
    assert chat.waits(hours=1) == []
    assert chat.because("stale-timer")


def test_s20_time_outs_of_questions_stop_while_staff_have_the_conversation() -> None:
    chat = chat_of(QUESTION)
    chat.says("f")
    chat.waits(minutes=5)
    chat.says("客服")
    assert chat.waits(hours=2) == []
    chat.staff(takes_over=False)
    assert chat.waits(minutes=9) == []
    assert chat.waits(minutes=1) == ["還在嗎"]
    assert chat.waits(minutes=20) == ["下次"]


JOURNEY = (
    QUIET_JOURNEY
    + """\
    rules: [{when: {shop: order_paid}, to: 買}]
    states:
      等: {wait: 10h, next: 推}
      推: {push: "{{ attribute.n or 0 }}點", end: true}
      買: {end: true}
attributes: {n: number}
"""
)


def journey() -> Chat:
    chat = chat_of(JOURNEY.replace("LATE", "send"))
    chat.told("signal", "go")
    return chat


def test_s21_in_quiet_hours_the_state_waits_at_its_door_with_nothing_done() -> None:
    chat = journey()
    assert chat.waits(hours=10) == []  # ten in the evening
    assert chat.state("j") == "推"
    assert chat.door("j") == ("quiet", datetime(2026, 9, 2, 1, tzinfo=UTC))


def test_s21_the_text_is_filled_with_the_mornings_data() -> None:
    chat = journey()
    chat.waits(hours=10)
    chat.contact.attributes = {"n.n": AttributeValue(7, chat.now)}
    assert chat.waits(hours=11) == ["7點"]


def test_s21_who_buys_at_night_is_never_nudged() -> None:
    chat = journey()
    chat.waits(hours=10)
    chat.told("shop", "order_paid")
    assert chat.ended("j") == "買"
    assert chat.waits(days=1) == []


def test_s21_held_while_staff_have_the_conversation_and_let_in_at_the_hand_back() -> None:
    chat = journey()
    chat.waits(hours=5)
    chat.staff(takes_over=True)
    chat.contact.timers = tuple(t for t in chat.contact.timers if t.timer != "staff")
    chat.now = NOON + timedelta(days=1)
    chat.waits(seconds=1)
    assert chat.door("j")[0] == "staff"
    assert chat.staff(takes_over=False) == ["0點"]


def test_s22_an_hour_is_not_late() -> None:
    chat = chat_of(JOURNEY.replace("    quiet_hours: 夜間\n", "").replace("LATE", "skip"))
    chat.told("signal", "go")
    assert chat.waits(down=True, hours=10, minutes=59) == ["0點"]


def test_s23_over_a_cap_a_push_is_skipped_or_the_person_leaves() -> None:
    text = """
flows:
  j:
    when: {signal: go}
    once_per: always
    if_late: send
    max_pushes: {person: 1, then: THEN}
    states:
      一: {push: 一, wait: 1h, next: 二}
      二: {push: 二, add_tags: [二], wait: 1h, next: 完}
      完: {end: true}
signals: {go: }
""".replace("push: 二, add_tags: [二]", "do: [{push: 二}, {add_tags: [二]}]")
    skipping, leaving = (chat_of(text.replace("THEN", then)) for then in ("skip", "exit"))
    for chat in (skipping, leaving):
        assert chat.told("signal", "go") == ["一"]
        assert chat.waits(hours=1) == []
    assert (skipping.state("j"), leaving.ended("j")) == ("二", "max_pushes")


def test_s23_totals_come_from_the_world_and_limits_over_all_journeys() -> None:
    text = """
limits: {pushes_per_person: 1 per 7d}
flows:
  j: {when: {signal: go}, once_per: always, max_pushes: {total: 10}, states: {一: {push: 一, end: true}}}
  k: {when: {signal: went}, once_per: always, states: {一: {push: 二, end: true}}}
signals: {go: , went: }
"""
    full = chat_of(text, world=DecisionInputs(totals={"j": 10}))
    assert full.told("signal", "go") == []
    chat = chat_of(text)
    assert chat.told("signal", "go") == ["一"]
    assert chat.told("signal", "went") == []
    chat.waits(days=7)
    assert chat.told("signal", "went") == ["二"]


def test_s23_what_is_reserved_goes_to_a_high_priority_alone() -> None:
    """I7: a coupon that ends tonight does not lose to a brand story."""
    chat = chat_of("""
limits: {pushes_per_person: 2 per 7d, reserved_for_high: 1}
flows:
  story: {when: {signal: go}, once_per: always, states: {一: {push: 故事, end: true}}}
  coupon: {when: {signal: ends}, once_per: always, priority: high, states: {一: {push: 今晚到期, end: true}}}
signals: {go: , ends: }
""")
    assert [chat.told("signal", "go"), chat.told("signal", "go")] == [["故事"], []]
    assert [chat.told("signal", "ends"), chat.told("signal", "ends")] == [["今晚到期"], []]
    assert chat.because("skipped")[-1].because == "pushes_per_person"
    chat.waits(days=7)
    assert [chat.told("signal", "ends"), chat.told("signal", "go")] == [["今晚到期"], []]


def test_s23_what_rides_in_a_reply_uses_up_no_limit() -> None:
    """The free welcome leaves the limit to what costs, and is not held back by it."""
    chat = chat_of("""
limits: {pushes_per_person: 1 per 7d}
flows:
  welcome: {when: follow, once_per: always, states: {一: {push: 歡迎, end: true}}}
  k: {when: {signal: went}, once_per: always, states: {一: {push: 二, end: true}}}
signals: {went: }
""")
    assert chat.follows() == ["歡迎"]
    assert [chat.told("signal", "went"), chat.told("signal", "went")] == [["二"], []]
    assert chat.follows() == ["歡迎"]


def test_s23_what_has_no_room_in_the_reply_counts() -> None:
    """LINE takes five messages in a reply; what is over goes by itself, and costs."""
    chat = chat_of("""
limits: {pushes_per_person: 1 per 7d}
flows:
  welcome:
    when: follow
    once_per: always
    states: {一: {do: [{push: [1, 2, 3, 4]}, {push: [5, 6]}], end: true}}
  k: {when: {signal: went}, once_per: always, states: {一: {push: 二, end: true}}}
signals: {went: }
""")
    assert len(chat.follows()) == 6
    assert chat.told("signal", "went") == []


def test_s23_who_has_stopped_marketing_gets_no_journeys_push_but_rules_answer() -> None:
    chat = chat_of("""
flows:
  j: {when: {signal: go}, once_per: always, states: {一: {push: 一, end: true}}}
signals: {go: }
rules: [{when: {signal: go}, push: 規則}]
""")
    chat.says("停止推播")
    assert chat.told("signal", "go") == ["規則"]
    assert chat.because("skipped")[0].because == "marketing stopped"


def test_s24_audiences_that_rules_name_are_entered_and_left() -> None:
    chat = chat_of("""
attributes: {n: number}
audiences: {常客: {if: {attribute: {n: {at_least: 2}}}}}
rules:
  - {when: {enters: 常客}, push: 進}
  - {when: {leaves: 常客}, push: 出}
  - {when: {text: 加}, increase: {n: 1}}
  - {when: {text: 清}, clear: n}
""")
    assert [chat.says("加"), chat.says("加"), chat.says("加"), chat.says("清")] == [[], ["進"], [], ["出"]]


def test_s24_an_expired_tag_is_not_held_and_its_removal_is_told_on_time() -> None:
    chat = chat_of("""
tags: {甲: {expires: 1d}}
rules:
  - {when: {text: 甲}, add_tags: [甲]}
  - {when: {tag_removed: 甲}, push: 沒了}
""")
    chat.says("甲")
    assert chat.waits(hours=35) == []
    assert chat.tags == {"甲"}
    assert chat.waits(hours=1) == ["沒了"]  # the end of the next local day
    assert chat.contact.tags == ()


def test_s24_adding_again_renews_the_expiry_and_is_no_news() -> None:
    chat = chat_of(
        "tags: {甲: {expires: 1d}}\nrules: [{when: {text: 甲}, add_tags: [甲]}, {when: {tag_added: 甲}, push: 新}]"
    )
    assert chat.says("甲") == ["新"]
    chat.waits(days=1)
    assert chat.says("甲") == []
    chat.waits(days=1)
    assert chat.tags == {"甲"}


BIRTHDAY = """
attributes: {birthday: date}
flows:
  j:
    when: {anniversary: birthday, days_before: 3, at: 10:00}
    once_per: 300d
    if_late: send
    states: {一: {push: 快到了, end: true}}
rules: [{when: {text_pattern: "生日 {d:date}"}, set: {birthday: "{{ event.d }}"}}]
"""


def test_s24_anniversaries_come_each_year_and_29_february_counts_as_28() -> None:
    chat = chat_of(BIRTHDAY)
    chat.says("生日 2024-02-29")
    for year, day in ((2027, 25), (2028, 26), (2029, 25), (2030, 25)):  # 2028 is a leap year
        due = datetime(year, 2, day, 2, tzinfo=UTC)
        assert [timer.due for timer in chat.contact.timers] == [due]
        assert chat.waits(seconds=(due - chat.now).total_seconds()) == ["快到了"]


def test_s24_a_date_that_changes_moves_its_timer() -> None:
    chat = chat_of(BIRTHDAY)
    chat.says("生日 1990-10-10")
    chat.says("生日 1990-11-10")
    assert [t.due for t in chat.contact.timers] == [datetime(2026, 11, 7, 2, tzinfo=UTC)]


MENUS = """
tags: {VIP: }
rich_menus:
  - {menu: 貴賓, if: {tag: VIP}, image: cards/menu.png, chat_bar: 貴, grid: [左], areas: {左: {label: 左, send: 嗨}}}
  - {menu: 大家, image: cards/menu.png, chat_bar: 大, grid: [左], areas: {左: {label: 左, send: 嗨}}}
rules:
  - {when: {text: 嗨}, reply: 嗨嗨}
  - {when: {text: V}, add_tags: [VIP]}
  - {when: {text: 釘}, pin_menu: {menu: 大家, for: 1d}}
"""


def test_s25_the_first_menu_that_holds_is_linked_once_and_a_pinned_one_beats_it() -> None:
    chat = chat_of(MENUS)
    chat.says("嗨")
    assert chat.actions(LinkMenu) == [LinkMenu("main", "大家")]
    chat.says("嗨")
    assert chat.actions(LinkMenu) == []
    chat.says("V")
    assert chat.actions(LinkMenu) == [LinkMenu("main", "貴賓")]
    chat.says("釘")
    assert chat.actions(LinkMenu) == [LinkMenu("main", "大家")]
    chat.waits(days=1)
    assert chat.contact.identity("main").menu == "貴賓"


def test_s25_a_pinned_menu_that_is_paused_is_not_there_one_outside_its_term_is() -> None:
    playbook = compiled(MENUS)
    vip, all_others = playbook.menus
    for menus, shown in (
        ((vip, replace(all_others, paused=True)), "貴賓"),
        ((vip, replace(all_others, since=datetime(2030, 1, 1, tzinfo=UTC))), "大家"),
        ((vip, replace(all_others, condition=OnChannel(all_others.place, ("other",)))), "貴賓"),
    ):
        chat = Chat(playbook)
        chat.says("V")
        chat.says("釘")
        assert chat.contact.identity("main").menu == "大家"
        chat.playbook = replace(playbook, menus=menus)
        chat.says("嗨")
        assert chat.contact.identity("main").menu == shown


def test_s25_a_pinned_menu_that_is_gone_is_not_there_and_is_again_where_it_comes_back() -> None:
    """G2: whoever had it sees what the list says at their next turn (all others: the sweep)."""
    playbook = compiled(MENUS)
    chat = Chat(playbook)
    chat.says("V")
    chat.says("釘")
    for menus, shown in ((playbook.menus[:1], "貴賓"), (playbook.menus, "大家")):
        chat.playbook = replace(playbook, menus=menus)
        chat.says("嗨")
        assert chat.actions(LinkMenu) == [LinkMenu("main", shown)]
        assert chat.contact.identity("main").menu == shown


def test_s25_who_follows_again_or_may_see_an_older_menu_is_linked_anew() -> None:
    """G2: LINE has dropped the link of who had blocked us; its bulk calls take effect some seconds late."""
    chat = chat_of(MENUS)
    chat.says("嗨")
    for other in (Unfollow(), News(MENU_AGAIN, "other"), News("shop", "order_paid")):
        chat.hears(other)
        assert chat.actions(LinkMenu) == []
    for again in (Follow(again=True), News(MENU_AGAIN, "main")):
        chat.hears(again)
        assert chat.actions(LinkMenu) == [LinkMenu("main", "大家")]


def test_s25_who_has_no_menu_any_more_is_unlinked_anew() -> None:
    """G1: what another system has linked goes with the first turn, and a bulk link that LINE carries out late
    does not stay with whoever has lost the menu meanwhile."""
    playbook = compiled(MENUS)
    chat = Chat(replace(playbook, menus=playbook.menus[:1]))
    chat.says("嗨")
    assert chat.actions(LinkMenu) == [LinkMenu("main", None)]
    chat.says("嗨")
    assert chat.actions(LinkMenu) == []
    chat.hears(News(MENU_AGAIN, "main"))
    assert chat.actions(LinkMenu) == [LinkMenu("main", None)]
    chat.hears(Follow(again=True))
    assert chat.actions(LinkMenu) == []


def test_s25_who_unbinds_keeps_the_menu_of_a_tag() -> None:
    """Elsewhere unbinding shows the default although a tag's menu applies; here the list decides, at once."""
    bound = (
        "  - {menu: 會員, if: {bound: phone}, image: cards/menu.png, grid: [左], areas: {左: {send: 嗨}}}\n"
    )
    playbook = compiled(MENUS.replace("  - {menu: 大家", bound + "  - {menu: 大家"))
    for tagged, menu in ((True, "貴賓"), (False, "大家")):
        chat = Chat(playbook)
        chat.contact.bindings = {"phone": Binding(NOON)}
        chat.says("V" if tagged else "嗨")
        assert chat.contact.identity("main").menu == ("貴賓" if tagged else "會員")
        chat.hears(StaffUnbinds("phone"), token=False)
        assert chat.contact.identity("main").menu == menu


def test_s25_the_menu_of_an_audience_is_shown_in_the_turn_that_brings_somebody_in() -> None:
    """Elsewhere (MAAC) menus of segments lag up to 25 hours."""
    text = (
        MENUS.replace("{tag: VIP}", "{audience: 常客}")
        + "  - {when: {text: 買}, increase: {n: 1}}\n  - {when: {text: 退}, increase: {n: -1}}\n"
        + "attributes: {n: number}\naudiences: {常客: {if: {attribute: {n: {at_least: 2}}}}}\n"
    )
    chat = chat_of(text)
    for said, shown in (("買", "大家"), ("買", "貴賓"), ("買", "貴賓"), ("退", "貴賓"), ("退", "大家")):
        chat.says(said)
        assert chat.contact.identity("main").menu == shown


def test_s25_the_order_in_the_file_decides_not_the_newest_tag() -> None:
    playbook = compiled(MENUS)
    vip, everybody = playbook.menus
    chat = Chat(replace(playbook, menus=(everybody, vip)))
    chat.says("V")
    assert chat.contact.identity("main").menu == "大家"


def test_s25_who_has_changed_tabs_is_linked_when_the_default_is_another() -> None:
    """LINE shows no other default to whoever has used a tab: only a link of their own does."""
    playbook = compiled(MENUS)
    chat = Chat(playbook)
    chat.says("嗨")
    chat.contact.identity("main").tab = "左"
    chat.says("嗨")
    assert (chat.actions(LinkMenu), chat.contact.identity("main").tab) == ([], "左")
    chat.edited(replace(playbook, menus=(replace(playbook.menus[0], condition=None),)))
    chat.says("嗨")
    assert chat.actions(LinkMenu) == [LinkMenu("main", "貴賓")]
    assert chat.contact.identity("main").tab is None
