"""Whatever has been compiled can be examined and drawn, and each thing is said once."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.playbook.drawing.mermaid import mermaid
from bot.playbook.graph.examine import examine
from bot.playbook.shape.promotions import every_code
from bot.playbook.syntax.nodes import Map
from tests.engine.random_playbooks import Shape
from tests.engine.test_any_playbook import playbook
from tests.playbook.test_mermaid import sound
from tests.playbooks import compiled, loaded


@pytest.mark.parametrize("seed", range(40))
def test_any_playbook(seed: int) -> None:
    made = playbook(seed)
    found = examine(made, Map("", (), 1, 1), {})
    assert {problem.code for problem in found} <= every_code()
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


CLINIC = """
bot: 微笑牙醫
channels:
  main: {{id: smile, channel_id: "1234", channel_secret: opaque, sms: codes, settings: {{binding: {here}}}}}
sms: {{codes: {{provider: console}}}}
rules:
  - {{when: {{text: 綁定}}, start: binding}}
flows:
  binding:
    page: true
    settings: {{match: shop, also_ask: birthday, by_line: true}}
    states:
      問手機:
        branch:
          - {{if: [{{not: {{bound: phone}}}}, {{setting: {{by_line: true}}}}], to: 認帳號}}
          - {{to: 比對}}
      認帳號: {{find_member: line, rules: [{{when: {any_member}, to: 完}}], give_up_after: {{1m: 完}}}}
      比對:
        find_member: {{setting: match}}
        rules:
          - {{when: {{member: taken}}, to: 移過來}}
          - {{when: {{member: [found, missing, shop_failed]}}, to: 完}}
        give_up_after: {{1m: 完}}
      移過來:
        branch:
          - {{if: {{setting: {{also_ask: birthday}}}}, to: 問生日}}
          - {{to: 完}}
      問生日: {{ask: 生日？, answer: {{type: date, at_most: today}}, give_up_after: {{1m: 完}}, next: 證明}}
      證明:
        move_member: {{birthday: "{{{{ answer.問生日 }}}}"}}
        rules: [{{when: {any_member}, to: 完}}]
        give_up_after: {{1m: 完}}
      完: {{end: true}}
"""
"""A flow made for shops, on the account of a clinic that has none."""


@pytest.mark.parametrize(
    ("here", "asked"),
    [
        ("{match: none, also_ask: none, by_line: false}", None),
        ("{match: shop, also_ask: none, by_line: false}", "find_member: {setting: match}"),
        ("{match: none, also_ask: birthday, by_line: false}", "move_member:"),
        ("{match: none, also_ask: none, by_line: true}", "find_member: line"),
    ],
)
def test_a_shop_is_missed_only_where_the_settings_of_a_channel_ask_it(here: str, asked: str | None) -> None:
    """B17: whoever has no shop says so in the settings, and takes nothing out of the flow."""
    text = CLINIC.format(here=here, any_member="{member: [found, missing, taken, shop_failed]}")
    missed = [p.place.line for p in loaded(text).problems if p.code == "shop-missing"]
    lines = text.splitlines()
    assert missed == [number for number, line in enumerate(lines, 1) if asked is not None and asked in line]


@pytest.mark.ring("all", "many random or generated cases")
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
