"""`make measure`: how soon it is known how many people are in an audience, and how fast all of them are read.

By itself, and sooner: `python -m bench.audiences --people 100000`.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import psutil
import uvloop

from bench.audience_crowd import NOW, VIP, listed, put_in
from bot.engine.conditions.condition import All, Condition
from bot.engine.conditions.people import OnList
from bot.engine.conditions.values import HasTag
from bot.engine.times.bounds import When
from bot.model.place import Place
from bot.operations.audiences import estimated
from bot.store.contacts.audiences import AudienceNumbers, AudienceQuery
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of

PEOPLE = 1_000_000
ROUNDS = 5
SOON, EXACT = 0.2, 3.0
"""Seconds until an estimate is there, and until all are counted (issue 18)."""
MORE = 100.0
"""MiB by which the process may grow while it reads everybody."""
ON_LIST = 100_000
HERE = Place("bench", 1, 1, "")
T = TypeVar("T")


@dataclass(frozen=True)
class Crowd:
    """The people, and the mongod that has them."""

    stores: Stores
    mongod: psutil.Process
    people: int

    def spent(self) -> float:
        """Seconds of CPU that mongod has used."""
        times = self.mongod.cpu_times()
        return float(times.user + times.system)


def asked(condition: Condition) -> AudienceQuery:
    return AudienceQuery(condition, "main", When(NOW, ZoneInfo("Asia/Taipei")), ("main",), "strictest")


async def _estimate(numbers: AudienceNumbers, of: AudienceQuery, exact: int) -> bool:
    sample, took = await _timed(lambda: numbers.sample(of))
    if sample is None:
        raise SystemExit("so few are counted as soon")
    told = estimated(sample)
    low, high = told.low, told.high
    print(f"    about: {max(took) * 1e3:.0f} ms at most (wanted <= {SOON * 1e3:.0f})", end="; ")
    print(f"{told.people:,}, {low:,.0f} to {high:,.0f}; off by {told.people / exact - 1:+.1%}")
    return max(took) <= SOON


async def _timed(ask: Callable[[], Awaitable[T]]) -> tuple[T, list[float]]:
    """What is answered, the same each time; and how long that took."""
    found, took = list[T](), list[float]()
    for _ in range(ROUNDS):
        began = time.perf_counter()
        found.append(await ask())
        took.append(time.perf_counter() - began)
    if any(one != found[0] for one in found):
        raise SystemExit("asked again it is answered otherwise")
    return found[0], took


async def _sizes(crowd: Crowd, name: str, condition: Condition, *, sampled: bool) -> bool:
    """How many, about and exactly."""
    numbers, of = crowd.stores.audience_numbers, asked(condition)
    before = crowd.spent()
    exact, took = await _timed(lambda: numbers.exact(of))
    cpu = (crowd.spent() - before) / ROUNDS
    print(f"  {name}: {exact:,} of {crowd.people:,}")
    print(f"    exactly: {max(took):.2f} s at most (wanted <= {EXACT:g}), {cpu:.2f} s of mongod's CPU")
    well = max(took) <= EXACT
    return await _estimate(numbers, of, exact) and well if sampled else well


async def _streamed(crowd: Crowd, name: str, condition: Condition) -> bool:
    """Everybody is read, page by page, as a sending does that begins."""
    process = psutil.Process()
    gc.collect()
    before, most, number, last = process.memory_info().rss, 0, 0, ""
    cpu, began = crowd.spent(), time.perf_counter()
    async for page in crowd.stores.audience_members.recipients(asked(condition)):
        number += len(page)
        if not last < page[0].contact < page[-1].contact:
            raise SystemExit("they do not come in the order of their ids")
        last, most = page[-1].contact, max(most, process.memory_info().rss)
    seconds, grown = time.perf_counter() - began, (most - before) / 2**20
    print(f"  {name}, read in the order of ids: {number:,} in {seconds:.1f} s", end=", ")
    print(f"{number / seconds:,.0f}/s, {crowd.spent() - cpu:.1f} s of mongod's CPU")
    print(f"    the process grew by {grown:.0f} MiB (wanted < {MORE:g})")
    return grown < MORE


async def measure(folder: Path, people: int) -> bool:
    """Print all figures; whether each is as wanted."""
    embedded = EmbeddedDatabase(folder / "data", initiate)
    await embedded.start_or_join()
    database = Database(embedded.uri)
    try:
        await embedded.until_it_answers(database.ready)
        await database.prepare()
        seal = Seal(parse(generate()))
        await put_in(database, seal, people)
        mongod = psutil.Process(int((folder / "data" / "db" / "mongod.lock").read_text()))
        crowd = Crowd(stores_of(database, seal), mongod, people)
        vip, on_list = HasTag(HERE, ("VIP",)), OnList(HERE, listed(people, min(ON_LIST, people // 10)))
        well = await _sizes(crowd, "everyone", All(()), sampled=True)
        well &= await _sizes(crowd, f"a tag of {VIP:.0%}", vip, sampled=True)
        await _sizes(crowd, "a list", on_list, sampled=False)
        well &= await _streamed(crowd, "everyone", All(()))
        return await _streamed(crowd, "a list", on_list) and well
    finally:
        database.close()
        await embedded.leave()


async def measured(people: int = PEOPLE) -> bool:
    """As `measure`, in a folder that is removed."""
    print(f"{people:,} contacts of one channel")
    with tempfile.TemporaryDirectory() as folder:
        return await measure(Path(folder), people)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE)
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    return int(not uvloop.run(measured(wanted.people)))


if __name__ == "__main__":
    sys.exit(main())
