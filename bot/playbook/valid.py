"""A playbook that can be served: what reading it has found, where that is no mistake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.playbook.kept import FilesToKeep
from bot.playbook.load import Loaded
from bot.playbook.not_yet import Unbuilt, unbuilt
from bot.playbook.unservable import PlaybookWrong


@dataclass(frozen=True, slots=True)
class ValidPlaybook:
    """A playbook without mistakes, and what serving it needs: the rest of what reading found is let go."""

    playbook: Playbook
    settings: Settings
    sources: Mapping[str, str]
    """Its files' texts by path from its folder, secrets starred: to tell what has changed."""
    filled: tuple[str, ...] = ()
    """The variables of the environment that the simulator gave a value."""
    warnings: tuple[Problem, ...] = ()
    unbuilt: tuple[Unbuilt, ...] = ()
    """What is not carried out yet."""
    kept: FilesToKeep | None = None
    """What may be kept of its files."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read, by path from the playbook's folder."""
        return (*self.sources, *(self.kept.beside if self.kept is not None else ()))


def valid_playbook(loaded: Loaded) -> ValidPlaybook:
    """What was read. Raises `PlaybookWrong` where it holds a mistake."""
    if loaded.playbook is None:
        raise PlaybookWrong(loaded.problems, loaded.sources)
    later = unbuilt(loaded.playbook, loaded.document.root)
    return ValidPlaybook(
        loaded.playbook,
        loaded.settings,
        loaded.sources,
        loaded.filled,
        loaded.problems,
        tuple(later),
        loaded.kept,
    )
