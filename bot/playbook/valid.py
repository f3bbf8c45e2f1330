"""A playbook that can be served, with all that serving needs; or the error that says why it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.problem import Problem
from bot.model.settings import Settings
from bot.model.translatable import Refusal, Translatable, tr
from bot.playbook.load import Loaded
from bot.playbook.read import PlaybookContents


class Unservable(Refusal):
    """The files cannot be served; `problems` say why, `sources` are the files' texts for showing them."""

    def __init__(self, why: Translatable, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(why)
        self.problems = problems
        self.sources = sources


class PlaybookWrong(Unservable):
    """A playbook with mistakes."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(tr("the playbook has mistakes"), problems, sources)


@dataclass(frozen=True, slots=True)
class ValidPlaybook:
    """A playbook without errors, and what serving it needs; the rest of what loading found is dropped."""

    playbook: Playbook
    settings: Settings
    sources: Mapping[str, str]
    """Its files' texts by path from its folder, secrets starred: by them a change is noticed."""
    filled: tuple[str, ...] = ()
    """The variables of the environment that the simulator gave a value."""
    warnings: tuple[Problem, ...] = ()
    contents: PlaybookContents | None = None
    """Its files as they may be stored."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files that were read, by path from the playbook's folder."""
        return (*self.sources, *(self.contents.beside if self.contents is not None else ()))


def valid_playbook(loaded: Loaded) -> ValidPlaybook:
    """The playbook for serving. Raises `PlaybookWrong` where it has an error."""
    if loaded.playbook is None:
        raise PlaybookWrong(loaded.problems, loaded.sources)
    return ValidPlaybook(
        loaded.playbook,
        loaded.settings,
        loaded.sources,
        loaded.filled,
        loaded.problems,
        loaded.contents,
    )
