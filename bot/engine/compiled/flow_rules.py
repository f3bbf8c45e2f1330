"""All rules of a flow, and all results that it gives."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.step import GiveResult


def rules_of(flow: Flow) -> Iterator[Rule]:
    """All rules of a flow: of each state, then of the flow."""
    for state in flow.states.values():
        yield from state.rules
    yield from flow.rules


def results_of(flow: Flow) -> Iterator[GiveResult]:
    """All results that the states and rules of a flow give."""
    lists = [state.do for state in flow.states.values()]
    lists += [rule.do for state in flow.states.values() for rule in (*state.rules, *state.branch)]
    lists += [rule.do for rule in flow.rules]
    for do in lists:
        yield from (step for step in do if isinstance(step, GiveResult))
