"""What `privacy.keep` removes by itself, on the embedded database: people who left, and rows (J4).

`.venv/bin/python -m bench.retention [CONTACTS]`; prints what `docs/measurements.md` says.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.model.clock import SystemClock
from bot.model.processes import part_of
from bot.runtime.sweeps.erased_menus import LineUser
from bot.runtime.sweeps.left_contacts import LeftContacts, PeopleStores
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of

CONTACTS, LEFT, ROWS = 1_000_000, 5_000, 200_000
"""People, how many of them left long ago, and old rows of the timeline."""
AT_ONCE = 5_000
SECOND = timedelta(seconds=1)


async def fill(database: Database, contacts: int) -> None:
    """People, of whom every so-manieth left long ago; old rows of the timeline."""
    now = datetime.now(UTC)
    long_ago = now - timedelta(days=500)
    each = contacts // LEFT
    for start in range(0, contacts, AT_ONCE):
        people = []
        for number in range(start, min(contacts, start + AT_ONCE)):
            user, gone = f"U{number:032x}", number % each == 0
            seen = {"ch": "main", "uid": user, "friend": not gone, "seen": long_ago if gone else now}
            id = f"main:{user}"
            people.append({"_id": id, "part": part_of(id), "rev": 1, "fence": 1, "ids": [seen]})
        await database.collection("contacts").insert_many(people, ordered=False)
    for start in range(0, ROWS, AT_ONCE):
        rows = [
            {
                "_id": f"e{n}",
                "contact": f"main:V{n}",
                "part": n % 256,
                "at": long_ago + timedelta(seconds=n),
                "what": "text",
            }
            for n in range(start, start + AT_ONCE)
        ]
        await database.collection("timeline").insert_many(rows, ordered=False)


async def measure(contacts: int) -> None:
    """Print the figures."""
    with TemporaryDirectory() as folder:
        embedded = EmbeddedDatabase(Path(folder) / "data", initiate)
        await embedded.start_or_join()
        database = Database(embedded.uri)
        try:
            await database.prepare()
            index = database.collection("timeline").driver
            await index.drop_index("life")  # MongoDB itself would be faster
            await index.create_index("at", name="life")
            await fill(database, contacts)
            stores = stores_of(database, Seal(parse(generate())))
            now = SystemClock().now()

            async def menus(users: Mapping[str, Sequence[LineUser]]) -> set[str]:
                return set()

            people = PeopleStores(stores.left_people, stores.retention, stores.eraser, stores.erasures)
            sweep = LeftContacts(people, menus, lambda: True)
            began = time.perf_counter()
            assert await sweep.look(365, "day", SystemClock().now) == 0, "they are many"
            print(f"{contacts:,} contacts; counted who left: {time.perf_counter() - began:.1f} s")
            await stores.retention.confirm(365)
            began = time.perf_counter()
            number = await sweep.look(365, "day", SystemClock().now)
            print(f"{number:,} people erased: {time.perf_counter() - began:.1f} s")
            began = time.perf_counter()
            await sweep.look(365, "day", SystemClock().now)
            print(f"a look that finds nobody: {time.perf_counter() - began:.1f} s")
            began, removed = time.perf_counter(), 0
            before = now - timedelta(days=365)
            async for some in stores.expired_rows.remove("timeline", before, "day", now):
                removed += some
            print(f"{removed:,} rows of the timeline removed: {time.perf_counter() - began:.1f} s")
        finally:
            database.close()
            await embedded.leave()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS))
