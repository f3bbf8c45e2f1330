"""L8: no draft eats the server: six of them at once, on a real one, while somebody else writes."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, CookieJar
from yarl import URL

from bot.model.admin import AdminAccount
from bot.model.clock import SystemClock
from bot.operations.admins.sessions import SignedSessions
from bot.playbook.syntax.source import FILE_LIMIT
from bot.web.admin.cookies import NAME
from tests.cli.oaflow import environment
from tests.faults.staff_browser import Team, team_of
from tests.simulator.trial_world import PLAYBOOK, REAL_LOOKING, Writer
from tests.started import Started, started

CHECK = "/admin/playbook/check"
MEMORY = 400 * 2**20
"""Bytes of the server, at most."""
OTHERS, ENDED = 5.0, 10.0
"""Seconds in which others have an answer, and in which the server has ended."""

_STATES = "".join(
    f"      s{n}: {{ask: 嗎, rules: [{{when: {{text: 好{n}}}, to: s{(n + 1) % 3000}}}]}}\n"
    for n in range(3000)
)
_BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
HOSTILE = {
    "flat": "a: [" + "[]," * (FILE_LIMIT // 3 - 8) + "]\n",
    "deep": "[" * (FILE_LIMIT - 8),
    "aliases": f"a0: &a0 [x, x]\n{_BOMB}",
    "mistakes": "rules:\n" + "  - {wenn: {txt: a}, replly: b}\n" * 15_000,
    "states": f"flows:\n  long:\n    states:\n{_STATES}",
    "endless": "rules:\n  - {when: {text: go}, start: round}\nflows:\n  round:\n    states:\n"
    "      a: {do: {add_tags: [x]}, wait: 1s, next: b}\n      b: {wait: 1s, next: a}\n"
    "tags: {x: {}}\n",
}
SCENARIO = "scenario: for ever\nsteps:\n  - user: go\n" + "  - after: 3650d\n" * 50


@dataclass
class Server:
    process: Started
    url: URL
    team: Team
    stack: AsyncExitStack

    async def writer(self, name: str) -> Writer:
        """Somebody who has signed in."""
        clock = SystemClock()
        await self.team.stores.admins.add(AdminAccount(name, "admin", clock.now(), "e"))
        account = await self.team.stores.admins.of(name)
        assert account is not None
        secret = await SignedSessions(self.team.stores, clock).begin(account, "signed_in", "a test")
        http = await self.stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        http.cookie_jar.update_cookies({NAME: secret}, self.url)
        return Writer(http, self.url)


async def written(writer: Writer, path: str, text: str) -> None:
    """A new file of a draft."""
    await writer.post("/admin/playbook/file", act="new", path=path)
    await writer.saves(text, path)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    (tmp_path / "bot.yaml").write_text(PLAYBOOK, "utf-8")
    process = await started("run", str(tmp_path), "--port", "0", env=environment(REAL_LOOKING), apart=False)
    try:
        address = ""
        while not address:
            line = (await process.stdout.readline()).decode()
            assert line, "it has ended"
            if "listening on " in line:
                address = line.partition("listening on ")[2].partition('"')[0]
        async with AsyncExitStack() as stack:
            team = await stack.enter_async_context(team_of(tmp_path / ".oaflow"))
            yield Server(process, URL(address), team, stack)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.ring("all", "thousands of requests")
async def test_six_hostile_drafts_leave_the_server_and_the_others_alone(server: Server) -> None:
    ann, attackers = await server.writer("ann"), {name: await server.writer(name) for name in HOSTILE}
    for name, attacker in attackers.items():
        await written(attacker, "rules/hostile.yaml", HOSTILE[name])
    await written(attackers["endless"], "tests/scenarios/endless.yaml", SCENARIO)
    await ann.post(CHECK)  # the process that reads has begun
    paths = {name: CHECK if name != "endless" else "/admin/playbook/scenarios" for name in HOSTILE}
    work = [asyncio.create_task(one.post(paths[name])) for name, one in attackers.items()]
    watched, highest = psutil.Process(server.process.pid), 0
    took = list[float]()
    while not all(one.done() for one in work[:-2]) and len(took) < 20:
        began = time.monotonic()
        status, says = await ann.post(CHECK)
        took.append(time.monotonic() - began)
        assert status == 200, says
        highest = max(highest, watched.memory_info().rss)
    assert max(took) < OTHERS
    assert highest < MEMORY
    for name, task in zip(HOSTILE, work, strict=True):
        if task.done():
            status, says = task.result()
            assert status in (200, 409), name
            assert len(says) < 2**20, name
    more = [asyncio.create_task(one.post(paths[name])) for name, one in attackers.items()]
    await ann.post(CHECK)
    began = time.monotonic()
    server.process.send_signal(signal.SIGTERM)
    await server.process.wait()
    assert time.monotonic() - began < ENDED
    await asyncio.gather(*work, *more, return_exceptions=True)
