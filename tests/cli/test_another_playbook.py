"""L5: what is said of files that hold another playbook than the one that this process runs is true."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.app.live import Live
from bot.app.reload import Reload
from bot.cli.run.start_refused import log_problems
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.published_version import AcceptedPlaybook, NowLive
from bot.model.translatable import tr
from bot.operations.acceptance import Acceptance
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.load import Loaded, load
from bot.playbook.syntax.folder import PlaybookMissing
from bot.playbook.valid import PlaybookWrong, ValidPlaybook, valid_playbook
from bot.runtime.cluster.versions import Prepared, accept
from bot.store.cluster.playbooks import Playbooks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.cli.oaflow import LINE_SETTINGS
from tests.conftest import ManualClock
from tests.eventually import eventually

HOURS = "每天 11:00–21:00"


@dataclass
class Process:
    """A process that serves, and the folder that it watches."""

    folder: Path
    playbooks: Playbooks
    live: Live
    reload: Reload
    clock: ManualClock
    reads: int = 0
    away: bool = False
    reading: asyncio.Event = field(default_factory=asyncio.Event)
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)

    def read(self) -> Loaded:
        self.reads += 1
        self.loop.call_soon_threadsafe(self.reading.set)
        if self.away:
            raise PlaybookMissing(
                tr("the playbook {path} cannot be read: {reason}", path="a.yaml", reason="the share is away")
            )
        return load(self.folder, LINE_SETTINGS)

    async def read_times(self) -> int:
        return self.reads

    async def runs(self) -> str:
        return self.live.playbook.version

    def edit(self, hours: str) -> str:
        """Write other hours; the version that the files hold then."""
        file = self.folder / "bot.yaml"
        before = self.live.playbook.version
        file.write_text(file.read_text("utf-8").replace(HOURS, hours), "utf-8")
        version = found(self.folder).playbook.version
        assert version != before
        return version

    async def is_published(self, version: str) -> None:
        async def prepare(live: AcceptedPlaybook | None) -> Prepared:
            return Prepared(NowLive(version, "amy", "publish"))

        await accept(self.playbooks, version, "publish", self.clock, anew=True, prepare=prepare)


async def not_kept(one: AcceptedPlaybook, known: ValidPlaybook | None) -> ValidPlaybook:
    raise StoredFilesUnreadable(tr("nothing is kept here"))


def found(folder: Path) -> ValidPlaybook:
    return valid_playbook(load(folder, LINE_SETTINGS))


@pytest.fixture
async def process(shop: Path, database: Database, seal: Seal, clock: ManualClock) -> AsyncIterator[Process]:
    first = found(shop)
    async with new_session() as session:
        live = Live(
            first,
            "http://127.0.0.1:1",
            lambda channel, before: LineClient(channel, "http://127.0.0.1:1", "", session, clock),
            clock,
        )
        acceptance = Acceptance(stores_of(database, seal), clock, log_problems)
        await acceptance.accept(first, "start", anew=False)
        reload = Reload(lambda: one.read(), live, acceptance, None, clock, not_kept, first, published=False)
        one = Process(shop, acceptance.playbooks, live, reload, clock)
        yield one
        live.close()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records]
    caplog.clear()
    return [line for line in lines if line.startswith("the files of this folder")]


async def test_what_nobody_has_published(process: Process, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "oaflow")
    assert await process.reload.versions.may_decide()
    process.edit("整天")
    await process.reload._look()
    [line] = told(caplog)
    assert "oaflow publish makes it live" in line
    assert "makes them live" in line


async def test_what_is_live_already_is_taken_over(process: Process, caplog: pytest.LogCaptureFixture) -> None:
    """Another process has begun with these files, and they arrive here later: there is nothing to publish."""
    caplog.set_level(logging.INFO, "oaflow")
    version = found_after(process, "整天")
    await process.is_published(version)
    assert not await process.reload.versions.may_decide()
    assert process.edit("整天") == version
    await process.reload._look()
    assert told(caplog) == []
    assert process.live.playbook.version == version
    assert await process.reload.versions.may_decide()


async def test_what_was_made_live_a_moment_ago(process: Process, caplog: pytest.LogCaptureFixture) -> None:
    """Published within the last renewal: this process has not heard of it yet."""
    caplog.set_level(logging.INFO, "oaflow")
    assert await process.reload.versions.may_decide()
    version = process.edit("整天")
    await process.is_published(version)
    await process.reload._look()
    [line] = told(caplog)
    assert "publish" not in line
    assert "which is live" in line
    assert await process.reload.versions.may_decide()
    assert process.live.playbook.version == version


async def test_what_was_read_already_is_taken_over_as_it_was_read(process: Process) -> None:
    """`_look` has read the files when they changed: the lease waits for no second reading."""
    assert await process.reload.versions.may_decide()
    version = process.edit("整天")
    await process.reload._look()
    read = process.reload.known(version)
    assert read is not None
    await process.is_published(version)
    assert await process.reload.versions.may_decide()
    assert process.live.served is read


async def test_files_that_are_being_read_are_not_read_beside_that(process: Process) -> None:
    """Published while they are looked at: who waits for the lease waits for that reading, and takes it."""
    assert await process.reload.versions.may_decide()
    version = process.edit("整天")
    await process.is_published(version)
    looking = asyncio.create_task(process.reload._look())
    await process.reading.wait()
    assert await process.reload.versions.may_decide()
    await looking
    assert process.live.playbook.version == version
    assert process.reads == 1


async def test_a_reading_that_failed_is_told_once_and_tried_until_it_succeeds(
    process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    """H6: an edit that was saved meanwhile is taken over without another one."""
    assert await process.reload.versions.may_decide()
    version = process.edit("整天")
    process.away = True
    following = asyncio.create_task(process.reload.follow(process.folder, {}))
    try:
        for number in range(1, 4):
            await eventually(process.read_times, number.__le__)
            (process.folder / "beside.txt").touch()  # the system tells of something: a look, and no change
        assert process.live.playbook.version != version
        process.away = False
        (process.folder / "beside.txt").touch()
        await eventually(process.runs, version.__eq__)
    finally:
        following.cancel()
    lines = [record.getMessage() for record in caplog.records if "the share is away" in record.getMessage()]
    assert len(lines) == 1


async def test_who_stands_aside_serves_nothing(process: Process, caplog: pytest.LogCaptureFixture) -> None:
    """Live is one, this process runs a second, its files hold a third."""
    caplog.set_level(logging.INFO, "oaflow")
    runs = process.live.playbook.version
    await process.is_published("e" * 64)
    process.edit("整天")
    assert not await process.reload.versions.may_decide()
    trouble = process.reload.versions.trouble
    assert trouble is not None
    assert f"this process runs {runs[:12]}" in trouble
    assert "files of this process hold" not in trouble
    await process.reload._look()
    [line] = told(caplog)
    assert "is served" not in line
    assert f"than the one that this process runs, {runs[:12]}: oaflow publish makes it live" in line


def found_after(process: Process, hours: str) -> str:
    """The version that this edit has; the files are as before."""
    file = process.folder / "bot.yaml"
    before = file.read_text("utf-8")
    version = process.edit(hours)
    file.write_text(before, "utf-8")
    return version


async def test_files_that_are_wrong_at_the_start_are_refused_from_then_on(
    process: Process, clock: ManualClock
) -> None:
    """K4: staff are alerted before anybody edits them once more."""
    text = (process.folder / "bot.yaml").read_text()
    (process.folder / "bot.yaml").write_text(f"{text}\nrulse: []\n")
    with pytest.raises(PlaybookWrong) as wrong:
        found(process.folder)
    begun = process.reload
    reload = Reload(
        lambda: load(process.folder, LINE_SETTINGS),
        *(process.live, begun._acceptance, None, clock, not_kept, wrong.value),
        published=True,
    )
    assert reload.reports.why_refused is not None
    assert str(reload.reports.why_refused[0]).startswith("bot.yaml:")
    (process.folder / "bot.yaml").write_text(text)
    await reload._look()
    assert reload.reports.why_refused is None


async def test_an_edit_that_has_none_of_the_live_accounts_is_not_taken_over(process: Process) -> None:
    """A6: a database is one bot's; the console's drafts are made live by the same `Acceptance`."""
    runs = process.live.playbook.version
    file = process.folder / "bot.yaml"
    file.write_text(file.read_text("utf-8").replace("${LINE_CHANNEL_ID}", '"9999"'), "utf-8")
    await process.reload._publish()
    assert process.live.playbook.version == runs
    assert process.reload.reports.why_refused is not None
    assert "is another bot's: one that was never started, with 1234; this playbook has 9999" in str(
        process.reload.reports.why_refused[0]
    )
