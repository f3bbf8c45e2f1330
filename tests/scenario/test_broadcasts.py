"""Broadcasts in scenarios: at their times or as staff send them, to whom, why not, at what price (I1–I7)."""

from __future__ import annotations

import pytest

from bot.model.problem import Problem
from bot.scenario.result import in_words
from tests.scenario.playing import fails, holds, result, steps

STOP = "輸入「停止推播」就不再收到"
PEOPLE = (
    "{now: 2026-09-01 11:00, people: "
    "{小美: {tags: [VIP]}, 大明: {}, 阿凱: {marketing: false}, 小玉: {friend: false}}}"
)
SHOP = f"""
channels:
  main: {{id: forest, channel_id: "1", channel_secret: s, plan: {{monthly_fee: 0, included: 1, extra: 0.2}}}}
tags: {{VIP: {{added_by: staff}}, 收過: {{}}}}
cards: {{sale: {{text: "{{{{ contact.name }}}}，全館 85 折。{STOP}"}}}}
rules:
  - {{when: {{tag_added: 收過}}, push: 有問題都可以問我們。}}
broadcasts:
  週年慶: {{to: everyone, push: sale, at: 2026-09-01 12:00}}
  VIP:
    to: {{tag: VIP}}
    push: 您好，{STOP}
    add_tags: [收過]
    every: week on mon at 10:00
    until: 2026-09-15 00:00
  手動: {{to: {{not: {{tag: VIP}}}}, push: 您好，{STOP}}}
  草稿: {{to: everyone, push: 您好，{STOP}, status: draft}}
"""


def test_at_its_time_to_all_who_may_get_it() -> None:
    holds(
        SHOP,
        "wait: until 11:59",
        "sent: {週年慶: nothing}",
        "wait: 1m",
        "bot: sale",
        "sent: {週年慶: {to: [小美, 大明], not_to: {阿凱: stopped, 小玉: no-friend}, messages: 2}}",
        "sent: {週年慶: {price: 0.2}}",
        "as: 大明",
        f"bot: 大明，全館 85 折。{STOP}",
        "cost: 2",
        "wait: 5h",
        "sent: {週年慶: nothing}",
        given=PEOPLE,
    )


def test_by_hand_and_who_it_is_not_for() -> None:
    holds(
        SHOP,
        "broadcast: 手動",
        "sent: {手動: 大明}",
        "sent: {手動: {to: 大明, not_to: {小美: audience, 阿凱: stopped}, messages: 1, price: 0}}",
        "as: 大明",
        f"bot: 您好，{STOP}",
        "as: 小美",
        "bot: nothing",
        given=PEOPLE,
    )


def test_what_was_sent_by_hand_does_not_go_out_at_its_date() -> None:
    """Semantics 37: as in earnest."""
    holds(
        SHOP,
        "broadcast: 週年慶",
        "sent: {週年慶: [小美, 大明]}",
        "bot: sale",
        "as: 大明",
        "bot: sale",
        "wait: until 12:00",
        "sent: {週年慶: nothing}",
        "bot: nothing",
        given=PEOPLE,
    )


def test_again_and_again_until_then_and_what_it_leaves() -> None:
    holds(
        SHOP,
        "wait: until 2026-09-07 09:59",
        "as: 小美",
        "bot: sale",
        "as: 大明",
        "bot: sale",
        "wait: until 10:00",
        "sent: {VIP: [小美]}",
        "as: 小美",
        f"bot: [您好，{STOP}, 有問題都可以問我們。]",
        "contact: {tags: [VIP, 收過]}",
        "cost: 4",
        "wait: until 2026-09-14 10:00",
        "sent: {VIP: {messages: 1}}",
        f"bot: 您好，{STOP}",
        "wait: 30d",
        "sent: {VIP: nothing}",
        given=PEOPLE.replace("{now", "{broadcasts: all, now"),
    )


