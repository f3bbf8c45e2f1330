"""Draws that two flows share are told to who asks for notes; they are no mistake."""

from __future__ import annotations

from tests.playbooks import loaded

FLOW = """\
  NAME:
    when: {tag_added: 老客}
    once_per: always
    states:
      分組: {branch: [{if: {split: {SPLIT: 甲}}, to: 完}, {to: 另}]}
      完: {end: true}
      另: {end: true}
"""
ABOVE = """\
splits: {測試: {甲: 50, 乙: 50}, 再測: {甲: 50, 乙: 50}}
rules: [{when: {text: 老客}, add_tags: 老客}]
flows:
"""


def flow(name: str, split: str) -> str:
    return FLOW.replace("NAME", name).replace("SPLIT", split)


def notes(*flows: str) -> list[tuple[int, str]]:
    found = loaded(ABOVE + "".join(flows))
    assert found.problems == ()
    return [(p.place.line, str(p.message)) for p in found.information if p.code == "split-in-two-flows"]


def test_the_second_flow_that_draws_by_a_split_is_told() -> None:
    message = 'the split "測試" decides in the flow "a" too, so both draw the same people'
    assert notes(flow("a", "測試"), flow("b", "測試")) == [(17, message)]


def test_flows_with_draws_of_their_own_are_not() -> None:
    assert notes(flow("a", "測試"), flow("b", "再測")) == []
    assert notes(flow("a", "測試")) == []
