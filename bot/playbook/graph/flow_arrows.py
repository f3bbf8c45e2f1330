"""The transitions of a flow: the arrows of its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.rule import OnAfter, Rule
from bot.engine.compiled.step import Steps
from bot.model.place import Place


@dataclass(frozen=True, slots=True)
class Move:
    """From a state to another: by a rule of its own or of the flow, a branch, or too many tries (no rule)."""

    source: State
    target: str
    place: Place
    rule: Rule | None = None


def moves(flow: Flow) -> Iterator[Move]:
    """All moves of a flow, those of its rules for every state that is not an end."""
    for state in flow.states.values():
        if state.end:
            continue
        for rule in (*state.rules, *state.branch, *(flow.rules if state.rests else ())):
            if rule.to is not None and rule.to in flow.states:
                yield Move(state, rule.to, rule.place, rule)
        if state.question is not None and state.question.too_many in flow.states:
            yield Move(state, str(state.question.too_many), state.question.place)


def targets(flow: Flow) -> dict[str, list[str]]:
    """For each state those that one can go to next."""
    names: dict[str, list[str]] = {name: [] for name in flow.states}
    for move in moves(flow):
        names[move.source.name].append(move.target)
    return names


def reached(start: Sequence[str], onward: Mapping[str, Sequence[str]]) -> set[str]:
    """All that can be reached from these, themselves included."""
    visited, waiting = set(start), list(start)
    while waiting:
        for name in onward.get(waiting.pop(), ()):
            if name not in visited:
                visited.add(name)
                waiting.append(name)
    return visited


def cycles(onward: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Ways round, each node in one of them at most, in the order of the arrows."""
    left = dict(onward)
    while (cycle := _cycle(left)) is not None:
        yield cycle
        for name in cycle:
            del left[name]


def _cycle(onward: Mapping[str, Sequence[str]]) -> list[str] | None:
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
    """Whether these steps take the person out of the flow that they stand in."""
    return any(step.leaves(flow.name) for step in steps)


def has_timer(flow: Flow, state: State) -> bool:
    """Whether time alone leads out of a state that rests."""
    return any(
        any(isinstance(trigger, OnAfter) for trigger in rule.when)
        and (rule.to is not None or leaves(rule.do, flow))
        for rule in (*state.rules, *flow.rules)
    )


def started(steps: Steps) -> Iterator[str]:
    """The flows that these steps begin."""
    return (step.starts for step in steps if step.starts is not None)
