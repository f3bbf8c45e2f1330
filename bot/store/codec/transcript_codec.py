"""Encodes transcripts of conversations as the bytes that are then sealed: JSON, compressed where it is
long."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from bot.model.conversation import Cause, Incoming, TranscriptCall
from bot.model.inbox import InboxEntry
from bot.model.outgoing import Outgoing

PLAIN = 1_500
"""Bytes up to which a transcript is not compressed, as that is not worth its time."""
BEGINNING = 100
"""Characters that stay of a text that is shortened."""
_PACKED = b"x"
"""The first byte of what zlib makes; JSON does not begin so."""


def encode_transcript(incoming: Incoming | None, cause: Cause | None, calls: Sequence[Outgoing]) -> bytes:
    """A JSON list: the incoming message, the cause, `[number, kind]` of each call, then each call's body for
    LINE."""
    if len(calls) == 1:  # as mostly
        head = _head(incoming, cause, ((calls[0].number, calls[0].kind),))
        return b"%b,%b]" % (head[:-1], calls[0].body)
    head = _head(incoming, cause, [(call.number, call.kind) for call in calls])
    return b",".join((head[:-1], *[call.body for call in calls])) + b"]"


def _head(incoming: Incoming | None, cause: Cause | None, numbers: Sequence[tuple[int, str]]) -> bytes:
    return orjson.dumps((incoming and tuple(incoming), cause and tuple(cause), numbers))


def packed(row: bytes) -> bytes:
    """The transcript as it is sealed: compressed where it is longer than `PLAIN`."""
    return zlib.compress(row, 1) if len(row) > PLAIN else row


def decode_transcript(row: bytes) -> tuple[Incoming | None, Cause | None, tuple[TranscriptCall, ...]]:
    """The incoming message, the cause, and the calls of a transcript."""
    incoming, cause, numbers, *bodies = _list(row)
    calls = zip(numbers, bodies, strict=True)
    return (
        None if incoming is None else Incoming(*incoming),
        None if cause is None else Cause(*cause),
        tuple(TranscriptCall(number, kind, body["messages"]) for (number, kind), body in calls),
    )


def without_incoming(row: bytes) -> bytes:
    """The transcript after the person has unsent the message: only its kind and moment stay, marked
    `unsent`."""
    incoming, *others = _list(row)
    if incoming is None:
        return row
    kind, _, sent, *_ = incoming
    return orjson.dumps(((kind, "", sent, "unsent"), *others))


def cut_short(row: bytes) -> bytes:
    """The transcript beyond the budget of a chat: the beginning of the text, and the cause, but no calls."""
    incoming, cause, *_ = _list(row)
    if incoming is not None and isinstance(incoming[1], str):
        incoming[1] = shortened(incoming[1])
    return orjson.dumps((incoming, cause, ()))


def shortened(text: str) -> str:
    """The first `BEGINNING` characters of a text, with `…` where it is longer."""
    return text if len(text) <= BEGINNING else f"{text[:BEGINNING]}…"


def _list(row: bytes) -> list[Any]:
    items: list[Any] = orjson.loads(zlib.decompress(row) if row.startswith(_PACKED) else row)
    return items


def cut_entry(entry: InboxEntry) -> InboxEntry:
    """The inbox entry, with the text of a LINE message shortened."""
    try:
        event = orjson.loads(entry.raw)
    except orjson.JSONDecodeError:  # one of ours
        return entry
    message = event.get("message") if isinstance(event, dict) else None
    text = message.get("text") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(text, str) or (beginning := shortened(text)) == text:
        return entry
    cut = {"type": message.get("type"), "id": message.get("id"), "text": beginning}
    return replace(entry, raw=orjson.dumps({**event, "message": cut}))
