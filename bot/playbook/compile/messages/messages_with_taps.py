"""Makes the messages that need taps: buttons, confirm, carousel and imagemap.

https://developers.line.biz/en/reference/messaging-api/#template-messages
https://developers.line.biz/en/reference/messaging-api/#imagemap-message
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.engine.compiled.card import FileAddress, LineObject, Tap
from bot.line.objects import limits
from bot.line.objects.messages import IMAGEMAP_WIDTH, IN_IMAGEMAP
from bot.line.objects.spec import TextSpec
from bot.model.translatable import Translatable, tr
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker, alt_of, text_of
from bot.playbook.compile.messages.from_nodes import FromNode, taps_under, under
from bot.playbook.compile.messages.taps import CardTaps, TapSlot
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.grids import boxes_of
from bot.playbook.compile.values.pictures import MB, Header, Picture, Use, picture
from bot.playbook.syntax.nodes import List, Map, Node, Scalar

_THUMBNAIL_WIDTH = 1024
"""Pixels: the largest width that LINE advises."""
_SQUARE = 1.2
"""Up to this ratio of width to height a picture is shown as a square: LINE crops to 1:1 or 1.51:1."""


def _too_wide(header: Header) -> tuple[Translatable, Translatable] | None:
    """What is wrong with a thumbnail's width, and advice."""
    if header.width <= _THUMBNAIL_WIDTH:
        return None
    return tr(
        "is {width} pixels wide, LINE advises {most} at most",
        width=header.width,
        most=_THUMBNAIL_WIDTH,
    ), tr("save it in 1024 × 678")


def _too_narrow(header: Header) -> tuple[Translatable, Translatable] | None:
    """What is wrong with the width of an imagemap's picture, and advice."""
    if header.width >= IMAGEMAP_WIDTH:
        return None
    wrong = tr(
        "is {width} pixels wide, an imagemap needs {least}",
        width=header.width,
        least=IMAGEMAP_WIDTH,
    )
    return wrong, tr("save it {least} pixels wide", least=IMAGEMAP_WIDTH)


_THUMBNAIL = Use(tr("the picture of a card"), ("JPEG", "PNG"), 10 * MB, _too_wide, strict=False)
_TAPPED = Use(tr("the picture of an imagemap"), ("JPEG", "PNG"), 10 * MB, _too_narrow)
_IN_IMAGEMAP = TapSlot(tr("an area of an imagemap"), IN_IMAGEMAP)


