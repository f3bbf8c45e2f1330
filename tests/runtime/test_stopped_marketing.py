"""I6: 「停止推播」 holds for what was decided before, also while LINE takes nothing and over a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.line.outcome import CallResult, NotSent
from bot.model.counts import DECIDED, SKIPPED
from tests.eventually import PATIENCE
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, ScriptedLine, said

PLAYBOOK = compiled("""
flows:
  news:
    when: {tag_added: 新}
    once_per: always
    states: {等: {wait: 5s, next: 說}, 說: {push: 消息, end: true}}
rules: [{when: {text: 嗨}, do: [{reply: 好}, {add_tags: [新]}]}]
""")


class NoPushes(ScriptedLine):
    """LINE takes replies, and no push while it is `away`."""

    away = True
    tried = 0

    async def push(self, to: str, body: bytes, retry_key: str) -> CallResult:
        if self.away:
            self.tried += 1
            return NotSent("LINE is away")
        return await super().push(to, body, retry_key)


async def passing(bot: Bot, until: Callable[[], bool]) -> None:
    """Time passes, in small steps with time for the database, until that is so."""
    async with asyncio.timeout(PATIENCE):
        while not until():
            bot.clock.advance(0.2)
            await bot.timeline("U1")


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("crashes", [False, True])
async def test_what_line_has_not_taken_yet_is_not_pushed(bots: Bots, crashes: bool) -> None:
    line = NoPushes()
    bot = await bots(PLAYBOOK, line)
    await bot.hear(said("嗨"))
    await passing(bot, lambda: line.tried > 0)
    await bot.hear(said("停止推播"))
    await passing(bot, lambda: "已停止推播，想再收到時請輸入「恢復推播」。" in line.texts())
    if crashes:
        await bot.crash()
        bot = await bots.heir(bot)
    line.away = False
    await bot.settle()
    assert "消息" not in line.texts()
    [skipped] = [row for row in await bot.timeline("U1") if row.what == "journey skipped"]
    assert skipped.counted is not None
    [mark] = skipped.counted.marks
    assert (mark.what, mark.about) == (SKIPPED, ("說", "marketing stopped", DECIDED))
    assert await bot.dead_letters() == []
    await bot.runtime.stop()
