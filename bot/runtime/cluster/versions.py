"""Which playbook version is live, and whether this process runs it: only then may it take turns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.model.clock import Clock
from bot.model.published_version import SHORT, AcceptedBy, AcceptedPlaybook, NowLive, VersionFiles
from bot.store.cluster.playbooks import FilesMissing, Playbooks

log = logging.getLogger("oaflow.versions")

LOOK_AGAIN = 5
"""Renewals of the lease between two looks at our own files, while another playbook is live."""


NOTHING = 0
"""The live number of a database on which nothing was accepted yet; `accept(instead_of=NOTHING)` asks for
it.
"""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A version about to be accepted: its stored files, and what is written in the same transaction."""

    what: NowLive
    files: VersionFiles | None = None
    also: Callable[[AcceptedPlaybook, Any], Awaitable[None]] | None = None
    """Given the acceptance and the session of its transaction."""


async def accept(
    store: Playbooks,
    version: str,
    how: AcceptedBy,
    clock: Clock,
    *,
    anew: bool,
    prepare: Callable[[AcceptedPlaybook | None], Awaitable[Prepared]],
    instead_of: int | None = None,
    refiled: bool = False,
) -> AcceptedPlaybook:
    """Make this version live, if it may be; returns what is live afterwards.

    A version that was never live is accepted. One that was live and replaced is accepted only with `anew`
    (somebody asks for it), so a forgotten old process that starts again brings no old texts back. A rolled
    back version stays live until something is published. `instead_of` accepts only while that number is live
    (compare and set). `refiled`: also where it is live already, for its files are others. `prepare(live)`
    runs just before, perhaps more than once. Raises `DatabaseUnavailable`, and what `prepare` raises: then
    nothing is changed.
    """
    while True:
        live = await store.live()
        if live is not None and instead_of not in (None, live.number):
            return live
        if live is not None and not refiled and _is_accepted(live, version, how):
            return live
        if live is not None and how == "start" and live.is_rolled_back:
            return live
        if live is not None and not anew and await store.was_accepted(version):
            return live
        found = await prepare(live)
        mine = _following(live, found, clock)

        async def also(session: Any, one: AcceptedPlaybook = mine, found: Prepared = found) -> None:
            if found.also is not None:
                await found.also(one, session)

        with suppress(FilesMissing):  # they were forgotten just now: `prepare` stores them again
            if await store.accept(mine.number, found.what, mine.at, found.files, also):
                return mine


def _is_accepted(live: AcceptedPlaybook, version: str, how: AcceptedBy) -> bool:
    """Whether this version is live already, in the same way.

    Publishing the version that was rolled back to is a change, and so is rolling back to a published one: a
    rolled back version is served from the database, and a start does not replace it.
    """
    if how in ("publish", "rollback") and live.is_rolled_back != (how == "rollback"):
        return False
    return live.version == version


def _following(live: AcceptedPlaybook | None, found: Prepared, clock: Clock) -> AcceptedPlaybook:
    what, files = found.what, found.files
    return AcceptedPlaybook(
        live.number + 1 if live is not None else 1,
        what.version,
        clock.now(),
        what.by,
        what.how,
        what.commit,
        what.of,
        files is not None,
        files is None or files.whole,
        what.channels,
    )


@dataclass(eq=False, repr=False)
class Versions:
    """Compares the version of this process with the live one before each renewal of the lease.

    `trouble` says for `/readyz` why this process takes no turns.

    `mine()` is the version that this process runs; `read_files()` takes over what is `live`, where it
    can be had: from the database or in this process's files.
    """

    _store: Playbooks
    _mine: Callable[[], str]
    _read_files: Callable[[], Awaitable[None]]
    _live: AcceptedPlaybook | None = field(init=False, default=None)
    _why_not: str = field(init=False, default="")
    _asked: int = field(init=False, default=0)
    trouble: str | None = field(init=False, default=None)
    changing: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def is_wanted(self, version: str) -> bool:
        """Whether this is the version that is live, as far as we know."""
        return self._live is not None and self._live.version == version

    @property
    def live(self) -> AcceptedPlaybook | None:
        """What is live, as far as we know."""
        return self._live

    def cannot(self, why: str) -> None:
        """Record why the live playbook cannot be read from the database, for `trouble`."""
        self._why_not = why

    def is_news(self, number: int | None) -> bool:
        """Whether the playbook that is live by now, of this number, is another than we know of."""
        return number is not None and (self._live is None or number != self._live.number)

    async def may_decide(self) -> bool:
        """Whether our playbook is the one that is live. Raises `DatabaseUnavailable`."""
        async with self.changing:
            live = await self._store.live()
            if live != self._live:
                self._live, self._asked, self._why_not = live, 0, ""
            if live is not None and live.version != self._mine():
                if self._asked % LOOK_AGAIN == 0:
                    await self._read_files()
                self._asked += 1
        return self._report(live)

    def _report(self, live: AcceptedPlaybook | None) -> bool:
        mine = self._mine()
        if live is None or live.version == mine:
            if self.trouble is not None:
                log.info("the playbook of this process is live again: %s", live)
            self.trouble = None
            return True
        trouble = f"another playbook is live, {live}; this process runs {mine[:SHORT]}: " + (
            f"the live one cannot be read from the database: {self._why_not}"
            if self._why_not
            else "bring its files up to date, or make what they hold live with: oaflow publish"
        )
        if trouble != self.trouble:
            log.warning("this process takes no turns: %s", trouble)
        self.trouble = trouble
        return False
