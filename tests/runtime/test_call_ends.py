"""J1, L3: what LINE has answered stands with the turn that has decided it: before, after, after a crash."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cli.dates import to_the_second
from bot.line.outcome import Accepted, NotSent, Refused, Unknown
from bot.model.asked import ASKED
from bot.operations.call_outcomes import (
    CallOutcome,
    GivenUpCall,
    SettledCall,
    call_outcomes,
    call_snapshot,
    calls_in_words,
)
from bot.runtime.journal import DELAY
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, said

SHOP = compiled(
    """\
rules:
  - when: {text: 營業時間}
    reply: 每天 11:00–21:00
  - when: {text: 兩則}
    do: [{loading: 10s}, {note: 問過}, {reply: 一}]
"""
)
REFUSED = Refused(400, "The request body has 1 error(s) (messages[0])", "request-2", "bad-request")
SPOKEN = ZoneInfo("Asia/Taipei")


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(SHOP)


async def told(bot: Bot) -> list[list[CallOutcome]]:
    """What is told of the calls of each turn of U1."""
    rows = [row for row in await bot.timeline("U1") if row.calls]
    ends = await call_snapshot(rows, bot.rows, bot.contacts, bot.clock.now())
    return [call_outcomes(row, ends) for row in rows]


async def written(bot: Bot) -> None:
    """Let the journal write what it has."""
    bot.clock.advance(DELAY)
    await bot.runtime.journal.flush()


def words(calls: list[CallOutcome]) -> list[str]:
    return [str(said) for said in calls_in_words(calls, to_the_second(SPOKEN))]


async def test_before_and_after_lines_answer(bot: Bot, clock: ManualClock) -> None:
    bot.line.hold = asyncio.Event()
    bot.line.outcomes.append(Accepted("request-1", messages=("461",)))
    await bot.hear(said("營業時間", clock=clock))
    await asyncio.wait_for(bot.line.called.wait(), PATIENCE)
    await written(bot)
    [[call]] = await told(bot)
    assert (call.kind, call.channel, call.end) == ("reply", None, "under-way")
    assert words([call]) == ["reply: under way since 2026-11-20 12:00:00, tried until 2026-11-20 12:00:50"]
    [row] = await bot.timeline("U1")
    later = await call_snapshot([row], bot.rows, bot.contacts, clock.now() + timedelta(minutes=1))
    assert words(call_outcomes(row, later)) == [
        "reply: waits for a process that runs, since 2026-11-20 12:00:00; "
        "it was to be tried until 2026-11-20 12:00:50"
    ]
    bot.line.hold.set()
    await bot.settle()
    [[call]] = await told(bot)
    assert isinstance(call, SettledCall)
    assert (call.end, call.lost, call.request_id, call.messages) == (
        "accepted",
        False,
        "request-1",
        ("461",),
    )
    [line] = words([call])
    assert line.startswith("reply: accepted by LINE, 2026-11-20 12:00:0")
    assert line.endswith("  (X-Line-Request-Id request-1; message 461)")


async def test_each_call_of_a_turn_has_its_own_end(bot: Bot, clock: ManualClock) -> None:
    """A note is a row of its own; LINE's answer to a call that is slow is there as well."""
    bot.line.outcomes.extend([NotSent("could not connect"), Accepted("request-3"), REFUSED])
    await bot.hears(said("兩則", clock=clock))
    [calls] = await told(bot)
    assert [(c.kind, c.end, c.lost, c.request_id) for c in calls if isinstance(c, SettledCall)] == [
        ("reply", "accepted", False, "request-3"),
        ("loading", "bad-request", True, "request-2"),
    ]
    [letter] = await bot.dead_letters()
    assert isinstance(calls[1], GivenUpCall)
    assert (calls[1].detail, calls[1].dead_letter) == (REFUSED.message, letter.name)
    assert (letter.request_id, await bot.rows.letter_called(letter.name)) == ("request-2", letter)
    assert "given up, 2026-11-20 12:00:0" in words(calls)[1]
    assert words(calls)[1].endswith(
        ": LINE has refused the message itself (bad-request): "
        "The request body has 1 error(s) (messages[0])  (X-Line-Request-Id request-2)"
    )


async def test_nobody_knows_whether_it_arrived(bot: Bot, clock: ManualClock) -> None:
    bot.line.outcomes.extend([Unknown("no answer in time")] * 20)
    await bot.hears(said("營業時間", clock=clock))
    [[call]] = await told(bot)
    told_at = r"2026-11-20 12:00:(49|5\d)"  # the clock of this test goes on while the database writes
    ended = rf"reply: nobody knows whether it arrived, {told_at}: no answer in time"
    assert re.match(ended, words([call])[0]) is not None


async def test_after_a_crash_whoever_goes_on_tells_how_it_ended(
    bot: Bot, bots: Bots, clock: ManualClock
) -> None:
    """The row is of the process that died; what LINE says to the next one is put into it."""
    bot.line.hold = asyncio.Event()
    await bot.hear(said("營業時間", clock=clock))
    await asyncio.wait_for(bot.line.called.wait(), PATIENCE)
    await written(bot)
    await bot.crash()
    other = bots.make(SHOP, ScriptedLine())
    other.line.outcomes.append(Refused(400, "Invalid reply token", None, "invalid-reply-token"))
    other.dead.add(bot.id)
    await other.start()
    await other.settle()
    [[call]] = await told(other)
    assert words([call])[0].startswith("reply: accepted by LINE, at an earlier attempt, 2026-11-20 12:00:0")


async def test_what_was_not_written_down_is_not_claimed(bot: Bot, clock: ManualClock) -> None:
    """A process may die between the end of a call and its row: then it is only known to be done."""
    await bot.hears(said("營業時間", clock=clock))
    [row] = await bot.timeline("U1")
    row.ends.clear()
    [call] = call_outcomes(row, await call_snapshot([row], bot.rows, bot.contacts, bot.clock.now()))
    assert words([call]) == ["reply: done; what LINE answered was not kept"]
    row.calls = ()
    assert call_outcomes(row, await call_snapshot([row], bot.rows, bot.contacts, bot.clock.now())) == []


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("superseded", "menu on outlet: not made: a newer rich menu was chosen before, 2026-11-20 12:00:00"),
        (
            "not-at-line",
            "menu on outlet: not made: the rich menu is not at LINE, run  oaflow richmenu sync, "
            "2026-11-20 12:00:00",
        ),
        ("left-out", "menu on outlet: not made: over the caps of journeys, 2026-11-20 12:00:00"),
    ],
)
def test_the_words_of_other_ends(how: str, says: str, clock: ManualClock) -> None:
    assert words([SettledCall("menu", "outlet", how, False, clock.now(), None, ())]) == [says]


@pytest.mark.parametrize(
    ("asked", "how", "says"),
    [
        (question.answer, how, sentence)
        for question in ASKED.values()
        for how, sentence in question.outcomes.items()
    ],
)
def test_what_came_of_what_was_asked_is_said_of_that(
    asked: str, how: str, says: str, clock: ManualClock
) -> None:
    """B12: "too soon" of an SMS is no appointment's."""
    call = SettledCall("ask", None, how, False, clock.now(), None, (), asked=asked)
    assert words([call]) == [f"ask: {says}, 2026-11-20 12:00:00"]
