"""Making a playbook live on a database, unless people stand in what it no longer has (semantics 31)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeAlias

from bot.model.audit import AuditEntry
from bot.model.clock import Clock
from bot.model.problem import Problem
from bot.model.published_version import SHORT, AcceptedBy, AcceptedPlaybook, GitCommit, NowLive, VersionFiles
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.channels.holding import refuse_another_bots
from bot.operations.version_files import keep
from bot.playbook.flow_impact import let_go, stranded
from bot.playbook.load import in_order
from bot.playbook.valid import Unservable, ValidPlaybook
from bot.runtime.cluster.versions import Prepared, accept
from bot.runtime.intake.openings import taps_of
from bot.store.stores import Stores


def made_live(before: AcceptedPlaybook | None, now: AcceptedPlaybook, what: NowLive) -> AuditEntry:
    """What is recorded: what was live before and is now, by number and version; what spoke against it.

    Its id is its own: a log that was stored while the database was set back has lines of numbers to come.
    """
    return AuditEntry(
        "rolled_back" if what.how == "rollback" else "published",
        what.by,
        now.at,
        about=" ".join((*what.despite, *(["start"] if what.how == "start" else []))),
        before=_named(before) if before is not None else "",
        after=_named(now),
        id=f"published:{now.number}:{uuid.uuid4().hex}",
    )


def _named(one: AcceptedPlaybook) -> str:
    return f"{one.number} ({one.version[:12]})"


TellProblems: TypeAlias = Callable[[Sequence[Problem], Mapping[str, str]], None]
"""Shows problems, with the files' texts."""

Permit: TypeAlias = Callable[[], Awaitable[None]]
"""Whether whoever publishes may do so (still): raises a refusal where not."""

ENDS_AT_ONCE = tr(
    "a process that is started with these files ends at once (exit 1): mend them before a restart"
)
"""The message about files that cannot be served (a later start knows nothing of the last good ones)."""


