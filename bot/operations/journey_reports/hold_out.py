"""Which group of a journey's split is the hold-out: nothing is said to it that is not said to every group."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.engine.compiled.flow import Flow, State, says_unasked
from bot.engine.compiled.rule import Rule
from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import InSplit


def held_out(flow: Flow, split: str) -> Collection[str]:
    """Groups with less to come than others; none where all are sent something of their own."""
    said = {group: _said(flow, split, group) for group in flow.splits.get(split, ())}
    if not said:
        return ()
    to_all = frozenset.intersection(*said.values())
    if all(places == to_all for places in said.values()):
        return ()
    return [group for group, places in said.items() if places == to_all]


def _said(flow: Flow, split: str, group: str) -> frozenset[str]:
    """Wherever something may be said to who is in this group: states and rules that can be come to."""
    found, seen, ahead = set[str](), set[str](), [flow.first]
    while ahead:
        state = ahead.pop()
        if state.name in seen:
            continue
        seen.add(state.name)
        if state.speaks:
            found.add(state.name)
        for rule in _ways(flow, state, split, group):
            if says_unasked(rule.do):
                found.add(f"{state.name} {rule.key}")
            if rule.to is not None and rule.to in flow.states:
                ahead.append(flow.states[rule.to])
    return frozenset(found)


def _ways(flow: Flow, state: State, split: str, group: str) -> Iterator[Rule]:
    for rule in state.branch:
        holds = _holds(rule.condition, split, group)
        if holds is not False:
            yield rule
        if holds:
            break
    yield from (
        rule for rule in (*state.rules, *flow.rules) if _holds(rule.condition, split, group) is not False
    )


def _holds(condition: Condition | None, split: str, group: str) -> bool | None:
    """Whether it holds of everybody of the group, of nobody (`False`), or that is not known (`None`)."""
    match condition:
        case None:
            return True
        case InSplit(name=name, groups=groups) if name == split:
            return group in groups
        case All(parts=parts):
            told = [_holds(part, split, group) for part in parts]
            return False if False in told else None if None in told else True
        case Any(parts=parts):
            told = [_holds(part, split, group) for part in parts]
            return True if True in told else None if None in told else False
        case Not(part=part):
            inner = _holds(part, split, group)
            return None if inner is None else not inner
        case _:
            return None
