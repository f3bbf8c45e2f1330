"""Files that are not served, and why: told with the places in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.problem import Problem
from bot.model.said import Refusal, Said, say


class Unservable(Refusal):
    """Files that are not served; `problems` say why, and where in `sources` (the files' texts)."""

    def __init__(self, why: Said, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(why)
        self.problems = problems
        self.sources = sources


class PlaybookWrong(Unservable):
    """A playbook with mistakes."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(say("the playbook has mistakes"), problems, sources)
