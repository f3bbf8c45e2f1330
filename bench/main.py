"""`make bench`: what an event costs, against the bot that one would write by hand.

Interleaved, on one machine, one mongod, one fake LINE. Ours is `oaflow run` as users start it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import socket
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import uvloop

from bench.hosted import hosted
from bench.world import Figures, World
from bot.store.database.mongo import initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate

HERE = Path(__file__).parent
SECRET = "bench-secret"
PEOPLE = 1000
SETTLE = 0.6
"""Seconds after the last reply in which ours still writes its journal; its CPU counts."""


@dataclass
class Shape:
    """How webhooks come, and what is wanted of it.

    `flow`: our side does more than the reference, which answers by a dictionary in any case. Beside the
    reference's, CPU is at most so many times as much (`dearest`), events a second at least (`slowest`).
    """

    name: str
    side_by_side: int
    events: int
    webhooks: int
    dearest: float
    slowest: float = 0.0
    flow: bool = False


SHAPES = [
    Shape("64 webhooks at once, one event each", 64, 1, 6_000, 0.40, 1.8),
    Shape("64 webhooks at once, ten events each", 64, 10, 800, 0.28),
    Shape("one webhook at a time", 1, 1, 2_400, 1.25),
    Shape("64 at once, each with a flow step, a tag and conditions", 64, 1, 6_000, 0.50, flow=True),
]
MANY_RULES = 1.1
"""Times what an event costs with ten rules that it may cost with ten thousand."""


@dataclass
class Side:
    """One bot under test."""

    name: str
    path: str
    port: int
    process: psutil.Process

    def cpu(self) -> float:
        times = self.process.cpu_times()
        return float(times.user + times.system)


@dataclass
class Cost:
    """One run of one bot."""

    cpu: float
    figures: Figures

    @property
    def cpu_per_event(self) -> float:
        return self.cpu / self.figures.events * 1e6

    @property
    def events_per_second(self) -> float:
        return self.figures.events / (self.figures.ended - self.figures.began)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


CHANNEL = """\
bot: bench
channels:
  main:
    id: "@bench"
    channel_id: "1"
    channel_secret: ${BENCH_SECRET}
    access_token: ${BENCH_TOKEN}
"""

FLOW = """\
flows:
  round:
    states:
      甲:
        give_up_after: {30m: 完}
        rules:
          - when: {text: [KEYWORDS]}
            unless: {tag: 擋下}
            do:
              - add_tags: [單數]
              - reply: answer 1
            to: 乙
      乙:
        give_up_after: {30m: 完}
        rules:
          - when: {text: [KEYWORDS]}
            if: [{tag: 單數}, {not: {tag: 擋下}}]
            do:
              - remove_tags: [單數]
              - reply: answer 2
            to: 甲
      完:
        end: true
rules:
  - when: {text: 擋下我}
    add_tags: [擋下]
  - when: {text: [KEYWORDS]}
    do:
      - start: round
      - reply: answer 0