class BlockedByPeople(Unservable):
    """Made live, this playbook would lose people; nothing was changed. `problems`: where how many stand."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, str]) -> None:
        super().__init__(tr("people stand in what the playbook no longer has"), problems, sources)


class FilesForgotten(Refusal):
    """The version to bring back is not stored any more."""


class Acceptance:
    """Makes playbooks live. A contact that enters a removed state just then stays, and is shown as lost."""

    def __init__(
        self,
        stores: Stores,
        clock: Clock,
        tell: TellProblems,
        *,
        by: str = "",
        commit: Callable[[], GitCommit | None] = lambda: None,
        permit: Permit | None = None,
        in_place_of: str = "",
    ) -> None:
        """`tell` is given what is no reason against it, where there is any: whose timers it changes.

        `by` makes them live; `commit()` is the one that the files are of, asked only then, in a thread;
        `permit` is asked just before, and raises where they may not; `in_place_of`: the id of a channel of
        another bot, whose database this is, and is not to be any more.
        """
        self.playbooks = stores.playbooks
        self._stores = stores
        self._in_place_of = in_place_of
        self._audit = stores.audit
        self._people, self._brakes = stores.standing, stores.brakes
        self._clock = clock
        self._by = by
        self._commit = commit
        self._permit = permit
        self.tell = tell

    async def accept(
        self,
        found: ValidPlaybook,
        how: AcceptedBy,
        *,
        anew: bool = True,
        despite: tuple[str, ...] = (),
        files: VersionFiles | None = None,
        looked: bool = False,
        instead_of: int | None = None,
        refiled: bool = False,
    ) -> AcceptedPlaybook:
        """What is live now: this playbook, if it may be (see `accept` of `runtime/cluster/versions`).

        `files` are stored already; `looked`: at people, too; `instead_of`: only while this number is live,
        `NOTHING` where none is yet; `refiled`: also where it is live, with other files. Raises
        `BlockedByPeople`, `AnotherBots`, `FileChanging` and `DatabaseUnavailable`.
        """
        version, stored = found.playbook.version, files

        async def prepare(live: AcceptedPlaybook | None) -> Prepared:
            nonlocal stored
            channels = await self._ours(live, found)
            if not looked:
                await self.look(found)
            if self._permit is not None:
                await self._permit()
            commit = await asyncio.to_thread(self._commit)
            made, stored = stored or await self.keep(found), None
            what = NowLive(version, self._by, how, commit, despite=despite, channels=channels)
            return Prepared(what, made, partial(self._note, live, what))

        return await accept(
            self.playbooks,
            version,
            how,
            self._clock,
            anew=anew,
            prepare=prepare,
            instead_of=instead_of,
            refiled=refiled,
        )

    async def bring_back(
        self,
        found: ValidPlaybook,
        target: AcceptedPlaybook,
        instead_of: AcceptedPlaybook,
        *,
        leave_people: bool = False,
    ) -> AcceptedPlaybook:
        """What is live now: what was `found` in the files kept of `target`, unless something else than this
        is live by now.

        `leave_people`: people in states that it does not have stay there, *lost* until a version has it again
        (semantics 31). Raises `BlockedByPeople`, `AnotherBots`, `FilesForgotten` and `DatabaseUnavailable`.
        """
        despite = ("leave-people",) if leave_people else ()
        what = NowLive(
            *(target.version, self._by, "rollback", target.commit, target.origin, despite),
            found.settings.channel_ids,
        )

        async def prepare(live: AcceptedPlaybook | None) -> Prepared:
            await self._ours(live, found)
            await self._look_back(found, leave_people=leave_people)
            if (files := await self.playbooks.files(target)) is None:
                raise FilesForgotten(tr("the files of {which} are not kept any more", which=str(target)))
            return Prepared(what, files, partial(self._note, live, what))

        return await accept(
            self.playbooks,
            target.version,
            "rollback",
            self._clock,
            anew=True,
            prepare=prepare,
            instead_of=instead_of.number,
        )

    async def _ours(self, live: AcceptedPlaybook | None, found: ValidPlaybook) -> tuple[str, ...]:
        """The ids of its channels. Raises `AnotherBots` where what is live has none of them."""
        channels = found.settings.channel_ids
        await refuse_another_bots(self._stores, live, channels, self._in_place_of)
        return channels

    async def keep(self, found: ValidPlaybook) -> VersionFiles | None:
        """Store its files. Raises `FileChanging` and `DatabaseUnavailable`."""
        if found.contents is None:
            return None
        files = await keep(self.playbooks.blobs, found.contents)
        return replace(files, taps=taps_of(found.playbook, self._clock.now()))

    async def _note(
        self, before: AcceptedPlaybook | None, what: NowLive, now: AcceptedPlaybook, session: Any
    ) -> None:
        if what.how != "reload":  # every edit that is saved would be a line, for years
            await self._audit.record_within(made_live(before, now, what), session)

    async def look(self, found: ValidPlaybook) -> None:
        """Raise `BlockedByPeople` where this playbook would lose people; tell whose timers it changes."""
        problems = await self.about_people(found)
        if problems:
            self.tell(problems, found.sources)

    async def _look_back(self, found: ValidPlaybook, *, leave_people: bool) -> None:
        try:
            await self.look(found)
        except BlockedByPeople as error:
            if not leave_people:
                raise
            self.tell(error.problems, error.sources)

    async def about_people(self, found: ValidPlaybook) -> Sequence[Problem]:
        """Whose timers it would change, or let go on. Raises `BlockedByPeople` where it would lose people."""
        brake, people = await self._brakes.read(), await self._people.in_flows()
        gone = let_go(found.playbook, brake.flows)
        problems = in_order([*stranded(found.playbook, people, found.sources), *gone])
        if any(problem.level == "error" for problem in problems):
            raise BlockedByPeople(problems, found.sources)
        return problems

    async def is_live(self, found: ValidPlaybook) -> bool:
        """Whether this is live already. Raises `DatabaseUnavailable`."""
        live = await self.playbooks.live()
        return live is not None and live.version == found.playbook.version

    async def at_a_start(self, found: ValidPlaybook) -> Translatable:
        """What a process does that is started with this now, for people who have just edited it.

        Raises `DatabaseUnavailable`.
        """
        if await self.is_live(found):
            return tr("a process that is started with these files serves them")
        live = await self.playbooks.live()
        if live is not None and live.is_rolled_back:
            return tr(
                "a process that is started with these files serves {live} from the database, which was"
                " brought back",
                live=tr("number {number} ({version})", number=live.number, version=live.version[:SHORT]),
            )
        if await self.playbooks.was_accepted(found.playbook.version):
            return tr(
                "a process that is started with these files stands aside, for another has replaced them"
            )
        try:
            await self.about_people(found)
        except BlockedByPeople:
            return ENDS_AT_ONCE
        return tr("a process that is started with these files makes them live")
