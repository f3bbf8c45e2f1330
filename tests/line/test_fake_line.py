"""Our fake answers so that LINE's own SDK understands it: it is a stand-in for LINE, not for our client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.fakes.fake_line import REQUEST_ID, SENT, Answers, FakeLine
from tests.line.sdk import sdk

KEY = "123e4567-e89b-12d3-a456-426614174000"


@pytest.fixture
async def api(line: FakeLine) -> AsyncIterator[Any]:
    messaging = sdk("messaging")
    configuration = messaging.Configuration(host=line.url, access_token="token-of-the-sdk")
    async with messaging.AsyncApiClient(configuration) as connection:
        yield messaging.AsyncMessagingApi(connection)


@pytest.mark.ring("all", "LINE's SDK, and a server")
async def test_the_sdk_replies(line: FakeLine, api: Any) -> None:
    messaging = sdk("messaging")
    said = [messaging.TextMessage(text="嗨")]
    answer = await api.reply_message_with_http_info(
        messaging.ReplyMessageRequest(replyToken="reply-token", messages=said)
    )
    assert answer.status_code == 200
    assert answer.headers["X-Line-Request-Id"] == REQUEST_ID
    assert [message.quote_token for message in answer.data.sent_messages] == ["quote-1"]
    assert line.requests[0].json["replyToken"] == "reply-token"


@pytest.mark.ring("all", "LINE's SDK, and a server")
async def test_the_sdk_pushes_and_sees_a_409_as_line_gives_it(line: FakeLine, api: Any) -> None:
    messaging = sdk("messaging")
    told = {"message": "The retry key is already accepted", **SENT}
    line.script("/v2/bot/message/push", Answers(409, told, {"X-Line-Accepted-Request-Id": "before"}))
    request = messaging.PushMessageRequest(to="Ua", messages=[messaging.TextMessage(text="嗨")])
    with pytest.raises(sdk("messaging.exceptions").ApiException) as caught:
        await api.push_message(request, x_line_retry_key=KEY)
    assert caught.value.status == 409
    assert caught.value.headers["X-Line-Accepted-Request-Id"] == "before"
    assert (await api.push_message(request, x_line_retry_key=KEY)).sent_messages
    assert line.requests[0].headers["X-Line-Retry-Key"] == KEY


@pytest.mark.ring("all", "LINE's SDK, and a server")
async def test_the_sdk_reads(api: Any) -> None:
    assert (await api.get_profile("Ua")).display_name == "小美"
    assert (await api.get_bot_info()).basic_id == "@216ru001"
    assert (await api.get_message_quota()).value == 3000
    assert (await api.get_message_quota_consumption()).total_usage == 12
    assert (await api.get_webhook_endpoint()).active


async def test_the_sdk_sees_errors_as_line_gives_them(line: FakeLine, api: Any) -> None:
    line.script("/v2/bot/info", Answers(429, {"message": "You have reached your monthly limit."}))
    with pytest.raises(sdk("messaging.exceptions").ApiException) as caught:
        await api.get_bot_info()
    assert caught.value.status == 429


async def test_the_sdk_is_issued_a_stateless_token(line: FakeLine) -> None:
    oauth = sdk("oauth")
    async with oauth.AsyncApiClient(oauth.Configuration(host=line.url)) as connection:
        answer = await oauth.AsyncChannelAccessToken(connection).issue_stateless_channel_token(
            grant_type="client_credentials", client_id="1234567890", client_secret="secret"
        )
    assert answer.access_token == "stateless-1"
