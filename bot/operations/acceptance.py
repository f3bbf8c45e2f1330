"""Making a playbook live on a database, unless people stand in what it no longer has (semantics 31)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.model.accepted import AcceptedPlaybook
from bot.model.clock import Clock
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.live_edit import stranded
from bot.playbook.load import in_order
from bot.playbook.unservable import Unservable
from bot.playbook.valid import ValidPlaybook
from bot.runtime.cluster.versions import accept
from bot.store.stores import Stores

TellProblems: TypeAlias = Callable[[Sequence[Problem], Mapping[str, str]], None]
"""Shows problems, with the files' texts."""

ENDS_AT_ONCE = say(
    "a process that is started with these files ends at once (exit 1): mend them before a restart"
)
"""What is said of files that cannot be served (a later start knows nothing of the last good ones)."""


class PeopleInTheWay(Unservable):
    """Made live, this playbook would lose people; nothing was changed. `problems`: where how many stand."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(say("people stand in what the playbook no longer has"), problems, sources)


class Acceptance:
    """Makes playbooks live. Whoever moves into a removed state just then is kept, and shown as lost."""

    def __init__(self, stores: Stores, clock: Clock, tell: TellProblems) -> None:
        """`tell` is given what is no reason against it, where there is any: whose timers it changes."""
        self.playbooks = stores.playbooks
        self._people = stores.standing
        self._clock = clock
        self.tell = tell

    async def accept(self, found: ValidPlaybook, *, anew: bool) -> AcceptedPlaybook:
        """What is live now: this playbook, if it may be (see `accept` of `runtime/cluster/versions`).

        Raises `PeopleInTheWay` and `DatabaseUnavailable`.
        """

        async def before() -> None:
            await self.look(found)

        return await accept(self.playbooks, found.playbook.version, self._clock, anew=anew, before=before)

    async def look(self, found: ValidPlaybook) -> None:
        """Raise `PeopleInTheWay` where this playbook would lose people; tell whose timers it changes."""
        problems = await self.about_people(found)
        if problems:
            self.tell(problems, found.sources)

    async def about_people(self, found: ValidPlaybook) -> Sequence[Problem]:
        """Whose timers it would change. Raises `PeopleInTheWay` where it would lose people."""
        problems = in_order(stranded(found.playbook, await self._people.in_flows(), found.sources))
        if any(problem.level == "error" for problem in problems):
            raise PeopleInTheWay(problems, found.sources)
        return problems

    async def is_live(self, found: ValidPlaybook) -> bool:
        """Whether this is live already, whoever has made it so. Raises `DatabaseUnavailable`."""
        live = await self.playbooks.live()
        return live is not None and live.version == found.playbook.version

    async def at_a_start(self, found: ValidPlaybook) -> Said:
        """What a process does that is started with this now, for people who have just edited it.

        Raises `DatabaseUnavailable`.
        """
        if await self.is_live(found):
            return say("a process that is started with these files serves them")
        if await self.playbooks.was_accepted(found.playbook.version):
            return say(
                "a process that is started with these files stands aside, for another has replaced them"
            )
        try:
            await self.about_people(found)
        except PeopleInTheWay:
            return ENDS_AT_ONCE
        return say("a process that is started with these files makes them live")
