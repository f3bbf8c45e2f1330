"""A secret or access token that was issued anew: the one before is good for ten minutes more (A11)."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import aiohttp
import pytest

from bot.line.client import LineClient
from bot.line.outcome import Refused
from bot.line.reissued import BOTH_GOOD, Former, current_token, formers, secrets
from bot.model.channel import Channel
from tests.conftest import ManualClock
from tests.fakes.fake_line import Answers, FakeLine
from tests.line.conftest import ACCEPTED, CHANNEL
from tests.line.test_access_token import ISSUE, REPLY, reply

NEW = replace(CHANNEL, channel_secret="the-new-secret", access_token="the-new-token")
NEWER = replace(NEW, channel_secret="the-newer-secret", access_token="the-newer-token")
NOT_AUTHORISED = Answers(401, {"message": "Authentication failed"})
OLD_TOKEN, NEW_TOKEN, NEWER_TOKEN = (f"Bearer {one.access_token}" for one in (CHANNEL, NEW, NEWER))
TEN_MINUTES = BOTH_GOOD.total_seconds()


def after(clock: ManualClock, *channels: Channel) -> tuple[Former, ...]:
    """What is good beside the last of these, which took each other's place just now."""
    before: tuple[Former, ...] = ()
    for old, new in pairwise(channels):
        before = formers(old, new, before, clock.now())
    return before


class TestSecrets:
    def test_both_sign_for_ten_minutes(self, clock: ManualClock) -> None:
        before = after(clock, CHANNEL, NEW)
        assert list(secrets(NEW, before, clock.now())) == ["the-new-secret", CHANNEL.channel_secret]
        clock.advance(TEN_MINUTES)
        assert list(secrets(NEW, before, clock.now())) == ["the-new-secret"]

    def test_a_second_one_meanwhile_forgets_neither(self, clock: ManualClock) -> None:
        first = after(clock, CHANNEL, NEW)
        clock.advance(TEN_MINUTES - 1)
        before = formers(NEW, NEWER, first, clock.now())
        assert len(list(secrets(NEWER, before, clock.now()))) == 3
        clock.advance(1)
        assert list(secrets(NEWER, before, clock.now())) == ["the-newer-secret", "the-new-secret"]
        assert len(formers(NEWER, CHANNEL, before, clock.now())) == 2

    def test_another_name_for_the_account_takes_nothing_away(self, clock: ManualClock) -> None:
        before = after(clock, CHANNEL, NEW)
        assert formers(NEW, replace(NEW, app_name="森活"), before, clock.now()) == before

    def test_another_account_has_nothing_before_it(self, clock: ManualClock) -> None:
        assert after(clock, CHANNEL, replace(NEW, channel_id="another")) == ()


class Line:
    """Calls to LINE with the token of a channel, and what was before it."""

    def __init__(self, line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> None:
        self.fake = line
        self._session = session
        self._clock = clock

    def client(self, channel: Channel, before: Sequence[Former]) -> LineClient:
        token = current_token(channel, before, self.fake.url, self._session, self._clock)
        return LineClient(channel, self.fake.url, self.fake.url, self._session, self._clock, token=token)

    @property
    def tokens(self) -> list[str]:
        return [asked.headers["Authorization"] for asked in self.fake.requests if asked.path != ISSUE]


@pytest.fixture
def calls(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> Line:
    return Line(line, session, clock)


async def test_the_new_token_is_used(calls: Line, clock: ManualClock) -> None:
    client = calls.client(NEW, after(clock, CHANNEL, NEW))
    assert await reply(client) == ACCEPTED
    assert calls.tokens == [NEW_TOKEN]
    client.close()


async def test_where_line_does_not_take_it_the_old_one_is_used_and_that_is_said(
    calls: Line, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A token that was written down wrongly: nothing is lost for ten minutes."""
    calls.fake.script(REPLY, NOT_AUTHORISED)
    client = calls.client(NEW, after(clock, CHANNEL, NEW))
    with caplog.at_level(logging.WARNING):
        assert [await reply(client) for _ in range(3)] == [ACCEPTED] * 3
    assert calls.tokens == [NEW_TOKEN, OLD_TOKEN, OLD_TOKEN, OLD_TOKEN]
    assert caplog.text.count("does not take the new access token of the channel main") == 1
    assert "the-new-token" not in caplog.text
    clock.advance(TEN_MINUTES)
    assert await reply(client) == ACCEPTED
    assert calls.tokens[-1] == NEW_TOKEN
    calls.fake.script(REPLY, NOT_AUTHORISED)
    refused = await reply(client)
    assert isinstance(refused, Refused)
    assert refused.status == 401
    client.close()


async def test_two_calls_that_are_refused_at_once_both_go_out(calls: Line, clock: ManualClock) -> None:
    """The second one's 401 is the new token's as well, and says nothing of the old one."""
    token = current_token(NEW, after(clock, CHANNEL, NEW), calls.fake.url, calls._session, clock)
    values = [await token.get(), await token.get()]
    assert values == ["the-new-token"] * 2
    assert [token.refused("the-new-token"), token.refused("the-new-token")] == [True, True]
    assert await token.get() == CHANNEL.access_token


async def test_an_old_one_that_is_refused_as_well_gives_way(calls: Line, clock: ManualClock) -> None:
    calls.fake.script(REPLY, *[NOT_AUTHORISED] * 2)
    client = calls.client(NEW, after(clock, CHANNEL, NEW))
    refused = await reply(client)
    assert isinstance(refused, Refused)
    assert await reply(client) == ACCEPTED
    assert await reply(client) == ACCEPTED
    assert calls.tokens == [NEW_TOKEN, OLD_TOKEN, OLD_TOKEN, OLD_TOKEN]
    calls.fake.script(REPLY, *[NOT_AUTHORISED] * 2)
    assert isinstance(await reply(client), Refused)
    assert calls.tokens[4:] == [OLD_TOKEN, NEW_TOKEN]
    client.close()


async def test_the_one_before_the_one_before(calls: Line, clock: ManualClock) -> None:
    """Two mistakes in ten minutes."""
    calls.fake.script(REPLY, *[NOT_AUTHORISED] * 3)
    client = calls.client(NEWER, after(clock, CHANNEL, NEW, NEWER))
    assert isinstance(await reply(client), Refused)
    assert await reply(client) == ACCEPTED
    assert calls.tokens == [NEWER_TOKEN, NEW_TOKEN, NEW_TOKEN, OLD_TOKEN]
    client.close()


async def test_another_secret_with_the_same_token_falls_back_on_nothing(
    calls: Line, clock: ManualClock
) -> None:
    new = replace(CHANNEL, channel_secret="the-new-secret")
    calls.fake.script(REPLY, NOT_AUTHORISED)
    client = calls.client(new, after(clock, CHANNEL, new))
    assert isinstance(await reply(client), Refused)
    assert calls.tokens == [OLD_TOKEN]
    client.close()


async def test_stateless_tokens_are_issued_by_the_secret_before_where_the_new_one_is_refused(
    calls: Line, clock: ManualClock
) -> None:
    """A1, A11: without a long-lived token the secret is what LINE asks for."""
    old, new = (replace(one, access_token=None) for one in (CHANNEL, NEW))
    calls.fake.script(ISSUE, Answers(401, {"error": "invalid_client"}))
    client = calls.client(new, after(clock, old, new))
    assert await reply(client) == ACCEPTED
    issues = [asked.form["client_secret"] for asked in calls.fake.requests if asked.path == ISSUE]
    assert issues == [["the-new-secret"], [CHANNEL.channel_secret]]
    client.close()
