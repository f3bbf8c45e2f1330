"""`python -m bench.processes`: what several processes at one address take in a second, beside one.

Interleaved, one mongod for both, LINE and the load in this process. Where they have no cores of their own
beside those of the bot, all of them share what there is, and the figures say little: the number of cores is
printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from bench.main import PEOPLE, SECRET, SETTLE, SHAPES, Cost, Shape, free_port, playbook, row
from bench.world import World
from bot.store.database.mongo import initiate
from bot.store.mongod.embedded import EmbeddedDatabase

SHARED_OUT = 8.0
"""Seconds after a start in which parts change hands, and each hears whose the others are: two renewals."""


@dataclass
class Bot:
    """`oaflow run`, alone or several at one address, with each of its processes but the database."""

    name: str
    port: int
    processes: list[psutil.Process]

    def cpu(self) -> float:
        times = [one.cpu_times() for one in self.processes]
        return float(sum(one.user + one.system for one in times))


@asynccontextmanager
async def running(
    name: str, folder: Path, api: str, data: Path, count: int | None, text: str | None = None
) -> AsyncIterator[Bot]:
    """`count` processes; `None`: one without a watcher. `text` is the playbook."""
    folder.mkdir(exist_ok=True)
    (folder / "bot.yaml").write_text(text or playbook(100), "utf-8")
    port = free_port()
    several = () if count is None else ("--processes", str(count))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", str(folder), "--port", str(port), *several),
        stderr=asyncio.subprocess.PIPE,
        env={
            **os.environ,
            "BENCH_SECRET": SECRET,
            "BENCH_TOKEN": "t",
            "OAFLOW_LINE_API": api,
            "OAFLOW_DATA": str(data),
        },
    )
    assert process.stderr is not None
    ids = {process.pid}
    async for line in process.stderr:
        told = json.loads(line)
        ids.add(told.get("pid", process.pid))
        if told["message"] == "ready":
            break
    else:
        raise SystemExit("the bot did not start")
    rest = asyncio.create_task(process.stderr.read())
    await asyncio.sleep(SHARED_OUT)
    try:
        yield Bot(name, port, [psutil.Process(one) for one in ids])
    finally:
        process.terminate()
        await process.wait()
        await rest


async def measured(world: World, bot: Bot, shape: Shape, share: float) -> Cost:
    before = bot.cpu()
    webhooks = max(shape.side_by_side, int(shape.webhooks * share))
    figures = await world.run("/webhook/main", bot.port, webhooks, shape.events, shape.side_by_side)
    await asyncio.sleep(SETTLE)
    if figures.refused:
        raise SystemExit(f"{bot.name} refused {figures.refused} webhooks")
    return Cost(bot.cpu() - before, figures)


async def compared(folder: Path, data: Path, count: int, rounds: int, share: float) -> None:
    world = World(SECRET, PEOPLE, [f"keyword {i}" for i in range(100)])
    api = await world.serve()
    for shape in SHAPES[:2]:
        pairs: list[tuple[Cost, Cost]] = []
        for _ in range(rounds):
            costs = []
            for name, wanted in (("one process", None), (f"--processes {count}", count)):
                async with running(name, folder / "shop", api, data, wanted) as bot:
                    await measured(world, bot, SHAPES[0], 0.3)
                    costs.append(await measured(world, bot, shape, share))
            pairs.append((costs[0], costs[1]))
        faster = [many.events_per_second / one.events_per_second for one, many in pairs]
        dearer = [many.cpu_per_event / one.cpu_per_event for one, many in pairs]
        print(shape.name)
        print(row("one process", [one for one, _ in pairs]))
        print(row(f"--processes {count}", [many for _, many in pairs]))
        print(
            f"  {statistics.median(faster):.2f} x the events/s ({min(faster):.2f} to {max(faster):.2f}),"
            f" {statistics.median(dearer):.2f} x the CPU per event\n"
        )


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of webhooks")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{wanted.rounds} interleaved rounds, {PEOPLE} people; LINE, load and mongod on the same cores\n")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        embedded = EmbeddedDatabase(folder / "data", initiate)
        await embedded.start_or_join()
        try:
            await compared(folder, folder / "data", wanted.processes, wanted.rounds, wanted.share)
        finally:
            await embedded.leave()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
