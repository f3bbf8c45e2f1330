"""N1: coupons given by several processes: of a stock never one too many, nobody two, asked again the same."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.errors import OperationFailure

from bot.model.processes import part_of
from bot.model.short_code import code_key
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import CouponAnswer, CouponCounts, CouponRequest
from bot.promotions.coupons.store import grants as giving
from bot.promotions.coupons.store.codes import CouponCodes, doubt_free_codes
from bot.promotions.coupons.store.grants import AT_ONCE, Coupons
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.promotions.coupons.examples import TEN_OFF, asks, coupon


@pytest.fixture
def coupons(database: Database) -> Coupons:
    return Coupons(database)


@pytest.fixture
def codes(database: Database) -> CouponCodes:
    return CouponCodes(database)


@pytest.fixture
async def other(database: Database, prepared: str) -> AsyncIterator[Coupons]:
    """Those of another process."""
    other = Database(prepared)
    yield Coupons(other)
    other.close()


async def given(store: Coupons, what: Coupon, asked: Sequence[CouponRequest]) -> list[CouponAnswer]:
    """As a desk asks: one flight after the other, and again while the counter is held."""
    answers: list[CouponAnswer] = []
    for start in range(0, len(asked), AT_ONCE):
        flight, done = asked[start : start + AT_ONCE], None
        while done is None:
            try:
                done = await store.give(what, flight)
            except DatabaseUnavailable:
                continue
        answers += done
    return answers


def results(answers: Sequence[CouponAnswer]) -> list[str]:
    return [one.result for one in answers]


@pytest.mark.ring("all", "a crowd")
async def test_of_five_thousand_at_two_processes_exactly_a_hundred_are_given_one(
    coupons: Coupons, other: Coupons
) -> None:
    """No code twice, nobody two, and who has asked at both has the one that they have."""
    everybody = [asks(f"main:U{n}") for n in range(5_000)]
    mine, theirs = everybody[:3_000], everybody[2_000:]
    random.Random(48).shuffle(mine)
    answers = await asyncio.gather(given(coupons, TEN_OFF, mine), given(other, TEN_OFF, theirs))
    got = {
        one.id: answer.grant
        for asked, some in zip((mine, theirs), answers, strict=True)
        for one, answer in zip(asked, some, strict=True)
        if answer.result == "given" and answer.grant is not None
    }
    assert len(got) == 100
    assert len({code_key(grant.code) for grant in got.values()}) == 100
    assert {answer.result for some in answers for answer in some} == {"given", "none_left"}
    assert (await coupons.left([TEN_OFF.name]))[TEN_OFF.name] == CouponCounts(100)
    again = await given(other, TEN_OFF, everybody)
    assert {one.id: answer.grant for one, answer in zip(everybody, again, strict=True) if answer.grant} == got


async def test_the_same_call_twice_in_a_flight_is_one(coupons: Coupons) -> None:
    one, two = await coupons.give(TEN_OFF, [asks("main:Uamy"), asks("main:Uamy")])
    assert one == two
    assert (await coupons.left([TEN_OFF.name]))[TEN_OFF.name].given == 1


async def test_nobody_gets_more_than_one_may_have_also_in_one_flight(coupons: Coupons) -> None:
    what = coupon(per_person=2)
    flight = [asks("main:Uamy", str(n), NOW + timedelta(seconds=n)) for n in range(4)]
    answers = await coupons.give(what, [*flight, asks("main:Ubob")])
    assert results(answers) == ["given", "given", "had", "had", "given"]
    assert answers[3].grant == answers[1].grant, "the one that was given last"


async def test_without_a_stock_there_is_no_end_and_one_person_has_one_all_the_same(
    coupons: Coupons, other: Coupons
) -> None:
    what = coupon(stock=None)
    flights = [[asks("main:Uamy", f"{n}")] for n in range(8)]
    answers = await asyncio.gather(
        *(given(store, what, one) for one, store in zip(flights, (coupons, other) * 4, strict=True))
    )
    assert sorted(result for some in answers for result in results(some)) == ["given", *["had"] * 7]
    assert {answer.left for some in answers for answer in some} == {None}


async def test_a_fixed_code_is_everybodys_and_nobodys_alone(coupons: Coupons) -> None:
    what = coupon(source="fixed", fixed="SUMMER100", stock=2)
    answers = await coupons.give(what, [asks(f"main:U{n}") for n in range(3)])
    assert results(answers) == ["given", "given", "none_left"]
    assert [one.grant.code for one in answers if one.grant] == ["SUMMER100"] * 2
    assert await coupons.by_code("SUMMER100") is None


async def test_imported_codes_go_in_their_order_and_run_out(coupons: Coupons, codes: CouponCodes) -> None:
    what = coupon(source="imported", stock=None)
    assert results(await coupons.give(what, [asks("main:U0")])) == ["none_left"]
    added = await codes.add(what.name, ["SAVE-b", "SAVE-a", "SAVE-c"])
    assert (added.new, added.known, added.refused) == (3, 0, [])
    answers = await coupons.give(what, [asks(f"main:U{n}") for n in range(5)])
    assert results(answers) == ["given"] * 3 + ["none_left"] * 2
    assert [one.grant.code for one in answers if one.grant] == ["SAVE-b", "SAVE-a", "SAVE-c"], "as written"
    assert (await coupons.left([what.name]))[what.name] == CouponCounts(3, 0)
    await codes.add(what.name, ["SAVE-d"])
    assert results(await coupons.give(what, [asks("main:U4", "again")])) == ["given"]


async def test_codes_that_somebody_has_removed_are_given_to_nobody(
    coupons: Coupons, codes: CouponCodes, database: Database
) -> None:
    """The counter says more than there are: it is put right, and who is left over hears that none is left."""
    what = coupon(source="imported", stock=None)
    await codes.add(what.name, ["A1", "B2", "C3"])
    await database.collection("coupon_codes").delete_one({"text": "B2"})
    answers = await given(coupons, what, [asks(f"main:U{n}") for n in range(3)])
    assert results(answers) == ["given", "given", "none_left"]
    assert [one.grant.code for one in answers if one.grant] == ["A1", "C3"]
    assert (await coupons.left([what.name]))[what.name] == CouponCounts(2, 0)


async def test_imported_codes_by_two_processes_are_each_one_persons(
    coupons: Coupons, other: Coupons, codes: CouponCodes
) -> None:
    what = coupon(source="imported", stock=250)
    await codes.add(what.name, [f"C{n:04}" for n in range(230)])
    mine, theirs = ([asks(f"main:{who}{n}") for n in range(200)] for who in "AB")
    answers = await asyncio.gather(given(coupons, what, mine), given(other, what, theirs))
    got = [answer.grant.code for some in answers for answer in some if answer.grant]
    assert len(got) == len(set(got)) == 230


async def test_an_import_takes_each_code_once_and_none_that_reads_like_another(
    coupons: Coupons, codes: CouponCodes
) -> None:
    wanted = ["SAVE10", "SAVE-IO", "save10", "SAVE10", "", "x" * 65, "SAVE11"]
    added = await codes.add("a", wanted)
    assert (added.new, added.known) == (2, 1)
    assert [(one.line, str(one.why)) for one in added.refused] == [
        (2, "this code reads like that of line 1"),
        (3, "this code reads like that of line 1"),
        (5, "this is no code of 1 to 64 characters"),
        (6, "this is no code of 1 to 64 characters"),
    ]
    again = await codes.add("a", ["SAVE11", "SAVE10", "SAVE12", "save-1i"])
    assert (again.new, again.known) == (1, 2)
    assert [(one.line, str(one.why)) for one in again.refused] == [(4, "this code reads like that of line 1")]
    [refused] = (await codes.add("a", ["save 10"])).refused
    assert str(refused.why) == "this code reads like one that is there already"
    [refused] = (await codes.add("b", ["SAVE10"])).refused
    assert str(refused.why) == "another coupon has this code"
    assert (await coupons.left(["a", "b", "c"])) == {
        "a": CouponCounts(0, 3),
        "b": CouponCounts(0),
        "c": CouponCounts(),
    }


async def test_the_same_pack_by_two_at_once_is_there_once(
    coupons: Coupons, codes: CouponCodes, prepared: str
) -> None:
    pack = [f"P{n:05}" for n in range(2_500)]
    another = Database(prepared)
    one, two = await asyncio.gather(codes.add("a", pack), CouponCodes(another).add("a", pack))
    another.close()
    assert one.new + two.new == 2_500
    assert one.new + one.known == two.new + two.known == 2_500
    assert (await coupons.left(["a"]))["a"] == CouponCounts(0, 2_500)


async def test_a_code_leads_to_its_grant_however_it_is_written(coupons: Coupons, codes: CouponCodes) -> None:
    [made] = await coupons.give(TEN_OFF, [asks("main:Uamy")])
    assert made.grant is not None
    for written in (made.grant.code, made.grant.code.lower().replace("-", " "), f" {made.grant.code}"):
        assert await coupons.by_code(written) == (made.grant, "main:Uamy")
    await codes.add("pack", ["FREE1"])
    assert [await coupons.by_code(text) for text in ("FREE1", "NOBODYS", "", "x" * 99)] == [None] * 4


async def test_who_was_merged_has_what_both_were_given(coupons: Coupons, database: Database) -> None:
    """A chain: the outlet's account went into the page's, and that into the shop's."""
    flight = [asks("outlet:U1"), asks("page:U1"), asks("main:U1"), asks("main:U2")]
    what = coupon(per_person=3)
    await coupons.give(what, flight)
    contacts = database.collection("contacts")
    for gone, into in (("outlet:U1", "page:U1"), ("page:U1", "main:U1")):
        await contacts.insert_one({"_id": gone, "part": part_of(gone), "rev": 2, "to": into})
    more = [asks("main:U1", "2"), asks("outlet:U1", "2"), asks("main:U2", "2")]
    assert results(await coupons.give(what, more)) == ["had", "had", "given"]
    assert results(await coupons.give(coupon(per_person=4), more[:2])) == ["given", "had"]


