"""What LINE's reference says of Flex beyond its table: what may stand where, and what must be there.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from collections.abc import Mapping

_UPRIGHT = ("box", "button", "image", "text", "separator", "filler")
IN_LAYOUT: Mapping[str, tuple[str, ...]] = {
    "horizontal": _UPRIGHT,
    "vertical": _UPRIGHT,
    "baseline": ("icon", "text", "filler"),
}
"""What a box may hold: https://developers.line.biz/en/reference/messaging-api/#box"""

HEROES = ("box", "image", "video")
IN_PLACE_OF_VIDEO = ("box", "image")
BLOCKS = ("header", "hero", "body", "footer")
"""The parts of a bubble; at least one is there."""
VIDEO_SIZES = ("kilo", "mega", "giga")
"""The sizes of bubbles with a video."""
DEFAULT_SIZE = "mega"

ACTIONS = ("postback", "message", "uri", "datetimepicker", "clipboard")
ACTIONS_ON_VIDEO = ("uri",)

ANIMATED_MOST = 10
"""Animated pictures in a message."""

ALSO_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "FlexBoxLinearGradient": ("angle", "startColor", "endColor"),
}
"""What the reference asks for and the table does not; actions have their own (`actions`)."""
