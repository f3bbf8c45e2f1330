"""LIFF over the JSON interface: what opening a page gives, and what `liff` may do there. L4."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulator.conftest import LIFF, World

USUAL = {
    "in_client": True,
    "os": "ios",
    "permission": True,
    "launched_from_chat": True,
    "token": "good",
    "friend": True,
}
HELLO = {"messages": [{"type": "text", "text": "我已完成手機綁定"}]}
STICKER = {"type": "sticker", "packageId": "446", "stickerId": "1988"}


def address(rest: str = "") -> dict[str, str]:
    return {"address": f"https://liff.line.me/{LIFF.liff_id}{rest}"}


@pytest.mark.parametrize(
    ("rest", "query"),
    [
        ("", ""),
        ("/", ""),
        ("/phone_binding", "?liff.state=%2Fphone_binding"),
        ("/a/?k=1&l=%20#f", "?liff.state=%2Fa%2F%3Fk%3D1%26l%3D%2520%23f"),
        ("?k=1", "?liff.state=%3Fk%3D1"),
    ],
)
async def test_the_primary_redirect(world: World, friend: str, rest: str, query: str) -> None:
    """https://developers.line.biz/en/docs/liff/opening-liff-app/"""
    page = await world.do(f"friends/{friend}/liff", address(rest))
    url, _, fragment = page["url"].partition("#")
    assert url == f"/liff/main{query}"
    assert fragment == f"launch={page['launch']}&in_client=1&os=ios&language=zh-TW"


async def test_a_page_by_its_name(world: World, friend: str) -> None:
    page = await world.do(f"friends/{friend}/liff", {"page": "member_card"})
    assert page["url"].startswith("/liff/main?liff.state=%2Fmember_card#")


async def test_what_cannot_be_opened(world: World) -> None:
    friend, other = await world.friend(), await world.friend("other")
    for body in ({}, {"page": 1}, {"address": "https://example.com/"}, {"address": 1}):
        assert (await world.do(f"friends/{friend}/liff", body, status=400))["error"] == "invalid"
    unknown = {"address": "https://liff.line.me/1-x"}
    assert (await world.do(f"friends/{friend}/liff", unknown, status=404))["error"] == "unknown"
    assert (await world.do(f"friends/{other}/liff", {"page": "x"}, status=409))["error"] == "standing"
    assert (await world.do("friends/U1/liff", {"page": "x"}, status=404))["error"] == "unknown"
    assert (await world.do("launches/x/tokens", {}, status=404))["error"] == "unknown"
    group = {"page": "x", "group": "C1"}
    assert (await world.do(f"friends/{friend}/liff", group, status=404))["error"] == "unknown"


async def test_what_liff_is_told(world: World, friend: str) -> None:
    page = await world.do(f"friends/{friend}/liff", address())
    told = await world.get(f"launches/{page['launch']}")
    assert told["profile"] == {"userId": friend, "displayName": "小美"}
    assert told["friendship"] is True
    assert told["granted"] == ["openid", "profile", "chat_message.write"]
    assert told["context"]["type"] == "utou"
    assert told["context"]["viewType"] == "full"
    assert (told["id_token"], told["access_token"]) == (page["id_token"], page["access_token"])


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"in_client": False, "os": "web"}, {"kind": "external", "may_say": False}),
        ({"launched_from_chat": False}, {"kind": "none", "may_say": False}),
        ({"permission": False}, {"kind": "utou", "may_say": False, "granted": ["openid", "profile"]}),
        ({"friend": False}, {"kind": "utou", "may_say": True, "friendship": False}),
    ],
)
async def test_faults_are_told_and_hold(
    world: World, friend: str, settings: Any, told: dict[str, Any]
) -> None:
    assert await world.do(f"friends/{friend}/liff", settings, "PUT") == USUAL | settings
    [shown] = (await world.get("state"))["friends"]
    assert shown["liff"] == USUAL | settings
    page = await world.do(f"friends/{friend}/liff", address())
    is_ = await world.get(f"launches/{page['launch']}")
    is_["kind"] = is_["context"]["type"]
    assert {name: is_[name] for name in told} == told
    status = 200 if is_["may_say"] else 409
    await world.do(f"launches/{page['launch']}/messages", HELLO, status=status)
    assert await world.do(f"friends/{friend}/liff", {}, "PUT") == USUAL


