"""The language through a running bot: flows and their timers, on the database."""

from __future__ import annotations

import asyncio

import pytest

from bot.model.event import Profile
from tests.conftest import NOW
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, said

PLAYBOOK = compiled(
    """\
attributes: {skin: text}
flows:
  quiz:
    states:
      問膚質:
        ask: 您的膚質是哪一種？
        answer: [乾性, 油性]
        save: skin
        otherwise: 請選一個。
        give_up_after: {30m: 放棄}
        rules:
          - when: {after: 10m}
            push: 您還在嗎？
        next: 完成
      完成:
        do:
          - add_tags: [測過]
          - reply: "{{ answer.問膚質 }}，記下了。"
        end: true
      放棄:
        add_tags: [沒測完]
        end: true
rules:
  - when: {text: 測膚質}
    start: quiz
  - when: {text: 你好}
    reply: 您好！
"""
)


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    line = ScriptedLine(profiles={"U1": Profile("小美")})
    return await bots(PLAYBOOK, line)


async def says(bot: Bot, text: str) -> list[str]:
    """What the bot sends after this."""
    before = len(bot.line.texts())
    await bot.hears(said(text, clock=bot.clock))
    return bot.line.texts()[before:]


async def passes(bot: Bot, seconds: float, until: str) -> None:
    """Let time pass; wait until the person has this tag, or this was sent."""
    async with asyncio.timeout(PATIENCE):
        bot.clock.advance(seconds)
        while until not in bot.line.texts() and not (await bot.stored("U1")).contact.has_tag(until, NOW):
            bot.clock.advance(0.2)
    await bot.settle()


async def test_a_questionnaire_is_kept_on_the_person_and_its_end_in_the_timeline(bot: Bot) -> None:
    assert await says(bot, "測膚質") == ["您的膚質是哪一種？"]
    bot.runtime.turns.recent.drop("main:U1")  # read back from the database
    assert await says(bot, "你好") == ["您好！"]
    assert await says(bot, "什麼") == ["請選一個。"]
    bot.runtime.turns.recent.drop("main:U1")
    assert await says(bot, "油性") == ["油性，記下了。"]
    stored = (await bot.stored("U1")).contact
    assert (stored.flows, stored.timers) == ((), ())
    assert stored.attributes["t.skin"].value == "油性"
    [end] = [row for row in await bot.timeline("U1") if row.what == "flow_ended"]
    assert end.details[:2] == ("flow quiz", "state 完成")
    assert end.text == '{"問膚質":"油性"}'


@pytest.mark.ring("all", "several processes of a bot")
async def test_its_timers_wake_the_person(bot: Bot) -> None:
    """H4: a reminder, then the end; both pushed and moved by the clock alone."""
    await says(bot, "測膚質")
    await passes(bot, 600, "您還在嗎？")
    assert [call.kind for call in bot.line.calls] == ["reply", "push"]
    await passes(bot, 1200, "沒測完")
    assert (await bot.stored("U1")).contact.flows == ()
