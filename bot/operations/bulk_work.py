"""Carries out bulk runs: a tag is put on many people, or taken off, in batches, by whichever process has the
run.

If that process dies, another one goes on behind the last person who was done: each person has one event of a
run, known by its id, so nothing is done twice. A person with LINE gets it in a turn, so rules, journeys and
menus follow; the next batch comes when those turns are taken, so webhooks wait for one batch at most.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.by_staff import tag_origin, with_tag, without_tag
from bot.engine.members.friends import silently
from bot.model.admin import CONSOLE, AdminRole
from bot.model.bulk_run import BY_RUN, BulkAhead, BulkFigures, BulkRun
from bot.model.clock import Clock, SystemClock
from bot.model.contact import Contact
from bot.model.inbox import InboxEntry
from bot.model.staff_order import StaffTags
from bot.model.stored import Stored
from bot.operations.audiences import NoSuchAudience
from bot.operations.bulk_batches import bulk_batches
from bot.operations.bulk_runs import begin, entry_of, search_terms
from bot.operations.bulk_undo import AMONG_ORDERS, order_entry, orders_behind
from bot.operations.contact_search import ConditionWrong, SearchTerms, search
from bot.operations.find_contacts import NotFound
from bot.operations.simulated_time import now_among
from bot.playbook.read import PlaybookContents
from bot.store.contacts.bulk_runs import HELD_FOR
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.operations")

TOGETHER = 500
PATIENCE = 10.0
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

    `clock` is the machine's: it says until when a run is somebody's. Its end goes by the people's.
    """

    stores: Stores
    playbook: Callable[[], Playbook]
    contents: Callable[[], PlaybookContents | None]
    clock: Clock = field(default_factory=SystemClock)
    holder: str = field(default_factory=lambda: uuid.uuid4().hex)
    every: float = EVERY
    together: int = TOGETHER
    """People of a batch, where no bot runs."""
    patience: float = PATIENCE
    """Seconds that are waited for the turns of a batch; then the next one comes all the same."""
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
        # an export: whoever was fetching it has not got all of it. Nobody knows who is meant: nobody is
        if run.kind == "export" or run.sought is None:
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
        if run.undoes:
            run = await self._behind_orders(run, tell)
        if not await self._may_go_on(run):
            return await self.over(replace(run, state="stopped"))
        if run.ahead is not None:
            run = await self._resumed(run, run.ahead, terms)
            tell(run)
        async for some in self._found(run, terms):
            if run.state == "stopping" or not await self._may_go_on(run):
                return await self.over(replace(run, state="stopped"))
            run = await self._batch(run, some)
            tell(run)
        return await self.over(replace(run, state="stopped") if run.state == "stopping" else whole(run))

    async def _behind_orders(self, run: BulkRun, tell: Tell) -> BulkRun:
        """Undo, too, the orders of the run that this one undoes whose turns are not taken yet."""
        undone = await self.stores.bulk_runs.one(run.undoes)
        if undone is None or (run.place and not run.place.startswith(AMONG_ORDERS)):
            return run  # none are left, or they are done
        channels, now = self.playbook().channels, await now_among(self.stores)
        async for some in orders_behind(self.stores, channels, run, undone, self.together, now):
            if run.state == "stopping" or not await self._may_go_on(run):
                return run
            was = run.ahead or BulkAhead(run.place, run.figures)  # that of a process that has ended
            ahead = was
            if some[-1].place >= was.place:
                new = [one for one in some if one.place > was.place]
                ahead = BulkAhead(some[-1].place, _sum(was.figures, BulkFigures(len(new))))
                await self._planned(run, ahead)
            await self._store_orders([one.entry for one in some])
            if ahead is not was:
                run = await self._kept(run, ahead)
                tell(run)
        return run if run.ahead is None else await self._kept(run, run.ahead)

    async def _may_go_on(self, run: BulkRun) -> bool:
        """Whether the account that has ordered it in the console may do so still."""
        if not run.by.startswith(CONSOLE):
            return True
        account = await self.stores.admins.of(run.by.removeprefix(CONSOLE))
        return account is None or (account.suspended is None and account.role in MAY_ORDER)

    async def _found(self, run: BulkRun, terms: SearchTerms) -> AsyncIterator[list[_Met]]:
        """Those behind the place where it is, a batch at a time; a long look for somebody holds the run."""
        waiting: list[_Met] = []
        async for found in search([self.stores], self.playbook(), terms, run.place):
            waiting += [
                _Met(one.stored, found.places.get(one.contact.id, one.contact.id)) for one in found.people
            ]
            if len(waiting) < self.together and not found.places:
                if not found.people and await self._hold(run) is None:
                    raise LostRun
                continue
            async for some in bulk_batches(waiting, self.together, self.stores):
                yield some
            waiting = []
        async for some in bulk_batches(waiting, self.together, self.stores):
            yield some

    async def _hold(self, run: BulkRun) -> BulkRun | None:
        return await self.stores.bulk_runs.hold(run.id, self.holder, self.clock.now())

    # -- one batch

    async def _batch(self, run: BulkRun, some: Sequence[_Met]) -> BulkRun:
        now = await now_among(self.stores)
        due = [one.stored for one in some if _is_due(run, one.stored.contact, now)]
        same = len(some) - len(due)
        if run.undoes:  # who stood among the orders was counted there
            entries = {_entry(run, one.contact, now).id: one for one in due if one.contact.has_line}
            known = await self.stores.inbox_commit.known(entries)
            behind = {entries[id].contact.id for id in known}
            due = [one for one in due if one.contact.id not in behind]
        figures = _sum(run.figures, BulkFigures(len(due), same))
        ahead = BulkAhead(some[-1].place, figures)
        await self._planned(run, ahead)
        return await self._carried_out(run, ahead, due)

    async def _resumed(self, run: BulkRun, ahead: BulkAhead, terms: SearchTerms) -> BulkRun:
        """The batch in which another process has ended: who is not done yet is done, and all count as they
        were to: some are found no more, for what they were looked for by is what was done."""
        now, left = await now_among(self.stores), list[Stored]()
        async for some in self._found(run, terms):
            here = [one.stored for one in some if one.place <= ahead.place]
            left += [one for one in here if _is_due(run, one.contact, now)]
            if len(here) < len(some):
                break
        return await self._carried_out(run, ahead, left)

    async def _carried_out(self, run: BulkRun, ahead: BulkAhead, due: Sequence[Stored]) -> BulkRun:
        lost = await self._take(run, due)
        figures = _sum(ahead.figures, BulkFigures(-lost, left_out=lost))
        return await self._kept(run, replace(ahead, figures=figures))

    async def _planned(self, run: BulkRun, ahead: BulkAhead) -> None:
        if await self.stores.bulk_runs.plan(run, self.holder, ahead, self.clock.now()) is None:
            raise LostRun

    async def _kept(self, run: BulkRun, done: BulkAhead) -> BulkRun:
        now = self.clock.now()
        kept = await self.stores.bulk_runs.keep(run, self.holder, done.place, done.figures, now)
        if kept is None:
            raise LostRun
        return kept

    async def _take(self, run: BulkRun, due: Sequence[Stored]) -> int:
        """Do it to these people; returns how many could not be done, as another process changed them first
        each time."""
        now, playbook = await now_among(self.stores), self.playbook()
        await self._store_orders([_entry(run, one.contact, now) for one in due if one.contact.has_line])
        return await self._amend(run, [one for one in due if not one.contact.has_line], playbook, now)

    async def _store_orders(self, ordered: Sequence[InboxEntry]) -> None:
        """Store what these people get in a turn of theirs, and wait until those turns are taken."""
        if ordered:
            await self.stores.inbox_commit.store_bulk(ordered)
            await self._turns_taken(ordered)

    async def _amend(self, run: BulkRun, some: Sequence[Stored], playbook: Playbook, now: datetime) -> int:
        """Change people without LINE, who have no turns; returns how many could not be changed, as another
        process changed them first each time."""
        left = list(some)
        for _ in range(LOOKS):
            plan: list[tuple[Stored | None, Contact]] = []
            for one in left:
                if run.kind == "tag":
                    after = with_tag(one.contact, playbook, run.about, run.mark, now)
                else:
                    after = without_tag(one.contact, run.about)
                plan.append((one, silently(one.contact, after, playbook, now)))
            if not plan or await self.stores.friends.write(plan):
                return 0
            left = list((await self.stores.contacts.persons(one.contact.id for one in left)).values())
            left = [one for one in left if _is_due(run, one.contact, now)]
        return len(left)

    async def _turns_taken(self, ordered: Sequence[InboxEntry]) -> None:
        """Wait until the turns are taken, where a process takes them."""
        if not await self.stores.leases.is_running():
            return
        events = {entry.id for entry in ordered}
        contacts = [entry.contact for entry in ordered]
        with suppress(TimeoutError):
            async with asyncio.timeout(self.patience):
                while contacts:
                    there = await self.stores.contacts.load(contacts)
                    contacts = [name for name, one in there.items() if events & {*one.waiting, *one.open}]
                    await asyncio.sleep(BETWEEN)

    # -- the end

    async def over(self, run: BulkRun) -> BulkRun:
        """It is over, as its state says; what has become of it. Nothing where another process does it."""
        line = entry_of(run, "began" if run.state == "failed" else "done")
        if await self.stores.bulk_runs.end(run, line, self.holder, await now_among(self.stores)):
            log.info("many people at once: run %s (%s) is over: %s", run.id, run.kind, run.state)
        return await self._now(run)

    async def _now(self, run: BulkRun) -> BulkRun:
        return await self.stores.bulk_runs.one(run.id) or run


