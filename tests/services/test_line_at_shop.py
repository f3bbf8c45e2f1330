"""B3: after a binding the shop learns which LINE user its member is; whatever becomes of that, it stands."""

from __future__ import annotations

import pytest

from bot.model.effects import ConfirmPhone, FreePhone
from bot.model.shop_failure import NotOffered, ShopAway
from tests.services.members import AMY, PHONE, Members

BOUND = ConfirmPhone(PHONE, "M1", None)


@pytest.fixture
async def bound(members: Members) -> Members:
    """Amy has bound the phone; nobody has been told of the member yet."""
    await members.is_bound(AMY, member_no="M1")
    assert members.shop.asked == []
    return members


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize(("shop", "told"), [("forest", ["M1 is U1 on main"]), ("other", []), (None, [])])
async def test_the_line_user_of_the_binding_is_written_at_the_shop_of_the_number_only(
    members: Members, shop: str | None, told: list[str]
) -> None:
    """R1, B3: a phone that was bound without a look-up, where another shop's M1 is somebody else."""
    await members.is_bound(AMY, member_no="M1", shop=shop)
    await members.hears(BOUND, AMY)
    assert members.shop.asked == told


async def test_who_is_no_member_is_not_written(bound: Members) -> None:
    await bound.hears(ConfirmPhone(PHONE, None, None), AMY)
    await bound.hears(FreePhone(PHONE), AMY)
    await bound.hears(BOUND, AMY, "outlet")  # it has no shop
    assert bound.shop.asked == []


async def test_who_was_unbound_meanwhile_is_not_written(bound: Members) -> None:
    """What is told late, after a crash, must not say that a member is somebody who is not any more."""
    await bound.unbinds(AMY)
    await bound.hears(BOUND, AMY)
    assert bound.shop.asked == []


async def test_a_platform_without_that_call_is_no_trouble(bound: Members) -> None:
    bound.shop.refuses = NotOffered("SHOPLINE has no call that writes a LINE user id")
    await bound.hears(BOUND, AMY)
    assert len(bound.shop.asked) == 1


async def test_a_shop_that_is_away_undoes_nothing(bound: Members) -> None:
    bound.shop.refuses = ShopAway("no answer in time")
    with pytest.raises(ShopAway):
        await bound.hears(BOUND, AMY)
    assert await bound.phones.holder(PHONE) == AMY
