"""With the simulator LINE's menus follow the playbook by themselves, as far as LINE lets them. G1, L4."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any

import pytest

from bot.model.translatable import tr
from bot.runtime.menus.menu_auto_sync import AGAIN, MenuKeeping, PictureChanged, pictures_in
from bot.runtime.menus.menu_sync import DesiredMenus, Synced, SyncFailed
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.runtime.menus_at_line import MenuLine
from tests.runtime.test_menu_sync import GUEST, line

__all__ = ["line"]


class Syncs:
    """Syncs that end as they are told to; `made` counts them."""

    def __init__(self, *ends: Synced | Exception) -> None:
        self._ends = list(ends)
        self.made: asyncio.Queue[int] = asyncio.Queue()

    async def run(self, wanted: DesiredMenus) -> Synced:
        end = self._ends.pop(0)
        self.made.put_nowait(len(self._ends))
        if isinstance(end, Exception):
            raise end
        return end


async def next_of(syncs: Syncs) -> int:
    return await asyncio.wait_for(syncs.made.get(), PATIENCE)


def keeping(syncs: Syncs, clock: ManualClock) -> MenuKeeping:
    made: Any = syncs
    return MenuKeeping(lambda: ["main"], lambda channel: made, lambda channel: DesiredMenus((), None), clock)


FAILED = SyncFailed(tr("upload a: LINE: 500"))


async def test_it_goes_on_when_line_lets_it_and_when_there_is_news(
    clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "oaflow.menus")
    waits = Synced(True, (tr("3 menus are not made yet"),), clock.now() + timedelta(hours=1))
    syncs = Syncs(waits, FAILED, FAILED, Synced(True))
    kept = keeping(syncs, clock)
    task = asyncio.create_task(kept.run())
    assert await next_of(syncs) == 3
    await clock.waited_for()
    clock.advance(3_600)
    assert await next_of(syncs) == 2
    await clock.waited_for()
    clock.advance(AGAIN.total_seconds())
    assert await next_of(syncs) == 1
    kept.look()
    assert await next_of(syncs) == 0
    await clock.waited_for()
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "the rich menus of main are not what they are to be: 3 menus are not made yet",
        "the rich menus of main are not what they are to be: upload a: LINE: 500",
        "LINE has the rich menus of main as they are in the playbook",
    ]
    task.cancel()


async def test_a_sync_that_goes_well_is_no_news(clock: ManualClock, caplog: pytest.LogCaptureFixture) -> None:
    """A line about it would stand below the address, whenever LINE has answered."""
    caplog.set_level(logging.INFO, "oaflow.menus")
    syncs = Syncs(Synced(True), Synced(True))
    kept = keeping(syncs, clock)
    task = asyncio.create_task(kept.run())
    assert await next_of(syncs) == 1
    await clock.waited_for()
    kept.look()
    assert await next_of(syncs) == 0
    await clock.waited_for()
    assert not caplog.records
    task.cancel()


async def test_an_edit_is_at_line_soon(line: MenuLine, clock: ManualClock) -> None:
    wanted = [line.wanted(GUEST)]
    done: asyncio.Queue[None] = asyncio.Queue()

    def channels() -> list[str]:
        done.put_nowait(None)
        return ["main"]

    kept = MenuKeeping(channels, lambda channel: line.sync(may_bulk=True), lambda channel: wanted[0], clock)
    task = asyncio.create_task(kept.run())
    await asyncio.wait_for(done.get(), PATIENCE)
    await clock.waited_for()
    before = await line.shown()
    assert [name.split(" ")[1] for name in before] == ["訪客/訪客"]
    wanted[0] = line.wanted(GUEST.replace("菜單", "看菜單"))
    kept.look()
    async with asyncio.timeout(PATIENCE):
        while (await line.shown()).keys() & before.keys() or not await line.shown():
            pass  # each look is a call of its own, and lets the others go on
    task.cancel()


def test_a_picture_is_what_it_was_when_the_playbook_was_read(line: MenuLine) -> None:
    """Another picture under the old name would never be mended."""
    (face,) = line.wanted(GUEST).faces
    read = pictures_in(lambda: line.pictures)
    assert read(face.picture) == (line.folder / "a.png").read_bytes()
    (line.folder / "a.png").write_bytes(b"other")
    with pytest.raises(PictureChanged, match=r"a\.png was changed just now"):
        read(face.picture)
    (line.folder / "a.png").unlink()
    with pytest.raises(PictureChanged, match=r"a\.png: No such file"):
        read(face.picture)
    with pytest.raises(PictureChanged):
        pictures_in(dict)(face.picture)
