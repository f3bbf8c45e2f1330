"""`make measure`, last part: timers and journeys by the hundred thousand.

By itself, and sooner: `python -m bench.journeys --people 1000 --waiting 20000`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import uvloop

from bench.journey_run import SECRETS, go_through
from bench.journey_world import DAY, CountingLine, playbook_of, put_in, user_of, waiting
from bench.main import SHAPES, Side, measure, ours, quantile
from bench.world import Webhooks, World
from bot.app.database import OpenDatabase, open_database
from bot.model.processes import PARTS
from bot.playbook.load import Loaded, load

PEOPLE = 100_000
WAITING = 1_000_000
STEPS = 10
PROBES = 200
AT_ONCE = 10_000
EVERY = 0.02
"""Seconds between two live webhooks."""

CONNECTIONS = 32
LATE = 1.0
"""Seconds after its time in which a message must have been sent."""

TIMES = 3.0
"""How much longer the p99 of live webhooks may be meanwhile."""

PATIENCE = 1800.0
LOOK = 20.0
"""Seconds for which live webhooks are watched."""


@dataclass
class Live:
    """Webhooks that come all the time, one every `EVERY` seconds; how long each waited for its 200."""

    line: World
    side: Side
    acknowledged: list[float] = field(default_factory=list)
    refused: int = 0

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """As long as this lasts."""
        self.acknowledged = []
        ended = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._come(ended))
            try:
                yield
            finally:
                ended.set()

    async def _come(self, ended: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        free: asyncio.Queue[Webhooks] = asyncio.Queue()
        for _ in range(CONNECTIONS):
            free.put_nowait((await loop.create_connection(Webhooks, "127.0.0.1", self.side.port))[1])
        begun = loop.time()
        async with asyncio.TaskGroup() as group:
            for number in itertools.count():
                await asyncio.sleep(max(0.0, begun + number * EVERY - loop.time()))
                if ended.is_set():
                    return
                group.create_task(self._deliver(free, await free.get()))

    async def _deliver(self, free: asyncio.Queue[Webhooks], connection: Webhooks) -> None:
        request, _ = self.line.webhook(self.side.path, self.side.port, 1)
        began = time.perf_counter()
        self.refused += await connection.deliver(request) != 200
        self.acknowledged.append(time.perf_counter() - began)
        free.put_nowait(connection)

    def p99(self) -> float:
        """Milliseconds, of those since it last began."""
        return quantile(self.acknowledged, 0.99)


@dataclass
class Crowd:
    """A database, and who waits in it; `line` counts what they get."""

    opened: OpenDatabase
    loaded: Loaded
    line: CountingLine
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    async def joined_by(self, count: int, due: datetime, apart: timedelta = timedelta()) -> list[str]:
        """So many more people wait until `due`, each so much longer than the one before; who they are."""
        first = next(self.numbers)
        numbers = range(first, first + count)
        self.numbers = itertools.count(first + count)
        assert self.loaded.playbook is not None
        people = waiting(
            self.loaded.playbook, self.opened.seal, numbers, lambda number: due + (number - first) * apart
        )
        await put_in(self.opened.database, people)
        return [user_of(number) for number in numbers]

    async def come_due(self, moment: datetime) -> int:
        """All of them were due at this moment; how many they are."""
        contacts = self.opened.database.collection("contacts")
        overdue = {"$set": {"due": moment, "timers.0.due": moment}}
        several = [
            await contacts.update_many({"part": part, "due": {"$exists": True}}, overdue)
            for part in range(PARTS)  # all at once would take longer than the driver waits
        ]
        return sum(found.modified_count for found in several)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def told(name: str, figure: str, well: bool) -> bool:
    print(f"{name:58} {figure} {'ok' if well else 'NOT REACHED'}", flush=True)
    return well


async def timers(place: Path, count: int) -> bool:
    """A million wait: who is due, many at once, and all of them after a week of downtime."""
    folder, data = place / "bot", place / "data"
    line = CountingLine(SECRETS["BENCH_SECRET"], 1_000)
    api, text = await line.serve(), playbook_of(1)
    (place / "same").mkdir()
    (place / "same" / "bot.yaml").write_text(text, "utf-8")
    loaded = load(place / "same", SECRETS)
    opened = await open_database(loaded.settings, place / "same", {"OAFLOW_DATA": str(data)}, "")
    try:
        async with ours("first", place / "first", api, text, data):
            pass  # the playbook is live before anybody follows it
        crowd = Crowd(opened, loaded, line)
        await crowd.joined_by(count, now() + 30 * DAY)
        well = await in_time(crowd, folder, api, text, data, count)
        overdue = await crowd.come_due(now() - 7 * DAY)
        return await after_a_week(crowd, place / "again", api, text, data, overdue) and well
    finally:
        await opened.close()


async def in_time(crowd: Crowd, folder: Path, api: str, text: str, data: Path, count: int) -> bool:
    """Some are due one after the other; then thousands in one moment."""
    line = crowd.line
    begin = now() + timedelta(seconds=30)
    probes = await crowd.joined_by(PROBES, begin, timedelta(milliseconds=100))
    moment = begin + timedelta(seconds=100)
    await crowd.joined_by(AT_ONCE, moment)
    async with ours("oaflow", folder, api, text, data) as side:
        if now() > begin:
            raise SystemExit("the bot was not ready before the first timer was due")
        await line.has_pushed(PROBES, 120)
        late = [
            line.arrived[user] - (begin + number * timedelta(milliseconds=100)).timestamp()
            for number, user in enumerate(probes)
        ]
        well = told(
            f"{count:,} timers wait: a due one is sent after (p50 / max)",
            f"{quantile(late, 0.5):.0f} / {max(late) * 1e3:.0f} ms (wanted <= {LATE:g} s)",
            max(late) <= LATE,
        )
        usual = await measure(line, side, SHAPES[0], 0.5)
        live = Live(line, side)
        async with live.going_on():
            await asyncio.sleep(max(0.0, moment.timestamp() - time.time() - 2))
        quiet = live.p99()
        async with live.going_on():
            await line.has_pushed(PROBES + AT_ONCE, PATIENCE)
            seconds = time.time() - moment.timestamp()
        if live.refused:
            raise SystemExit(f"{live.refused} webhooks were refused")
        rate = AT_ONCE / seconds
        print(f"  {len(live.acknowledged)} live webhooks meanwhile, one every {EVERY * 1e3:.0f} ms")
        well &= told(
            f"{AT_ONCE:,} due at once, worked off (make bench: 64 at once)",
            f"{rate:.0f}/s ({usual.events_per_second:.0f}/s)",
            rate >= usual.events_per_second,
        )
        return well & told(
            "  p99 of the 200 of live webhooks meanwhile (before)",
            f"{live.p99():.1f} ms ({quiet:.1f} ms; wanted <= {TIMES:g} x)",
            live.p99() <= TIMES * quiet,
        )


async def after_a_week(crowd: Crowd, folder: Path, api: str, text: str, data: Path, overdue: int) -> bool:
    """All are overdue when the bot starts: is it ready at once, and does it stay small?"""
    before = crowd.line.pushes
    began = time.perf_counter()
    async with ours("oaflow", folder, api, text, data) as side:
        ready = time.perf_counter() - began
        live = Live(crowd.line, side)
        async with live.going_on():
            await asyncio.sleep(LOOK)
        rate = (crowd.line.pushes - before) / (time.perf_counter() - began)
        memory = psutil.Process(side.process.pid).memory_info().rss / 2**20
        print(f"{overdue:,} overdue after a week: it listens after {ready:.2f} s and sends {rate:.0f}/s;")
        print(f"  live webhooks' 200: p99 {live.p99():.0f} ms; memory after {LOOK:g} s: {memory:.0f} MiB")
        return not live.refused


async def journey(place: Path, people: int) -> bool:
    """Everybody gets each message once, whatever is killed."""
    went = await go_through(place, people, STEPS, PATIENCE)
    wrong = ", ".join(f"{count} {what}" for what, count in went.wrong.items()) or "nobody"
    return told(
        f"{people:,} people, {STEPS} steps, {went.kills} x kill -9, 1–2 processes",
        f"{went.pushes_per_second:.0f} messages/s, {went.known} asked twice; wrong: {wrong}",
        not went.wrong,
    )


async def measured(people: int = PEOPLE, waits: int = WAITING) -> bool:
    """Print all figures for so many people in the journey, and so many timers; whether each is as wanted."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for part in ("timers", "journey"):
            (place / part).mkdir()
        well = await timers(place / "timers", waits)
        return await journey(place / "journey", people) and well


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="who go through the journey")
    parser.add_argument("--waiting", type=int, default=WAITING, help="timers that wait")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return int(not runner.run(measured(wanted.people, wanted.waiting)))


if __name__ == "__main__":
    sys.exit(main())
