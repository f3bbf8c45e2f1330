"""One-time codes on a real MongoDB: every limit, and hundreds at once who try to break it. B12"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.issued_code import DAY, HOUR, DayCount, Issued, IssuedBefore, TooMany, TooSoon
from bot.model.one_time_code import BETWEEN, TRIES, full_minute
from bot.store.counters.codes import CodeNetwork, CodeRecipient, Codes
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.codes import FIRST, PHONE, colleague, issued, newcomer, wanted, wrong
from tests.conftest import NOW
from tests.depth import examples

MANY = max(100, examples(150))
CROWD = max(20, examples(30))
MINUTE = timedelta(minutes=1)
TICK = timedelta(milliseconds=1)


@pytest.fixture
async def processes(database: Database, prepared: str, seal: Seal) -> AsyncIterator[list[Codes]]:
    """Three processes on one database."""
    others = [Database(prepared), Database(prepared)]
    yield [Codes(one, seal) for one in (database, *others)]
    for other in others:
        other.close()


@pytest.fixture
def codes(database: Database, seal: Seal) -> Codes:
    return Codes(database, seal)


async def test_a_code_is_six_digits_of_a_source_that_nobody_can_foresee(
    codes: Codes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def randbelow(below: int) -> int:
        asked.append(below)
        return 42

    monkeypatch.setattr("bot.store.counters.codes.secrets.randbelow", randbelow)
    assert await issued(codes, FIRST) == "000042"
    assert asked == [1_000_000]


def test_what_is_said_in_minutes_holds_then() -> None:
    minute = NOW.replace(second=0, microsecond=0)
    assert full_minute(minute) == minute
    assert full_minute(minute + TICK) == minute + timedelta(minutes=1)


async def test_hundreds_of_guesses_at_once_are_five_tries(processes: list[Codes]) -> None:
    """The right one among them is of no use after five others."""
    code = await issued(processes[0], FIRST)
    guesses = [processes[n % 3].compare(f"guess{n}", "main:U1", wrong(code, n + 1), NOW) for n in range(MANY)]
    results = Counter(one.result for one in await asyncio.gather(*guesses))
    assert results == {"wrong": TRIES - 1, "locked": MANY - TRIES + 1}
    assert (await processes[1].compare("late", "main:U1", code, NOW)).result == "locked"


async def test_hundreds_times_the_right_code_at_once_is_right_once(processes: list[Codes]) -> None:
    code = await issued(processes[0], FIRST)
    compared = [processes[n % 3].compare(f"tap{n}", "main:U1", code, NOW) for n in range(MANY)]
    results = Counter(one.result for one in await asyncio.gather(*compared))
    assert results["right"] == 1
    assert set(results) <= {"right", "expired", "locked"}


@pytest.mark.ring("all", "a crowd")
async def test_the_same_sending_again_is_no_second_code(processes: list[Codes]) -> None:
    came = await asyncio.gather(*(processes[n % 3].issue(FIRST, NOW) for n in range(MANY)))
    assert Counter(type(one) for one in came) == {Issued: 1, IssuedBefore: MANY - 1}


async def test_a_phone_that_is_freed_may_have_codes_again(codes: Codes) -> None:
    for n in range(3):
        await issued(codes, wanted(n), NOW + n * BETWEEN)
    later = NOW + 4 * BETWEEN
    assert isinstance(await codes.issue(wanted(3), later), TooMany)
    assert await codes.free(PHONE) == 3
    await issued(codes, wanted(4), later)
    assert await codes.free("+886900000000") == 0


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize("every", [BETWEEN, timedelta(minutes=25)], ids=["each minute", "each 25 minutes"])
async def test_waves_of_people_at_once_send_to_one_phone_what_it_may_have(
    processes: list[Codes], every: timedelta
) -> None:
    """One for each wave, until there were ten."""

    async def wave(number: int) -> int:
        people = [(f"main:U{n}", f"U{number}/{n}") for n in range(CROWD)]
        asked = [
            wanted(number * CROWD + n, contact=contact, user=user) for n, (contact, user) in enumerate(people)
        ]
        now = NOW + number * every
        came = await asyncio.gather(*(processes[n % 3].issue(one, now) for n, one in enumerate(asked)))
        kinds = Counter(type(one) for one in came)
        assert kinds[Issued] + kinds[TooSoon if number < 10 else TooMany] == CROWD
        return kinds[Issued]

    assert [await wave(number) for number in range(12)] == [1] * 10 + [0, 0]


async def test_hundreds_at_once_of_one_person_send_five(processes: list[Codes]) -> None:
    asked = [wanted(n, phone=f"+886912000{n:03d}") for n in range(MANY)]
    came = await asyncio.gather(*(processes[n % 3].issue(one, NOW) for n, one in enumerate(asked)))
    assert Counter(type(one) for one in came) == {Issued: 5, TooMany: MANY - 5}


@pytest.mark.ring("all", "a crowd")
async def test_hundreds_at_once_in_a_team_send_no_more_than_its_cap(processes: list[Codes]) -> None:
    asked = [colleague(n, 7) for n in range(MANY)]
    came = await asyncio.gather(*(processes[n % 3].issue(one, NOW) for n, one in enumerate(asked)))
    assert Counter(type(one) for one in came) == {Issued: 7, TooMany: MANY - 7}
    tomorrow = replace(asked[-1], call="tomorrow", day="2026-11-21")
    assert isinstance(await processes[0].issue(tomorrow, NOW + HOUR), Issued)


@pytest.mark.ring("all", "a crowd")
async def test_newcomers_use_up_no_more_than_their_share_of_an_hour(processes: list[Codes]) -> None:
    """B12: 94 LINE accounts used up the day's 500 SMS within 8 s, and nobody could bind until midnight."""
    asked = [newcomer(n) for n in range(150)]
    came = await asyncio.gather(*(processes[n % 3].issue(one, NOW) for n, one in enumerate(asked)))
    assert Counter(type(one) for one in came) == {Issued: 100, TooMany: 50}
    next_hour = NOW + HOUR
    assert await processes[0].issue(newcomer(200), NOW + HOUR - TICK) == TooMany(next_hour, "newcomers")
    assert isinstance(await processes[0].issue(newcomer(201), next_hour), Issued)
    friend = replace(newcomer(202), newcomer=False)
    assert isinstance(await processes[0].issue(friend, NOW), Issued)


