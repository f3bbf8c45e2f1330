"""B12: limits and tries of one-time codes are the same in a scenario's memory and in MongoDB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.effects import CheckCode, SendCode
from bot.model.event import Origin, Outcome
from bot.model.issued_code import DAY, HOUR, CodeRequest, Issued, IssuedBefore, TooMany, TooSoon
from bot.model.one_time_code import BETWEEN, TRIES, VALID, Bringer, BringerKind
from bot.scenario.memory.codes import CodesInMemory
from bot.scenario.memory.contacts import ContactsInMemory
from bot.services.caller import Caller
from bot.services.codes import CodeLedger, CodeService
from bot.store.stores import Stores
from tests.codes import FIRST, PHONE, issued, newcomer, wanted, wrong
from tests.conftest import NOW, ManualClock
from tests.playbooks import compiled

TICK = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def codes(mongodb: Stores | None) -> CodeLedger:
    return CodesInMemory() if mongodb is None else mongodb.codes


# -- the ledger


async def test_a_right_code_proves_the_phone_once(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    assert len(code) == 6
    assert code.isdecimal()
    right = await codes.compare("a", "main:U1", code, NOW)
    assert (right.result, right.phone) == ("right", PHONE)
    replayed = await codes.compare("b", "main:U1", code, NOW)
    assert (replayed.result, replayed.phone) == ("expired", None)


async def test_five_minutes(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    end = NOW + VALID
    assert (await codes.compare("a", "main:U1", code, end)).result == "expired"
    assert (await codes.compare("b", "main:U1", code, end - TICK)).result == "right"


async def test_five_tries(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    came = [
        await codes.compare(f"try{n}", "main:U1", wrong(code), NOW + timedelta(seconds=n)) for n in range(5)
    ]
    assert [(one.result, one.left) for one in came[:-1]] == [("wrong", left) for left in (4, 3, 2, 1)]
    assert (came[-1].result, came[-1].again_in) == ("locked", 56), "seconds until there may be another"
    again = await codes.compare("try1", "main:U1", wrong(code), NOW + timedelta(seconds=9))
    assert (again.result, again.left) == ("wrong", 3), "the same asking is told the same"
    last = await codes.compare("try4", "main:U1", wrong(code), NOW + timedelta(seconds=9))
    assert last.result == "locked", "so is the last one"
    assert (await codes.compare("late", "main:U1", code, NOW)).result == "locked"


async def test_after_a_minute_nothing_is_waited_for(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    later = NOW + timedelta(minutes=2)
    came = [await codes.compare(f"try{n}", "main:U1", wrong(code), later) for n in range(TRIES)]
    assert (came[-1].result, came[-1].again_in) == ("locked", 0)


async def test_the_fifth_try_may_be_right(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    for n in range(TRIES - 1):
        await codes.compare(f"try{n}", "main:U1", wrong(code), NOW)
    assert (await codes.compare("last", "main:U1", code, NOW)).result == "right"


async def test_the_same_asking_again_is_answered_as_before(codes: CodeLedger) -> None:
    """After a crash between comparing and storing what came of it."""
    code = await issued(codes, FIRST)
    for _ in range(TRIES + 2):
        assert (await codes.compare("one", "main:U1", wrong(code), NOW)).result == "wrong"
    for _ in range(2):
        right = await codes.compare("two", "main:U1", code, NOW)
        assert (right.result, right.phone) == ("right", PHONE)


async def test_the_same_sending_again_counts_once(codes: CodeLedger) -> None:
    await issued(codes, replace(FIRST, per_day=2))
    assert await codes.issue(replace(FIRST, per_day=2), NOW + HOUR) == IssuedBefore()
    await issued(codes, wanted(2, per_day=2), NOW + HOUR)


async def test_sixty_seconds_to_the_millisecond_and_the_code_before_stays_good(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    later = NOW + timedelta(seconds=20, milliseconds=300)
    assert await codes.issue(wanted(2), later) == TooSoon(40)
    assert await codes.issue(wanted(2), NOW + BETWEEN - TICK) == TooSoon(1)
    assert (await codes.compare("a", "main:U1", code, later)).result == "right"
    assert isinstance(await codes.issue(wanted(3), NOW + BETWEEN), Issued)


async def test_a_new_code_takes_the_place_of_the_old_one(codes: CodeLedger) -> None:
    old = await issued(codes, FIRST)
    new = await issued(codes, wanted(2), NOW + BETWEEN)
    if old != new:
        assert (await codes.compare("a", "main:U1", old, NOW + BETWEEN)).result == "wrong"
    assert (await codes.compare("b", "main:U1", new, NOW + BETWEEN)).result == "right"


async def test_too_soon_for_a_phone_asks_for_its_code_again(codes: CodeLedger) -> None:
    """Who has written another number in between, and returns."""
    code = await issued(codes, FIRST)
    await issued(codes, wanted(2, phone="+886987654321"), NOW + timedelta(seconds=5))
    again = NOW + timedelta(seconds=10)
    assert await codes.issue(wanted(3), again) == TooSoon(50)
    right = await codes.compare("a", "main:U1", code, again)
    assert (right.result, right.phone) == ("right", PHONE)


async def test_somebody_elses_too_soon_gives_no_code(codes: CodeLedger) -> None:
    code = await issued(codes, FIRST)
    assert await codes.issue(wanted(2, contact="main:U2", user="U2"), NOW) == TooSoon(60, waiting=False)
    assert (await codes.compare("a", "main:U2", code, NOW)).result == "expired"
    assert (await codes.compare("b", "main:U1", code, NOW)).result == "right"


async def test_a_code_that_was_guessed_away_or_used_does_not_wait(codes: CodeLedger) -> None:
    """R9 (B12): the same words as for somebody else's, so nothing is learnt of who uses a phone."""
    code = await issued(codes, FIRST)
    for n in range(TRIES):
        await codes.compare(f"try{n}", "main:U1", wrong(code), NOW)
    assert await codes.issue(wanted(2), NOW) == TooSoon(60, waiting=False)
    used = await issued(codes, wanted(3), NOW + BETWEEN)
    await codes.compare("right", "main:U1", used, NOW + BETWEEN)
    assert await codes.issue(wanted(4), NOW + BETWEEN) == TooSoon(60, waiting=False)


