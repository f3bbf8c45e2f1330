"""What LINE's message objects must be: each type with its own properties, and what is nested in it.

https://developers.line.biz/en/reference/messaging-api/#message-objects
https://developers.line.biz/en/reference/messaging-api/#text-message-v2
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.line.objects.actions import FETCHED, OPENED
from bot.line.objects.faults import faults_of
from bot.line.objects.flex import container_faults
from bot.line.objects.limits import (
    ALT,
    AREA,
    COPIED,
    PLACE_ADDRESS,
    PLACE_TITLE,
    SENDER_NAME,
    TEXT,
    is_within,
)
from bot.line.objects.spec import (
    JsonPath,
    Kinds,
    Many,
    Number,
    ObjectSpec,
    Spec,
    SpecFault,
    TextSpec,
    inside,
    items,
)
from bot.line.objects.templates import QUICK_REPLY, TEMPLATE
from bot.model.message import MESSAGES_MOST
from bot.model.translatable import Translatable, tr

OBJECTS_AT_MOST = 100
"""Entries of a message's `substitution`."""
EACH_AT_MOST = 20
"""Mentions in a message, and emojis: of each so many."""

_KEY = re.compile(r"[a-zA-Z0-9_]{1,20}")
"""A key of `substitution`."""
# `{{` and `}}` (literal braces), `{key}`, or a single brace, which is a mistake
_BRACES = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_ID = TextSpec(1_000)
_VALUE = Kinds(
    {
        "emoji": ObjectSpec({"productId": _ID, "emojiId": _ID}, ("productId", "emojiId")),
        "mention": ObjectSpec(
            {"mentionee": Kinds({"user": ObjectSpec({"userId": _ID}, ("userId",)), "all": ObjectSpec({})})},
            ("mentionee",),
        ),
    }
)


def substitution_faults(message: Mapping[str, Any], *, mentions: bool) -> Iterator[SpecFault]:
    """Faults of a `textV2`: of the braces in its text, and of the objects in `substitution`.

    `mentions`: whether they are allowed; LINE takes them in replies and pushes only.
    """
    given = message.get("substitution") or {}
    for found in _BRACES.finditer(message["text"]):
        if found[0] in ("{{", "}}"):
            continue
        if found[1] is None:
            yield _own(("text",), "The text contains unpaired '{' or '}'.")
        elif not _KEY.fullmatch(found[1]):
            pattern = "^[a-zA-Z0-9_]{1,20}$"
            yield _own(
                ("text",), f"The key '{found[1]}' enclosed in '{{}}' does not match the pattern '{pattern}'."
            )
        elif found[1] not in given:
            yield _own(("text",), f"The key '{found[1]}' enclosed in '{{}}' is not in 'substitution'.")
    if len(given) > OBJECTS_AT_MOST:
        yield SpecFault(("substitution",), "many", 0, OBJECTS_AT_MOST)
        return
    for key, value in given.items():
        if not _KEY.fullmatch(key):
            yield SpecFault(("substitution", key), "look")
        yield from faults_of(value, _VALUE, ("substitution", key))
    types = [value.get("type") for value in given.values() if isinstance(value, dict)]
    for kind in _VALUE.of:
        if types.count(kind) > EACH_AT_MOST:
            yield SpecFault(("substitution",), "many", 0, EACH_AT_MOST)
    if not mentions and "mention" in types:
        yield _own(("substitution",), "Mentions can be used in reply and push messages only.")


def _own(at: tuple[str, ...], text: str) -> SpecFault:
    return SpecFault(at, "own", takes=text)


EMOJIS_AT_MOST = 20
"""Emojis in the `emojis` of a text."""
LINK_LABEL = 30
"""UTF-16 units of the label of the link after an imagemap's video."""
TRACKING = re.compile(r"[-a-zA-Z0-9.=,+*()%$&;:@{}!?<>\[\]]+")
"""A video's `trackingId`."""
TAG = re.compile(r"[a-zA-Z0-9_]+")
"""A coupon's `deliveryTag`."""

REFUSED_NAME = re.compile(r"(?<![a-z])line(?![a-z])", re.IGNORECASE)
"""The word LINE, which no sender's name may have."""
_OBJECT = ObjectSpec({})


def _at_placeholders(message: Mapping[str, Any]) -> Iterator[SpecFault]:
    """Each of LINE's emojis has the `index` of a `$` in the text, counted in UTF-16 units."""
    text = message.get("text")
    units = text.encode("utf-16-le", "surrogatepass") if isinstance(text, str) else b""
    for number, emoji in enumerate(items(message, "emojis")):
        at = inside(emoji, "index")
        if isinstance(at, int) and units[at * 2 : at * 2 + 2] != b"$\0":
            yield SpecFault(("emojis", number, "index"), "look")


