"""Fixtures: the browsers of two of the team, and what notifies them, of the `bot` that a file has."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.connectors.push.browser_push import PushCaller
from bot.runtime.alerts.browser_notices import BrowserNotices
from tests.conftest import ManualClock
from tests.notice_world import (
    PretendBrowser,
    PushServer,
    add_account,
    browser_notices,
    push_caller,
    push_server,
)
from tests.runtime.harness import Bot


@pytest.fixture
async def server(bot: Bot) -> AsyncIterator[PushServer]:
    """Of Amy's browser, and Ben's."""
    async with push_server(PretendBrowser("amy"), PretendBrowser("ben")) as server:
        for browser in server.browsers:
            await add_account(bot.stores, bot.clock, browser.name)
            await bot.stores.push_subscriptions.put(browser.subscription(bot.clock))
        yield server


@pytest.fixture
async def caller(server: PushServer, clock: ManualClock) -> AsyncIterator[PushCaller]:
    async with push_caller(server, clock) as caller:
        yield caller


@pytest.fixture
def notices(bot: Bot, caller: PushCaller) -> BrowserNotices:
    return browser_notices(bot.stores, bot.clock, caller)
