"""The official SDK, unchanged, against the simulator. L4."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.line.sdk import sdk
from tests.pictures import png
from tests.simulator.conftest import MAIN, World
from tests.simulator.test_line_api_menus import form
from tests.simulator.test_taps import send_picture

if TYPE_CHECKING:
    from linebot.v3.messaging import AsyncMessagingApi, AsyncMessagingApiBlob

KEY = "123e4567-e89b-12d3-a456-426614174000"


def messaging() -> Any:
    """Imported by the first test that needs it."""
    return sdk("messaging")


def webhooks() -> Any:
    return sdk("webhooks")


@pytest_asyncio.fixture(loop_scope="session")
async def line(world: World) -> AsyncIterator[AsyncMessagingApi]:
    async with messaging().AsyncApiClient(
        messaging().Configuration(host=world.line, access_token="token-of-main")
    ) as client:
        yield messaging().AsyncMessagingApi(client)


@pytest_asyncio.fixture(loop_scope="session")
async def blob(world: World) -> AsyncIterator[AsyncMessagingApiBlob]:
    async with messaging().AsyncApiClient(
        messaging().Configuration(host=world.line, access_token="token-of-main")
    ) as client:
        yield messaging().AsyncMessagingApiBlob(client)


def parsed(world: World, raw: bytes, signature: str) -> list[Any]:
    return list(sdk("webhook").WebhookParser(MAIN.channel_secret).parse(raw.decode(), signature))


async def test_a_conversation(world: World, line: AsyncMessagingApi) -> None:
    """A1, F4: the webhook's signature and form are LINE's, the answer arrives."""
    friend = (await world.do("friends", {"channel": "main", "name": "小美"}))["id"]
    await world.do(f"friends/{friend}/follow", {})
    got = await world.webhook()
    (event,) = parsed(world, got.raw, got.headers["x-line-signature"])
    assert isinstance(event, webhooks().FollowEvent)
    assert event.follow.is_unblocked is False
    profile = await line.get_profile(friend)
    welcome = messaging().TextMessage(text=f"歡迎 {profile.display_name}！", quickReply=None, quoteToken=None)
    answer = await line.reply_message(
        messaging().ReplyMessageRequest(
            replyToken=event.reply_token, messages=[welcome], notificationDisabled=None
        )
    )
    (shown,) = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert shown["id"] == answer.sent_messages[0].id
    assert shown["content"]["text"] == "歡迎 小美！"


async def test_every_kind_of_message_is_known_to_the_sdk(world: World, friend: str) -> None:
    await world.do(f"friends/{friend}/say", {"text": "哈囉\n👋"})
    got = await world.webhook()
    (event,) = parsed(world, got.raw, got.headers["x-line-signature"])
    assert isinstance(event, webhooks().MessageEvent)
    assert isinstance(event.message, webhooks().TextMessageContent)
    assert event.message.text == "哈囉\n👋"
    for kind in ("sticker", "image", "video", "audio", "file", "location"):
        await world.do(f"friends/{friend}/send", {"type": kind})
        got = await world.webhook()
        (event,) = parsed(world, got.raw, got.headers["x-line-signature"])
        assert isinstance(event, webhooks().MessageEvent)
        assert type(event.message).__name__ == f"{kind.capitalize()}MessageContent"
        if kind == "sticker":
            assert isinstance(event.message, webhooks().StickerMessageContent)


async def test_errors_reach_the_sdk_as_lines(world: World, friend: str, line: AsyncMessagingApi) -> None:
    message = messaging().TextMessage(text="hi", quickReply=None, quoteToken=None)
    push = messaging().PushMessageRequest(
        to=friend, messages=[message], notificationDisabled=None, customAggregationUnits=None
    )
    await line.push_message(push, x_line_retry_key=KEY)
    with pytest.raises(messaging().ApiException) as again:
        await line.push_message(push, x_line_retry_key=KEY)
    assert again.value.status == 409
    assert "x-line-accepted-request-id" in {name.lower() for name in again.value.headers}
    with pytest.raises(messaging().ApiException) as used:
        await line.reply_message(
            messaging().ReplyMessageRequest(
                replyToken="0" * 32, messages=[message], notificationDisabled=None
            )
        )
    assert used.value.status == 400
    with pytest.raises(messaging().ApiException) as unknown:
        await line.get_profile("U" + "0" * 32)
    assert unknown.value.status == 404


async def test_settings_and_counts(world: World, friend: str, line: AsyncMessagingApi) -> None:
    """A3: what `doctor` asks."""
    assert (await line.get_bot_info()).basic_id == "@forest"
    assert (await line.get_webhook_endpoint()).active is True
    assert (await line.get_message_quota()).value == 200
    assert (await line.get_message_quota_consumption()).total_usage == 0
    assert (await line.get_followers()).user_ids == [friend]


async def test_rich_menus(
    world: World, friend: str, line: AsyncMessagingApi, blob: AsyncMessagingApiBlob
) -> None:
    request = messaging().RichMenuRequest.from_dict(form())
    await line.validate_rich_menu_object(request)
    menu = (await line.create_rich_menu(request)).rich_menu_id
    with pytest.raises(messaging().ApiException) as bare:
        await line.set_default_rich_menu(menu)
    assert bare.value.status == 400
    kind = {"Content-Type": "image/png"}
    await blob.set_rich_menu_image(menu, body=bytearray(png(800, 540)), _headers=kind)
    with pytest.raises(messaging().ApiException) as again:
        await blob.set_rich_menu_image(menu, body=bytearray(png(800, 540)), _headers=kind)
    assert "already been uploaded" in str(again.value.body)
    assert bytes(await blob.get_rich_menu_image(menu)) == png(800, 540)
    assert (await line.get_rich_menu(menu)).name == "主選單"
    assert [one.rich_menu_id for one in (await line.get_rich_menu_list()).richmenus] == [menu]
    await line.set_default_rich_menu(menu)
    assert (await line.get_default_rich_menu_id()).rich_menu_id == menu
    await line.link_rich_menu_id_to_user(friend, menu)
    assert (await line.get_rich_menu_id_of_user(friend)).rich_menu_id == menu
    await line.unlink_rich_menu_id_from_user(friend)
    await line.cancel_default_rich_menu()
    alias = {"richMenuAliasId": "tab", "richMenuId": menu}
    await line.create_rich_menu_alias(messaging().CreateRichMenuAliasRequest.from_dict(alias))
    await line.update_rich_menu_alias(
        "tab", messaging().UpdateRichMenuAliasRequest.from_dict({"richMenuId": menu})
    )
    assert (await line.get_rich_menu_alias("tab")).rich_menu_id == menu
    assert len((await line.get_rich_menu_alias_list()).aliases) == 1
    await line.delete_rich_menu_alias("tab")
    await line.delete_rich_menu(menu)
    with pytest.raises(messaging().ApiException) as gone:
        await line.get_rich_menu(menu)
    assert gone.value.status == 404


async def test_sending_to_many(world: World, line: AsyncMessagingApi) -> None:
    friend, hello = await world.friend(), {"messages": [{"type": "text", "text": "你好"}]}
    many = messaging().MulticastRequest.from_dict({"to": [friend], **hello})
    everybody = messaging().BroadcastRequest.from_dict(hello)
    await line.multicast(many, x_line_retry_key=KEY)
    await line.broadcast(everybody)
    with pytest.raises(messaging().ApiException) as again:
        await line.broadcast(everybody, x_line_retry_key=KEY)
    assert again.value.status == 409
    shown = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert [m["via"] for m in shown] == ["multicast", "broadcast"]
    world.clock.move(days=1)
    today = "20260801"
    counts = [
        await line.get_number_of_sent_reply_messages(today),
        await line.get_number_of_sent_push_messages(today),
        await line.get_number_of_sent_multicast_messages(today),
        await line.get_number_of_sent_broadcast_messages(today),
    ]
    assert [count.success for count in counts] == [0, 0, 1, 1]
    await line.show_loading_animation(
        messaging().ShowLoadingAnimationRequest(chatId=friend, loadingSeconds=10)
    )
    validated = messaging().ValidateMessageRequest.from_dict(hello)
    for validate in (
        line.validate_reply,
        line.validate_push,
        line.validate_multicast,
        line.validate_narrowcast,
        line.validate_broadcast,
    ):
        await validate(validated)


async def test_a_friends_picture(
    world: World, friend: str, line: AsyncMessagingApi, blob: AsyncMessagingApiBlob
) -> None:
    picture = (await send_picture(world, friend, png(4, 3)))[1]["message"]
    assert bytes(await blob.get_message_content(picture)) == png(4, 3)
    assert bytes(await blob.get_message_content_preview(picture)) == png(4, 3)
    with pytest.raises(messaging().ApiException) as unknown:
        await blob.get_message_content("1")
    assert unknown.value.status == 404


async def test_groups_webhook_and_what_is_not_built(
    world: World, friend: str, line: AsyncMessagingApi
) -> None:
    group = (await world.do(f"friends/{friend}/invite", {}))["group"]
    await line.leave_group(group)
    await line.set_webhook_endpoint(
        messaging().SetWebhookEndpointRequest(endpoint=f"{world.url}/webhook/main")
    )
    assert (await line.test_webhook_endpoint(messaging().TestWebhookEndpointRequest())).success is True
    with pytest.raises(messaging().ApiException) as missing:
        await line.get_group_summary(group)
    assert missing.value.status == 501
    assert "getGroupSummary" in str(missing.value.body)
