"""Whose phone it is: reserved, confirmed, freed, by many at once and in any order."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model.contact import Binding, BindingKind, Contact
from bot.model.effects import RESERVED
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.services.phone_rows import STILL_WRITTEN, PhoneTaken
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.phones import Phones
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW

PHONE, OTHER_PHONE = "+886912345678", "+886912345679"
AMY, BO = "main:U1", "main:U2"
LAPSED = NOW + RESERVED + STILL_WRITTEN


class People:
    """The phones, and the contacts whose documents say what is bound."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self.database, self.seal = database, seal
        self.phones = Phones(database, seal)
        self.contacts = Contacts(database, seal)
        self._revisions: dict[str, int] = {}
        self._known: dict[str, Contact] = {}

    async def binds(self, who: str, phone: str | None = PHONE, *, proven: bool = True) -> None:
        """The turn's own write; `None` undoes the binding; not `proven`: it is known, and not bound."""
        before = self._known.get(who, Contact(who))
        bindings: dict[BindingKind, Binding] = {"phone": Binding(NOW)} if phone and proven else {}
        after = replace(before, phone=phone, bindings=bindings)
        base = self._revisions.get(who, 0)
        lost = await self.contacts.save(
            [TurnWrite(before, after, part_of(who), base, 1, (), (), born=base == 0)]
        )
        assert not lost
        self._revisions[who], self._known[who] = base + 1, after

    async def amy_holds_it(self) -> None:
        """She has reserved the phone, bound it, and the phones were told."""
        await self.phones.reserve(PHONE, AMY, NOW)
        await self.binds(AMY)
        await self.phones.settle(PHONE, AMY, NOW)

    async def documents(self) -> list[dict[str, object]]:
        return await self.database.collection("phones").find({}).to_list(None)

    def another_process(self) -> Phones:
        return Phones(self.database, self.seal)


@pytest.fixture
def people(database: Database, seal: Seal) -> People:
    return People(database, seal)


async def test_a_phone_that_is_reserved_for_one_is_kept_from_the_other(people: People) -> None:
    assert await people.phones.reserve(PHONE, AMY, NOW) == NOW + RESERVED
    assert await people.phones.reserve(PHONE, BO, NOW) is None
    assert await people.phones.reserve(OTHER_PHONE, BO, NOW) is not None
    assert await people.phones.holder(PHONE) is None, "a reservation is no binding"


async def test_who_has_reserved_it_may_again(people: People) -> None:
    """The same effect carried out twice, after a crash."""
    await people.phones.reserve(PHONE, AMY, NOW)
    later = NOW + timedelta(seconds=50)
    assert await people.phones.reserve(PHONE, AMY, later) == later + RESERVED


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("moment", [NOW, LAPSED], ids=["never reserved", "once a reservation has lapsed"])
async def test_fifty_at_once_get_it_once(people: People, moment: datetime) -> None:
    if moment == LAPSED:
        await people.phones.reserve(PHONE, AMY, NOW)
    processes = [people.another_process() for _ in range(4)]
    tries = [processes[n % 4].reserve(PHONE, f"main:V{n}", moment) for n in range(50)]
    got = await asyncio.gather(*tries)
    assert sum(until is not None for until in got) == 1


async def test_a_reservation_lapses_a_moment_after_its_time(people: People) -> None:
    """What was decided in the last moment must still be written before another may have it."""
    await people.phones.reserve(PHONE, AMY, NOW)
    assert await people.phones.reserve(PHONE, BO, LAPSED - timedelta(milliseconds=1)) is None
    assert await people.phones.reserve(PHONE, BO, LAPSED) is not None


async def test_what_was_bound_in_the_last_moment_is_kept_though_nobody_said_so(people: People) -> None:
    """The process died between the binding and telling the phones of it."""
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.binds(AMY)
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    assert await people.phones.holder(PHONE) == AMY


async def test_bound_it_is_taken_for_good_and_unbound_it_is_free(people: People) -> None:
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.binds(AMY)
    assert await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) == AMY
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    await people.binds(AMY, None)
    assert not await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) is None
    assert await people.documents() == [], "nothing is left of it"


async def test_what_is_told_twice_or_late_changes_nothing(people: People) -> None:
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