async def test_what_was_not_sent_is_no_newcomers_code(codes: Codes) -> None:
    for n in range(20):
        await issued(codes, newcomer(n, 50), NOW)
    assert isinstance(await codes.issue(newcomer(20, 50), NOW), TooMany)
    await codes.take_back(newcomer(0, 50))
    assert await codes.sent_on("2026-11-20") == DayCount(19, None, 19)
    await issued(codes, newcomer(21, 50), NOW)


@pytest.mark.ring("all", "a crowd")
async def test_a_raised_cap_raises_the_newcomers_share(codes: Codes) -> None:
    for n in range(20):
        await issued(codes, newcomer(n, 50), NOW)
    await codes.raise_cap("2026-11-20", 200, NOW)
    came = [await codes.issue(newcomer(n, 50), NOW) for n in range(20, 41)]
    assert [type(one) for one in came] == [Issued] * 20 + [TooMany]


@pytest.mark.ring("all", "a crowd")
async def test_pages_at_one_address_have_ten_codes_a_minute(processes: list[Codes]) -> None:
    """B12: from one address 94 LINE accounts had 470 SMS within 8 s. Friends there are not kept out."""
    here = [replace(newcomer(n), address="203.0.113.7") for n in range(40)]
    came = await asyncio.gather(*(processes[n % 3].issue(one, NOW) for n, one in enumerate(here)))
    assert Counter(type(one) for one in came) == {Issued: 10, TooSoon: 30}
    late = replace(newcomer(50), address="203.0.113.7")
    assert await processes[0].issue(late, NOW + MINUTE - TICK) == TooSoon(1, waiting=False, limit="address")
    await issued(processes[1], late, NOW + MINUTE)
    await issued(processes[2], replace(newcomer(51), address="203.0.113.8"), NOW)
    await issued(processes[2], newcomer(52), NOW)
    await issued(processes[2], replace(newcomer(53), address="203.0.113.7", newcomer=False), NOW)


