"""M2, C7: bindings, clerks and columns of another system; each taken over once, and silently."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import pytest

from bot.engine.members.friends import befriended
from bot.engine.members.identity import OfShop
from bot.model.clerk import ClerkCode, StoreClerk
from bot.model.contact import Binding, Contact, contact_id
from bot.operations.column_map import NO_MAP, ColumnMap, read_column_map
from bot.operations.member_import import MemberFile, MemberImport, import_members
from bot.operations.table_lines import TableWrong
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.merging import Merging
from bot.services.members import MemberService
from bot.store.contacts.people import People
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW, ManualClock
from tests.operations.member_lists import OTHER, PHONE, PLAYBOOK, USER, bound, figures, written
from tests.runtime.harness import Bot, ScriptedLine
from tests.runtime.test_one_phone import EveryCodeIsRight, NoShops

Turns: TypeAlias = Callable[[], Awaitable[ScriptedLine]]
WHO = contact_id("main", USER)
TRUSTED = ColumnMap(is_binding_trusted=True, binding_tags=("VIP",))
SECOND = "U" + "b" * 32
HEADER = "UID,手機,綁定日期\n"


async def moved(stores: Stores, text: str, how: ColumnMap = TRUSTED, **more: Any) -> MemberImport:
    with written(text) as file:
        theirs = MemberFile(file, None, "main", how)
        return await import_members(stores, PLAYBOOK, theirs, "command:amy", **more)


def column_map(text: str) -> ColumnMap:
    with written(text, "map.yaml") as file:
        return read_column_map(file)


async def friends(stores: Stores, *users: str) -> None:
    people = [befriended(Contact(contact_id("main", user)), "main", user, None) for user in users]
    assert await stores.friends.write([(None, one) for one in people])


@pytest.fixture
def turns(stores: Stores, seal: Seal, clock: ManualClock) -> Turns:
    """Takes the turns that wait, with all that they ask for; returns what LINE was asked."""

    async def take() -> ScriptedLine:
        line, database = ScriptedLine(), stores.database
        merging = Merging(stores.rewriter, stores.contacts, stores.audit, clock, OfShop)
        people = People(database, seal)
        members = MemberService(stores.phones, stores.contacts, people, merging, NoShops(), clock)
        world = EffectRouter(EveryCodeIsRight(), members, notices=members.hears)
        bot = Bot(database, seal, clock, line, PLAYBOOK, effects=world)
        await bot.start()
        await bot.settle()
        await bot.crash()
        return line

    return take


async def person(stores: Stores, who: str = WHO) -> Contact:
    return (await stores.contacts.load([who]))[who].contact


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_s36_a_trusted_binding_binds_as_a_code_would_silently(stores: Stores, turns: Turns) -> None:
    await friends(stores, USER)
    text = f"{HEADER}{USER},0912345678,2026/3/1\n"
    assert figures(await moved(stores, text)) == (0, 1, 0, 0)
    line = await turns()
    amy = await person(stores)
    assert (amy.phone, amy.bindings["phone"].at.year, amy.bindings["phone"].tags) == (PHONE, 2026, ("VIP",))
    assert amy.bound_before == amy.bindings["phone"].at
    assert [tag.name for tag in amy.tags] == ["VIP"]
    assert line.calls == [], "no flow hears of the tag, nor of the binding"
    assert await stores.phones.holder(PHONE) == WHO
    rows = [(row.what, row.actor) for row in await stores.audit.of(WHO)]
    assert rows == [("bound", "command:amy")]
    assert figures(await moved(stores, text)) == (0, 0, 1, 0)


async def test_s36_a_phone_that_somebody_has_proven_here_stays_theirs(stores: Stores, turns: Turns) -> None:
    await bound(stores)
    await friends(stores, USER, SECOND)
    text = f"{HEADER}{USER},0912345678,2026/3/1\n{SECOND},0922333444,是\n"
    done = await moved(stores, text + f"U{'c' * 32},0922333444,是\n")
    why = [(one.line, one.why.template.partition(":")[0]) for one in done.notes]
    assert why[0] == (2, "somebody else has proven this phone here, or is just doing so")
    assert why[1][0] == 4, "nobody by this account is a friend"
    await turns()
    assert "phone" not in (await person(stores)).bindings
    assert (await person(stores, contact_id("main", SECOND))).phone == OTHER
    assert await stores.phones.holder(PHONE) == "main:U1"


async def test_who_is_no_friend_yet_is_bound_when_the_file_is_taken_again(
    stores: Stores, turns: Turns
) -> None:
    text = f"{HEADER}{USER},0912345678,2026/3/1\n"
    done = await moved(stores, text)
    assert "import friends first" in done.notes[0].why.template
    known = (await stores.contacts.load([WHO]))[WHO]
    assert await stores.friends.write([(known, befriended(known.contact, "main", USER, None))])
    assert (await moved(stores, text)).notes == []
    await turns()
    assert "phone" in (await person(stores)).bindings


async def test_s36_a_binding_that_was_undone_here_does_not_come_back(stores: Stores) -> None:
    await friends(stores, USER)
    [known] = (await stores.contacts.load([WHO])).values()
    was = replace(known.contact, bound_before=NOW)
    assert await stores.friends.write([(known, was)])
    done = await moved(stores, f"{HEADER}{USER},0912345678,2026/3/1\n")
    assert "was bound here before" in done.notes[0].why.template
    assert figures(done) == (0, 0, 1, 0)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_unproven_bindings_bind_nobody(stores: Stores, turns: Turns) -> None:
    await friends(stores, USER)
    done = await moved(stores, f"{HEADER}{USER},0912345678,2026/3/1\n", NO_MAP)
    assert (done.has_bindings, done.unused) == (True, [])
    await turns()
    assert "phone" not in (await person(stores)).bindings


async def test_a_dry_run_reserves_nothing(stores: Stores) -> None:
    await friends(stores, USER, SECOND)
    text = f"{HEADER}{USER},0912345678,是\n{SECOND},0912345678,是\n"
    heard: list[tuple[int, str, int]] = []
    done = await moved(
        stores, text, dry=True, record=lambda n, became, why: heard.append((n, became, len(why)))
    )
    assert figures(done) == (0, 1, 1, 0)
    assert heard == [(2, "changed", 0), (3, "same", 1)]
    assert str(done.notes[0].why).startswith("has the phone of line 2")
    assert await stores.database.collection("phones").find_one({}) is None


async def test_referrals_by_clerks_are_taken_over(stores: Stores, turns: Turns) -> None:
    """By number or by code, with their day; who has a clerk here has them still. D2, M2"""
    clerks = [StoreClerk("E1", "林店長", store="s1", codes=(ClerkCode("AB12"),))]
    await stores.clerks.write([(one, None) for one in clerks])
    await friends(stores, USER)
    text = (
        f"UID,推薦店員,店員綁定日期,手機\n{USER},ab-12,民國115年3月1日,\n,E1,,0922333444\n,E9,,0933444555\n"
    )
    done = await moved(stores, text)
    assert figures(done) == (2, 1, 0, 0)
    assert [(one.line, one.why.template) for one in done.notes] == [
        (4, "no clerk has the code or number {code}")
    ]
    await turns()
    amy = await person(stores)
    assert amy.clerk is not None
    assert (amy.clerk.number, amy.clerk.code, amy.clerk.at.year) == ("E1", "AB12", 2026)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("columns: {手機x: phone}", "the file has no column"),
        ("columns: {手機: fone}", "no column of ours is called"),
        ("binding: yes", "binding: trusted"),
        ("binding: trusted\nbinding_tags: [VIPP]", "no tag is called"),
        ("binding_tags: [VIP]", "write  binding: trusted  beside them"),
        ("binding: unproven\nbinding_tags: [VIP]", "write  binding: trusted  beside them"),
        ("collumns: {}", "means nothing here"),
        ("[a", "cannot be read"),
    ],
)
async def test_a_map_that_says_nothing_is_refused(stores: Stores, text: str, why: str) -> None:
    with pytest.raises(TableWrong) as refused:
        await moved(stores, f"{HEADER}{USER},0912345678,是\n", column_map(text))
    assert why in str(refused.value.message)


async def test_columns_mean_what_the_map_says(stores: Stores) -> None:
    how = column_map("columns: {行動: phone, 級別: skin, 分群A: 'tag:VIP', 生日: '-'}\nbinding: unproven\n")
    text = "行動,級別,分群A,生日\n9.12345678E+8,乾性,115/3/1,x\n"
    done = await moved(stores, text, how)
    assert (figures(done), done.notes, done.unused) == ((1, 0, 0, 0), [], [])
    [document] = await stores.database.collection("contacts").find({}).to_list(None)
    one = await person(stores, document["_id"])
    assert (one.phone, one.tags[0].at.year, one.attributes["t.skin"].value) == (PHONE, 2026, "乾性")


async def test_a_turn_after_the_reservation_binds_nobody(
    stores: Stores, turns: Turns, clock: ManualClock
) -> None:
    """By then the phone may be somebody else's; the list taken again binds."""
    await friends(stores, USER)
    text = f"{HEADER}{USER},0912345678,2026/3/1\n"
    await moved(stores, text)
    clock.advance(20 * 24 * 3600)
    await turns()
    assert "phone" not in (await person(stores)).bindings