@pytest.mark.parametrize(("down", "sent"), [("2h", "[小美, 大明]"), ("2h1m", "missed")])
def test_a_downtime_over_its_time(down: str, sent: str) -> None:
    """semantics 37: up to an hour late it goes out."""
    said = ["bot: sale", "as: 大明", "bot: sale"] if sent != "missed" else ["bot: nothing"]
    holds(SHOP, f"down: {down}", f"sent: {{週年慶: {sent}}}", *said, given=PEOPLE)


def test_one_that_no_step_names_leaves_a_scenario_about_something_else_alone() -> None:
    """L2: a date in the playbook does not change what the tests of opening hours expect."""
    other = ("user: 在嗎", "wait: until 2026-09-07 12:00", "user: 在嗎")
    holds(SHOP, *other, "bot: nothing", "cost: 0", given=PEOPLE)
    named = fails(SHOP, *other, "sent: {VIP: 小美}", given=PEOPLE)
    assert "no step names" in named, "the one that `sent` names goes out, and its message has to be expected"


@pytest.mark.parametrize("asked", ["all", "[週年慶, VIP]"])
def test_given_asks_for_all_or_for_some(asked: str) -> None:
    people = PEOPLE.replace("{now", f"{{broadcasts: {asked}, now")
    both = ("wait: until 2026-09-07 10:00", "bot: [sale, {contains: 您好}, {contains: 問題}]")
    holds(SHOP, *both, "as: 大明", "bot: sale", "cost: 4", given=people)
    one = PEOPLE.replace("{now", "{broadcasts: VIP, now")
    holds(SHOP, both[0], "bot: [{contains: 您好}, {contains: 問題}]", "cost: 2", given=one)


def test_what_the_file_says_weighs_more() -> None:
    told = fails(SHOP, "broadcast: 草稿", given=PEOPLE)
    assert told == '1: "草稿" is not sent: it is  status: draft'


QUIET = f"""
hours: {{夜間: 21:00-09:00}}
broadcasts:
  早安: {{to: everyone, push: 早安。{STOP}, quiet_hours: 夜間, at: 2026-09-01 22:00}}
"""


def test_quiet_hours_hold_it() -> None:
    holds(
        QUIET,
        "wait: until 23:00",
        "sent: {早安: {waits: quiet}}",
        "bot: nothing",
        "wait: until 09:00",
        f"bot: 早安。{STOP}",
        "sent: {早安: {messages: 1}}",
        "wait: until 22:30",
        "broadcast: 早安",
        "sent: {早安: {waits: quiet, messages: 0}}",
        "wait: until 09:00",
        f"bot: 早安。{STOP}",
    )


def test_the_brake_holds_it_and_its_people_are_those_of_the_moment_when_it_begins() -> None:
    people = "{now: 2026-09-01 11:00, people: {小美: {tags: [VIP]}, 大明: {}}, stopped: pushes}"
    holds(
        SHOP,
        "broadcast: 手動",
        "sent: {手動: {waits: brake}}",
        "as: 大明",
        "staff: {add_tags: VIP}",
        "as: 小美",
        "staff: {remove_tags: VIP}",
        "resume: pushes",
        "sent: {手動: [小美]}",
        f"bot: 您好，{STOP}",
        "as: 大明",
        "bot: nothing",
        "stop: pushes",
        "broadcast: 手動",
        "wait: 61m",
        "sent: {手動: missed}",
        given=people,
    )


def test_who_says_stop_while_it_is_held_does_not_get_it() -> None:
    people = "{now: 2026-09-01 11:00, people: {小美: {}, 大明: {}}, stopped: pushes}"
    holds(
        SHOP,
        "broadcast: 手動",
        "user: 停止推播",
        "bot: {contains: 停止}",
        "resume: pushes",
        "sent: {手動: {to: [大明], not_to: {小美: stopped}}}",
        "as: 大明",
        f"bot: 您好，{STOP}",
        given=people,
    )


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("refuse", "{to: nothing, not_to: {小美: quota, 大明: quota}, messages: 0}"),
        ("send_part", "{messages: 1}"),
    ],
)
def test_where_the_messages_are_not_enough(short: str, expected: str) -> None:
    sent = f"broadcasts: {{a: {{to: everyone, push: 您好，{STOP}, if_quota_short: {short}}}}}\n"
    people = "{now: 2026-09-01 11:00, quota: 1, people: {小美: {}, 大明: {}}}"
    found = steps(sent, "broadcast: a", f"sent: {{a: {expected}}}", "cost: 1", given=people)
    if short == "refuse":
        assert found.failure is not None
        assert str(found.failure.message) == "messages paid so far: expected 1, it is 0"
    else:
        assert "no step names" in str(found.failure and found.failure.message), "one of them has got it"


