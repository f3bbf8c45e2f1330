"""Whose ID token it is: by LINE's word, and only where that word is about our channel. B2"""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.line.id_token import (
    AT_ONCE,
    LONGEST,
    Expired,
    IdTokens,
    LineAway,
    RefusedToken,
    TokenVerdict,
    Verified,
)
from bot.line.outcome import HttpAnswer
from tests.conftest import NOW, ManualClock
from tests.fakes.fake_line import Answers, Behaviour, FakeLine, Garbage, Hangs, HangsUp

VERIFY = "/oauth2/v2.1/verify"
LOGIN_CHANNEL = "1657000099"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJVMSJ9.c2lnbmF0dXJl"
HOUR = 3600


def claims(**other: Any) -> Answers:
    """What LINE says of a good token; `None` leaves a claim out."""
    told = {
        "iss": "https://access.line.me",
        "sub": "U1",
        "aud": LOGIN_CHANNEL,
        "exp": int(NOW.timestamp()) + HOUR,
        "iat": int(NOW.timestamp()),
        "amr": ["linesso"],
        "name": "小美",
        **other,
    }
    return Answers(200, {name: value for name, value in told.items() if value is not None})


def refusal(description: str) -> Answers:
    return Answers(400, {"error": "invalid_request", "error_description": description})


@pytest.fixture
def tokens(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> IdTokens:
    return IdTokens(line.url, session, clock)


async def verdict(line: FakeLine, tokens: IdTokens, *behaviours: Behaviour) -> TokenVerdict:
    line.script(VERIFY, *behaviours)
    return await tokens.verify(TOKEN, LOGIN_CHANNEL)


async def test_line_is_asked_for_our_login_channel(line: FakeLine, tokens: IdTokens) -> None:
    assert await verdict(line, tokens, claims()) == Verified("U1", NOW + timedelta(hours=1), "小美")
    (asked,) = line.requests
    assert (asked.method, asked.path) == ("POST", VERIFY)
    assert asked.form == {"id_token": [TOKEN], "client_id": [LOGIN_CHANNEL]}


async def test_a_reload_costs_line_nothing_until_the_token_is_over(
    line: FakeLine, tokens: IdTokens, clock: ManualClock
) -> None:
    first = await verdict(line, tokens, claims())
    clock.advance(HOUR - 1)
    assert await tokens.verify(TOKEN, LOGIN_CHANNEL) == first
    clock.advance(1)
    assert await tokens.verify(TOKEN, LOGIN_CHANNEL) == Expired()
    assert len(line.requests) == 1


async def test_who_sends_an_expired_token_a_hundred_times_costs_line_one_call(
    line: FakeLine, tokens: IdTokens
) -> None:
    """Such tokens are no failed attempts: else LINE could be made to refuse all of our calls."""
    assert await verdict(line, tokens, refusal("IdToken expired.")) == Expired()
    for _ in range(100):
        assert await tokens.verify(TOKEN, LOGIN_CHANNEL) == Expired()
    assert len(line.requests) == 1


async def test_line_is_asked_about_fifty_at_once(line: FakeLine, session: aiohttp.ClientSession) -> None:
    """Who forges tokens by the thousand keeps nobody else's calls waiting."""
    tokens = IdTokens(line.url, session, ManualClock())
    line.script(VERIFY, *[Hangs()] * AT_ONCE)
    asking = [asyncio.ensure_future(tokens.verify(f"a.b.{n}", LOGIN_CHANNEL)) for n in range(200)]
    await line.asked(AT_ONCE)
    async with session.get(f"{line.url}/v2/bot/info") as others:
        assert others.status == 200
    assert len(line.requests) == AT_ONCE + 1
    line.release()
    await asyncio.gather(*asking)
    assert len(line.requests) == 201


async def test_a_token_of_one_channel_is_not_remembered_for_another(line: FakeLine, tokens: IdTokens) -> None:
    await verdict(line, tokens, claims())
    line.script(VERIFY, refusal("Invalid IdToken Audience."))
    assert await tokens.verify(TOKEN, "1657000100") == RefusedToken()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refusal("IdToken expired."), Expired()),
        (refusal("Invalid IdToken."), RefusedToken()),
        (refusal("Invalid IdToken Issuer."), RefusedToken()),
        (refusal("Invalid IdToken Audience."), RefusedToken()),
        (refusal("Invalid IdToken Nonce."), RefusedToken()),
        (Answers(400, b"not JSON"), RefusedToken()),
        (Answers(401, {"message": "?"}), LineAway()),
        (Answers(403, b""), LineAway()),
        (Answers(404, b""), LineAway()),
        (Answers(429, {"message": "The API rate limit has been exceeded. Try again later."}), LineAway()),
        (Answers(500, b""), LineAway()),
        (Answers(302, b"", {"Location": "/elsewhere"}), LineAway()),
        (Garbage(), LineAway()),
        (HangsUp(), LineAway()),
    ],
)
async def test_what_line_says(
    line: FakeLine, tokens: IdTokens, answer: Behaviour, expected: TokenVerdict
) -> None:
    assert await verdict(line, tokens, answer) == expected


