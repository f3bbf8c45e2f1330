"""No provider of SMS and no shop platform leads into our own network: they call as the app lets them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import ResolveResult

from bot.app.service import _services, _serving
from bot.app.start_options import StartOptions
from bot.app.wiring import alerting
from bot.cli.run import serving
from bot.connectors.shops.platforms import PLATFORMS
from bot.connectors.sms.providers import COMPANIES, PROVIDERS
from bot.hooks.outside_connector import inside_session
from bot.model.shop_failure import ShopFailed
from tests.cli.oaflow import LINE_SETTINGS, ended_run

pytestmark = pytest.mark.ring("all", "the parts of a server")

WAYS = {
    f"{name}_{way}".strip("_"): (name, way)
    for name, one in PLATFORMS.items()
    for way, offer in one.offers.items()
    if offer.directory
}
INSTALLED = [key for key, (name, way) in WAYS.items() if PLATFORMS[name].offers[way].app_store is not None]


QUOTED = '"${KEY}"'


def sections() -> str:
    """Each provider, and each platform by each of its ways in."""
    sms = [f"  {name}: {{provider: {name}, {given(PROVIDERS[name].settings)}}}" for name in COMPANIES]
    shops = []
    for key, (name, way) in WAYS.items():
        access = f"access: {way}, " if way else ""
        shops.append(f"  {key}: {{platform: {name}, {access}{given(PLATFORMS[name].offers[way].needs)}}}")
    return "\n".join(["sms:", *sms, "shops:", *shops, ""])


def given(settings: Iterable[str]) -> str:
    return ", ".join(f"{one}: {'https://erp.example' if one == 'url' else QUOTED}" for one in settings)


@dataclass
class OwnNetwork:
    """Every name means this machine: it notes whose address was asked for, and how many have come."""

    port: int = 0
    sought: list[str] = field(default_factory=list)
    reached: int = 0

    async def resolve(self, host: str) -> list[ResolveResult]:
        self.sought.append(host)
        family, port = socket.AF_INET, self.port
        here = ResolveResult(hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0)
        return [here]

    async def comes(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        async with await asyncio.start_server(self.comes, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            yield

    async def after(self, call: Awaitable[object]) -> tuple[bool, bool]:
        """Whether a call has asked for an address, and whether it has reached one."""
        self.sought, self.reached = [], 0
        with suppress(ShopFailed, aiohttp.ClientError):
            await call
        return bool(self.sought), bool(self.reached)


async def tried(begun: StartOptions, network: OwnNetwork) -> dict[str, tuple[bool, bool]]:
    """What each way out of the app comes to; `nobody's`: that of a session without a guard."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(network.listening())
        app = await _serving(begun, stack)
        services = _services(app, await alerting(app, stack))
        ends = {name: await network.after(services.credits.ask(name)) for name in COMPANIES}
        for name in WAYS:
            shop = app.shops.by_name(name)
            assert shop is not None
            ends[name] = await network.after(shop.by_phone("+886912345678"))
        for name in INSTALLED:
            settings = app.live.settings.shops[name]
            oauth = app.shops.oauth(settings, f"forest.{settings.platform}.co")
            ends[f"{name}: OAuth"] = await network.after(oauth.redeem("code", "https://forest.example"))
        session = await stack.enter_async_context(inside_session())
        ends["nobody's"] = await network.after(session.get("http://erp.example"))
        return ends


def test_each_calls_by_the_guarded_session(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F3, B1, C1: the app is started as ever, and asked for what these connectors call somebody for."""
    network, ends = OwnNetwork(), dict[str, tuple[bool, bool]]()

    async def serve(begun: StartOptions, *_: object) -> None:
        ends.update(await tried(begun, network))
        await begun.opened.close()

    async def resolve(_: object, host: str, *more: object, **family: object) -> list[ResolveResult]:
        return await network.resolve(host)

    monkeypatch.setattr(serving, "_serve", serve)
    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", resolve)
    with (shop / "bot.yaml").open("a", encoding="utf-8") as file:
        file.write(sections())
    end = ended_run(
        *(str(shop), "--port", "0", "--files"),
        KEY="a-key",
        OAFLOW_LINE_API="http://127.0.0.1:9",
        **LINE_SETTINGS,
    )
    assert end.code == 0, end.err
    assert ends.pop("nobody's") == (True, True), "this test finds out who gets there"
    assert len(ends) >= 8
    assert ends == dict.fromkeys(ends, (True, False))
