"""L8: a draft is tried on a server that serves real people, by two processes, while LINE is away."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar
from yarl import URL

from bot.model.admin import AdminAccount
from bot.model.clock import SystemClock
from bot.operations.admins.sessions import SignedSessions
from bot.web.admin.cookies import NAME
from tests.cli.oaflow import environment
from tests.eventually import eventually
from tests.faults.staff_browser import Team, team_of
from tests.simulator.trial_world import PLAYBOOK, REAL_LOOKING, TRY, Writer
from tests.started import Started, started


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    return tmp_path


async def address_of(process: Started) -> str:
    """Where it listens, once both processes serve."""
    address, serve = "", 0
    while not address or serve < 2:
        line = (await process.stdout.readline()).decode()
        assert line, "it has ended"
        serve += "this is process" in line
        if "listening on " in line:
            address = line.partition("listening on ")[2].partition('"')[0]
    return address


async def admin(team: Team) -> str:
    """What the cookie of an administrator holds."""
    clock = SystemClock()
    await team.stores.admins.add(AdminAccount("mei", "admin", clock.now(), "e"))
    account = await team.stores.admins.of("mei")
    assert account is not None
    return await SignedSessions(team.stores, clock).begin(account, "signed_in", "a test")


@pytest.mark.ring("all", "starts a process")
async def test_whichever_process_is_asked_it_is_the_same_phone(folder: Path) -> None:
    """Each request has a connection of its own, so any of the two may get it."""
    env = environment(REAL_LOOKING)
    process = await started("run", str(folder), "--processes", "2", "--port", "0", env=env, apart=False)
    try:
        url = URL(await address_of(process))
        async with (
            team_of(folder / ".oaflow") as team,
            ClientSession(cookie_jar=CookieJar(unsafe=True), headers={"Connection": "close"}) as http,
        ):
            http.cookie_jar.update_cookies({NAME: await admin(team)}, url)
            mei = Writer(http, url)
            await mei.saves(PLAYBOOK.replace("11:00", "9:15"))
            await mei.tries()
            friend = await mei.befriends()
            for _ in range(8):
                assert await mei.hears(friend, "營業時間") == "每天 9:15"
                assert (await mei.state())["stage"] == "ready"
            await mei.post(TRY, act="end")

            async def stages() -> set[str]:
                return {(await mei.state())["stage"] for _ in range(8)}

            await eventually(stages, lambda found: found == {"none"})
    finally:
        process.terminate()
        await process.communicate()
