"""A backup of people with all that is known of them, and back (embedded database, a disk).

`.venv/bin/python -m bench.backup [CONTACTS]`; prints what `docs/measurements.md` says.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.search_crowd import put_in
from bot.operations.backups import RestoreOrder, back_up, look_at, restore
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of

CONTACTS = 1_000_000


async def measure(contacts: int) -> None:
    """Print the figures."""
    seal, now = Seal(parse(generate())), datetime.now(UTC)
    with TemporaryDirectory() as folder:
        embedded = EmbeddedDatabase(Path(folder) / "data", initiate)
        await embedded.start_or_join()
        database, other = Database(embedded.uri), Database(embedded.uri, "restored")
        try:
            stores = stores_of(
                database, seal
            )  # without indexes, which a backup does not need: filled in minutes
            await stores.register.check(seal.ring)
            await put_in(database, seal, contacts)
            began = time.perf_counter()
            made = await back_up(stores, seal, Path(folder) / "all", by="bench", program="", now=now)
            size = made.size / 1_000_000
            took = time.perf_counter() - began
            print(f"{contacts:,} contacts, {made.content.rows:,} rows: {took:.0f} s, {size:,.0f} MB")
            began = time.perf_counter()
            await look_at(made.path, seal.ring)
            print(f"read whole: {time.perf_counter() - began:.0f} s")
            began = time.perf_counter()
            await restore(other, seal.ring, made.path, RestoreOrder("bench"), now)
            print(f"restored, counted and with its indexes: {time.perf_counter() - began:.0f} s")
        finally:
            database.close()
            other.close()
            await embedded.leave()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else CONTACTS))
