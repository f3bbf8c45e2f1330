"""Messages without taps of their own: text, picture, video, sound, sticker, place."""

from __future__ import annotations

from collections.abc import Mapping

from bot.line.objects import limits
from bot.playbook.compile.messages.bubbles import MessageForm, MessageMaker, text_of
from bot.playbook.compile.messages.from_nodes import FromNode, under
from bot.playbook.compile.messages.taps import CardTaps
from bot.playbook.compile.messages.text_lengths import limited
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.times import duration
from bot.playbook.compile.values import pictures
from bot.playbook.compile.values.pictures import media, picture
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


def text(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#text-message"""
    if not isinstance(value, Scalar):
        return None
    return {"type": "text", "text": FromNode(value, limited(scope, value, limits.TEXT))}


def image(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#image-message"""
    original = picture(scope, value, pictures.IN_MESSAGE) if isinstance(value, Scalar) else None
    if original is None:
        return None
    address = FromNode(value, original.address)
    return {"type": "image", "originalContentUrl": address, "previewImageUrl": address}


def video(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#video-message"""
    file, preview = _two(value, "file", "preview")
    if file is None or preview is None:
        return None
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
    span = duration(written.value) if written is not None else None
    address = media(scope, file, pictures.SOUND) if file is not None else None
    if file is None or written is None or address is None or span is None:
        return None
    milliseconds = round(span.about.total_seconds() * 1000)
    return {
        "type": "audio",
        "originalContentUrl": FromNode(file, address),
        "duration": FromNode(written, milliseconds),
    }


def sticker(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#sticker-message"""
    if not isinstance(value, Scalar):
        return None
    package, _, number = value.value.partition("/")
    return {"type": "sticker", "packageId": FromNode(value, package), "stickerId": FromNode(value, number)}


def location(scope: Scope, node: Map, value: Node, taps: CardTaps) -> MessageForm | None:
    """https://developers.line.biz/en/reference/messaging-api/#location-message"""
    at = value.get("at") if isinstance(value, Map) else None
    if not isinstance(value, Map) or not isinstance(at, List):
        return None
    numbers = [float(item.value) for item in at.items if isinstance(item, Scalar)]
    if len(numbers) != 2:
        return None
    return {
        "type": "location",
        "title": text_of(scope, value, "title", limits.PLACE_TITLE),
        "address": text_of(scope, value, "address", limits.PLACE_ADDRESS),
        "latitude": under(value, "at", numbers[0]),
        "longitude": under(value, "at", numbers[1]),
    }


def _two(node: Node, first: str, second: str) -> tuple[Scalar | None, Scalar | None]:
    one, two = (node.get(first), node.get(second)) if isinstance(node, Map) else (None, None)
    return one if isinstance(one, Scalar) else None, two if isinstance(two, Scalar) else None


MAKERS: Mapping[str, MessageMaker] = {
    "text": MessageMaker(text),
    "image": MessageMaker(image),
    "video": MessageMaker(video),
    "audio": MessageMaker(audio),
    "sticker": MessageMaker(sticker),
    "location": MessageMaker(location),
}