async def each_quarter(codes: CodeLedger, asks: Callable[[int], CodeRequest]) -> list[float]:
    """Somebody asks each 15 minutes, for ten hours; the minutes of those who get a code."""
    sent = []
    for n in range(40):
        now = NOW + n * timedelta(minutes=15)
        came = await codes.issue(asks(n), now)
        assert isinstance(came, Issued | TooMany)
        if isinstance(came, Issued):
            sent.append((now - NOW) / timedelta(minutes=1))
    return sent


async def test_of_a_phone_three_an_hour_and_five_a_day(codes: CodeLedger) -> None:
    assert await each_quarter(codes, wanted) == [0, 15, 30, 60, 75]
    after = NOW + DAY
    assert isinstance(await codes.issue(wanted(99), after), Issued)


async def test_of_a_phone_ten_a_day_whoever_asks(codes: CodeLedger) -> None:
    """Nobody is sent an SMS a minute by a crowd."""
    sent = await each_quarter(codes, lambda n: wanted(n, contact=f"main:U{n}", user=f"U{n}"))
    assert sent == [15 * n for n in range(10)]
    assert isinstance(await codes.issue(wanted(99, user="U99"), NOW + DAY - TICK), TooMany)


async def test_who_asks_for_a_phone_again_and_again_keeps_nobody_else_from_it(codes: CodeLedger) -> None:
    """B12: with five requests one account kept a given phone from being bound all day."""
    asked = [NOW + timedelta(minutes=minutes) for minutes in (0, 1, 2, 61, 62, 63)]
    came = [await codes.issue(wanted(n), now) for n, now in enumerate(asked)]
    assert [type(one) for one in came] == [Issued] * 5 + [TooMany]
    owner = wanted(10, contact="main:U2", user="U2")
    await issued(codes, owner, asked[-1])
    again = replace(owner, call="call-11")
    assert isinstance(await codes.issue(again, asked[-1] + BETWEEN), TooMany), (
        "the next counts as everybody's"
    )


