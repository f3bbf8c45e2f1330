"""`python -m bench.dead_letters`: how long sending many dead letters once more takes, and dropping as many.

Answers that came too late, one for each person, in an embedded database of their own. No process runs, so
what is measured is the ordering: that each is stored, once, for its owner to make.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app.database import open_database
from bot.model.contact import Contact, Identity, contact_id
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.operations.resending import drop, resend
from bot.store.stores import Stores

MANY = 14_000
BATCH = 2_000
BODY = '{"messages": [{"type": "text", "text": "歡迎來到森林書店！"}]}'.encode()


def too_late(number: int, now: datetime) -> DeadLetter:
    """The answer that this person has not got."""
    user = f"U{number:032x}"
    came, contact = now - timedelta(hours=1), contact_id("main", user)
    call = Outgoing(
        f"main:{number:026}#0", f"main:{number:026}", "main", "reply", user, BODY, came, came, "t"
    )
    return DeadLetter(call, contact, part_of(contact), now, "too-late", "")


async def people_with(stores: Stores, letters: list[DeadLetter]) -> list[str]:
    """Put these people and their letters in; the names of the letters."""
    for first in range(0, len(letters), BATCH):
        some = letters[first : first + BATCH]
        met = [
            Contact(one.contact, identities=(Identity("main", one.outgoing.to, friend=True),)) for one in some
        ]
        await stores.people_without_line.write([(None, one) for one in met])
        await stores.journal.dead(some)
    return [one.name for one in letters]


async def measured(many: int) -> None:
    """Print how long each takes."""
    with tempfile.TemporaryDirectory() as folder:
        opened = await open_database(Settings({}), Path(folder), {}, "measure")
        try:
            now = datetime.now(UTC)
            letters = [too_late(number, now) for number in range(2 * many)]
            names = await people_with(opened.stores, letters)
            for what, do, some in (("resend", resend, names[:many]), ("drop", drop, names[many:])):
                began = time.perf_counter()
                done = await do(opened.stores, some, "command:measure")
                took = time.perf_counter() - began
                wrong = sum(one.became == "refused" for one in done)
                print(f"  {what:6}  {many:,} in {took:.1f} s, {many / took:,.0f} a second; {wrong} not done")
        finally:
            await opened.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=MANY)
    asyncio.run(measured(parser.parse_args().letters))