@dataclass(frozen=True, slots=True)
class _Met:
    """Somebody whom it is about, and the place behind which it goes on after them."""

    stored: Stored
    place: str


def _is_due(run: BulkRun, contact: Contact, now: datetime) -> bool:
    """Whether it is to be done to the person: not where it is so already."""
    has = contact.has_tag(run.about, now)
    if run.kind == "tag":
        return not has
    return has and (not run.undoes or tag_origin(contact, run.about).startswith(f"{BY_RUN}{run.undoes}:"))


def _order(run: BulkRun, contact: Contact) -> StaffTags:
    if run.kind == "tag":
        return StaffTags(run.mark, add=(run.about,), of_run=True)
    origin = tag_origin(contact, run.about) if run.undoes else ""
    return StaffTags(run.mark, remove=(run.about,), of_run=True, origin=origin)


def _entry(run: BulkRun, contact: Contact, now: datetime) -> InboxEntry:
    return order_entry(run, contact, _order(run, contact), now)


def whole(run: BulkRun) -> BulkRun:
    """The same, done; who of those who were ticked is not there any more was not met."""
    is_ticked = run.sought is not None and run.sought.chosen is not None
    gone = 0 if not is_ticked or run.people is None else max(0, run.people - run.figures.seen)
    return replace(run, state="done", figures=replace(run.figures, gone=gone))


def _sum(one: BulkFigures, other: BulkFigures) -> BulkFigures:
    return BulkFigures(one.done + other.done, one.same + other.same, one.left_out + other.left_out)
