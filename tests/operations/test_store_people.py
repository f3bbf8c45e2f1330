"""D6: store people see the people, codes and counts of their own group, store or self; phones masked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

import pytest

from bot.model.admin import AdminRole, StoreScope
from bot.model.channel import Channel
from bot.model.clerk import ClerkCode, ListCursor, OfClerk, OfEveryStore, OfStores, SeenPeople, StoreClerk
from bot.model.contact import Clerk, Contact
from bot.model.counts import BOUND, JOINED, OF_CLERKS
from bot.model.mark import Mark
from bot.model.plain_text import readable_name
from bot.operations.store_people import people as of_people
from bot.operations.store_people.codes import clerks_of, clerks_seen, code_places, store_counts
from bot.operations.store_people.people import (
    NotSearched,
    Search,
    how_many,
    may_search,
    one_person,
    people_page,
    search_of,
    searched,
)
from bot.operations.store_people.visibility import (
    NoVisiblePeople,
    is_seen,
    narrowed,
    seen_people,
    stores_seen,
)
from bot.store.counters.rate_limits import OF_ACCOUNT
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.store.test_people import store

PLAYBOOK = compiled(
    """
store_groups: {north: {title: 北部門市}, south: {title: 南部門市}}
stores:
  xinyi: {title: 信義店, group: north}
  banqiao: {title: 板橋店, group: north}
  zuoying: {title: 左營店, group: south}
rules:
  - {when: {text: 專員}, reply: "{{ store.title or 門市 }}{{ clerk.name or 專員 }}"}
  - {when: {text_pattern: "聯絡專員 {code:word}"}, start: {flow: referral, with: {code: "{{ event.code }}"}}}
flows:
  referral:
    page: true
    inputs: {code: text}
    states:
      joining:
        do: [{bind_clerk: {code: "{{ answer.code }}"}}]
        rules: [{when: {clerk: [bound, already, suspended, unknown]}, to: over}]
        give_up_after: {1m: over}
      over: {end: true}
