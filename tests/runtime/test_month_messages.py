"""The month's messages are reserved for all processes, and nobody else spends them. I3."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.line.account import Quota
from bot.line.outcome import LineError
from bot.model.brake import OFF
from bot.model.reserved import (
    REMEMBERED_FOR,
    MessageGrant,
    Reservation,
    ReservationRequest,
    granted,
    held,
    sent_before,
    with_grant,
)
from bot.runtime.limits.month_messages import EVERY, MonthMessages
from bot.runtime.limits.quota import Quotas
from bot.store.counters.quotas import QuotaFigure, QuotaFigures, ReservedMessages
from bot.store.database.mongo import Database
from bot.store.events.pulse import Pulse
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.depth import examples
from tests.eventually import PATIENCE
from tests.runtime.test_quota import Account


@pytest.fixture
def account() -> Account:
    return Account(Quota(1_000, 0))


@pytest.fixture
def store(database: Database) -> ReservedMessages:
    return ReservedMessages(database)


def month_of_a_process(store: ReservedMessages, account: Account, clock: ManualClock) -> MonthMessages:
    return MonthMessages(store, {"main": account}.get, clock)


@pytest.fixture
def month(store: ReservedMessages, account: Account, clock: ManualClock) -> MonthMessages:
    return month_of_a_process(store, account, clock)


# -- the arithmetic


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(200))
@given(
    limit=st.integers(0, 1_000),
    wanted=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 400), st.booleans()), max_size=12),
    sending=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 100)), max_size=12),
)
def test_s38_never_more_is_granted_than_there_is(
    limit: int, wanted: list[tuple[int, int, bool]], sending: list[tuple[int, int]]
) -> None:
    """Whoever asks again, and whatever was sent meanwhile."""
    rows: tuple[Reservation, ...] = ()
    used = 0
    for number, (who, messages, part) in enumerate(wanted):
        asked = ReservationRequest(f"s{who}", messages, part)
        grant = granted(rows, asked, limit - used, sent_before(rows))
        rows = with_grant(rows, asked, grant, NOW)
        for sender, count in sending[number : number + 1]:
            rows, more = sent_by(rows, f"s{sender}", count)
            used += more
        assert used + held(rows, sent_before(rows)) <= limit
        assert 0 <= grant.messages <= max(messages, max((one.messages for one in rows), default=0))


def sent_by(rows: tuple[Reservation, ...], sending: str, count: int) -> tuple[tuple[Reservation, ...], int]:
    """As many of these as it holds are sent."""
    for number, one in enumerate(rows):
        if one.sending == sending:
            more = min(count, one.messages - one.sent)
            changed = Reservation(sending, one.messages, one.at, {"p": one.sent + more})
            return (*rows[:number], changed, *rows[number + 1 :]), more
    return rows, 0


def test_what_was_sent_since_line_was_asked_is_spent_too() -> None:
    rows = (Reservation("a", 500, NOW, {"p": 100, "q": 50}),)
    assert held(rows, {"a": 150}) == 350
    assert held(rows, {}) == 500  # LINE was asked before it began
    over = (Reservation("a", 500, NOW, {"all": 480}, over=NOW),)
    assert held(over, {"a": 150}) == 330
    assert held(over, {"a": 480}) == 0


def test_who_asks_again_keeps_what_it_has() -> None:
    rows = (Reservation("a", 500, NOW, {"p": 300}), Reservation("b", 100, NOW))
    before = sent_before(rows)
    assert granted(rows, ReservationRequest("a", 500), 0, before) == MessageGrant(500, 0)
    assert granted(rows, ReservationRequest("a", 600), 400, before) == MessageGrant(600, 300)
    assert granted(rows, ReservationRequest("a", 900), 400, before) == MessageGrant(500, 300)
    assert granted(rows, ReservationRequest("a", 900, part=True), 400, before) == MessageGrant(600, 300)
    assert granted(rows, ReservationRequest("c", 101), 400, before) == MessageGrant(0, 100)
    assert granted(rows, ReservationRequest("c", 9_999), None, before) == MessageGrant(9_999, None)


def test_what_was_over_long_ago_is_forgotten() -> None:
    rows = (Reservation("a", 500, NOW, {"all": 3}, over=NOW - REMEMBERED_FOR),)
    assert with_grant(rows, ReservationRequest("b", 1), MessageGrant(1, 9), NOW) == (
        Reservation("b", 1, NOW),
    )
    assert with_grant(rows, ReservationRequest("b", 1), MessageGrant(0, 0), NOW - timedelta(1)) == rows


# -- several processes


async def test_s38_two_at_the_same_moment_never_get_the_same_messages(
    store: ReservedMessages, account: Account, clock: ManualClock
) -> None:
    processes = [month_of_a_process(store, account, clock) for _ in range(4)]
    asked = [one.granted("main", ReservationRequest(f"s{n}", 300)) for n, one in enumerate(processes * 2)]
    grants = await asyncio.gather(*asked)
    assert sorted(grant.messages for grant in grants) == [0, 0, 0, 0, 0, 300, 300, 300]
    assert {grant.left for grant in grants if not grant.messages} == {100}
    rows = (await store.of("main")).reserved
    assert sum(one.messages for one in rows) == 900
    assert (await processes[0].reserve("main", "rest", 300)).messages == 100
    assert (await processes[1].reserve("main", "rest", 300)).messages == 100  # again, after a crash


async def test_what_is_over_of_a_sending_goes_back(
    store: ReservedMessages, month: MonthMessages, account: Account
) -> None:
    assert (await month.granted("main", ReservationRequest("a", 900))).messages == 900
    month.sent("main", "a", 500)
    month.sent("main", "a", 100)
    await month.flush()
    await month.flush()
    assert (await store.of("main")).reserved[0].sent == 600
    account.told = Quota(1_000, 600)
    assert (await month.granted("main", ReservationRequest("b", 200))) == MessageGrant(0, 100, 900)
    await month.give_back("main", "a", 650)
    await month.give_back("main", "a", 900)  # said once more after a crash
    assert (await store.of("main")).reserved[0].sent == 650
    assert (await month.granted("main", ReservationRequest("b", 350))) == MessageGrant(
        350, 400, 600
    )  # as LINE counts


async def test_what_was_not_begun_or_is_not_known_goes_back_as_far_as_it_was_told(
    store: ReservedMessages, month: MonthMessages
) -> None:
    assert (await month.reserve("main", "a", 900)).messages == 900
    month.sent("main", "a", 70)
    await month.give_back("main", "a")
    assert [one.counted for one in (await store.of("main")).reserved] == [70]
    await month.give_back("main", "no such")


async def test_what_another_process_tells_late_of_a_sending_that_is_over_changes_nothing(
    store: ReservedMessages, account: Account, clock: ManualClock
) -> None:
    first, second = (month_of_a_process(store, account, clock) for _ in range(2))
    await first.granted("main", ReservationRequest("a", 900))
    second.sent("main", "a", 100)
    await first.give_back("main", "a", 400)
    await second.flush()
    assert (await store.of("main")).reserved[0].sent == 400


async def test_what_was_written_twice_counts_once(store: ReservedMessages, month: MonthMessages) -> None:
    """A write whose answer was lost is made again."""
    await month.granted("main", ReservationRequest("a", 900))
    for messages in (100, 100, 250):
        await store.sent("main", "a", "process", messages)
    assert (await store.of("main")).reserved[0].sent == 250
    await store.sent("main", "no such", "process", 5)
    await store.sent("other", "a", "process", 5)
    assert await store.channels() == ["main"]


async def test_s38_a_sending_that_died_or_was_cancelled_holds_nothing(
    month: MonthMessages, store: ReservedMessages, caplog: pytest.LogCaptureFixture
) -> None:
    await month.granted("main", ReservationRequest("goes on", 300))
    await month.granted("main", ReservationRequest("cancelled", 300))

    async def sent_by_who_is_over(sending: str) -> int | None:
        return 20 if sending == "cancelled" else None

    for _ in range(2):
        await month.give_back_of_the_dead(sent_by_who_is_over)
    assert caplog.messages == ["cancelled held messages of main although it is over"]
    rows = {one.sending: (one.counted, one.over is None) for one in (await store.of("main")).reserved}
    assert rows == {"goes on": (300, True), "cancelled": (20, False)}
    assert (await month.granted("main", ReservationRequest("next", 701))) == MessageGrant(0, 700, 300)


async def test_line_does_not_tell(month: MonthMessages, store: ReservedMessages, account: Account) -> None:
    account.told = None
    for channel in ("main", "no such channel"):
        with pytest.raises(LineError):
            await month.reserve(channel, "a", 1)
    assert await store.channels() == []


async def test_a_channel_without_limit_reserves_all_the_same(
    month: MonthMessages, store: ReservedMessages, account: Account
) -> None:
    """LINE may have a limit again tomorrow."""
    account.told = Quota(None, 5_000)
    assert await month.granted("main", ReservationRequest("a", 100_000)) == MessageGrant(100_000, None, 5_000)
    assert (await store.of("main")).reserved[0].messages == 100_000


async def test_it_lives_beside_what_line_told_last(
    month: MonthMessages, store: ReservedMessages, database: Database
) -> None:
    figures = QuotaFigures(database)
    await month.granted("main", ReservationRequest("a", 10))
    assert await figures.all() == {}
    await figures.keep("main", QuotaFigure(500, NOW))
    assert (await figures.all())["main"] == QuotaFigure(500, NOW)
    assert [one.sending for one in (await store.of("main")).reserved] == ["a"]


# -- the others' pushes


async def test_s38_journeys_do_not_spend_what_is_reserved(
    month: MonthMessages, account: Account, database: Database, clock: ManualClock
) -> None:
    """Each process learns of it with the reading that it makes each half second in any case."""
    pulse = Pulse(database)
    quotas = Quotas(lambda: ["main"], {"main": account}.get, QuotaFigures(database), clock)
    changed: list[int | None] = []
    quotas.on_change = lambda: changed.append(quotas.left("main"))
    await quotas.ask("main")

    async def look() -> None:
        assert await pulse.read() == OFF
        quotas.reserved_are(pulse.reserved)

    await look()
    await month.granted("main", ReservationRequest("a", 900))
    await look()
    assert quotas.left("main") == 100
    month.sent("main", "a", 500)
    await month.flush()
    account.told = Quota(1_000, 500)
    await look()
    assert quotas.left("main") == 100  # sent since LINE was asked
    await quotas.ask("main")
    assert quotas.left("main") == 100  # LINE's figure has it
    await month.give_back("main", "a", 600)
    await look()
    await look()
    assert quotas.left("main") == 400
    account.told = Quota(1_000, 600)
    await quotas.ask("main")
    assert quotas.left("main") == 400
    assert changed == [1_000, 100, 100, 400, 400]


async def test_what_was_sent_is_written_within_a_second_and_nobody_wakes_for_nothing(
    month: MonthMessages, store: ReservedMessages, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the database is away, a second later again."""
    await month.granted("main", ReservationRequest("a", 900))
    running = asyncio.create_task(month.run())
    await asyncio.sleep(0)
    assert clock.until_next() == math.inf
    month.sent("main", "a", 500)

    async def away(*_: object) -> None:
        raise DatabaseUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(store, "sent", away)
        await clock.waited_for()
        clock.advance(EVERY)
        await clock.waited_for()
    written = asyncio.Event()
    sent = store.sent

    async def noted(channel: str, sending: str, by: str, messages: int) -> None:
        await sent(channel, sending, by, messages)
        written.set()

    monkeypatch.setattr(store, "sent", noted)
    clock.advance(EVERY)
    await asyncio.wait_for(written.wait(), PATIENCE)
    assert sent_before((await store.of("main")).reserved) == {"a": 500}
    assert clock.until_next() == math.inf
    running.cancel()


async def test_it_is_said_why_journeys_wait(
    account: Account, database: Database, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    quotas = Quotas(lambda: ["main"], {"main": account}.get, QuotaFigures(database), clock)
    await quotas.ask("main")
    quotas.reserved_are({"main": (Reservation("a", 1_000, NOW),), "other": (Reservation("b", 1, NOW),)})
    quotas.reserved_are({})
    quotas.refused("main")
    assert (quotas.is_refused("main"), quotas.is_refused("other"), quotas.left("main")) == (True, False, 0)
    await quotas.ask("main")
    assert not quotas.is_refused("main")
    assert [record.getMessage() for record in caplog.records if record.name == "oaflow.quota"] == [
        "the month's messages of main are reserved by broadcasts: its journeys wait, replies go on",
        "main has messages left again: 1,000",
        "the month's messages of main are used up: its journeys wait, replies go on",
        "main has messages left again: 1,000",
    ]
