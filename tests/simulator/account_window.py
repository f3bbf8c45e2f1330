"""The operations on the account `main` at the simulator's LINE, over an empty database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.engine.compiled.playbook import Playbook
from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.model.channel import Channel
from bot.model.channel_link import ChannelLink
from bot.model.settings import Settings
from bot.operations.channels.link import LinkedChannel, link_channel
from bot.operations.channels.unlink import unlink_channel
from bot.operations.doctor.examine import Surroundings
from bot.playbook.load import load
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.runtime.menus_at_line import QuickClock
from tests.simulator.conftest import MAIN, World
from tests.simulator.test_doctor import signed

THEIRS = "http://localhost:1/hook?token=their-secret"
"""Another system's address, with a secret in it."""
AT = datetime(2026, 8, 1, 4, 0, tzinfo=UTC)


class Desk:
    """The operations on the channel `main`, by a team of this name."""

    def __init__(self, world: World, stores: Stores, playbook: Playbook) -> None:
        self.world, self.stores, self.playbook = world, stores, playbook
        self.waited = 0
        self.looks = False
        self.menus_then: list[str] = []
        self.meanwhile: Callable[[], Awaitable[object]] | None = None
        """What somebody else does while it is waited, once."""
        self.public = world.url

    def around(self, channel: Channel = MAIN, *, bot: str = "", now: datetime = AT) -> Surroundings:
        playbook = replace(self.playbook, bot=bot) if bot else self.playbook
        settings = Settings({channel.name: channel})
        world = self.world
        return Surroundings(settings, playbook, world.line, self.public, now, self.stores, is_simulated=True)

    async def known(self) -> None:
        """Every process knows what is stopped; what LINE has by then is noted."""
        self.waited += 1
        if self.looks:
            self.menus_then = [*(await self.menus_at_line())[0]]
        if (does := self.meanwhile) is not None:
            self.meanwhile = None
            await does()

    async def menus_at_line(self) -> tuple[list[str], set[str], str | None]:
        """The menus, the aliases, and the default menu."""
        async with new_session() as session:
            client = LineClient(MAIN, self.world.line, self.world.line, session, QuickClock())
            menus = client.rich_menus
            found = [one.id for one in await menus.listed()], {*await menus.aliases()}, await menus.default()
            client.close()
        return found

    async def link(
        self,
        channel: Channel = MAIN,
        *,
        take_over: bool = False,
        expected_host: str | None = None,
        bot: str = "",
        now: datetime = AT,
    ) -> LinkedChannel:
        return await link_channel(
            self.around(channel, bot=bot, now=now),
            channel.name,
            "command:amy",
            take_over=take_over,
            expected_host=expected_host,
            until_known=self.known,
        )

    async def take_over(self) -> LinkedChannel:
        """LINE sends to another system, and the account is linked all the same."""
        await self.at_line(THEIRS)
        return await self.link(take_over=True)

    async def stored(self) -> ChannelLink:
        """What is stored of the account."""
        link = await self.stores.channel_links.of("1001")
        assert link is not None
        return link

    async def former(self) -> str:
        """The address that was there before us, as stored; empty where there is none."""
        former = (await self.stored()).former
        return "" if former is None else former.url

    async def is_stopped(self) -> bool:
        """Whether nothing is said there."""
        return (await self.stores.brakes.read()).channel_stop("1001") is not None

    async def unlink(self, *, give_back: bool = False, bot: str = "", now: datetime = AT) -> Any:
        around = self.around(bot=bot, now=now)
        return await unlink_channel(
            around, "main", "command:amy", QuickClock(), until_known=self.known, give_back=give_back
        )

    async def at_line(self, address: str | None = None) -> str:
        """Where LINE sends; set first where it is given."""
        if address is not None:
            await self.world.do("channels/main/console", {"webhook": address}, "PUT")
        _, answer, _ = await self.world.call("GET", "v2/bot/channel/webhook/endpoint")
        return str(answer.get("endpoint", ""))

    @property
    def ours(self) -> str:
        return f"{self.public}/webhook/main"


def shop_playbook(folder: Path) -> Playbook:
    (folder / "bot.yaml").write_text(
        'bot: 森活選品\nchannels: {main: {id: forest, channel_id: "1001", channel_secret: x}}\n', "utf-8"
    )
    found = load(folder, {}).playbook
    assert found is not None
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def stores(prepared: str, emptied: Callable[[], None], seal: Seal) -> AsyncIterator[Stores]:
    """An empty database, in the loop in which the simulator's worlds are."""
    emptied()
    database = Database(prepared)
    yield stores_of(database, seal)
    database.close()


@pytest.fixture
def desk(world: World, stores: Stores, tmp_path: Path) -> Desk:
    world.answer = signed
    return Desk(world, stores, shop_playbook(tmp_path))