async def test_what_was_not_sent_is_no_first_try(codes: CodeLedger) -> None:
    for n in range(3):
        await issued(codes, wanted(n), NOW + n * BETWEEN)
    owner = wanted(10, contact="main:U2", user="U2")
    await issued(codes, owner, NOW + 3 * BETWEEN)
    await codes.take_back(owner)
    await issued(codes, replace(owner, call="call-11"), NOW + 3 * BETWEEN)


@pytest.mark.parametrize(
    ("minutes", "span"), [((0, 1, 2), HOUR), ((0, 1, 2, 61, 62), DAY)], ids=["an hour", "a day"]
)
async def test_a_phones_limit_ends_to_the_millisecond(
    codes: CodeLedger, minutes: tuple[int, ...], span: timedelta
) -> None:
    for n in minutes:
        await issued(codes, wanted(n), NOW + timedelta(minutes=n))
    next_one = wanted(99)
    assert await codes.issue(next_one, NOW + span - TICK) == TooMany(NOW + span, "phone")
    assert isinstance(await codes.issue(next_one, NOW + span), Issued)


async def test_of_a_person_five_a_day_to_the_millisecond(codes: CodeLedger) -> None:
    """Whatever the phone; one that was refused costs the phone nothing."""
    for n in range(5):
        await issued(codes, wanted(n, phone=f"+88691200000{n}"))
    for moment in (NOW, NOW + DAY - TICK):
        assert await codes.issue(wanted(9), moment) == TooMany(NOW + DAY, "person")
    assert isinstance(await codes.issue(wanted(10, contact="main:U2", user="U2"), NOW), Issued)
    assert isinstance(await codes.issue(wanted(9), NOW + DAY), Issued)


@pytest.mark.ring("all", "a crowd")
async def test_newcomers_whom_somebody_brings_have_some_left_and_one_not_all(
    codes: CodeLedger,
) -> None:
    """B12: 560 new accounts kept everybody new out for an hour; a clerk's code that was photographed, or
    a member's link that was passed on, does not."""
    for n in range(100):
        await issued(codes, newcomer(n), NOW)
    assert await codes.issue(newcomer(100), NOW) == TooMany(NOW + HOUR, "newcomers")

    def of(clerk: str, number: int, kind: BringerKind = "clerk") -> CodeRequest:
        return replace(newcomer(number), by=Bringer(kind, clerk))

    of_friend = [await codes.issue(of("link1", n, "friend"), NOW) for n in range(120, 126)]
    assert [type(one) for one in of_friend] == [Issued] * 5 + [TooMany]
    of_friends = [await codes.issue(of(f"link{n}", n, "friend"), NOW) for n in range(130, 136)]
    assert [type(one) for one in of_friends] == [Issued] * 5 + [TooMany]

    of_one = [await codes.issue(of("A.1", n), NOW) for n in range(200, 212)]
    assert [type(one) for one in of_one] == [Issued] * 10 + [TooMany] * 2
    of_others = [await codes.issue(of(f"B{n % 4}", n), NOW) for n in range(300, 312)]
    assert [type(one) for one in of_others] == [Issued] * 10 + [TooMany] * 2
    await codes.take_back(of("A.1", 200))
    assert isinstance(await codes.issue(of("A.1", 220), NOW), Issued)


