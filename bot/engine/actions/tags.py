"""Tags are put on a person, and taken off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Step
from bot.engine.members.membership import remember_tags_of_binding
from bot.engine.turn.change_notes import note_added, note_removed
from bot.engine.turn.changes import add_tags, remove_tags
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn


@dataclass(frozen=True, slots=True)
class AddTags(Step):
    """`add_tags`."""

    words: ClassVar = {"add_tags": {}}
    about: ClassVar = "tags"
    tags: tuple[str, ...]

    @property
    def adds_tags(self) -> tuple[str, ...]:
        return self.tags


@dataclass(frozen=True, slots=True)
class RemoveTags(Step):
    """`remove_tags`."""

    words: ClassVar = {"remove_tags": {}}
    about: ClassVar = "tags"
    tags: tuple[str, ...]

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
