"""Describes a position in the playbook: which events, flow and answers texts and conditions may read
there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, TypeAlias

from bot.engine.compiled.flow import AnswerType
from bot.model.translatable import Translatable
from bot.model.value import Type
from bot.playbook.compile.scope.placeholders import ParsedPlaceholder
from bot.playbook.syntax.nodes import Map, Node, Scalar

PlaceKind: TypeAlias = Literal["rule", "state", "tap", "result", "form", "other"]
"""What a position belongs to: actions of a rule, of a state's entry, of a tap, of a result, a form, or
anything else."""


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """A trigger that leads to a position, and what may be read of its event."""

    trigger: Translatable | str
    """Its key, or its words, for messages."""
    fields: Mapping[str, Type] = field(default_factory=dict)
    """The fields of the event, each with its type."""
    maybe: frozenset[str] = frozenset()
    """Those fields that an event may lack, such as what a hook need not return."""


@dataclass(frozen=True, slots=True)
class AnswerScope:
    """What a state's answer, or an input of a flow, gives to those that read it."""

    type: Type
    """The type of its value."""
    choices: tuple[str, ...] | None = None
    """The only values; `None`: any of the type."""
    answer: AnswerType | None = None
    """The type of the answer; `None` for an input."""
    longest: int | None = None
    """Most characters of a text, where the question bounds them."""


@dataclass(frozen=True, slots=True)
class FlowScope:
    """A flow as its own rules and texts see it before it is compiled. Forms have one, too."""

    name: str
    node: Map
    """Its block, with the values of its settings put in."""
    states: Mapping[str, Map]
    """The block of each state."""
    answers: Mapping[str, AnswerScope]
    """By state that asks, or input: what its answer gives."""
    inputs: Mapping[str, Type]
    """The type of each input."""
    settings: Mapping[str, Node]
    """The value of each setting."""
    page: bool
    """Whether it has a page."""
    binds_clerk: bool = False
    """Whether an action of it makes the person a clerk of a store."""

    def ends(self) -> list[str]:
        """The names of its end states."""
        return [name for name, state in self.states.items() if state.get("end") is not None]


@dataclass(frozen=True, slots=True)
class Need:
    """A placeholder of a named card, or of a hook's body, that is checked at each place where that is
    used."""

    node: Scalar
    """The text that holds it."""
    written: ParsedPlaceholder
    """The placeholder."""


@dataclass(frozen=True, slots=True)
class Where:
    """A position, and what may be read there."""

    kind: PlaceKind = "other"
    ways: tuple[EntryEvent, ...] = ()
    """All triggers that lead there; empty: there is no event."""
    unclear: bool = False
    """One of the triggers is wrong, so the fields of its event are not known."""
    flow: FlowScope | None = None
    """The flow or form; `None` outside of them."""
    state: str = ""
    """The state of the flow; `*` for the rules of all states."""
    known: frozenset[str] = frozenset()
    """Placeholders that certainly have a value there."""
    needs: list[Need] | None = None
    """In a named card or a hook's body: collects the placeholders that are checked where it is used."""
    sms: bool = False
    """In the text of an SMS, where the code may be read."""
    may_be_empty: bool = False
    """Placeholders without a value are allowed, and not warned of."""
    results: Iterator[int] = field(default_factory=count)
    """Numbers the results of a state."""
    without_event: Translatable | None = None
    """The owner (`an audience`) of a condition that is evaluated without an event."""
    runs: str | None = None
    """The flow that the state runs."""


NOWHERE = Where()
"""A position outside of flows, without an event."""
