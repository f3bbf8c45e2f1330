"""A flow as a state machine of the library `transitions`: one machine per flow, built once.

An instance of the flow is the model: a bare object with `.state`. Callbacks get the turn with the event, and
only append data to it. The library tries transitions in the order in which they were added and takes the
first whose conditions hold, so the order of the file is its own order (language, section 13).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

from transitions import EventData, Machine, State, Transition

from bot.engine.flow import Flow
from bot.engine.rule import OnAfter, OnNews, Rule, Trigger
from bot.model.contact import Instance

MESSAGE = "message"
BRANCH = "branch"
TOO_MANY = "too many"


class Mover(Protocol):
    """Who answers the machine's questions and notes what happens: the turn."""

    def fits(self, instance: Instance, rule: Rule, *, own: bool) -> bool: ...
    def carry_out(self, instance: Instance, rule: Rule) -> None: ...
    def is_answer(self, instance: Instance) -> bool: ...
    def take_answer(self, instance: Instance) -> None: ...
    def entered(self, instance: Instance) -> None: ...


class FlowTransition(Transition):
    """A transition whose conditions and callbacks are functions: none is looked up by its name or logged."""

    def execute(self, event_data: EventData) -> bool:
        """Take it if its conditions hold; the library's own order of calls."""
        for condition in self.conditions:
            if not condition.func(event_data):  # type: ignore[operator]  # none is a name
                return False
        event_data.machine.callbacks(self.before, event_data)
        if self.dest is not None:  # None: internal, nothing is left or entered
            self._change_state(event_data)
        return True


class FlowMachine(Machine):
    """A machine of such transitions; its callbacks are functions, too."""

    transition_cls = FlowTransition

    def callbacks(self, funcs: Iterable[str | Callable[..., Any]], event_data: EventData) -> None:
        for function in funcs:
            function(event_data)  # type: ignore[operator]  # none is a name


def machine_of(flow: Flow) -> Machine:
    """The machine of a flow whose graph is sound: states that exist, ends without a way out."""
    machine = FlowMachine(
        model=None,
        states=[State(name, on_enter=[_entered]) for name in flow.states],
        initial=flow.first.name,
        auto_transitions=False,
        send_event=True,
        ignore_invalid_triggers=True,
    )
    for state in flow.states.values():
        _add_rules(machine, state.name, state.rules, own=True)
        _add_rules(machine, state.name, flow.rules, own=False)  # at an end: while one is held at its door
        if state.question is not None:
            machine.add_transition(MESSAGE, state.name, None, conditions=[_is_answer], before=[_take_answer])
            if state.question.too_many is not None:
                machine.add_transition(TOO_MANY, state.name, state.question.too_many)
        for rule in state.branch:
            _add(machine, BRANCH, state.name, rule, own=True)
    return machine


def listens(machine: Machine, instance: Instance, kind: str) -> bool:
    """Whether anything of this kind is heard in the state that an instance is in."""
    event = machine.events.get(kind)
    return event is not None and instance.state in event.transitions


def trigger(machine: Machine, instance: Instance, kind: str, turn: Mover) -> bool:
    """Let an instance hear something of this kind; whether one of its transitions took it."""
    if not listens(machine, instance, kind):
        return False  # asked first, for the library would log a warning
    return bool(machine.events[kind].trigger(instance, turn=turn))


def kind_of(trigger: Trigger) -> str:
    """The name of the machine's event by which a trigger is heard."""
    match trigger:
        case OnNews(kind):
            return kind
        case OnAfter(wait):
            return after(wait.text)
        case _:
            return MESSAGE


def after(text: str) -> str:
    """The name of the machine's event for a timer."""
    return f"after {text}"


def _add_rules(machine: Machine, source: str, rules: Iterable[Rule], *, own: bool) -> None:
    for rule in rules:
        for kind in dict.fromkeys(kind_of(trigger) for trigger in rule.when):
            _add(machine, kind, source, rule, own=own)


def _add(machine: Machine, kind: str, source: str, rule: Rule, *, own: bool) -> None:
    machine.add_transition(
        kind, source, rule.to, conditions=[_fits(rule, own=own)], before=[_carry_out(rule)]
    )


def _fits(rule: Rule, *, own: bool) -> Callable[[EventData], bool]:
    def fits(data: EventData) -> bool:
        return _turn(data).fits(_instance(data), rule, own=own)

    return fits


def _carry_out(rule: Rule) -> Callable[[EventData], None]:
    def carry_out(data: EventData) -> None:
        _turn(data).carry_out(_instance(data), rule)

    return carry_out


def _is_answer(data: EventData) -> bool:
    return _turn(data).is_answer(_instance(data))


def _take_answer(data: EventData) -> None:
    _turn(data).take_answer(_instance(data))


def _entered(data: EventData) -> None:
    _turn(data).entered(_instance(data))


def _instance(data: EventData) -> Instance:
    return cast(Instance, data.model)


def _turn(data: EventData) -> Mover:
    turn: Mover = data.kwargs["turn"]
    return turn
