"""Builds the Flex bubble that shows an entry of the playbook, such as a coupon: its picture, its title, its
texts.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.engine.compiled.card import LineObject
from bot.playbook.compile.messages.bubbles import MessageForm
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.pictures import Header, Use, picture
from bot.playbook.syntax.nodes import Map, Scalar

DAY, CLOCK = "YYYY/MM/DD", "HH:mm"
"""Formats in which the bubble shows the moment when the entry ends."""
GREY = "#6b7280"
"""The colour of terms and other small texts."""
_TALLEST = 3
"""Largest ratio of height to width of a picture in Flex."""


def drawn(parts: Sequence[LineObject], hero: LineObject = None) -> MessageForm:
    """The bubble with these parts one below the other, and `hero` as picture on top."""
    body = {"type": "box", "layout": "vertical", "spacing": "md", "contents": list(parts)}
    return {"type": "bubble", **({} if hero is None else {"hero": hero}), "body": body}


def what_it_is(title: str, terms: str) -> list[LineObject]:
    """The title and, if there are any, the terms."""
    called = text(title, weight="bold", size="xl")
    return [called, text(terms, size="sm", color=GREY)] if terms else [called]


def text(of: LineObject, **looks: str) -> dict[str, Any]:
    """A text component that is wrapped; `looks` are further properties of Flex."""
    return {"type": "text", "text": of, "wrap": True, **looks}


def image_of(scope: Scope, declared: Map, use: Use) -> LineObject:
    """The picture on top, from `image` of the entry `declared`; `None` where it has none. `use` says what is
    taken."""
    node = declared.get("image")
    made = picture(scope, node, use) if isinstance(node, Scalar) else None
    if made is None:
        return None
    shape = {"size": "full", "aspectMode": "cover", "aspectRatio": _ratio(made.header)}
    return {"type": "image", "url": made.address, **shape}


def _ratio(header: Header | None) -> str:
    """Width to height as Flex writes it: the picture's own up to `_TALLEST`; LINE's default where it is not
    known."""
    if header is None or not header.width:
        return "20:13"
    return f"{header.width}:{min(header.height, header.width * _TALLEST)}"
