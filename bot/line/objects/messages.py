"""What LINE's message objects must be, but for what lies in templates, quick replies and Flex.

https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.line.objects.actions import FETCHED, OPENED
from bot.line.objects.limits import (
    ALT,
    COPIED,
    IMAGEMAP_AREAS,
    IMAGEMAP_LABEL,
    IMAGEMAP_SAID,
    IMAGEMAP_WIDTH,
    PLACE_ADDRESS,
    PLACE_TITLE,
    SENDER,
    TEXT,
)
from bot.line.objects.spec import JsonPath, Kinds, Many, Number, Spec, SpecFault, TextSpec, Thing
from bot.model.line_limits import MESSAGES_MOST

EMOJIS_AT_MOST = 20
LINK_LABEL = 30
TRACKING = re.compile(r"[-a-zA-Z0-9.=,+*()%$&;:@{}!?<>\[\]]+")
TAG = re.compile(r"[a-zA-Z0-9_]+")

REFUSED_NAME = re.compile(r"(?<![a-z])line(?![a-z])", re.IGNORECASE)

_ID = TextSpec(1_000)
_OBJECT = Thing({})


def _at_placeholders(message: Mapping[str, Any]) -> Iterator[SpecFault]:
    """LINE's own emojis stand where the text has a `$`, counted in UTF-16 units."""
    units = message["text"].encode("utf-16-le", "surrogatepass")
    for number, emoji in enumerate(message.get("emojis") or ()):
        at = emoji["index"] * 2
        if units[at : at + 2] != b"$\0":
            yield SpecFault(("emojis", number, "index"), "look")


def _not_line(sender: Mapping[str, Any]) -> Iterator[SpecFault]:
    if REFUSED_NAME.search(sender.get("name") or ""):
        yield SpecFault(("name",), "look")


def _areas_inside(imagemap: Mapping[str, Any]) -> Iterator[SpecFault]:
    height = imagemap["baseSize"]["height"]
    boxes: list[tuple[JsonPath, Any]] = [
        (("actions", number, "area"), one["area"]) for number, one in enumerate(imagemap["actions"])
    ]
    video = imagemap.get("video")
    if video is not None:
        boxes.append((("video", "area"), video["area"]))
    for at, box in boxes:
        if box["x"] + box["width"] > IMAGEMAP_WIDTH or box["y"] + box["height"] > height:
            yield SpecFault(at, "look")


_AREA = Thing(
    {"x": Number(), "y": Number(), "width": Number(1), "height": Number(1)}, ("x", "y", "width", "height")
)


def _area_action(**own: Spec) -> Thing:
    return Thing({"label": IMAGEMAP_LABEL, "area": _AREA, **own}, ("area", *own))


_SENDER = Thing({"name": SENDER, "iconUrl": FETCHED}, rules=(_not_line,))


def _message(required: Mapping[str, Spec], rule: Any = None, **optional: Spec) -> Thing:
    properties = {**required, **optional, "sender": _SENDER, "quickReply": _OBJECT}
    return Thing(properties, tuple(required), rules=() if rule is None else (rule,))


_EMOJI = Thing(
    {"index": Number(most=TEXT.most), "productId": _ID, "emojiId": _ID}, ("index", "productId", "emojiId")
)
MESSAGE = Kinds(
    {
        "text": _message(
            {"text": TEXT},
            _at_placeholders,
            emojis=Many(_EMOJI, 0, EMOJIS_AT_MOST),
            quoteToken=_ID,
        ),
        "textV2": _message({"text": TEXT}, substitution=_OBJECT, quoteToken=_ID),
        "sticker": _message({"packageId": _ID, "stickerId": _ID}, quoteToken=_ID),
        "image": _message({"originalContentUrl": FETCHED, "previewImageUrl": FETCHED}),
        "video": _message(
            {"originalContentUrl": FETCHED, "previewImageUrl": FETCHED},
            trackingId=TextSpec(100, look=TRACKING),
        ),
        "audio": _message({"originalContentUrl": FETCHED, "duration": Number(1)}),
        "location": _message(
            {
                "title": PLACE_TITLE,
                "address": PLACE_ADDRESS,
                "latitude": Number(-90, 90, whole=False),
                "longitude": Number(-180, 180, whole=False),
            }
        ),
        "imagemap": _message(
            {
                "baseUrl": FETCHED,
                "altText": ALT,
                "baseSize": Thing(
                    {"width": Number(IMAGEMAP_WIDTH, IMAGEMAP_WIDTH), "height": Number(1)},
                    ("width", "height"),
                ),
                "actions": Many(
                    Kinds(
                        {
                            "uri": _area_action(linkUri=OPENED),
                            "message": _area_action(text=IMAGEMAP_SAID),
                            "clipboard": _area_action(clipboardText=COPIED),
                        }
                    ),
                    1,
                    IMAGEMAP_AREAS,
                ),
            },
            _areas_inside,
            video=Thing(
                {
                    "originalContentUrl": FETCHED,
                    "previewImageUrl": FETCHED,
                    "area": _AREA,
                    "externalLink": Thing(
                        {"linkUri": OPENED, "label": TextSpec(LINK_LABEL)}, ("linkUri", "label")
                    ),
                },
                ("originalContentUrl", "previewImageUrl", "area"),
            ),
        ),
        "template": _message({"altText": ALT, "template": _OBJECT}),
        "flex": _message({"altText": ALT, "contents": _OBJECT}),
        "coupon": _message({"couponId": _ID}, deliveryTag=TextSpec(30, look=TAG)),
    }
)
MESSAGES = Many(MESSAGE, 1, MESSAGES_MOST)
