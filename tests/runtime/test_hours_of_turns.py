"""H7: what turns leave on the timeline is what the hours count: messages, friends, unheard texts, replies."""

from __future__ import annotations

import pytest

from bot.model.hours import HOUR, hour_of
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed, said

PLAYBOOK = compiled(
    """
rules:
  - {when: follow, reply: 歡迎}
  - {when: {text: 營業時間}, reply: 十點到九點}
  - {when: {text: 晚點說}, push: 好}
"""
)
WITH_A_FALLBACK = compiled(
    "rules: [{when: {text: 營業時間}, reply: 十點}, {when: anything_else, reply: 看不懂}]"
)


@pytest.fixture
async def bot(bots: Bots) -> Bot:
    return await bots(PLAYBOOK)


async def test_what_happened_in_turns_is_counted_by_hour(bot: Bot, database: Database, seal: Seal) -> None:
    for event in (followed("U1"), said("營業時間", "U1"), said("晚點說", "U1"), said("有停車場嗎", "U1")):
        await bot.handle(event)
    stores = stores_of(database, seal)
    await stores.hours.count(hour_of(NOW), NOW + HOUR)
    [hour] = await stores.hours.between(hour_of(NOW), NOW + HOUR)
    # what could be pushed is answered while that is free
    expected = {"followed": 1, "in": 3, "unheard": 1, "reply": 3}
    assert {what: number for (_, what), number in hour.numbers.items()} == expected
    [turn] = await stores.conversations.of_events(hour.unheard)
    assert turn.incoming is not None
    assert turn.incoming.content == "有停車場嗎"


async def test_what_only_the_rule_for_anything_else_answers_is_unheard(
    database: Database, seal: Seal, bots: Bots
) -> None:
    """Nearly every shop has such a rule: without it the list of unanswered questions would be empty."""
    bot = await bots(WITH_A_FALLBACK)
    for text in ("營業時間", "有停車場嗎"):
        await bot.handle(said(text, "U1"))
    stores = stores_of(database, seal)
    await stores.hours.count(hour_of(NOW), NOW + HOUR)
    [hour] = await stores.hours.between(hour_of(NOW), NOW + HOUR)
    assert {what: number for (_, what), number in hour.numbers.items()} == {"in": 2, "unheard": 1, "reply": 2}
    [turn] = await stores.conversations.of_events(hour.unheard)
    assert turn.incoming is not None
    assert turn.incoming.content == "有停車場嗎"
