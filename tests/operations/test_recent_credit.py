"""B12, E3: what is left at providers of SMS, for a page that many open: asked seldom, waited for shortly."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import pytest

from bot.connectors.sms.sender import Credit
from bot.model.settings import SmsSettings
from bot.operations import recent_credit
from bot.operations.recent_credit import FRESH, RecentCredit
from bot.operations.sms import ProviderCredit

SMS = [SmsSettings("best", "mitake", warn_below=200), SmsSettings("other", "twilio")]


class Provider:
    """Has so many SMS left, or does not answer (`None`)."""

    def __init__(self) -> None:
        self.left: int | None = 120
        self.asked = 0

    async def credits(self, providers: Collection[SmsSettings]) -> list[ProviderCredit]:
        self.asked += 1
        if self.left is None:
            await asyncio.Event().wait()
        return [ProviderCredit(one, Credit(self.left or 0)) for one in providers]


async def test_it_is_asked_once_in_ten_minutes_however_many_look() -> None:
    provider, now = Provider(), 0.0
    credit = RecentCredit(provider.credits, lambda: now)
    for _ in range(2):
        await asyncio.gather(*(credit.of(SMS) for _ in range(20)))
    found = await asyncio.gather(*(credit.of(SMS) for _ in range(20)))
    assert provider.asked == 1
    assert [one.credit for one in found[0]] == [Credit(120), Credit(120)]
    assert [one.is_low for one in found[0]] == [True, False]
    provider.left, now = 90, FRESH + 1
    assert [one.credit for one in await credit.of(SMS)] == [Credit(90), Credit(90)]
    assert provider.asked == 2


async def test_one_that_does_not_answer_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was known ten minutes ago is said no more."""
    monkeypatch.setattr(recent_credit, "WAIT", 0.01)
    provider, now = Provider(), 0.0
    credit = RecentCredit(provider.credits, lambda: now)
    await credit.of(SMS)
    provider.left, now = None, FRESH + 1
    assert [one.credit for one in await credit.of(SMS)] == [None, None]
    assert await RecentCredit(provider.credits).of([]) == []
