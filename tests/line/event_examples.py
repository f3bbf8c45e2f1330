"""An event of every type that LINE documents, with made-up ids.

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from typing import Any

from bot.model.event import Follow, Join, Other, OtherMessage, Postback, TextMessage, Unfollow, What

USER = {"type": "user", "userId": "U0000000000000000000000000000000a"}
GROUP = {"type": "group", "groupId": "C0000000000000000000000000000000b", "userId": USER["userId"]}
ROOM = {"type": "room", "roomId": "R0000000000000000000000000000000c"}
TOKEN = "757913772c4646b784d4b7ce46d12671"


def event(kind: str, **properties: Any) -> dict[str, Any]:
    """An event of one type with everything that all events have."""
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1625665242211,
        "source": USER,
        "webhookEventId": "01FZ74A0TDDPYRVKNK77XKC3ZR",
        "deliveryContext": {"isRedelivery": False},
        **properties,
    }


def text(said: str, **properties: Any) -> dict[str, Any]:
    """A text message."""
    message = {"type": "text", "id": "444573844083572737", "quoteToken": "q3Plxr4AgKd", "text": said}
    return event("message", **{"replyToken": TOKEN, "message": message, **properties})


def _message(**message: Any) -> tuple[dict[str, Any], What]:
    told = {"id": "325708", "markAsReadToken": "30yhdy232", **message}
    return event("message", replyToken=TOKEN, message=told), OtherMessage(told["type"], told)


def _other(kind: str, **properties: Any) -> tuple[dict[str, Any], What]:
    told = event(kind, **properties)
    return told, Other(kind, told)


_MEMBERS = {"members": [USER, {"type": "user", "userId": "U0000000000000000000000000000000d"}]}
_FROM_LINE = {"type": "line"}
_PICTURE = {"type": "external", "originalContentUrl": "https://example.com/a.jpg"}
_MENTION = {"mentionees": [{"index": 0, "length": 4, "type": "all"}]}
_LOCATION = {"title": "門市", "address": "臺北市信義區", "latitude": 25.03, "longitude": 121.56}
_PICKED = {"datetime": "2017-12-25T01:00"}
_SWITCHED = {"newRichMenuAliasId": "richmenu-alias-b", "status": "SUCCESS"}

EXAMPLES: dict[str, tuple[dict[str, Any], What]] = {
    "text": (text("營業時間"), TextMessage("營業時間")),
    "text in a group": (
        event(
            "message",
            source=GROUP,
            replyToken=TOKEN,
            message={
                "type": "text",
                "id": "4",
                "text": "@All 早安 (love)",
                "mention": _MENTION,
                "emojis": [{"index": 8, "length": 6, "productId": "5ac1bfd5", "emojiId": "001"}],
            },
        ),
        TextMessage("@All 早安 (love)"),
    ),
    "image": _message(
        type="image", contentProvider=_FROM_LINE, imageSet={"id": "E0", "index": 1, "total": 2}
    ),
    "video": _message(type="video", duration=60000, contentProvider=_PICTURE),
    "audio": _message(type="audio", duration=60000, contentProvider=_FROM_LINE),
    "file": _message(type="file", fileName="file.txt", fileSize=2138),
    "location": _message(type="location", **_LOCATION),
    "sticker": _message(type="sticker", packageId="446", stickerId="1988", stickerResourceType="ANIMATION"),
    "message of a new type": _message(type="hologram", depth=3),
    "messageEdited": _other(
        "messageEdited", source=GROUP, replyToken=TOKEN, message={"type": "text", "id": "6", "text": "改過"}
    ),
    "unsend": _other("unsend", source=GROUP, unsend={"messageId": "325708"}),
    "follow": (event("follow", replyToken=TOKEN, follow={"isUnblocked": False}), Follow(again=False)),
    "follow again": (event("follow", replyToken=TOKEN, follow={"isUnblocked": True}), Follow(again=True)),
    "follow as of old": (event("follow", replyToken=TOKEN), Follow(again=False)),
    "unfollow": (event("unfollow"), Unfollow()),
    "join": (event("join", source=GROUP, replyToken=TOKEN), Join()),
    "join a room": (event("join", source=ROOM, replyToken=TOKEN), Join()),
    "leave": _other("leave", source=GROUP),
    "memberJoined": _other("memberJoined", source=GROUP, replyToken=TOKEN, joined=_MEMBERS),
    "memberLeft": _other("memberLeft", source=GROUP, left=_MEMBERS),
    "postback": (
        event("postback", replyToken=TOKEN, postback={"data": "storeId=12345"}),
        Postback("storeId=12345", {}),
    ),
    "postback of a date picker": (
        event("postback", replyToken=TOKEN, postback={"data": "when", "params": _PICKED}),
        Postback("when", _PICKED),
    ),
    "postback of a rich menu switch": (
        event("postback", replyToken=TOKEN, postback={"data": "tab", "params": _SWITCHED}),
        Postback("tab", _SWITCHED),
    ),
    "videoPlayComplete": _other(
        "videoPlayComplete", replyToken=TOKEN, videoPlayComplete={"trackingId": "track-id"}
    ),
    "beacon": _other("beacon", replyToken=TOKEN, beacon={"hwid": "d41d8cd98f", "type": "enter"}),
    "accountLink": _other("accountLink", replyToken=TOKEN, link={"result": "ok", "nonce": "xxxxxxxxxxxxxxx"}),
    "membership": _other("membership", replyToken=TOKEN, membership={"type": "joined", "membershipId": 3189}),
    "module": _other("module", module={"type": "attached", "botId": "U5", "scopes": ["message:send"]}),
    "activated": _other("activated", chatControl={"expireAt": 1462629479859}),
    "deactivated": _other("deactivated"),
    "botSuspended": _other("botSuspended"),
    "botResumed": _other("botResumed"),
    "delivery": _other("delivery", delivery={"data": "15034552939884E28681A7D668CEA94C147C716C0EC9DFE8"}),
    "of a new type": _other("teleport", teleport={"to": "moon"}),
}
"""What LINE sends, and what is understood."""
