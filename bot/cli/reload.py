"""Taking a changed playbook over while the process runs, between two turns."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from bot.cli.acceptance import Acceptance, PeopleInTheWay
from bot.cli.language import language
from bot.cli.live import Live, NeedsStart, Sound, sound
from bot.cli.playbook_files import changes
from bot.model.accepted import SHORT
from bot.model.clock import PatientClock
from bot.model.said import Language
from bot.playbook.load import Loaded
from bot.playbook.report import render
from bot.playbook.syntax.folder import PlaybookMissing
from bot.runtime.versions import Versions, accept
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.reload")

AGAIN = 1.0
"""Seconds before a changed playbook is made live again, where the database was away."""


Report: TypeAlias = Callable[[Language], str]
"""What is wrong, in the language that is asked for."""


class Reload:
    """Reads the files again. `versions` says whether we may decide; its lock is held for every change."""

    def __init__(
        self, read: Callable[[], Loaded], live: Live, acceptance: Acceptance, clock: PatientClock
    ) -> None:
        """`read()` may raise `PlaybookMissing`."""
        self._read = read
        self._live = live
        self._acceptance = acceptance
        self._clock = clock
        self._refused: Mapping[str, str] = {}
        self.on_edit: Callable[[Report | None], None] = lambda refused: None
        """Told of each reading: why what the files hold now cannot be taken over, `None` where it is."""
        self.versions = Versions(acceptance.playbooks, lambda: live.playbook.version, self.catch_up)

    async def catch_up(self) -> None:
        """Serve what the files hold now, if another process has made just that live."""
        found = await self._read_soundly()
        if found is not None and self.versions.is_wanted(found.playbook.version):
            self._take(found)

    async def follow(self, folder: Path) -> None:
        """While somebody develops: make each change live at once, for ever."""
        async for _ in changes(folder, lambda: self._live.files):
            try:
                await self._publish()
            except DatabaseUnavailable:
                log.warning("the database is away: the changed playbook is not live yet")
                await self._published_later()

    async def _published_later(self) -> None:
        while True:
            await self._clock.wait(AGAIN)
            with suppress(DatabaseUnavailable):
                await self._publish()
                return

    async def _publish(self) -> None:
        found = await self._read_soundly()
        if found is None:
            return
        version = found.playbook.version
        try:
            if version != self._live.playbook.version:
                await self._acceptance.look(found)  # before the lock: renewals of the lease wait for that
        except PeopleInTheWay as error:
            self._refuse(error.report, found.sources, str(error))
            return
        async with self.versions.changing:
            await accept(self._acceptance.playbooks, version, self._clock, anew=True)
            self._take(found)

    def _refuse(self, report: Report, sources: Mapping[str, str], why: str) -> None:
        """Show what is wrong, once, and stay with what was good."""
        self.on_edit(report)
        if sources != self._refused:
            self._refused = sources
            sys.stderr.write(report(language(None, os.environ)))
            log.warning("%s: the last good one goes on, %s", why, self._short())

    def _cannot(self, error: Exception) -> None:
        told = str(error)
        self.on_edit(lambda words: told)

    def _take(self, found: Sound) -> None:
        self.on_edit(None)
        before = self._live.playbook.version
        mended, self._refused = bool(self._refused), {}
        differences = self._live.take(found)
        if differences or found.playbook.version != before:
            sys.stderr.write(found.report)
            log.info(
                "the playbook was taken over: %s; %s", self._short(), ", ".join(differences) or "same texts"
            )
        elif mended:
            log.info("the playbook has no mistakes any more, and is the one that went on: %s", self._short())

    def _short(self) -> str:
        return self._live.playbook.version[:SHORT]

    async def _read_soundly(self) -> Sound | None:
        """What the files hold now; `None` where it cannot be taken over, which is said."""
        try:
            loaded = await asyncio.to_thread(self._read)
            found = sound(loaded)
            if found is None:
                self._refuse(
                    lambda words: render(loaded.problems, loaded.sources, words),
                    loaded.sources,
                    "the playbook has mistakes",
                )
            else:
                self._live.may_take(found)
        except PlaybookMissing as error:
            self._cannot(error)
            log.warning("%s; the last good playbook goes on, %s", error, self._short())
            return None
        except NeedsStart as error:
            self._cannot(error)
            log.warning("not taken over: %s", error)
            return None
        return found
