"""What is counted of a turn (H7, G5): each thing where it happens, nothing where nothing does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.engine.compiled.own_address import TAPPED as TAPPED_BY
from bot.engine.compiled.own_address import tap_code
from bot.model.contact import Identity
from bot.model.counts import (
    BEGUN,
    CARD_LEFT_OUT,
    ENTERED,
    FINISHED,
    HELD,
    LEFT,
    MISSED,
    MOVED,
    OF_GOALS,
    PASSED,
    PUSHED,
    REFUSED_AT_SHOP,
    SKIPPED,
    TAPPED,
)
from bot.model.decision import DecisionInputs
from bot.model.event import PageOpened
from bot.model.mark import Mark
from tests.engine.chat import Chat, chat_of, somebody
from tests.playbooks import compiled

JOURNEY = """
hours: {夜間: "21:00-09:00"}
flows:
  welcome:
    when: [{tag_added: 新客}]
    once_per: always
    quiet_hours: 夜間
    max_pushes: {person: 2}
    rules: [{when: {text: 走}, name: gone, exit: welcome}]
    states:
      hello: {push: 早, wait: 10h, next: ask}
      ask: {do: [{push: 茶}, {push: 多}], wait: 1d, next: done}
      done: {end: true}
rules:
  - {when: {text: 來}, do: [{reply: 嗨}, {add_tags: [新客]}]}
  - {when: {text: 停}, stop_marketing: true}
"""


def marks(chat: Chat, turn: int = -1) -> list[tuple[str, ...]]:
    """What one turn counts of the journey; the keys of rules without a name left out."""
    found = []
    for _, flow, what, about in chat.decisions[turn].marks:
        assert flow == "welcome"
        state, key, to = about if what == PASSED else ("", "", "")
        found.append((what, state, key if key in ("gone", MOVED) else "", to) if state else (what, *about))
    return found


def test_h7_a_turn_in_which_nothing_happens_counts_nothing() -> None:
    chat = chat_of(JOURNEY)
    chat.says("停")
    assert chat.last.marks == ()


def test_h7_a_journey_is_counted_from_its_start_to_its_end() -> None:
    """H3, H7: held by the quiet hours, let in, one push over the cap, at the end."""
    chat = chat_of(JOURNEY)
    chat.says("來")
    begun = Mark("main", OF_GOALS, BEGUN, ("begins welcome",))
    pushed = Mark("main", "welcome", PUSHED, ("hello",))
    assert chat.last.marks == (Mark("main", "welcome", ENTERED), begun, pushed)
    chat.waits(hours=10)
    assert marks(chat) == [(PASSED, "hello", "", "ask"), (HELD, "ask", "quiet")]
    chat.waits(hours=12)
    assert marks(chat) == [(SKIPPED, "ask", "max_pushes"), (PUSHED, "ask")]
    chat.waits(days=1)
    assert marks(chat) == [(PASSED, "ask", "", "done"), (FINISHED, "done"), (MISSED, "done")]


def test_h6_who_was_sent_all_of_it_has_missed_nothing() -> None:
    chat = chat_of(JOURNEY.replace("person: 2", "person: 9"))
    chat.says("來")
    chat.waits(hours=10)
    chat.waits(hours=12)
    chat.waits(days=1)
    assert marks(chat) == [(PASSED, "ask", "", "done"), (FINISHED, "done")]


def test_h6_what_the_shops_word_has_kept_back_is_counted_as_that() -> None:
    """C10: staff cannot mend here what the person has said in the shop."""
    chat = chat_of(JOURNEY.replace("10h", "1h").replace("person: 2", "person: 9"))
    chat.says("來")
    chat.contact.marketing_shop = chat.contact.marketing = False
    chat.waits(hours=1)
    skipped = [tuple(about) for what, *about in marks(chat) if what == SKIPPED]
    assert set(skipped) == {("ask", REFUSED_AT_SHOP)}


def test_h7_who_leaves_is_counted_where_and_why() -> None:
    chat = chat_of(JOURNEY)
    chat.says("來")
    chat.says("走")
    assert marks(chat) == [(PASSED, "hello", "gone", ""), (LEFT, "hello", "exit")]


@pytest.mark.parametrize(
    ("friend", "word", "why"), [(False, None, "blocked"), (True, "停", "marketing stopped")]
)
def test_h7_a_push_that_is_not_made_says_why(friend: bool, word: str | None, why: str) -> None:
    chat = chat_of(JOURNEY.replace("10h", "1h").replace("person: 2", "person: 9"))
    chat.says("來")
    if word is not None:
        chat.says(word)
    chat.contact.identities = (Identity("main", "U1", friend=friend),)
    chat.waits(hours=1)
    skipped = [about for what, *about in marks(chat) if what == SKIPPED]
    assert set(map(tuple, skipped)) == {("ask", why)}
    assert not any(what == PUSHED for what, *_ in marks(chat))


def test_s28_h6_a_push_of_which_nothing_is_left_is_skipped_and_counts_for_no_limit() -> None:
    """28: the card of which the person's data leaves nothing; the next push is the first that counts."""
    text = JOURNEY.replace("{do: [{push: 茶}, {push: 多}]", "{do: [{push: '{{ attribute.t }}'}, {push: 茶}]")
    chat = chat_of("attributes: {t: text}" + text.replace("09:00", "21:01"))
    chat.says("來")
    chat.waits(hours=10)
    assert [one for one in marks(chat) if one[0] in (SKIPPED, PUSHED)] == [
        (SKIPPED, "ask", CARD_LEFT_OUT),
        (PUSHED, "ask"),
    ]


