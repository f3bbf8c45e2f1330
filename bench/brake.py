"""`make measure`: how soon every process knows that pushes are stopped, and that they go on (K5).

By itself: `python -m bench.brake`.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import uvloop

from bench.main import SECRET, free_port, playbook, started
from bot.app.database import OpenDatabase, open_database
from bot.model.audit import Deed
from bot.model.brake import PushStop
from bot.model.clock import SystemClock
from bot.model.settings import Settings

PROCESSES = 3
TIMES = 20
LIMIT = 1.0
"""Seconds until every process knows (issue 17)."""
LOOKS = 0.01
"""Seconds between two looks at a process's `/readyz`."""


@asynccontextmanager
async def _serving(folder: Path, environment: dict[str, str]) -> AsyncIterator[list[str]]:
    """So many processes on one database; the addresses of their `/readyz`."""
    ports = [free_port() for _ in range(PROCESSES)]
    async with AsyncExitStack() as stack:
        for port in ports:
            words = [sys.executable, "-m", "bot", "run", str(folder), "--port", str(port)]
            process = await started(words, environment, port)
            stack.push_async_callback(asyncio.to_thread, process.wait, 30)
            stack.callback(process.terminate)
        yield [f"http://127.0.0.1:{port}/readyz" for port in ports]


async def _until(http: aiohttp.ClientSession, pages: list[str], *, stopped: bool) -> float:
    """The seconds until all of them say so."""
    begun = time.perf_counter()

    async def told(page: str) -> None:
        while True:
            async with http.get(page) as answer:
                if ("brake" in await answer.json()) is stopped:
                    return
            await asyncio.sleep(LOOKS)

    async with asyncio.timeout(60):
        await asyncio.gather(*map(told, pages))
    return time.perf_counter() - begun


async def _known(opened: OpenDatabase, pages: list[str]) -> list[float]:
    """How long it took until all knew, of each stop and each end of one."""
    taken, clock, brakes = [], SystemClock(), opened.stores.brakes
    async with aiohttp.ClientSession() as http:
        await _until(http, pages, stopped=False)
        for number in range(TIMES):
            await asyncio.sleep(0.037 * (number % 13))  # at any moment between two readings
            stop = PushStop(None, None, "bench", clock.now())
            await brakes.pull(stop, Deed("pushes_stopped", "bench", stop.at, id=uuid.uuid4().hex))
            taken.append(await _until(http, pages, stopped=True))
            (found,) = (await brakes.read()).stops
            await brakes.release(found, Deed("pushes_stopped", "bench", stop.at, id=uuid.uuid4().hex))
            taken.append(await _until(http, pages, stopped=False))
    return sorted(taken)


async def measured() -> bool:
    """Whether they know soon enough."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "shop"
        folder.mkdir()
        (folder / "bot.yaml").write_text(playbook(10), "utf-8")
        environment = {
            **os.environ,
            "BENCH_SECRET": SECRET,
            "BENCH_TOKEN": "t",
            "OAFLOW_DATA": str(Path(temporary) / "data"),
            "OAFLOW_LINE_API": "http://127.0.0.1:9",
        }
        opened = await open_database(Settings({}), folder, environment, uuid.uuid4().hex)
        try:
            async with _serving(folder, environment) as pages:
                taken = await _known(opened, pages)
        finally:
            await opened.close()
    middle, most = taken[len(taken) // 2], taken[-1]
    print(
        f"a stop, or its end, until {PROCESSES} processes know it, {len(taken)} times: median {middle:.2f} s,"
        f" at most {most:.2f} s (wanted <= {LIMIT:g}) {'ok' if most <= LIMIT else 'TOO SLOW'}"
    )
    return most <= LIMIT


def main() -> int:
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured()))


if __name__ == "__main__":
    sys.exit(main())