def _not_line(sender: Mapping[str, Any]) -> Iterator[SpecFault]:
    name = sender.get("name")
    if isinstance(name, str) and REFUSED_NAME.search(name):
        yield SpecFault(("name",), "look", by="name of LINE")


def _areas_inside(imagemap: Mapping[str, Any]) -> Iterator[SpecFault]:
    height = inside(imagemap, "baseSize", "height")
    boxes: list[tuple[JsonPath, Any]] = [
        (("actions", number, "area"), inside(one, "area"))
        for number, one in enumerate(items(imagemap, "actions"))
    ]
    boxes.append((("video", "area"), inside(imagemap, "video", "area")))
    for at, box in boxes:
        if not is_within(box, IMAGEMAP_WIDTH, height):
            yield SpecFault(at, "look", by="area")


def _area_action(**own: Spec) -> ObjectSpec:
    return ObjectSpec({"label": _AREA_LABEL, "area": AREA, **own}, ("area", *own))


IMAGEMAP_WIDTH = 1040
"""The width that all areas of an imagemap are counted in, in pixels."""
IMAGEMAP_AREAS = 50
_AREA_LABEL = TextSpec(100, "grapheme", what="label", of=tr("an area"), least=0)
_AREA_SAID = TextSpec(400, of=tr("an area"), whole=True)
IN_IMAGEMAP = Kinds(
    {
        "uri": _area_action(linkUri=OPENED),
        "message": _area_action(text=_AREA_SAID),
        "clipboard": _area_action(clipboardText=COPIED),
    }
)
SENDER = ObjectSpec({"name": SENDER_NAME, "iconUrl": FETCHED}, rules=(_not_line,))


def _message(required: Mapping[str, Spec], rule: Any = None, **optional: Spec) -> ObjectSpec:
    properties = {**required, **optional, "sender": SENDER, "quickReply": _OBJECT}
    return ObjectSpec(properties, tuple(required), rules=() if rule is None else (rule,))


_EMOJI = ObjectSpec(
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
        "audio": _message({"originalContentUrl": FETCHED, "duration": Number(1, what="duration")}),
        "location": _message(
            {
                "title": PLACE_TITLE,
                "address": PLACE_ADDRESS,
                "latitude": Number(-90, 90, whole=False, what="degrees"),
                "longitude": Number(-180, 180, whole=False, what="degrees"),
            }
        ),
        "imagemap": _message(
            {
                "baseUrl": FETCHED,
                "altText": ALT,
                "baseSize": ObjectSpec(
                    {"width": Number(IMAGEMAP_WIDTH, IMAGEMAP_WIDTH), "height": Number(1)},
                    ("width", "height"),
                ),
                "actions": Many(IN_IMAGEMAP, 1, IMAGEMAP_AREAS, "areas", tr("an imagemap")),
            },
            _areas_inside,
            video=ObjectSpec(
                {
                    "originalContentUrl": FETCHED,
                    "previewImageUrl": FETCHED,
                    "area": AREA,
                    "externalLink": ObjectSpec(
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
IN_LOGS: Mapping[str, Translatable] = {
    "image": tr("(picture)"),
    "video": tr("(video)"),
    "audio": tr("(audio)"),
    "file": tr("(file)"),
    "sticker": tr("(sticker)"),
    "location": tr("(location)"),
    "imagemap": tr("(imagemap)"),
    "flex": tr("(Flex)"),
    "template": tr("(buttons)"),
}
"""What a log calls a message that is no text, also one that somebody has sent."""
MESSAGES = Many(MESSAGE, 1, MESSAGES_MOST)


def message_faults(message: Mapping[str, Any]) -> Iterator[SpecFault]:
    """What LINE refuses of a message with a known type: of its own properties, and of what is nested in
    it."""
    yield from faults_of(message, MESSAGE)
    yield from inner_faults(message)


def inner_faults(message: Mapping[str, Any], *, mentions: bool = True) -> Iterator[SpecFault]:
    """What LINE refuses of templates, Flex, `substitution` and quick replies in a message, whose own
    properties have no fault. `mentions` as in `substitution_faults`.
    """
    match message["type"]:
        case "flex":
            for fault in container_faults(message["contents"]):
                yield fault.below("contents")
        case "template":
            yield from faults_of(message["template"], TEMPLATE, ("template",))
        case "textV2":
            yield from substitution_faults(message, mentions=mentions)
        case _:
            pass
    if message.get("quickReply") is not None:
        yield from faults_of(message["quickReply"], QUICK_REPLY, ("quickReply",))
