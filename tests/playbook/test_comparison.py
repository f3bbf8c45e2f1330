"""How two playbooks differ, in their own words: pure, over their canonical forms."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.playbook.comparison import (
    FILES,
    SCENARIO_FILES,
    STATES,
    ComparedForm,
    Difference,
    TextReply,
    differences,
)
from bot.playbook.comparison_words import SECTION_TITLES
from bot.playbook.shape.schema import SECTIONS
from tests.playbooks import loaded

SHOP = """\
attributes: {points: number}
cards:
  welcome: {text: 歡迎光臨}
rules:
  - {when: {text: [營業時間, 幾點開]}, reply: 每天 11:00}
  - {when: {text: 停車}, reply: 有}
  - {when: {text: 優惠}, reply: [一, 二]}
flows:
  quiz:
    when: {text: 測驗}
    states:
      first: {ask: 你好, answer: text, next: last}
      last: {reply: 再見, end: true}
"""


def form(text: str, files: Mapping[str, str] | None = None) -> ComparedForm:
    """What is compared of a playbook with this text, beside these files."""
    return ComparedForm(loaded(text).document.root, files or {})


def changes(before: str, after: str) -> list[tuple[str, str, str]]:
    """Section, name and way of each difference."""
    return [(one.section, one.name, one.how) for one in differences(form(before), form(after))]


def one_difference(before: str, after: str) -> Difference:
    [found] = differences(form(before), form(after))
    return found


def test_the_same_says_the_same() -> None:
    """Comments, short forms and the order of what has none are no difference."""
    assert changes(SHOP, SHOP) == []
    assert changes(SHOP, SHOP.replace("reply: 有", "do: [{reply: [{text: 有}]}]")) == []
    assert changes(SHOP, f"# a comment\n{SHOP}") == []
    two = "tags: {a: , b: }\n"
    assert changes(SHOP + two, SHOP + "tags: {b: , a: }\n") == []


def test_a_text_is_shown_before_and_after() -> None:
    found = one_difference(SHOP, SHOP.replace("每天 11:00", "每天 10:00"))
    assert (found.section, found.name, found.how) == ("rules", "text: [營業時間, 幾點開]", "changed")
    [value] = found.values
    assert (value.path, value.before, value.after) == (("do", "reply", "text"), "每天 11:00", "每天 10:00")
    assert found.place is not None
    assert (found.place.file, found.place.line) == ("bot.yaml", 7)


def test_of_several_texts_only_the_other_one_is_told() -> None:
    [value] = one_difference(SHOP, SHOP.replace("[一, 二]", "[一, 三]")).values
    assert (value.path[-2], value.before, value.after) == ("2", "二", "三")
    [value] = one_difference(SHOP, SHOP.replace("[一, 二]", "[〇, 一, 二]")).values
    assert (value.path[2], value.before) == ("1", None)
    assert "〇" in str(value.after)


def test_new_and_gone() -> None:
    line = "  - {when: {text: 停車}, reply: 有}\n"
    assert changes(SHOP, SHOP.replace(line, "")) == [("rules", "text: 停車", "removed")]
    assert changes(SHOP.replace(line, ""), SHOP) == [("rules", "text: 停車", "added")]
    assert changes(SHOP, SHOP + "tags: {VIP: }\n") == [("tags", "VIP", "added")]
    assert changes(SHOP.replace("  welcome: {text: 歡迎光臨}\n", "  other: {text: 歡迎光臨}\n"), SHOP) == [
        ("cards", "other", "removed"),
        ("cards", "welcome", "added"),
    ]


def test_another_order_of_rules_is_told_as_few_as_can_be() -> None:
    """The first that fits answers."""
    line = "  - {when: {text: 優惠}, reply: [一, 二]}\n"
    first = SHOP.replace(line, "").replace("rules:\n", f"rules:\n{line}")
    assert changes(SHOP, first) == [("rules", "text: 優惠", "moved")]


def test_a_rule_that_hears_something_else_is_the_same_rule() -> None:
    found = one_difference(SHOP, SHOP.replace("{text: 停車}", "{text: [停車, 車位]}"))
    assert (found.name, found.how) == ("text: [停車, 車位]", "changed")
    assert [(value.path, value.after) for value in found.values] == [(("when", "text", "2"), "車位")]


def test_two_rules_that_hear_the_same_are_told_apart() -> None:
    twice = SHOP.replace("rules:\n", "rules:\n  - {when: {text: 停車}, if: {tag: VIP}, reply: 好}\n")
    assert changes(SHOP, twice) == [("rules", "text: 停車 if tag: VIP", "added")]
    alike = SHOP.replace("rules:\n", "rules:\n  - {when: {text: 停車}, reply: 好}\n")
    assert {how for _, _, how in changes(SHOP, alike)} >= {"added"}


def test_a_flow_and_its_states() -> None:
    assert changes(SHOP, SHOP.replace("你好", "您好")) == [("states", "quiz.first", "changed")]
    assert changes(SHOP, SHOP.replace("{text: 測驗}", "{text: 考試}")) == [("flows", "quiz", "changed")]
    more = SHOP.replace("      last:", "      middle: {wait: 1d, next: last}\n      last:")
    assert changes(SHOP, more) == [("states", "quiz.middle", "added")]
    before = SHOP.replace("    states:\n", "    states:\n      zero: {wait: 1d, next: first}\n")
    found = differences(form(SHOP), form(before))
    [value] = found[0].values
    assert (value.path, value.before, value.after) == (("states", "1"), "first", "zero"), "where it begins"


def test_a_type_and_a_setting() -> None:
    [value] = one_difference(SHOP, SHOP.replace("points: number", "points: text")).values
    assert (value.path, value.before, value.after) == (("type",), "number", "text")
    found = one_difference(SHOP, SHOP + "language: en\n")
    assert (found.section, found.name, found.how) == ("language", "", "added")


def test_what_lies_beside_the_yaml() -> None:
    before = form(SHOP, {"a.png": "1", "b.png": "1", "c.png": "1"})
    after = form(SHOP, {"a.png": "1", "b.png": "2", "d.png": "1"})
    assert [(one.section, one.name, one.how) for one in differences(before, after)] == [
        ("files", "b.png", "changed"),
        ("files", "c.png", "removed"),
        ("files", "d.png", "added"),
    ]


def test_scenarios_are_a_section_of_their_own() -> None:
    before = form(SHOP, {"a.png": "1", "tests/scenarios/first.yaml": "1"})
    after = form(SHOP, {"a.png": "2", "tests/scenarios/first.yaml": "2", "z.png": "1"})
    assert [(one.section, one.name) for one in differences(before, after)] == [
        ("scenarios", "tests/scenarios/first.yaml"),
        ("files", "a.png"),
        ("files", "z.png"),
    ]


def test_a_rule_that_only_answers_a_text_is_said_in_words() -> None:
    new = one_difference("rules: []\n", "rules:\n  - {when: {text: [a, b]}, reply: [一, 二]}\n")
    assert new.says == TextReply(("a", "b"), "一\n二")
    changed = one_difference(SHOP, SHOP.replace("reply: 有", "reply: 沒有"))
    assert changed.says == TextReply(("停車",), "沒有")


@pytest.mark.parametrize(
    "rule",
    [
        "{when: {text: a}, if: {tag: vip}, reply: b}",
        "{when: {text: a}, do: [{reply: b}, {add_tags: [c]}]}",
        "{when: {text_contains: a}, reply: b}",
    ],
)
def test_a_rule_that_does_more_is_not(rule: str) -> None:
    assert one_difference("rules: []\n", f"rules:\n  - {rule}\n").says is None


def test_every_section_has_a_title_in_peoples_words() -> None:
    assert SECTION_TITLES.keys() == {*SECTIONS, STATES, SCENARIO_FILES, FILES}
