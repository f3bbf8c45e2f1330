"""Counts are exact (H7): they agree with what happened, whatever dies when."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import cast

import pytest

from bot.engine.members.identity import OfShop
from bot.line.outcome import Refused
from bot.model.contact import Contact, Identity
from bot.model.counts import ENTERED, FAILED, FINISHED, PASSED, PUSHED, SENT, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.stored import Settled, TurnWrite
from bot.runtime.effects.merging import Merging
from bot.runtime.limits.counting import EVERY, PUT_OFF, Counting
from bot.store.contacts.contacts import Contacts
from bot.store.counters.counts import Counts
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.events.journal import Journal
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

JOURNEY = compiled(
    """
flows:
  welcome:
    when: [{tag_added: 新客}]
    once_per: always
    if_late: send
    states:
      hello: {push: 早, wait: 1d, next: more}
      more: {push: 茶, wait: 1d, next: silent}
      silent: {wait: 1d, next: done}
      done: {end: true}
rules: [{when: {text: 來}, do: [{reply: 嗨}, {add_tags: [新客]}]}]
"""
)


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(JOURNEY)


async def counted(database: Database) -> Counter[tuple[str, ...]]:
    """What was counted of the journey, over all days; keys of rules left out."""
    counts = Counts(database)
    await counts.fold_all()
    total: Counter[tuple[str, ...]] = Counter()
    for _, mark, number in await counts.since("", "welcome"):
        about = (mark.about[0], mark.about[2]) if mark.what == PASSED else mark.about
        total[(mark.what, *about)] += number
    return total


async def test_h7_what_a_journey_does_is_counted(bot: Bot, database: Database) -> None:
    await bot.hears(said("來"), said("來", "U2"))
    bot.line.outcomes.append(Refused(400, "no", None, "bad-request"))
    await comes_to(bot, "more", "U1", "U2")
    await bot.settle()
    assert await counted(database) == {
        (ENTERED,): 2,
        (PUSHED, "hello"): 2,
        (SENT, "hello", "reply"): 2,
        (PASSED, "hello", "more"): 2,
        (PUSHED, "more"): 2,
        (FAILED, "more", "bad-request"): 1,
        (SENT, "more", "push"): 1,
    }


async def comes_to(bot: Bot, state: str | None, *users: str) -> None:
    """A day passes, and as long as it takes until these people are there, and all is written down."""
    bot.clock.advance(86_400)
    async with asyncio.timeout(PATIENCE):
        for user in users:
            while [one.state for one in (await bot.stored(user)).contact.flows] != [state][
                : state is not None
            ]:
                bot.clock.advance(1)


class Unwritten(Journal):
    """A timeline that takes nothing any more."""

    async def timeline(self, rows: Sequence[TimelineRow]) -> None:
        raise DatabaseUnavailable("away")


@pytest.mark.ring("all", "several processes of a bot")
async def test_h7_what_was_decided_just_before_a_crash_is_counted(
    bots: Bots, bot: Bot, database: Database, seal: Seal, clock: ManualClock
) -> None:
    """A2, H7: a message, then a timer that sends nothing: nothing but its marks tells that it was decided."""
    await bot.hears(said("來"))
    await comes_to(bot, "more", "U1")
    await bot.settle()
    await bot.crash()
    dying = await bots.heir(bot, journal=Unwritten(database, seal))
    await comes_to(dying, "silent", "U1")
    assert (PASSED, "more", "silent") not in await counted(database), "it would prove nothing"
    await dying.crash()
    heir = bots.make(JOURNEY, bot.line)
    heir.dead |= {bot.id, dying.id}
    await heir.start()
    async with asyncio.timeout(PATIENCE):
        while (await heir.stored("U1")).counted:
            clock.advance(1)
    assert (await counted(database))[PASSED, "more", "silent"] == 1
    await comes_to(heir, None, "U1")
    await heir.settle()
    assert await counted(database) == {
        (ENTERED,): 1,
        (PUSHED, "hello"): 1,
        (SENT, "hello", "reply"): 1,
        (PASSED, "hello", "more"): 1,
        (PUSHED, "more"): 1,
        (SENT, "more", "push"): 1,
        (PASSED, "more", "silent"): 1,
        (PASSED, "silent", "done"): 1,
        (FINISHED, "done"): 1,
    }
    assert not (await heir.stored("U1")).counted


async def test_h7_who_is_merged_away_is_still_counted(
    database: Database, seal: Seal, clock: ManualClock
) -> None:
    """What was decided just before lies on the stub, where the process that decided it takes it off."""
    contacts = Contacts(database, seal)
    counted = Counted("e", "2026-11-20", (Mark("outlet", "welcome", ENTERED),))
    for name in ("main:U1", "outlet:V1"):
        channel, _, user = name.partition(":")
        person = Contact(name, identities=(Identity(channel, user),))
        marks = (counted,) if name == "outlet:V1" else ()
        write = TurnWrite(Contact(name), person, part_of(name), 0, 1, ("e",), (), born=True, counted=marks)
        assert await contacts.save([write]) == set()
    merging = Merging(stores_of(database, seal).rewriter, contacts, AuditLog(database, seal), clock, OfShop)
    await merging.merge("main:U1", "outlet:V1", "command:test")
    stub = (await contacts.load(["outlet:V1"]))["outlet:V1"]
    assert (stub.to, stub.counted) == ("main:U1", {"e": counted})
    assert not (await contacts.load(["main:U1"]))["main:U1"].counted
    await contacts.settle([Settled("outlet:V1", part_of("outlet:V1"), ("e",), (), ("e",))])
    assert not (await contacts.load(["outlet:V1"]))["outlet:V1"].counted


# -- when it is counted


class Fold:
    """Counts that say how often they were asked to count."""

    def __init__(self) -> None:
        self.times = 0

    async def fold_all(self) -> None:
        self.times += 1


async def test_a_rush_puts_counting_off_for_a_while(clock: ManualClock) -> None:
    """H7: while people wait for their turns, and not for ever."""
    fold, rushed = Fold(), [False]
    counting = Counting(cast("Counts", fold), lambda part: True, clock, lambda: rushed[0])
    running = asyncio.create_task(counting.run())

    async def looks(number: int) -> int:
        before = fold.times
        for _ in range(number):
            await clock.waited_for()
            clock.advance(EVERY)
        await clock.waited_for()
        return fold.times - before

    assert await looks(2) == 2
    rushed[0] = True
    assert await looks(PUT_OFF) == 0
    assert await looks(1) == 1
    assert await looks(3) == 0
    rushed[0] = False
    assert await looks(1) == 1
    running.cancel()
    await asyncio.wait([running])
