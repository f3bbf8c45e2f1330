"""A push that rides in a reply reaches the person anyhow: by itself, where LINE surely took no reply (A8)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from bot.line.outcome import Accepted, CallResult, NotSent, Refused, Throttled, Unknown
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.runtime.sending.fallback import without_left_out
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.depth import examples
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.answers import time_passes
from tests.runtime.bots import Bots
from tests.runtime.gated_world import ProcessClock, Streams, put_gates
from tests.runtime.gates import Gates
from tests.runtime.harness import Bot, ScriptedLine, _texts, said
from tests.runtime.held_calls import held_before
from tests.runtime.shop import DEAD_TOKEN, at_rest, parts

PLAYBOOK = compiled("""\
rules:
  - {when: {text: 兌換}, do: [reply: 好的, push: 券]}
  - {when: {text: 通知}, do: [push: 券]}
  - {when: {text: 幾點}, do: [reply: 九點]}
""")
OUTAGE = 55
"""Seconds: longer than a reply is tried, shorter than the minute for which LINE takes its token."""


REFUSED = Refused(400, "The request body has 1 error(s)", None, "bad-request")
OUTAGES = [float(away) for away in os.environ.get("OAFLOW_OUTAGES", str(OUTAGE)).split()]
"""Those in which the process dies: `make soak` has more."""


class AwayLine(ScriptedLine):
    """LINE cannot be reached until it is `back`; its reply tokens live for a minute."""

    def __init__(self, clock: ManualClock, away: float = OUTAGE) -> None:
        super().__init__()
        self._clock = clock
        self.tokens_from = clock.now()
        self.back = self.tokens_from + timedelta(seconds=away)
        self.trouble: CallResult = NotSent("nobody is there")
        self.tried = False
        self.refuses = False
        """Replies, as what it can make nothing of."""
        self.got: list[str] = []
        """What people have got, in order."""
        self.used: set[str] = set()

    async def reply(self, token: str, body: bytes) -> CallResult:
        if (trouble := self._trouble()) is not None:
            return trouble
        if self.refuses:
            return REFUSED
        if token in self.used or self._clock.now() - self.tokens_from > timedelta(minutes=1):
            return DEAD_TOKEN
        return self._deliver(token, body)

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        if (trouble := self._trouble()) is not None:
            return trouble
        if retry_key in self.used:
            return Accepted(known_already=True)
        return self._deliver(retry_key, body)

    def _trouble(self) -> CallResult | None:
        self.tried = True
        return self.trouble if self._clock.now() < self.back else None

    def _deliver(self, once: str, body: bytes) -> CallResult:
        self.used.add(once)
        self.got += _texts(body)
        return Accepted()


@pytest.fixture
def line(clock: ManualClock) -> AwayLine:
    return AwayLine(clock)


@pytest.fixture
async def bot(bots: Bots, line: AwayLine) -> Bot:
    return await bots(PLAYBOOK, line)


async def ends(bot: Bot) -> list[list[tuple[str, str]]]:
    """Of each turn the calls, and how they ended."""
    return [
        [(call, row.ends[number].how) for number, call in enumerate(row.calls)]
        for row in await bot.timeline("U1")
    ]


async def lost(bot: Bot) -> list[tuple[str, list[str]]]:
    """Why what was given up."""
    return [(one.reason, _texts(one.outgoing.body)) for one in await bot.dead_letters()]


async def test_what_rides_in_a_reply_that_is_sent_goes_once(bot: Bot, line: AwayLine) -> None:
    line.back -= timedelta(seconds=OUTAGE)
    await bot.hears(said("兌換"))
    assert line.got == ["好的", "券"]
    assert await ends(bot) == [[("reply", "accepted"), ("fallback", "with-its-reply")]]
    assert (await bot.stored("U1")).outgoing == ()


async def test_s27_where_line_takes_no_reply_the_push_goes_by_itself(bot: Bot, line: AwayLine) -> None:
    await bot.hears(said("兌換"))
    assert line.got == ["券"]
    assert await lost(bot) == [("not-sent", ["好的", "券"])]
    assert await ends(bot) == [[("reply", "not-sent"), ("fallback", "accepted")]]
    assert (await bot.stored("U1")).outgoing == ()


async def test_a_reply_of_pushes_alone_is_no_dead_letter(bot: Bot, line: AwayLine) -> None:
    line.trouble = Throttled(None)
    await bot.hears(said("通知"))
    assert (line.got, await lost(bot)) == (["券"], [])
    assert await ends(bot) == [[("reply", "pushed-instead"), ("fallback", "accepted")]]


async def test_a_dead_token_loses_no_push(bot: Bot, line: AwayLine) -> None:
    """LINE says at once that it will not take it."""
    line.back -= timedelta(seconds=OUTAGE)
    line.used.add("dead")
    await bot.hears(said("兌換", replyToken="dead"))
    assert line.got == ["券"]
    assert await lost(bot) == [("reply-token-dead", ["好的", "券"])]


async def test_what_was_perhaps_sent_is_not_pushed(bot: Bot, line: AwayLine) -> None:
    line.trouble = Unknown("no answer")
    await bot.hears(said("兌換"))
    assert (line.got, await lost(bot)) == ([], [("unsure", ["好的", "券"])])
    assert await ends(bot) == [[("reply", "unsure"), ("fallback", "with-its-reply")]]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_is_said_later_is_answered_meanwhile_in_order(bot: Bot, line: AwayLine) -> None:
    """A2: no reply waits for a push that must wait (semantics 27)."""
    await bot.hears(said("兌換"), said("通知"), said("幾點"))
    assert line.got == ["券", "券"]
    assert await lost(bot) == [("not-sent", ["好的", "券"]), ("not-sent", ["九點"])]


async def test_nothing_is_pushed_before_it_is_written_that_no_reply_goes(
    bot: Bot, line: AwayLine, bots: Bots, database: Database, clock: ManualClock
) -> None:
    """Else the process could die, and another would try a reply again whose token still lives."""
    held = held_before(bot.contacts, "push_instead")
    await bot.hear(said("兌換"))
    await until(database, clock, lambda: held.reached.is_set() and clock.now() > line.back)
    assert line.got == []
    line.tokens_from = clock.now()  # it lives, for however long the database took
    await bot.crash()
    heir = await bots.heir(bot)
    await heir.settle()
    assert line.got == ["好的", "券"]
    assert await lost(heir) == [("not-sent", ["好的", "券"])]


async def until(database: Database, clock: ManualClock, true: Callable[[], bool], step: float = 0.05) -> None:
    """Let time pass, and the database answer, until this is so."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await time_passes(clock, database, step)