def test_h7_who_waits_for_the_quota_is_held() -> None:
    chat = chat_of(JOURNEY.replace("10h", "1h"))
    chat.says("來")
    chat.world = DecisionInputs(quota_left={"main": 0})
    chat.waits(hours=1)
    assert (HELD, "ask", "quota") in marks(chat)


def test_h5_h7_who_is_moved_by_an_edit_is_counted() -> None:
    chat = chat_of(JOURNEY)
    chat.says("來")
    edited = JOURNEY.replace("hello:", "hi:").replace("max_pushes", "moved: {hello: ask}\n    max_pushes")
    chat.playbook = compiled(edited)
    chat.says("啊")
    assert (PASSED, "hello", MOVED, "ask") in marks(chat)


def test_h6_h7_who_leaves_a_stopped_journey_is_counted() -> None:
    chat = chat_of(JOURNEY)
    chat.says("來")
    chat.playbook = compiled(JOURNEY.replace("once_per", "status: stopped\n    once_per"))
    chat.says("啊")
    assert marks(chat) == [(LEFT, "hello", "stopped")]


MENU = """
rich_menus:
  - menu: 主選單
    chat_bar: 選單
    tabs:
      首頁:
        image: cards/menu.png
        grid: [左 中 右]
        areas:
          左: {label: 左, send: 優惠}
          中: {label: 中, add_tags: [點過]}
          右: {label: 右, tab: 會員}
      會員:
        image: cards/menu.png
        grid: [左]
        areas: {左: {label: 左, send: 點數}}
cards:
  pick: {text: 選, quick_replies: [{label: 卡, add_tags: [卡]}]}
rules: [{when: {text: 優惠}, reply: pick}]
"""


def counted(chat: Chat) -> tuple[Mark, ...]:
    return chat.last.marks


def test_g5_taps_on_areas_are_counted_as_far_as_line_tells_of_them() -> None:
    """What an area says counts only while that area is before the person's eyes."""
    chat = chat_of(MENU)
    chat.says("優惠")
    assert counted(chat) == (), "the menu came with this turn"
    chat.says("優惠")
    assert counted(chat) == (Mark("main", "", TAPPED, ("主選單/首頁/左",)),)
    chat.says("點數")
    assert counted(chat) == (), "it stands on the other tab"
    chat.taps("~主選單/首頁/中")
    assert counted(chat) == (Mark("main", "", TAPPED, ("主選單/首頁/中",)),)
    chat.taps("~主選單/首頁/右", status="SUCCESS", newRichMenuAliasId="x")
    assert counted(chat) == (Mark("main", "", TAPPED, ("主選單/首頁/右",)),)
    chat.says("點數")
    assert counted(chat) == (Mark("main", "", TAPPED, ("主選單/會員/左",)),)
    chat.taps("~pick/卡")
    assert (chat.tags, counted(chat)) == ({"點過", "卡"}, ()), "a card's tap is no area's"


