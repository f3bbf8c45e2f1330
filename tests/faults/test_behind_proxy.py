"""Two processes behind a proxy are updated one after the other, under webhooks: LINE hears 200 each time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.faults.bot_process import PATIENCE, BotProcess
from tests.faults.webhooks import HOURS, Occurrence, person, says
from tests.faults.world import World

TALKERS = 6


class LoopbackProxy:
    """As `deploy/nginx` is set up: where one process does not answer, the other is asked the same."""

    def __init__(self, session: aiohttp.ClientSession, bots: list[BotProcess]) -> None:
        self._session = session
        self.bots = bots
        self._turn = 0
        self.asked_twice = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        app = web.Application()
        app.router.add_post("/webhook/{channel}", self._pass_on)
        async with TestServer(app, host="127.0.0.1") as server:
            yield str(server.make_url("")).rstrip("/")

    async def _pass_on(self, request: web.Request) -> web.Response:
        body, headers = await request.read(), request.headers.copy()
        headers.popall("Host", None)
        self._turn += 1
        first = self._turn % len(self.bots)
        for bot in (*self.bots[first:], *self.bots[:first]):
            try:
                async with self._session.post(
                    f"{bot.address}{request.path}", data=body, headers=headers
                ) as answer:
                    return web.Response(status=answer.status, body=await answer.read())
            except aiohttp.ClientError:
                self.asked_twice += 1
        return web.Response(status=502)


@pytest.mark.ring("soak", "each is stopped under webhooks: test_start_and_stop.py, test_one_address.py")
async def test_each_is_restarted_in_turn_and_no_webhook_is_refused(world: World) -> None:
    """A8, L8: an update of the program, and one version back, are two such rounds."""
    bots = [await world.bot().start(), await world.bot().start()]
    proxy, over = LoopbackProxy(world.session, bots), asyncio.Event()
    said: list[Occurrence] = []
    statuses: list[int] = []

    async def talk(address: str) -> None:
        while not over.is_set():
            event = says(person(), HOURS)
            said.append(event)
            statuses.append(await world.courier.deliver(address, [event], seconds=PATIENCE))

    async with proxy.running() as address, asyncio.timeout(PATIENCE):
        talks = asyncio.gather(*(talk(address) for _ in range(TALKERS)))
        await world.courier.has_taken(20)
        for place in (0, 1):
            assert await bots[place].stop() == 0
            taken = len(world.courier.taken)
            await world.courier.has_taken(taken + 20)  # by the other one alone
            bots[place] = await world.bot().start()
            await world.is_ready(bots[place])
        over.set()
        await talks
    assert set(statuses) == {200}
    assert proxy.asked_twice > 0, "some came while one of them was away"
    await world.all_done()
    await world.check(said)
    assert not [line for bot in world.bots for line in bot.complaints()]
