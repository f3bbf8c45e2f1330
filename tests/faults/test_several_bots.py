"""A6: shops beside each other on one replica set, each with a user for its own database alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.store.sealing.keyring import generate
from tests.cli.oaflow import Ended, Serving, ended, serving
from tests.faults.line_api import LineApi
from tests.faults.webhooks import SECRET, Courier, person, says
from tests.store.another_mongod import another, give_user

BOT = """\
bot: {name}
database: ${{MONGODB_URI}}
keys: ${{OAFLOW_KEYS}}
channels:
  main:
    id: "@{name}"
    channel_id: ${{LINE_CHANNEL_ID}}
    channel_secret: ${{LINE_CHANNEL_SECRET}}
    access_token: ${{LINE_CHANNEL_ACCESS_TOKEN}}
rules:
  - when: {{text: 誰}}
    reply: 這裡是 {name}
"""


@dataclass(frozen=True)
class Shop:
    """A folder, and all that its service unit has in the environment."""

    name: str
    folder: Path
    environment: dict[str, str]

    async def done(self, *words: str, **more: str) -> Ended:
        end = await ended(*words, str(self.folder), **{**self.environment, **more})
        assert end.code == 0, end
        return end

    def serving(self, **more: str) -> Any:
        return serving(str(self.folder), **{**self.environment, **more})


class Agency:
    """A replica set of one that knows users, and LINE."""

    def __init__(self, at: str, folder: Path, line: LineApi, session: aiohttp.ClientSession) -> None:
        self.at = at
        self.folder = folder
        self.line = line
        self.courier = Courier(session)

    def address(self, user: str, database: str) -> str:
        return f"mongodb://{user}:bot@{self.at}/{database}?authSource=admin&replicaSet=rs"

    def shop(self, number: int, *databases: str) -> Shop:
        """A shop whose user has `readWrite` on these databases, its own where none is named."""
        name = f"shop{number}"
        give_user(self.at, *({"role": "readWrite", "db": one} for one in databases or [name]), name=name)
        folder = self.folder / name
        folder.mkdir()
        (folder / "bot.yaml").write_text(BOT.format(name=name), "utf-8")
        environment = {
            "MONGODB_URI": self.address(name, name),
            "OAFLOW_KEYS": generate(),
            "OAFLOW_LINE_API": self.line.url,
            "LINE_CHANNEL_ID": f"16570000{number:02}",
            "LINE_CHANNEL_SECRET": SECRET,
            "LINE_CHANNEL_ACCESS_TOKEN": f"token-{number}",
        }
        return Shop(name, folder, environment)

    async def answer(self, served: Serving, user: str) -> tuple[str, ...]:
        """What this person hears who asks who it is."""
        asked = says(user, "誰")
        assert await self.courier.deliver(served.address, [asked], seconds=90) == 200
        await self.line.was_asked(asked.token)
        [taken] = [one for one in self.line.taken if one.key == asked.token]
        return taken.texts


@pytest.fixture
async def agency(tmp_path: Path, free_tcp_port: int) -> AsyncIterator[Agency]:
    key = tmp_path / "keyfile"
    key.write_text("aGFsZiBhIHNlY3JldA==")
    key.chmod(0o600)
    options = ("--auth", "--keyFile", str(key), "--replSet", "rs", "--bind_ip", "127.0.0.1")
    line = LineApi()
    await line.start()
    async with another(tmp_path, free_tcp_port, *options), aiohttp.ClientSession() as session:
        yield Agency(f"127.0.0.1:{free_tcp_port}", tmp_path, line, session)
    await line.stop()


@pytest.mark.ring("all", "starts a process")
@pytest.mark.parametrize("number", [2, pytest.param(10, marks=pytest.mark.ring("soak", "more of the same"))])
async def test_shops_on_one_replica_set(agency: Agency, number: int) -> None:
    """Each answers as itself, and needs nothing of what lies beside its database."""
    shops = [agency.shop(one) for one in range(number)]
    user = person()  # one and the same, as with accounts of one provider
    async with AsyncExitStack() as stack:
        running = [await stack.enter_async_context(shop.serving()) for shop in shops]
        answers = await asyncio.gather(*(agency.answer(served, user) for served in running))
        assert answers == [(f"這裡是 {shop.name}",) for shop in shops]
        for shop in shops[:2]:
            said = await shop.done("status")
            assert "not allow" not in said.out + said.err
        for served in running:
            told = [line for line in served.log if line["level"] in ("warning", "error")]
            assert told == [], "a right is missing"
            assert (await served.stop()).code == 0
    await _backed_up(shops[0], user)


async def _backed_up(shop: Shop, user: str) -> None:
    """A backup and its restore need no more than that."""
    file = shop.folder.parent / "one.oaflow-backup"
    end = await ended("backup", str(shop.folder), str(file), **shop.environment)
    assert end.code == 0, end
    end = await ended("restore", str(shop.folder), str(file), "--replace", "--yes", **shop.environment)
    assert end.code == 0, end
    assert user in (await ended("contact", "find", str(shop.folder), user, **shop.environment)).out
