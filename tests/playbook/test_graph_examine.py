"""Whatever has been compiled can be examined and drawn, and each thing is said once."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from bot.playbook.codes import Code
from bot.playbook.drawing.mermaid import mermaid
from bot.playbook.graph.examine import examine
from bot.playbook.syntax.nodes import Map
from tests.engine.random_playbooks import Shape
from tests.engine.test_any_playbook import playbook
from tests.playbook.test_mermaid import sound
from tests.playbooks import compiled, loaded


@pytest.mark.parametrize("seed", range(40))
def test_any_playbook(seed: int) -> None:
    made = playbook(seed)
    found = examine(made, Map("", (), 1, 1), {})
    assert {problem.code for problem in found} <= set(get_args(Code))
    assert Counter(found).most_common(1)[0][1] == 1 if found else True
    for flow in made.flows.values():
        sound(mermaid(made, flow))


def test_random_playbooks_have_something_to_find() -> None:
    """Otherwise the test above would say little."""
    codes = {p.code for seed in range(40) for p in examine(playbook(seed), Map("", (), 1, 1), {})}
    assert len(codes) > 12, codes


def test_a_playbook_with_nothing_in_it() -> None:
    assert examine(compiled(""), Map("", (), 1, 1), {}) == []


def test_what_a_channel_overrides_is_looked_at_and_told_once() -> None:
    text = """
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque}
  outlet: {id: outlet, channel_id: "1235", channel_secret: opaque, settings: {quiz: {words: 再見}}}
rules:
  - {when: {text: 開始}, start: quiz}
flows:
  quiz:
    settings: {words: 您好}
    states:
      asking: {ask: {setting: words}, answer: number, next: done}
      done: {end: true}
"""
    assert [problem.code for problem in loaded(text).problems] == ["question-without-timeout"]


def test_a_thousand_states_that_are_left_at_once() -> None:
    """Deeper than Python's stack."""
    states = "".join(f"      s{n}: {{add_tags: t, next: s{n + 1}}}\n" for n in range(1_000))
    text = "rules:\n  - {when: {text: 開始}, start: long}\nflows:\n  long:\n    states:\n"
    assert loaded(text + states + "      s1000: {reply: 到了, end: true}\n").problems == ()


def test_a_thousand_flows_that_run_each_other() -> None:
    flows = "".join(
        f"  f{n}:\n    states:\n      in: {{run: f{n + 1}, next: out}}\n      out: {{end: true}}\n"
        for n in range(400)
    )
    last = "  f400:\n    states:\n      wait: {wait: 1d, next: out}\n      out: {end: true}\n"
    text = "rules:\n  - {when: {text: 開始}, start: f0}\nflows:\n"
    assert loaded(text + flows + last).problems == ()


def test_shape_is_what_it_says() -> None:
    assert Shape(1).text() != Shape(2).text()
