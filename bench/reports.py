"""`make measure`, one part: the reports of a broadcast to a million people, and of a journey of 100,000.

By itself, and sooner: `python -m bench.reports --people 100000 --began 20000`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import psutil
import uvloop

from bench.journey_run import SECRETS
from bench.journey_world import user_of
from bench.journeys import told
from bench.main import CHANNEL
from bot.engine.compiled.goal import BINDING, begun_flow, goal_of_broadcast, goal_of_flow, tapped_of
from bot.model.broadcast import MOST, Recipient, Sending, SendingBatch
from bot.model.counts import BEGUN, OF_GOALS, REACHED
from bot.model.processes import part_of
from bot.operations.broadcasts.line_now import LineNow
from bot.operations.broadcasts.report import report_of
from bot.operations.journey_reports.report import journey_report
from bot.playbook.load import load
from bot.store.broadcasts.batches import batch_document
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.schema import stored_schema
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of

PEOPLE, BEGAN = 1_000_000, 100_000
SOON = {"broadcast": 15.0, "journey": 3.0}
"""Seconds until it is told."""
MORE = 100.0
"""MiB by which the process may grow."""
AT = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
DAY = timedelta(days=1)
BATCH = 5_000
TEXT = (
    CHANNEL
    + """\
tags: {買過: {added_by: staff}, 新客: {added_by: staff}}
splits: {試試: {甲: 45, 乙: 45, 不發: 10}}
broadcasts:
  sale:
    to: everyone
    split: 試試
    push:
      甲: [{buttons: {text: 八折，輸入「停止推播」就不再收到, taps: [{label: 好, reply: 謝謝}]}}]
      乙: [九折, 輸入「停止推播」就不再收到]
      不發: nothing
    goal: {tag_added: 買過, within: 2d}
flows:
  welcome:
    when: {tag_added: 新客}
    once_per: always
    goal: {tag_added: 買過, within: 7d}
    states:
      分組: {branch: [{if: {split: {試試: 甲}}, to: 優惠}, {to: 完}]}
      優惠: {push: 早安, wait: 1d, next: 完}
      完: {end: true}
"""
)
DID = ((0.05, "text", ()), (0.03, "postback", (tapped_of("sale"),)), (0.02, "page", (BINDING,)))
"""What shares of all people do within a day, beside `GOAL` and blocking."""
GOAL, BLOCKS, OTHERS = 0.04, 0.005, 0.5
"""Shares who reach the goal, who block; rows of other people's days, for each person."""


class Happened(NamedTuple):
    """A row of the timeline of somebody; `marks`: of what is counted, the kind and what it is about."""

    at: datetime
    number: int
    what: str
    kind: str = ""
    marks: tuple[tuple[str, tuple[str, ...]], ...] = ()


def row(happened: Happened) -> dict[str, Any]:
    """As it is stored."""
    at, number, what, kind, marks = happened
    contact = f"main:{user_of(number)}"
    told: dict[str, Any] = {
        "_id": f"main:{kind or what}{number}@{at.timestamp()}",
        "contact": contact,
        "part": part_of(contact),
        "at": at,
        "what": what,
        "more": [],
    }
    if marks:
        told["c"] = [["main", OF_GOALS, what, *about] for what, about in marks]
        told["g"] = list(dict.fromkeys(about[0] for _, about in marks))
    return told


def rows(people: int, began: int) -> Iterator[dict[str, Any]]:
    """What happened, in its order: it is written as it happens, and so it lies."""
    return map(row, sorted(_happened(people, began)))


def _happened(people: int, began: int) -> Iterator[Happened]:
    """What the sending left, what people did then, a journey, and other days."""
    dice = random.Random(7)
    for number in range(people):
        sent = sent_at(number)
        if group_of(number) != "不發":
            yield Happened(sent, number, "broadcast: sale")
        for share, what, goals in DID:
            if dice.random() < share:
                at = sent + DAY * dice.random()
                yield Happened(at, number, what, marks=tuple((REACHED, (goal,)) for goal in goals))
        if dice.random() < GOAL:
            at = sent + 3 * DAY * dice.random()
            yield Happened(at, number, "staff: tags", "goal", ((REACHED, (goal_of_broadcast("sale"),)),))
        if dice.random() < BLOCKS:
            yield Happened(sent + DAY * dice.random(), number, "unfollow")
        if dice.random() < OTHERS:
            yield Happened(AT - 300 * DAY * dice.random(), number, "text", "other")
    name = begun_flow("welcome")
    for number in range(began):
        at = AT - 60 * DAY * dice.random()
        group = dice.choice(("甲", "乙", "不發"))
        marks = ((BEGUN, (name,)), (BEGUN, (name, "試試", group)))
        yield Happened(at, number, "tag_added", "begun", marks)
        if dice.random() < 0.3:
            then = at + 10 * DAY * dice.random()
            yield Happened(then, number, "staff: tags", "reached", ((REACHED, (goal_of_flow("welcome"),)),))


