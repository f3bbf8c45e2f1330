"""A long-lived token, or stateless ones issued from id and secret (A1)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.line.access_token import FixedToken, StatelessToken
from bot.line.client import LineClient
from bot.line.outcome import CallResult, LineError, NotSent, Refused, Throttled
from tests.conftest import ManualClock
from tests.fakes.fake_line import REQUEST_ID, SENT, Answers, Behaviour, FakeLine, Garbage, Hangs, HangsUp
from tests.line.conftest import ACCEPTED, CHANNEL

ISSUE = "/oauth2/v3/token"
REPLY = "/v2/bot/message/reply"
STATELESS = replace(CHANNEL, access_token=None, channel_secret="päss & =word")


@pytest.fixture
def stateless(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> LineClient:
    return LineClient(STATELESS, line.url, line.url, session, clock)


def issues(value: Any, seconds: Any = 900) -> Answers:
    return Answers(200, {"token_type": "Bearer", "access_token": value, "expires_in": seconds})


def asked_for(line: FakeLine) -> int:
    return sum(asked.path == ISSUE for asked in line.requests)


def used(line: FakeLine) -> list[str]:
    """The tokens that calls were made with."""
    return [asked.headers["Authorization"] for asked in line.requests if asked.path != ISSUE]


LIVES = [(900, 839), (None, 839), ("900", 839), (True, 839), (0, 839), (10**9, 839), (60, 29)]


async def reply(client: LineClient) -> CallResult:
    return await client.reply("reply-token", b'{"messages":[]}')


async def test_a_token_is_issued_from_id_and_secret(line: FakeLine, stateless: LineClient) -> None:
    """A1"""
    assert await reply(stateless) == ACCEPTED
    issue, send = line.requests
    assert issue.form == {
        "grant_type": ["client_credentials"],
        "client_id": [STATELESS.channel_id],
        "client_secret": [STATELESS.channel_secret],
    }
    assert issue.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert "Authorization" not in issue.headers
    assert send.headers["Authorization"] == "Bearer stateless-1"


async def test_many_at_once_share_one_token(line: FakeLine, stateless: LineClient) -> None:
    outcomes = await asyncio.gather(*(reply(stateless) for _ in range(20)))
    assert outcomes == [ACCEPTED] * 20
    assert asked_for(line) == 1


async def test_many_at_once_share_one_failure(line: FakeLine, stateless: LineClient) -> None:
    """A LINE that does not answer is not asked once per waiting message."""
    line.script(ISSUE, HangsUp())
    outcomes = await asyncio.gather(*(reply(stateless) for _ in range(20)))
    assert outcomes == [NotSent("no access token: the connection was closed")] * 20
    assert asked_for(line) == 1
    assert await reply(stateless) == ACCEPTED


async def test_who_gives_up_waiting_takes_the_token_from_nobody(
    line: FakeLine, stateless: LineClient
) -> None:
    line.script(ISSUE, Hangs())
    gone, stays = asyncio.create_task(reply(stateless)), asyncio.create_task(reply(stateless))
    await line.asked(1)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    line.release()
    assert await stays == ACCEPTED
    assert asked_for(line) == 1


async def test_a_token_that_cannot_be_renewed_serves_to_its_end(
    line: FakeLine, stateless: LineClient, clock: ManualClock
) -> None:
    line.script(ISSUE, issues("one"), Answers(500), Answers(500))
    await reply(stateless)
    clock.advance(899)
    assert await reply(stateless) == ACCEPTED
    clock.advance(1)
    assert await reply(stateless) == NotSent("no access token: status 500")


@pytest.mark.parametrize(("seconds", "still"), LIVES)
async def test_a_token_is_renewed_before_its_end_and_a_life_that_is_none_is_fifteen_minutes(
    seconds: Any, still: int, line: FakeLine, stateless: LineClient, clock: ManualClock
) -> None:
    line.script(ISSUE, issues("one", seconds), issues("two"))
    await reply(stateless)
    clock.advance(still)
    await reply(stateless)
    clock.advance(1)
    await reply(stateless)
    assert used(line) == ["Bearer one", "Bearer one", "Bearer two"]


async def test_a_refused_token_is_dropped_and_the_call_made_once_more(
    line: FakeLine, stateless: LineClient
) -> None:
    line.script(ISSUE, issues("one"), issues("two"))
    line.script(REPLY, Answers(200, SENT), Answers(401, {"message": "Authentication failed"}))
    assert await reply(stateless) == ACCEPTED
    assert await reply(stateless) == ACCEPTED
    assert used(line) == ["Bearer one", "Bearer one", "Bearer two"]


async def test_a_second_refusal_is_the_answer(line: FakeLine, stateless: LineClient) -> None:
    refused = Answers(401, {"message": "Authentication failed"})
    line.script(REPLY, refused, refused)
    assert await reply(stateless) == Refused(401, "Authentication failed", REQUEST_ID, "token")
    assert len(used(line)) == 2


async def test_many_refused_at_once_ask_for_one_new_token(line: FakeLine, stateless: LineClient) -> None:
    line.script(ISSUE, issues("one"), issues("two"))
    line.script(REPLY, Answers(200), *[Answers(401)] * 10)
    await reply(stateless)
    outcomes = await asyncio.gather(*(reply(stateless) for _ in range(10)))
    assert outcomes == [ACCEPTED] * 10
    assert asked_for(line) == 2


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (
            Answers(400, {"error": "invalid_request", "error_description": "Invalid 'client_credentials'."}),
            Refused(400, "Invalid 'client_credentials'.", REQUEST_ID, "token"),
        ),
        (
            Answers(400, {"error_description": f"wrong: {STATELESS.channel_secret}"}),
            Refused(400, "wrong: …", REQUEST_ID, "token"),
        ),
        (Answers(429, headers={"Retry-After": "3"}), Throttled(3.0, REQUEST_ID)),
        (Answers(500), NotSent("no access token: status 500")),
        (Answers(200, b"<html>"), NotSent("no access token: the answer holds none")),
        (issues(None), NotSent("no access token: the answer holds none")),
        (issues("two\r\nlines"), NotSent("no access token: the answer holds none")),
        (Garbage(), NotSent("no access token: the answer is not HTTP")),
        (HangsUp(), NotSent("no access token: the connection was closed")),
    ],
    ids=repr,
)
async def test_without_a_token_nothing_is_sent(
    behaviour: Behaviour, outcome: CallResult, line: FakeLine, stateless: LineClient
) -> None:
    """A1: certainly not done, and the reason says what is wrong with the token."""
    line.script(ISSUE, behaviour, behaviour)
    assert await reply(stateless) == outcome
    assert used(line) == []
    with pytest.raises(LineError) as caught:
        await stateless.bot_info()
    assert STATELESS.channel_secret not in str(caught.value)


async def test_an_issuer_that_hangs_is_left(
    line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    line.script(ISSUE, Hangs())
    hurried = LineClient(STATELESS, line.url, line.url, session, clock, total=0.1)
    assert await reply(hurried) == NotSent("no access token: no answer in time")


async def test_a_late_refusal_of_an_old_token_leaves_the_new_one(
    line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    line.script(ISSUE, issues("one"), issues("two"), issues("three"))
    token = StatelessToken(STATELESS.channel_id, STATELESS.channel_secret, line.url, session, clock)
    assert await token.get() == "one"
    assert token.refused("one")
    assert await token.get() == "two"
    assert token.refused("one")
    assert await token.get() == "two"


async def test_a_long_lived_token_is_not_asked_for_again(line: FakeLine, client: LineClient) -> None:
    line.script(REPLY, Answers(401, {"message": "Authentication failed"}))
    assert await reply(client) == Refused(401, "Authentication failed", REQUEST_ID, "token")
    assert len(line.requests) == 1


async def test_white_space_around_a_token_is_not_of_it() -> None:
    """A1: as a file or a shell leaves it."""
    assert await FixedToken(" token\n").get() == "token"


@pytest.mark.parametrize("value", ["", " ", "two\nlines", "密碼"])
async def test_a_token_that_is_none_is_refused_without_asking_line(
    value: str, line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    client = LineClient(replace(CHANNEL, access_token=value), line.url, line.url, session, clock)
    outcome = await reply(client)
    assert isinstance(outcome, Refused)
    assert outcome.kind == "token"
    assert line.requests == []


async def test_a_token_object_can_be_replaced(
    line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock
) -> None:
    """A11: the client asks its token object at each call."""

    class Changing(FixedToken):
        def at_hand(self) -> str | None:
            return f"token-{len(line.requests)}"

    client = LineClient(CHANNEL, line.url, line.url, session, clock, token=Changing("first"))
    await reply(client)
    await reply(client)
    assert used(line) == ["Bearer token-0", "Bearer token-1"]
