"""`make measure`: what people without LINE cost who binds, and how fast a list of members is taken.

Two simulators side by side, asked in turn: one with nobody else, one beside a crowd of whom most are known
from a list alone. Half of those who bind there are known from the list, so that two contacts become one.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import psutil
import uvloop
from aiohttp import ClientSession

from bench.pages import AT_ONCE, ROUNDS, TYPING, Person, bind, person, simulated, spent
from bot.cli.on_database import database_of
from bot.cli.valid_files import read_valid_playbook
from bot.engine.compiled.playbook import Playbook
from bot.model.contact import AttributeValue, Contact, Identity, contact_id
from bot.operations.member_import import MemberFile, import_members
from bot.store.stores import Stores

WITHOUT, WITH = 200_000, 20_000
LINES = 20_000
BATCH = 2_000
WORSE = 1.25
"""By what p99 may differ between two runs of the same on a machine that others use, too."""


def phone_of(number: int) -> str:
    return f"+8869{number:08d}"


async def crowd(stores: Stores, without: int, with_line: int) -> None:
    """Put these people in; the last without LINE have the phones that are bound from 66,000,000 on."""
    now = datetime.now(UTC)
    for first in range(0, without, BATCH):
        some = range(first, min(first + BATCH, without))
        people = [
            Contact(
                stores.people_without_line.id_of("list", f"M{n}", None),
                name="王小美",
                phone=phone_of(66_000_000 + 2 * n),
                member_no=f"M{n}",
                attributes={"n.points": AttributeValue(n, now)},
            )
            for n in some
        ]
        await stores.people_without_line.write([(None, one) for one in people])
    for first in range(0, with_line, BATCH):
        users = [f"B{n:032x}" for n in range(first, min(first + BATCH, with_line))]
        met = [
            Contact(
                contact_id("main", user), name="李大華", identities=(Identity("main", user, friend=True),)
            )
            for user in users
        ]
        await stores.people_without_line.write([(None, one) for one in met])


async def taken(stores: Stores, playbook: Playbook, lines: int) -> float:
    """Lines a second of a list that is new."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "members.csv"
        rows = (f"N{n},09{n:08d},王小美,{n}\n" for n in range(lines))
        file.write_text("會員編號,手機,姓名,備註\n" + "".join(rows), "utf-8")
        began = time.perf_counter()
        done = await import_members(stores, playbook, MemberFile(file), "command:measure")
        if done.new != lines:
            raise SystemExit(f"{done.new} of {lines} lines are new")
        return lines / (time.perf_counter() - began)


async def measured(without: int = WITHOUT, with_line: int = WITH, rounds: int = ROUNDS) -> bool:
    """Print what it costs; whether binding is as quick as without them."""
    people: dict[str, list[Person]] = {"alone": [], "crowd": []}
    cpu: dict[str, list[float]] = {"alone": [0.0, 0.0], "crowd": [0.0, 0.0]}
    async with AsyncExitStack() as stack:
        worlds = {name: await stack.enter_async_context(simulated()) for name in people}
        folder = Path(worlds["crowd"][1].cmdline()[4])
        served = read_valid_playbook(folder)
        opened = await stack.enter_async_context(database_of(folder, served.settings))
        stores = (await opened.everywhere())[1]
        began = time.perf_counter()
        await crowd(stores, without, with_line)
        print(
            f"{without:,} people without LINE beside {with_line:,} with,"
            f" put in {time.perf_counter() - began:.0f} s"
        )
        for number in range(rounds):
            for name, (http, bot) in worlds.items():
                await one_round(http, bot, number, people[name], cpu[name])
        speed = await taken(stores, served.playbook, LINES)
    late = {name: _late([one.took["code"] for one in of]) for name, of in people.items()}
    for name, of in people.items():
        p50 = statistics.median(one.took["code"] for one in of)
        bot_ms, mongod_ms = (seconds / len(of) * 1000 for seconds in cpu[name])
        print(
            f"  code until bound, {name:5}  p50 {p50 * 1000:4.0f} ms, p99 {late[name] * 1000:4.0f} ms;"
            f" CPU of a binding: bot {bot_ms:.1f} ms, mongod {mongod_ms:.1f} ms"
        )
    print(f"  a list of {LINES:,} members  {speed:,.0f} lines/s")
    return late["crowd"] <= WORSE * late["alone"]


async def one_round(
    http: ClientSession, bot: psutil.Process, number: int, people: list[Person], cpu: list[float]
) -> None:
    """64 at once bind, as people do; in the crowd every second one is known from the list."""
    before = spent(bot)
    at_once = [await person(http, "outlet") for _ in range(AT_ONCE)]
    phones = (f"09{66_000_000 + number * AT_ONCE + n:08d}" for n in range(AT_ONCE))
    await asyncio.gather(*(bind(one, next(phones), TYPING) for one in at_once))
    people += at_once
    for place, (after, was) in enumerate(zip(spent(bot), before, strict=True)):
        cpu[place] += after - was


def _late(took: list[float]) -> float:
    return sorted(took)[math.ceil(len(took) * 0.99) - 1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", type=int, default=WITHOUT, help="people without LINE (%(default)s)")
    parser.add_argument("--with-line", type=int, default=WITH, help="people with LINE (%(default)s)")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    wanted = parser.parse_args()
    return int(not uvloop.run(measured(wanted.without, wanted.with_line, wanted.rounds)))


if __name__ == "__main__":
    sys.exit(main())
