"""F8, H6: an answer whose reply token was too old when its turn came is a dead letter, and reported."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.model.inbox import Received
from bot.operations.resending import resend
from bot.runtime.retry import LATE
from bot.runtime.sending.line_watch import LATE_WINDOW
from tests.conftest import ManualClock
from tests.runtime.answers import time_passes
from tests.runtime.bots import Bots
from tests.runtime.harness import followed

PEOPLE = [f"U{n:032x}" for n in range(12)]
OUTAGE = 66.0
"""Seconds without any process, beyond the life of a reply token."""


class Restarted:
    """A bot whose first process died with these follows stored and undecided; the next one starts later."""

    def __init__(self, bots: Bots) -> None:
        self.line, self.bot = bots.line, bots.make()

    async def stored(self, *received: Received) -> None:
        await self.bot.inbox.store([item.entry for item in received], frozenset())

    async def starts_after(self, seconds: float) -> None:
        self.bot.clock.advance(seconds)
        await self.bot.start()
        await self.bot.settle()

    async def passes(self, seconds: float) -> None:
        await time_passes(self.bot.clock, self.bot._database, seconds)


@pytest.fixture
def restarted(bots: Bots) -> Restarted:
    return Restarted(bots)


def reported(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if LATE in record.getMessage()]


async def test_s08_late_answers_are_dead_letters_a_figure_and_one_line(
    restarted: Restarted, caplog: pytest.LogCaptureFixture
) -> None:
    await restarted.stored(*(followed(user, restarted.bot.clock) for user in PEOPLE))
    await restarted.starts_after(OUTAGE)
    bot = restarted.bot
    letters = await bot.dead_letters()
    assert [(one.reason, one.outgoing.kind, one.tries) for one in letters] == [(LATE, "reply", 0)] * 12
    assert {one.outgoing.to for one in letters} == set(PEOPLE)
    assert all("s after the event" in one.detail for one in letters)
    assert restarted.line.calls == [], "a token that old is not tried"
    assert 'oaflow_sends_total{end="too-late",kind="reply"} 12.0' in bot.runtime.metrics.text().decode()
    assert {on: str(what) for on, what in bot.runtime.line.trouble().items()} == {
        "main": "12 answers came too late"
    }
    await restarted.passes(LATE_WINDOW + 1)
    assert reported(caplog) == [
        "given up on main: 12 answers were decided after the reply token's life (too-late); "
        "to push them:  oaflow deadletters resend --reason too-late --channel main"
    ]
    assert dict(bot.runtime.line.trouble()) == {}


async def test_a_stop_reports_what_was_counted(
    restarted: Restarted, caplog: pytest.LogCaptureFixture
) -> None:
    await restarted.stored(followed(PEOPLE[0], restarted.bot.clock))
    await restarted.starts_after(OUTAGE)
    assert reported(caplog) == []
    await restarted.bot.runtime.stop()
    assert [one.partition(";")[0] for one in reported(caplog)] == [
        "given up on main: 1 answer was decided after the reply token's life (too-late)"
    ]


async def test_what_came_in_time_is_answered(restarted: Restarted) -> None:
    await restarted.stored(followed(PEOPLE[0], restarted.bot.clock))
    await restarted.starts_after(20)
    assert await restarted.bot.dead_letters() == []
    assert [one.kind for one in restarted.line.calls] == ["reply"]


async def test_s08_sent_once_more_they_are_pushes_that_nobody_gets_twice(restarted: Restarted) -> None:
    clock = restarted.bot.clock
    clock.advance((datetime.now(UTC) - clock.now()).total_seconds())  # by which commands go
    await restarted.stored(*(followed(user, restarted.bot.clock) for user in PEOPLE))
    await restarted.starts_after(OUTAGE)
    stores = restarted.bot.stores
    names = [one.name for one in await restarted.bot.dead_letters()]
    first = await resend(stores, names, "command:test", patience=0)
    again = await resend(stores, names, "command:test", patience=0)
    assert {one.doubt for one in first} == {""}, "surely not sent, so no --second is asked for"
    assert {one.became for one in again} == {"refused"}
    for user in PEOPLE:  # of what another process has stored it hears in its own time
        restarted.bot.runtime.recovery.reread(f"main:{user}")
    await restarted.bot.settle()
    assert sorted(one.to for one in restarted.line.calls) == sorted(PEOPLE)
    assert {one.kind for one in restarted.line.calls} == {"push"}


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_crash_leaves_one_letter_of_each(
    restarted: Restarted, bots: Bots, clock: ManualClock
) -> None:
    """A process that dies with late answers decided and not written leaves them to the next."""
    await restarted.stored(*(followed(user, clock) for user in PEOPLE))
    restarted.bot.write_no_journal()
    clock.advance(OUTAGE)
    await restarted.bot.start()
    ids = [f"main:{user}" for user in PEOPLE]
    while sum(bool(one.outgoing) for one in (await restarted.bot.contacts.load(ids)).values()) < len(ids):
        await restarted.passes(0.02)
    await restarted.bot.crash()
    other = await bots.heir(restarted.bot)
    await other.settle()
    letters = await other.dead_letters()
    assert sorted(one.outgoing.to for one in letters) == sorted(PEOPLE)
    assert {one.reason for one in letters} == {LATE}
    assert restarted.line.calls == []