async def test_line_is_not_waited_for_for_long(line: FakeLine, session: aiohttp.ClientSession) -> None:
    assert await verdict(line, IdTokens(line.url, session, ManualClock(), seconds=0.1), Hangs()) == LineAway()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (claims(iss="https://access.example"), RefusedToken()),
        (claims(aud="1657000100"), RefusedToken()),
        (claims(aud=[LOGIN_CHANNEL]), RefusedToken()),
        (claims(sub=None), RefusedToken()),
        (claims(sub=""), RefusedToken()),
        (claims(sub="U1:main"), RefusedToken()),
        (claims(exp=None), RefusedToken()),
        (claims(exp="later"), RefusedToken()),
        (claims(exp=True), RefusedToken()),
        (Answers(200, b"[]"), RefusedToken()),
        (Answers(200, b""), RefusedToken()),
    ],
)
async def test_a_yes_of_line_that_is_not_about_us_lets_nobody_in(
    line: FakeLine, tokens: IdTokens, answer: Behaviour, expected: TokenVerdict
) -> None:
    assert await verdict(line, tokens, answer) == expected
    line.script(VERIFY, claims())
    assert isinstance(await tokens.verify(TOKEN, LOGIN_CHANNEL), Verified), "what failed is not remembered"


@pytest.mark.parametrize("end", [int(NOW.timestamp()), -(10**18)])
async def test_a_token_that_is_over_by_our_clock_has_expired(
    line: FakeLine, tokens: IdTokens, end: int
) -> None:
    assert await verdict(line, tokens, claims(exp=end)) == Expired()


async def test_a_token_is_remembered_for_an_hour_at_most(
    line: FakeLine, tokens: IdTokens, clock: ManualClock
) -> None:
    verified = Verified("U1", NOW + timedelta(hours=1), "小美")
    assert await verdict(line, tokens, claims(exp=10**15)) == verified


@pytest.mark.parametrize(
    "token", ["", "a.b", "a..b", "a.b.c.d", "a.b.c\n", "表.情.符", "a.b.c&user_id=U2", "a" * LONGEST]
)
async def test_what_is_no_token_is_not_asked_about(line: FakeLine, tokens: IdTokens, token: str) -> None:
    assert await tokens.verify(token, LOGIN_CHANNEL) == RefusedToken()
    assert line.requests == []


async def test_nothing_of_a_token_or_person_is_logged(
    line: FakeLine, tokens: IdTokens, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for answer in (claims(iss="x"), Answers(500, {"sub": "U1"}), claims()):
            await verdict(line, tokens, answer)
    assert caplog.records
    for secret in (TOKEN, "U1", "小美"):
        assert secret not in caplog.text


async def test_that_line_verifies_nothing_is_said_once_and_taken_back(
    line: FakeLine, tokens: IdTokens, caplog: pytest.LogCaptureFixture
) -> None:
    """K3: a page with many visitors does not fill the log."""
    for answer in (Answers(500), HangsUp(), Answers(429), refusal("Invalid IdToken."), Answers(503)):
        await verdict(line, tokens, answer)
    away = "LINE does not verify ID tokens: status {}; nobody can open a page who is not in one"
    assert [record.message for record in caplog.records] == [
        away.format(500),
        "LINE verifies ID tokens again: members can open pages",
        away.format(503),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["iss", "aud", "sub", "exp"]), inner),
)


@pytest.mark.ring("test", "a law")
@given(st.binary() | JSON.map(lambda told: json.dumps(told).encode()))
def test_whatever_line_answers_there_is_a_verdict(body: bytes) -> None:
    tokens = IdTokens("http://127.0.0.1:1", None, ManualClock())  # type: ignore[arg-type]
    for status in (200, 400, 500):
        assert not isinstance(tokens._verdict(HttpAnswer(status, body), LOGIN_CHANNEL), Verified)
