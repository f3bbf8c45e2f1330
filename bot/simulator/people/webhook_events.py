"""The events of a webhook, as LINE writes them.

https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from bot.simulator.state.chats import Friend, Group
from bot.simulator.state.line_ids import (
    milliseconds,
    new_message_id,
    new_quote_token,
    new_reply_token,
    new_webhook_event_id,
)

STICKER = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC", "keywords": ["hi"]}
LOCATION = {
    "title": "台北 101",
    "address": "台北市信義區信義路五段 7 號",
    "latitude": 25.033964,
    "longitude": 121.564468,
}
_FROM_LINE = {"contentProvider": {"type": "line"}}
"""Says that the content is to be fetched from LINE."""
_USUAL: dict[str, Mapping[str, Any]] = {
    "text": {},
    "sticker": STICKER,
    "location": LOCATION,
    "image": _FROM_LINE,
    "video": {"duration": 60_000, **_FROM_LINE},
    "audio": {"duration": 5_000, **_FROM_LINE},
    "file": {"fileName": "file.txt", "fileSize": 2_138},
}
"""What a message has where nothing else is given, by its type."""
MESSAGE_TYPES = tuple(_USUAL)
"""Types of messages that a friend can send."""
_QUOTABLE = frozenset({"text", "sticker", "image", "video"})
"""Types of messages that have a quote token."""


def source_of(friend: Friend, group: Group | None) -> dict[str, str]:
    """Who acted: the friend alone, or the friend in a group or room."""
    if group is None:
        return {"type": "user", "userId": friend.id}
    return {"type": group.kind, f"{group.kind}Id": group.id, "userId": friend.id}


def new_event(kind: str, source: Mapping[str, str], now: datetime, *, answerable: bool) -> dict[str, Any]:
    """An event without the part of its own type; `answerable` ones have a reply token."""
    event: dict[str, Any] = {"type": kind}
    if answerable:
        event["replyToken"] = new_reply_token()
    return event | {
        "mode": "active",
        "timestamp": milliseconds(now),
        "source": dict(source),
        "webhookEventId": new_webhook_event_id(now),
        "deliveryContext": {"isRedelivery": False},
    }


def new_message(kind: str, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The `message` of a message event: what was given, completed with what LINE always sends."""
    message: dict[str, Any] = {"id": new_message_id(now), "type": kind}
    if kind in _QUOTABLE:
        message["quoteToken"] = new_quote_token()
    return {**_USUAL[kind], **given, **message}


def webhook_body(destination: str, events: list[dict[str, Any]]) -> bytes:
    """The bytes of one webhook request."""
    return orjson.dumps({"destination": destination, "events": events})


def signature(secret: str, body: bytes) -> str:
    """LINE's x-line-signature: https://developers.line.biz/en/reference/messaging-api/#signature-validation"""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
