"""The transitions between the states of a flow, which are the arrows of its picture, and what can be computed
from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter, Rule
from bot.engine.compiled.step import Steps
from bot.model.place import Place


@dataclass(frozen=True, slots=True)
class Move:
    """A transition."""

    source: State
    target: str
    """The name of the next state."""
    place: Place
    """Where it is written."""
    rule: Rule | None = None
    """The rule or branch that makes it; `None` for too many wrong answers."""


def moves(flow: Flow) -> Iterator[Move]:
    """All transitions of a flow; a rule of the flow makes one from each state that rests."""
    for state in flow.states.values():
        if state.end:
            continue
        for rule in (*state.rules, *state.branch, *(flow.rules if state.rests else ())):
            if rule.to is not None and rule.to in flow.states:
                yield Move(state, rule.to, rule.place, rule)
        if state.question is not None and state.question.too_many in flow.states:
            yield Move(state, str(state.question.too_many), state.question.place)


def targets(flow: Flow) -> dict[str, list[str]]:
    """By state: the states that can follow it."""
    names: dict[str, list[str]] = {name: [] for name in flow.states}
    for move in moves(flow):
        names[move.source.name].append(move.target)
    return names


def reached(start: Sequence[str], onward: Mapping[str, Sequence[str]]) -> set[str]:
    """All nodes that can be reached from `start` by the arrows `onward`, itself included."""
    visited, waiting = set(start), list(start)
    while waiting:
        for name in onward.get(waiting.pop(), ()):
            if name not in visited:
                visited.add(name)
                waiting.append(name)
    return visited


def cycles(onward: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """The cycles of a graph; each node is in one of them at most."""
    left = dict(onward)
    while (cycle := _cycle(left)) is not None:
        yield cycle
        for name in cycle:
            del left[name]


def _cycle(onward: Mapping[str, Sequence[str]]) -> list[str] | None:
    """Any cycle, found by depth-first search; `None` where there is none."""
    done: set[str] = set()
    for root in onward:
        way: list[str] = []
        rows: list[Iterator[str]] = [iter((root,))]
        while rows:
            name = next(rows[-1], None)
            if name is None:
                rows.pop()
                if way:
                    done.add(way.pop())
            elif name in way:
                return way[way.index(name) :]
            elif name in onward and name not in done:
                way.append(name)
                rows.append(iter(onward[name]))
    return None


def leaves(steps: Steps, flow: Flow) -> bool:
    """Whether one of these steps leaves the flow."""
    return any(step.leaves(flow.name) for step in steps)


def has_timer(flow: Flow, state: State) -> bool:
    """Whether time alone leads out of a state that rests."""
    return any(
        any(isinstance(trigger, OnAfter) for trigger in rule.when)
        and (rule.to is not None or leaves(rule.do, flow))
        for rule in (*state.rules, *flow.rules)
    )


def started(steps: Steps) -> Iterator[str]:
    """The flows that these steps start."""
    return (step.starts for step in steps if step.starts is not None)
