"""Makes the messages that have no taps: text, image, video, audio, sticker, location."""

from __future__ import annotations

from collections.abc import Mapping

from bot.line.objects import limits
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker, text_of
from bot.playbook.compile.messages.from_nodes import FromNode, under
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.messages.text_lengths import limited
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values import pictures
from bot.playbook.compile.values.pictures import media, picture
from bot.playbook.syntax.nodes import Map, Node, Scalar, child


def text(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#text-message"""
    assert isinstance(value, Scalar), value
    return {"type": "text", "text": FromNode(value, limited(scope, value, limits.TEXT))}


def image(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#image-message"""
    assert isinstance(value, Scalar), value
    original = picture(scope, value, pictures.IN_MESSAGE)
    if original is None:
        return None
    address = FromNode(value, original.address)
    return {"type": "image", "originalContentUrl": address, "previewImageUrl": address}


def video(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#video-message"""
    file, preview = _two(value, "file", "preview")
    address = media(scope, file, pictures.VIDEO)
    poster = picture(scope, preview, pictures.PREVIEW)
    if address is None or poster is None:
        return None
    return {
        "type": "video",
        "originalContentUrl": FromNode(file, address),
        "previewImageUrl": FromNode(preview, poster.address),
    }


def audio(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#audio-message"""
    file, written = _two(value, "file", "length")
    span, address = scope.duration(written), media(scope, file, pictures.SOUND)
    if address is None or span is None:
        return None
    milliseconds = round(span.about.total_seconds() * 1000)
    return {
        "type": "audio",
        "originalContentUrl": FromNode(file, address),
        "duration": FromNode(written, milliseconds),
    }


def sticker(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#sticker-message"""
    assert isinstance(value, Scalar), value
    package, _, number = value.value.partition("/")
    return {"type": "sticker", "packageId": FromNode(value, package), "stickerId": FromNode(value, number)}


def location(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#location-message"""
    assert isinstance(value, Map), value
    latitude, longitude = (float(item.value) for item in scope.scalars(value.get("at")))
    return {
        "type": "location",
        "title": text_of(scope, value, "title", limits.PLACE_TITLE),
        "address": text_of(scope, value, "address", limits.PLACE_ADDRESS),
        "latitude": under(value, "at", latitude),
        "longitude": under(value, "at", longitude),
    }


def _two(node: Node, first: str, second: str) -> tuple[Scalar, Scalar]:
    """The values of two keys that the shape requires as texts."""
    one, two = child(node, first), child(node, second)
    assert isinstance(one, Scalar), one
    assert isinstance(two, Scalar), two
    return one, two


MAKERS: Mapping[str, MessageMaker] = {
    "text": MessageMaker(text),
    "image": MessageMaker(image),
    "video": MessageMaker(video),
    "audio": MessageMaker(audio),
    "sticker": MessageMaker(sticker),
    "location": MessageMaker(location),
}
"""By the kind of card. Exported to `cards`."""
