"""Staff sync the rich menus of a channel from a page: one at a time over all processes, with its progress."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import orjson

from bot.model.clock import Clock
from bot.model.menus import MenuSyncRun
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.menus import MenuPlan, MenusAtLine, plan, sync
from bot.store.cluster.menu_syncs import is_lost
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

DIGEST = 32
"""Signs of a plan's digest."""
EVERY = 1.0
"""Seconds between two notes of how far it is."""

log = logging.getLogger("oaflow.menus")


class SyncUnderWay(Refusal):
    """It does not begin; the sentence says why."""


_RUNS = tr("the menus of this account are being synced already")


class PlanChanged(Refusal):
    """It does not begin: what is to be done `now` is not what was looked at."""

    def __init__(self, now: MenuPlan) -> None:
        super().__init__(tr("the plan is another one by now: look at it again"))
        self.now = now


def plan_digest(found: MenuPlan) -> str:
    """What a plan does, as a short text: of two with the same one the same is to be done."""
    todo = found.plan
    faces = [[face.name for face in some] for some in (todo.create, todo.upload, todo.aliases, todo.later)]
    default = None if todo.default is None else todo.default.name
    moves = sorted((menu, face.name) for menu, face in todo.moves.items())
    gone = [sorted(todo.old_aliases), sorted(todo.unwanted), todo.no_default]
    said = orjson.dumps([found.channel, faces, default, moves, gone])
    return hashlib.sha256(said).hexdigest()[:DIGEST]


class MenuSyncWork:
    """Carries them out in this process."""

    def __init__(self, stores: Stores, at_line: Callable[[], MenusAtLine], clock: Clock) -> None:
        """`at_line`: the menus as they are to be, and where LINE is."""
        self._stores = stores
        self._at_line = at_line
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()
        self.troubles: dict[str, Translatable] = {}
        """Why the last one of this process has failed, by channel."""

    async def planned(self, channel: str) -> MenuPlan:
        """What a sync would do: LINE is asked. Raises `MenusRefused`, `SyncFailed`, `DatabaseUnavailable`."""
        [found] = await plan(self._at_line(), channel)
        return found

    async def order_planned(self, channel: str, digest: str, by: str) -> MenuSyncRun:
        """What was planned begins. Raises `PlanChanged` where another thing is to be done by now, and as
        `planned` and `order`."""
        last = await self._stores.menu_syncs.of(channel)
        if last is not None and last.state == "runs" and not is_lost(last, self._clock.now()):
            raise SyncUnderWay(_RUNS)  # before its plan, which changes with each step
        found = await self.planned(channel)
        if plan_digest(found) != digest:
            raise PlanChanged(found)
        return await self.order(channel, len(list(found.plan.steps())), by)

    async def order(self, channel: str, steps: int, by: str) -> MenuSyncRun:
        """It begins; `steps`: how many its plan has. Raises `SyncUnderWay` while another one goes on, also
        in another process, and `DatabaseUnavailable`."""
        now = self._clock.now()
        run = MenuSyncRun(channel, by, now, now, 0, steps)
        if not await self._stores.menu_syncs.begin(run):
            raise SyncUnderWay(_RUNS)
        self.troubles.pop(channel, None)
        task = asyncio.create_task(self._work(run))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return run

    def now(self) -> datetime:
        """By the clock of its notes."""
        return self._clock.now()

    async def close(self) -> None:
        """Stop: what is at LINE tells how far it came, and another sync goes on from there."""
        for one in self._tasks:
            one.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _work(self, run: MenuSyncRun) -> None:
        done = 0

        def tell(step: Translatable) -> None:
            nonlocal done
            done += 1

        async def keep() -> None:
            while True:
                await asyncio.sleep(EVERY)
                with suppress(DatabaseUnavailable):
                    await self._stores.menu_syncs.note(replace(run, seen=self._clock.now(), steps=done))

        keeping = asyncio.create_task(keep())
        try:
            synced = (await sync(self._at_line(), run.channel, run.by, tell))[run.channel]
            over = replace(run, state="waits" if synced.waiting else "done", again=synced.again)
        except (Refusal, DatabaseUnavailable) as error:
            log.warning("the rich menus of %s could not be synced: %s", run.channel, error)
            if isinstance(error, Refusal):
                self.troubles[run.channel] = error.message
            over = replace(run, state="failed")
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
        with suppress(DatabaseUnavailable):  # then it is lost, and looks so in two minutes
            await self._stores.menu_syncs.note(replace(over, seen=self._clock.now(), steps=done))