"""
)
ACCOUNTS = {"main": Channel("main", "@forest", "1", "s", "t", app_name="森活選品")}
NORTH, XINYI = OfStores(("banqiao", "xinyi")), OfStores(("xinyi",))

AN = StoreClerk("A01", "小安", store="xinyi", phone="+886912345678", codes=(ClerkCode("7K3M9QX2TB"),))
NING = StoreClerk("A02", "小寧", "store_manager", "xinyi", codes=(ClerkCode("4H8P2WZ6CD"),))
BO = StoreClerk("B01", "小柏", store="banqiao", codes=(ClerkCode("5H8P2WZ6CD"),))
ZUO = StoreClerk("Z01", "小佐", store="zuoying", codes=(ClerkCode("6H8P2WZ6CD"),))
LEFT = StoreClerk("A09", "小離", store="xinyi", suspended=NOW, codes=(ClerkCode("8H8P2WZ6CD"),))
HEAD = StoreClerk("H01", "小總", "head_office")


# -- whose


@pytest.mark.parametrize(
    ("role", "scope", "seen"),
    [
        ("admin", StoreScope(), OfEveryStore()),
        ("supervisor", StoreScope(), OfEveryStore()),
        ("head_office", StoreScope(clerk="H01"), OfEveryStore()),
        ("group", StoreScope(group="north"), NORTH),
        ("store_manager", StoreScope(store="xinyi", clerk="A02"), XINYI),
        ("store_manager", StoreScope(store="xinyi"), XINYI),
        ("clerk", StoreScope(store="xinyi", clerk="A01"), OfClerk("A01")),
        ("clerk", StoreScope(store="gone", clerk="A01"), OfClerk("A01")),
    ],
)
def test_whom_each_role_sees(role: AdminRole, scope: StoreScope, seen: SeenPeople) -> None:
    assert seen_people(role, scope, PLAYBOOK) == seen


@pytest.mark.parametrize(
    ("role", "scope", "why"),
    [
        ("agent", StoreScope(store="xinyi", clerk="A01"), "no people of its own"),
        ("clerk", StoreScope(store="xinyi"), "no people of its own"),
        ("store_manager", StoreScope(store="gone"), 'no store called "gone" any more'),
        ("store_manager", StoreScope(), "no store called"),
        ("store_manager", StoreScope(group="north"), "no store called"),
        ("group", StoreScope(group="gone"), 'no group called "gone" any more'),
        ("group", StoreScope(store="xinyi"), "no group called"),
    ],
)
def test_who_sees_nobody_and_why(role: AdminRole, scope: StoreScope, why: str) -> None:
    """A store that has left the playbook, or a place that nobody has given, is nobody, never everybody."""
    with pytest.raises(NoVisiblePeople, match=why):
        seen_people(role, scope, PLAYBOOK)


def test_every_role_sees_somebody_or_is_told_why() -> None:
    full = StoreScope("north", "xinyi", "A01")
    for role in (one for part in get_args(AdminRole) for one in get_args(part) or (part,)):
        if role in {"admin", "supervisor", "head_office", "group", "store_manager", "clerk"}:
            seen_people(role, full, PLAYBOOK)
        else:
            with pytest.raises(NoVisiblePeople):
                seen_people(role, full, PLAYBOOK)


def test_a_request_narrows_and_never_widens() -> None:
    assert narrowed(NORTH, "xinyi", PLAYBOOK) == XINYI
    assert narrowed(OfEveryStore(), "zuoying", PLAYBOOK) == OfStores(("zuoying",))
    for seen in (NORTH, XINYI, OfClerk("A01"), OfStores(())):
        assert narrowed(seen, "zuoying", PLAYBOOK) == seen
    assert narrowed(OfEveryStore(), "gone", PLAYBOOK) == OfEveryStore()
    assert stores_seen(XINYI, PLAYBOOK) == (), "of one store there is no choice"
    assert stores_seen(NORTH, PLAYBOOK) == ("xinyi", "banqiao")


def test_whose_clerks_are_seen() -> None:
    everybody = (AN, NING, BO, ZUO, LEFT, HEAD)
    for seen, numbers in (
        (OfClerk("A01"), {"A01"}),
        (XINYI, {"A01", "A02", "A09"}),
        (NORTH, {"A01", "A02", "A09", "B01"}),
        (OfStores(("",)), set()),
        (OfEveryStore(), {one.number for one in everybody}),
    ):
        assert {one.number for one in everybody if is_seen(seen, one)} == numbers


# -- people


def person(number: int, clerk: StoreClerk, ago: int = 0, name: str = "") -> Contact:
    at = NOW - timedelta(minutes=ago)
    bound = Clerk("x", clerk.name, clerk.store, at, clerk.number)
    return Contact(f"main:U{number}", name=name or f"小美{number}", phone=f"+8869{number:08d}", clerk=bound)


@pytest.fixture
async def people(database: Database, seal: Seal) -> Stores:
    made = stores_of(database, seal)
    await made.clerks.write([(one, None) for one in (AN, NING, BO, ZUO, LEFT, HEAD)])
    some = [person(1, AN, 9), person(2, NING, 8), person(3, BO, 7), person(4, ZUO, 6), person(5, LEFT, 5)]
    await store(database, seal, *some)
    return made


async def test_phones_are_masked_and_names_cannot_steer(
    people: Stores, database: Database, seal: Seal
) -> None:
    await store(database, seal, person(7, AN, name="A\u202egnp.exe\u2066\n<b>\x07小"))
    [shown, first] = (await people_page(people, PLAYBOOK, OfClerk("A01"))).rows
    assert (first.phone, first.name, first.store) == ("09••••••01", "小美1", "信義店")
    assert shown.name == "Agnp.exe <b> 小"
    assert "小美" not in repr(first)
    assert "00000001" not in str(vars(type(first))) + repr(first)


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_pages_go_on_behind_the_last_and_end(people: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(of_people, "ROWS", 2)
    first = await people_page(people, PLAYBOOK, OfEveryStore())
    assert [one.id for one in first.rows] == ["main:U5", "main:U4"]
    second = await people_page(people, PLAYBOOK, OfEveryStore(), first.next)
    third = await people_page(people, PLAYBOOK, OfEveryStore(), second.next)
    assert [one.id for one in (*second.rows, *third.rows)] == ["main:U3", "main:U2", "main:U1"]
    assert third.next is None
    assert (await people_page(people, PLAYBOOK, XINYI, first.next)).next is None


async def test_a_place_of_elsewhere_shows_nobody_of_elsewhere(people: Stores) -> None:
    """The place in a list may be anybody's: what is behind it is still only what is theirs."""
    everywhere = await people_page(people, PLAYBOOK, OfEveryStore())
    for row in everywhere.rows:
        place = ListCursor(row.bound, row.id)
        found = await people_page(people, PLAYBOOK, OfClerk("A01"), place)
        assert {one.number for one in found.rows} <= {"A01"}


