"""Would LINE take these messages? The limits that every message has; types unknown here pass.

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.engine.text import utf16_units

MESSAGES_AT_MOST = 5
TEXT_AT_MOST = 5_000
ALT_TEXT_AT_MOST = 1_500
QUICK_REPLIES_AT_MOST = 13

_WITH_ALT_TEXT = frozenset({"template", "flex", "imagemap"})


def faults(messages: Any) -> list[dict[str, str]]:
    """What LINE would object to, as the `details` of its error; empty when it would send them."""
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES_AT_MOST:
        return [{"message": f"Size must be between 1 and {MESSAGES_AT_MOST}", "property": "messages"}]
    found: list[dict[str, str]] = []
    for number, message in enumerate(messages):
        where = f"messages[{number}]"
        if not isinstance(message, dict):
            found.append({"message": "Must be an object", "property": where})
            continue
        found += [{"message": text, "property": f"{where}.{key}"} for key, text in _faults_of(message)]
    return found


def _faults_of(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    kind = message.get("type")
    if not isinstance(kind, str) or not kind:
        yield "type", "May not be empty"
        return
    if kind in ("text", "textV2"):
        yield from _length(message, "text", TEXT_AT_MOST)
    elif kind in _WITH_ALT_TEXT:
        yield from _length(message, "altText", ALT_TEXT_AT_MOST)
    quick = message.get("quickReply")
    if quick is not None:
        items = quick.get("items") if isinstance(quick, dict) else None
        if not isinstance(items, list) or not 1 <= len(items) <= QUICK_REPLIES_AT_MOST:
            yield "quickReply.items", f"Size must be between 1 and {QUICK_REPLIES_AT_MOST}"


def _length(message: dict[str, Any], key: str, limit: int) -> Iterator[tuple[str, str]]:
    text = message.get(key)
    if not isinstance(text, str) or not text:
        yield key, "May not be empty"
    elif utf16_units(text) > limit:
        yield key, f"Length must be between 0 and {limit}"