def test_g5_a_page_that_an_area_opens_counts_as_a_tap_on_it() -> None:
    """Its address says which area it was: any other address, or what somebody has made up, counts nothing."""
    chat, code = chat_of(MENU), tap_code("主選單/首頁/中")
    chat.hears(PageOpened("unbind", {TAPPED_BY: code}), token=False)
    assert counted(chat) == (Mark("main", "", TAPPED, ("主選單/首頁/中",)),)
    for inputs in ({}, {TAPPED_BY: "0" * 16}, {TAPPED_BY: tap_code("pick/卡")}):
        chat.hears(PageOpened("unbind", inputs), token=False)
        assert counted(chat) == ()


GOALS = """
audiences: {熟客: {if: {tag: 熟}}}
tags: {買過: {added_by: staff}, 熟: {added_by: staff}}
splits: {試試: {甲: 90, 不發: 10}}
broadcasts:
  雙11:
    to: everyone
    channel: main
    split: 試試
    push: {甲: [八折, 輸入「停止推播」就不再收到], 不發: nothing}
    goal: {tag_added: 買過, within: 2d}
  回來:
    to: everyone
    channel: main
    push: [回來, 輸入「停止推播」就不再收到]
    goal: {enters: 熟客, within: 2d}
flows:
  welcome:
    when: [{tag_added: 新客}]
    once_per: always
    goal: {tag_added: 買過, within: 7d}
    states: {hello: {push: 早, wait: 1d, next: done}, done: {end: true}}
rules:
  - {when: {text: 買}, do: [{reply: 好}, {add_tags: [買過]}]}
  - {when: {text: 熟}, do: [{reply: 好}, {add_tags: [熟]}]}
  - {when: {text: 新}, do: [{reply: 好}, {add_tags: [新客]}]}
"""


def test_what_a_broadcast_or_a_flow_is_for_is_counted_of_everybody() -> None:
    """Whoever was sent it or was not, for the report knows; a tag that is on already is no news."""
    chat = chat_of(GOALS)
    for said in ("買", "買", "熟", "新"):
        chat.says(said)
    reached = [
        [mark.about[0] for mark in decision.marks if mark.flow == OF_GOALS] for decision in chat.decisions
    ]
    assert reached == [["broadcast 雙11", "flow welcome"], [], ["broadcast 回來"], ["begins welcome"]]


COMPARED = """
tags: {新客: {added_by: staff}, 買過: {added_by: staff}}
splits: {試試: {溫和: 50, 優惠: 50}, 別的: {一: 100}}
flows:
  welcome:
    when: {tag_added: 新客}
    once_per: always
    goal: {tag_added: 買過, within: 7d}
    states:
      分組: {branch: [{if: {all: [{split: {試試: 優惠}}, {tag: 新客}]}, to: 優惠}, {to: 完}]}
      優惠: {push: 早, wait: 1d, next: 看}
      看: {branch: [{if: {split: {別的: 一}}, to: 完}, {to: 完}]}
      完: {end: true}
  aimless:
    when: {tag_added: 新客}
    once_per: always
    states: {一: {branch: [{if: {split: {試試: 優惠}}, to: 完}, {to: 完}]}, 完: {end: true}}
rules:
  - {when: {text: 新}, do: [{reply: 好}, {add_tags: [新客]}]}
  - {when: {text: 舊}, do: [{reply: 好}, {remove_tags: [新客]}]}
"""


def test_who_begins_what_has_a_goal_is_counted_with_their_group_just_then() -> None:
    """Of each split that it asks for, in the order of its states; of a journey without a goal only itself."""
    playbook = compiled(COMPARED)
    assert list(playbook.flows["welcome"].splits) == ["試試", "別的"]
    assert not playbook.flows["aimless"].splits
    groups = set()
    for seed in range(0, 10_007, 501):
        chat = Chat(playbook, replace(somebody(), seed=seed))
        chat.says("新")
        [begun] = [
            [mark.about for mark in decision.marks if mark.what == BEGUN] for decision in chat.decisions
        ]
        [group] = [about[2] for about in begun if len(about) == 3 and about[1] == "試試"]
        assert begun == [
            ("begins welcome",),
            ("begins welcome", "試試", group),
            ("begins welcome", "別的", "一"),
            ("begins aimless",),
        ]
        assert (group == "優惠") == playbook.flows["welcome"].splits["試試"]["優惠"].has(seed)
        assert (group == "優惠") == (chat.contact.instance("welcome", "main") is not None)
        groups.add(group)
    assert groups == {"溫和", "優惠"}
