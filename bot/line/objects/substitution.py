"""Would LINE fill in this text? What stands in braces in a `textV2` message.

https://developers.line.biz/en/reference/messaging-api/#text-message-v2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.line.objects.faults import faults_of
from bot.line.objects.spec import Kinds, ObjectSpec, SpecFault, TextSpec

OBJECTS_AT_MOST = 100
EACH_AT_MOST = 20
"""Mentions in a message, and emojis."""

_KEY = re.compile(r"[a-zA-Z0-9_]{1,20}")
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_ID = TextSpec(1_000)
_VALUE = Kinds(
    {
        "emoji": ObjectSpec({"productId": _ID, "emojiId": _ID}, ("productId", "emojiId")),
        "mention": ObjectSpec(
            {"mentionee": Kinds({"user": ObjectSpec({"userId": _ID}, ("userId",)), "all": ObjectSpec({})})},
            ("mentionee",),
        ),
    }
)


def substitution_faults(message: Mapping[str, Any], *, mentions: bool) -> Iterator[SpecFault]:
    """What is wrong with the braces of a text and with what is to be put there.

    `mentions` are for replies and pushes only.
    """
    given = message.get("substitution") or {}
    for found in _BRACES.finditer(message["text"]):
        if found[0] in ("{{", "}}"):
            continue
        if found[1] is None:
            yield _own(("text",), "The text contains unpaired '{' or '}'.")
        elif not _KEY.fullmatch(found[1]):
            pattern = "^[a-zA-Z0-9_]{1,20}$"
            yield _own(
                ("text",), f"The key '{found[1]}' enclosed in '{{}}' does not match the pattern '{pattern}'."
            )
        elif found[1] not in given:
            yield _own(("text",), f"The key '{found[1]}' enclosed in '{{}}' is not in 'substitution'.")
    if len(given) > OBJECTS_AT_MOST:
        yield SpecFault(("substitution",), "many", 0, OBJECTS_AT_MOST)
        return
    for key, value in given.items():
        if not _KEY.fullmatch(key):
            yield SpecFault(("substitution", key), "look")
        yield from faults_of(value, _VALUE, ("substitution", key))
    types = [value.get("type") for value in given.values() if isinstance(value, dict)]
    for kind in _VALUE.of:
        if types.count(kind) > EACH_AT_MOST:
            yield SpecFault(("substitution",), "many", 0, EACH_AT_MOST)
    if not mentions and "mention" in types:
        yield _own(("substitution",), "Mentions can be used in reply and push messages only.")


def _own(at: tuple[str, ...], text: str) -> SpecFault:
    return SpecFault(at, "own", takes=text)
