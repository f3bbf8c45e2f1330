"""The rectangles in a picture that can be tapped, in a chat or in a rich menu.

In whole pixels: the reference says `Number` (of a latitude it says `Decimal`), LINE's OpenAPI `integer`.

https://developers.line.biz/en/reference/messaging-api/#bounds-object
https://github.com/line/line-openapi/blob/main/messaging-api.yml
"""

from __future__ import annotations

from typing import Any

from bot.line.objects.spec import Number, ObjectSpec, inside

_FROM_0, _FROM_1 = Number(what="box"), Number(1, what="box")
AREA = ObjectSpec(
    {"x": _FROM_0, "y": _FROM_0, "width": _FROM_1, "height": _FROM_1}, ("x", "y", "width", "height")
)


def lies_within(box: Any, width: Any, height: Any) -> bool:
    """Whether a rectangle goes neither over the right edge of a picture nor over the lower one."""
    x, y, wide, high = (inside(box, name) for name in AREA.properties)
    if not all(isinstance(number, int | float) for number in (x, y, wide, high, width, height)):
        return True
    return bool(x + wide <= width and y + high <= height)