async def test_what_stayed_with_another_when_two_were_parted_is_not_held_twice(
    coupons: Coupons, database: Database
) -> None:
    """It came to the other while they were one: whoever asked has had theirs, and cannot use that one."""
    [made] = await coupons.give(TEN_OFF, [asks("outlet:U1")])
    assert made.grant is not None
    held = {"_id": "main:U1", "part": 0, "rev": 1, "coupons": [{"n": TEN_OFF.name, "g": made.grant.id}]}
    await database.collection("contacts").insert_one(held)
    assert await coupons.give(TEN_OFF, [asks("outlet:U1", "2")]) == [CouponAnswer("had", None, 99)]
    assert await coupons.give(TEN_OFF, [asks("outlet:U1")]) == [CouponAnswer("given", made.grant, 99)]


async def test_all_that_a_person_was_given_and_holds(coupons: Coupons, database: Database) -> None:
    """N1: whichever contact got it before they were merged; not what another holds since they were parted."""
    what = coupon(per_person=3)
    moments = [NOW + timedelta(minutes=n) for n in range(3)]
    mine = [asks(who, "1", at) for who, at in zip(("page:U1", "main:U1", "main:U1"), moments, strict=True)]
    flight = [mine[0], mine[1], replace(mine[2], id="third"), asks("main:U2")]
    grants = [one.grant.id for one in await coupons.give(what, flight) if one.grant]
    contacts = database.collection("contacts")
    await contacts.insert_one({"_id": "page:U1", "part": part_of("page:U1"), "rev": 2, "to": "main:U1"})
    assert [one.id for one in await coupons.of_person(what.name, "main:U1")] == grants[:3]
    elsewhere = {"_id": "main:U9", "part": 0, "rev": 1, "coupons": [{"n": what.name, "g": grants[1]}]}
    await contacts.insert_one(elsewhere)
    assert {one.id for one in await coupons.of_person(what.name, "main:U1")} == {grants[0], grants[2]}
    assert await coupons.of_person("another", "main:U1") == []


