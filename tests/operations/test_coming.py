"""L8: what is about to be brought back is made ready by every process first, and then taken over at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app.preloaded_playbook import ReadyPlaybook
from bot.app.stored_playbooks import ReadingContext, ReadingTurns, UnpackedPlaybooks
from bot.model.processes import Serving
from bot.model.published_version import AcceptedPlaybook, Coming
from bot.operations.rollback import CannotGoBack, roll_back
from bot.operations.rollout import announced, until_ready
from bot.operations.version_files import StoredFilesUnreadable
from bot.playbook.valid import ValidPlaybook
from tests.operations.kept_shop import SETTINGS, KeptShop, shop
from tests.pictures import png

__all__ = ["shop"]


class Process:
    """One that serves, as far as this is about it: it tells the database what it has ready."""

    def __init__(self, shop: KeptShop, under: Path, name: str, **environment: str) -> None:
        self.shop, self.name, self.environment = shop, name, environment
        self.unpacked = UnpackedPlaybooks(shop.stores.playbooks, under / name)
        self.served = shop.found()
        self.reads = 0
        self.turns = ReadingTurns(under, side_by_side=1)
        self.ready = ReadyPlaybook(shop.stores.playbooks.coming, self._read, self.turns)
        self.ready.on_change = self._changed
        self.told: asyncio.Queue[Serving] = asyncio.Queue()
        self.gave_up = asyncio.Event()

    @property
    def serving(self) -> Serving:
        version = self.served.playbook.version
        return Serving(
            self.name,
            self.name,
            version,
            version,
            ready=self.ready.ready_call,
            unready=self.ready.failed_call,
        )

    def _changed(self) -> None:
        self.told.put_nowait(self.serving)
        if not self.ready.ready_call:
            self.gave_up.set()

    async def _read(self, one: AcceptedPlaybook, known: ValidPlaybook | None) -> ValidPlaybook:
        self.reads += 1
        by = ReadingContext(self.shop.folder, self.environment, self.served.settings)
        return await self.unpacked.read(one, by, known)

    async def look(self) -> None:
        await self.shop.stores.pulse.read()
        self.ready.announce(self.shop.stores.pulse.coming)

    @asynccontextmanager
    async def living(self) -> AsyncIterator[Process]:
        """It does what a process does, and its word is in the database."""

        async def tell() -> None:
            while True:
                await self.shop.stores.processes.heartbeat(await self.told.get())

        self._changed()
        await self.shop.stores.processes.heartbeat(await self.told.get())  # nobody is asked before
        tasks = [asyncio.create_task(one) for one in (self.ready.run(), tell())]
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            self.unpacked.close()


async def test_it_is_read_once_beforehand_and_given_up_with_the_announcement(
    shop: KeptShop, tmp_path: Path
) -> None:
    first, _ = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    async with Process(shop, tmp_path, "p1", **SETTINGS).living() as one:
        async with announced(shop.stores.coming, first.number) as coming:
            await one.look()
            [ready] = await until_ready(shop.stores, coming)
            assert (ready.ready, ready.unready) == (coming.call, "")
            assert one.reads == 1
            found = await one.ready.read(first, None)
            assert found.playbook.version == first.version
            assert one.reads == 1, "nothing is read when it is live"
        async with announced(shop.stores.coming, first.number) as again:
            await one.look()
            await until_ready(shop.stores, again)
            assert one.reads == 1, "a second command for the same finds it there"
        one.gave_up.clear()
        await one.look()
        await one.gave_up.wait()
        await one.ready.read(first, None)
        assert one.reads == 2, "nobody keeps it in memory for ever"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_on_one_machine_they_read_one_after_the_other(shop: KeptShop, tmp_path: Path) -> None:
    """L8: reading takes all of a processor, and people are served meanwhile."""
    first, _ = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    one, other = (Process(shop, tmp_path, name, **SETTINGS) for name in ("p1", "p2"))
    async with one.living(), other.living(), announced(shop.stores.coming, first.number) as coming:
        async with ReadingTurns(tmp_path, side_by_side=1).mine():
            await one.look()
            await other.look()
            assert (one.reads, other.reads) == (0, 0)
            found = await one.ready.read(first, None)  # it is live: nobody waits for a turn any more
            assert found.playbook.version == first.version
            assert (one.reads, other.reads) == (1, 0)
        assert {told.ready for told in await until_ready(shop.stores, coming)} == {coming.call}


async def test_who_waits_for_a_turn_gives_up_with_the_announcement(shop: KeptShop, tmp_path: Path) -> None:
    first, _ = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    async with Process(shop, tmp_path, "p1", **SETTINGS).living() as one:
        async with ReadingTurns(tmp_path, side_by_side=1).mine():
            async with announced(shop.stores.coming, first.number):
                await one.look()
            one.gave_up.clear()
            await one.look()
            await one.gave_up.wait()
        assert one.reads == 0


async def test_what_is_in_memory_is_not_read(shop: KeptShop, tmp_path: Path) -> None:
    """What is brought back is mostly what was live just before: its pictures alone are unpacked."""
    first, known = await shop.accepts(hours="10:00"), shop.found()
    await shop.accepts(hours="12:00")
    one = Process(shop, tmp_path, "p1")  # has no variable by which it could be read
    one.ready.known = lambda version: known if version == first.version else None
    async with one.living(), announced(shop.stores.coming, first.number) as coming:
        await one.look()
        [ready] = await until_ready(shop.stores, coming)
        assert ready.ready == coming.call
        found = await one.ready.read(first, None)
        assert found.playbook is known.playbook
        [picture] = found.settings.files.values()
        assert picture.is_relative_to(tmp_path / "p1")


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_cannot_read_it_says_so_and_tries_again_when_asked_again(
    shop: KeptShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, _ = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    async with Process(shop, tmp_path, "p1").living() as one:
        async with announced(shop.stores.coming, first.number) as coming:
            await one.look()
            [told] = await until_ready(shop.stores, coming)
            assert (told.ready, told.unready) == ("", coming.call)
            assert "LINE_CHANNEL_SECRET" in caplog.text
            with pytest.raises(StoredFilesUnreadable):
                await one.ready.read(first, None)
        one.environment = dict(SETTINGS)  # somebody has mended it; nobody has looked between two commands
        async with announced(shop.stores.coming, first.number) as coming:
            await one.look()
            [told] = await until_ready(shop.stores, coming)
            assert (told.ready, told.unready) == (coming.call, "")
        async with announced(shop.stores.coming, 9) as coming:
            await one.look()
            [told] = await until_ready(shop.stores, coming)
            assert told.unready == coming.call


async def test_nothing_is_changed_where_no_process_can_read_it(shop: KeptShop, tmp_path: Path) -> None:
    """The bot would be silent."""
    first, second = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    found = await shop.unpacked(first, tmp_path / "command")
    one = Process(shop, tmp_path, "p1")
    async with one.living(), announced(shop.stores.coming, first.number) as coming:
        await one.look()
        with pytest.raises(CannotGoBack, match="no process that runs can read number 1"):
            await roll_back(shop.stores, first, found, second, "boss", lambda *told: None, coming)
    assert await shop.stores.playbooks.live() == second


async def test_nobody_is_waited_for_who_knows_nothing_of_it(shop: KeptShop) -> None:
    """A simulator; and nobody at all."""
    mine = Coming(1, "mine")
    await shop.stores.coming.announce(mine)
    assert await until_ready(shop.stores, mine) == []
    await shop.stores.processes.heartbeat(Serving("p1", "a simulator", "a" * 64, None))
    assert len(await until_ready(shop.stores, mine)) == 1


async def test_the_wait_ends_with_its_time_or_for_another_announcement(shop: KeptShop) -> None:
    mine, another = Coming(1, "mine"), Coming(2, "another")
    await shop.stores.processes.heartbeat(Serving("p1", "busy", "a" * 64, None, ready=""))
    await shop.stores.coming.announce(mine)
    assert len(await until_ready(shop.stores, mine, patience=0)) == 1
    await shop.stores.coming.announce(another)
    assert len(await until_ready(shop.stores, mine)) == 1


async def test_pictures_that_are_served_stay_however_often_something_else_was_to_come(
    shop: KeptShop, tmp_path: Path
) -> None:
    shop.write("10:00", picture=png(700, 700))
    first = await shop.accepts()
    shop.write("12:00", picture=png(300, 300))
    second = await shop.accepts()
    one = Process(shop, tmp_path, "p1", **SETTINGS)
    one.served = await one._read(first, None)
    [picture] = one.served.settings.files.values()
    for _ in range(4):
        await one._read(second, None)
    assert picture.is_file()
    assert len(pictures_below(tmp_path / "p1")) == 3, "the others are removed"
    one.unpacked.close()


def pictures_below(folder: Path) -> list[Path]:
    return list(folder.rglob("*.png"))
