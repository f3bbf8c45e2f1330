"""A tag is put on many people, or taken off: some at a time, by whichever process has the run.

Killed anywhere, another process goes on behind the last who were done: of one run everybody has one event,
known by its id, so nothing is done twice. Whoever has LINE gets it in a turn, so rules, journeys and menus
follow; the next come when those turns are taken, so what webhooks wait for is one batch at most.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.by_staff import tag_origin, with_tag, without_tag
from bot.engine.members.friends import silently
from bot.model.admin import CONSOLE, AdminRole
from bot.model.bulk_run import RUN, BulkFigures, BulkRun
from bot.model.clock import Clock, SystemClock
from bot.model.contact import Contact
from bot.model.inbox import InboxEntry
from bot.model.staff_order import StaffTags
from bot.model.stored import Stored
from bot.operations.audiences import NoSuchAudience
from bot.operations.bulk_batches import bulk_batches
from bot.operations.bulk_runs import begin, deed_of, search_terms
from bot.operations.contact_search import ConditionWrong, SearchTerms, search
from bot.operations.find_contacts import NotFound
from bot.operations.simulated_time import now_among
from bot.playbook.read import PlaybookContents
from bot.runtime.effects.rewrites import RewriteJob, entry_for
from bot.store.contacts.bulk_runs import HELD_FOR
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.operations")

TOGETHER = 500
"""People of a batch, where no bot runs."""
PATIENCE = 10.0
"""Seconds that are waited for the turns of a batch; then the next one comes all the same."""
BETWEEN = 0.1
LOOKS = 3
"""How often somebody without LINE is looked at anew who was changed by another one just then."""
MAY_ORDER: Collection[AdminRole] = ("admin", "supervisor")
"""Whose runs in the console go on."""
EVERY = 5.0
"""Seconds between two looks for runs that nobody does any more."""

Tell = Callable[[BulkRun], None]


class LostRun(Exception):
    """Another process does it by now."""


@dataclass(slots=True)
class BulkWork:
    """Does the runs of a database. `contents` are the playbook's files, which a condition is read with.

    `clock` is the machine's: it says until when a run is somebody's.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    contents: Callable[[], PlaybookContents | None]
    clock: Clock = field(default_factory=SystemClock)
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    every: float = EVERY
    _ordered: asyncio.Event = field(default_factory=asyncio.Event)
    """Something was ordered in this process: it is looked for at once."""

    async def run(self) -> None:
        """Look for runs that nobody does (their process has ended), and do them; for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                with suppress(DatabaseUnavailable):
                    while (found := await self._claimed()) is not None:
                        group.create_task(self._safely(found))
                self._ordered.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ordered.wait(), self.every)

    async def order(self, run: BulkRun) -> None:
        """Have one done that is not begun yet, by this process or another. Raises `BulkRefused`."""
        await begin(self.stores, run, "", self.clock.now() - 2 * HELD_FOR)
        self._ordered.set()

    async def _claimed(self) -> BulkRun | None:
        return await self.stores.bulk_runs.claim(self.holder, self.clock.now())

    async def _safely(self, run: BulkRun) -> None:
        try:
            await self.carry_on(run)
        except DatabaseUnavailable:
            log.warning("many people at once: run %s rests until the database is there again", run.id)
        except Exception:  # a bug: done again it would be met again
            log.exception("many people at once: run %s failed", run.id)
            with suppress(DatabaseUnavailable):
                await self.over(replace(await self._now(run), state="failed", trouble="broken"))

    async def carry_on(self, run: BulkRun, tell: Tell = lambda so_far: None) -> BulkRun:
        """Do one that is this process's, from where it is; what came of it. Raises `DatabaseUnavailable`."""
        if run.kind == "export":  # whoever was fetching it has not got all of it: it cannot go on
            return await self.over(replace(run, state="failed", trouble="broken"))
        try:
            terms = search_terms(run.sought, self.contents())
        except ConditionWrong:
            return await self.over(replace(run, state="failed", trouble="condition"))
        try:
            return await self._to_the_end(run, terms, tell)
        except (NotFound, NoSuchAudience):
            return await self.over(replace(await self._now(run), state="failed", trouble="names"))
        except LostRun:
            return await self._now(run)

    async def _to_the_end(self, run: BulkRun, terms: SearchTerms, tell: Tell) -> BulkRun:
        async for some, place in self._found(run, terms):
            if run.state == "stopping" or not await self._may_go_on(run):
                return await self.over(replace(run, state="stopped"))
            figures = _sum(run.figures, await self._take(run, some))
            kept = await self.stores.bulk_runs.keep(run, self.holder, place, figures, self.clock.now())
            if kept is None:
                raise LostRun
            run = kept
            tell(run)
        return await self.over(replace(run, state="stopped") if run.state == "stopping" else whole(run))

    async def _may_go_on(self, run: BulkRun) -> bool:
        """Whether the account that has ordered it in the console may do so still."""
        if not run.by.startswith(CONSOLE):
            return True
        account = await self.stores.admins.of(run.by.removeprefix(CONSOLE))
        return account is None or (account.suspended is None and account.role in MAY_ORDER)

    async def _found(self, run: BulkRun, terms: SearchTerms) -> AsyncIterator[tuple[list[Stored], str]]:
        """Those behind the place where it is, a batch at a time, each with the place where it ends; a long
        look for somebody holds the run."""
        waiting: list[Stored] = []
        places: Mapping[str, str] = {}
        async for found in search([self.stores], self.playbook(), terms, run.place):
            waiting += [one.stored for one in found.people]
            places = found.places
            if len(waiting) < TOGETHER and not places:
                if not found.people and await self._hold(run) is None:
                    raise LostRun
                continue
            async for some in bulk_batches(waiting, TOGETHER, self.stores.leases):
                yield some, places.get(some[-1].contact.id, some[-1].contact.id)
            waiting = []
        async for some in bulk_batches(waiting, TOGETHER, self.stores.leases):
            yield some, some[-1].contact.id

    async def _hold(self, run: BulkRun) -> BulkRun | None:
        return await self.stores.bulk_runs.hold(run.id, self.holder, self.clock.now())

    # -- one batch

    async def _take(self, run: BulkRun, some: Sequence[Stored]) -> BulkFigures:
        now, playbook = await now_among(self.stores), self.playbook()
        figures = BulkFigures()
        ordered: list[InboxEntry] = []
        beside: list[Stored] = []
        for one in some:
            what = _due(run, one.contact, now)
            if what is None:
                figures = replace(figures, same=figures.same + 1)
                continue
            if one.contact.has_line and not what.is_done:
                job = RewriteJob(run.by, now, f"{run.kind} {run.id}")
                ordered.append(entry_for(one.contact, _order(run, one.contact), job))
            elif not what.is_done:
                beside.append(one)
                continue
            figures = replace(figures, done=figures.done + 1)
        if ordered:
            await self.stores.inbox_commit.store(ordered, {entry.id for entry in ordered}, ())
            await self.stores.contacts.poke([(entry.contact, entry.id) for entry in ordered])
        lost = await self._amend(run, beside, playbook, now)
        figures = replace(figures, done=figures.done + len(beside) - lost, left_out=figures.left_out + lost)
        await self._turns_taken(ordered)
        return figures

    async def _amend(self, run: BulkRun, some: Sequence[Stored], playbook: Playbook, now: datetime) -> int:
        """Change people without LINE, who have no turns; how many another one was always faster with."""
        left = list(some)
        for _ in range(LOOKS):
            plan: list[tuple[Stored | None, Contact]] = []
            for one in left:
                if _due(run, one.contact, now) is None:
                    continue
                if run.kind == "tag":
                    after = with_tag(one.contact, playbook, run.about, run.mark, now)
                else:
                    after = without_tag(one.contact, run.about)
                plan.append((one, silently(one.contact, after, playbook, now)))
            if not plan or await self.stores.friends.write(plan):
                return 0
            left = list((await self.stores.contacts.persons(one.contact.id for one in left)).values())
            left = [one for one in left if (due := _due(run, one.contact, now)) and not due.is_done]
        return len(left)

    async def _turns_taken(self, ordered: Sequence[InboxEntry]) -> None:
        """Wait until the turns are taken, where a process takes them."""
        if not ordered or not await self.stores.leases.somebody_runs():
            return
        events = {entry.id for entry in ordered}
        contacts = [entry.contact for entry in ordered]
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while contacts:
                    there = await self.stores.contacts.load(contacts)
                    contacts = [name for name, one in there.items() if events & {*one.waiting, *one.open}]
                    await asyncio.sleep(BETWEEN)

    # -- the end

    async def over(self, run: BulkRun) -> BulkRun:
        """It is over, as its state says; what has become of it. Nothing where another process does it."""
        await self.stores.audit.end(deed_of(run, "began" if run.state == "failed" else "done"))
        if not await self.stores.bulk_runs.end(run, self.holder, self.clock.now()):
            return await self._now(run)
        log.info("many people at once: run %s (%s) is over: %s", run.id, run.kind, run.state)
        return await self._now(run)

    async def _now(self, run: BulkRun) -> BulkRun:
        return await self.stores.bulk_runs.one(run.id) or run


