"""Reads LINE's webhooks: signature, JSON and events. A broken event does not affect the others.

orjson reads the JSON. What it refuses but LINE or a proxy might send (lone surrogates, invalid UTF-8, a byte
order mark, NaN, control characters, deep nesting) is read by the standard library and cleaned, so that
orjson can write it, MongoDB can store it, and comparing or copying it can never exhaust the stack.

LINE adds properties, event types and enum values without notice, so no property is required of an event; one
that cannot be read is stored as `Other` and matches no rule.

https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

import hmac
import json
import math
import re
from binascii import b2a_base64
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeGuard
from uuid import uuid4

import orjson

from bot.model.contact import contact_id
from bot.model.event import (
    Event,
    Follow,
    Join,
    Other,
    OtherMessage,
    Postback,
    ReplyToken,
    Source,
    TextMessage,
    Unfollow,
    What,
)
from bot.model.inbox import MAX_EVENT_AGE, InboxEntry, Received
from bot.model.processes import part_of

MAX_DEPTH = 100
"""Where cleaning is needed, objects and arrays nested deeper become `null`; LINE's own nest less than 10.
orjson itself writes about 250 levels."""

# Strings (also an unended one at the end) as one token each, and brackets outside of strings
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|[\[{\]}]', re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_OUR_64_BITS = range(-(2**63), 2**64)
"""Integers that orjson reads as such."""


def read_json(body: bytes) -> Any:
    """The value that `body` holds. Raises `ValueError` where it is no JSON by any reading."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        text = _shallow(body.decode("utf-8-sig", "replace"))
        return cleaned(json.loads(text, strict=False, parse_int=_number))


def write_json(value: Any) -> tuple[bytes, Any]:
    """The JSON of a value from `read_json`, and the value that this JSON holds.

    That is `value` itself, unless it is nested too deep to be written: then whatever is too deep is `null`.
    """
    try:
        return orjson.dumps(value), value
    except TypeError:
        value = cleaned(value)
        return orjson.dumps(value), value


def cleaned(value: Any, room: int = MAX_DEPTH) -> Any:
    """`value` as strict JSON can hold it: lone surrogates are U+FFFD, numbers beyond 64 bits are floats or
    `null`, and so is what is nested deeper than `room`."""
    match value:
        case str():
            return _LONE_SURROGATE.sub("\ufffd", value)
        case dict():
            return {cleaned(k): cleaned(v, room - 1) for k, v in value.items()} if room else None
        case list():
            return [cleaned(v, room - 1) for v in value] if room else None
        case float():
            return value if math.isfinite(value) else None
        case _:
            return value


def _number(digits: str) -> int | float:
    """An integer as orjson reads it: beyond 64 bits a float. Python's own `int` refuses 4,300 digits."""
    if len(digits) <= 20 and (number := int(digits)) in _OUR_64_BITS:
        return number
    return float(digits)


def _shallow(text: str) -> str:
    """JSON text without what is nested deeper than the parser's own stack is safe for."""
    parts: list[str] = []
    depth = start = 0
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in ("[", "{"):
            depth += 1
            if depth == MAX_DEPTH + 1:
                parts.append(text[start : token.start()] + "null")
        elif mark in ("]", "}"):
            depth -= 1
            if depth == MAX_DEPTH:
                start = token.end()
    if depth > MAX_DEPTH:
        raise ValueError("JSON ends inside of its nesting")
    return "".join(parts) + text[start:]


NO_ONE = "-"
"""Stands for the LINE id in the contact id of events that come from the channel itself."""

UNREADABLE = "unreadable"
"""The type of an `Other` without a usable type of its own."""

_LONGEST_NAME = 64
"""Characters in an id or type that is used as one; LINE's ids have 33, the longest type 17."""

_MAX_EVENT_AGE = MAX_EVENT_AGE.total_seconds() * 1000
"""In milliseconds, as LINE's timestamps."""

_LATEST = 2**53
"""Timestamps (milliseconds since 1970) beyond this are not LINE's."""

_DUMMY_TOKENS = ("0" * 32, "f" * 32)
"""LINE's Verify button once sent two events with these; they never worked."""

_ID_KEYS = {"user": "userId", "group": "groupId", "room": "roomId"}
"""By the type of a source: the property with its id."""
_CHANNEL_ITSELF = Source("none", NO_ONE)


MOST_EVENTS = 5_000
"""Events in one webhook at most; LINE sends far fewer, and more would delay all others."""


class NotAWebhook(Exception):
    """The body is not a LINE webhook: no JSON, no object, or no list of events in it."""


def read_webhook(channel: str, body: bytes, at: datetime) -> list[Received]:
    """The events of one webhook in the order of LINE's timestamps, each for its own contact.

    `at` (UTC) is when the webhook came: the events' time from now on. An event without a usable
    `webhookEventId` gets an id of its own, so it is taken once per delivery. Raises `NotAWebhook`.
    """
    try:
        webhook = read_json(body)
    except ValueError as error:
        raise NotAWebhook("the body is not JSON") from error
    if not isinstance(webhook, dict):
        raise NotAWebhook("the body is not a JSON object")
    events = webhook.get("events")
    if not isinstance(events, list):
        raise NotAWebhook("the body holds no list of events")
    if len(events) > MOST_EVENTS:
        raise NotAWebhook(f"a webhook of more than {MOST_EVENTS} events is not LINE's")
    received = [_received(channel, event, at) for event in events]
    received.sort(key=_sent)
    return received


