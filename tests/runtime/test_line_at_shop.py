"""B3: after a binding the shop learns which LINE user its member is; whatever becomes of that, it stands."""

from __future__ import annotations

import pytest

from bot.model.effects import ConfirmPhone, FreePhone
from bot.model.shop_failure import NotOffered, ShopAway
from tests.runtime.test_members import AMY, PHONE, Desk, caller, desk

__all__ = ["desk"]
BOUND = ConfirmPhone(PHONE, "M1", None)


@pytest.fixture
async def bound(desk: Desk) -> Desk:
    """Amy has bound the phone; nobody has been told of the member yet."""
    await desk.is_bound(AMY, member_no="M1")
    assert desk.shop.asked == []
    return desk


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(("shop", "told"), [("forest", ["M1 is U1 on main"]), ("other", []), (None, [])])
async def test_the_line_user_of_the_binding_is_written_at_the_shop_of_the_number_only(
    desk: Desk, shop: str | None, told: list[str]
) -> None:
    """R1, B3: a phone that was bound without a look-up, where another shop's M1 is somebody else."""
    await desk.is_bound(AMY, member_no="M1", shop=shop)
    await desk.world.notify(BOUND, caller(AMY))
    assert desk.shop.asked == told


async def test_who_is_no_member_is_not_written(bound: Desk) -> None:
    await bound.world.notify(ConfirmPhone(PHONE, None, None), caller(AMY))
    await bound.world.notify(FreePhone(PHONE), caller(AMY))
    await bound.world.notify(BOUND, caller(AMY, "outlet"))  # it has no shop
    assert bound.shop.asked == []


async def test_who_was_unbound_meanwhile_is_not_written(bound: Desk) -> None:
    """What is told late, after a crash, must not say that a member is somebody who is not any more."""
    await bound.unbinds(AMY)
    await bound.world.notify(BOUND, caller(AMY))
    assert bound.shop.asked == []


async def test_a_platform_without_that_call_is_no_trouble(bound: Desk) -> None:
    bound.shop.refuses = NotOffered("SHOPLINE has no call that writes a LINE user id")
    await bound.world.notify(BOUND, caller(AMY))
    assert len(bound.shop.asked) == 1


async def test_a_shop_that_is_away_undoes_nothing(bound: Desk) -> None:
    bound.shop.refuses = ShopAway("no answer in time")
    with pytest.raises(ShopAway):
        await bound.world.notify(BOUND, caller(AMY))
    assert await bound.phones.holder(PHONE) == AMY
