"""Making a playbook live on a database, unless people stand in what it no longer has (semantics 31)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from bot.cli.language import language
from bot.cli.live import Sound
from bot.model.accepted import Accepted
from bot.model.clock import Clock
from bot.model.problem import Problem
from bot.model.said import Language
from bot.playbook.live_edit import stranded
from bot.playbook.load import in_order
from bot.playbook.report import render
from bot.runtime.versions import accept
from bot.store.mongo import Database
from bot.store.playbooks import Playbooks
from bot.store.standing import StandingPeople


class PeopleInTheWay(Exception):
    """Made live, this playbook would lose people; nothing was changed."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__("people stand in what the playbook no longer has")
        self._problems = problems
        self._sources = sources

    def report(self, words: Language) -> str:
        """Where how many of them stand, and what mends it."""
        return render(self._problems, self._sources, words)


class Acceptance:
    """Makes playbooks live. Whoever moves into a removed state just then is kept, and shown as lost."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.playbooks = Playbooks(database)
        self._people = StandingPeople(database)
        self._clock = clock

    async def accept(self, found: Sound, *, anew: bool) -> Accepted:
        """What is live now: this playbook, if it may be (see `accept` of `runtime/versions`).

        Raises `PeopleInTheWay` and `DatabaseUnavailable`.
        """

        async def before() -> None:
            await self.look(found)

        return await accept(self.playbooks, found.playbook.version, self._clock, anew=anew, before=before)

    async def look(self, found: Sound) -> None:
        """Raise `PeopleInTheWay` where this playbook would lose people; tell whose timers it changes."""
        problems = in_order(stranded(found.playbook, await self._people.in_flows(), found.sources))
        if any(problem.level == "error" for problem in problems):
            raise PeopleInTheWay(problems, found.sources)
        sys.stderr.write(render(problems, found.sources, language(None, os.environ)))