async def test_what_an_earlier_owner_wrote_too_late_changes_nothing(
    bot: Bot, line: AwayLine, bots: Bots, database: Database, clock: ManualClock
) -> None:
    """A2: its write hangs, another sends the reply, and the part comes back; then the write arrives."""
    held = held_before(bot.contacts, "push_instead")
    line.back = clock.now() + timedelta(seconds=49.9)  # the last try begins at 49 s, or half a second later
    await bot.hear(said("兌換"))
    await until(database, clock, lambda: held.reached.is_set() and clock.now() > line.back)
    line.tokens_from = clock.now()  # it lives, for however long the database took
    second = await bots.heir(bot)
    await until(database, clock, lambda: bool(line.got) and at_rest(second))
    assert line.got == ["好的", "券"]
    bot.runtime.ownership.check_soon()
    await until(database, clock, lambda: parts(bot) == 0, 0.01)
    await second.runtime.stop()
    bot.runtime.ownership.check_soon()
    await until(database, clock, lambda: parts(bot) == 256, 0.01)
    held.go_on.set()
    await bot.settle()
    assert line.got == ["好的", "券"]
    assert (await bot.stored("U1")).outgoing == ()


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_an_earlier_owner_wrote_in_time_is_sent_by_the_next(
    bot: Bot, line: AwayLine, bots: Bots, database: Database, clock: ManualClock
) -> None:
    """A2: its write is made, and it dies before it hears so: the next one has read the two before."""
    held = held_before(bot.contacts, "push_instead")
    await bot.hear(said("兌換"))
    await until(database, clock, lambda: held.reached.is_set() and clock.now() > line.back)
    second = bots.make(PLAYBOOK, line)
    second.dead.add(bot.id)
    withdrawing = held_before(second.contacts, "withdraw")
    await second.start()
    await until(database, clock, withdrawing.reached.is_set)
    bot.runtime.ownership._until = 0.0  # its lease is over
    held.go_on.set()
    async with asyncio.timeout(PATIENCE):
        while [one.kind for one in (await bot.stored("U1")).outgoing] != ["push"]:
            pass
    await bot.crash()
    assert line.got == []
    withdrawing.go_on.set()
    await until(database, clock, lambda: bool(line.got), 1)
    await second.settle()
    assert line.got == ["券"]
    assert (await second.stored("U1")).outgoing == ()


