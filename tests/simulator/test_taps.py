"""What a friend's finger does over the JSON interface: taps, unsending, watching, sending pictures. L4."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest

from bot.simulator.state import pictures
from tests.pictures import jpeg, png
from tests.simulator.conftest import World
from tests.simulator.test_line_api_menus import area, made

PUSH = "v2/bot/message/push"


async def tap(world: World, friend: str, status: int = 200, **body: Any) -> Any:
    return await world.do(f"friends/{friend}/tap", body, status=status)


async def pushed(world: World, friend: str, *messages: dict[str, Any]) -> list[str]:
    """The ids of messages that LINE takes."""
    status, answer, _ = await world.call("POST", PUSH, {"to": friend, "messages": list(messages)})
    assert status == 200, answer
    return [sent["id"] for sent in answer["sentMessages"]]


async def said(world: World, friend: str) -> list[tuple[str, Any]]:
    shown = (await world.get(f"friends/{friend}/messages"))["messages"]
    return [("bot" if m["author"] == "bot" else "friend", m["content"].get("text")) for m in shown]


async def test_a_message_action_is_said(world: World, friend: str) -> None:
    ids = await tap(world, friend, action={"type": "message", "label": "看", "text": "菜單"})
    event = (await world.webhook()).event
    assert (event["type"], event["message"]["text"]) == ("message", "菜單")
    assert ids == {"event": event["webhookEventId"], "message": event["message"]["id"]}


async def test_a_postback_shows_its_words_and_tells_its_data(world: World, friend: str) -> None:
    action = {"type": "postback", "label": "買", "data": "a=1", "displayText": "我要買"}
    await tap(world, friend, action=action)
    event = (await world.webhook()).event
    assert (event["type"], event["postback"]) == ("postback", {"data": "a=1"})
    assert event["replyToken"]
    assert await said(world, friend) == [("friend", "我要買")]
    del action["displayText"]
    await tap(world, friend, action={**action, "text": "舊的寫法"})
    assert (await world.webhook()).event["message"]["text"] == "舊的寫法"
    assert (await world.webhook()).event["postback"] == {"data": "a=1"}


PICKER = {"type": "datetimepicker", "label": "日", "data": "d"}


@pytest.mark.parametrize(
    ("mode", "bounds", "good", "bad"),
    [
        ("date", {"min": "2026-08-01", "max": "2026-08-31"}, "2026-08-31", "2026-09-01"),
        ("time", {"min": "09:00"}, "09:00", "08:59"),
        ("datetime", {"max": "2026-08-31t23:59"}, "2026-08-31T23:59", "2026-09-01T00:00"),
        ("date", {}, "2026-08-31", "31.8."),
        ("time", {}, "23:59", ""),
    ],
)
async def test_a_date_picker(world: World, friend: str, mode: str, bounds: Any, good: str, bad: str) -> None:
    action = {**PICKER, "mode": mode, **bounds}
    await tap(world, friend, action=action, params={mode: good})
    assert (await world.webhook()).event["postback"] == {"data": "d", "params": {mode: good}}
    for params in ({mode: bad}, None, {}, {mode: 5}, {mode: good, "other": good}, "2026"):
        await tap(world, friend, 400, action=action, params=params)
    assert world.webhooks.empty()


@pytest.mark.parametrize("kind", ["uri", "clipboard", "camera", "cameraRoll", "location"])
async def test_what_the_phone_does_is_no_webhook(world: World, friend: str, kind: str) -> None:
    assert (await tap(world, friend, action={"type": kind}))["client"] is True
    assert world.webhooks.empty()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"action": "message"},
        {"action": {}},
        {"action": {"type": "hologram"}},
        {"action": {"type": ["message"]}},
        {"action": {"type": "message"}},
        {"action": {"type": "message", "text": 5}},
        {"action": {"type": "postback", "data": "d" * 301}},
        {"action": {"type": "postback", "data": None}},
        {"action": {"type": "postback", "data": "d", "displayText": []}},
        {"action": {"type": "datetimepicker", "data": "d", "mode": "week"}, "params": {"week": "1"}},
        {"action": {"type": "richmenuswitch", "data": "d"}},
        {"message": "1"},
    ],
)
async def test_taps_that_cannot_be(world: World, friend: str, body: Any) -> None:
    await tap(world, friend, 400, **body)
    assert world.webhooks.empty()


async def test_a_friend_who_has_blocked_the_account_taps_nothing(world: World, friend: str) -> None:
    await world.do(f"friends/{friend}/block", {})
    await tap(world, friend, 409, action={"type": "message", "text": "hi"})
    await tap(world, "U" + "0" * 32, 404, action={"type": "message", "text": "hi"})


def message(label: str) -> dict[str, str]:
    return {"type": "message", "label": label, "text": f"說 {label}"}


QUICK = {
    "type": "text",
    "text": "選",
    "quickReply": {"items": [{"type": "action", "action": message("快")}]},
}
BUTTONS = {
    "type": "template",
    "altText": "卡",
    "template": {"type": "buttons", "text": "卡", "actions": [message("甲"), message("乙")]},
}
FLEX = {
    "type": "flex",
    "altText": "卡",
    "contents": {
        "type": "bubble",
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "text", "text": "字", "action": message("字")},
                {"type": "button", "action": message("鈕")},
            ],
        },
    },
}
IMAGEMAP = {
    "type": "imagemap",
    "altText": "圖",
    "baseUrl": "https://forest.example/map",
    "baseSize": {"width": 1040, "height": 520},
    "actions": [
        {"type": "message", "text": "左", "area": {"x": 0, "y": 0, "width": 520, "height": 520}},
        {
            "type": "uri",
            "label": "右",
            "linkUri": "https://forest.example/",
            "area": {"x": 520, "y": 0, "width": 520, "height": 520},
        },
    ],
}


async def test_a_button_is_found_by_its_label(world: World, friend: str) -> None:
    kinds = (QUICK, "快"), (BUTTONS, "乙"), (FLEX, "字"), (FLEX, "鈕")
    for content, label in kinds:
        (id,) = await pushed(world, friend, content)
        await tap(world, friend, message=id, label=label)
        assert (await world.webhook()).event["message"]["text"] == f"說 {label}"
        await tap(world, friend, 404, message=id, label="沒有")
    (id,) = await pushed(world, friend, IMAGEMAP)
    await tap(world, friend, message=id, label="左")
    assert (await world.webhook()).event["message"]["text"] == "左"
    assert (await tap(world, friend, message=id, label="右"))["action"][
        "linkUri"
    ] == "https://forest.example/"
    await tap(world, friend, 404, message="1", label="快")
    await tap(world, await world.friend(name="阿明"), 404, message=id, label="左")


async def a_tab(world: World, alias: str, to: str) -> str:
    """A menu with an alias, and a switch to the other one."""
    switch = area(type="richmenuswitch", label="換", richMenuAliasId=to, data=f"to={to}")
    menu = await made(world, areas=[area(), switch])
    body = {"richMenuAliasId": alias, "richMenuId": menu}
    assert (await world.call("POST", "v2/bot/richmenu/alias", body))[0] == 200
    return menu


async def test_tabs_of_a_rich_menu(world: World, friend: str) -> None:
    """The switched menu is as the person's own: the default no longer matters, unlinking takes it away."""
    await tap(world, friend, 404, menu=True, area=0)
    first, second = await a_tab(world, "a", "b"), await a_tab(world, "b", "a")
    await world.call("POST", f"v2/bot/user/all/richmenu/{first}")
    answer = await tap(world, friend, menu=True, area=1)
    event = (await world.webhook()).event
    assert event["postback"] == {
        "data": "to=b",
        "params": {"newRichMenuAliasId": "b", "status": "SUCCESS"},
    }
    assert (answer["menu"], answer["event"]) == (second, event["webhookEventId"])
    await world.call("DELETE", "v2/bot/user/all/richmenu")
    assert (await tap(world, friend, menu=True, label="換"))["menu"] == first
    await world.webhook()
    await world.call("DELETE", f"v2/bot/user/{friend}/richmenu")
    await tap(world, friend, 404, menu=True, label="換")