@pytest.mark.parametrize("body", [{"os": "plan9"}, {"token": None}, {"permission": 1}, {"colour": "red"}])
async def test_settings_that_are_none(world: World, friend: str, body: Any) -> None:
    assert (await world.do(f"friends/{friend}/liff", body, "PUT", 400))["error"] == "invalid"


async def test_who_has_blocked_the_account_is_no_friend_and_says_nothing(world: World, friend: str) -> None:
    page = await world.do(f"friends/{friend}/liff", address())
    await world.do(f"friends/{friend}/block", {})
    assert (await world.get(f"launches/{page['launch']}"))["friendship"] is False
    await world.do(f"launches/{page['launch']}/messages", HELLO, status=409)


async def test_what_a_page_says_the_bot_hears(world: World, friend: str) -> None:
    """B5"""
    page = await world.do(f"friends/{friend}/liff", address())
    messages = {"messages": [*HELLO["messages"], STICKER]}
    assert len((await world.do(f"launches/{page['launch']}/messages", messages))["said"]) == 2
    heard = [(await world.webhook()).event for _ in range(2)]
    assert [event["message"]["type"] for event in heard] == ["text", "sticker"]
    assert heard[0]["message"]["text"] == "我已完成手機綁定"
    assert heard[0]["source"] == {"type": "user", "userId": friend}
    assert "replyToken" in heard[0]


async def test_in_a_group_it_is_said_there(world: World, friend: str) -> None:
    group = (await world.do(f"friends/{friend}/invite", {}))["group"]
    await world.webhook()
    page = await world.do(f"friends/{friend}/liff", address() | {"group": group})
    assert (await world.get(f"launches/{page['launch']}"))["context"]["type"] == "group"
    await world.do(f"launches/{page['launch']}/messages", HELLO)
    assert (await world.webhook()).event["source"]["groupId"] == group


async def test_a_picture_of_a_page_lies_at_its_own_host(world: World, friend: str) -> None:
    """LINE's page on sendMessages: contentProvider is external."""
    page = await world.do(f"friends/{friend}/liff", address())
    at = {"originalContentUrl": "https://e.example/a.jpg", "previewImageUrl": "https://e.example/b.jpg"}
    await world.do(f"launches/{page['launch']}/messages", {"messages": [{"type": "image", **at}]})
    assert (await world.webhook()).event["message"]["contentProvider"] == {"type": "external", **at}


async def test_flex_is_shown_and_no_webhook_comes(world: World, friend: str) -> None:
    page = await world.do(f"friends/{friend}/liff", address())
    body = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "a"}]}
    flex = {"type": "flex", "altText": "a", "contents": {"type": "bubble", "body": body}}
    messages = {"messages": [flex, *HELLO["messages"]]}
    await world.do(f"launches/{page['launch']}/messages", messages)
    assert (await world.webhook()).event["message"]["type"] == "text"
    shown = (await world.get(f"friends/{friend}/messages"))["messages"]
    assert [(m["content"]["type"], m["author"]) for m in shown] == [("flex", friend), ("text", friend)]


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        {},
        ["a"],
        [{"type": "text"}],
        [{"type": "nothing"}],
        HELLO["messages"] * 6,
        [{"type": "text", "text": "x" * 5001}],
        [{"type": "imagemap"}],
    ],
)
async def test_messages_that_line_does_not_take(world: World, friend: str, messages: Any) -> None:
    page = await world.do(f"friends/{friend}/liff", address())
    answer = await world.do(f"launches/{page['launch']}/messages", {"messages": messages}, status=400)
    assert answer["error"] == "invalid"
    assert (await world.get(f"friends/{friend}/messages"))["messages"] == []