async def test_a_write_that_fails_is_made_again(
    bot: Bot, line: AwayLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, fails = bot.contacts.push_instead, [DatabaseUnavailable("away"), RuntimeError("a bug")]

    async def failing(contact: str, reply: str, push: Outgoing) -> Mapping[str, str]:
        if fails:
            raise fails.pop()
        return await made(contact, reply, push)

    monkeypatch.setattr(bot.contacts, "push_instead", failing)
    await bot.hears(said("兌換"))
    assert line.got == ["券"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_letter_that_comes_late_says_no_less(
    bot: Bot, line: AwayLine, bots: Bots, database: Database, clock: ManualClock
) -> None:
    """A2: another has withdrawn what was to be pushed, and says so; then the first one's letter arrives."""
    line.refuses, line.back = True, clock.now()
    held = held_before(bot.rows, "dead")
    await bot.hear(said("兌換"))
    await until(database, clock, held.reached.is_set)
    second = await bots.heir(bot)
    await until(database, clock, lambda: at_rest(second))
    bot.runtime.ownership.check_soon()
    await until(database, clock, lambda: parts(bot) == 0, 0.01)
    held.go_on.set()
    await bot.settle()
    assert (line.got, await lost(second)) == ([], [("bad-request", ["好的", "券"])])


async def test_no_reply_waits_for_that_write(
    bot: Bot, line: AwayLine, database: Database, clock: ManualClock
) -> None:
    """Semantics 27."""
    held = held_before(bot.contacts, "push_instead")
    await bot.hear(said("兌換"))
    await until(database, clock, lambda: held.reached.is_set() and clock.now() > line.back)
    line.tokens_from = clock.now()
    await bot.hear(said("幾點", clock=clock))
    await until(database, clock, lambda: bool(line.got))
    assert line.got == ["九點"]
    held.go_on.set()
    await bot.settle()
    assert line.got == ["九點", "券"]


class Mortal(Gates):
    """A process dies at one of its calls, before or behind it."""

    def __init__(self, dies_at: int) -> None:
        super().__init__()
        self.begun = False
        self._left = dies_at
        self.died = asyncio.Event()

    async def stand(self, who: str, call: str, *, fails: bool = True) -> None:
        if self.begun and not call.removeprefix("… ").startswith(("leases", "contacts.due", "health")):
            self._left -= 1
        if self.begun and self._left == 0:
            self.gone.add(who)
            self.died.set()
        await super().stand(who, call, fails=fails)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("away", [*OUTAGES, None])
async def test_s27_wherever_it_dies_nothing_comes_twice_and_what_does_not_come_is_told(
    database: Database, seal: Seal, away: float | None
) -> None:
    """A2, A8: at each of its calls to the database and to LINE, while LINE is away for so long.

    `None`: LINE refuses the reply at once; `make test-all` takes every fourth of these calls, where it is
    away every twelfth.
    """
    dies_at, step = 1, max(1, (100 if away is None else 300) // examples(100))
    while await dies(database, seal, away, dies_at):
        dies_at += step
    assert dies_at > 10, "it would prove nothing"


async def dies(database: Database, seal: Seal, away: float | None, at: int) -> bool:
    """Whether there was such a call."""
    clock = ManualClock()
    line, gates, user = AwayLine(clock, away or 0), Mortal(at), f"U{away}-{at}"
    line.refuses = away is None
    own = ProcessClock(clock, sleepy=False)
    bot = Bot(database, seal, own, GatedAway(gates, line), PLAYBOOK)
    heard = said("兌換", user, clock)
    put_gates(gates, "A", bot, own, Streams())
    await bot.start()
    gates.begun = True
    hearing = asyncio.ensure_future(bot.hear(heard))
    while clock.now() < line.back + timedelta(seconds=20) and not gates.died.is_set():
        await passes(line, clock, database)
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
    await bot.crash()
    heir = Bot(database, seal, clock, line, PLAYBOOK)
    heir.dead.add(bot.id)
    await heir.start()
    await heir.hear(heard)  # LINE brings it again where it had no answer
    while not at_rest(heir) or (await heir.stored(user)).outgoing:  # read by the backstop, too
        await passes(line, clock, database)
    letters = [text for one in await heir.dead_letters() if one.contact.endswith(user)
               for text in _texts(one.outgoing.body)]  # fmt: skip
    await heir.runtime.stop()
    told = f"away for {away} s, died at call {at}: {line.got}, given up {letters}"
    assert len(line.got) == len(set(line.got)), told
    assert {*line.got, *letters} >= {"好的", "券"}, told
    return gates.died.is_set()


async def passes(line: AwayLine, clock: ManualClock, database: Database) -> None:
    """A moment: a short one until something is tried, and around the last try of a reply."""
    age = (clock.now() - NOW).total_seconds()
    await time_passes(clock, database, 0.01 if not line.tried else 0.3 if 47 < age < 62 else 2)


class GatedAway(ScriptedLine):
    """LINE as the process reaches it that dies."""

    def __init__(self, gates: Gates, line: AwayLine) -> None:
        super().__init__()
        self._gates, self._line = gates, line

    async def reply(self, token: str, body: bytes) -> CallResult:
        return await self._gates.through("A", "reply", lambda: self._line.reply(token, body))

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        return await self._gates.through("A", "push", lambda: self._line.push(to, body, retry_key))


# -- what of a reply goes as a push

TIP, END = JourneyPush("welcome", "tip", 1), JourneyPush("welcome", "end", 2)
MOMENT = datetime(2026, 9, 1, tzinfo=UTC)


def carrying(*texts: str) -> bytes:
    return orjson.dumps({"messages": [{"type": "text", "text": text} for text in texts]})


REPLY = Outgoing(
    "e#0", "e", "main", "reply", "U1", carrying("答", "一", "二"), MOMENT, MOMENT, "t", None, (None, TIP, END)
)
FALLBACK = Outgoing(
    "e#1", "e", "main", "fallback", "U1", carrying("一", "二"), MOMENT, MOMENT, None, "k", (TIP, END)
)


def test_what_rode_in_it_goes() -> None:
    assert without_left_out(REPLY, FALLBACK) == (True, replace(FALLBACK, kind="push"))


def test_what_lay_over_a_cap_is_not_pushed_either() -> None:
    """H3."""
    fitted = replace(REPLY, body=carrying("答", "二"), journeys=(None, END))
    push = replace(FALLBACK, kind="push", body=carrying("二"), journeys=(END,))
    assert without_left_out(fitted, FALLBACK) == (True, push)
    assert without_left_out(replace(REPLY, body=carrying("答"), journeys=(None,)), FALLBACK) == (True, None)


def test_a_reply_of_pushes_alone_has_said_nothing_itself() -> None:
    plain = replace(REPLY, body=carrying("一", "二"), journeys=())
    behind = replace(FALLBACK, journeys=())
    assert without_left_out(plain, behind) == (False, replace(behind, kind="push"))