SPLIT = f"""
splits: {{測試: {{甲: 45, 乙: 45, 不發: 10}}}}
limits: {{pushes_per_person: 1 per 7d}}
broadcasts:
  雙11:
    to: everyone
    split: 測試
    push: {{甲: [A, {STOP}], 乙: [B, {STOP}], 不發: nothing}}
"""


def test_each_group_gets_its_own_and_the_hold_out_nothing() -> None:
    """I7: also over `limits`, which count over journeys and broadcasts."""
    people = "{now: 2026-09-01 11:00, people: {小美: {}, 大明: {}, 阿凱: {}}, split: {測試: 甲}}"
    holds(
        SPLIT,
        "as: 大明",
        "staff: {draws: {測試: 乙}}",
        "as: 阿凱",
        "staff: {draws: {測試: 不發}}",
        "broadcast: 雙11",
        "sent: {雙11: {to: [小美, 大明], not_to: {阿凱: nothing}}}",
        "bot: nothing",
        "as: 小美",
        f"bot: [{{text: A}}, {STOP}]",
        "as: 大明",
        f"bot: [{{text: B}}, {STOP}]",
        "wait: 6d",
        "broadcast: 雙11",
        "sent: {雙11: {to: nothing, not_to: {小美: limit, 大明: limit, 阿凱: nothing}}}",
        given=people,
    )


def test_an_edit_moves_it() -> None:
    edit = "edit: {bot.yaml: {2026-09-01 12:00: 2026-09-01 13:00}}"
    holds(
        SHOP,
        edit,
        "wait: until 12:30",
        "sent: {週年慶: nothing}",
        "wait: until 13:00",
        "bot: sale",
        "sent: {週年慶: [小美, 大明]}",
        "as: 大明",
        "bot: sale",
        given=PEOPLE,
    )


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("[小美]", '3: "手動" went to 大明'),
        ("{not_to: {大明: stopped}}", '3: 大明 got "手動"'),
        ("{not_to: {小美: stopped}}", '3: 小美 did not get "手動", for another reason: audience'),
        ("{messages: 2}", '3: "手動" cost another number of messages: 1'),
        ("{price: 0.2}", '3: "手動" cost NT$0'),
        ("missed", '3: the time of "手動" was not missed'),
        ("{waits: quiet}", '3: "手動" does not wait for this'),
        ("nothing", '3: "手動" went to 大明'),
    ],
)
def test_what_is_told_where_it_came_out_otherwise(expected: str, told: str) -> None:
    assert fails(SHOP, "as: 大明", "broadcast: 手動", f"sent: {{手動: {expected}}}", given=PEOPLE) == told


def test_the_conversation_tells_who_got_it_and_what_it_cost() -> None:
    found = steps(SHOP, "broadcast: 手動", "as: 大明", "bot: nothing", given=PEOPLE)
    told = in_words(found)
    assert "send the broadcast 手動" in told
    assert "手動: messages: 1, NT$0" in told


def test_names_that_are_not_there() -> None:
    found = [str(p.message) for p in wrong("broadcast: 週年")]
    assert found == ['no broadcast is called "週年"']
    assert [str(p.message) for p in wrong("sent: {週年慶: [小明]}")] == ['no person is called "小明"']
    given = "scenario: 試\ngiven: {broadcasts: 週年}\nsteps: [{user: 在嗎}, {bot: nothing}]\n"
    assert [str(p.message) for p in result(SHOP, given).problems] == ['no broadcast is called "週年"']


def wrong(step: str) -> tuple[Problem, ...]:
    return result(SHOP, f"scenario: 試\ngiven: {PEOPLE}\nsteps: [{{{step}}}]\n").problems
