"""Flows as Mermaid's flowcharts: what they show, and that nothing in a playbook can break them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.money import prices_of
from bot.model.translatable import ENGLISH
from bot.playbook.drawing.mermaid import mermaid, quoted
from tests.cli.oaflow import ROOT
from tests.playbook.test_graph_example import edited
from tests.playbooks import compiled

DRAWN = ROOT / "tests" / "playbook" / "drawn"
LABEL = r'"[^"\n]*"'
SHAPES = [
    (r"\[", r"\]"),
    (r"\(\[", r"\]\)"),
    (r"\[\[", r"\]\]"),
    (r"\{", r"\}"),
    (r"\(\(", r"\)\)"),
    (r"\{\{", r"\}\}"),
]
NODE = re.compile(r"  (\w+)(?:" + "|".join(f"{left}{LABEL}{right}" for left, right in SHAPES) + ")")
ARROW = re.compile(rf"  (\w+) (?:-->|-\.->)(?:\|{LABEL}\|)? (\w+)")
STYLE = re.compile(r"  classDef (\w+) [\w#:,. -]+")
CLASS = re.compile(r"  class (\w+(?:,\w+)*) (\w+)")
RESERVED = {"end", "graph", "subgraph", "style", "class", "click", "default"}


def sound(drawn: str) -> None:
    """Every line is one of four kinds, and names only what is there."""
    head, title, foot, kind, *lines = drawn.splitlines()
    assert (head, foot, kind) == ("---", "---", "flowchart TD")
    assert title.startswith('title: "')
    nodes, named, styles, styled = set[str](), set[str](), set[str](), set[str]()
    for line in lines:
        if found := NODE.fullmatch(line):
            assert found[1] not in nodes | RESERVED
            nodes.add(found[1])
        elif found := ARROW.fullmatch(line):
            named |= {found[1], found[2]}
        elif found := STYLE.fullmatch(line):
            styles.add(found[1])
        elif found := CLASS.fullmatch(line):
            named |= set(found[1].split(","))
            styled.add(found[2])
        else:
            pytest.fail(f"no line of a flowchart: {line}")
    assert named <= nodes
    assert styles == styled


def drawn(text: str, name: str = "quiz") -> str:
    playbook = compiled(text)
    picture = mermaid(playbook, playbook.flows[name])
    sound(picture)
    return picture


def test_the_flows_of_the_worked_example() -> None:
    """Word for word: questions, forks, what costs (F8).

    After a change that is meant: `oaflow graph NAME > tests/playbook/drawn/NAME.mmd`.
    """
    loaded = edited({})
    playbook = loaded.playbook
    assert playbook is not None
    assert {path.stem for path in DRAWN.glob("*.mmd")} == set(playbook.flows)
    for name, flow in playbook.flows.items():
        picture = mermaid(playbook, flow, ENGLISH, prices_of(loaded.settings))
        sound(picture)
        assert picture == (DRAWN / f"{name}.mmd").read_text("utf-8"), name


QUIZ = """
tags: {VIP: {}}
rules:
  - {when: {text: 開始}, start: quiz}
flows:
  quiz:
    title: 小測驗
    states:
"""


def test_rules_of_the_whole_flow_leave_from_one_place() -> None:
    picture = drawn(
        QUIZ.replace(
            "    states:",
            "    rules:\n      - {when: {text: 重來}, to: first}\n"
            "      - {when: {text: 離開}, exit: quiz}\n"
            "      - {when: {text: 說明}, reply: 等一下}\n    states:",
        )
        + "      first: {wait: 1d, next: done}\n      done: {end: true}\n"
    )
    assert 'everywhere{{"in every state"}}' in picture
    assert 'everywhere -->|"text 重來"| s1' in picture
    assert 'everywhere -->|"text 離開<br/>exit quiz"| out' in picture
    assert 'everywhere -.->|"text 說明<br/>reply 「等一下」"| everywhere' in picture


def test_flows_within_flows_pages_and_states_that_are_gone() -> None:
    picture = drawn(
        QUIZ.replace("title: 小測驗", "page: true") + "      first:\n        run: child\n"
        "        rules:\n          - {when: {ended: [good, bad]}, to: done}\n"
        "        give_up_after: {2d: done}\n"
        "      done: {screen: problem, end: true}\n"
        "    moved: {zeroth: first, older: zeroth, lost: exit}\n"
        "  child:\n    states:\n      fork: {branch: [{if: {tag: VIP}, to: good}, {to: bad}]}\n"
        "      good: {add_tags: VIP, end: true}\n      bad: {end: true}\n"
    )
    assert 's1[["first<br/>run child"]]' in picture
    assert 's1 -->|"ended good, bad"| s2' in picture
    assert 'begin -->|"page"| s1' in picture
    assert 'g1["zeroth (gone)"]' in picture
    assert 'g2 -.->|"moved"| g1' in picture
    assert 'g3 -.->|"moved"| out' in picture
    assert "class s2 problem" in picture


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"#<b>&`', "#34;#35;#60;b#62;#38;#96;"),
        ("a\n b  c\t", "a<br/>b c"),
        ("1. 一", "1#46; 一"),
        ("- 一", "#45; 一"),
        ("text_pattern *", "text_pattern #42;"),
        ("_斜_ 體", "#95;斜#95; 體"),
        ("%%{init: {}}%%", "#37;#37;{init: {}}#37;#37;"),
        ("style a:b", "style a#58;b"),
        ("10:30", "10:30"),
        ("\u0007\u202e", "#7;#8238;"),
        ("😀 會員", "😀 會員"),
    ],
)
def test_signs_that_mean_something_are_coded(text: str, shown: str) -> None:
    """https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters"""
    assert quoted(text) == f'"{shown}"'


@pytest.mark.ring("test", "a law")
@given(st.text())
def test_whatever_is_said_stays_in_its_quotes(text: str) -> None:
    label = quoted(text)
    assert re.fullmatch(LABEL, label)
    assert len(label.splitlines()) == 1
    assert not re.search(r"#(?!\d+;)|[&<>`\\](?!)", label.replace("<br/>", ""))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30))
def test_a_title_cannot_break_the_picture(title: str) -> None:
    playbook = compiled(QUIZ + "      done: {end: true}\n")
    flow = playbook.flows["quiz"]
    named = replace(flow, title=title, states={"done": replace(flow.first, title=title)})
    sound(mermaid(replace(playbook, flows={"quiz": named}), named))


def test_a_long_text_is_shortened() -> None:
    picture = drawn(QUIZ + f"      done: {{reply: {'長' * 200}, end: true}}\n")
    assert "長" * 23 + "…" in picture
    assert "長" * 24 not in picture


def test_a_state_that_does_much_shows_a_part_of_it() -> None:
    steps = "".join(f"          - add_tags: 標籤{number}\n" for number in range(9))
    picture = drawn(QUIZ + f"      done:\n        do:\n{steps}        end: true\n")
    assert "add_tags 標籤3<br/>… +5" in picture


@pytest.mark.parametrize("again", ["person", "day", "1mo", "always"])
def test_a_journey_shows_how_often_one_person_may_come_in(again: str) -> None:
    """H3."""
    journey = "when: {tag_added: VIP}\n    if: {tag: VIP}\n    once_per: " + again
    picture = drawn(QUIZ.replace("title: 小測驗", journey) + "      完: {end: true}\n")
    assert f'begin -->|"tag_added VIP<br/>if tag VIP<br/>once_per {again}"| s1' in picture
