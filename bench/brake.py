"""`make measure`: how soon every process knows that pushes are stopped, and what 10,000 who waited cost then.

By itself: `python -m bench.brake --people 1000`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
import time
import urllib.request
from datetime import timedelta
from pathlib import Path

import uvloop

from bench.journey_run import SECRETS
from bench.journey_world import CountingLine, playbook_of
from bench.journeys import PATIENCE, Crowd, Live, now, told
from bench.main import Side, ours
from bot.app.database import OpenDatabase, open_database
from bot.operations.brake import StopScope, resume_pushes, stop_pushes
from bot.playbook.load import load

PEOPLE = 10_000
ROUNDS = 5
KNOWN = 1.0
"""Seconds until every process knows (issue 17)."""
QUIET = 5.0
"""Seconds for which live webhooks are watched before pushes go on."""
ALL = StopScope()


async def _until_known(sides: list[Side], stopped: bool) -> float:
    """The seconds until each of these processes says so."""
    began = time.perf_counter()

    def knows(side: Side) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{side.port}/readyz", timeout=5) as answer:
            return bool(json.load(answer).get("brake")) == stopped

    async with asyncio.timeout(60):
        for side in sides:
            while not await asyncio.to_thread(knows, side):
                await asyncio.sleep(0.01)
    return time.perf_counter() - began


async def _stop(opened: OpenDatabase) -> None:
    await stop_pushes(opened.stores, ALL, "bench", ["main"], None)


async def _known(opened: OpenDatabase, sides: list[Side]) -> bool:
    """Stopped and let go some times, as a command does it: what the slower of two processes took."""
    took = []
    for _ in range(ROUNDS):
        await _stop(opened)
        took.append(await _until_known(sides, stopped=True))
        await resume_pushes(opened.stores, ALL, "bench")
        took.append(await _until_known(sides, stopped=False))
    figure = f"{max(took):.2f} s at most, {sum(took) / len(took):.2f} s on average (wanted <= {KNOWN:g} s)"
    return told(f"pushes are stopped, or go on: {len(sides)} processes know", figure, max(took) <= KNOWN)


async def _who_waited(crowd: Crowd, side: Side, people: int) -> None:
    """They come due while pushes are stopped; then these go on, beside live webhooks."""
    opened, line = crowd.opened, crowd.line
    await _stop(opened)
    await _until_known([side], stopped=True)
    await crowd.joined_by(people, now() + timedelta(seconds=5))
    began = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        while await opened.stores.held.how_many_by_brake() < people:
            await asyncio.sleep(0.1)
    print(f"{people:,} come due while pushes are stopped: all held after {time.perf_counter() - began:.1f} s")
    if line.pushes:
        raise SystemExit("somebody got a message while pushes were stopped")
    live = Live(line, side)
    async with live.going_on():
        await asyncio.sleep(QUIET)
    quiet = live.p99()
    async with live.going_on():
        began = time.perf_counter()
        await resume_pushes(opened.stores, ALL, "bench")
        await line.has_pushed(1, PATIENCE)
        first = time.perf_counter() - began
        await line.has_pushed(people, PATIENCE)
        seconds = time.perf_counter() - began
    print(f"  pushes go on: the first is sent after {first:.2f} s, all after {seconds:.1f} s", end="; ")
    print(f"{people / seconds:.0f}/s, {len(live.acknowledged)} live webhooks meanwhile")
    print(f"  p99 of the 200 of live webhooks meanwhile (before): {live.p99():.1f} ms ({quiet:.1f} ms)")


async def measured(people: int = PEOPLE) -> bool:
    """Print all figures; whether each is as wanted."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        data, text = place / "data", playbook_of(1)
        line = CountingLine(SECRETS["BENCH_SECRET"], 1_000)
        api = await line.serve()
        (place / "same").mkdir()
        (place / "same" / "bot.yaml").write_text(text, "utf-8")
        loaded = load(place / "same", SECRETS)
        opened = await open_database(loaded.settings, place / "same", {"OAFLOW_DATA": str(data)}, "")
        crowd = Crowd(opened, loaded, line)
        try:
            async with ours("oaflow", place / "first", api, text, data) as first:
                async with ours("oaflow", place / "second", api, text, data) as second:
                    well = await _known(opened, [first, second])
                await _who_waited(crowd, first, people)
                return well
        finally:
            await opened.close()
            line.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.people)))


if __name__ == "__main__":
    sys.exit(main())
