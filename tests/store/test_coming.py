"""L8: what is about to be brought back is announced, and read with the pulse."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model.audit import AuditEntry
from bot.model.brake import OFF, PushStop
from bot.model.published_version import Coming
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from tests.conftest import NOW

MINE, ANOTHER = Coming(3, "mine"), Coming(3, "another")


async def test_the_last_one_counts_and_its_command_withdraws_it(stores: Stores) -> None:
    assert await stores.pulse.read() == OFF
    assert stores.pulse.coming is None
    for one in (MINE, ANOTHER):
        await stores.coming.announce(one)
        await stores.pulse.read()
        assert stores.pulse.coming == one
    assert not await stores.coming.is_announced(MINE)
    await stores.coming.withdraw(MINE)
    assert await stores.coming.is_announced(ANOTHER)
    await stores.coming.withdraw(ANOTHER)
    await stores.pulse.read()
    assert stores.pulse.coming is None


async def test_it_is_no_stop_and_no_playbook(database: Database, stores: Stores) -> None:
    await stores.coming.announce(MINE)
    assert await stores.pulse.read() == OFF
    stop = PushStop(None, None, "command:amy", NOW)
    assert await stores.brakes.pull(stop, AuditEntry("pushes_stopped", stop.by, NOW, id="1"))
    await database.collection("playbooks").insert_one(
        {"_id": 4, "version": "a" * 64, "at": NOW, "by": "amy", "how": "publish"}
    )
    assert (await stores.pulse.read()).stops == (stop,)
    assert (stores.pulse.playbook, stores.pulse.coming) == (4, MINE)


async def test_one_whose_command_has_died_is_forgotten(database: Database, stores: Stores) -> None:
    await stores.coming.announce(MINE)
    past = datetime(2026, 1, 1, tzinfo=UTC)
    await database.collection("coming").update_one({}, {"$set": {"until": past}})
    await stores.pulse.read()
    assert stores.pulse.coming is None
