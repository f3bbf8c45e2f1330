"""D1, D6: a clerk added and changed one by one, by the laws of a table; who may, by role and store."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.model.admin import AdminRole
from bot.model.clerk import ClerkRole, OfEveryStore, OfStores, SeenPeople, StoreClerk
from bot.model.translatable import ENGLISH, Refusal
from bot.operations.audit_trail import entries
from bot.operations.clerk_entry import add_clerk, change_clerk
from bot.operations.clerks import suspend
from bot.operations.import_report import LineRefused
from bot.operations.store_people.codes import may_write, roles_written
from bot.store.stores import Stores
from tests.operations.test_clerks import PLAYBOOK, everybody

BY = "console:mei"
AN = {"number": "a01", "name": "小安", "store": "信義店", "phone": "0912345678"}


async def test_one_is_added_as_a_line_would_be(stores: Stores) -> None:
    added = await add_clerk(stores, PLAYBOOK, AN, BY)
    assert (added.number, added.store, added.phone) == ("A01", "xinyi", "+886912345678")
    assert added.code
    assert await everybody(stores) == {"A01": added}
    [line] = await entries(stores, kinds=["clerk_added"])
    assert (line.about, line.by, line.state) == ("A01", BY, "done")


@pytest.mark.parametrize(
    ("cells", "column", "why"),
    [
        ({"number": "A01"}, "number", "there is a clerk with the number A01 already"),
        ({"number": "007"}, "number", "the number 007 is new, and there is 7: "),
        ({"number": "A 2"}, "number", 'the number "A 2" has a space in it'),
        ({"number": ""}, "number", "has no number"),
        ({"number": "A02", "name": ""}, "name", "has no name"),
        ({"number": "A02", "store": "火星店"}, "store", "the playbook has no store"),
        ({"number": "A02", "phone": "12345"}, "phone", "the phone is no mobile number"),
        ({"number": "A02", "role": "cook"}, "role", "the role is"),
    ],
)
async def test_what_is_refused_names_its_field(
    stores: Stores, cells: dict[str, str], column: str, why: str
) -> None:
    """Also one who is suspended is there already: nobody is made twice."""
    for number in ("A01", "7"):
        await add_clerk(stores, PLAYBOOK, {**AN, "number": number}, BY)
    await suspend(stores, ["A01"], BY)
    before = await everybody(stores)
    with pytest.raises(LineRefused) as refused:
        await add_clerk(stores, PLAYBOOK, {**AN, **cells}, BY)
    assert refused.value.column == column
    assert ENGLISH.text(refused.value.message).startswith(why)
    assert await everybody(stores) == before


async def test_only_what_is_said_changes_and_who_is_suspended_stays_so(stores: Stores) -> None:
    await add_clerk(stores, PLAYBOOK, AN, BY)
    await suspend(stores, ["A01"], BY)
    before = (await everybody(stores))["A01"]
    done = await change_clerk(stores, PLAYBOOK, "a01", {"store": "板橋店", "name": "", "phone": ""}, BY)
    assert done.after == (await everybody(stores))["A01"] == replace(before, store="banqiao")
    same = await change_clerk(stores, PLAYBOOK, "A01", {"store": "banqiao"}, BY)
    assert same.before == same.after
    [line] = await entries(stores, kinds=["clerk_changed"])
    assert (line.about, line.before, line.after) == ("A01", "信義店", "板橋店")
    with pytest.raises(Refusal, match="no clerk has the number"):
        await change_clerk(stores, PLAYBOOK, "X1", {"name": "小新"}, BY)


async def test_of_a_clerk_of_somebody_else_nothing_changes(stores: Stores) -> None:
    """Neither one of theirs to another store, nor another store's to theirs."""
    await add_clerk(stores, PLAYBOOK, AN, BY)
    for here, to in (("xinyi", "banqiao"), ("banqiao", "banqiao")):
        may = partial(may_write, "store_manager", OfStores((here,)))
        with pytest.raises(Refusal, match="somebody else looks after this clerk"):
            await change_clerk(stores, PLAYBOOK, "A01", {"store": to}, BY, may)
    assert (await everybody(stores))["A01"].store == "xinyi"


@pytest.mark.parametrize(
    ("role", "seen", "of", "may"),
    [
        ("admin", OfEveryStore(), "head_office", True),
        ("head_office", OfEveryStore(), "head_office", False),
        ("head_office", OfEveryStore(), "group", True),
        ("group", OfStores(("xinyi",)), "store_manager", True),
        ("group", OfStores(("banqiao",)), "store_manager", False),
        ("store_manager", OfStores(("xinyi",)), "clerk", True),
        ("store_manager", OfStores(("xinyi",)), "store_manager", False),
        ("store_manager", OfStores(("banqiao",)), "clerk", False),
        ("agent", OfEveryStore(), "clerk", False),
    ],
)
def test_nobody_writes_of_their_like(role: AdminRole, seen: SeenPeople, of: ClerkRole, may: bool) -> None:
    clerk = StoreClerk("A01", "小安", of, store="xinyi" if of in ("store_manager", "clerk") else "")
    assert may_write(role, seen, clerk) == may
    assert of in roles_written(role) or not may
