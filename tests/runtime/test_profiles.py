"""F9: names and languages are read again when they are old, beside the turns."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.contact import Contact
from bot.model.event import Profile
from bot.runtime.turn_taking.profiles import BESIDE
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, event, followed, said

PLAYBOOK = compiled("rules: [{when: {text: 我是誰}, reply: '{{ contact.name or 朋友 }}'}]")
DAY = 86_400.0


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    bot = await bots(PLAYBOOK)
    bot.line.profiles["U1"] = Profile("小美", "zh-TW")
    await bot.hears(followed(clock=bot.clock))
    return bot


async def asks(bot: Bot, text: str = "我是誰") -> str:
    """What the bot answers; then whatever is read beside is read."""
    await bot.hears(said(text, clock=bot.clock))
    await read(bot)
    return bot.line.texts()[-1]


async def read(bot: Bot) -> None:
    await asyncio.gather(*bot.runtime.profiles._tasks)


async def contact(bot: Bot) -> Contact:
    return (await bot.stored("U1")).contact


async def test_a_changed_name_and_language_show_at_the_next_event(bot: Bot) -> None:
    bot.line.profiles["U1"] = Profile("王小美", "en")
    assert [await asks(bot), await asks(bot)] == ["小美", "小美"]
    bot.clock.advance(7 * DAY)
    assert [await asks(bot), await asks(bot)] == ["小美", "王小美"]
    assert (await contact(bot)).language == "en"
    assert bot.line.profiles_asked == ["U1"] * 2


@pytest.mark.ring("all", "several processes of a bot")
async def test_whatever_line_answers_it_is_asked_once_in_a_week(bot: Bot) -> None:
    """Also over a restart: the moment stands on the contact."""
    for fails, known in ((1, Profile("王小美")), (0, None)):
        bot.line.profile_fails = fails
        bot.line.profiles = {"U1": known} if known is not None else {}
        bot.line.profiles_asked.clear()
        bot.clock.advance(7 * DAY)
        for _ in range(5):
            assert await asks(bot) == "小美"
            bot.runtime.turns.recent.drop("main:U1")
            bot.runtime.profiles._reads.clear()
            bot.clock.advance(DAY)
        assert bot.line.profiles_asked == ["U1"]


async def test_no_answer_waits_for_it(bot: Bot) -> None:
    bot.clock.advance(7 * DAY)
    bot.line.profile_hold = asyncio.Event()
    await bot.hears(said("我是誰", clock=bot.clock))
    await bot.hears(said("我是誰", clock=bot.clock))
    assert bot.line.texts() == ["小美", "小美"]
    bot.line.profile_hold.set()


async def test_at_a_follow_it_is_read_again_but_not_each_time(bot: Bot) -> None:
    bot.line.profiles["U1"] = Profile("王小美")
    bot.clock.advance(DAY)
    for _ in range(5):
        await bot.hears(event({"type": "unfollow"}, clock=bot.clock), followed(clock=bot.clock))
        await read(bot)
    assert bot.line.profiles_asked == ["U1"] * 2
    assert await asks(bot) == "王小美"


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_was_never_read_is_read_and_groups_are_not(bot: Bot) -> None:
    await bot.stores.database.collection("contacts").update_one(
        {"_id": "main:U1"}, {"$unset": {"profiled": ""}, "$inc": {"rev": 1}}
    )
    bot.runtime.turns.recent.drop("main:U1")
    await asks(bot)
    group = {"type": "group", "groupId": "G1", "userId": "U1"}
    await bot.hears(said("我是誰", clock=bot.clock, source=group))
    await read(bot)
    assert bot.line.profiles_asked == ["U1"] * 2
    assert (await contact(bot)).profiled is not None


@pytest.mark.ring("all", "several processes of a bot")
async def test_of_a_crowd_some_are_read_at_a_time_and_the_others_later(bot: Bot) -> None:
    people = [f"U{number}" for number in range(100, 100 + BESIDE + 5)]
    bot.line.profiles |= {user: Profile("她") for user in people}
    for user in people:
        await bot.hears(followed(user, bot.clock))
    bot.clock.advance(8 * DAY)
    bot.line.profiles_asked.clear()
    bot.line.profile_hold = asyncio.Event()
    await bot.hears(*(said("我是誰", user, bot.clock) for user in people))
    assert bot.runtime.profiles._beside == BESIDE
    bot.line.profile_hold.set()
    await read(bot)
    await bot.hears(*(said("我是誰", user, bot.clock) for user in people))
    await read(bot)
    assert sorted(bot.line.profiles_asked) == people


async def test_who_is_erased_meanwhile_is_remembered_by_nobody(bot: Bot) -> None:
    bot.clock.advance(7 * DAY)
    bot.line.profiles["U1"] = Profile("王小美")
    bot.line.profile_hold = asyncio.Event()
    await bot.hears(said("我是誰", clock=bot.clock))
    bot.runtime.profiles.forget("main:U1")
    bot.line.profile_hold.set()
    await read(bot)
    assert "main:U1" not in bot.runtime.profiles._reads
