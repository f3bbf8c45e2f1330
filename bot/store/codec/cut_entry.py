"""What is stored of an event beyond the chat budget, once its turn is over."""

from __future__ import annotations

from dataclasses import replace

import orjson

from bot.model.inbox import InboxEntry
from bot.store.codec.said_bytes import shortened


def cut_entry(entry: InboxEntry) -> InboxEntry:
    """The same entry; of a long text of LINE only its beginning."""
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