@pytest.mark.ring("all", "a crowd")
async def test_of_two_lines_with_one_phone_the_first_is_bound(stores: Stores, turns: Turns) -> None:
    """Always, whichever is reserved first; the second is reported with the first's line."""
    people = [(f"U{n:032x}", f"U{n + 1000:032x}", f"09{33_000_000 + n}") for n in range(30)]
    await friends(stores, *(user for first, second, _ in people for user in (first, second)))
    text = HEADER + "".join(f"{first},{phone},是\n{second},{phone},是\n" for first, second, phone in people)
    done = await moved(stores, text)
    assert [(one.line, str(one.why)) for one in done.notes] == [
        (n, f"has the phone of line {n - 1}, which is meant to be bound by it: only that one is")
        for n in range(3, 62, 2)
    ]
    await turns()
    for first, second, phone in people:
        assert await stores.phones.holder(f"+886{phone[1:]}") == contact_id("main", first)
        assert "phone" not in (await person(stores, contact_id("main", second))).bindings


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_is_not_bound_after_all_identifies_nobody(stores: Stores, turns: Turns) -> None:
    """A binding that the list has and that is not taken over is no proof for the lines that follow."""
    await bound(stores)
    await friends(stores, USER)
    text = f"UID,手機,綁定日期,會員編號\n{USER},0912345678,是,\n,0912345678,,M7\n"
    for dry in (True, False):
        assert figures(await moved(stores, text, dry=dry)) == (0, 1, 1, 0)
    await turns()
    assert (await person(stores, "main:U1")).member_no == "M7"
    assert (await person(stores)).member_no is None


