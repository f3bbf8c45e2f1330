"""`make measure`: new keys for a hundred thousand people, while others are answered.

By itself, and sooner: `python -m bench.keys --people 10000`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import uvloop

from bench.journey_world import CountingLine
from bench.journeys import Live, now
from bench.main import CHANNEL, SECRET, ours, quantile
from bot.app.database import OpenDatabase, open_database
from bot.model.contact import AttributeValue, Binding, Contact, Identity
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.playbook.load import load
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of

PEOPLE = 100_000
BATCH = 1_000
QUIET = 10.0
"""Seconds for which live webhooks are watched before."""
SECRETS = {"BENCH_SECRET": SECRET, "BENCH_TOKEN": "t"}
PLAYBOOK = (
    CHANNEL
    + """\
attributes: {allergy: {type: text, private: true}}
rules:
  - {when: anything_else, reply: 好的}
"""
)


def _crowd(people: int) -> Iterator[TurnWrite]:
    """Each with a phone and a private value: two sealed values and two hashes."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(people):
        user = f"W{number:032x}"
        contact = Contact(
            f"main:{user}",
            identities=(Identity("main", user),),
            phone=f"+8869{number:08}",
            bindings={"phone": Binding(moment)},
            attributes={"x.allergy": AttributeValue(f"花生 {number}", moment)},
        )
        yield TurnWrite(Contact(contact.id), contact, part_of(contact.id), 0, 1, (), (), born=True)


async def _rotated(folder: Path, data: Path) -> float:
    """The seconds that the command took."""
    began = time.perf_counter()
    words = [sys.executable, "-m", "bot", "keys", "rotate", str(folder)]
    environment = {**os.environ, **SECRETS, "OAFLOW_DATA": str(data)}
    process = await asyncio.create_subprocess_exec(*words, env=environment, stdout=asyncio.subprocess.DEVNULL)
    if await process.wait():
        raise SystemExit("the keys were not rotated")
    return time.perf_counter() - began


async def _is_lost(data: Path, before: str, people: int) -> list[str]:
    """What is wrong afterwards, where only the new keys are there."""
    only = parse((data / "keys").read_text()).without(set(parse(before).fingerprints()))
    database = Database(EmbeddedDatabase(data, initiate).uri)
    stores = stores_of(database, Seal(only))
    *_, found = [found async for found in stores.resealer.count(now())]
    wrong = [f"sealed with {name}: {n}" for name, n in found.sealed.items() if name not in only.seal]
    wrong += [f"hashed with {name}: {n}" for name, n in found.hashed.items() if name not in only.index]
    if found.hashed.total() != 2 * people:
        wrong.append(f"{found.hashed.total()} hashes")
    for number in range(0, people, people // 50 or 1):
        contact = f"main:W{number:032x}"
        stored = (await stores.contacts.load([contact]))[contact].contact
        if stored.phone != f"+8869{number:08}" or not stored.attributes:
            wrong.append(contact)
        if await stores.people.with_phone(f"+8869{number:08}") != [contact]:
            wrong.append(f"{contact} is not found")
    if await database.collection("inbox").find_one({"state": "open"}):
        wrong.append("events are open")
    database.close()
    return wrong


async def _put_in(opened: OpenDatabase, people: int) -> None:
    crowd = _crowd(people)
    while some := list(islice(crowd, BATCH)):
        await opened.stores.contacts.save(some)


async def measured(people: int = PEOPLE) -> bool:
    """Print the figures; whether nothing was lost, and nobody refused."""
    line = CountingLine(SECRET, 200)
    api = await line.serve()
    with tempfile.TemporaryDirectory() as temporary:
        folder, data = Path(temporary) / "bot", Path(temporary) / "data"
        folder.mkdir()
        (folder / "bot.yaml").write_text(PLAYBOOK, "utf-8")
        opened = await open_database(load(folder, SECRETS).settings, folder, {"OAFLOW_DATA": str(data)}, "")
        try:
            await _put_in(opened, people)
            before = (data / "keys").read_text()
            async with ours("keys", folder, api, PLAYBOOK, data) as side:
                live = Live(line, side)
                async with live.going_on():
                    await asyncio.sleep(QUIET)
                p50, p99 = quantile(live.acknowledged, 0.5), live.p99()
                async with live.going_on():
                    took = await _rotated(folder, data)
                then50, then99, many = quantile(live.acknowledged, 0.5), live.p99(), len(live.acknowledged)
                await asyncio.sleep(2.0)
                wrong = await _is_lost(data, before, people)
        finally:
            await opened.close()
            line.close()
    pace = f"{took:6.1f} s, {people / took:,.0f} people a second"
    print(f"new keys, {people} people     {pace}; wrong afterwards: {wrong[:5] or 'nothing'}")
    print(
        f"webhooks meanwhile        {many}, refused {live.refused}; p50 {then50:.1f} ms, before {p50:.1f};"
        f" p99 {then99:.1f} ms, before {p99:.1f}"
    )
    return not wrong and not live.refused


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="whose data are sealed anew")
    wanted = parser.parse_args()
    print(f"{platform.platform()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return int(not runner.run(measured(wanted.people)))


if __name__ == "__main__":
    sys.exit(main())
