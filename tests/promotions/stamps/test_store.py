"""N2: the address of a counter's screen is good until another one is made, which is done once."""

from __future__ import annotations

import asyncio

from bot.promotions.stamps.store import StampScreens
from bot.store.database.mongo import Database


async def test_one_address_ends_and_another_is_good(database: Database) -> None:
    screens = StampScreens(database)
    assert await screens.number("集點", "信義店") == 0
    for number in range(3):
        assert await screens.renew("集點", "信義店", number)
        assert not await screens.renew("集點", "信義店", number), "pressed again"
        assert await screens.number("集點", "信義店") == number + 1
    assert await screens.number("集點", "板橋店") == 0
    assert await screens.numbers() == {("集點", "信義店"): 3}


async def test_of_many_at_once_one_ends_it(database: Database) -> None:
    screens = StampScreens(database)
    for number in range(2):
        done = await asyncio.gather(*(screens.renew("集點", "信義店", number) for _ in range(8)))
        assert done.count(True) == 1