"""
"""Beside the reply, each event is a move of a state machine, a tag put on or taken off, and conditions."""


def playbook(rules: int) -> str:
    """As the reference: so many texts, each with its answer."""
    return CHANNEL + numbered(range(rules))


def numbered(rules: range) -> str:
    """So many rules of a file."""
    each = "".join(f"  - when: {{text: keyword {i}}}\n    reply: answer {i}\n" for i in rules)
    return f"rules:\n{each}"


def flow_playbook(texts: int) -> str:
    """The same texts, heard by a flow that everybody is in."""
    return CHANNEL + FLOW.replace("KEYWORDS", ", ".join(f"keyword {i}" for i in range(texts)))


async def started(arguments: list[str], environment: dict[str, str], port: int) -> psutil.Process:
    process = await asyncio.create_subprocess_exec(*arguments, env={**os.environ, **environment})
    for _ in range(400):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return psutil.Process(process.pid)
    raise SystemExit("the bot did not start")


@asynccontextmanager
async def ours(
    name: str, folder: Path, api: str, text: str, data: Path, mongo: str | None = None
) -> AsyncIterator[Side]:
    """`oaflow run`; `mongo` is the address of a MongoDB that somebody else looks after."""
    folder.mkdir(exist_ok=True)
    whose = "" if mongo is None else "database: ${BENCH_MONGO}\n"
    (folder / "bot.yaml").write_text(text + whose, "utf-8")
    port = free_port()
    environment = {
        "BENCH_SECRET": SECRET,
        "BENCH_TOKEN": "t",
        "OAFLOW_LINE_API": api,
        "OAFLOW_DATA": str(data),
    }
    if mongo is not None:
        environment |= {"BENCH_MONGO": mongo, "OAFLOW_KEYS": generate()}
    arguments = [sys.executable, "-m", "bot", "run", str(folder), "--port", str(port)]
    process = await started(arguments, environment, port)
    try:
        yield Side(name, "/webhook/main", port, process)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


@asynccontextmanager
async def reference(api: str, mongo: str, rules: int) -> AsyncIterator[Side]:
    port = free_port()
    answers = {f"keyword {i}": f"answer {i}" for i in range(rules)}
    environment = {
        "MONGO": mongo,
        "LINE_API": api,
        "SECRET": SECRET,
        "PORT": str(port),
        "ANSWERS": json.dumps(answers),
    }
    process = await started([sys.executable, str(HERE / "reference_bot.py")], environment, port)
    try:
        yield Side("reference", "/callback", port, process)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 30)


async def measure(world: World, side: Side, shape: Shape, share: float = 1.0) -> Cost:
    before = side.cpu()
    webhooks = max(shape.side_by_side, int(shape.webhooks * share))
    figures = await world.run(side.path, side.port, webhooks, shape.events, shape.side_by_side)
    await asyncio.sleep(SETTLE)
    if figures.refused:
        raise SystemExit(f"{side.name} refused {figures.refused} webhooks")
    return Cost(side.cpu() - before, figures)


async def in_turn(
    world: World, sides: tuple[Side, Side], shape: Shape, share: float, number: int
) -> tuple[Cost, Cost]:
    """What each costs in this round. They begin in turn: MongoDB still writes out what was before."""
    if number % 2:
        second = await measure(world, sides[1], shape, share)
        return await measure(world, sides[0], shape, share), second
    return await measure(world, sides[0], shape, share), await measure(world, sides[1], shape, share)


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1e3


def row(name: str, costs: list[Cost]) -> str:
    acknowledged = [t for c in costs for t in c.figures.acknowledged]
    replied = [t for c in costs for t in c.figures.replied]
    return (
        f"  {name:24} {statistics.median(c.events_per_second for c in costs):7.0f} events/s"
        f" {statistics.median(c.cpu_per_event for c in costs):6.0f} us CPU/event"
        f"   200: {quantile(acknowledged, 0.5):6.1f} / {quantile(acknowledged, 0.99):6.1f} ms"
        f"   reply: {quantile(replied, 0.5):6.1f} / {quantile(replied, 0.99):6.1f} ms (p50 / p99)"
    )


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--share", type=float, default=1.0, help="of the usual number of webhooks")
    parser.add_argument(
        "--mongo", choices=("embedded", "tcp", "tls"), default="embedded", help="how it is reached"
    )
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{wanted.rounds} interleaved rounds, {PEOPLE} people, journaled majority writes\n")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        is_embedded = wanted.mongo == "embedded"
        all_of = embedded(folder) if is_embedded else hosted_for(folder, is_encrypted=wanted.mongo == "tls")
        async with all_of as made:
            too_dear = await against_reference(made, wanted.rounds, wanted.share)
        if is_embedded:
            too_dear += await many_rules(folder, wanted.rounds, wanted.share)
    return 1 if too_dear else 0


@dataclass
class Bots:
    """The reference and ours, plain and with a flow, and who delivers to them."""

    world: World
    reference: Side
    plain: Side
    flow: Side


@asynccontextmanager
async def embedded(folder: Path) -> AsyncIterator[Bots]:
    """With MongoDB as `oaflow` starts it; the reference and ours share one."""
    database = EmbeddedDatabase(folder / "data", initiate)
    await database.start_or_join()
    try:
        async with bots(folder, database.uri) as made:
            yield made
    finally:
        await database.leave()


@asynccontextmanager
async def hosted_for(folder: Path, *, is_encrypted: bool) -> AsyncIterator[Bots]:
    """With MongoDB as it is hosted; the reference and ours share one."""
    async with (
        hosted(folder / "plain-db", free_port(), is_encrypted=is_encrypted) as first,
        hosted(folder / "flow-db", free_port(), is_encrypted=is_encrypted) as second,
        bots(folder, first, (first, second)) as made,
    ):
        yield made


@asynccontextmanager
async def bots(
    folder: Path, mongo: str, hosted_at: tuple[str | None, str | None] = (None, None)
) -> AsyncIterator[Bots]:
    world = World(SECRET, PEOPLE, [f"keyword {i}" for i in range(100)])
    api = await world.serve()
    async with (
        reference(api, mongo, 100) as theirs,
        ours("oaflow", folder / "plain", api, playbook(100), folder / "data", hosted_at[0]) as plain,
        ours(
            "oaflow, flow", folder / "flow", api, flow_playbook(100), folder / "flow-data", hosted_at[1]
        ) as flow,
    ):
        yield Bots(world, theirs, plain, flow)


async def against_reference(bots: Bots, rounds: int, share: float) -> int:
    failures = 0
    for shape in SHAPES:
        sides = (bots.reference, bots.flow if shape.flow else bots.plain)
        for side in sides:
            await measure(bots.world, side, SHAPES[0], 0.3)  # warm: connections, contacts, code
        pairs = [await in_turn(bots.world, sides, shape, share, number) for number in range(rounds)]
        print(shape.name)
        print(row(sides[0].name, [a for a, _ in pairs]))
        print(row(sides[1].name, [b for _, b in pairs]))
        failures += not beside_reference(shape, pairs)
        print()
    return failures


def beside_reference(shape: Shape, pairs: list[tuple[Cost, Cost]]) -> bool:
    """Print ours beside the reference's, of rounds in turn; whether all of it is as wanted."""
    cpu = [b.cpu_per_event / a.cpu_per_event for a, b in pairs]
    rate = statistics.median(b.events_per_second / a.events_per_second for a, b in pairs)
    slow_a, slow_b = (
        quantile([t for cost in costs for t in cost.figures.acknowledged], 0.99)
        for costs in zip(*pairs, strict=True)
    )
    ratio = statistics.median(cpu)
    as_wanted = [ratio <= shape.dearest, rate >= shape.slowest, slow_b <= slow_a]
    print(
        f"  CPU per event: {ratio:.2f} x the reference (min {min(cpu):.2f}, max {max(cpu):.2f};"
        f" wanted <= {shape.dearest:.2f}) {'ok' if as_wanted[0] else 'TOO DEAR'}"
    )
    wanted = f" (wanted >= {shape.slowest:g})" if shape.slowest else ""
    print(f"  events a second: {rate:.2f} x{wanted} {'ok' if as_wanted[1] else 'TOO SLOW'}")
    print(f"  p99 of the 200: {slow_b / slow_a:.2f} x (wanted <= 1) {'ok' if as_wanted[2] else 'TOO LATE'}")
    return all(as_wanted)


