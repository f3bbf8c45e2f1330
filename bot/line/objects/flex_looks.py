"""How the values of Flex properties look that LINE's table calls texts: sizes, colours, ratios.

https://developers.line.biz/en/docs/messaging-api/flex-message-layout/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.line.objects.spec import TextFormat
from bot.model.translatable import Translatable, TranslatableValue, tr

_STEPS = ("xs", "sm", "md", "lg", "xl", "xxl")
_GAPS = ("none", *_STEPS)
_SIZES = ("xxs", *_STEPS, "3xl", "4xl", "5xl")
_BORDERS = ("none", "light", "normal", "medium", "semi-bold", "bold")

_COLOR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_PIXELS = re.compile(r"\d+(?:\.\d+)?px", re.ASCII)
_PERCENT = re.compile(r"\d+(?:\.\d+)?%", re.ASCII)
_RATIO = re.compile(r"(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)", re.ASCII)
_ANGLE = re.compile(r"(\d{1,3}(?:\.\d+)?)deg", re.ASCII)
_RATIO_MOST = 100_000
_HEIGHT_BY_WIDTH = 3


def _length(
    *words: str,
    example: TranslatableValue,
    what: Translatable | None = None,
    percent: bool = False,
    negative: bool = False,
) -> TextFormat:
    """A size in pixels, as a word, in percent."""

    def fits(value: str) -> bool:
        amount = value.removeprefix("-") if negative else value
        return (
            value in words
            or _PIXELS.fullmatch(amount) is not None
            or (percent and _PERCENT.fullmatch(amount) is not None)
        )

    return TextFormat(fits, what or tr("a size"), example)


def _is_ratio(value: str) -> bool:
    found = _RATIO.fullmatch(value)
    if found is None:
        return False
    width, height = float(found[1]), float(found[2])
    return 1 <= width <= _RATIO_MOST and 1 <= height <= _RATIO_MOST and height <= _HEIGHT_BY_WIDTH * width


def _is_angle(value: str) -> bool:
    found = _ANGLE.fullmatch(value)
    return found is not None and float(found[1]) < 360


def _is_share(value: str) -> bool:
    return _PERCENT.fullmatch(value) is not None and float(value[:-1]) <= 100


_SIZE = _length(*_SIZES, example=tr("md, or 12px"))
_IN_BOX = _length(percent=True, example=tr("120px, or 50%"))
_GAP = _length(*_GAPS, negative=True, example=tr("md, or 12px"))
"""LINE's pages speak of positive gaps only, but nobody has published a refusal: a negative one passes."""
_OFFSET = _length(*_GAPS, percent=True, negative=True, example=tr("md, 12px or 5%"))
_PADDING = _length(*_GAPS, percent=True, example=tr("md, 12px or 5%"))
_COLOUR = TextFormat(lambda value: _COLOR.fullmatch(value) is not None, tr("a color"), '"#06c755"')

_LOOKS: Mapping[str, TextFormat] = {
    "color": _COLOUR,
    "size": _SIZE,
    "FlexImage.size": _length(*_SIZES, "full", percent=True, example=tr("full, 120px or 50%")),
    "margin": _GAP,
    "spacing": _length(*_GAPS, example=tr("md, or 12px")),
    "offsetTop": _OFFSET,
    "offsetBottom": _OFFSET,
    "offsetStart": _OFFSET,
    "offsetEnd": _OFFSET,
    "paddingAll": _PADDING,
    "paddingTop": _PADDING,
    "paddingBottom": _PADDING,
    "paddingStart": _PADDING,
    "paddingEnd": _PADDING,
    "width": _IN_BOX,
    "maxWidth": _IN_BOX,
    "height": _IN_BOX,
    "maxHeight": _IN_BOX,
    "cornerRadius": _length(*_GAPS, example=tr("md, or 12px")),
    "borderWidth": _length(*_BORDERS, what=tr("a width"), example=tr("normal, or 2px")),
    "lineSpacing": _length(example="12px"),
    "aspectRatio": TextFormat(
        _is_ratio, tr("width:height, the height at most three times the width"), '"20:13"'
    ),
    "angle": TextFormat(_is_angle, tr("an angle below 360deg"), "90deg"),
    "centerPosition": TextFormat(_is_share, tr("a share from 0% to 100%"), "50%"),
}


def look_of(of: str, name: str) -> TextFormat | None:
    """How a text property of this object of LINE's table looks; `None` for one that may be any text."""
    if name.endswith("Color"):
        return _COLOUR
    return _LOOKS.get(f"{of}.{name}") or _LOOKS.get(name)
