"""Whose phone it is: reserved, confirmed, freed, in any order. In memory and in MongoDB."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.model.effects import RESERVED
from bot.services.phone_rows import STILL_WRITTEN, PhoneTaken
from tests.conftest import NOW
from tests.services.members import AMY, BO, PHONE, BoundPhones, Contacts

OTHER_PHONE = "+886912345679"
LAPSED = NOW + RESERVED + STILL_WRITTEN


@pytest.fixture
def people(contacts: Contacts) -> BoundPhones:
    return BoundPhones(contacts)


async def test_a_phone_that_is_reserved_for_one_is_kept_from_the_other(people: BoundPhones) -> None:
    assert await people.phones.reserve(PHONE, AMY, NOW) == NOW + RESERVED
    assert await people.phones.reserve(PHONE, BO, NOW) is None
    assert await people.phones.reserve(OTHER_PHONE, BO, NOW) is not None
    assert await people.phones.holder(PHONE) is None, "a reservation is no binding"


async def test_who_has_reserved_it_may_again(people: BoundPhones) -> None:
    """The same effect carried out twice, after a crash."""
    await people.phones.reserve(PHONE, AMY, NOW)
    later = NOW + timedelta(seconds=50)
    assert await people.phones.reserve(PHONE, AMY, later) == later + RESERVED


async def test_a_reservation_lapses_a_moment_after_its_time(people: BoundPhones) -> None:
    """What was decided in the last moment must still be written before another may have it."""
    await people.phones.reserve(PHONE, AMY, NOW)
    assert await people.phones.reserve(PHONE, BO, LAPSED - timedelta(milliseconds=1)) is None
    assert await people.phones.reserve(PHONE, BO, LAPSED) is not None


async def test_what_was_bound_in_the_last_moment_is_kept_though_nobody_said_so(people: BoundPhones) -> None:
    """The process died between the binding and telling the phones of it."""
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.binds(AMY)
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    assert await people.phones.holder(PHONE) == AMY


async def test_bound_it_is_taken_for_good_and_unbound_it_is_free(people: BoundPhones) -> None:
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.binds(AMY)
    assert await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) == AMY
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    await people.binds(AMY, None)
    assert not await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) is None


async def test_what_is_told_twice_or_late_changes_nothing(people: BoundPhones) -> None:
    """`bound`, `unbound` and `bound` again may be told in any order, and each twice."""
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.binds(AMY)
    await people.binds(AMY, None)
    await people.phones.settle(PHONE, AMY, NOW)  # "bound", told late
    assert await people.phones.holder(PHONE) is None
    await people.binds(AMY)
    for _ in range(2):
        await people.phones.settle(PHONE, AMY, NOW)  # "bound" again, and "unbound", told late
        assert await people.phones.holder(PHONE) == AMY


async def test_freeing_late_does_not_lose_a_new_reservation(people: BoundPhones) -> None:
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.reserve(PHONE, BO, NOW) is None


async def test_another_s_unbinding_frees_nothing_of_mine(people: BoundPhones) -> None:
    await people.amy_holds_it()
    await people.phones.settle(PHONE, BO, NOW)
    assert await people.phones.holder(PHONE) == AMY


async def test_a_phone_moves_from_its_holder_to_who_reserved_it_over_them(people: BoundPhones) -> None:
    """Language, 6: `move_member` reserves the phone all the same."""
    await people.amy_holds_it()
    assert await people.phones.reserve(PHONE, BO, NOW, over=AMY) is not None
    assert await people.phones.holder(PHONE) == AMY, "until it is bound"
    await people.binds(BO)
    await people.phones.settle(PHONE, BO, NOW)
    await people.binds(AMY, None)
    await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) == BO


async def test_a_move_that_is_not_made_leaves_the_phone_where_it_was(people: BoundPhones) -> None:
    await people.amy_holds_it()
    await people.phones.reserve(PHONE, BO, NOW, over=AMY)
    assert await people.phones.reserve(PHONE, "main:U3", LAPSED, over=AMY) is not None
    assert await people.phones.holder(PHONE) == AMY


async def test_binding_what_another_holds_is_refused(people: BoundPhones) -> None:
    """No way leads there but a bug; it must not pass in silence."""
    await people.amy_holds_it()
    await people.binds(BO)
    with pytest.raises(PhoneTaken):
        await people.phones.settle(PHONE, BO, NOW)
    assert await people.phones.holder(PHONE) == AMY


async def test_a_phone_that_is_only_known_is_nobody_s(people: BoundPhones) -> None:
    """As from a list of the shop: what nobody has proven keeps nobody else from binding it."""
    await people.binds(AMY, proven=False)
    assert not await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) is None


async def test_a_list_s_reservation_ends_as_soon_as_a_code_s_would(people: BoundPhones) -> None:
    """And only that very one: not another contact's, and not a later one."""
    until = await people.phones.reserve(PHONE, AMY, NOW + timedelta(days=1))
    assert until is not None
    await people.phones.reserve(PHONE, AMY, NOW)  # the longer one stays
    for who, last in ((BO, until), (AMY, until - timedelta(hours=1))):
        await people.phones.shorten(PHONE, who, last, NOW)
        assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    await people.phones.shorten(PHONE, AMY, until, NOW)
    assert await people.phones.reserve(PHONE, BO, NOW) is None
    assert await people.phones.reserve(PHONE, BO, LAPSED) is not None


async def test_a_member_number_is_reserved_for_one_and_is_no_phone(people: BoundPhones) -> None:
    assert await people.phones.reserve_number("forest", "M1", AMY, NOW)
    assert await people.phones.reserve_number("forest", "M1", AMY, NOW), "the same contact again"
    assert not await people.phones.reserve_number("forest", "M1", BO, NOW)
    assert await people.phones.reserve_number(None, "M1", BO, NOW), "another shop's is another number"
    assert await people.phones.reserve_number("forest", "M1", BO, LAPSED)
