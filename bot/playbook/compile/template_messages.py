"""Buttons, confirm and carousel: LINE's template messages.

https://developers.line.biz/en/reference/messaging-api/#template-messages
"""

from __future__ import annotations

from bot.engine.card import Bubble, LineObject
from bot.engine.rendering import CONFIRM_TAPS
from bot.line.objects import limits
from bot.model.said import say
from bot.playbook.compile import pictures
from bot.playbook.compile.bubbles import alt_of, bubble, named, text_of
from bot.playbook.compile.card_taps import CardTaps
from bot.playbook.compile.pictures import Picture, picture
from bot.playbook.compile.scope import Scope
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of

_SQUARE = 1.2
"""Up to this width by height a picture is shown as a square: LINE has 1:1 and 1.51:1."""


def buttons(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """A text with up to four taps, with a picture and a title where there are."""
    if not isinstance(value, Map):
        return None
    found = _picture(scope, value)
    title = text_of(scope, value, "title", limits.TITLE)
    beside = value.get("image") is not None or title is not None
    limit = limits.BUTTONS_TEXT_BESIDE if beside else limits.BUTTONS_TEXT
    template: dict[str, LineObject] = {"type": "buttons"}
    if found is not None:
        template |= {"thumbnailImageUrl": found.address, "imageAspectRatio": _ratio(found)}
    if title is not None:
        template["title"] = title
    template["text"] = text_of(scope, value, "text", limit)
    template["actions"] = taps.buttons(value, limits.BUTTONS_TAPS)
    return _message(scope, node, template, value, template)


def confirm(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """A text with two taps."""
    if not isinstance(value, Map):
        return None
    text = text_of(scope, value, "text", limits.CONFIRM_TEXT)
    actions = taps.buttons(value, CONFIRM_TAPS)
    if _number_of_taps(value) < CONFIRM_TAPS:
        message = say("a confirm has two taps, here is {taps}", taps=_number_of_taps(value))
        scope.wrong(named(value, "taps"), "taps-differ", message, say("use buttons for one tap"))
    template: dict[str, LineObject] = {"type": "confirm", "text": text, "actions": actions}
    return _message(scope, node, template, value, template)


def carousel(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """Up to ten columns, each like buttons with up to three taps."""
    written = [item for item in value.items if isinstance(item, Map)] if isinstance(value, List) else []
    if not written:
        return None
    if len(written) > limits.COLUMNS:
        message = say(
            "this carousel has {number} columns, LINE takes {most}",
            number=len(written),
            most=limits.COLUMNS,
        )
        over = first_of(written[limits.COLUMNS])
        scope.wrong(over, "too-many-columns", message, say("leave some out, or make two cards"))
    _check_equal(scope, written)
    found = [_picture(scope, column) for column in written]
    columns = [_column(scope, column, one, taps) for column, one in zip(written, found, strict=True)]
    template: dict[str, LineObject] = {"type": "carousel", "columns": columns}
    first = next((one for one in found if one is not None), None)
    if first is not None:
        template["imageAspectRatio"] = _ratio(first)
    return _message(scope, node, template, written[0], columns[0])


def _column(scope: Scope, node: Map, found: Picture | None, taps: CardTaps) -> dict[str, LineObject]:
    title = text_of(scope, node, "title", limits.TITLE)
    beside = node.get("image") is not None or title is not None
    limit = limits.COLUMN_TEXT_BESIDE if beside else limits.COLUMN_TEXT
    column: dict[str, LineObject] = {} if found is None else {"thumbnailImageUrl": found.address}
    if title is not None:
        column["title"] = title
    column["text"] = text_of(scope, node, "text", limit)
    column["actions"] = taps.buttons(node, limits.COLUMN_TAPS)
    return column


def _check_equal(scope: Scope, columns: list[Map]) -> None:
    """LINE takes columns only if all have as many taps, and all or none a title and a picture."""
    first = columns[0]
    for column in columns[1:]:
        taps, as_first = _number_of_taps(column), _number_of_taps(first)
        if taps != as_first:
            message = say(
                "this column has {taps} taps, the first one {first}: all of a carousel are equal",
                taps=taps,
                first=as_first,
            )
            scope.wrong(named(column, "taps"), "taps-differ", message, say("give all as many taps"))
        for key in ("title", "image"):
            if (column.get(key) is None) != (first.get(key) is None):
                message = say(
                    'this column has a "{key}", unlike the first: all of a carousel are equal', key=key
                )
                if column.get(key) is None:
                    message = say(
                        'this column has no "{key}", unlike the first: all of a carousel are equal', key=key
                    )
                hint = say('write "{key}" in all columns, or in none', key=key)
                scope.wrong(first_of(column), "columns-differ", message, hint)


def _message(
    scope: Scope, node: Map, template: dict[str, LineObject], first: Map, texts: dict[str, LineObject]
) -> Bubble:
    """The message; `first` is its first part as it is written, `texts` the same compiled."""
    key = "title" if texts.get("title") else "text"
    alt = alt_of(scope, node, first.get(key), texts[key])
    return bubble({"type": "template", "altText": alt, "template": template}, needs_tap=True)


def _picture(scope: Scope, node: Map) -> Picture | None:
    image = node.get("image")
    return picture(scope, image, pictures.THUMBNAIL) if isinstance(image, Scalar) else None


def _number_of_taps(node: Map) -> int:
    taps = node.get("taps")
    return len(taps.items) if isinstance(taps, List) else 0


def _ratio(found: Picture) -> str:
    """How LINE crops a picture: the nearer of its two ways."""
    header = found.header
    square = header is not None and header.height > 0 and header.width / header.height < _SQUARE
    return "square" if square else "rectangle"
