"""LINE's limits: how long texts may be, counted as LINE counts, and how many there may be of what.

https://developers.line.biz/en/reference/messaging-api/#message-objects
https://developers.line.biz/en/docs/messaging-api/text-character-count/
"""

from __future__ import annotations

from bot.engine.compiled.card import TEXT_MOST
from bot.engine.rendering.rendering import LABEL_MOST
from bot.line.objects.spec import TextSpec
from bot.model.said import say

TEXT = TextSpec(TEXT_MOST)
ALT = TextSpec(1_500, what="alt")
SHOWN_AS_ALT = TextSpec(1_500, of=say("the alt, which it is too,"))
"""Of the text that stands for the alt of a card without one."""
TITLE = TextSpec(40, "grapheme", what="title", of=say("a card"))
BUTTONS_TEXT = TextSpec(160, "grapheme", of=say("a card without title and image"))
BUTTONS_TEXT_BESIDE = TextSpec(60, "grapheme", of=say("a card with title or image"))
COLUMN_TEXT = TextSpec(120, "grapheme", of=say("a column without title and image"))
COLUMN_TEXT_BESIDE = TextSpec(60, "grapheme", of=say("a column with title or image"))
CONFIRM_TEXT = TextSpec(240, "grapheme", of=say("a confirm"))
PLACE_TITLE = TextSpec(100, what="title", of=say("a location"))
PLACE_ADDRESS = TextSpec(100, what="address", of=say("a location"))
LABEL = TextSpec(LABEL_MOST, "grapheme", what="label", of=say("a tap"))
FLEX_LABEL = TextSpec(40, "grapheme", what="label", of=say("a tap in Flex"))
SAID = TextSpec(300, "grapheme", of=say("a tap"), whole=True)
COPIED = TextSpec(1_000, of=say("a tap"), whole=True)
DATA = TextSpec(300, what="data", of=say("a tap"), whole=True)
SENDER_NAME = TextSpec(20, what="name", of=say("a sender"))
FLEX_TEXT = TextSpec(5_000, of=say("Flex"))

BUTTONS_TAPS = 4
COLUMN_TAPS = 3
COLUMNS = 10
FLEX_BUBBLES = 12
MENU_AREAS = 20
CHAT_BAR = 14
"""Characters: https://developers.line.biz/en/reference/messaging-api/#rich-menu-object"""
ADDRESS = 1_000
"""UTF-16 code units in the address of a tap."""
PICTURE_ADDRESS = 2_000
"""UTF-16 code units in the address of a picture, video or audio."""
