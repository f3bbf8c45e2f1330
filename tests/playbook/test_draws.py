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
    message = 'the split "測試" decides in the flow "a" too: both draw the same people'
    assert notes(flow("a", "測試"), flow("b", "測試")) == [(17, message)]


def test_a_broadcast_that_draws_by_a_split_of_a_flow_is_told() -> None:
    """I7: who got which of two texts would be the same people twice."""
    sent = """\
broadcasts:
  雙11: {to: everyone, split: 測試, push: {甲: 不想收到？輸入「停止推播」, 乙: nothing}, status: draft}
  雙12: {to: everyone, split: 再測, push: {甲: 不想收到？輸入「停止推播」, 乙: nothing}, status: draft}
"""
    message = 'the split "測試" decides in the flow "a" too: both draw the same people'
    assert notes(flow("a", "測試"), sent) == [(14, message)]
    again = sent.replace("再測", "測試")
    both = 'the split "測試" decides in the broadcast "雙11" too: both draw the same people'
    assert notes(flow("a", "再測"), again) == [(15, both)]


def test_flows_with_draws_of_their_own_are_not() -> None:
    assert notes(flow("a", "測試"), flow("b", "再測")) == []
    assert notes(flow("a", "測試")) == []
