"""All of a flow's rules, results and splits, wherever they are in it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.step import GiveResult
from bot.engine.conditions.people import InSplit


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


def splits_tested(flow: Flow) -> list[str]:
    """The splits that its branches and rules ask for, as one goes through it; then that of its beginning."""
    rules = [rule for state in flow.states.values() for rule in (*state.branch, *state.rules)]
    conditions = [rule.condition for rule in (*rules, *flow.rules)]
    conditions.append(None if flow.start is None else flow.start.condition)
    leaves = (leaf for one in conditions if one is not None for leaf in one.leaves())
    return list(dict.fromkeys(leaf.name for leaf in leaves if isinstance(leaf, InSplit)))
