"""H7: what turns leave on the timeline is what the hours count: messages, friends, unheard texts, replies."""

from __future__ import annotations

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.hours import HOUR, hour_of
from bot.model.inbox import Received
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import followed, said

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


@pytest.mark.parametrize(
    ("playbook", "events", "expected"),
    [
        # what could be pushed is answered while that is free
        (
            PLAYBOOK,
            [followed(), said("營業時間"), said("晚點說"), said("有停車場嗎")],
            {"followed": 1, "in": 3, "unheard": 1, "reply": 3},
        ),
        # nearly every shop has such a rule: else the list of unanswered questions would be empty
        (WITH_A_FALLBACK, [said("營業時間"), said("有停車場嗎")], {"in": 2, "unheard": 1, "reply": 2}),
    ],
    ids=["nobody answers", "only the rule for anything else answers"],
)
async def test_what_happened_in_turns_is_counted_by_hour(
    bots: Bots, playbook: Playbook, events: list[Received], expected: dict[str, int]
) -> None:
    bot = await bots(playbook)
    for event in events:
        await bot.hears(event)
    stores = bot.stores
    await stores.hours.count(hour_of(NOW), NOW + HOUR)
    [hour] = await stores.hours.between(hour_of(NOW), NOW + HOUR)
    assert {what: number for (_, what), number in hour.numbers.items()} == expected
    [turn] = await stores.conversations.of_events(hour.unheard)
    assert turn.incoming is not None
    assert turn.incoming.content == "有停車場嗎"
