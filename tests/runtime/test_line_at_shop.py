"""B3: after a binding the shop learns which LINE user its member is; whatever becomes of that, it stands."""

from __future__ import annotations

import pytest

from bot.model.effects import ConfirmPhone, FreePhone
from bot.shops.failure import NotOffered, ShopAway
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.runtime.test_members import AMY, PHONE, Desk, ScriptedShop, caller

BOUND = ConfirmPhone(PHONE, "M1", None)


class WritingShop(ScriptedShop):
    """Remembers what was written; `refusal` is raised instead."""

    refusal: Exception | None = None

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        self.asked.append(f"{member_no} is {user} on {channel}")
        if self.refusal is not None:
            raise self.refusal


@pytest.fixture
def shop() -> WritingShop:
    return WritingShop()


@pytest.fixture
async def desk(database: Database, seal: Seal, clock: ManualClock, shop: WritingShop) -> Desk:
    """Amy has bound the phone; nobody has been told of the member yet."""
    desk = Desk(database, seal, clock)
    desk.shop = shop
    await desk.is_bound(AMY, member_no="M1")
    assert shop.asked == []
    return desk


async def test_the_line_user_of_the_binding_is_written(desk: Desk, shop: WritingShop) -> None:
    await desk.world.notify(BOUND, caller(AMY))
    assert shop.asked == ["M1 is U1 on main"]


async def test_who_is_no_member_is_not_written(desk: Desk, shop: WritingShop) -> None:
    await desk.world.notify(ConfirmPhone(PHONE, None, None), caller(AMY))
    await desk.world.notify(FreePhone(PHONE), caller(AMY))
    await desk.world.notify(BOUND, caller(AMY, "outlet"))  # it has no shop
    assert shop.asked == []


async def test_who_was_unbound_meanwhile_is_not_written(desk: Desk, shop: WritingShop) -> None:
    """What is told late, after a crash, must not say that a member is somebody who is not any more."""
    await desk.unbinds(AMY)
    await desk.world.notify(BOUND, caller(AMY))
    assert shop.asked == []


async def test_a_platform_without_that_call_is_no_trouble(desk: Desk, shop: WritingShop) -> None:
    shop.refusal = NotOffered("SHOPLINE has no call that writes a LINE user id")
    await desk.world.notify(BOUND, caller(AMY))
    assert len(shop.asked) == 1


async def test_a_shop_that_is_away_undoes_nothing(desk: Desk, shop: WritingShop) -> None:
    shop.refusal = ShopAway("no answer in time")
    with pytest.raises(ShopAway):
        await desk.world.notify(BOUND, caller(AMY))
    assert await desk.phones.holder(PHONE) == AMY
