"""What the files of the database hold once somebody is erased: `docs/operations/privacy.md` says so (J2)."""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path

import pytest

from bot.runtime.sweeps.erased_menus import remove_menus
from bot.runtime.sweeps.erasures import ErasureWork
from bot.store.database.mongo import Database, initiate
from bot.store.mongod.embedded import EmbeddedDatabase
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import ManualClock
from tests.store.test_collections import nothing
from tests.store.test_erasing import erase
from tests.store.whole_story import ALLERGY, AMY, MAIL, NUMBER, PHONE, TALK, WRITTEN, Story

SEALED = (PHONE, WRITTEN, NUMBER, MAIL, ALLERGY, TALK)


def found(folder: Path, *marks: str) -> set[str]:
    """Which of these stand in any file, journal and oplog too."""
    contents = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {mark for mark in marks if any(mark.encode() in content for content in contents)}


@pytest.mark.ring("all", "many writes")
async def test_the_files_show_nothing_that_is_sealed_before_and_after(
    tmp_path: Path, seal: Seal, clock: ManualClock
) -> None:
    """What lies in the open, LINE ids and names, stays in free blocks, `compact` or not."""
    embedded = EmbeddedDatabase(tmp_path / "data", initiate)
    await embedded.start_or_join()
    database = Database(embedded.uri)
    try:
        await database.prepare()
        control = secrets.token_hex(24)
        await database.collection("places").insert_one({"_id": control})
        await Story(database, seal, clock, nothing).told()
        await database.collection("sending_batches").update_many({}, {"$set": {"state": "over"}})
        stores = stores_of(database, seal)
        work = ErasureWork(
            stores.eraser,
            stores.erasures,
            stores.sendings,
            clock,
            partial(remove_menus, lambda channel: None),
        )
        clock.advance(1)
        await erase(work, stores, "A-1", AMY.contacts[0])
        clock.advance(61)
        await work.see_through()
        for name in ("contacts", "timeline", "conversations", "inbox"):
            database.client["oaflow"].command({"compact": name, "force": True})
        database.client.admin.command({"fsync": 1})
        assert found(tmp_path / "data" / "db", control, *SEALED) == {control}
    finally:
        database.close()
        await embedded.leave()
