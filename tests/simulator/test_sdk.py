"""The official SDK, unchanged, against the simulator. L4."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.messaging import (
    ApiException,
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    PushMessageRequest,
    ReplyMessageRequest,
    TextMessage,
)
from linebot.v3.webhooks import FollowEvent, MessageEvent, StickerMessageContent, TextMessageContent

from tests.simulator.conftest import MAIN, World

KEY = "123e4567-e89b-12d3-a456-426614174000"


@pytest.fixture
async def line(world: World) -> AsyncIterator[AsyncMessagingApi]:
    async with AsyncApiClient(Configuration(host=world.line, access_token="token-of-main")) as client:
        yield AsyncMessagingApi(client)


def parsed(world: World, raw: bytes, signature: str) -> list[object]:
    return list(WebhookParser(MAIN.channel_secret).parse(raw.decode(), signature))


async def test_a_conversation(world: World, line: AsyncMessagingApi) -> None:
    """A1, F4: the webhook's signature and form are LINE's, the answer arrives."""
    friend = (await world.do("friends", {"channel": "main", "name": "小美"}))["id"]
    await world.do(f"friends/{friend}/follow", {})
    got = await world.webhook()
    (event,) = parsed(world, got.raw, got.headers["x-line-signature"])
    assert isinstance(event, FollowEvent)
    assert event.follow.is_unblocked is False
    profile = await line.get_profile(friend)
    welcome = TextMessage(text=f"歡迎 {profile.display_name}！", quickReply=None, quoteToken=None)
    answer = await line.reply_message(
        ReplyMessageRequest(replyToken=event.reply_token, messages=[welcome], notificationDisabled=None)
    )
    (shown,) = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert shown["id"] == answer.sent_messages[0].id
    assert shown["content"]["text"] == "歡迎 小美！"


async def test_every_kind_of_message_is_known_to_the_sdk(world: World) -> None:
    friend = await world.friend()
    await world.do(f"friends/{friend}/say", {"text": "哈囉\n👋"})
    got = await world.webhook()
    (event,) = parsed(world, got.raw, got.headers["x-line-signature"])
    assert isinstance(event, MessageEvent)
    assert isinstance(event.message, TextMessageContent)
    assert event.message.text == "哈囉\n👋"
    for kind in ("sticker", "image", "video", "audio", "file", "location"):
        await world.do(f"friends/{friend}/send", {"type": kind})
        got = await world.webhook()
        (event,) = parsed(world, got.raw, got.headers["x-line-signature"])
        assert isinstance(event, MessageEvent)
        assert type(event.message).__name__ == f"{kind.capitalize()}MessageContent"
        if kind == "sticker":
            assert isinstance(event.message, StickerMessageContent)


async def test_errors_reach_the_sdk_as_lines(world: World, line: AsyncMessagingApi) -> None:
    friend = await world.friend()
    message = TextMessage(text="hi", quickReply=None, quoteToken=None)
    push = PushMessageRequest(
        to=friend, messages=[message], notificationDisabled=None, customAggregationUnits=None
    )
    await line.push_message(push, x_line_retry_key=KEY)
    with pytest.raises(ApiException) as again:
        await line.push_message(push, x_line_retry_key=KEY)
    assert again.value.status == 409
    assert "x-line-accepted-request-id" in {name.lower() for name in again.value.headers}
    with pytest.raises(ApiException) as used:
        await line.reply_message(
            ReplyMessageRequest(replyToken="0" * 32, messages=[message], notificationDisabled=None)
        )
    assert used.value.status == 400
    with pytest.raises(ApiException) as unknown:
        await line.get_profile("U" + "0" * 32)
    assert unknown.value.status == 404


async def test_settings_and_counts(world: World, line: AsyncMessagingApi) -> None:
    """A3: what `doctor` asks."""
    friend = await world.friend()
    assert (await line.get_bot_info()).basic_id == "@forest"
    assert (await line.get_webhook_endpoint()).active is True
    assert (await line.get_message_quota()).value == 200
    assert (await line.get_message_quota_consumption()).total_usage == 0
    assert (await line.get_followers()).user_ids == [friend]
