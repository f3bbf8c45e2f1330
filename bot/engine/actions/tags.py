"""Tags are put on a person, and taken off."""

from __future__ import annotations

from dataclasses import dataclass

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Short, Step
from bot.engine.members.membership import remember_tags_of_binding
from bot.engine.turn.change_notes import note_added, note_removed
from bot.engine.turn.changes import add_tags, remove_tags
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn


@dataclass(frozen=True, slots=True)
class AddTags(Step):
    """`add_tags`."""

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
    note_added(turn, new, place=step.place)


def _remove_tags(turn: Turn, step: RemoveTags, doing: Doing) -> None:
    gone = remove_tags(turn, step.tags, step.place.path)
    note_removed(turn, gone, place=step.place)


DO: Doers = {
    AddTags: _add_tags,
    RemoveTags: _remove_tags,
}