async def test_a_code_that_was_made_before_is_made_anew(
    coupons: Coupons, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = count()
    monkeypatch.setattr(giving, "new_code", lambda: f"{next(numbers) // 3:010}")
    answers = await given(coupons, TEN_OFF, [asks("main:U0")])
    answers += await given(coupons, TEN_OFF, [asks("main:U1")])
    assert results(answers) == ["given", "given"]
    assert len({one.grant.code for one in answers if one.grant}) == 2


async def test_who_has_died_over_the_counter_keeps_the_others_waiting_and_takes_nothing(
    coupons: Coupons, other: Coupons, database: Database
) -> None:
    """Its transaction is neither committed nor ended, as after kill -9."""
    await coupons.give(TEN_OFF, [asks("main:U0")])
    with database.client.start_session() as session:
        session.start_transaction()
        row = {"_id": TEN_OFF.name}
        await database.collection("coupons").update_one(row, {"$inc": {"n": 1}}, session=session)
        with pytest.raises(DatabaseUnavailable):
            await other.give(TEN_OFF, [asks("main:U1")])
        assert results(await other.give(coupon(name="another"), [asks("main:U2")])) == ["given"]
        assert results(await other.give(TEN_OFF, [asks("main:U0")])) == ["given"], "was given before"
        session.abort_transaction()
    [answer] = await other.give(TEN_OFF, [asks("main:U1")])
    assert (answer.result, answer.left) == ("given", 98)


async def test_what_is_not_known_to_be_committed_is_asked_again(
    coupons: Coupons, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was: the same call finds its grant."""
    session_class = ClientSession
    honest = session_class.commit_transaction

    def lost(self: Any) -> None:
        honest(self)
        unknown = OperationFailure("the answer was lost")
        unknown._add_error_label("UnknownTransactionCommitResult")
        raise unknown

    what = coupon(stock=1)
    with monkeypatch.context() as patched:
        patched.setattr(session_class, "commit_transaction", lost)
        with pytest.raises(DatabaseUnavailable):
            await coupons.give(what, [asks("main:Uamy")])
    assert results(await coupons.give(what, [asks("main:Uamy"), asks("main:Ubob")])) == ["given", "none_left"]


async def test_erased_people_free_no_code(coupons: Coupons, codes: CouponCodes, database: Database) -> None:
    """K: nothing is left of whom it was given to, and the pack imported again gives nobody theirs."""
    what = coupon(source="imported", stock=None)
    await codes.add(what.name, ["A1", "B2"])
    await coupons.give(what, [asks("main:Uamy")])
    await database.collection("coupon_grants").delete_many({"contact": "main:Uamy"})
    assert await coupons.by_code("A1") is None
    added = await codes.add(what.name, ["A1", "B2"])
    assert (added.new, added.known) == (0, 2)
    [answer] = await coupons.give(what, [asks("main:Uamy", "as a stranger")])
    assert answer.grant is not None
    assert answer.grant.code == "B2"


async def test_after_a_restore_free_codes_are_given_to_nobody_until_staff_say_so(
    coupons: Coupons, codes: CouponCodes, database: Database
) -> None:
    what = coupon(source="imported", stock=None)
    await codes.add(what.name, ["A1", "B2", "C3"])
    await coupons.give(what, [asks("main:Uamy")])
    doubt_free_codes(database.synchronous("coupons"), database.synchronous("coupon_codes"))
    doubt_free_codes(database.synchronous("coupons"), database.synchronous("coupon_codes"))
    assert (await coupons.left([what.name]))[what.name] == CouponCounts(1, 0, 2)
    assert results(await coupons.give(what, [asks("main:Ubob")])) == ["none_left"]
    assert (await codes.add(what.name, ["B2"])).known == 1, "imported again they are as doubtful"
    assert await codes.confirm(what.name) == 2
    assert await codes.confirm(what.name) == 0
    [answer] = await coupons.give(what, [asks("main:Ubob")])
    assert (answer.result, answer.left) == ("given", 1)


async def test_codes_and_grants_are_found_by_an_index(coupons: Coupons, database: Database) -> None:
    await coupons.give(TEN_OFF, [asks(f"main:U{n}") for n in range(5)])
    grants, codes = database.collection("coupon_grants"), database.collection("coupon_codes")
    for rows, query, index in (
        (grants, {"coupon": TEN_OFF.name, "contact": {"$in": ["main:U1"]}}, "of_coupon"),
        (grants, {"contact": {"$in": ["main:U1"]}}, "of_person"),
        (codes, {"coupon": TEN_OFF.name, "free": True}, "free"),
    ):
        plan = rows.driver.find(query).sort("n" if index == "free" else "_id", 1).explain()
        winning = str(plan["queryPlanner"]["winningPlan"])
        assert f"'{index}'" in winning, winning
