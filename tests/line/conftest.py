"""A fake LINE, a client of it that does not wait long, and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.line.client import LineClient
from bot.line.http_call import new_session
from bot.line.outcome import Accepted
from bot.model.channel import Channel
from tests.conftest import ManualClock
from tests.fakes.fake_line import MESSAGE_ID, REQUEST_ID, FakeLine

ACCESS_TOKEN = "long-lived-token-of-main"
ACCEPTED = Accepted(REQUEST_ID, messages=(MESSAGE_ID,))
"""The fake LINE's ordinary answer to a reply or a push."""
CHANNEL = Channel("main", "@forest", "1234567890", "channel-secret-of-main", ACCESS_TOKEN)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with new_session() as session:
        yield session


@pytest.fixture
def client(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> LineClient:
    return LineClient(CHANNEL, line.url, line.url, session, clock)


@pytest.fixture
def hurried(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> LineClient:
    """A client that waits 0.1 s for an answer."""
    return LineClient(CHANNEL, line.url, line.url, session, clock, total=0.1)
