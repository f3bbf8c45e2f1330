"""`make measure`: what live webhooks wait while a list of members, friends or the erased is worked off.

By itself, and sooner: `python -m bench.bulk --people 2000`. Each command runs as staff start it, beside the
bot; webhooks are watched just before it, and while it runs.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvloop

from bench.journeys import Live
from bench.main import CHANNEL, PEOPLE, SECRET, ours, quantile
from bench.world import World

ERASED = 10_000
"""Friends who are erased; three times as many are imported, and twice as many members."""
QUIET = 10.0
"""Seconds for which webhooks are watched before each command."""
TIMES = 3.0
"""How much longer their p99 may be meanwhile (issue 44)."""
PLAYBOOK = CHANNEL + "tags: {VIP: {added_by: staff}}\nrules:\n  - {when: {text: hello}, reply: 您好}\n"


@dataclass(frozen=True)
class Job:
    """A command, and what it works off."""

    name: str
    number: int
    words: Sequence[str]


def jobs(folder: Path, people: int) -> Sequence[Job]:
    """The lists are written into the folder."""
    users = [f"U{number:032x}" for number in range(10**9, 10**9 + 3 * people)]
    members = (f"09{number:08},VIP,{number % 28 + 1:02}/03/1990" for number in range(2 * people))
    lists = {
        "friends": ["line_id", *users],
        "erased": ["line_id", *users[:people]],
        "members": ["phone,tags,birthday", *members],
    }
    paths = {name: folder / f"{name}.csv" for name in lists}
    for name, lines in lists.items():
        paths[name].write_text("\n".join(lines) + "\n", "utf-8")
    bot, yes = str(folder), "--yes"
    return (
        Job(
            "friends import",
            3 * people,
            ("friends", "import", bot, str(paths["friends"]), "--no-profiles", yes),
        ),
        Job("members import", 2 * people, ("members", "import", bot, str(paths["members"]))),
        Job("contact erase", people, ("contact", "erase", bot, "--list", str(paths["erased"]), yes)),
    )


async def _carried_out(job: Job, data: Path, api: str) -> float:
    """The seconds that it took. Raises `SystemExit` where it did not do it."""
    began = time.perf_counter()
    environment = {**os.environ, "BENCH_SECRET": SECRET, "BENCH_TOKEN": "t", "OAFLOW_DATA": str(data)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *job.words),
        env={**environment, "OAFLOW_LINE_API": api},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await process.communicate()
    if process.returncode:
        raise SystemExit(f"{job.name} was not done: {said.decode()}{wrong.decode()}")
    return time.perf_counter() - began


async def beside(job: Job, live: Live, data: Path, api: str) -> bool:
    """Print what webhooks have waited before and meanwhile; whether that is as wanted."""
    async with live.going_on():
        await asyncio.sleep(QUIET)
    before = list(live.acknowledged)
    async with live.going_on():
        took = await _carried_out(job, data, api)
    then = live.acknowledged
    ratio = quantile(then, 0.99) / quantile(before, 0.99)
    print(
        f"{job.name:16} {job.number:7,} in {took:6.1f} s, {job.number / took:6,.0f} a second; webhooks'",
        end=" ",
    )
    print(f"p50 {quantile(then, 0.5):6.1f} ms (before {quantile(before, 0.5):6.1f}),", end=" ")
    print(
        f"p99 {quantile(then, 0.99):6.1f} ms (before {quantile(before, 0.99):6.1f}): {ratio:.2f} x", end=" "
    )
    print("ok" if ratio <= TIMES else "NOT REACHED", flush=True)
    return ratio <= TIMES


async def measured(people: int = ERASED) -> bool:
    """Print the figures; whether all are as wanted, and no webhook was refused."""
    line = World(SECRET, PEOPLE, ["hello"])
    api = await line.serve()
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary) / "bot", Path(temporary) / "data"
        async with ours("bulk", folder, api, PLAYBOOK, data) as side:
            await line.run(side.path, side.port, PEOPLE // 10 + 20, 10, 64)  # everybody has written once
            live = Live(line, side)
            well = [await beside(job, live, data, api) for job in jobs(folder, people)]
    line.close()
    print(f"refused: {live.refused}")
    return all(well) and not live.refused


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=ERASED, help="who are erased")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return int(not runner.run(measured(wanted.people)))


if __name__ == "__main__":
    sys.exit(main())
