"""Members in MongoDB: many processes at once, and what staff undo."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import suppress

import pytest

from bot.engine.members.identity import OfShop
from bot.runtime.effects.merging import Merging
from bot.services.rewrites import RewriteRefused
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.services.members import AMY, BO, PHONE, InMongoDB, Members

P2 = "+886900000002"


@pytest.fixture
def members(stores: Stores, clock: ManualClock) -> Members:
    return Members(InMongoDB(stores), clock)


@pytest.fixture
def other_process(stores: Stores, clock: ManualClock, members: Members) -> Members:
    """The shop is the same."""
    other = Members(InMongoDB(stores), clock)
    other.shop = members.shop
    return other


@pytest.fixture
def merging(stores: Stores, clock: ManualClock) -> Merging:
    return Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)


async def test_fifty_at_once_find_it_once(members: Members) -> None:
    """Each over a connection of its own; who gets none in time, on a busy machine, asks again."""

    async def finds(who: str) -> str:
        for _ in range(5):
            with suppress(DatabaseUnavailable):
                return (await members.finds(who)).result
        return "the database is away"

    got = Counter(await asyncio.gather(*(finds(f"main:U{n}") for n in range(50))))
    assert got == {"found": 1, "taken": 49}


async def test_in_two_processes_at_once_they_make_one_member(
    members: Members, other_process: Members
) -> None:
    """Two LINE accounts with one phone, each at a process of its own: one is told that it is taken."""
    two = [members.registers(AMY), other_process.registers(BO)]
    assert sorted(one.result for one in await asyncio.gather(*two)) == ["found", "taken"]
    assert len(members.shop.others) == 1


async def test_a_member_whose_move_is_undone_has_one_line_account(members: Members, merging: Merging) -> None:
    """R1: found by number, with another phone than the old account had bound."""
    await members.is_bound(AMY, member_no="M1")
    await members.is_bound(BO, member_no="M1", phone=P2, other=AMY)
    await merging.undo(BO, "staff")
    assert "phone" not in (await members.contact(BO)).bindings
    assert (await members.contact(AMY)).phone == PHONE


async def test_a_move_is_not_undone_once_the_old_account_is_another_member(
    members: Members, merging: Merging
) -> None:
    """B15, R1: by the shop's LINE login, since; it would be shown what the first one's record says."""
    await members.is_bound(AMY, member_no="M1")
    await members.is_bound(BO, member_no="M1", phone=P2, other=AMY)
    await members.is_bound(AMY, member_no="M2", kind="shop", again=True)
    with pytest.raises(RewriteRefused, match=f'"{AMY}" is another member by now'):
        await merging.undo(BO, "staff")
