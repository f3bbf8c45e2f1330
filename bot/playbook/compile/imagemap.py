"""A picture with areas to tap: LINE's imagemap message.

https://developers.line.biz/en/reference/messaging-api/#imagemap-message
"""

from __future__ import annotations

from dataclasses import replace

from bot.engine.card import FileAddress, LineObject, Tap
from bot.line.objects import limits
from bot.line.objects.limits import IMAGEMAP_WIDTH
from bot.model.said import say
from bot.playbook.compile import pictures
from bot.playbook.compile.bubbles import MessageForm, alt_of, text_of
from bot.playbook.compile.card_taps import CardTaps
from bot.playbook.compile.from_nodes import FromNode, under
from bot.playbook.compile.grids import boxes_of
from bot.playbook.compile.pictures import Picture, picture
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.taps import IN_IMAGEMAP
from bot.playbook.syntax.nodes import Map, Node, Scalar


def imagemap(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """A picture, 1040 wide whatever its size, with areas as a grid or in boxes."""
    image = value.get("image") if isinstance(value, Map) else None
    if not isinstance(value, Map) or not isinstance(image, Scalar):
        return None
    found = picture(scope, image, pictures.IMAGEMAP)
    height = _height(scope, image, found)
    actions = _areas(scope, value, height, taps)
    alt = alt_of(scope, node, text_of(scope, value, "alt", limits.ALT))
    if found is None:
        return None
    size = {"width": IMAGEMAP_WIDTH, "height": height}
    return {
        "type": "imagemap",
        "baseUrl": FromNode(image, _base(found.address)),
        "altText": alt,
        "baseSize": size,
        "actions": under(value, "areas", actions),
    }


def _base(address: LineObject) -> LineObject:
    """The address that LINE puts a width behind."""
    return replace(address, sized=True) if isinstance(address, FileAddress) else address


def _height(scope: Scope, node: Scalar, found: Picture | None) -> int:
    """How high the picture is when it is 1040 wide; a square where that is not known."""
    if found is None:
        return IMAGEMAP_WIDTH
    if found.header is None:
        message = say("how high a picture at an address is cannot be known")
        scope.wrong(node, "image-size", message, say("put the picture into the playbook's folder"))
    elif found.header.width:
        return round(IMAGEMAP_WIDTH * found.header.height / found.header.width)
    return IMAGEMAP_WIDTH


def _areas(scope: Scope, node: Map, height: int, taps: CardTaps) -> list[Tap | None]:
    areas = node.get("areas")
    boxes = boxes_of(scope, node, limits.IMAGEMAP_WIDTH, height)
    return [
        taps.one(area, IN_IMAGEMAP, boxes[name])
        for name, (_, area) in (areas.pairs if isinstance(areas, Map) else {}).items()
        if isinstance(area, Map) and name in boxes
    ]