async def test_a_switch_that_leads_nowhere(world: World, friend: str) -> None:
    first, second = await a_tab(world, "a", "b"), await a_tab(world, "b", "none")
    await world.call("POST", f"v2/bot/user/all/richmenu/{first}")
    await world.call("DELETE", f"v2/bot/richmenu/{second}")
    await tap(world, friend, menu=True, area=1)
    assert (await world.webhook()).event["postback"]["params"] == {"status": "RICHMENU_NOTFOUND"}
    await world.call("DELETE", "v2/bot/richmenu/alias/b")
    assert (await tap(world, friend, menu=True, area=1))["menu"] == first
    unknown = {"status": "RICHMENU_ALIAS_ID_NOTFOUND"}
    assert (await world.webhook()).event["postback"]["params"] == unknown
    for body in ({"area": 2}, {"area": -1}, {"area": "1"}, {"label": "沒有"}, {}):
        await tap(world, friend, 404, menu=True, **body)


async def test_unsending_takes_the_words_back(world: World, friend: str) -> None:
    ids = await world.do(f"friends/{friend}/say", {"text": "祕密"})
    await world.webhook()
    last = (await world.get("state"))["last"]
    await world.do(f"friends/{friend}/unsend", {"message": ids["message"]})
    event = (await world.webhook()).event
    assert (event["type"], event["unsend"]) == ("unsend", {"messageId": ids["message"]})
    assert "replyToken" not in event
    told = await world.until("message", last, lambda change: change.get("unsent") is True)
    assert (told["id"], told["content"]) == (ids["message"], {"type": "text"})
    assert "祕密" not in str(await world.get(f"friends/{friend}/messages"))
    await world.do(f"friends/{friend}/unsend", {"message": ids["message"]}, status=409)