def group_of(number: int) -> str:
    """To which group somebody's batch belongs."""
    batch = number // MOST
    return ("甲", "乙")[batch % 2] if batch % 10 else "不發"


def sent_at(number: int) -> datetime:
    """When LINE took somebody's batch: all of them are left a row of this moment."""
    return AT + timedelta(seconds=number // MOST * MOST / 10_000)


def batches(sending: Sending, people: int) -> Iterator[dict[str, Any]]:
    """The people of the sending, as they are once it is over."""
    for number, start in enumerate(range(0, people, MOST)):
        group = group_of(start)
        users = [user_of(one) for one in range(start, min(start + MOST, people))]
        some = tuple(Recipient(f"main:{user}", user) for user in users)
        left_out: Any = dict.fromkeys((one.contact for one in some), "nothing") if group == "不發" else {}
        batch = SendingBatch(
            f"{sending.id}#{number}",
            sending.id,
            number,
            "main",
            group,
            some,
            "dropped" if left_out else "over",
            at=None if left_out else sent_at(start),
            left_out=left_out,
        )
        yield batch_document(batch, AT)


async def put_in(database: Database, stores: Stores, people: int, began: int) -> None:
    """All of it."""
    sending = Sending("sale@1", "sale", "main", AT, AT)
    await stores.sendings.add(sending)
    over = AT + timedelta(seconds=people / 10_000)
    await stores.sendings.change(sending.id, ["planned"], state="done", fixed=AT, ended=over)
    for name, some in (("timeline", rows(people, began)), ("sending_batches", batches(sending, people))):
        size = BATCH if name == "timeline" else 50
        while these := list(islice(some, size)):
            await database.collection(name).insert_many(these, ordered=False)


@dataclass(frozen=True)
class Opened:
    """The database in a folder, and the mongod that has it."""

    database: Database
    stores: Stores
    mongod: psutil.Process


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Opened]:
    """As long as this lasts."""
    embedded = EmbeddedDatabase(folder / "data", initiate)
    await embedded.start_or_join()
    database = Database(embedded.uri)
    try:
        await embedded.until_it_answers(database.ready)
        await stored_schema(database)
        await database.prepare()
        stores = stores_of(database, Seal(parse(generate())))
        mongod = psutil.Process(int((folder / "data" / "db" / "mongod.lock").read_text()))
        yield Opened(database, stores, mongod)
    finally:
        database.close()
        await embedded.leave()


async def asked(name: str, folder: Path, people: int) -> bool:
    """Make one of the two reports, and print what that took; whether it is as wanted."""
    loaded = load(folder, SECRETS)
    playbook = loaded.playbook
    if playbook is None:
        raise SystemExit(str(loaded.problems))
    ours = psutil.Process()
    async with opened(folder) as there:
        before = ours.memory_info().rss, _spent(ours), _spent(there.mongod), time.perf_counter()
        if name == "broadcast":
            line = LineNow(loaded.settings, "http://127.0.0.1:9", "")
            await report_of(there.stores, playbook, playbook.broadcasts["sale"], line)
        else:
            await journey_report(there.stores, playbook, playbook.flows["welcome"])
        seconds = time.perf_counter() - before[3]
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10 - before[0] / 2**20
        own, mongod = _spent(ours) - before[1], _spent(there.mongod) - before[2]
        print(f"  CPU: {own:.1f} s of ours, {mongod:.1f} s of mongod's")
        took = f"{seconds:.1f} s (wanted <= {SOON[name]:g} s)"
        well = told(f"the report of a {name} of {people:,} people", took, seconds <= SOON[name])
        return told("  it grows by", f"{grown:.0f} MiB (wanted < {MORE:g})", grown < MORE) and well


def _spent(process: psutil.Process) -> float:
    """Seconds of CPU."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def measure(folder: Path, people: int, began: int) -> bool:
    """Print all figures, each of a process of its own; whether each is as wanted."""
    (folder / "bot.yaml").write_text(TEXT, "utf-8")
    async with opened(folder) as there:
        await put_in(there.database, there.stores, people, began)
        well = True
        for name, number in (("broadcast", people), ("journey", began)):
            told_of = ("--ask", name, "--folder", str(folder), "--people", str(number))
            process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.reports", *told_of)
            well &= await process.wait() == 0
        return well


async def measured(people: int = PEOPLE, began: int = BEGAN) -> bool:
    """As `measure`, in a folder that is removed."""
    with tempfile.TemporaryDirectory() as folder:
        return await measure(Path(folder), people, began)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--began", type=int, default=BEGAN)
    parser.add_argument("--ask", choices=list(SOON), help="of what is in  --folder  already")
    parser.add_argument("--folder", type=Path)
    wanted = parser.parse_args()
    if wanted.ask is not None:
        return int(not uvloop.run(asked(wanted.ask, wanted.folder, wanted.people)))
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.people, wanted.began)))


if __name__ == "__main__":
    sys.exit(main())
