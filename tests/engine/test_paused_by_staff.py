"""B8: staff pause the binding of a channel: the playbook is as if its file paused the flows that bind."""

from __future__ import annotations

from bot.engine.compiled.pages import binding_flows, with_paused_binding
from bot.engine.flows.push_gate import is_paused
from tests.playbooks import compiled

PLAYBOOK = compiled(
    """\
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  b2b: {id: b2b, channel_id: "2", channel_secret: x, paused: [quiz]}
flows:
  joining: {page: true, states: {bound: {do: [bind_member], end: true}}}
  quiz: {states: {asked: {wait: 1h, next: over}, over: {end: true}}}
"""
)


def test_only_what_binds_and_only_there() -> None:
    assert binding_flows(PLAYBOOK, "main") == ("joining",)
    paused = with_paused_binding(PLAYBOOK, {"main", "gone"})
    joining, quiz = paused.flows["joining"], paused.flows["quiz"]
    assert is_paused(paused, joining, "main")
    assert not is_paused(paused, joining, "b2b")
    assert [is_paused(paused, quiz, name) for name in ("main", "b2b")] == [False, True]
    assert paused.version == PLAYBOOK.version
    assert paused.halting


def test_nothing_paused_is_the_same_playbook() -> None:
    assert with_paused_binding(PLAYBOOK, ()) is PLAYBOOK
