"""What is known about a person is set, increased and forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers, worth
from bot.engine.compiled.step import Notes, Operand, Short, Step
from bot.engine.rendering.placeholders import as_type
from bot.engine.turn.changes import set_attribute
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.value import Type, storable


@dataclass(frozen=True, slots=True)
class SetAttributes(Step):
    """`set`. Each is an attribute's key, slot, type, and the value to set."""

    notes: ClassVar[Notes] = {
        "set: not-set ({attribute} takes no such value)": ("no", "Attribute {attribute} takes no such value"),
        "set: {attribute} was so already": ("did", "Attribute {attribute} was so already"),
        "set: {attribute} had it already": ("did", "Attribute {attribute} was so already"),
        "set: {attribute} cleared": ("did", "Cleared attribute {attribute}"),
        "set: {attribute} set": ("did", "Noted attribute {attribute}"),
    }
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

    notes: ClassVar[Notes] = {
        "increase: not-set ({attribute} would be too large to be stored)": (
            "no",
            "Attribute {attribute} would be too large to be kept",
        ),
        "increase: {attribute} by {by}": ("did", "Increased attribute {attribute} by {by}"),
    }
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

    notes: ClassVar[Notes] = {
        "clear: {attribute} cleared": ("did", "Cleared attribute {attribute}"),
        "clear: {attribute} was not known": ("did", "Attribute {attribute} was not known"),
    }
    attributes: tuple[tuple[str, str], ...]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("clear", names=tuple(key for key, _ in self.attributes)),)


def _set(turn: Turn, step: SetAttributes, doing: Doing) -> None:
    for key, slot, type_, operand in step.values:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        info = turn.playbook.attributes.get(key)
        if value is None or (info is not None and info.values and value not in info.values):
            turn.note("set", "not-set", f"{key} takes no such value", step.place)
        else:
            changed = set_attribute(turn, key, slot, value)
            turn.note("set", f"{key} set" if changed else f"{key} had it already", place=step.place)


def _increase(turn: Turn, step: Increase, doing: Doing) -> None:
    for key, slot, by in step.values:
        known = turn.contact.attributes.get(slot)
        old = known.value if known is not None and isinstance(known.value, int | float) else 0
        if storable(old + by):
            set_attribute(turn, key, slot, old + by)
            turn.note("increase", f"{key} by {by}", place=step.place)
        else:
            turn.note("increase", "not-set", f"{key} would be too large to be stored", step.place)


def _clear(turn: Turn, step: ClearAttributes, doing: Doing) -> None:
    for key, slot in step.attributes:
        cleared = set_attribute(turn, key, slot, None)
        turn.note("clear", f"{key} cleared" if cleared else f"{key} was not known", place=step.place)


DO: Doers = {
    SetAttributes: _set,
    Increase: _increase,
    ClearAttributes: _clear,
}
