"""Which playbook a running process serves next: the published one, or what its folder holds, taken over
between two turns; or why not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

from bot.app.live import Live, NeedsStart
from bot.app.new_secrets import NewSecrets
from bot.app.playbook_files import Stamps, changes
from bot.app.preloaded_playbook import ReadKept
from bot.app.reload_reports import ReloadReports, warn_of_files
from bot.model.clock import PatientClock
from bot.model.published_version import SHORT, AcceptedPlaybook
from bot.model.translatable import Translatable, tr
from bot.operations.acceptance import Acceptance, BlockedByPeople
from bot.operations.channels.holding import AnotherBots
from bot.operations.repairs import write_repair
from bot.operations.version_files import FileChanging, StoredFilesUnreadable
from bot.playbook.load import Loaded, collector_at_rest
from bot.playbook.syntax.folder import PlaybookMissing
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.playbook.valid import PlaybookWrong, ValidPlaybook, valid_playbook
from bot.runtime.cluster.versions import Versions
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.reload")

AGAIN = 1.0
"""Seconds before a changed playbook is made live again, where the database was away."""

REST = 1.0
"""Seconds between a change of a file and its reading in production: a deployment writes many files."""


class Reload:
    """Reads the playbook's files again when they change, and replaces the served playbook by the live one.

    `versions` says whether this process serves what is live, and so may decide turns; its lock `changing` is
    held for every change of the served playbook.
    """

    def __init__(
        self,
        read: Callable[[], Loaded],
        live: Live,
        acceptance: Acceptance,
        secrets: NewSecrets | None,
        clock: PatientClock,
        kept: ReadKept,
        own: ValidPlaybook | PlaybookWrong,
        *,
        published: bool,
    ) -> None:
        """`read()` reads the folder's files; it may raise `PlaybookMissing`. `secrets` is `None` with the
        simulator, whose secrets are made up: then a changed `.env` changes none.

        `kept` reads a playbook from the database; it may raise `StoredFilesUnreadable`. `own` is what the
        files held at the start, or their mistakes. `published`: only what is published is served, from the
        database.
        """
        self._read = read
        self._live = live
        self._acceptance = acceptance
        self._secrets = secrets
        self._clock = clock
        self._kept = kept
        self._published = published
        mistakes, valid = (own, None) if isinstance(own, PlaybookWrong) else (None, own)
        self.reports = ReloadReports(live, acceptance, mistakes, published=published)
        self._own_files = (BOT_YAML,) if valid is None else valid.files
        self._former: ValidPlaybook | None = None
        """The playbook that was served before this one: a rollback mostly goes back to it."""
        self._own = valid
        """The playbook of the files at their last reading; `None` where it cannot be served."""
        self._reading = asyncio.Lock()
        self._following = asyncio.Lock()
        self._unreadable: str | None = None
        """Why the files could not be read the last time; `None` where they could."""
        self.holds = None if valid is None else valid.playbook.version
        self._seen = self.holds or live.playbook.version
        self.on_hold: Callable[[], None] = lambda: None
        """Called after each reading of the files, and when another playbook is served."""
        self.versions = Versions(acceptance.playbooks, lambda: live.playbook.version, self.catch_up)

    holds: str | None
    """The version of the files at their last reading; `None` where they cannot be served."""

    def on_renewed(self, callback: Callable[[], None]) -> None:
        """Have `callback` called whenever new secrets from `.env` come into use."""
        if self._secrets is not None:
            self._secrets.on_renewed = callback

    def files(self) -> Iterable[str]:
        """The names of the files in our folder that were read last; also while another playbook is served."""
        return self._own_files

    async def catch_up(self) -> None:
        """Serve the live version.

        It is read from the database in production (`published`), and after a rollback to a version that the
        files do not hold; else from the files, if they hold it.
        """
        live = self.versions.live
        if live is None:
            return
        if self._published:
            if not (live.is_kept and live.is_whole):
                await self._of_files()  # the only ones that may have it
            await self._take_stored(live)
            return
        if live.is_rolled_back and live.version != self.holds:
            await self._take_stored(live)  # at once: our own files were looked at before
            return
        found = await self._of_files()
        if found is not None and self.versions.is_wanted(found.playbook.version):
            await self._take(found)
        elif live.is_rolled_back:
            await self._take_stored(live)

    async def _of_files(self) -> ValidPlaybook | None:
        """The playbook of the files, read anew only where the last reading gave no version that is wanted."""
        async with self._reading:  # a reading under way mostly finds it
            if self._own is not None and self.versions.is_wanted(self._own.playbook.version):
                return self._own
        return await self._read_soundly()

    def known(self, version: str) -> ValidPlaybook | None:
        """The playbook of this version, if it is in memory."""
        for one in (self._live.served, self._own, self._former):
            if one is not None and one.playbook.version == version:
                return one
        return None

    async def _take_stored(self, live: AcceptedPlaybook) -> None:
        try:
            found = await self._kept(live, self.known(live.version))
            self._live.may_take(found)
        except (StoredFilesUnreadable, NeedsStart) as error:
            self.versions.cannot(str(error))
            return
        await self._take(found)
        warn_of_files(live, self.holds)

    async def watch(self, folder: Path, seen: Stamps) -> None:
        """In production: take new secrets from `.env`, and log what edited files would change. Never returns.

        `seen` are the stamps of the files when they were read at the start.
        """
        async for _ in changes(folder, self.files, seen, lambda: self._unreadable is not None):
            if self._secrets is not None:
                await self._secrets.look()
            await self._clock.wait(REST)
            await self._look()

    async def _look(self) -> None:
        found = await self._read_soundly()
        if found is not None and found.playbook.version != self._live.playbook.version:
            async with self.versions.changing:
                if self.versions.is_wanted(found.playbook.version):  # the live version, missing here so far
                    await self.catch_up()
        served = self._live.playbook.version
        version = served if found is None else found.playbook.version
        if found is not None and self.reports.mended():
            log.info("the files of this folder have no mistakes any more")
        if found is not None and version not in (self._seen, served):
            log.info(
                "the files of this folder hold another playbook, %s, than the one that this process runs, %s:"
                " %s",
                version[:SHORT],
                self._short(),
                await self._outlook(found),
            )
        self._seen = version

    async def _outlook(self, found: ValidPlaybook) -> Translatable:
        """What publishing, and what a restart, would do with files that are not served yet."""
        try:
            if await self._acceptance.is_live(found):
                return tr("which is live: they are taken over with the next renewal")
            if self._published:
                return tr("oaflow publish makes it live; a restart does not")
            start = await self._acceptance.at_a_start(found)
            return tr("oaflow publish makes it live; until then, {start}", start=start)
        except DatabaseUnavailable:
            return tr(
                "the database is away, so that nobody knows what a process would do that is started now"
            )

    async def mend(self, key: str) -> None:
        """Write a repair into its file, by the key that a report has; that edit is taken over as any other.

        Raises `Refusal` where nothing is written.
        """
        async with self._reading:
            await asyncio.to_thread(lambda: write_repair(self._read(), key))

    async def follow(self, folder: Path, seen: Stamps) -> None:
        """In development: make each change of the files live at once. Never returns; `seen` as in `watch`."""
        async for _ in changes(folder, self.files, seen, lambda: self._unreadable is not None):
            if self._secrets is not None:
                await self._secrets.look()  # also where the playbook has a mistake just now
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

    async def published_here(
        self,
        found: ValidPlaybook,
        write: Callable[[], None],
        accept: Callable[[ValidPlaybook], Awaitable[object]],
    ) -> bool:
        """In development: `write` the files of the playbook `found`, and make them live by `accept`, before
        `follow` sees them as an edit. Returns whether they are served now: not where the folder, read again,
        holds another version.

        Raises `BlockedByPeople` before anything is written, and what `write` and `accept` raise.
        """
        await self._acceptance.look(found)
        async with self._following:
            await asyncio.to_thread(write)
            here = await self._read_soundly()
            if here is None or here.playbook.version != found.playbook.version:
                return False
            await accept(here)
            return await self.versions.may_decide()

    async def _publish(self) -> None:
        async with self._following:
            found = await self._read_soundly()
            if found is None:
                return
            files = None
            try:
                if found.playbook.version != self._live.playbook.version:
                    # before the lock is taken: renewals of the lease wait for it
                    await self._acceptance.look(found)
                    files = await self._acceptance.keep(found)
            except BlockedByPeople as error:
                self.reports.refuse(error.problems, error.sources, error.message)
                return
            except FileChanging as error:  # then the files change once more
                self.reports.cannot(error)
                return
            async with self.versions.changing:
                try:
                    await self._acceptance.accept(found, "reload", files=files, looked=True)
                except AnotherBots as error:
                    self.reports.cannot(error)
                    return
                await self._take(found)

    async def _take(self, found: ValidPlaybook) -> None:
        before, known = self._live.playbook.version, self.reports.problem_counts()
        mended = self.reports.mended()
        if found.playbook.version != before:
            self._former = self._live.served
        differences = self._live.take(found)
        self.reports.on_taken(self.reports.warned(known))
        if differences or found.playbook.version != before:
            self._acceptance.tell(found.warnings, found.sources)
            log.info(
                "the playbook was taken over: %s; %s", self._short(), ", ".join(differences) or "same texts"
            )
        elif mended:
            log.info("the playbook has no mistakes any more, and is the one that went on: %s", self._short())
        self.on_hold()
        if self._secrets is not None:
            await self._secrets.look()  # they may be newer than what was read with these files

    def _short(self) -> str:
        return self._live.playbook.version[:SHORT]

    async def _read_soundly(self) -> ValidPlaybook | None:
        """Read the files; `None` where their playbook cannot be served, which is reported."""
        async with self._reading:
            self._own = found = await self._sound()
        self.holds = None if found is None else found.playbook.version
        if found is not None:
            self.reports.why_refused = None
        self.on_hold()
        return found

    def _read_valid(self) -> ValidPlaybook:
        with collector_at_rest():  # until the syntax tree is freed
            return valid_playbook(self._read())

    async def _sound(self) -> ValidPlaybook | None:
        try:
            found = await asyncio.to_thread(self._read_valid)
            self._unreadable = None
            self._own_files = found.files
            self._live.may_take(found)
        except PlaybookWrong as error:
            self._unreadable = None
            self.reports.refuse(error.problems, error.sources, error.message)
            return None
        except PlaybookMissing as error:
            before, self._unreadable = self._unreadable, str(error)
            if before == self._unreadable:
                return None  # tried again, and reported already
            self.reports.cannot(error)
            log.warning(
                "%s; the last good playbook goes on, %s; a process that is started now ends at once (exit 2)",
                error,
                self._short(),
            )
            return None
        except NeedsStart as error:
            self.reports.cannot(error)
            log.warning("not taken over: %s", error)
            return None
        return found