async def test_where_the_codes_of_a_day_were_asked_for(codes: Codes) -> None:
    assert await codes.networks(5) == ([], 0)
    at = ("203.0.113.7", "203.0.113.9", "2001:db8:1:2::/64", None)
    for n, address in enumerate(at):
        await issued(codes, replace(newcomer(n), address=address))
    networks = [CodeNetwork("203.0.113.0/24", 2), CodeNetwork("2001:db8:1::/48", 1)]
    assert await codes.networks(2) == (networks, 2)


async def test_who_has_had_the_codes_of_a_day(codes: Codes) -> None:
    assert await codes.recipients(5) == ([], 0)
    for n, contact in enumerate(("main:U2", "main:U1", "main:U1", "main:U3")):
        asked = wanted(n, contact=contact, user=contact, phone=f"+88691200000{n}")
        await issued(codes, asked)
    assert await codes.recipients(2) == ([CodeRecipient("main:U1", 2), CodeRecipient("main:U2", 1)], 3)


async def test_a_cap_is_raised_for_a_day_and_never_lowered(codes: Codes) -> None:
    async def room(day: str) -> list[bool]:
        asked = [replace(colleague(n, 2), call=f"{day}/{n}", day=day) for n in range(5)]
        return [isinstance(await codes.issue(one, NOW + BETWEEN * d), Issued) for d, one in enumerate(asked)]

    assert await codes.raise_cap("2026-11-20", 4, NOW) == DayCount(0, 4)
    assert await room("2026-11-20") == [True, True, True, True, False]
    assert await codes.raise_cap("2026-11-20", 3, NOW) == DayCount(4, 4)
    assert await codes.raise_cap("2026-11-21", 1, NOW) == DayCount(0, 1), "the playbook allows 2"
    assert await codes.sent_on("2026-11-22") == DayCount(0, None)


async def test_a_cap_below_the_playbooks_takes_nothing_away(codes: Codes) -> None:
    await codes.raise_cap("2026-11-20", 1, NOW)
    for n in range(2):
        await issued(codes, colleague(n, 2))


async def test_a_team_without_a_cap_has_none_after_it_is_raised(codes: Codes) -> None:
    await codes.raise_cap("2026-11-20", 1, NOW)
    for n in range(3):
        await issued(codes, colleague(n))
    assert await codes.sent_on("2026-11-20") == DayCount(3, 1)


@pytest.mark.ring("all", "a crowd")
async def test_a_cap_raised_while_hundreds_ask_is_kept_to(processes: list[Codes]) -> None:
    """Raised by several at once, to several heights: the highest holds."""
    highest = 10 + (MANY - 1) // 30
    asked = [colleague(n, 7) for n in range(MANY)]

    async def ask(n: int) -> object:
        if n % 30 == 0:
            await processes[n % 3].raise_cap("2026-11-20", 10 + n // 30, NOW)
        return await processes[n % 3].issue(asked[n], NOW)

    came = Counter(type(one) for one in await asyncio.gather(*(ask(n) for n in range(MANY))))
    assert 7 <= came[Issued] <= highest
    rest = [replace(one, call=f"again/{one.call}") for one in asked]
    await asyncio.gather(*(processes[n % 3].issue(one, NOW + BETWEEN) for n, one in enumerate(rest)))
    assert await processes[0].sent_on("2026-11-20") == DayCount(highest, highest)


async def test_neither_code_nor_phone_nor_user_nor_address_lies_readable_in_the_database(
    codes: Codes, database: Database
) -> None:
    code = await issued(codes, replace(FIRST, user="U0123456789", address="203.0.113.77", newcomer=True))
    kept = [await database.collection(name).find({}).to_list(None) for name in ("codes", "code_limits")]
    assert all(kept)
    text = repr(kept)
    for secret in (f"'{code}'", "912345678", "U0123456789", "203.0.113.77"):
        assert secret not in text


async def test_everything_goes_by_itself(codes: Codes, database: Database) -> None:
    """A TTL index on each collection, and the moment in each document."""
    await issued(codes, FIRST)
    for name, moment in (("codes", "forget"), ("code_limits", "until")):
        indexes = await database.collection(name).index_information()
        assert indexes["life"]["key"] == [(moment, 1)]
        assert indexes["life"]["expireAfterSeconds"] == 0
        async for document in database.collection(name).find({}):
            assert NOW < document[moment] <= NOW + 2 * DAY
