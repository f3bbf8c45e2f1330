"""Whether this process may decide: only with the playbook that was accepted last on its database."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.model.accepted import SHORT, AcceptedPlaybook
from bot.model.clock import Clock
from bot.store.cluster.playbooks import Playbooks

log = logging.getLogger("oaflow.versions")

LOOK_AGAIN = 5
"""Renewals of the lease between two looks at our own files, while another playbook is live."""


async def _at_once() -> None: ...


async def accept(
    store: Playbooks,
    version: str,
    clock: Clock,
    *,
    anew: bool,
    before: Callable[[], Awaitable[None]] = _at_once,
) -> AcceptedPlaybook:
    """Make this version live, if it may be; what is live now. `before`: what is done just before that.

    A version that was never seen is accepted. One that was replaced by another is not, unless `anew`: so a
    process that somebody forgot to stop, or that is started again and again, never brings old texts back.
    Raises `DatabaseUnavailable`, and what `before` raises: then nothing is changed.
    """
    while True:
        live = await store.live()
        if live is not None and live.version == version:
            return live
        if live is not None and not anew and await store.was_accepted(version):
            return live
        await before()
        mine = AcceptedPlaybook(live.number + 1 if live is not None else 1, version, clock.now())
        if await store.accept(mine.number, mine.version, mine.at):
            return mine


class Versions:
    """Asked before each renewal of the lease. `trouble` says for `/readyz` why this process stands aside."""

    def __init__(
        self, store: Playbooks, mine: Callable[[], str], read_files: Callable[[], Awaitable[None]]
    ) -> None:
        """`mine()` is the version that this process runs; `read_files()` takes over what its files hold now,
        if that is the accepted version (`is_wanted` tells)."""
        self._store = store
        self._mine = mine
        self._read_files = read_files
        self._live: AcceptedPlaybook | None = None
        self._asked = 0
        self.trouble: str | None = None
        self.changing = asyncio.Lock()

    def is_wanted(self, version: str) -> bool:
        """Whether this is the version that is live, as far as we know."""
        return self._live is not None and self._live.version == version

    async def may_decide(self) -> bool:
        """Whether our playbook is the one that is live. Raises `DatabaseUnavailable`."""
        async with self.changing:
            live = await self._store.live()
            if live != self._live:
                self._live, self._asked = live, 0
            if live is not None and live.version != self._mine():
                if self._asked % LOOK_AGAIN == 0:
                    await self._read_files()
                self._asked += 1
        return self._told(live)

    def _told(self, live: AcceptedPlaybook | None) -> bool:
        mine = self._mine()
        if live is None or live.version == mine:
            if self.trouble is not None:
                log.info("the playbook of this process is live again: %s", live)
            self.trouble = None
            return True
        trouble = (
            f"another playbook is live, {live}; this process runs {mine[:SHORT]}: "
            "bring its files up to date, or make what they hold live with: oaflow publish"
        )
        if trouble != self.trouble:
            log.warning("this process takes no turns: %s", trouble)
        self.trouble = trouble
        return False
