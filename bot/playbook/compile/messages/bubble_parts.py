"""Parts of the bubble that shows an entry of the playbook: its picture, its title, texts.

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
"""How its last moment is written."""
GREY = "#6b7280"
_TALLEST = 3
"""Heights of a picture in its width: LINE shows no higher one."""


def drawn(parts: Sequence[LineObject], hero: LineObject = None) -> MessageForm:
    """The bubble of these parts, below a picture."""
    body = {"type": "box", "layout": "vertical", "spacing": "md", "contents": list(parts)}
    return {"type": "bubble", **({} if hero is None else {"hero": hero}), "body": body}


def what_it_is(title: str, terms: str) -> list[LineObject]:
    """What everybody reads."""
    called = text(title, weight="bold", size="xl")
    return [called, text(terms, size="sm", color=GREY)] if terms else [called]


def text(of: LineObject, **looks: str) -> dict[str, Any]:
    """A text that is wrapped."""
    return {"type": "text", "text": of, "wrap": True, **looks}


def image_of(scope: Scope, declared: Map, use: Use) -> LineObject:
    """The picture above; `None` where there is none."""
    node = declared.get("image")
    made = picture(scope, node, use) if isinstance(node, Scalar) else None
    if made is None:
        return None
    shape = {"size": "full", "aspectMode": "cover", "aspectRatio": _ratio(made.header)}
    return {"type": "image", "url": made.address, **shape}


def _ratio(header: Header | None) -> str:
    """The picture's own shape, as far as LINE shows it; of one that is elsewhere LINE's usual one."""
    if header is None or not header.width:
        return "20:13"
    return f"{header.width}:{min(header.height, header.width * _TALLEST)}"
