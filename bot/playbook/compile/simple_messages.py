"""Messages without taps of their own: text, picture, video, sound, sticker, place."""

from __future__ import annotations

from bot.engine.card import Bounded, Bubble, text_bubble
from bot.line.objects import limits
from bot.model.said import say
from bot.playbook.compile import pictures
from bot.playbook.compile.bubbles import bubble, named, text_of
from bot.playbook.compile.card_taps import CardTaps
from bot.playbook.compile.pictures import media, picture
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.text_lengths import limited
from bot.playbook.compile.times import duration
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


def text(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """https://developers.line.biz/en/reference/messaging-api/#text-message"""
    if not isinstance(value, Scalar):
        return None
    made = limited(scope, value, limits.TEXT)
    return text_bubble(made.text) if isinstance(made, Bounded) else bubble({"type": "text", "text": made})


def image(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """https://developers.line.biz/en/reference/messaging-api/#image-message"""
    found = picture(scope, value, pictures.IN_MESSAGE) if isinstance(value, Scalar) else None
    if found is None:
        return None
    address = found.address
    return bubble({"type": "image", "originalContentUrl": address, "previewImageUrl": address})


def video(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """https://developers.line.biz/en/reference/messaging-api/#video-message"""
    file, preview = _two(value, "file", "preview")
    if file is None or preview is None:
        return None
    address = media(scope, file, pictures.VIDEO)
    found = picture(scope, preview, pictures.PREVIEW)
    if address is None or found is None:
        return None
    return bubble({"type": "video", "originalContentUrl": address, "previewImageUrl": found.address})


def audio(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """https://developers.line.biz/en/reference/messaging-api/#audio-message"""
    file, length = _two(value, "file", "length")
    span = duration(length.value) if length is not None else None
    address = media(scope, file, pictures.SOUND) if file is not None else None
    if address is None or span is None:
        return None
    milliseconds = round(span.about.total_seconds() * 1000)
    return bubble({"type": "audio", "originalContentUrl": address, "duration": milliseconds})


def sticker(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """https://developers.line.biz/en/reference/messaging-api/#sticker-message"""
    if not isinstance(value, Scalar):
        return None
    package, _, number = value.value.partition("/")
    return bubble({"type": "sticker", "packageId": package, "stickerId": number})


def location(scope: Scope, node: Map, value: Node, taps: CardTaps) -> Bubble | None:
    """https://developers.line.biz/en/reference/messaging-api/#location-message"""
    if not isinstance(value, Map):
        return None
    title = text_of(scope, value, "title", limits.PLACE_TITLE)
    address = text_of(scope, value, "address", limits.PLACE_ADDRESS)
    at = value.get("at")
    numbers = (
        [float(item.value) for item in at.items if isinstance(item, Scalar)] if isinstance(at, List) else []
    )
    if len(numbers) != 2:
        return None
    latitude, longitude = numbers
    if abs(latitude) > 90 or abs(longitude) > 180:
        message = say(
            "{latitude}, {longitude} is no place: latitude goes to 90, longitude to 180",
            latitude=f"{latitude:g}",
            longitude=f"{longitude:g}",
        )
        scope.wrong(
            named(value, "at"), "bad-value", message, say("write latitude first, such as  [25.03, 121.56]")
        )
    place = {"title": title, "address": address, "latitude": latitude, "longitude": longitude}
    return bubble({"type": "location", **place})


def _two(node: Node, first: str, second: str) -> tuple[Scalar | None, Scalar | None]:
    one, two = (node.get(first), node.get(second)) if isinstance(node, Map) else (None, None)
    return one if isinstance(one, Scalar) else None, two if isinstance(two, Scalar) else None
