"""The specification of a rich menu, as LINE takes it.

https://developers.line.biz/en/reference/messaging-api/#rich-menu-object
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.line.objects.actions import IN_MENU
from bot.line.objects.limits import AREA, CHAT_BAR, MENU_AREAS, is_within
from bot.line.objects.spec import Many, Number, ObjectSpec, SpecFault, Switch, TextSpec, inside, items
from bot.model.translatable import tr

WIDTH = 800, 2500
"""The least and the largest width, in pixels."""
HEIGHT_LEAST = 250
"""In pixels."""
RATIO_LEAST = 1.45
"""The least ratio of width to height, of a menu and of its picture."""
NAME = 300
"""Grapheme clusters of a menu's name."""
MENU_ID = re.compile(r"richmenu-[0-9a-f]{32}")
"""LINE's id of a rich menu."""


def wide_enough(width: float, height: float) -> bool:
    """Whether a menu or picture of this size is at least 1.45 times as wide as high."""
    return width >= RATIO_LEAST * height


def _ratio(size: Mapping[str, Any]) -> Iterator[SpecFault]:
    width, height = size.get("width"), size.get("height")
    if isinstance(width, int) and isinstance(height, int) and not wide_enough(width, height):
        yield SpecFault(("height",), "look")


def _inside(menu: Mapping[str, Any]) -> Iterator[SpecFault]:
    width, height = inside(menu, "size", "width"), inside(menu, "size", "height")
    for number, area in enumerate(items(menu, "areas")):
        if not is_within(inside(area, "bounds"), width, height):
            yield SpecFault(("areas", number, "bounds"), "look")


MENU = ObjectSpec(
    {
        "size": ObjectSpec(
            {"width": Number(*WIDTH), "height": Number(HEIGHT_LEAST)}, ("width", "height"), rules=(_ratio,)
        ),
        "selected": Switch(),
        "name": TextSpec(NAME, "grapheme"),
        "chatBarText": TextSpec(CHAT_BAR, "grapheme"),
        "areas": Many(
            ObjectSpec({"bounds": AREA, "action": IN_MENU}, ("bounds", "action")),
            0,
            MENU_AREAS,
            "areas",
            tr("a rich menu"),
        ),
    },
    ("size", "selected", "name", "chatBarText", "areas"),
    rules=(_inside,),
)
