"""Buttons, confirm and carousel: LINE's template messages.

https://developers.line.biz/en/reference/messaging-api/#template-messages
"""

from __future__ import annotations

from bot.line.objects import limits
from bot.line.objects.spec import TextSpec
from bot.playbook.compile import pictures
from bot.playbook.compile.bubbles import MessageForm, alt_of, text_of
from bot.playbook.compile.card_taps import CardTaps
from bot.playbook.compile.from_nodes import FromNode, under
from bot.playbook.compile.pictures import Picture, picture
from bot.playbook.compile.scope import Scope
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

_SQUARE = 1.2
"""Up to this width by height a picture is shown as a square: LINE has 1:1 and 1.51:1."""


def buttons(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """A text with up to four taps, with a picture and a title where there are."""
    if not isinstance(value, Map):
        return None
    found = _picture(scope, value)
    plate = _plate(scope, value, found, limits.BUTTONS_TEXT, limits.BUTTONS_TEXT_BESIDE, taps)
    return _message(scope, node, {"type": "buttons", **_crop(found), **plate}, plate)


def confirm(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """A text with two taps."""
    if not isinstance(value, Map):
        return None
    text = text_of(scope, value, "text", limits.CONFIRM_TEXT)
    template: MessageForm = {"type": "confirm", "text": text, "actions": taps.buttons(value)}
    return _message(scope, node, template, template)


def carousel(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """Up to ten columns, each like buttons with up to three taps."""
    written = [item for item in value.items if isinstance(item, Map)] if isinstance(value, List) else []
    if not written:
        return None
    found = [_picture(scope, column) for column in written]
    columns = [
        _plate(scope, column, one, limits.COLUMN_TEXT, limits.COLUMN_TEXT_BESIDE, taps)
        for column, one in zip(written, found, strict=True)
    ]
    pairs = zip(written, columns, strict=True)
    template = {
        "type": "carousel",
        "columns": FromNode(value, [FromNode(column, plate) for column, plate in pairs]),
        **_crop(next((one for one in found if one is not None), None)),
    }
    return _message(scope, node, template, columns[0])


def _plate(
    scope: Scope, node: Map, found: Picture | None, limit: TextSpec, limit_beside: TextSpec, taps: CardTaps
) -> MessageForm:
    """What buttons and columns have: picture, title, text, taps."""
    title = text_of(scope, node, "title", limits.TITLE)
    beside = node.get("image") is not None or title is not None
    plate: MessageForm = {}
    if found is not None:
        plate["thumbnailImageUrl"] = under(node, "image", found.address)
    if title is not None:
        plate["title"] = title
    plate["text"] = text_of(scope, node, "text", limit_beside if beside else limit)
    plate["actions"] = taps.buttons(node)
    return plate


def _message(scope: Scope, node: Map, template: MessageForm, first: MessageForm) -> MessageForm:
    """The message; `first` is its first part."""
    alt = alt_of(scope, node, first["title"] if first.get("title") else first["text"])
    return {"type": "template", "altText": alt, "template": template}


def _picture(scope: Scope, node: Map) -> Picture | None:
    image = node.get("image")
    return picture(scope, image, pictures.THUMBNAIL) if isinstance(image, Scalar) else None


def _crop(found: Picture | None) -> dict[str, str]:
    """How LINE crops a picture: the nearer of its two ways."""
    if found is None:
        return {}
    header = found.header
    square = header is not None and header.height > 0 and header.width / header.height < _SQUARE
    return {"imageAspectRatio": "square" if square else "rectangle"}
