"""Who watches is told of each turn once, when its write has been made; who does not costs nothing."""

from __future__ import annotations

from typing import Any

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide
from bot.model.contact import Contact
from bot.model.decision import Decision
from bot.model.event import Event, TextMessage
from bot.runtime.turn_observer import Watched
from tests.playbooks import SMALLEST
from tests.runtime.bots import Bots
from tests.runtime.decided_by import decided_by
from tests.runtime.harness import Bot, said


@pytest.fixture
def told() -> list[Watched]:
    return []


@pytest.fixture
async def bot(bots: Bots, told: list[Watched]) -> Bot:
    return bots.make(watch=told.append)


async def test_each_turn_is_told_in_order_with_what_was_before_and_after(
    bot: Bot, told: list[Watched]
) -> None:
    await bot.start()
    await bot.hears(said("營業時間"))
    await bot.hears(said("有優惠嗎"), said("營業時間"))
    texts = [one.event.what.text for one in told if isinstance(one.event.what, TextMessage)]
    assert texts == ["營業時間", "有優惠嗎", "營業時間"]
    assert [len(one.decision.actions) for one in told] == [1, 1, 1]
    first, second, third = told
    assert second.before == first.decision.contact
    assert third.before == second.decision.contact
    assert third.decision.contact == (await bot.stored("U1")).contact
    assert all(one.playbook is SMALLEST for one in told)
    assert bot.runtime.is_at_rest


async def test_a_turn_that_was_lost_is_not_told(
    bot: Bot, told: list[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else has written meanwhile: what was decided first never was; the second time it is told."""
    decided = []

    def counted(playbook: Playbook, contact: Contact, event: Event, *rest: Any) -> Decision:
        decided.append(event.id)
        return decide(playbook, contact, event, *rest)

    decided_by(monkeypatch, counted)
    await bot.start()
    await bot.hears(said("營業時間"))
    await bot.contacts.poke([("main:U1", "main:not there")])
    await bot.hears(said("有優惠嗎"))
    assert len(decided) == 3  # the last was decided twice
    assert [one.event.id for one in told] == list(dict.fromkeys(decided))