async def test_freeing_late_does_not_lose_a_new_reservation(people: People) -> None:
    await people.phones.reserve(PHONE, AMY, NOW)
    await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.reserve(PHONE, BO, NOW) is None


async def test_another_s_unbinding_frees_nothing_of_mine(people: People) -> None:
    await people.amy_holds_it()
    await people.phones.settle(PHONE, BO, NOW)
    assert await people.phones.holder(PHONE) == AMY


async def test_a_phone_moves_from_its_holder_to_who_reserved_it_over_them(people: People) -> None:
    """Language, 6: `move_member` reserves the phone all the same."""
    await people.amy_holds_it()
    assert await people.phones.reserve(PHONE, BO, NOW, over=AMY) is not None
    assert await people.phones.holder(PHONE) == AMY, "until it is bound"
    await people.binds(BO)
    await people.phones.settle(PHONE, BO, NOW)
    await people.binds(AMY, None)
    await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) == BO


async def test_a_move_that_is_not_made_leaves_the_phone_where_it_was(people: People) -> None:
    await people.amy_holds_it()
    await people.phones.reserve(PHONE, BO, NOW, over=AMY)
    assert await people.phones.reserve(PHONE, "main:U3", LAPSED, over=AMY) is not None
    assert await people.phones.holder(PHONE) == AMY


async def test_binding_what_another_holds_is_refused(people: People) -> None:
    """No way leads there but a bug; it must not pass in silence."""
    await people.amy_holds_it()
    await people.binds(BO)
    with pytest.raises(PhoneTaken):
        await people.phones.settle(PHONE, BO, NOW)
    assert await people.phones.holder(PHONE) == AMY


async def test_a_phone_that_is_only_known_is_nobody_s(people: People) -> None:
    """As from a list of the shop: what nobody has proven keeps nobody else from binding it."""
    await people.binds(AMY, proven=False)
    assert not await people.phones.settle(PHONE, AMY, NOW)
    assert await people.phones.holder(PHONE) is None


async def test_the_database_does_not_show_the_number(people: People) -> None:
    await people.phones.reserve(PHONE, AMY, NOW)
    [document] = await people.documents()
    assert "912345678" not in repr(document)


DAY = timedelta(days=1)


async def test_a_code_s_reservation_shortens_no_longer_one(people: People) -> None:
    """M2: a list has reserved it for a day, and the same person just binds by a code."""
    assert await people.phones.reserve(PHONE, AMY, NOW, lasts=DAY) == NOW + DAY
    await people.phones.reserve(PHONE, AMY, NOW)
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None
    assert await people.phones.reserve(PHONE, BO, LAPSED + DAY) is not None


async def test_many_are_reserved_by_one_command_as_one_by_one(people: People) -> None:
    await people.amy_holds_it()
    third, fourth, fifth = (f"+88693300000{n}" for n in range(3))
    await people.phones.reserve(third, AMY, NOW)
    wanted = {PHONE: BO, third: BO, OTHER_PHONE: BO, fourth: BO}
    assert set(await people.phones.reserve_all(wanted, NOW, DAY)) == {OTHER_PHONE, fourth}
    assert set(await people.phones.reserve_all({third: BO, fifth: BO}, LAPSED, DAY)) == {third, fifth}
    assert await people.phones.reserve(OTHER_PHONE, AMY, LAPSED) is None


async def test_looking_whether_it_is_free_says_what_reserving_would_and_writes_nothing(
    people: People,
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


async def test_a_reservation_that_bound_nobody_ends_as_soon_as_a_code_s_would(people: People) -> None:
    """M2: not at once, for the same person may just bind by a code; and only that very reservation."""
    await people.phones.reserve(PHONE, AMY, NOW, lasts=DAY)
    await people.phones.shorten(PHONE, BO, NOW + DAY, NOW)
    await people.phones.shorten(PHONE, AMY, NOW + DAY - timedelta(hours=1), NOW)
    assert await people.phones.reserve(PHONE, BO, LAPSED) is None, "another's, and a later one, stay"
    await people.phones.shorten(PHONE, AMY, NOW + DAY, NOW)
    assert await people.phones.reserve(PHONE, BO, NOW) is None
    assert await people.phones.reserve(PHONE, BO, LAPSED) is not None
