"""Semantics 24: who comes into an audience, or leaves it, by time alone hears of it, once."""

from __future__ import annotations

import pytest

from bot.model.decision import DecisionInputs
from bot.runtime.bulk import OTHERS_KNOW
from bot.runtime.sweeps.audience_sweep import AudienceSweep
from bot.store.contacts.audiences import AudiencePeople
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, said

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


async def leaves(bot: Bot) -> None:
    """Somebody is written as not being in the audience, by who does not know better."""
    change = {"$pull": {"audiences": "main:久違"}, "$inc": {"rev": 1}}
    await bot._database.collection("contacts").update_one({"_id": "main:Ua"}, change)


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    """Somebody has spoken to it."""
    bot = await bots(SLEEPERS)
    await bot.hears(said("早", "Ua", bot.clock))
    return bot


@pytest.fixture
def sweep(bot: Bot, database: Database, seal: Seal) -> AudienceSweep:
    return AudienceSweep(
        lambda: SLEEPERS,
        AudiencePeople(database, seal),
        lambda channel: DecisionInputs().sms_credit,
        bot.runtime.receiver.store,
        lambda part: True,
        bot.clock,
    )


async def swept(bot: Bot, sweep: AudienceSweep) -> None:
    """The sweep looks, and its events are handled."""
    await sweep.look()
    await bot.settle()


async def test_s24_time_brings_people_in_and_out_once(bot: Bot, sweep: AudienceSweep) -> None:
    assert not rests(sweep)
    await sweep.look()
    assert rests(sweep)
    bot.clock.advance(20 * DAY)
    await bot.hears(said("早", "Ub", bot.clock))
    bot.clock.advance(11 * DAY)
    assert not rests(sweep)
    await swept(bot, sweep)
    assert (await tags(bot, "Ua"), await tags(bot, "Ub")) == (["睡"], [])
    rows = len(await bot.timeline("Ua"))
    bot.clock.advance(DAY)
    await swept(bot, sweep)
    assert len(await bot.timeline("Ua")) == rows


async def test_who_had_a_turn_by_the_older_playbook_is_found(bot: Bot, sweep: AudienceSweep) -> None:
    """Another process goes by a playbook without the audience until it has heard of this one."""
    bot.clock.advance(31 * DAY)
    await swept(bot, sweep)
    await leaves(bot)
    assert rests(sweep)
    bot.clock.advance(OTHERS_KNOW.total_seconds())
    assert not rests(sweep)
    await swept(bot, sweep)
    assert (await bot.stored("Ua")).contact.audiences == ("main:久違",)
    bot.clock.advance(10 * OTHERS_KNOW.total_seconds())
    assert rests(sweep), "once more, and not again"


async def test_s24_who_had_a_turn_just_before_the_moment_is_found(bot: Bot, sweep: AudienceSweep) -> None:
    """R12: decided a moment before the quarter, written a moment after the sweep has read."""
    await sweep.look()
    bot.clock.advance(31 * DAY)
    await swept(bot, sweep)
    await leaves(bot)
    bot.clock.advance(OTHERS_KNOW.total_seconds())
    assert not rests(sweep)
    await swept(bot, sweep)
    assert (await bot.stored("Ua")).contact.audiences == ("main:久違",)
