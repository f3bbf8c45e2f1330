"""The people of a simulator have a database of their own: its clock is moved, real people must not age."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from aiohttp import ClientSession

from bot.app.database import open_database
from bot.model.contact import Contact
from bot.model.instance import Timer
from bot.model.settings import Settings
from bot.store.database.mongo import PRETEND
from tests.cli.oaflow import Serving, ended, serving
from tests.conftest import NOW
from tests.eventually import PATIENCE
from tests.people import come

ANNA = "main:U" + "a" * 32


async def _post(served: Serving, path: str, body: dict[str, object]) -> dict[str, object]:
    async with (
        ClientSession() as http,
        http.post(f"{served.address}/simulator/api/{path}", json=body) as response,
    ):
        assert response.status == 200, await response.text()
        answer: dict[str, object] = await response.json()
        return answer


async def _played(served: Serving) -> str:
    """Somebody follows, and a year passes; the id of the friend."""
    friend = str((await _post(served, "friends", {"channel": "main", "name": "小美"}))["id"])
    await _post(served, f"friends/{friend}/follow", {})
    await _post(served, "clock", {"by": "365d"})
    return friend


async def test_real_people_in_the_same_folder_are_left_alone(shop: Path) -> None:
    """Their timers do not fall due, whatever the simulator's clock says; nothing of the play stays."""
    opened = await open_database(Settings({}), shop, {}, "real")
    timer = Timer("", "main", 1, "expiry", NOW)
    person = Contact(ANNA, name="Anna", timers=(timer,), turned=NOW)
    await come(opened.stores.contacts, person)
    async with serving(str(shop), "--simulator") as served:
        friend = await _played(served)
        [pretend] = [name for name in await opened.database.names() if name.startswith(PRETEND)]
        end = await served.stop()
        assert (end.code, "Traceback" in end.err) == (0, False)
    assert pretend not in await opened.database.names()
    stored = (await opened.stores.contacts.load([ANNA]))[ANNA]
    assert (stored.contact.timers, stored.contact.turned, stored.revision) == ((timer,), NOW, 1)
    assert await opened.stores.contacts.load([f"main:{friend}"]) == {}
    await opened.close()


async def test_what_a_killed_simulator_left_is_removed_by_the_next(shop: Path) -> None:
    opened = await open_database(Settings({}), shop, {}, "real")
    async with serving(str(shop), "--simulator") as served:
        await _played(served)
        await served.stop(signal.SIGKILL)
    [left] = [name for name in await opened.database.names() if name.startswith(PRETEND)]
    async with serving(str(shop), "--simulator") as served:
        [own] = [name for name in await opened.database.names() if name.startswith(PRETEND)]
        assert own != left
        await served.stop()
    await opened.close()


async def test_two_simulators_on_one_folder_do_not_meet(shop: Path) -> None:
    """Each has its own clock and people; `explain --event` finds the turns of both while they run."""
    async with (
        serving(str(shop), "--simulator") as one,
        serving(str(shop), "--simulator") as other,
    ):
        friends = [await _played(one), await _played(other)]
        for served, friend in zip((one, other), friends, strict=True):
            async with (
                ClientSession() as http,
                http.get(f"{served.address}/simulator/api/turns?friend={friend}") as response,
            ):
                [turn] = (await response.json())["turns"]
            async with asyncio.timeout(PATIENCE):
                found = await ended("explain", str(shop), "--event", turn["id"])
                while found.code == 2:  # it is written a moment after the turn
                    found = await ended("explain", str(shop), "--event", turn["id"])
            assert "The rule matched: added the account for the first time" in found.out
