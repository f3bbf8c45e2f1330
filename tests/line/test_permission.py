"""What a member has let the pages see is taken back with the LINE Login channel's own token."""

from __future__ import annotations

import logging

import aiohttp
import pytest

from bot.line.id_token import LONGEST, Permissions
from bot.model.channel import Liff
from tests.conftest import ManualClock
from tests.fakes.fake_line import Answers, Behaviour, FakeLine, Hangs, HangsUp

DEAUTHORIZE = "/user/v1/deauthorize"
ISSUE = "/oauth2/v3/token"
LIFF = Liff("1657000099", "1657000099-abc", login_channel_secret="secret-of-the-login-channel")
GRANTED = "access-token-of-the-member"


@pytest.fixture
def permissions(line: FakeLine, session: aiohttp.ClientSession, clock: ManualClock) -> Permissions:
    return Permissions(line.url, session, clock)


async def test_it_is_revoked_with_a_token_of_the_login_channel(
    line: FakeLine, permissions: Permissions
) -> None:
    line.script(DEAUTHORIZE, Answers(204, b""))
    assert await permissions.revoke(LIFF, GRANTED)
    issued, revoked = line.requests
    assert issued.path == ISSUE
    assert issued.form["client_id"] == ["1657000099"]
    assert issued.form["client_secret"] == ["secret-of-the-login-channel"]
    assert (revoked.method, revoked.path) == ("POST", DEAUTHORIZE)
    assert revoked.json == {"userAccessToken": GRANTED}
    assert revoked.headers["Authorization"] == "Bearer stateless-1"


async def test_line_is_not_waited_for_for_long(line: FakeLine, session: aiohttp.ClientSession) -> None:
    line.script(DEAUTHORIZE, Hangs())
    assert not await Permissions(line.url, session, ManualClock(), seconds=0.1).revoke(LIFF, GRANTED)


async def test_the_channels_token_serves_for_the_next_member(
    line: FakeLine, permissions: Permissions
) -> None:
    line.script(DEAUTHORIZE, Answers(204, b""), Answers(204, b""))
    for _ in range(2):
        assert await permissions.revoke(LIFF, GRANTED)
    assert [asked.path for asked in line.requests] == [ISSUE, DEAUTHORIZE, DEAUTHORIZE]


@pytest.mark.parametrize(
    ("liff", "access_token"),
    [(Liff("1657000099", "1657000099-abc"), GRANTED), (LIFF, ""), (LIFF, "a" * (LONGEST + 1))],
)
async def test_without_a_secret_or_a_token_nobody_is_asked(
    line: FakeLine, permissions: Permissions, liff: Liff, access_token: str
) -> None:
    assert not await permissions.revoke(liff, access_token)
    assert line.requests == []


@pytest.mark.parametrize(
    ("path", "behaviour"),
    [
        (ISSUE, Answers(400, {"error": "invalid_client"})),
        (ISSUE, HangsUp()),
        (DEAUTHORIZE, Answers(400, {"message": "invalid token"})),
        (DEAUTHORIZE, Answers(500, b"")),
        (DEAUTHORIZE, HangsUp()),
    ],
)
async def test_what_fails_is_said_in_the_log_without_a_secret(
    line: FakeLine,
    permissions: Permissions,
    caplog: pytest.LogCaptureFixture,
    path: str,
    behaviour: Behaviour,
) -> None:
    line.script(path, behaviour)
    with caplog.at_level(logging.INFO):
        assert not await permissions.revoke(LIFF, GRANTED)
    assert "a permission is not revoked" in caplog.text
    for secret in (GRANTED, "secret-of-the-login-channel", "stateless-1"):
        assert secret not in caplog.text
