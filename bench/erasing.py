"""Erasing on the embedded database: one person, ten thousand, and the last look at all rows (J2).

`.venv/bin/python -m bench.erasing [CONTACTS]`; prints what `docs/measurements.md` says.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.model.clock import SystemClock
from bot.model.processes import part_of
from bot.operations.erasing import PersonalMenus, erase
from bot.runtime.sweeps.erased_menus import remove_menus
from bot.runtime.sweeps.erasures import ErasureWork
from bot.store.collection_spec import PersonKeys
from bot.store.database.mongo import Database, Document, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of

CONTACTS, EVENTS = 1_000_000, 20
"""People, and rows of timeline, inbox and trace each of those who are erased."""
BULK, SINGLE = 10_000, 50
AT_ONCE = 5_000


async def fill(database: Database, contacts: int) -> None:
    """People, and what has happened to those who are to be erased, so long ago that it is over."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    for start in range(0, contacts, AT_ONCE):
        ids = [f"main:U{number:032x}" for number in range(start, min(contacts, start + AT_ONCE))]
        people = [
            {"_id": id, "part": part_of(id), "rev": 1, "fence": 1, "ids": [{"ch": "main", "uid": id[5:]}]}
            for id in ids
        ]
        await database.collection("contacts").insert_many(people, ordered=False)
    for start in range(0, BULK + SINGLE, 100):
        rows: list[Document] = [
            {"_id": f"{id}-{event}", "contact": id, "part": part_of(id), "at": at, "state": "done"}
            for id in (f"main:U{number:032x}" for number in range(start, start + 100))
            for event in range(EVENTS)
        ]
        for name, more in (
            ("timeline", {"what": "text"}),
            ("inbox", {"raw": b"x" * 400}),
            ("trace", {"steps": b"x" * 400}),
        ):
            await database.collection(name).insert_many([{**row, **more} for row in rows], ordered=False)


async def measure(contacts: int) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        embedded = EmbeddedDatabase(Path(folder) / "data", initiate)
        await embedded.start_or_join()
        database = Database(embedded.uri)
        try:
            await database.prepare()
            await fill(database, contacts)
            stores = stores_of(database, Seal(parse(generate())))
            work = ErasureWork(
                stores.eraser,
                stores.erasures,
                stores.sendings,
                SystemClock(),
                partial(remove_menus, lambda channel: None),
            )
            ids = [f"main:U{number:032x}" for number in range(BULK + SINGLE)]
            took = []
            for number, contact in enumerate(ids[BULK:]):
                began = time.perf_counter()
                people = await stores.eraser.read({f"one {number}": PersonKeys([contact])})
                await work.begin(people, "bench")
                await work.carry_out(people)
                took.append(time.perf_counter() - began)
            print(f"{contacts:,} contacts; one: median {median(took):.3f} s, most {max(took):.3f} s")
            began = time.perf_counter()
            left = await work.see_through(timedelta())
            print(f"last look for {SINGLE}: {time.perf_counter() - began:.1f} s, {left} left")
            began = time.perf_counter()
            await erase(stores, dict.fromkeys(ids[:BULK], ()), "bench", PersonalMenus({}, "", ""))
            print(f"{BULK:,} with the last look: {time.perf_counter() - began:.1f} s")
            rows = await database.collection("timeline").estimated_document_count()
            print(f"rows of the timeline that are left: {rows}")
        finally:
            database.close()
            await embedded.leave()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS))
