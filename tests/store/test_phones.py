"""Whose phone it is, in MongoDB: by many at once, for many, and what its rows show."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.model.effects import RESERVED
from bot.services.phone_rows import STILL_WRITTEN
from bot.store.contacts.phones import Phones
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.services.members import AMY, BO, PHONE, BoundPhones, InMongoDB

OTHER_PHONE = "+886912345679"
LAPSED = NOW + RESERVED + STILL_WRITTEN


class Rows(BoundPhones):
    """The register of phones in MongoDB, and its rows."""

    phones: Phones

    def __init__(self, stores: Stores, seal: Seal) -> None:
        super().__init__(InMongoDB(stores))
        self._database, self._seal = stores.database, seal

    async def documents(self) -> list[dict[str, object]]:
        return await self._database.collection("phones").find({}).to_list(None)

    def another_process(self) -> Phones:
        return Phones(self._database, self._seal)


@pytest.fixture
def people(stores: Stores, seal: Seal) -> Rows:
    return Rows(stores, seal)


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("moment", [NOW, LAPSED], ids=["never reserved", "once a reservation has lapsed"])
async def test_fifty_at_once_get_it_once(people: Rows, moment: datetime) -> None:
    if moment == LAPSED:
        await people.phones.reserve(PHONE, AMY, NOW)
    processes = [people.another_process() for _ in range(4)]
    tries = [processes[n % 4].reserve(PHONE, f"main:V{n}", moment) for n in range(50)]
    got = await asyncio.gather(*tries)
    assert sum(until is not None for until in got) == 1


async def test_the_database_does_not_show_the_number(people: Rows) -> None:
    await people.phones.reserve(PHONE, AMY, NOW)
    [document] = await people.documents()
    assert "912345678" not in repr(document)


DAY = timedelta(days=1)


async def test_a_code_s_reservation_shortens_no_longer_one(people: Rows) -> None:
    """M2: a list has reserved it for a day, and the same person just binds by a code."""
    assert await people.phones.reserve(PHONE, AMY, NOW, lasts=DAY) == NOW + DAY
    await people.phones.reserve(PHONE, AMY, NOW)
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    assert await people.phones.reserve(PHONE, BO, LAPSED + DAY) is not None


async def test_many_are_reserved_by_one_command_as_one_by_one(people: Rows) -> None:
    await people.amy_holds_it()
    third, fourth, fifth = (f"+88693300000{n}" for n in range(3))
    await people.phones.reserve(third, AMY, NOW)
    wanted = {PHONE: BO, third: BO, OTHER_PHONE: BO, fourth: BO}
    assert set(await people.phones.reserve_all(wanted, NOW, DAY)) == {OTHER_PHONE, fourth}
    assert set(await people.phones.reserve_all({third: BO, fifth: BO}, LAPSED, DAY)) == {third, fifth}
    assert await people.phones.reserve(OTHER_PHONE, AMY, LAPSED) is None


async def test_looking_whether_it_is_free_says_what_reserving_would_and_writes_nothing(
    people: Rows,
) -> None:
    assert await people.phones.is_free_for(PHONE, BO, NOW)
    await people.phones.reserve(PHONE, AMY, NOW)
    before = await people.documents()
    assert await people.phones.is_free_for(PHONE, AMY, NOW)
    assert not await people.phones.is_free_for(PHONE, BO, NOW)
    assert await people.phones.is_free_for(PHONE, BO, LAPSED)
    await people.binds(AMY)
    assert not await people.phones.is_free_for(PHONE, BO, LAPSED), "it was bound in the last moment"
    assert await people.documents() == before
    await people.phones.settle(PHONE, AMY, NOW)
    assert not await people.phones.is_free_for(PHONE, BO, LAPSED)


async def test_nothing_is_left_of_a_phone_that_nobody_has(people: Rows) -> None:
    await people.amy_holds_it()
    await people.binds(AMY, None)
    await people.phones.settle(PHONE, AMY, NOW)
    assert await people.documents() == []
