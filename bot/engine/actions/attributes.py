"""The actions `set`, `increase` and `clear`: a person's attributes are set, increased and forgotten.

A slot is under what an attribute's value is stored: the letter of its type and its key, `n.points`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.actions.action import Doers, worth
from bot.engine.compiled.step import Operand, Short, Step
from bot.engine.rendering.placeholders import as_type
from bot.engine.turn.change_notes import HAD_VALUE, NOT_SET, SET
from bot.engine.turn.changes import set_attribute
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.trace import NoteKind
from bot.model.value import Type, storable

INCREASED = NoteKind(
    "increase: {attribute} by {by}", "Increased attribute {attribute} by {by}", code="attribute_increased"
)
TOO_LARGE = NoteKind(
    "increase: not-set ({attribute} would be too large to be stored)",
    "Attribute {attribute} would be too large to be kept",
    "no",
    "The attribute would be too large to be kept",
)
CLEARED = NoteKind("clear: {attribute} cleared", "Cleared attribute {attribute}", code="attribute_cleared")
NOT_KNOWN = NoteKind(
    "clear: {attribute} was not known", "Attribute {attribute} was not known", code="attribute_not_known"
)


@dataclass(frozen=True, slots=True)
class SetAttributes(Step):
    """`set`. Each is an attribute's key, slot, type, and the value to set."""

    values: tuple[tuple[str, str, Type, Operand], ...]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return tuple(Short("set", key, value=value) for key, _, _, value in self.values)

    @property
    def sets(self) -> tuple[str, ...]:
        return tuple(key for key, _, _, _ in self.values)


@dataclass(frozen=True, slots=True)
class Increase(Step):
    """`increase`. Each is an attribute's key, slot, and what is added; unknown counts as 0."""

    values: tuple[tuple[str, str, int | float], ...]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return tuple(Short("increase", key, value=amount) for key, _, amount in self.values)

    @property
    def changes(self) -> tuple[str, ...]:
        return tuple(key for key, _, _ in self.values)


@dataclass(frozen=True, slots=True)
class ClearAttributes(Step):
    """`clear`. Each is an attribute's key and slot."""

    attributes: tuple[tuple[str, str], ...]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("clear", names=tuple(key for key, _ in self.attributes)),)


def _set(turn: Turn, step: SetAttributes, doing: Doing) -> None:
    for key, slot, type_, operand in step.values:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        info = turn.playbook.attributes.get(key)
        if value is None or (info is not None and info.values and value not in info.values):
            turn.note(NOT_SET, key, place=step.place)
        else:
            changed = set_attribute(turn, key, slot, value)
            turn.note(SET if changed else HAD_VALUE, key, place=step.place)


def _increase(turn: Turn, step: Increase, doing: Doing) -> None:
    for key, slot, by in step.values:
        known = turn.contact.attributes.get(slot)
        old = known.value if known is not None and isinstance(known.value, int | float) else 0
        if storable(old + by):
            set_attribute(turn, key, slot, old + by)
            turn.note(INCREASED, key, by, place=step.place)
        else:
            turn.note(TOO_LARGE, key, place=step.place)


def _clear(turn: Turn, step: ClearAttributes, doing: Doing) -> None:
    for key, slot in step.attributes:
        cleared = set_attribute(turn, key, slot, None)
        turn.note(CLEARED if cleared else NOT_KNOWN, key, place=step.place)


DO: Doers = {
    SetAttributes: _set,
    Increase: _increase,
    ClearAttributes: _clear,
}