async def many_rules(folder: Path, rounds: int, share: float) -> int:
    world = World(SECRET, PEOPLE, [f"keyword {i}" for i in range(10)])
    api = await world.serve()
    shape = SHAPES[0]
    files = folder / "many" / "rules"
    files.mkdir(parents=True)
    for first in range(0, 10_000, 1_000):  # a file holds 50,000 values at most
        (files / f"from_{first}.yaml").write_text(numbered(range(first, first + 1_000)), "utf-8")
    async with (
        ours("10 rules", folder / "few", api, playbook(10), folder / "few-data") as few,
        ours("10,000 rules", folder / "many", api, CHANNEL, folder / "many-data") as many,
    ):
        for side in (few, many):
            await measure(world, side, shape, 0.3)
        pairs = [await in_turn(world, (few, many), shape, share, number) for number in range(rounds)]
    ratio = statistics.median(b.cpu_per_event / a.cpu_per_event for a, b in pairs)
    print("10,000 text rules against 10")
    print(row(few.name, [a for a, _ in pairs]))
    print(row(many.name, [b for _, b in pairs]))
    well = "ok" if ratio <= MANY_RULES else "TOO DEAR"
    print(f"  CPU per event: {ratio:.2f} x (wanted <= {MANY_RULES:.2f}) {well}")
    return int(ratio > MANY_RULES)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main()))
