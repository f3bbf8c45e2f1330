"""`make measure`: how fast the people of the stores see theirs, where one store has 100,000 of them (D6).

All reads of the pages, on an embedded MongoDB of its own, one after the other: what somebody waits for.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop

from bot.model.clerk import ListCursor, OfClerk, OfEveryStore, OfStores, SeenPeople
from bot.model.contact import Binding, Clerk, Contact, Identity
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.contacts.store_people import StorePeople
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of

OF_ONE = 100_000
"""People of the large store; as many more are in 300 small ones."""
SMALL, CLERKS = 300, 100
BATCH, ROUNDS, ROWS = 1_000, 15, 50
WANTED = 50.0
"""Milliseconds for a page."""
NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def person(number: int) -> Contact:
    """Every second one is of the large store."""
    shop, clerk = ("large", f"A{number // 2 % CLERKS}")
    if number % 2:
        shop, clerk = f"s{number // 2 % SMALL}", f"B{number // 2 % (3 * SMALL)}"
    return Contact(
        f"main:U{number:032x}",
        name=f"小美{number}",
        phone=f"+8869{number:08d}",
        identities=(Identity("main", f"U{number:032x}", friend=True, since=NOW),),
        bindings={"phone": Binding(NOW)},
        clerk=Clerk("x", "小安", shop, NOW - timedelta(seconds=number * 7 % 9_000_000), clerk),
        turned=NOW,
    )


async def plant(database: Database, seal: Seal) -> None:
    contacts = stores_of(database, seal).contacts
    for begin in range(0, 2 * OF_ONE, BATCH):
        some = [person(number) for number in range(begin, begin + BATCH)]
        await contacts.save(
            [TurnWrite(Contact(c.id), c, part_of(c.id), 0, 1, ("e",), (), born=True) for c in some]
        )


async def timed(what: Callable[[], Awaitable[Any]], rounds: int = ROUNDS) -> tuple[float, float]:
    """The median and the longest of several times, in milliseconds."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        await what()
        took.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(took), max(took)


def reads(people: StorePeople, seen: SeenPeople, deep: ListCursor) -> Sequence[tuple[str, bool, Any]]:
    """What is read, whether it is a page that is to be there at once, and how."""
    return (
        ("first page", True, lambda: people.newest(seen, None, ROWS + 1)),
        ("a page in the middle", True, lambda: people.newest(seen, deep, ROWS + 1)),
        ("how many (to 1,001)", True, lambda: people.how_many(seen, 1_001)),
        ("a whole phone", True, lambda: people.with_phone(seen, "+886900000006")),
        ("a name that many have", True, lambda: people.newest(seen, None, ROWS + 1, name="美12")),
        ("a name that nobody has", False, lambda: people.newest(seen, None, ROWS + 1, name="阿土伯")),
        ("three digits", False, lambda: people.with_phone_end(seen, "x", None, ROWS)),
        ("counts by clerk", False, lambda: people.by_clerk(seen)),
    )


async def measured() -> bool:
    """Print the figures; whether all pages are there in time."""
    scopes: Sequence[tuple[str, SeenPeople, int]] = (
        ("a clerk of 1,000", OfClerk("A6"), 350_000),
        ("a store of 100,000", OfStores(("large",)), 350_000),
        ("a group of 300 stores", OfStores(tuple(f"s{n}" for n in range(SMALL))), 350_000),
        ("all stores", OfEveryStore(), 350_000),
    )
    well = True
    with tempfile.TemporaryDirectory(prefix="oaflow-bench-") as folder:
        embedded = EmbeddedDatabase(Path(folder), initiate)
        await embedded.start_or_join()
        database, seal = Database(embedded.uri), Seal(parse(generate()))
        await database.prepare()
        await plant(database, seal)
        people = StorePeople(database, seal)
        for told, seen, ago in scopes:
            deep = ListCursor(NOW - timedelta(seconds=ago), "main:U")
            for what, at_once, how in reads(people, seen, deep):
                median, longest = await timed(how)
                well &= not at_once or median < WANTED
                print(f"{told:24} {what:24} {median:7.1f} ms, at most {longest:7.1f}")
        database.close()
        await embedded.leave()
    return well


if __name__ == "__main__":
    sys.exit(0 if uvloop.run(measured()) else 1)
