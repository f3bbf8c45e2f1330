"""Names that two things have where only one may: pages and forms, states and inputs, rules."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.said import say
from bot.playbook.compile.flows.rules import named_rules
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Map, Scalar, place_of


def check_names(scope: Scope) -> None:
    """Report every name that clashes with another."""
    _pages(scope)
    _states(scope)
    _rules(scope)


OWN = ("l", "o")
"""Where the short addresses of links and taps begin, behind LIFF's as pages do."""


def _pages(scope: Scope) -> None:
    flows = scope.book.section("flows")
    pages = {name: flows[name][0] for name, flow in scope.book.flows.items() if flow.page}
    pages |= {name: key for name, (key, _) in scope.book.section("forms").items()}
    for name in (name for name in OWN if name in pages):
        message = say("no page is called {name}: our own short addresses begin so", name=shown(name))
        scope.wrong(pages[name], "reserved-name", message, say("choose another name"))
    for name, (key, _) in scope.book.section("forms").items():
        flow = scope.book.flows.get(name)
        if flow is not None and flow.page:
            message = say("the form {name} has the name of a flow that is a page, too", name=shown(name))
            note = say("the flow is at {place}", place=str(place_of(flows[name][0])))
            scope.wrong(key, "name-clash", message, say("give one of them another name"), note)


def _states(scope: Scope) -> None:
    for flow in scope.book.flows.values():
        inputs, states = flow.node.get("inputs"), flow.node.get("states")
        for key, _ in scope.pairs(inputs):
            if key.value in flow.states and isinstance(states, Map):
                message = say(
                    "the input {key} has the name of a state, and  answer  reads both", key=shown(key.value)
                )
                note = say("the state is at {place}", place=str(place_of(states.pairs[key.value][0])))
                scope.wrong(key, "name-clash", message, say("give one of them another name"), note)


def _rules(scope: Scope) -> None:
    first: dict[str, Scalar] = {}
    for name in _all_rules(scope):
        if name.value in first:
            message = say("two rules are called {name}, and would be counted as one", name=shown(name.value))
            note = say("the first is at {place}", place=str(place_of(first[name.value])))
            scope.wrong(name, "duplicate-name", message, say("give one of them another name"), note)
        first.setdefault(name.value, name)


def _all_rules(scope: Scope) -> Iterator[Scalar]:
    yield from named_rules(scope.book.root.get("rules"))
    for flow in scope.book.flows.values():
        yield from named_rules(flow.node.get("rules"))
        for state in flow.states.values():
            yield from named_rules(state.get("rules"))
