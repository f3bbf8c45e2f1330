"""A flow as a state machine of the library `transitions`: one machine per flow, built once.

An instance of the flow is the model: a bare object with `.state`. Callbacks get the turn with the event, and
only append data to it. The library tries transitions in the order in which they were added and takes the
first whose conditions hold, so the order of the file is its own order (language, section 13).

Events and transitions are subclasses that leave out what a turn does not need (queue, callbacks around every
event, look-up by name, log lines), which halves their cost. What the library does not know (several flows,
sub-flows, journeys) lies around it, in `engine/flows`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeAlias

from transitions import Event, EventData, Machine, Transition

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.rule import OnAfter, OnMessage, OnNews, OnPostback, OnText, Rule, Trigger
from bot.model.instance import Instance

MESSAGE = "message"
"""The machine's event for a message of the person; those of news and timers are named by `kind_of`."""
BRANCH = "branch"
"""The machine's event by which a state that is done is left."""
TOO_MANY = "too many"
"""The machine's event after too many invalid answers."""

Callback: TypeAlias = str | Callable[..., bool | None]
"""What the library takes: also the name of a method, which we never use."""


class FlowCallbacks(Protocol):
    """Callbacks of the machine: conditions and actions of a turn, as `FlowRunner` carries them out.

    `fits` and `is_answer` are the conditions of transitions, the others are done as one is taken: `carry_out`
    and `take_answer` before the state changes, `entered` after it. `own`: the rule is the state's, not the
    flow's.
    """

    def fits(self, instance: Instance, rule: Rule, *, own: bool) -> bool: ...
    def carry_out(self, instance: Instance, rule: Rule) -> None: ...
    def is_answer(self, instance: Instance) -> bool: ...
    def take_answer(self, instance: Instance) -> None: ...
    def entered(self, instance: Instance) -> None: ...


class CallbackData(EventData):
    """The argument of callbacks: the instance and the turn; other fields of the library are unused."""

    model: Instance
    turn: FlowCallbacks

    def __init__(self, model: Instance, turn: FlowCallbacks) -> None:
        self.model = model
        self.turn = turn


class FlowTransition(Transition):
    """A transition whose conditions and callbacks are functions: none is looked up by its name or logged."""

    def __init__(self, *args: Any, texts: frozenset[str] | None = None, **kwargs: Any) -> None:
        """`texts`, folded: the only messages that can match; `None`: perhaps any."""
        super().__init__(*args, **kwargs)
        self.texts = texts
        self._asks = [_function(condition.func) for condition in self.conditions]
        self._before = [_function(callback) for callback in self.before]
        self._after = [_function(callback) for callback in self.after]

    def execute(self, event_data: Any) -> bool:
        """Take it if its conditions hold; the library's own order of calls."""
        for holds in self._asks:
            if not holds(event_data):
                return False
        for callback in self._before:
            callback(event_data)
        if self.dest is not None:  # None: internal, nothing is left or entered
            event_data.model.state = self.dest
        for callback in self._after:
            callback(event_data)
        return True


def _function(callback: Callback) -> Callable[..., bool | None]:
    if isinstance(callback, str):
        raise TypeError(f"{callback!r} is a name: here callbacks are functions")
    return callback


class FlowEvent(Event):
    """An event of a state. Run at once: a turn has a queue of its own, and there are no callbacks around."""

    def handle(self, instance: Instance, turn: FlowCallbacks, folded: str | None) -> bool:
        """Take the first transition that can be taken; whether there was one. `folded` as of `trigger`."""
        data = CallbackData(instance, turn)
        state = instance.state
        for transition in self.transitions[state] if folded is None else self._matching(state, folded):
            if transition.execute(data):
                return True
        return False

    def _matching(self, state: str, folded: str) -> Sequence[FlowTransition]:
        """The transitions that may match this text, in their order."""
        by_text, others = self._by_text[state]
        return by_text.get(folded, others)

    @cached_property
    def _by_text(self) -> Mapping[str, _ByText]:
        return {state: _by_text(transitions) for state, transitions in self.transitions.items()}


_ByText: TypeAlias = tuple[Mapping[str, Sequence[FlowTransition]], Sequence[FlowTransition]]
"""The transitions that may match a text; and those for any other text."""


def _by_text(transitions: Iterable[Transition]) -> _ByText:
    ours = [one for one in transitions if isinstance(one, FlowTransition)]
    texts = {text for one in ours for text in one.texts or ()}
    others = [one for one in ours if one.texts is None]
    return {text: [one for one in ours if one.texts is None or text in one.texts] for text in texts}, others


class FlowMachine(Machine):
    """A machine of `FlowEvent` and `FlowTransition`."""

    event_cls = FlowEvent
    transition_cls = FlowTransition


def machine_of(flow: Flow) -> Machine:
    """The machine of a flow whose graph is sound: states that exist, ends without a way out."""
    machine = FlowMachine(
        model=None,
        states=list(flow.states),
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
                machine.add_transition(TOO_MANY, state.name, state.question.too_many, after=[_entered])
        for rule in state.branch:
            _add(machine, BRANCH, state.name, rule, own=True)
    return machine


def trigger(
    machine: Machine, instance: Instance, kind: str, turn: FlowCallbacks, folded: str | None = None
) -> bool:
    """Pass an event of this kind to an instance; whether one of its transitions took it.

    `folded` is the text of a message: transitions for other texts only are not tried.
    """
    event = machine.events.get(kind)
    if not isinstance(event, FlowEvent) or instance.state not in event.transitions:
        return False  # no transition: the library would log a warning
    return event.handle(instance, turn, folded)


def kind_of(trigger: Trigger) -> str:
    """The name of the machine's event for a trigger."""
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
    entered: list[Callback] = [_entered] if rule.to is not None else []
    machine.add_transition(
        kind,
        source,
        rule.to,
        conditions=[_fits(rule, own=own)],
        before=[_carry_out(rule)],
        after=entered,
        texts=_texts(rule),
    )


def _texts(rule: Rule) -> frozenset[str] | None:
    """The folded texts that a rule matches, where its triggers compare equal texts only; else `None`."""
    found: set[str] = set()
    for trigger in rule.when:
        if kind_of(trigger) != MESSAGE or isinstance(trigger, OnPostback | OnMessage):
            continue  # no text
        if not isinstance(trigger, OnText) or trigger.strict:
            return None
        found |= trigger.folded
    return frozenset(found)


def _fits(rule: Rule, *, own: bool) -> Callable[[CallbackData], bool]:
    def fits(data: CallbackData) -> bool:
        return data.turn.fits(data.model, rule, own=own)

    return fits


def _carry_out(rule: Rule) -> Callable[[CallbackData], None]:
    def carry_out(data: CallbackData) -> None:
        data.turn.carry_out(data.model, rule)

    return carry_out


def _is_answer(data: CallbackData) -> bool:
    return data.turn.is_answer(data.model)


def _take_answer(data: CallbackData) -> None:
    data.turn.take_answer(data.model)


def _entered(data: CallbackData) -> None:
    data.turn.entered(data.model)
