"""Tags are put on a person, and taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Notes, Short, Step
from bot.engine.members.membership import remember_tags_of_binding
from bot.engine.turn.changes import add_tags, remove_tags
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn


@dataclass(frozen=True, slots=True)
class AddTags(Step):
    """`add_tags`."""

    notes: ClassVar[Notes] = {
        "add_tags: added {names}": ("did", "Added tags: {names}"),
        "add_tags: had them already": ("did", "Had the tags already"),
    }
    tags: tuple[str, ...]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("add_tags", names=self.tags),)

    @property
    def adds_tags(self) -> tuple[str, ...]:
        return self.tags


@dataclass(frozen=True, slots=True)
class RemoveTags(Step):
    """`remove_tags`."""

    notes: ClassVar[Notes] = {
        "remove_tags: removed {names}": ("did", "Removed tags: {names}"),
        "remove_tags: had none of them": ("did", "Had none of these tags"),
    }
    tags: tuple[str, ...]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("remove_tags", names=self.tags),)

    @property
    def removes_tags(self) -> tuple[str, ...]:
        return self.tags


def _add_tags(turn: Turn, step: AddTags, doing: Doing) -> None:
    new = add_tags(turn, step.tags, step.place.path)
    if new and doing.flow is not None:
        remember_tags_of_binding(turn, doing.flow.name, new)
    turn.note("add_tags", "added " + ", ".join(new) if new else "had them already", place=step.place)


def _remove_tags(turn: Turn, step: RemoveTags, doing: Doing) -> None:
    gone = remove_tags(turn, step.tags, step.place.path)
    turn.note("remove_tags", "removed " + ", ".join(gone) if gone else "had none of them", place=step.place)


DO: Doers = {
    AddTags: _add_tags,
    RemoveTags: _remove_tags,
}
