"""H3: caps over everybody are exact at the send; what does not fit is left out, and counted as skipped."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import pytest

from bot.line.outcome import Accepted, CallResult, Refused, Unknown
from bot.model.counts import PUSHED, SENT, SKIPPED
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.runtime.limits.caps import AGAIN, Caps, Reservations, without
from bot.runtime.limits.quota import Quotas
from bot.runtime.limits.spending import Meters
from bot.runtime.turn_taking.worlds import Worlds
from bot.store.counters.quotas import QuotaFigures, Totals
from bot.store.database.mongo import Database
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.answers import next_answer
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, said

PLAYBOOK = compiled("""
flows:
  gift:
    when: {tag_added: 禮}
    once_per: always
    max_pushes: {total: 3}
    states: {送: {push: 禮物, end: true}}
  news:
    when: {tag_added: 禮}
    once_per: always
    states: {說: {push: 消息, end: true}}
rules:
  - {when: {text: 要}, do: [{reply: 好}, {add_tags: [禮]}, {remove_tags: [禮]}]}
  - {when: {text: 嗨}, reply: 嗨嗨}
  - {when: {text: 只要}, do: [{add_tags: [禮]}, {remove_tags: [禮]}]}
""")


@dataclass
class Capped:
    """Makes bots whose caps hold over everybody, and the caps of each."""

    bots: Bots
    database: Database
    clock: ManualClock

    async def opens(self, dead: Bot | None = None) -> tuple[Bot, Caps]:
        """One that has started, after the death of another."""
        caps = Caps(lambda: PLAYBOOK, Totals(self.database), self.clock)
        quotas = Quotas(lambda: (), lambda channel: None, QuotaFigures(self.database), self.clock)
        world = Worlds(lambda channel: "fine", quotas.all_left, lambda: caps.totals)
        caps.on_change = world.changed
        bot = self.bots.make(PLAYBOOK, spending=Meters(quotas, caps), world=world)
        bot.dead |= {dead.id} if dead else set()
        return await bot.start(), caps


@pytest.fixture
def capped(bots: Bots, database: Database, clock: ManualClock) -> Capped:
    return Capped(bots, database, clock)


@pytest.fixture
def line(bots: Bots) -> ScriptedLine:
    return bots.line


async def settled(caps: Caps, database: Database) -> None:
    """What is through is written down, as it is all the time while a process runs."""
    running = asyncio.create_task(caps.run())
    async with asyncio.timeout(PATIENCE):
        while (await database.collection("totals").find_one({}) or {}).get("pending"):
            await asyncio.wait([running], timeout=0.005)
    await caps.read()
    running.cancel()


@pytest.mark.ring("all", "several processes of a bot")
async def test_s23_what_does_not_fit_is_left_out_and_the_rest_goes(
    capped: Capped, database: Database, line: ScriptedLine
) -> None:
    """All five are decided by one batch, in which nobody has pushed yet: the send is exact."""
    bot, caps = await capped.opens()
    await bot.hears(*(said("要", f"U{n}") for n in range(5)))
    said_to = Counter(tuple(call.texts) for call in line.calls)
    assert said_to == {("好", "禮物", "消息"): 3, ("好", "消息"): 2}
    await settled(caps, database)
    assert caps.totals == {"gift": 3}
    rows = [row for n in range(5) for row in await bot.timeline(f"U{n}")]
    assert sum(row.what == "journey skipped" for row in rows) == 2
    marks = Counter(m.what for row in rows if row.counted for m in row.counted.marks if m.flow == "gift")
    assert (marks[PUSHED], marks[SENT], marks[SKIPPED]) == (5, 3, 2)


def test_s08_the_quick_replies_of_a_push_that_is_left_out_move_to_the_message_before_it() -> None:
    gift, quick = JourneyPush("gift", "送", 1), {"items": [{"type": "action"}]}
    body = orjson.dumps({"messages": [{"text": "選"}, {"text": "禮物", "quickReply": quick}]})
    reply = Outgoing("e#0", "e", "main", "reply", "U1", body, NOW, NOW, "t", None, (None, gift))
    left = without(reply, [gift]).call
    assert left is not None
    assert orjson.loads(left.body)["messages"] == [{"text": "選", "quickReply": quick}]


async def test_a_call_of_which_nothing_is_left_is_not_made(
    capped: Capped, database: Database, line: ScriptedLine
) -> None:
    bot, _ = await capped.opens()
    await Totals(database).reserve("gift", ["x", "y", "z"], 3)
    await bot.hears(said("只要", "U1"))
    assert line.texts() == ["消息"]
    assert await bot.dead_letters() == []


async def test_who_comes_after_the_cap_is_not_decided_for_at_all(
    capped: Capped, database: Database, line: ScriptedLine
) -> None:
    """The world's total is what the last send has learned."""
    bot, _ = await capped.opens()
    await bot.hears(*(said("要", f"U{n}") for n in range(3)))
    await bot.hears(said("要", "U9"))
    assert line.calls[-1].texts == ["好", "消息"]
    row = (await bot.timeline("U9"))[0]
    assert row.counted is not None
    assert [m.about for m in row.counted.marks if m.what == SKIPPED] == [("送", "max_pushes")]