def read_event(entry: InboxEntry) -> Event:
    """The event of a stored entry, equal to the one that `read_webhook` gave with it.

    Raises `ValueError` if `entry.raw` is not what `read_webhook` stored.
    """
    return _event(entry.id, entry.channel, read_json(entry.raw), entry.at)


def may_be_replayed(received: Received) -> bool:
    """Whether the event was signed so long before it came that its id may be forgotten: LINE delivers again
    for a while only, an attacker who has captured a webhook at any time."""
    at, sent = received.event.at.timestamp() * 1000, received.event.sent
    return bool(sent) and sent < at - _MAX_EVENT_AGE


def _sent(received: Received) -> int:
    return received.event.sent


def _received(channel: str, payload: Any, at: datetime) -> Received:
    raw, payload = write_json(payload)
    name = payload.get("webhookEventId") if type(payload) is dict else None
    event = _event(f"{channel}:{name if _is_name(name) else uuid4().hex}", channel, payload, at)
    contact = contact_id(channel, event.source.id)
    return Received(InboxEntry(event.id, channel, contact, part_of(contact), at, raw), event)


def _event(event_id: str, channel: str, payload: Any, at: datetime) -> Event:
    if type(payload) is not dict:
        return Event(event_id, channel, _CHANNEL_ITSELF, at, Other(UNREADABLE, {"value": payload}))
    source = _source(payload.get("source"))
    mode = payload.get("mode")
    # LINE knows `active` and `standby`. In a mode that it adds, silence is the answer that harms nobody; the
    # next event may be active. A missing mode is a property without a value, which LINE leaves out.
    is_active = mode is None or mode == "active"
    sent = payload.get("timestamp")
    context = payload.get("deliveryContext")
    return Event(
        event_id,
        channel,
        source,
        at,
        _what(payload) if source is not _CHANNEL_ITSELF else _other(payload),
        sent if type(sent) is int and 0 <= sent <= _LATEST else 0,
        _token(payload.get("replyToken"), at) if is_active else None,
        mode == "standby",
        type(context) is dict and context.get("isRedelivery") is True,
        unknown_mode=not is_active and mode != "standby",
    )


def _is_name(value: Any) -> TypeGuard[str]:
    """Whether a value can serve as an id or a type: a short text that can be printed."""
    return type(value) is str and 0 < len(value) <= _LONGEST_NAME and value.isprintable()


def _source(payload: Any) -> Source:
    if type(payload) is not dict:
        return _CHANNEL_ITSELF
    kind, user = payload.get("type"), payload.get("userId")
    if type(kind) is not str or kind not in _ID_KEYS:
        return _CHANNEL_ITSELF
    line_id = payload.get(_ID_KEYS[kind])
    if not _is_name(line_id) or line_id == NO_ONE:
        return _CHANNEL_ITSELF
    return Source(kind, line_id, user if user is line_id or _is_name(user) else None)


def _token(token: Any, at: datetime) -> ReplyToken | None:
    if type(token) is not str or not token or token in _DUMMY_TOKENS:
        return None
    return ReplyToken(token, at)


def _what(event: dict[str, Any]) -> What:
    kind = event.get("type")
    detail = event.get(kind) if type(kind) is str else None
    match kind:
        case "message" if type(detail) is dict:
            return _message(detail) or _other(event)
        case "postback" if type(detail) is dict and type(detail.get("data")) is str:
            params = detail.get("params")
            return Postback(detail["data"], params if type(params) is dict else {})
        case "follow":
            return Follow(again=type(detail) is dict and detail.get("isUnblocked") is True)
        case "unfollow":
            return Unfollow()
        case "join":
            return Join()
        case _:
            return _other(event)


def _message(message: dict[str, Any]) -> What | None:
    kind = message.get("type")
    if kind == "text":
        text = message.get("text")
        return TextMessage(text) if type(text) is str else None
    return OtherMessage(kind, message) if _is_name(kind) else None


def _other(payload: dict[str, Any]) -> Other:
    kind = payload.get("type")
    return Other(kind if _is_name(kind) else UNREADABLE, payload)


def signature_ok(secret: str, body: bytes, header: str | None) -> bool:
    """Whether `header` (X-Line-Signature) is base64(HMAC-SHA256(channel secret, body)).

    Compared in constant time. `secret` is an opaque text, taken as UTF-8. A header that is missing, empty
    or anything else gives `False`, never an exception.
    """
    if not header or not header.isascii():
        return False
    return hmac.compare_digest(signature(body, secret), header.encode("ascii"))


def signature(body: bytes, secret: str) -> bytes:
    """What LINE writes into X-Line-Signature for this body.

    https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/
    """
    signing = _signing(secret).copy()
    signing.update(body)
    return b2a_base64(signing.digest(), newline=False)


@lru_cache(1_024)
def _signing(secret: str) -> hmac.HMAC:
    """An HMAC already initialised with the key, cached: half of the work. Unlike `hmac.digest` it does not
    release the interpreter's lock."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), digestmod="sha256")
