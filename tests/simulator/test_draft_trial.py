"""L8: a draft is tried on a phone that only its writer sees: a process of its own that knows no secret."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
import pytest_asyncio
from aiohttp import ClientSession
from yarl import URL

from bot.web.admin.trial_proxy import PHONE
from tests.eventually import eventually
from tests.simulator.trial_world import (
    PLAYBOOK,
    REAL_LOOKING,
    TRY,
    TrialWorld,
    Writer,
    trial_world,
)

pytestmark = pytest.mark.ring("all", "a bot and a simulator of its own")

SCREEN = f"{PHONE}/simulator/"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TrialWorld]:
    async with trial_world(tmp_path_factory.mktemp("trial") / "tea") as world:
        yield world


async def gone(processes: list[psutil.Process]) -> None:
    """They have ended, and nothing of them is left."""

    async def running() -> list[psutil.Process]:
        return [one for one in processes if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    await eventually(running, lambda found: not found)


async def test_what_is_saved_is_answered_and_a_mistake_leaves_what_ran(world: TrialWorld) -> None:
    """And what was tried becomes a scenario of the draft; nobody but its owner is let in meanwhile."""
    async with world.writer() as mei:
        await becomes_no_scenario(mei, "<p>還沒有開始試用</p>")
        await mei.saves(PLAYBOOK.replace("11:00", "9:30"))
        await mei.tries()
        await is_for_its_owner_alone(world, mei)
        await becomes_no_scenario(mei, "<p>還沒有對話")
        friend = await mei.befriends()
        assert await mei.hears(friend, "營業時間") == "每天 9:30"
        await shows_the_consoles_page_of_a_friend(mei, friend)
        await becomes_scenarios(mei, "每天 9:30")

        await mei.saves(PLAYBOOK.replace("11:00", "10:00"))

        async def answer() -> str:
            return await mei.hears(friend, "營業時間")

        await eventually(answer, lambda said: said == "每天 10:00")
        await mei.saves(PLAYBOOK.replace("reply:", "replay:"))
        await eventually(lambda: mei.api("GET", "state"), lambda now: now["playbook"]["refused"])
        assert await answer() == "每天 10:00"
        assert (await mei.state())["stage"] == "ready"
        await mei.post(TRY, act="end")
        assert (await mei.state())["stage"] == "none"
        await gone(world.trials())
        assert (world.folder / "bot.yaml").read_text("utf-8") == PLAYBOOK, "nothing is published by it"


async def is_for_its_owner_alone(world: TrialWorld, mei: Writer) -> None:
    assert (await mei.get(SCREEN))[0] == 200
    async with world.writer("supervisor") as tom, world.writer("agent") as amy:
        assert (await tom.get(SCREEN))[0] == 404
        assert (await amy.get(SCREEN))[0] == 403
    async with ClientSession() as stranger, stranger.get(f"{world.serving.address}{SCREEN}") as answer:
        assert answer.status == 401
    (child, _) = sorted(world.trials(), key=lambda one: "mongod" in one.name())
    ports = [one.laddr[1] for one in child.net_connections() if one.status == psutil.CONN_LISTEN]
    async with ClientSession() as neighbour:  # another program of this machine
        for path in ("/simulator/", "/simulator/api/state", "/admin", "/metrics", "/liff/main", "/nothing"):
            async with neighbour.get(f"http://127.0.0.1:{ports[0]}{path}") as answer:
                assert answer.status == 403, path
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert (await mei.get(SCREEN, headers))[0] == 403


async def shows_the_consoles_page_of_a_friend(mei: Writer, friend: str) -> None:
    """By the trial's own account: what the page leads to is below the trial's addresses, too."""
    _, where = await mei.get(f"{SCREEN}person/en/dark/of/main/{friend}")
    assert where.startswith(f"{SCREEN}person/en/dark/")
    status, page = await mei.get(where)
    assert (status, "小美" in page, f'action="{where}/' in page) == (200, True, True)


async def becomes_no_scenario(mei: Writer, why: str) -> None:
    await mei.post(f"{TRY}/scenario", name="問時間")
    assert why in (await mei.get(TRY))[1]


async def becomes_scenarios(mei: Writer, answer: str) -> None:
    """L8: of the last conversation; a second one of the same name is another file, and nothing is refused."""
    for called in ("問時間", "問時間_2"):
        status, where = await mei.post(f"{TRY}/scenario", name="問時間")
        path = URL(where).query["file"]
        assert (status, path) == (303, f"tests/scenarios/{called}.yaml")
        page = (await mei.get(where))[1]
        assert "scenario: 問時間" in page
        assert answer in page
    status, played = await mei.post("/admin/playbook/scenarios")
    assert status == 200
    assert "第 2 段，共 2 段測試對話" in played


async def test_it_knows_no_secret_and_is_said_to_have_ended_when_it_is_killed(world: TrialWorld) -> None:
    """Whatever this server's environment holds, and whatever the draft names. The next one begins with what
    is live, for the draft has mistakes by then."""
    async with world.writer() as mei:
        await knows_no_secret_and_reaches_no_account(world, mei)
        processes = world.trials()
        next(one for one in processes if "mongod" not in one.name()).kill()
        found = await eventually(mei.state, lambda now: now["stage"] == "ended")
        assert found["says"]
        await gone(processes)
        await begins_with_what_is_live(world, mei)
        await mei.post(TRY, act="end")


async def knows_no_secret_and_reaches_no_account(world: TrialWorld, mei: Writer) -> None:
    await mei.saves(
        PLAYBOOK.replace("11:00", "10:30")
        + "database: mongodb://127.0.0.1:9/real\nkeys: ${OAFLOW_KEYS}\n"
        + 'sms: {codes: {provider: mitake, username: "${LINE_CHANNEL_ID}",'
        + ' password: "${MITAKE_PASSWORD}"}}\n'
    )
    await mei.tries()
    for one in world.trials():
        given = "\n".join(f"{name}={value}" for name, value in one.environ().items())
        assert not [value for name, value in REAL_LOOKING.items() if value in given and "API" not in name]
        assert "OAFLOW_LINE_API" not in given
    assert await mei.hears(await mei.befriends(), "營業時間") == "每天 10:30"
    for one in world.trials():
        there = [found.raddr for found in one.net_connections() if found.raddr]
        assert all(address[0] == "127.0.0.1" and address[1] != 9 for address in there), there


async def begins_with_what_is_live(world: TrialWorld, mei: Writer) -> None:
    """A draft with mistakes. It reads no file of the server, whatever it names."""
    secret = world.folder / ".oaflow" / "keys"
    assert secret.is_file()
    for path in (str(secret), "../../../keys", "cards/../../../../keys", "/etc/passwd"):
        await mei.saves(f"{PLAYBOOK}audiences:\n  all: {{list: {path}}}\n")
        assert [one for one in await mei.mistakes() if one["level"] == "error"], path
    await mei.tries()
    assert await mei.hears(await mei.befriends(), "營業時間") == "每天 11:00"
    await eventually(lambda: mei.api("GET", "state"), lambda now: now["playbook"]["refused"])
    assert secret.read_text("utf-8")[:40] not in str(await mei.api("GET", "state"))


async def test_two_are_tried_at_once_and_the_third_waits(world: TrialWorld) -> None:
    async with world.writer("admin") as mei, world.writer("supervisor") as tom:
        await mei.saves(PLAYBOOK.replace("11:00", "8:00"))
        await tom.saves(PLAYBOOK.replace("11:00", "7:00"))
        await asyncio.gather(mei.tries(), tom.tries())
        assert await mei.hears(await mei.befriends(), "營業時間") == "每天 8:00"
        assert await tom.hears(await tom.befriends(), "營業時間") == "每天 7:00"
        before = world.trials()
        await mei.tries()  # a second tab: the same phone
        assert world.trials() == before
        await mei.post("/admin/sign-out")

        async def processes() -> int:
            return len(world.trials())

        await eventually(processes, lambda number: number == 2)
        assert (await tom.state())["stage"] == "ready"
        await tom.post(TRY, act="end")
        await gone(before)


async def test_none_is_left_when_the_server_is_killed(tmp_path: Path) -> None:
    async with trial_world(tmp_path / "tea") as world, world.writer() as mei:
        await mei.tries()
        processes = world.trials()
        assert len(processes) == 2
        data = {one.environ().get("OAFLOW_DATA", str(tmp_path / "none")) for one in processes}
        await world.kill()
        await gone(processes)
        assert await asyncio.to_thread(lambda: [folder for folder in data if Path(folder).exists()]) == []


async def test_none_is_left_when_both_are_killed(tmp_path: Path) -> None:
    async with trial_world(tmp_path / "tea") as world, world.writer() as mei:
        await mei.tries()
        processes = world.trials()
        next(one for one in processes if "mongod" not in one.name()).suspend()  # it hears nothing of it
        await world.kill()
        next(one for one in processes if "mongod" not in one.name()).kill()
        await gone(processes)