async def test_a_push_that_line_refuses_is_given_back(
    capped: Capped, database: Database, line: ScriptedLine
) -> None:
    bot, caps = await capped.opens()
    no = Refused(400, "no", None, "bad-request")
    line.outcomes += [no, Accepted(), Accepted(), no]  # neither in the reply nor by itself
    await bot.hears(*(said("要", f"U{n}") for n in range(3)))
    await settled(caps, database)
    assert caps.totals == {"gift": 2}


async def test_what_was_left_out_of_a_reply_is_not_in_the_push_that_goes_instead(
    capped: Capped,
    database: Database,
    clock: ManualClock,
    line: ScriptedLine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """H3, H7: also where room comes free meanwhile, and another process pushes; it is counted once."""
    await Totals(database).reserve("gift", ["x", "y", "z"], 3)
    bot, _ = await capped.opens()
    line.outcomes.append(Refused(400, "no", None, "bad-request"))
    pushing = asyncio.Event()

    async def hangs(to: str, body: bytes, retry_key: str) -> CallResult:
        pushing.set()
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(line, "push", hangs)
    await bot.hear(said("要"))
    while not pushing.is_set():
        clock.advance(0.02)
        await next_answer(database)
    await bot.crash()
    monkeypatch.undo()
    await Totals(database).settle("gift", [], ["x"])
    heir, caps = await capped.opens(bot)
    await heir.settle()
    assert line.texts()[-1:] == ["消息"]
    marks = [mark for row in await heir.timeline("U1") if row.counted for mark in row.counted.marks]
    assert [mark.what for mark in marks if mark.flow == "gift"].count(SKIPPED) == 1
    assert SENT not in [mark.what for mark in marks if mark.flow == "gift"]
    assert not caps._calls


async def test_s23_a_call_that_a_crash_has_cut_off_counts_once(
    capped: Capped, database: Database, line: ScriptedLine
) -> None:
    """Killed after the reservation, before LINE has answered: the next process makes the call again."""
    line.outcomes.extend([Unknown("no answer")] * 3)
    first, _ = await capped.opens()
    await first.hear(*(said("要", f"U{n}") for n in range(3)))
    while len(line.calls) < 3:
        line.called.clear()
        await line.called.wait()
    await first.crash()
    second, caps = await capped.opens(first)
    await second.settle()
    await second.hears(said("要", "U9"))
    assert line.calls[-1].texts == ["好", "消息"]
    await settled(caps, database)
    assert caps.totals == {"gift": 3}
    assert await database.collection("totals").find_one({}) == {"_id": "gift", "n": 3, "pending": []}


async def test_calls_that_come_together_are_asked_for_together(
    database: Database, clock: ManualClock
) -> None:
    """A thousand at once cost a few operations, and pass no cap."""
    asked: list[int] = []

    class Counted(Totals):
        async def reserve(self, flow: str, pushes: Sequence[str], most: int) -> tuple[int, frozenset[str]]:
            asked.append(len(pushes))
            return await super().reserve(flow, pushes, most)

    reservations = Reservations(Counted(database), clock)
    found = await asyncio.gather(*(reservations.reserve("gift", [f"p{n}"], 700) for n in range(1000)))
    fitting = [n for n, (_, counted) in enumerate(found) if f"p{n}" in counted]
    assert fitting == list(range(700))
    assert (len(asked), sum(asked)) == (1, 1000)
    await reservations.reserve("gift", ["p1", "p1000"], 700)
    assert await Totals(database).of(["gift"]) == {"gift": 700}


async def test_while_the_database_is_away_a_call_waits(database: Database, clock: ManualClock) -> None:
    away = [DatabaseUnavailable("no"), DatabaseUnavailable("no")]

    class Shy(Totals):
        async def reserve(self, flow: str, pushes: Sequence[str], most: int) -> tuple[int, frozenset[str]]:
            if away:
                raise away.pop()
            return await super().reserve(flow, pushes, most)

    reserving = asyncio.create_task(Reservations(Shy(database), clock).reserve("gift", ["p"], 1))
    for _ in range(2):
        await clock.waited_for()
        assert not reserving.done()
        clock.advance(AGAIN)
    assert await reserving == (1, frozenset("p"))


async def test_a_cap_that_cannot_be_asked_leaves_a_dead_letter_and_the_rest_goes_on(
    capped: Capped, database: Database, line: ScriptedLine
) -> None:
    """A fault of ours: nothing is sent that nobody has counted."""
    bot, _ = await capped.opens()
    await database.collection("totals").insert_one({"_id": "gift", "n": "many"})
    await bot.hears(said("只要", "U1"), said("嗨", "U1"), said("嗨", "U2"))
    [letter] = await bot.dead_letters()
    assert (letter.reason, letter.detail) == ("failed", "OperationFailure")
    assert line.texts() == ["嗨嗨", "嗨嗨"]
