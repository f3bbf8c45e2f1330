"""LINE's limits: lengths of texts as LINE counts them, numbers of things, and areas that can be tapped.

Areas are in whole pixels: the reference says `Number` (of a latitude it says `Decimal`), LINE's OpenAPI
`integer`.

https://developers.line.biz/en/reference/messaging-api/#message-objects
https://developers.line.biz/en/reference/messaging-api/#bounds-object
https://developers.line.biz/en/docs/messaging-api/text-character-count/
https://github.com/line/line-openapi/blob/main/messaging-api.yml
"""

from __future__ import annotations

from typing import Any

from bot.engine.compiled.card import TEXT_MOST
from bot.engine.rendering.rendering import LABEL_MOST
from bot.line.objects.spec import Number, ObjectSpec, TextSpec, inside
from bot.model.translatable import tr

TEXT = TextSpec(TEXT_MOST)
ALT = TextSpec(1_500, what="alt")
SHOWN_AS_ALT = TextSpec(1_500, of=tr("the alt, which it is too,"))
"""The text of a card without an `alt`, which is its alt, too."""
TITLE = TextSpec(40, "grapheme", what="title", of=tr("a card"))
BUTTONS_TEXT = TextSpec(160, "grapheme", of=tr("a card without title and image"))
BUTTONS_TEXT_BESIDE = TextSpec(60, "grapheme", of=tr("a card with title or image"))
COLUMN_TEXT = TextSpec(120, "grapheme", of=tr("a column without title and image"))
COLUMN_TEXT_BESIDE = TextSpec(60, "grapheme", of=tr("a column with title or image"))
CONFIRM_TEXT = TextSpec(240, "grapheme", of=tr("a confirm"))
PLACE_TITLE = TextSpec(100, what="title", of=tr("a location"))
PLACE_ADDRESS = TextSpec(100, what="address", of=tr("a location"))
LABEL = TextSpec(LABEL_MOST, "grapheme", what="label", of=tr("a tap"))
FLEX_LABEL = TextSpec(40, "grapheme", what="label", of=tr("a tap in Flex"))
SAID = TextSpec(300, "grapheme", of=tr("a tap"), whole=True)
COPIED = TextSpec(1_000, of=tr("a tap"), whole=True)
DATA = TextSpec(300, what="data", of=tr("a tap"), whole=True)
SENDER_NAME = TextSpec(20, what="name", of=tr("a sender"))
FLEX_TEXT = TextSpec(5_000, of=tr("Flex"))

BUTTONS_TAPS = 4
"""Actions of a buttons template."""
COLUMN_TAPS = 3
"""Actions of a carousel's column."""
COLUMNS = 10
"""Columns of a carousel."""
FLEX_BUBBLES = 12
"""Bubbles of a Flex carousel."""
MENU_AREAS = 20
"""Areas of a rich menu."""
CHAT_BAR = 14
"""Characters of the bar that opens a rich menu.

https://developers.line.biz/en/reference/messaging-api/#rich-menu-object
"""
ADDRESS = 1_000
"""UTF-16 code units in the address of a tap."""
PICTURE_ADDRESS = 2_000
"""UTF-16 code units in the address of a picture, video or audio."""


_FROM_0, _FROM_1 = Number(what="box"), Number(1, what="box")
AREA = ObjectSpec(
    {"x": _FROM_0, "y": _FROM_0, "width": _FROM_1, "height": _FROM_1}, ("x", "y", "width", "height")
)


def is_within(box: Any, width: Any, height: Any) -> bool:
    """Whether a rectangle is within a picture of this size; also true where a number is missing."""
    x, y, wide, high = (inside(box, name) for name in AREA.properties)
    if not all(isinstance(number, int | float) for number in (x, y, wide, high, width, height)):
        return True
    return bool(x + wide <= width and y + high <= height)