async def test_what_cannot_be_unsent(world: World) -> None:
    friend, other = await world.friend(), await world.friend(name="阿明")
    (bots,) = await pushed(world, friend, QUICK)
    theirs = (await world.do(f"friends/{other}/say", {"text": "hi"}))["message"]
    await world.webhook()
    await world.do(f"friends/{friend}/unsend", {"message": bots}, status=409)
    strange: tuple[Any, ...] = (theirs, "1", None, [])
    for message in strange:
        await world.do(f"friends/{friend}/unsend", {"message": message}, status=404)
    assert world.webhooks.empty()


async def test_unsending_in_a_group(world: World, friend: str) -> None:
    """A9"""
    group = (await world.do(f"friends/{friend}/invite", {}))["group"]
    await world.webhook()
    ids = await world.do(f"friends/{friend}/say", {"text": "hi", "group": group})
    await world.webhook()
    await world.do(f"friends/{friend}/unsend", {"message": ids["message"]})
    assert (await world.webhook()).event["source"]["groupId"] == group


async def test_a_video_watched_to_its_end(world: World, friend: str) -> None:
    video = {
        "type": "video",
        "originalContentUrl": "https://forest.example/v.mp4",
        "previewImageUrl": "https://forest.example/v.png",
    }
    tracked, untracked = await pushed(world, friend, {**video, "trackingId": "tea-1"}, video)
    await world.do(f"friends/{friend}/watched", {"message": tracked})
    event = (await world.webhook()).event
    assert (event["type"], event["videoPlayComplete"]) == ("videoPlayComplete", {"trackingId": "tea-1"})
    reply = {"replyToken": event["replyToken"], "messages": [QUICK]}
    assert (await world.call("POST", "v2/bot/message/reply", reply))[0] == 200
    await world.do(f"friends/{friend}/watched", {"message": untracked}, status=400)
    await world.do(f"friends/{friend}/watched", {"message": "1"}, status=404)


async def send_picture(
    world: World, friend: str, content: bytes, kind: str = "image/png", query: str = ""
) -> tuple[int, Any]:
    url = f"{world.api}/friends/{friend}/pictures{query}"
    async with world.http.post(url, data=BytesIO(content), headers={"Content-Type": kind}) as response:
        return response.status, await response.json()


