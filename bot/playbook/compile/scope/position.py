"""The position in the playbook: which event, flow and answers may be read there."""

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


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """One way into a place: the trigger that leads there, and the fields that its event has.

    `maybe` are those of them that an event need not have (a hook may leave a field out).
    """

    trigger: Translatable | str
    fields: Mapping[str, Type] = field(default_factory=dict)
    maybe: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AnswerScope:
    """What a state's question or an input gives: its type, its choices, how long a text of it is at most."""

    type: Type
    choices: tuple[str, ...] | None = None
    answer: AnswerType | None = None
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class FlowScope:
    """A flow as its own rules and texts see it, with its settings put in."""

    name: str
    node: Map
    states: Mapping[str, Map]
    answers: Mapping[str, AnswerScope]
    inputs: Mapping[str, Type]
    settings: Mapping[str, Node]
    page: bool
    binds_clerk: bool = False

    def ends(self) -> list[str]:
        """The names of its end states."""
        return [name for name, state in self.states.items() if state.get("end") is not None]


@dataclass(frozen=True, slots=True)
class Need:
    """A placeholder of a named card or a hook's body that depends on the place that uses it."""

    node: Scalar
    written: ParsedPlaceholder


@dataclass(frozen=True, slots=True)
class Where:
    """What may be read at a place. `ways` are all triggers that lead there; none: there is no event;
    `unclear`: one of them is wrong, so the fields of its event are not known.

    `known` are the placeholders that the condition in front has tested for a value. `needs` collects what
    cannot be checked here, in a card with a name: it is checked wherever the card is used. `results` counts
    the results of a state. `without_event` names the owner (`an audience`) of a condition that is evaluated
    without an event. `runs` is the flow that the state runs.
    """

    kind: PlaceKind = "other"
    ways: tuple[EntryEvent, ...] = ()
    unclear: bool = False
    flow: FlowScope | None = None
    state: str = ""
    known: frozenset[str] = frozenset()
    needs: list[Need] | None = None
    sms: bool = False
    may_be_empty: bool = False
    results: Iterator[int] = field(default_factory=count)
    without_event: Translatable | None = None
    runs: str | None = None


NOWHERE = Where()
