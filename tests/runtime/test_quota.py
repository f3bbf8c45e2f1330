"""H3, H6: what is left of the month's messages: asked for, counted off, used up, and there again."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bot.line.account import Quota
from bot.line.outcome import Accepted, CallResult, LineError, Refused, Throttled, Unknown
from bot.model.month import month_of, next_month
from bot.model.outgoing import Outgoing, OutgoingKind
from bot.runtime.limits.quota import EVERY, SOON, Quotas
from bot.runtime.retry import LEFT_OUT, Done, GiveUp
from bot.store.counters.quotas import QuotaFigure, QuotaFigures
from bot.store.database.mongo import Database
from tests.conftest import NOW, ManualClock
from tests.eventually import eventually

SENT = Done("accepted")
REFUSED = GiveUp("quota", "You have reached your monthly limit.")


@dataclass
class Account:
    """LINE, which tells this; what is in `meanwhile` happens while it answers."""

    told: Quota | None = field(default_factory=lambda: Quota(200, 0))
    asked: int = 0
    meanwhile: list[Outgoing] = field(default_factory=list)
    quotas: Quotas | None = None
    error: LineError = field(default_factory=lambda: LineError(500, "no"))

    async def quota(self) -> Quota:
        self.asked += 1
        for call in self.meanwhile:
            assert self.quotas is not None
            self.quotas.ended(call, SENT)
        if self.told is None:
            raise self.error
        return self.told


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def quotas(account: Account, database: Database, clock: ManualClock) -> Quotas:
    made = Quotas(lambda: ["main"], {"main": account}.get, QuotaFigures(database), clock)
    account.quotas = made
    return made


def call(number: int, kind: OutgoingKind = "push") -> Outgoing:
    return Outgoing(f"e#{number}", "e", "main", kind, "U", b"{}", NOW, NOW)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [record.getMessage() for record in caplog.records if record.name == "oaflow.quota"]
    caplog.clear()
    return lines


async def test_what_is_not_known_or_without_limit_is_no_number(quotas: Quotas, account: Account) -> None:
    assert (quotas.left("main"), quotas.all_left()) == (None, {})
    account.told = Quota(None, 5000)
    await quotas.ask("main")
    await quotas.ask("no such channel")
    assert (quotas.left("main"), quotas.all_left()) == (None, {})


async def test_our_own_pushes_are_counted_off_when_they_begin(quotas: Quotas, account: Account) -> None:
    account.told = Quota(200, 190)
    await quotas.ask("main")
    quotas.begun(call(1))
    quotas.begun(call(1))  # read again from the database
    quotas.begun(call(2, "reply"))
    assert quotas.all_left() == {"main": 9}
    quotas.ended(call(1), SENT)
    quotas.ended(call(2, "reply"), SENT)
    assert quotas.left("main") == 9
    quotas.begun(call(3))
    quotas.ended(call(3), GiveUp("bad-request", "no"))
    quotas.begun(call(4))
    quotas.ended(call(4), LEFT_OUT)
    quotas.begun(call(5))
    quotas.forget(["e#5"])  # its part went to another process
    assert quotas.left("main") == 9


async def test_what_line_takes_while_it_answers_counts(quotas: Quotas, account: Account) -> None:
    await quotas.ask("main")
    quotas.begun(call(1))
    account.meanwhile.append(call(1))
    await quotas.ask("main")
    assert quotas.left("main") == 199
    account.meanwhile.clear()
    account.told = Quota(200, 1)
    await quotas.ask("main")
    assert quotas.left("main") == 199


async def test_a_refusal_is_nothing_at_once_whatever_is_known(quotas: Quotas, account: Account) -> None:
    quotas.begun(call(1))
    quotas.ended(call(1), REFUSED)
    assert quotas.left("main") == 0
    await quotas.ask("main")  # LINE also refuses for a while, while something else is delivered
    assert quotas.left("main") == 200
    quotas.ended(call(2), REFUSED)
    account.told = None
    await quotas.ask("main")
    assert quotas.left("main") == 0


async def test_used_up_and_there_again_are_said_once(
    quotas: Quotas, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """Of a quota that is there nothing is said."""
    caplog.set_level(logging.DEBUG)
    await quotas.ask("main")
    assert told(caplog) == []
    for quota in (Quota(200, 200), Quota(200, 203), Quota(5000, 203), Quota(5000, 204)):
        account.told = quota
        await quotas.ask("main")
    quotas.ended(call(1), REFUSED)
    quotas.ended(call(2), REFUSED)
    assert told(caplog) == [
        "the month's messages of main are used up: its journeys wait, replies go on",
        "main has messages left again: 4,797",
        "the month's messages of main are used up: its journeys wait, replies go on",
    ]


async def test_that_line_does_not_tell_is_said_once(
    quotas: Quotas, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.error = LineError(403, "no")
    for quota in (None, None, Quota(200, 0), None):
        account.told = quota
        await quotas.ask("main")
    said = "LINE does not tell how many messages main has left: 403: no"
    assert told(caplog) == [said, "LINE tells again how many messages main has left", said]
    assert quotas.left("main") == 200  # what was known stays


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (LineError(None, "could not connect"), Unknown("could not connect")),
        (LineError(503, "", "r1"), Unknown("status 503", "r1")),
        (LineError(401, "no", "r1"), Refused(401, "no", "r1", "token")),
        (LineError(429, "too many", "r1"), Throttled(None, "r1")),
    ],
)
async def test_a_trouble_of_the_channel_is_told_to_who_watches_it(
    quotas: Quotas, account: Account, caplog: pytest.LogCaptureFixture, error: LineError, outcome: CallResult
) -> None:
    """A8: LINE away at the start is found by asking for the quota; one watch logs it, whoever has met it."""
    heard: list[CallResult] = []
    quotas.on_call_end = lambda channel, outcome, began: heard.append(outcome)
    account.error = error
    for quota in (None, Quota(200, 0)):
        account.told = quota
        await quotas.ask("main")
    assert heard == [outcome, Accepted()]
    assert told(caplog) == []


async def test_it_is_asked_every_ten_minutes_and_at_the_turn_of_lines_month(
    quotas: Quotas, account: Account, clock: ManualClock
) -> None:
    clock.advance((datetime(2026, 11, 30, 14, 55, tzinfo=UTC) - NOW).total_seconds())
    asking = asyncio.create_task(quotas.run())
    for times, seconds in ((1, 300), (2, EVERY), (3, EVERY)):  # the month ends at 15:00 UTC
        await clock.waited_for()
        assert account.asked == times
        clock.advance(seconds - 1)
        await asyncio.sleep(0)
        assert account.asked == times
        clock.advance(1)
    asking.cancel()


async def test_a_channel_that_does_not_answer_is_asked_again_soon(
    quotas: Quotas, account: Account, clock: ManualClock
) -> None:
    """K3: one question that failed is no trouble of ten minutes; nor is one that a call has met."""
    heard: list[CallResult] = []

    async def number_heard() -> int:
        return len(heard)

    quotas.on_call_end = lambda channel, outcome, began: heard.append(outcome)
    account.told = None
    asking = asyncio.create_task(quotas.run())
    for number in (1, 2, 3):
        await eventually(number_heard, number.__eq__)
        await clock.waited_for()
        account.told = Quota(200, 0) if number == 3 else None
        clock.advance(SOON)
    await eventually(number_heard, (4).__eq__)
    assert heard == [Unknown("status 500")] * 3 + [Accepted()]
    await clock.waited_for()
    clock.advance(EVERY - 1)
    await asyncio.sleep(0)
    assert account.asked == 4
    quotas.ask_soon("main")
    await eventually(number_heard, (5).__eq__)
    asking.cancel()


async def test_what_is_left_is_kept_for_commands_and_is_a_figure(
    quotas: Quotas, account: Account, clock: ManualClock, database: Database
) -> None:
    account.told = Quota(200, 150)
    asking = asyncio.create_task(quotas.run())
    await clock.waited_for()
    asking.cancel()
    assert await QuotaFigures(database).all() == {"main": QuotaFigure(50, NOW, 200, 150)}
    [family] = quotas.levels.collect()
    assert [(one.labels, one.value) for one in family.samples] == [({"channel": "main"}, 50)]


def test_lines_month_begins_at_midnight_in_tokyo() -> None:
    before, after = datetime(2026, 12, 31, 14, 59, tzinfo=UTC), datetime(2026, 12, 31, 15, tzinfo=UTC)
    assert (month_of(before), month_of(after)) == ("2026-12", "2027-01")
    assert next_month(before) == after
    assert next_month(after) == datetime(2027, 1, 31, 15, tzinfo=UTC)