async def read(world: World, url: str) -> tuple[int, str, bytes]:
    headers = {"Authorization": "Bearer token-of-main"}
    async with world.http.get(url, headers=headers) as response:
        return response.status, response.content_type, await response.read()


async def test_a_picture_of_ones_own_reaches_the_bot_and_the_page(world: World, friend: str) -> None:
    for content, kind in ((png(3, 2), "image/png"), (jpeg(30, 20), "image/jpeg")):
        status, ids = await send_picture(world, friend, content, kind)
        assert status == 200
        event = (await world.webhook()).event
        assert event["message"]["type"] == "image"
        assert event["message"]["contentProvider"] == {"type": "line"}
        assert "picture" not in event["message"]
        id = event["message"]["id"]
        for way in ("content", "content/preview"):
            assert await read(world, f"{world.line}/v2/bot/message/{id}/{way}") == (200, kind, content)
        assert (await world.call("GET", f"v2/bot/message/{id}/content/transcoding"))[0] == 400
        shown = (await world.get(f"friends/{friend}/messages"))["messages"][-1]
        assert shown["content"]["picture"] == f"pictures/{id}"
        assert await read(world, f"{world.api}/pictures/{id}") == (200, kind, content)
        assert ids == {"event": event["webhookEventId"], "message": id}


async def test_only_its_channel_reads_a_picture(world: World) -> None:
    """A8"""
    friend = await world.friend("other")
    id = (await send_picture(world, friend, png(1, 1)))[1]["message"]
    path = f"v2/bot/message/{id}/content"
    assert (await world.call("GET", path))[:2] == (404, {"message": "not found"})
    assert (await world.call("GET", "v2/bot/message/1/content"))[0] == 404


async def test_an_unsent_picture_is_gone(world: World, friend: str) -> None:
    id = (await send_picture(world, friend, png(1, 1)))[1]["message"]
    await world.do(f"friends/{friend}/unsend", {"message": id})
    path = f"v2/bot/message/{id}/content"
    assert (await world.call("GET", path))[:2] == (410, {"message": "The content is gone"})
    assert (await read(world, f"{world.api}/pictures/{id}"))[0] == 404


async def test_the_oldest_pictures_are_forgotten(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BYTES_AT_MOST", 2 * len(png(1, 1)))
    friend = await world.friend()
    ids = [(await send_picture(world, friend, png(1, 1)))[1]["message"] for _ in range(3)]
    found = [(await read(world, f"{world.api}/pictures/{id}"))[0] for id in ids]
    assert found == [404, 200, 200]


async def test_what_is_no_picture_is_not_sent(
    world: World, friend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await send_picture(world, friend, b"<svg onload='x()'/>"))[0] == 400
    assert (await send_picture(world, friend, b""))[0] == 400
    assert (await send_picture(world, friend, png(1, 1), "text/html"))[0] == 415
    assert (await send_picture(world, friend, png(1, 1), "application/x-www-form-urlencoded"))[0] == 415
    assert (await send_picture(world, "nobody", png(1, 1)))[0] == 404
    assert (await send_picture(world, friend, png(1, 1), query="?group=C1"))[0] == 404
    monkeypatch.setattr("bot.simulator.control.phone_routes.PICTURE_AT_MOST", 50)
    assert (await send_picture(world, friend, png(1, 1)))[0] == 400
    await world.do(f"friends/{friend}/block", {})
    await world.webhook()
    monkeypatch.undo()
    assert (await send_picture(world, friend, png(1, 1)))[0] == 409
    assert world.webhooks.empty()


async def test_bodies_that_are_nested_too_deep(world: World, friend: str) -> None:
    deep: Any = {}
    for _ in range(300):
        deep = {"a": deep}
    await tap(world, friend, 400, action={"type": "uri", "uri": deep})
    await world.do(f"friends/{friend}/send", {"type": "sticker", "content": deep}, status=400)
    await world.do(f"friends/{friend}/postback", {"data": "d", "params": deep}, status=400)
