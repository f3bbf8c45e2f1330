"""Which attributes a person has in each state of a flow, whatever way led there: saved from answers or set by
actions before. Texts may then use them without a default."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.playbook.compile.scope.known_names import set_by
from bot.playbook.compile.scope.position import FlowScope
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

Known = frozenset[str]
"""Placeholders that have a value, such as `attribute.skin`."""


def saved_by(state: Map) -> Known:
    """The attribute that a valid answer to the state's question has saved."""
    save = state.get("save")
    return frozenset({f"attribute.{save.value}"}) if isinstance(save, Scalar) else frozenset()


def known_in_states(here: FlowScope, begun: Known) -> Mapping[str, Known]:
    """By state: what is known when it is entered. `begun` is what is known when the flow starts.

    Starts at the first state and those that `moved` leads to, and follows all ways until nothing changes;
    where several ways meet, only what is known on all of them remains.
    """
    moved = here.node.get("moved")
    entered = [next(iter(here.states), ""), *_texts(moved)]
    known, waiting = {name: begun for name in entered if name in here.states}, list(entered)
    while waiting:
        name = waiting.pop()
        for target, there in _ways(here, name, known[name]) if name in known else ():
            met = known.get(target, there) & there
            if target in here.states and (target not in known or met != known[target]):
                known[target] = met
                waiting.append(target)
    return known


def _ways(here: FlowScope, name: str, known: Known) -> Iterator[tuple[str, Known]]:
    """(target, known then) of each way out of a state in which `known` is known."""
    state = here.states[name]
    inside = known | set_by(state.get("do"))
    yield from _targets(state.get("branch"), inside | saved_by(state))
    yield from _targets(state.get("rules"), inside)
    yield from _targets(here.node.get("rules"), known)  # they also fire while entry is held, before `do`
    yield from ((text, inside) for text in _texts(state.get("too_many")))


def _targets(rules: Node | None, known: Known) -> Iterator[tuple[str, Known]]:
    """(target, known then) of each rule that leads to a state."""
    for rule in rules.items if isinstance(rules, List) else ():
        if isinstance(rule, Map):
            for target in _texts(rule.get("to")):
                yield target, known | set_by(rule.get("do"))


def _texts(node: Node | None) -> list[str]:
    """The single text of a node, or all texts of a block."""
    values = [value for _, value in node.pairs.values()] if isinstance(node, Map) else [node]
    return [value.value for value in values if isinstance(value, Scalar)]