async def test_a_dry_run_asks_for_proofs_as_the_import_does(stores: Stores) -> None:
    """Also where somebody else is only about to bind the phone."""
    await friends(stores, USER)
    await stores.phones.reserve(PHONE, "main:U9", datetime.now(UTC))
    text = f"{HEADER}{USER},0912345678,是\n"
    wet = None
    for dry in (True, False):
        done = await moved(stores, text, dry=dry)
        assert wet is None or wet == (figures(done), done.notes)
        wet = figures(done), done.notes
    assert wet is not None
    assert wet[0] == (0, 0, 1, 0)
    assert "is just doing so" in str(wet[1][0].why)


async def test_where_nothing_is_bound_the_phone_is_free_again(stores: Stores, turns: Turns) -> None:
    """The person has bound another phone before their turn: nobody else waits for a day."""
    await friends(stores, USER)
    await moved(stores, f"{HEADER}{USER},0912345678,2026/3/1\n")
    [known] = (await stores.contacts.load([WHO])).values()
    was = replace(known.contact, phone=OTHER, bindings={"phone": Binding(NOW)}, bound_before=NOW)
    assert await stores.friends.write([(known, was)])
    await turns()
    assert (await person(stores)).phone == OTHER
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert await stores.phones.reserve(PHONE, "main:U9", later) is not None


async def test_a_line_that_is_not_taken_after_all_keeps_no_phone(stores: Stores) -> None:
    """Its number has just been given to another account: it is refused, and its phone free."""
    await friends(stores, USER)
    await stores.phones.reserve_number(None, "M1", "main:U9", datetime.now(UTC))
    text = f"UID,手機,綁定日期,會員編號\n{USER},0912345678,是,M1\n"
    assert figures(await moved(stores, text)) == (0, 0, 0, 1)
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert await stores.phones.reserve(PHONE, "main:U9", later) is not None


async def test_what_comes_to_nothing_is_said_with_its_column(stores: Stores) -> None:
    """M2: a date without a clerk, in the whole file or in a line; trust without bindings."""
    done = await moved(stores, "手機,店員綁定日期\n0912345678,2026/3/1\n")
    assert (figures(done), done.unused) == ((1, 0, 0, 0), ["店員綁定日期"])
    assert [str(one) for one in done.warnings] == [
        'the column "店員綁定日期" is not read: no column says which clerk',
        "bindings are trusted, and no column says who is bound (binding, 綁定日期)",
    ]
    text = "手機,店員綁定日期,推薦店員\n0922333444,2026/3/1,\n"
    done = await moved(stores, text, NO_MAP)
    assert (done.warnings, done.unused) == ([], [])
    assert [str(one.why) for one in done.notes] == ['"店員綁定日期": says since when, and no clerk is named']
