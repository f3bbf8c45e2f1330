"""LINE's side: what a bot that calls the messaging API sees. L4."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from tests.eventually import eventually
from tests.simulator.conftest import MAIN, OTHER, World

HELLO = [{"type": "text", "text": "你好"}]
KEY = "123e4567-e89b-12d3-a456-426614174000"
REPLY, PUSH, MULTICAST = "v2/bot/message/reply", "v2/bot/message/push", "v2/bot/message/multicast"


async def a_token(world: World, friend: str) -> str:
    await world.do(f"friends/{friend}/say", {"text": "hi"})
    return str((await world.webhook()).event["replyToken"])


async def read_token(world: World, friend: str, text: str) -> str:
    """The `markAsReadToken` of what a friend says."""
    await world.do(f"friends/{friend}/say", {"text": text})
    return str((await world.webhook()).event["message"]["markAsReadToken"])


async def texts(world: World, friend: str) -> list[tuple[str, str]]:
    shown = (await world.get(f"friends/{friend}/messages"))["messages"]
    return [(m["via"], m["content"].get("text", m["content"]["type"])) for m in shown]


async def test_a_reply_token_works_once(world: World, friend: str) -> None:
    """F8"""
    body = {"replyToken": await a_token(world, friend), "messages": HELLO}
    status, answer, headers = await world.call("POST", REPLY, body)
    assert status == 200
    assert [set(sent) for sent in answer["sentMessages"]] == [{"id", "quoteToken"}]
    assert headers["X-Line-Request-Id"]
    status, answer, headers = await world.call("POST", REPLY, body)
    assert (status, answer) == (400, {"message": "Invalid reply token"})
    assert headers["X-Line-Request-Id"]
    assert await texts(world, friend) == [("friend", "hi"), ("reply", "你好")]


async def test_a_reply_token_runs_out_after_a_minute(world: World, friend: str) -> None:
    """F8"""
    first, second = await a_token(world, friend), await a_token(world, friend)
    world.clock.move(seconds=60)
    assert (await world.call("POST", REPLY, {"replyToken": first, "messages": HELLO}))[0] == 200
    world.clock.move(seconds=0.001)
    status, answer, _ = await world.call("POST", REPLY, {"replyToken": second, "messages": HELLO})
    assert (status, answer) == (400, {"message": "Invalid reply token"})


async def test_a_reply_token_belongs_to_its_channel(world: World) -> None:
    """A8"""
    friend = await world.friend("other")
    await world.do(f"friends/{friend}/say", {"text": "hi"})
    token = (await world.webhook()).event["replyToken"]
    assert (await world.call("POST", REPLY, {"replyToken": token, "messages": HELLO}))[0] == 400


async def test_a_refused_reply_leaves_the_token_good(world: World) -> None:
    token = await a_token(world, await world.friend())
    status, answer, _ = await world.call("POST", REPLY, {"replyToken": token, "messages": []})
    assert status == 400
    assert answer["details"][0]["property"] == "messages"
    assert (await world.call("POST", REPLY, {"replyToken": token, "messages": HELLO}))[0] == 200


async def test_a_reply_takes_no_retry_key(world: World) -> None:
    token = await a_token(world, await world.friend())
    body = {"replyToken": token, "messages": HELLO}
    assert (await world.call("POST", REPLY, body, X_Line_Retry_Key=KEY))[0] == 400
    assert (await world.call("POST", REPLY, body))[0] == 200


async def test_a_push_counts_against_the_quota_and_a_reply_does_not(world: World, friend: str) -> None:
    """F8"""
    await world.do("channels/main/quota", {"value": 2}, "PUT")
    push = {"to": friend, "messages": HELLO * 5}
    assert (await world.call("POST", PUSH, push))[0] == 200
    token = await a_token(world, friend)
    assert (await world.call("POST", REPLY, {"replyToken": token, "messages": HELLO}))[0] == 200
    assert (await world.call("GET", "v2/bot/message/quota"))[1] == {"type": "limited", "value": 2}
    assert (await world.call("GET", "v2/bot/message/quota/consumption"))[1] == {"totalUsage": 1}
    assert (await world.call("POST", PUSH, push))[0] == 200
    status, answer, _ = await world.call("POST", PUSH, push)
    assert (status, answer) == (429, {"message": "You have reached your monthly limit."})
    world.clock.move(days=31)
    assert (await world.call("POST", PUSH, push))[0] == 200
    await world.do("channels/main/quota", {"value": None}, "PUT")
    assert (await world.call("GET", "v2/bot/message/quota"))[1] == {"type": "none"}


async def test_a_retry_key_sends_once_for_a_day(world: World, friend: str) -> None:
    push = {"to": friend, "messages": HELLO}
    _, first, accepted = await world.call("POST", PUSH, push, X_Line_Retry_Key=KEY)
    status, again, headers = await world.call("POST", PUSH, push, X_Line_Retry_Key=KEY.upper())
    assert status == 409
    assert again == {"message": "The retry key is already accepted", **first}
    assert headers["X-Line-Accepted-Request-Id"] == accepted["X-Line-Request-Id"]
    assert len(await texts(world, friend)) == 1
    world.clock.move(hours=24)
    assert (await world.call("POST", PUSH, push, X_Line_Retry_Key=KEY))[0] == 200
    assert (await world.call("POST", PUSH, push, X_Line_Retry_Key="no uuid"))[0] == 400


async def test_a_refused_push_leaves_its_retry_key_good(world: World, friend: str) -> None:
    assert (await world.call("POST", PUSH, {"to": friend, "messages": []}, X_Line_Retry_Key=KEY))[0] == 400
    good = {"to": friend, "messages": HELLO}
    assert (await world.call("POST", PUSH, good, X_Line_Retry_Key=KEY))[0] == 200


async def test_a_push_to_who_has_blocked_us_arrives_nowhere_and_costs_nothing(
    world: World, friend: str
) -> None:
    await world.do(f"friends/{friend}/block", {})
    await world.webhook()
    status, answer, _ = await world.call("POST", PUSH, {"to": friend, "messages": HELLO})
    assert status == 200
    assert answer["sentMessages"]
    assert await texts(world, friend) == []
    assert (await world.call("GET", "v2/bot/message/quota/consumption"))[1] == {"totalUsage": 0}
    assert (await world.call("GET", f"v2/bot/profile/{friend}"))[0] == 404


async def test_who_is_no_friend_is_reached_for_seven_days_after_writing(world: World) -> None:
    stranger = (await world.do("friends", {"channel": "main", "name": "小美"}))["id"]
    push = {"to": stranger, "messages": HELLO}
    assert (await world.call("POST", PUSH, push))[0] == 200
    await world.do(f"friends/{stranger}/say", {"text": "hi"})
    await world.webhook()
    world.clock.move(days=7)
    assert (await world.call("POST", PUSH, push))[0] == 200
    world.clock.move(seconds=1)
    assert (await world.call("POST", PUSH, push))[0] == 200
    assert await texts(world, stranger) == [("friend", "hi"), ("push", "你好")]
    assert (await world.call("GET", "v2/bot/message/quota/consumption"))[1] == {"totalUsage": 1}
    assert (await world.call("GET", f"v2/bot/profile/{stranger}"))[0] == 200
    assert (await world.call("POST", MULTICAST, {"to": [stranger], "messages": HELLO}))[0] == 200
    assert len(await texts(world, stranger)) == 2  # multicasts are for friends


@pytest.mark.parametrize("to", ["U" + "0" * 32, "C" + "f" * 32])
async def test_a_push_to_somebody_unknown_fails(world: World, to: str) -> None:
    status, answer, _ = await world.call("POST", PUSH, {"to": to, "messages": HELLO})
    assert (status, answer) == (400, {"message": "Failed to send messages"})


async def test_a_friend_of_another_channel_is_unknown(world: World) -> None:
    """A8"""
    friend = await world.friend("other")
    assert (await world.call("POST", PUSH, {"to": friend, "messages": HELLO}))[0] == 400
    assert (await world.call("GET", f"v2/bot/profile/{friend}"))[0] == 404


async def test_a_multicast_reaches_friends_and_passes_over_the_rest(world: World) -> None:
    first, second = await world.friend(), await world.friend(name="阿明")
    foreign = await world.friend("other")
    to = [first, second, first, foreign, "U" + "0" * 32]
    body = {"to": to, "messages": HELLO}
    assert (await world.call("POST", MULTICAST, body))[:2] == (200, {})
    assert await texts(world, first) == await texts(world, second) == [("multicast", "你好")]
    assert await texts(world, foreign) == []
    assert (await world.call("GET", "v2/bot/message/quota/consumption"))[1] == {"totalUsage": 2}
    assert (await world.call("POST", MULTICAST, {"to": [first] * 501, "messages": HELLO}))[0] == 400


@pytest.mark.parametrize(
    ("messages", "where"),
    [
        (None, "messages"),
        ([], "messages"),
        (HELLO * 6, "messages"),
        ([{"type": "text", "text": "a" * 5001}], "messages[0].text"),
        ([{"type": "text", "text": "😀" * 2501}], "messages[0].text"),
        ([*HELLO, {"type": "text", "text": ""}], "messages[1].text"),
        ([{"type": "text"}], "messages[0].text"),
        ([{"text": "no type"}], "messages[0].type"),
        ([{"type": "flex", "contents": {}}], "messages[0].altText"),
        ([{"type": "hologram", "beam": 1}], "messages[0].type"),
    ],
)
async def test_messages_that_line_would_refuse(world: World, messages: Any, where: str) -> None:
    for path in ("push", "reply", "multicast", "validate/push"):
        body = {"to": "U" + "0" * 32, "replyToken": "x", "messages": messages}
        status, answer, _ = await world.call("POST", f"v2/bot/message/{path}", body)
        assert status == 400
        assert answer["message"] == "The request body has 1 error(s)"
        assert answer["details"][0]["property"] == where


async def test_messages_that_line_would_take(world: World) -> None:
    longest = {"type": "text", "text": "😀" * 2500}
    body = {"messages": [longest] * 5}
    assert (await world.call("POST", "v2/bot/message/validate/reply", body))[:2] == (200, {})
    assert (await world.call("POST", "v2/bot/message/validate/other", {"messages": HELLO}))[0] == 404


@pytest.mark.parametrize("token", [None, "", "token-of-nobody"])
async def test_without_a_channels_token_nothing_is_answered(world: World, token: str | None) -> None:
    """A1"""
    for method, path in (("POST", PUSH), ("GET", "v2/bot/info")):
        status, answer, headers = await world.call(method, path, token=token)
        assert status == 401
        assert answer["message"].startswith("Authentication failed.")
        assert headers["X-Line-Request-Id"]


async def test_a_stateless_token_opens_its_channel_for_a_quarter_of_an_hour(world: World) -> None:
    """A1"""
    form = {"grant_type": "client_credentials", "client_id": OTHER.channel_id}
    async with world.http.post(world.line + "/oauth2/v3/token", data=form) as response:
        assert response.status == 400
    form["client_secret"] = OTHER.channel_secret
    async with world.http.post(world.line + "/oauth2/v3/token", data=form) as response:
        issued = await response.json()
    assert issued["token_type"] == "Bearer"
    assert issued["expires_in"] == 899
    token = issued["access_token"]
    assert (await world.call("GET", "v2/bot/info", token=token))[1]["basicId"] == "@tea"
    world.clock.move(minutes=15)
    assert (await world.call("GET", "v2/bot/info", token=token))[0] == 401


async def test_the_bots_own_data(world: World) -> None:
    """A1"""
    await world.friend()
    _, info, _ = await world.call("GET", "v2/bot/info")
    assert info["displayName"] == MAIN.app_name
    async with world.http.get(info["pictureUrl"]) as response:  # R15 (B2): 團隊大頭貼
        assert (response.status, response.content_type) == (200, "image/svg+xml")
    await world.do((await the_friend(world)) + "/say", {"text": "hi"})
    assert (await world.webhook()).body["destination"] == info["userId"]


async def the_friend(world: World) -> str:
    return f"friends/{(await world.get('state'))['friends'][0]['id']}"


async def test_a_profile(world: World) -> None:
    friend = await world.friend(name="王 小美")
    await world.do(f"friends/{friend}", {"name": "小美 🌸"}, "PATCH")
    status, profile, _ = await world.call("GET", f"v2/bot/profile/{friend}")
    assert (status, profile) == (
        200,
        {"userId": friend, "displayName": "小美 🌸", "language": "zh-TW"},
    )


async def test_followers_come_in_pages(world: World) -> None:
    """M1"""
    friends = [await world.friend(name=f"好友 {n}") for n in range(3)]
    await world.friend("other")
    await world.do(f"friends/{friends[1]}/block", {})
    await world.webhook()
    _, first, _ = await world.call("GET", "v2/bot/followers/ids?limit=1")
    assert first["userIds"] == [friends[0]]
    _, second, _ = await world.call("GET", f"v2/bot/followers/ids?limit=1&start={first['next']}")
    assert second == {"userIds": [friends[2]]}
    assert (await world.call("GET", "v2/bot/followers/ids?limit=1001"))[0] == 400


async def test_friends_without_a_phone_and_an_account_that_is_not_verified(world: World) -> None:
    """M1: 50,000 of them cost nothing; they have profiles, get messages, and some have blocked since."""
    friend, to = await world.friend(), "channels/main/followers"
    assert (await world.do(to, {"verified": False}, "PUT"))["crowd"] == 0
    assert (await world.get("state"))["channels"][0]["verified"] is False
    status, told, _ = await world.call("GET", "v2/bot/followers/ids")
    assert (status, told) == (403, {"message": "Access to this API is not available for your account"})
    await world.do(to, {"verified": True, "crowd": 50_000, "gone": 1}, "PUT")
    found, start = list[str](), "0"
    while start:
        _, page, _ = await world.call("GET", f"v2/bot/followers/ids?limit=1000&start={start}")
        found += page["userIds"]
        start = page.get("next", "")
    assert (len(found), len(set(found)), found[0]) == (50_001, 50_001, friend)
    _, profile, _ = await world.call("GET", f"v2/bot/profile/{found[1]}")
    assert (profile["displayName"], profile["language"]) == ("好友 1", "zh-TW")
    assert (await world.call("GET", f"v2/bot/profile/{found[-1]}"))[0] == 404
    message = {"messages": [{"type": "text", "text": "嗨"}]}
    for user, status in ((found[1], 200), (found[-1], 200), ("U" + "0" * 32, 400)):
        assert (await world.call("POST", "v2/bot/message/push", {"to": user, **message}))[0] == status
    several = {"to": [found[2], found[-1], friend], **message}
    assert (await world.call("POST", "v2/bot/message/multicast", several))[0] == 200
    _, used, _ = await world.call("GET", "v2/bot/message/quota/consumption")
    assert used == {"totalUsage": 3}
    for wrong in ({"crowd": -1}, {"gone": 50_001}, {"verified": 1}, {"more": 1}):
        await world.do(to, wrong, "PUT", status=400)
    await world.do("channels/none/followers", {}, "PUT", status=404)


async def test_the_webhook_address_can_be_set_to_this_machine_only(world: World) -> None:
    """A6"""
    path = "v2/bot/channel/webhook/endpoint"
    _, before, _ = await world.call("GET", path)
    assert before == {"endpoint": f"{world.url}/webhook/main", "active": True}
    for url in ("https://example.com/webhook", "ftp://localhost/", "http://[", 5, None):
        assert (await world.call("PUT", path, {"endpoint": url}))[0] == 400
    moved = f"{world.url}/webhook/moved"
    assert (await world.call("PUT", path, {"endpoint": moved}))[:2] == (200, {})
    friend = (await world.do("friends", {"channel": "main", "name": "小美"}))["id"]
    await world.do(f"friends/{friend}/follow", {})
    assert (await world.webhook()).channel == "moved"


async def test_the_verify_button(world: World) -> None:
    """A2"""
    _, answer, _ = await world.call("POST", "v2/bot/channel/webhook/test", {})
    assert (answer["success"], answer["statusCode"], answer["reason"]) == (True, 200, "OK")
    assert (await world.webhook()).body["events"] == []
    elsewhere = {"endpoint": f"{world.url}/nowhere"}
    _, answer, _ = await world.call("POST", "v2/bot/channel/webhook/test", elsewhere)
    assert (answer["success"], answer["statusCode"], answer["reason"]) == (False, 404, "ERROR_STATUS_CODE")


async def test_the_loading_animation(world: World, friend: str) -> None:
    last = (await world.get("state"))["last"]
    path = "v2/bot/chat/loading/start"
    assert (await world.call("POST", path, {"chatId": friend, "loadingSeconds": 5}))[:2] == (202, {})
    change = await world.until("loading", last, lambda change: True)
    assert change == {"chat": friend, "seconds": 5}
    for body in ({"chatId": friend, "loadingSeconds": 7}, {"chatId": "C" + "0" * 32}, {}):
        assert (await world.call("POST", path, body))[0] == 400


async def test_what_is_marked_as_read(world: World, friend: str) -> None:
    """E3: by itself where chat is off; else up to a message, by the account that got its token alone."""

    async def read() -> list[bool]:
        shown = (await world.get(f"friends/{friend}/messages"))["messages"]
        return [one.get("read", False) for one in shown]

    async def says(text: str) -> str:
        return await read_token(world, friend, text)

    await says("先前")
    await eventually(read, lambda found: found == [True])
    await world.do("channels/main/console", {"chat": True}, "PUT")
    tokens = [await says(text) for text in ("一", "二", "三")]
    assert await read() == [True, False, False, False]
    path = "v2/bot/chat/markAsRead"
    assert (await world.call("POST", path, {"markAsReadToken": tokens[1]}))[:2] == (200, {})
    assert await read() == [True, True, True, False]
    others = await read_token(world, await world.friend("other"), "別家")
    for wrong in (others, "nonsense", "", "#"):
        assert (await world.call("POST", path, {"markAsReadToken": wrong}))[0] == 400
    assert await read() == [True, True, True, False]


@pytest.mark.parametrize("kind", ["group", "room"])
async def test_leaving_a_group_or_room(world: World, friend: str, kind: str) -> None:
    """A9"""
    group = (await world.do(f"friends/{friend}/invite", {"kind": kind}))["group"]
    assert (await world.webhook()).event["source"] == {"type": kind, f"{kind}Id": group}
    push = {"to": group, "messages": HELLO}
    assert (await world.call("POST", PUSH, push))[0] == 200
    other = "room" if kind == "group" else "group"
    assert (await world.call("POST", f"v2/bot/{other}/{group}/leave"))[0] == 404
    assert (await world.call("POST", f"v2/bot/{kind}/{group}/leave"))[:2] == (200, {})
    assert (await world.call("POST", f"v2/bot/{kind}/{group}/leave"))[0] == 404
    await world.do(f"friends/{friend}/say", {"text": "hi", "group": group}, status=409)


async def test_a_body_over_two_megabytes_is_too_large(world: World) -> None:
    headers = {"Authorization": "Bearer token-of-main"}
    for size, status in ((2 * 1024 * 1024, 400), (2 * 1024 * 1024 + 1, 413)):
        body = BytesIO(b"{" + b" " * (size - 1))
        async with world.http.post(f"{world.line}/{PUSH}", data=body, headers=headers) as response:
            assert response.status == status


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"\xff", b'{"a":"\\ud800"}'])
async def test_a_body_that_is_no_json_object(world: World, raw: bytes) -> None:
    headers = {"Authorization": "Bearer token-of-main"}
    async with world.http.post(f"{world.line}/{PUSH}", data=raw, headers=headers) as response:
        assert response.status == 400
        assert "message" in await response.json()


async def test_what_is_not_there_is_lines_404(world: World) -> None:
    for method, path in (
        ("GET", "v2/bot/richmenu/richmenu-1"),
        ("GET", "v2/bot/hologram"),
        ("DELETE", "v2/bot/message/push"),
    ):
        status, answer, headers = await world.call(method, path)
        assert (status, answer) == (404, {"message": "Not found"})
        assert headers["X-Line-Request-Id"]
