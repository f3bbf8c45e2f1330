"""Semantics 24: who comes into an audience, or leaves it, by time alone hears of it, once."""

from __future__ import annotations

from bot.model.decision import World
from bot.runtime.audience_sweep import AudienceSweep
from bot.store.audience_people import AudiencePeople
from bot.store.mongo import Database
from bot.store.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.harness import Bot, ScriptedLine, said

SLEEPERS = compiled("""
tags: {醒: , 睡: }
audiences: {久違: {if: {contact: {last_seen: {over: 30d}}}}}
rules:
  - {when: {enters: 久違}, add_tags: [睡]}
  - {when: {leaves: 久違}, add_tags: [醒]}
""")
DAY = 24 * 3600.0


def rests(sweep: AudienceSweep) -> bool:
    return sweep.is_at_rest


async def tags(bot: Bot, user: str) -> list[str]:
    return [tag.name for tag in (await bot.stored(user)).contact.tags]


async def test_time_brings_people_in_and_out_once(database: Database, seal: Seal, clock: ManualClock) -> None:
    bot = await Bot(database, seal, clock, ScriptedLine(), SLEEPERS).start()
    sweep = AudienceSweep(
        lambda: SLEEPERS,
        AudiencePeople(database, seal),
        lambda channel: World().sms_credit,
        bot.runtime.receiver.store,
        lambda part: True,
        clock,
    )
    await bot.hear(said("早", "Ua", clock))
    await bot.settle()
    assert not rests(sweep)
    await sweep.look()
    assert rests(sweep)
    clock.advance(20 * DAY)
    await bot.hear(said("早", "Ub", clock))
    await bot.settle()
    clock.advance(11 * DAY)
    assert not rests(sweep)
    await sweep.look()
    await bot.settle()
    assert (await tags(bot, "Ua"), await tags(bot, "Ub")) == (["睡"], [])
    rows = len(await bot.timeline("Ua"))
    clock.advance(DAY)
    await sweep.look()
    await bot.settle()
    assert len(await bot.timeline("Ua")) == rows
    await bot.crash()