def buttons(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """A text with up to four taps, and optionally a picture and a title."""
    assert isinstance(value, Map), value
    image = _picture(scope, value)
    plate = _plate(scope, value, image, limits.BUTTONS_TEXT, limits.BUTTONS_TEXT_BESIDE, taps)
    return _message(scope, node, {"type": "buttons", **_crop(image), **plate}, plate)


def confirm(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """A text with two taps."""
    assert isinstance(value, Map), value
    text = text_of(scope, value, "text", limits.CONFIRM_TEXT)
    template: MessageForm = {"type": "confirm", "text": text, "actions": taps.buttons(value)}
    return _message(scope, node, template, template)


def carousel(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """Up to ten columns, each like buttons with up to three taps."""
    written = [item for item in value.items if isinstance(item, Map)] if isinstance(value, List) else []
    if not written:
        return None
    images = [_picture(scope, column) for column in written]
    columns = [
        _plate(scope, column, one, limits.COLUMN_TEXT, limits.COLUMN_TEXT_BESIDE, taps)
        for column, one in zip(written, images, strict=True)
    ]
    pairs = zip(written, columns, strict=True)
    template = {
        "type": "carousel",
        "columns": FromNode(value, [FromNode(column, plate) for column, plate in pairs]),
        **_crop(next((one for one in images if one is not None), None)),
    }
    return _message(scope, node, template, columns[0])


def _plate(
    scope: Scope, node: Map, image: Picture | None, limit: TextSpec, limit_beside: TextSpec, taps: CardTaps
) -> MessageForm:
    """The part that buttons and columns have in common: picture, title, text, taps. `limit_beside` is LINE's
    limit of the text where there is a picture or title, `limit` without."""
    title = text_of(scope, node, "title", limits.TITLE)
    beside = node.get("image") is not None or title is not None
    plate: MessageForm = {}
    if node.get("image") is not None:  # one that is not there counts where columns are compared
        plate["thumbnailImageUrl"] = under(node, "image", "" if image is None else image.address)
    if title is not None:
        plate["title"] = title
    plate["text"] = text_of(scope, node, "text", limit_beside if beside else limit)
    plate["actions"] = taps.buttons(node)
    return plate


def _message(scope: Scope, node: Map, template: MessageForm, first: MessageForm) -> MessageForm:
    """The template as a message; its alt is written, or the title or text of `first`, its first part."""
    alt = alt_of(scope, node, first["title"] if first.get("title") else first["text"])
    return {"type": "template", "altText": alt, "template": template}


def _picture(scope: Scope, node: Map) -> Picture | None:
    image = node.get("image")
    return picture(scope, image, _THUMBNAIL) if isinstance(image, Scalar) else None


def _crop(image: Picture | None) -> dict[str, str]:
    """How LINE crops a picture: as a square or a rectangle, whichever is nearer."""
    if image is None:
        return {}
    header = image.header
    square = header is not None and header.height > 0 and header.width / header.height < _SQUARE
    return {"imageAspectRatio": "square" if square else "rectangle"}


def imagemap(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """A picture whose areas are taps, as a grid or in boxes. Its coordinates are those of a width of 1040."""
    image = value.get("image") if isinstance(value, Map) else None
    if not isinstance(value, Map) or not isinstance(image, Scalar):
        return None
    base = picture(scope, image, _TAPPED)
    height = _height(scope, image, base)
    actions = _areas(scope, value, height, taps)
    alt = alt_of(scope, node, text_of(scope, value, "alt", limits.ALT))
    if base is None:
        return None
    size = {"width": IMAGEMAP_WIDTH, "height": height}
    return {
        "type": "imagemap",
        "baseUrl": FromNode(image, _base(base.address)),
        "altText": alt,
        "baseSize": size,
        "actions": taps_under(value, "areas", actions),
    }


def _base(address: LineObject) -> LineObject:
    """The address as `baseUrl`, behind which LINE puts the width that it fetches."""
    return replace(address, sized=True) if isinstance(address, FileAddress) else address


def _height(scope: Scope, node: Scalar, base: Picture | None) -> int:
    """The height of the picture when it is 1040 wide; 1040 where it is not known."""
    if base is None:
        return IMAGEMAP_WIDTH
    if base.header is None:
        message = tr("how high a picture at an address is cannot be known")
        scope.wrong(node, "image-size", message, tr("put the picture into the playbook's folder"))
    elif base.header.width:
        return round(IMAGEMAP_WIDTH * base.header.height / base.header.width)
    return IMAGEMAP_WIDTH


def _areas(scope: Scope, node: Map, height: int, taps: CardTaps) -> list[Tap | None]:
    """The taps of the areas; `None` for a wrong one."""
    areas = node.get("areas")
    boxes = boxes_of(scope, node, IMAGEMAP_WIDTH, height)
    return [
        taps.one(area, _IN_IMAGEMAP, boxes[name])
        for name, (_, area) in (areas.pairs if isinstance(areas, Map) else {}).items()
        if isinstance(area, Map) and name in boxes
    ]


MAKERS: Mapping[str, MessageMaker] = {
    "buttons": MessageMaker(buttons, alt_beside=True),
    "carousel": MessageMaker(carousel, alt_beside=True),
    "confirm": MessageMaker(confirm, alt_beside=True),
    "imagemap": MessageMaker(imagemap, alt_beside=True),
}
"""By the kind of card. Exported to `cards`."""