async def test_one_person_of_another_store_is_nobody(people: Stores) -> None:
    assert await one_person(people, PLAYBOOK, XINYI, "main:U3") is None
    assert await one_person(people, PLAYBOOK, OfClerk("A01"), "main:U2") is None
    assert await one_person(people, PLAYBOOK, XINYI, "main:U404") is None
    assert await one_person(people, PLAYBOOK, NORTH, "main:U3") is not None


async def test_counted_so_far(people: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await how_many(people, XINYI) == 3
    monkeypatch.setattr(of_people, "COUNTED", 2)
    assert await how_many(people, XINYI) == 3
    assert await how_many(people, OfEveryStore()) == 3, "more than two"


# -- searching


@pytest.mark.parametrize(
    ("written", "search"),
    [
        ("小美", Search("name", "小美")),
        ("  Amy  Chen ", Search("name", "Amy Chen")),
        ("A01", Search("name", "A01")),
        ("0912345678", Search("phone", "+886912345678")),
        ("＋886 912-345-678", Search("phone", "+886912345678")),
        ("678", Search("end", "678")),
        ("６７８", Search("end", "678")),
        ("小" * 99, Search("name", "小" * 60)),
        ("Ａmy\x00\u202e ①", Search("name", "Ａmy ①")),
    ],
)
def test_what_is_searched_for(written: str, search: Search) -> None:
    assert search_of(written) == search


@pytest.mark.parametrize("written", ["", "   ", "78", "5678", "45678", "345678", "12345678", "0" * 50, "."])
def test_more_digits_than_the_end_are_a_whole_phone_or_nothing(written: str) -> None:
    """Digit by digit a masked number would be read in sixty questions."""
    with pytest.raises(NotSearched):
        search_of(written)


async def test_a_search_finds_only_ones_own(people: Stores) -> None:
    for written in ("小美3", "0900000003", "003"):
        assert not (await searched(people, PLAYBOOK, XINYI, search_of(written))).rows, written
        [found] = (await searched(people, PLAYBOOK, NORTH, search_of(written))).rows
        assert found.id == "main:U3"
        assert found.phone == "09••••••03"


async def test_a_name_is_found_as_it_is_written_and_as_it_is_meant(
    people: Stores, database: Database, seal: Seal
) -> None:
    """Also in full width, and whatever else somebody's telephone has written instead."""
    await store(database, seal, person(71, AN, name="Ａｍｙ"), person(72, AN, name="Amy(Ⅳ)"))
    for written, found in (
        ("Ａｍｙ", {71, 72}),
        ("(Ⅳ)", {72}),
        ("amy", {72}),
        ("A\x00my", set()),
        ("|", set()),
    ):
        rows = (await searched(people, PLAYBOOK, OfClerk("A01"), search_of(written))).rows
        assert {int(one.id.removeprefix("main:U")) for one in rows} == found, written


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_tries_all_phones_does_not_come_far(people: Stores) -> None:
    (_, an_hour), (_, a_day) = OF_ACCOUNT
    search, now = search_of("0900000003"), NOW
    for number in range(an_hour):
        await may_search(people, "amy", search, f"call {number}", now)
    await may_search(people, "amy", search, "call 3", now)  # the same page, loaded again
    with pytest.raises(NotSearched, match="in an hour"):
        await may_search(people, "amy", search, "one more", now)
    with pytest.raises(NotSearched):
        await may_search(people, "amy", search_of("003"), "its end", now)
    await may_search(people, "amy", search_of("小美"), "a name", now)
    await may_search(people, "bob", search, "another account", now)
    done = an_hour
    while done < a_day:
        now += timedelta(hours=1, seconds=1)
        for number in range(min(an_hour, a_day - done)):
            await may_search(people, "amy", search, f"later {now} {number}", now)
        done += an_hour
    with pytest.raises(NotSearched):
        await may_search(people, "amy", search, "of the day", now + timedelta(hours=2))


# -- codes


async def test_whose_codes_are_seen(people: Stores) -> None:
    for seen, numbers in (
        (OfClerk("A01"), ["A01"]),
        (XINYI, ["A01", "A02", "A09"]),
        (NORTH, ["B01", "A01", "A02", "A09"]),
        (OfStores(()), []),
        (OfEveryStore(), ["H01", "B01", "A01", "A02", "A09", "Z01"]),
        (OfClerk("X"), []),
    ):
        assert [one.number for one in await clerks_seen(people, PLAYBOOK, seen)] == numbers
    assert await clerks_of(people, PLAYBOOK, XINYI, ["B01", "A01"]) == {
        "A01": (await clerks_seen(people, PLAYBOOK, OfClerk("A01")))[0]
    }


async def test_a_suspended_clerk_has_no_code(people: Stores) -> None:
    """Nor has who works in no store: a picture that binds nobody is not shown."""
    shown = await clerks_of(people, PLAYBOOK, OfEveryStore(), ["A01", "A09", "H01"])
    assert [shown[number].code for number in ("A01", "A09", "H01")] == ["7K3M9QX2TB", None, None]
    [place] = code_places(PLAYBOOK, ACCOUNTS, shown["A01"])
    assert place.channel == "main"
    assert "7K3M9QX2TB" in place.link
    assert not code_places(PLAYBOOK, ACCOUNTS, shown["A09"])


async def test_one_who_moved_away_is_no_more_seen(people: Stores) -> None:
    kept = (await people.clerks.of(["A01"]))["A01"]
    await people.clerks.write([(replace(kept.clerk, store="banqiao"), kept.rev)])
    assert await clerks_of(people, PLAYBOOK, XINYI, ["A01"]) == {}
    assert [one.number for one in await clerks_seen(people, PLAYBOOK, XINYI)] == ["A02", "A09"]


# -- counts


async def count(people: Stores, day: str, what: str, clerk: str, shop: str, times: int = 1) -> None:
    for _ in range(times):
        await people.counts.add(day, Mark("main", OF_CLERKS, what, (clerk, shop)))


async def test_counts_are_of_ones_own(people: Stores) -> None:
    """Also of a clerk who has moved: each store has what happened there, the clerk all that is theirs."""
    today, before = "2026-11-20", "2026-11-14"
    await count(people, today, BOUND, "A01", "xinyi", 3)
    await count(people, today, JOINED, "A01", "xinyi", 2)
    await count(people, before, BOUND, "A01", "banqiao", 5)
    await count(people, before, BOUND, "B01", "banqiao", 7)
    await count(people, "2026-11-13", BOUND, "A01", "xinyi", 100)
    await count(people, today, BOUND, "Z01", "zuoying", 11)

    async def told(seen: SeenPeople) -> dict[str, tuple[int, int, int]]:
        found = await store_counts(people, PLAYBOOK, seen, 7, NOW)
        assert len(found.days) == 7
        assert (found.days[0].day, found.days[-1].day) == (date(2026, 11, 14), date(2026, 11, 20))
        assert found.bound == sum(one.bound for one in found.clerks)
        return {one.number: (one.people, one.joined, one.bound) for one in found.clerks}

    assert await told(OfClerk("A01")) == {"A01": (1, 2, 8)}
    assert await told(XINYI) == {"A01": (1, 2, 3), "A02": (1, 0, 0), "A09": (1, 0, 0)}
    assert await told(OfStores(("banqiao",))) == {"B01": (1, 0, 7), "A01": (0, 0, 5)}
    assert await told(OfStores(())) == {}
    everybody = await told(OfEveryStore())
    assert everybody["Z01"] == (1, 0, 11)
    assert everybody["A01"] == (1, 2, 8)


async def test_who_works_elsewhere_by_now_has_no_name_here(people: Stores) -> None:
    await count(people, "2026-11-20", BOUND, "A01", "banqiao")
    found = await store_counts(people, PLAYBOOK, OfStores(("banqiao",)), 7, NOW)
    assert {one.number: one.clerk is None for one in found.clerks} == {"B01": False, "A01": True}


# -- names


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (None, ""),
        ("", ""),
        ("\u200b\u200d", ""),
        ("小美", "小美"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\u202eb\u2069c\u200f", "abc"),
        ("a\r\n\x00b\u2028c", "a b c"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("x" * 61, "x" * 59 + "…"),
    ],
)
def test_names_as_they_may_stand_in_a_line(name: str | None, read: str) -> None:
    """What is escaped for a page is the page's matter: here only what steers is gone."""
    assert readable_name(name) == read
