"""Actions that start and leave flows, and raise signals for flows and rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers, worth
from bot.engine.compiled.step import Operand, Short, Step
from bot.engine.rendering.placeholders import as_type
from bot.engine.turn.doing import BOUND_PHONE, Begin, Doing
from bot.engine.turn.turn import Turn
from bot.model.instance import Answer
from bot.model.trace import NoteKind
from bot.model.value import Type, Value

LEFT = NoteKind("exit: left {number}", "Left {number} flows", cases={1: "Left 1 flow"}, code="exit_left")
WAS_IN_NONE = NoteKind("exit: was in none", "Was in no flow")
RAISED = NoteKind("raise: {signal}", "Raised the signal {signal}", code="raised")


@dataclass(frozen=True, slots=True)
class StartFlow(Step):
    """`start`: begin a flow, after the list with this action.

    Each of `inputs` is an input's name, its type, and its value.
    """

    words: ClassVar = {"start": {}}
    about: ClassVar = "flow"
    flow: str
    inputs: tuple[tuple[str, Type, Operand], ...] = ()

    @property
    def starts(self) -> str:
        return self.flow


@dataclass(frozen=True, slots=True)
class ExitFlow(Step):
    """`exit`: out of a flow; `None`: out of all."""

    words: ClassVar = {"exit": {}}
    flow: str | None

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("exit", self.flow or "everything"),)

    def leaves(self, flow: str) -> bool:
        return self.flow in (None, flow)


@dataclass(frozen=True, slots=True)
class Raise(Step):
    """`raise`. Each value is a field's name, its type, and what it is."""

    words: ClassVar = {"raise": {}}
    about: ClassVar = "signal"
    signal: str
    values: tuple[tuple[str, Type, Operand], ...] = ()

    @property
    def raises(self) -> str:
        return self.signal


def _start(turn: Turn, step: StartFlow, doing: Doing) -> None:
    inputs = inputs_of(turn, step.inputs, doing)
    turn.begins.append(Begin(step.flow, inputs, place=step.place, cause=_cause(turn, doing)))


def _cause(turn: Turn, doing: Doing) -> str:
    """The cause stored on a started flow: the present news, or the binding whose flow starts it."""
    binding = turn.contact.bindings.get("phone")
    by_binding = binding is not None and doing.flow is not None and doing.flow.name == binding.flow
    return turn.cause or (BOUND_PHONE if by_binding else "")


def inputs_of(turn: Turn, given: tuple[tuple[str, Type, Operand], ...], doing: Doing) -> dict[str, Answer]:
    """The inputs of a flow, as their types; one that does not fit its type is left out without a note."""
    inputs = {}
    for name, type_, operand in given:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        if value is not None:
            inputs[name] = Answer(type_, value)
    return inputs


def _exit(turn: Turn, step: ExitFlow, doing: Doing) -> None:
    leaving = [
        instance
        for instance in turn.contact.flows
        if (step.flow is None or instance.flow == step.flow) and instance.channel == turn.channel
    ]
    for instance in leaving:
        turn.leave(instance, "exit")
    if leaving:
        turn.note(LEFT, len(leaving), place=step.place)
    else:
        turn.note(WAS_IN_NONE, place=step.place)


def _raise(turn: Turn, step: Raise, doing: Doing) -> None:
    fields: dict[str, Value] = {}
    for name, type_, operand in step.values:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        if value is not None:
            fields[name] = value
    turn.queue_news("signal", step.signal, fields)
    turn.note(RAISED, step.signal, place=step.place)


DO: Doers = {
    StartFlow: _start,
    ExitFlow: _exit,
    Raise: _raise,
}