@dataclass(frozen=True, slots=True)
class _Due:
    """What is to be done with somebody; `is_done`: this very run has done it, before it was broken off."""

    is_done: bool = False


def _due(run: BulkRun, contact: Contact, now: datetime) -> _Due | None:
    """`None`: it is so already, and not by this run."""
    has, origin = contact.has_tag(run.about, now), tag_origin(contact, run.about)
    if run.kind == "tag":
        return _Due(origin == run.mark) if not has or origin == run.mark else None
    if run.undoes:
        return _Due() if has and origin.startswith(f"{RUN}{run.undoes}:") else None
    return _Due() if has else None


def _order(run: BulkRun, contact: Contact) -> StaffTags:
    if run.kind == "tag":
        return StaffTags(run.mark, add=(run.about,), of_run=True)
    origin = tag_origin(contact, run.about) if run.undoes else ""
    return StaffTags(run.mark, remove=(run.about,), of_run=True, origin=origin)


def whole(run: BulkRun) -> BulkRun:
    """The same, done; who of those who were ticked is not there any more was not met."""
    chosen = run.sought.chosen
    gone = 0 if chosen is None or run.people is None else max(0, run.people - run.figures.seen)
    return replace(run, state="done", figures=replace(run.figures, gone=gone))


def _sum(one: BulkFigures, other: BulkFigures) -> BulkFigures:
    return BulkFigures(one.done + other.done, one.same + other.same, one.left_out + other.left_out)
