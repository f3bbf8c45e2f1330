"""The worked example as `oaflow run --simulator` serves it, driven through the JSON interface."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiohttp import ClientSession

from bot.store.mongod.embedded import OWN_NAME
from tests.cli.oaflow import ROOT, serving
from tests.eventually import PATIENCE
from tests.running import empty
from tests.simulator.changes import first_change

TAIPEI = ZoneInfo("Asia/Taipei")


@dataclass(frozen=True)
class Shop:
    """A bot that runs, its playbook's folder, and the JSON interface of its simulator."""

    address: str
    folder: Path
    http: ClientSession
    log: tuple[str, ...] = ()
    """What it said until it was ready."""
    pid: int | None = None
    """Its process."""

    @property
    def api(self) -> str:
        return f"{self.address}/simulator/api"

    async def do(
        self, path: str, body: dict[str, Any] | None = None, status: int = 200, method: str = "POST"
    ) -> Any:
        """A call that must end with `status`."""
        async with self.http.request(method, f"{self.api}/{path}", json=body or {}) as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def get(self, path: str, status: int = 200) -> Any:
        async with self.http.get(f"{self.api}/{path}") as response:
            assert response.status == status, await response.text()
            return await response.json()

    async def rest(self) -> None:
        """Return when the bot has done everything that was asked of it: the clock is moved by nothing."""
        async with asyncio.timeout(PATIENCE):
            while (await self.do("clock", {"by": "0s"}))["stopped"] is not None:
                pass  # a machine so busy that it was not done in time

    async def until_night(self) -> None:
        """Let it be night, when journeys keep quiet: by day they speak as soon as somebody is bound."""
        while 8 <= (now := datetime.fromtimestamp((await self.get("clock"))["now"] / 1000, TAIPEI)).hour < 21:
            await self.do("clock", {"to": f"{now:%Y-%m-%d}T21:30"})

    async def friend(self, name: str = "小美", channel: str = "main") -> str:
        """A friend, whom the bot has greeted."""
        added = await self.do("friends", {"channel": channel, "name": name})
        await self.do(f"friends/{added['id']}/follow")
        await self.rest()
        return str(added["id"])

    async def say(self, friend: str, *texts: str) -> None:
        """Texts, each answered before the next."""
        for text in texts:
            await self.do(f"friends/{friend}/say", {"text": text})
            await self.rest()

    async def turns(self, friend: str) -> Any:
        return (await self.get(f"turns?friend={friend}"))["turns"]

    async def known(self, friend: str) -> dict[str, Any]:
        """The attributes that the bot has of a friend; those that are private without their values."""
        attributes = (await self.get(f"friends/{friend}/contact"))["attributes"]
        return {one["name"]: one.get("value") for one in attributes}

    async def recorded(self, friend: str, query: str = "") -> str:
        """The scenario that is recorded of a friend, which must hold."""
        shown = await self.get(f"friends/{friend}/scenario{query}")
        assert (shown["holds"], shown["failure"]) == (True, None), shown
        return str(shown["yaml"])

    async def texts(self, friend: str) -> list[str]:
        """What the bot has said so far: texts, or what the message is called."""
        messages = (await self.get(f"friends/{friend}/messages"))["messages"]
        return [
            str(message["content"].get("text", message["content"].get("altText")))
            for message in messages
            if message["author"] == "bot"
        ]

    async def until(self, kind: str, after: str, wanted: Callable[[Any], bool]) -> Any:
        """The first change of that kind, after that id, that is `wanted`."""
        return await first_change(self.http, self.api, kind, after, wanted)


def worked_example(folder: Path) -> Path:
    """A copy of the playbook at the top of the repository."""
    folder.mkdir()
    shutil.copy(ROOT / "bot.yaml", folder)
    for part in ("flows", "rules", "cards"):
        shutil.copytree(ROOT / part, folder / part)
    return folder


def written(folder: Path, playbook: str) -> Path:
    """The folder, with a playbook of one file in it."""
    folder.mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(playbook, "utf-8")
    return folder


@asynccontextmanager
async def open_shop(folder: Path, **more: str) -> AsyncIterator[Shop]:
    """The playbook in this folder, served, with `more` in its environment.

    It joins the mongod of all, emptied, unless it has a data folder.
    """
    own = folder / OWN_NAME
    if not own.exists():
        own.symlink_to((await asyncio.to_thread(empty)).data)
    async with serving(str(folder), "--simulator", **more) as served, ClientSession() as http:
        process, until_ready = served.process, tuple(served.messages)
        assert process.stderr is not None
        # a process that says more than a pipe holds, and nobody reads it, stands still
        said = asyncio.create_task(process.stderr.read())
        try:
            yield Shop(served.address, folder, http, until_ready, process.pid)
        finally:
            process.terminate()
            async with asyncio.timeout(PATIENCE):
                code, rest = await process.wait(), (await said).decode()
    assert code == 0, f"it did not end well: {rest}"


@pytest_asyncio.fixture(name="shop", scope="module", loop_scope="session")
async def own_shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """The worked example for one module alone, which imports this: nobody else's people are in its lists."""
    async with open_shop(worked_example(tmp_path_factory.mktemp("own") / "shop")) as shop:
        yield shop


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running_shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Shop]:
    """The worked example, served for all tests that play with it.

    Its mongod is its own: a command asks the people of the one simulator that runs there.
    """
    folder = worked_example(tmp_path_factory.mktemp("played") / "shop")
    (folder / OWN_NAME).mkdir()
    async with open_shop(folder) as shop:
        yield shop


@pytest_asyncio.fixture(loop_scope="session")
async def shop(running_shop: Shop) -> AsyncIterator[Shop]:
    """The worked example, as it runs; each test plays with friends of its own, and leaves no faults."""
    yield running_shop
    await running_shop.do("faults", method="DELETE")
