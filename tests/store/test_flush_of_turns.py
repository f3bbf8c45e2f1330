"""The turns of a flush: two commands side by side, and as one for whoever has them written."""

from __future__ import annotations

import asyncio

import pytest

from bot.store.contacts.contacts import Contacts
from bot.store.database.fast_operations import HALVED
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.faults.mongo_proxy import command
from tests.store.test_batch_of_contacts import turns
from tests.store.test_direct import between, connected

PEOPLE = [f"main:U{number}" for number in range(HALVED + 4)]
FIRST, LAST = PEOPLE[0], PEOPLE[-1]
WRITE = command("update", "contacts")


@pytest.mark.parametrize("heard", [True, False], ids=["answer lost", "request lost"])
@pytest.mark.parametrize("half", [FIRST, LAST], ids=["the first half", "the second half"])
async def test_one_half_is_cut(
    database: Database, mongod: str, seal: Seal, half: str, *, heard: bool
) -> None:
    """A8: it is made once more, if it was not; nobody has lost, and whoever asks again hears the same."""
    async with between(mongod) as (proxy, cuttable):
        contacts = Contacts(cuttable, seal)
        await connected(cuttable, 2)
        cut = proxy.cut((WRITE, half.encode() + b"\0"), heard=heard)
        cut.times = 1
        assert await contacts.save_now(turns(PEOPLE)) == set()
        assert cut.times == 0
        assert await contacts.save_now(turns(PEOPLE)) == set()
    found = await Contacts(database, seal).load(PEOPLE)
    assert {one: found[one].revision for one in found} == dict.fromkeys(PEOPLE, 1)


@pytest.mark.ring("all", "many writes")
@pytest.mark.parametrize("half", [FIRST, LAST], ids=["the first half", "the second half"])
async def test_one_half_is_never_made(database: Database, mongod: str, seal: Seal, half: str) -> None:
    """Nobody is told anything of either; tried again, all of it is made, each turn once."""
    async with between(mongod) as (proxy, cuttable):
        contacts = Contacts(cuttable, seal)
        await connected(cuttable, 2)
        cut = proxy.cut((WRITE, half.encode() + b"\0"), heard=False)
        cut.times = 9
        with pytest.raises(DatabaseUnavailable):
            await contacts.save_now(turns(PEOPLE))
        made = await Contacts(database, seal).load(PEOPLE)
        assert 0 < len(made) < len(PEOPLE), "the other half"
        cut.times = 0
        assert await contacts.save_now(turns(PEOPLE)) == set()
    found = await Contacts(database, seal).load(PEOPLE)
    assert {one: found[one].revision for one in found} == dict.fromkeys(PEOPLE, 1)


@pytest.mark.parametrize("is_direct", [True, False], ids=["directly", "by threads"])
@pytest.mark.parametrize("loser", [FIRST, LAST], ids=["the first half", "the second half"])
async def test_who_was_overtaken_is_known_in_either_half(
    database: Database, seal: Seal, monkeypatch: pytest.MonkeyPatch, loser: str, *, is_direct: bool
) -> None:
    contacts = Contacts(database, seal)
    if is_direct:
        await connected(database, 2)
    else:
        monkeypatch.setattr(database.direct, "_is_without", True)
    assert await contacts.save_now(turns([loser], event="somebody else's")) == set()
    assert await contacts.save_now(turns(PEOPLE)) == {loser}


async def test_nobody_waits_any_more(database: Database, seal: Seal) -> None:
    """Both halves end with it; what was made of them is read by whoever comes next."""
    contacts = Contacts(database, seal)
    await connected(database, 2)
    gone = asyncio.create_task(contacts.save_now(turns(PEOPLE)))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await contacts.save_now(turns(PEOPLE)) == set()