@pytest.mark.ring("all", "a crowd")
async def test_a_clerks_newcomers_go_beyond_the_share_of_the_day_but_leave_some(codes: CodeLedger) -> None:
    for n in range(40):
        await issued(codes, newcomer(n, 50), NOW + n // 20 * HOUR)
    later = NOW + 2 * HOUR
    assert await codes.issue(newcomer(41, 50), later) == TooMany(None, "newcomers")
    theirs = [replace(newcomer(n, 50), by=Bringer("clerk", f"C{n}")) for n in range(60, 66)]
    came = [await codes.issue(one, later) for one in theirs]
    assert [type(one) for one in came] == [Issued] * 5 + [TooMany]
    assert came[-1] == TooMany(None, "newcomers")


async def test_a_fifth_of_a_day_is_for_friends_of_more_than_a_day(codes: CodeLedger) -> None:
    hours = [NOW + n * HOUR for n in range(3)]
    came = [await codes.issue(newcomer(n, 50), hours[n // 20]) for n in range(50)]
    assert [type(one) for one in came] == [Issued] * 40 + [TooMany] * 10
    assert came[-1] == TooMany(None, "newcomers")
    friends = [replace(newcomer(n, 50), newcomer=False) for n in range(100, 111)]
    came = [await codes.issue(one, hours[2]) for one in friends]
    assert [type(one) for one in came] == [Issued] * 10 + [TooMany]
    assert came[-1] == TooMany(None, "team")
    assert isinstance(last := came[-2], Issued)
    assert (last.today.sent, last.today.newcomers) == (50, 40)


async def test_who_asks_at_an_address_that_pauses_is_told_of_the_code_they_have(codes: CodeLedger) -> None:
    mine = replace(newcomer(0), address="203.0.113.7")
    code = await issued(codes, mine)
    for n in range(1, 11):
        await issued(codes, replace(newcomer(n), address="203.0.113.7"), NOW + MINUTE)
    again = replace(mine, call="again")
    assert await codes.issue(again, NOW + MINUTE) == TooSoon(60, waiting=True, limit="address")
    assert (await codes.compare("a", mine.contact, code, NOW + MINUTE)).result == "right"


@pytest.mark.ring("all", "a crowd")
async def test_the_more_newcomers_ask_the_longer_each_waits(codes: CodeLedger) -> None:
    """B12: 25, 50 and 75 of the hour's 100 are passed; a friend of more than a day is not slowed down."""
    me, waits = newcomer(900), []
    for quarter in range(4):
        asked = replace(me, call=f"mine-{quarter}", phone=f"+88692000000{quarter}")
        at = NOW + quarter * timedelta(minutes=1) - quarter * TICK
        came = await codes.issue(asked, at)
        waits.append(came.seconds if isinstance(came, TooSoon) else 0)
        for n in range(25 * quarter, 25 * quarter + 25) if quarter < 3 else ():
            await issued(codes, newcomer(n), at)
    assert waits == [0, 1, 181, 721]
    friend = replace(me, newcomer=False, user="F1", contact="main:F1")
    for n in range(2):
        await issued(codes, replace(friend, call=f"friend-{n}", phone=f"+88693000000{n}"))


@pytest.mark.ring("all", "a crowd")
async def test_a_pause_ends_and_counts_nothing(codes: CodeLedger) -> None:
    for n in range(50):
        await issued(codes, newcomer(n))
    five = timedelta(minutes=5)
    other = replace(newcomer(0), phone="+886920000001")
    too_soon = replace(other, call="soon")
    assert await codes.issue(too_soon, NOW + five - TICK) == TooSoon(1, waiting=False, limit="person")
    await issued(codes, replace(other, call="then"), NOW + five)


async def test_what_was_not_sent_does_not_count(codes: CodeLedger) -> None:
    once = replace(FIRST, per_day=1)
    code = await issued(codes, once)
    for _ in range(3):  # again after a crash takes back no more
        await codes.take_back(once)
    assert (await codes.compare("a", "main:U1", code, NOW)).result == "expired"
    assert isinstance(await codes.issue(replace(once, call="call-2"), NOW), Issued)
    other = wanted(3, contact="main:U2", user="U2", phone="+886912000000", per_day=1)
    assert await codes.issue(other, NOW) == TooMany()


# -- the service

HERE = Origin("phone_binding", "main", 1)
SEND = SendCode(PHONE, HERE)
PLAYBOOK = compiled("limits: {sms_per_day: 4}\n")


class Courier:
    """Brings codes, or does not (`fails`)."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.fails = False
        self.channels = {"main"}

    def reaches(self, channel: str) -> bool:
        return channel in self.channels

    async def deliver(self, wanted: CodeRequest, issued: Issued, caller: Caller) -> bool:
        self.codes.append(issued.code)
        return not self.fails


class Phone:
    """Somebody who asks for codes, in calls of their own, and writes them."""

    def __init__(self, ledger: CodeLedger, clock: ManualClock) -> None:
        self.clock, self.courier, self.calls = clock, Courier(), 0
        contacts = ContactsInMemory({})
        service = CodeService(ledger, self.courier, lambda: PLAYBOOK, contacts, contacts.link_owner, clock)
        self.ask = service.carries_out

    def caller(self) -> Caller:
        self.calls += 1
        return Caller("main:U1", "main", "U1", f"event/{self.calls}", self.clock.now())

    async def send(self, phone: str = PHONE, caller: Caller | None = None) -> Outcome:
        return await self.ask[SendCode](SendCode(phone, HERE), caller or self.caller())

    async def check(self, code: str, caller: Caller | None = None) -> Outcome:
        return await self.ask[CheckCode](CheckCode(code, HERE), caller or self.caller())


@pytest.fixture
def phone(codes: CodeLedger, clock: ManualClock) -> Phone:
    return Phone(codes, clock)


async def test_a_code_is_sent_and_proves_the_phone(phone: Phone) -> None:
    assert await phone.send() == Outcome("code", "sent", HERE)
    [code] = phone.courier.codes
    assert await phone.check(wrong(code)) == Outcome("code", "wrong", HERE, fields={"left": 4})
    assert await phone.check(code) == Outcome("code", "right", HERE, proven=PHONE)
    assert await phone.check(code) == Outcome("code", "expired", HERE)


async def test_too_soon_after_five_tries_no_code_is_waiting(phone: Phone) -> None:
    """R9 (B12): whoever is led to the field then can only be told that it is over."""
    await phone.send()
    phone.clock.advance(18)
    assert await phone.send() == Outcome("code", "too_soon", HERE, fields={"seconds": 42, "waiting": True})
    came = [await phone.check(wrong(phone.courier.codes[0])) for _ in range(5)]
    assert [one.result for one in came] == [*["wrong"] * 4, "locked"]
    assert [dict(one.fields) for one in came] == [*({"left": left} for left in (4, 3, 2, 1)), {"seconds": 42}]
    assert await phone.send() == Outcome("code", "too_soon", HERE, fields={"seconds": 42, "waiting": False})
    phone.clock.advance(42)
    assert (await phone.send()).result == "sent"


async def test_carried_out_again_no_second_code_is_sent(phone: Phone) -> None:
    caller = phone.caller()
    assert (await phone.send(caller=caller)).result == "sent"
    phone.clock.advance(3)
    assert (await phone.send(caller=caller)).result == "sent"
    assert len(phone.courier.codes) == 1


async def test_what_was_written_in_time_is_right_however_late_we_look(phone: Phone) -> None:
    await phone.send()
    in_time = phone.caller()
    phone.clock.advance(3600)
    assert (await phone.check(phone.courier.codes[0], in_time)).result == "right"


async def test_what_is_not_sent_costs_nobody_anything(phone: Phone) -> None:
    phone.courier.fails = True
    for _ in range(9):
        assert await phone.send() == Outcome("code", "failed", HERE)
    assert (await phone.check(phone.courier.codes[-1])).result == "expired"
    phone.courier.fails = False
    assert (await phone.send()).result == "sent"
    phone.courier.channels = set()
    assert await phone.send() == Outcome("code", "failed", HERE)


async def test_too_many_are_refused(phone: Phone) -> None:
    """The team's cap of 4 a day; the next day begins at midnight in Taipei."""
    for n in range(4):
        assert (await phone.send(f"+88691234567{n}")).result == "sent"
    refused = await phone.send("+886912345679")
    assert refused == Outcome("code", "refused", HERE, fields={"until": NOW + timedelta(hours=12)})
    assert phone.clock.now() == NOW, "noon in Taipei"
    phone.clock.advance(12 * 3600 - 1)
    assert (await phone.send("+886912345679")).result == "refused"
    phone.clock.advance(1)
    assert (await phone.send("+886912345679")).result == "sent"


async def test_what_was_refused_may_be_tried_again(phone: Phone) -> None:
    for _ in range(3):
        assert (await phone.send()).result == "sent"
        phone.clock.advance(BETWEEN.total_seconds())
    assert (await phone.send()).result == "refused"
    phone.clock.advance(3600)
    assert (await phone.send()).result == "sent"
