"""The specification of a Flex container: LINE's table of objects (`flex_table`) and what its reference adds,
in the words of `spec`; a playbook's cards are checked by it.

Unknown properties are refused: LINE answers `unknown field`.

https://developers.line.biz/en/reference/messaging-api/#flex-message
https://developers.line.biz/en/docs/messaging-api/flex-message-layout/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.rendering.rendering import BUBBLE_BYTES_MOST, CAROUSEL_BYTES_MOST, json_bytes
from bot.line.objects.actions import FETCHED, IN_FLEX, ON_FLEX_BUTTON, ON_FLEX_VIDEO
from bot.line.objects.faults import faults_of
from bot.line.objects.flex_places import (
    ALSO_REQUIRED,
    ANIMATED_MOST,
    BLOCKS,
    DEFAULT_SIZE,
    HEROES,
    IN_LAYOUT,
    IN_PLACE_OF_VIDEO,
    VIDEO_SIZES,
)
from bot.line.objects.flex_table import KINDS, PROPERTIES, REQUIRED
from bot.line.objects.limits import FLEX_BUBBLES, FLEX_TEXT
from bot.line.objects.spec import (
    Depending,
    JsonPath,
    Kinds,
    Many,
    Number,
    ObjectRule,
    ObjectSpec,
    OneOfWords,
    Spec,
    SpecFault,
    Switch,
    TextFormat,
    inside,
    items,
)
from bot.model.translatable import Translatable, TranslatableValue, tr

_STEPS = ("xs", "sm", "md", "lg", "xl", "xxl")
_GAPS = ("none", *_STEPS)
_SIZES = ("xxs", *_STEPS, "3xl", "4xl", "5xl")
_BORDERS = ("none", "light", "normal", "medium", "semi-bold", "bold")

# Forms of values: `#RRGGBB` or `#RRGGBBAA`, `12.5px`, `50%`, `20:13`, `90deg`
_COLOR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_PIXELS = re.compile(r"\d+(?:\.\d+)?px", re.ASCII)
_PERCENT = re.compile(r"\d+(?:\.\d+)?%", re.ASCII)
_RATIO = re.compile(r"(\d{1,6}(?:\.\d+)?):(\d{1,6}(?:\.\d+)?)", re.ASCII)
_ANGLE = re.compile(r"(\d{1,3}(?:\.\d+)?)deg", re.ASCII)
_RATIO_MOST = 100_000
"""The largest number of an aspect ratio."""
_HEIGHT_BY_WIDTH = 3
"""How many times the width the height may be."""


def _length(
    *words: str,
    example: TranslatableValue,
    what: Translatable | None = None,
    percent: bool = False,
    negative: bool = False,
) -> TextFormat:
    """The format of a size: in pixels, one of `words`, or a `percent`; `negative`: a `-` may stand before it.

    People call it `what`, and may paste the `example`.
    """

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
    """The format of the text property `name` of the object `of` in LINE's table; `None`: none is known."""
    if name.endswith("Color"):
        return _COLOUR
    return _LOOKS.get(f"{of}.{name}") or _LOOKS.get(name)


CONTENTS_AT_MOST = 10_000
"""Components of one box; the limit of the JSON's size is reached before."""


def _has_content(text: Mapping[str, Any]) -> Iterator[SpecFault]:
    if text.get("text") is None and not text.get("contents"):
        yield SpecFault(("text",), "missing")


def _has_a_block(bubble: Mapping[str, Any]) -> Iterator[SpecFault]:
    if not any(bubble.get(block) is not None for block in BLOCKS):
        yield SpecFault((), "own", takes="At least one block must be specified", by="block")


def _video_has_room(bubble: Mapping[str, Any]) -> Iterator[SpecFault]:
    if _has_video(bubble) and bubble_size(bubble) not in VIDEO_SIZES:
        yield SpecFault(("hero",), "look", by="room for a video")


def _alike(carousel: Mapping[str, Any]) -> Iterator[SpecFault]:
    """All bubbles of a carousel are of one size, and none has a video."""
    bubbles = items(carousel, "contents")
    for number, bubble in enumerate(bubbles):
        if bubble_size(bubble) != bubble_size(bubbles[0]):
            yield SpecFault(("contents", number, "size"), "look", by="one size", part=("contents", number))
        if _has_video(bubble):
            yield SpecFault(("contents", number, "hero"), "look", by="no video")


def bubble_size(bubble: Any) -> str:
    """The size of a bubble, also where it has none written."""
    return str(inside(bubble, "size") or DEFAULT_SIZE)


def _has_video(bubble: Any) -> bool:
    return bool(inside(bubble, "hero", "type") == "video")


_RULES: Mapping[str, tuple[ObjectRule, ...]] = {
    "FlexText": (_has_content,),
    "FlexBubble": (_has_a_block, _video_has_room),
    "FlexCarousel": (_alike,),
}

# these objects hold one another: they are filled below
_boxes: dict[str, ObjectSpec] = {}
_heroes: dict[str, ObjectSpec] = {}
_in_place_of_video: dict[str, ObjectSpec] = {}
_components: dict[str, ObjectSpec] = {}
_spans: dict[str, ObjectSpec] = {}
_bubbles: dict[str, ObjectSpec] = {}
_by_layout: dict[str, Spec] = {}


def _contents(of: Mapping[str, ObjectSpec], what: str = "component") -> Many:
    return Many(Kinds(of, blame_whole=True, what=what), 0, CONTENTS_AT_MOST)


_BLOCK = Kinds(_boxes, blame_whole=True, what="box")
_PLACES: Mapping[tuple[str, str], Spec] = {
    ("FlexBubble", "header"): _BLOCK,
    ("FlexBubble", "hero"): Kinds(_heroes, blame_whole=True, what="component"),
    ("FlexBubble", "body"): _BLOCK,
    ("FlexBubble", "footer"): _BLOCK,
    ("FlexBox", "contents"): Depending("layout", _by_layout, _contents(_components)),
    ("FlexText", "contents"): _contents(_spans, "span"),
    ("FlexButton", "action"): ON_FLEX_BUTTON,
    ("FlexVideo", "action"): ON_FLEX_VIDEO,
    ("FlexVideo", "altContent"): Kinds(_in_place_of_video, blame_whole=True, what="component"),
    ("FlexCarousel", "contents"): Many(
        Kinds(_bubbles, blame_whole=True, what="bubble"), 1, FLEX_BUBBLES, "bubbles"
    ),
}
"""By object and property: the specification, where LINE's reference says more than its table."""

_things: dict[str, ObjectSpec] = {}
"""The specifications of objects by their name in LINE's table, made when first needed."""
_WORDS = {name: word for kinds in KINDS.values() for word, name in kinds.items()}


def _plain(name: str) -> str:
    return name.removeprefix("Flex").lower()


def _thing(name: str) -> ObjectSpec:
    if name not in _things:
        properties: dict[str, Spec] = {}
        required = (*REQUIRED.get(name, ()), *ALSO_REQUIRED.get(name, ()))
        _things[name] = ObjectSpec(
            properties, required, True, _RULES.get(name, ()), _WORDS.get(name) or _plain(name)
        )
        properties |= {key: _spec_of(name, key, kind) for key, kind in PROPERTIES[name].items()}
    return _things[name]


def _spec_of(of: str, name: str, kind: str) -> Spec:
    if (of, name) in _PLACES:
        return _PLACES[of, name]
    match kind:
        case "text":
            return _text_spec(of, name)
        case "whole":
            return Number(0)
        case "switch":
            return Switch()
        case "Action":
            return IN_FLEX
        case _:
            return _object_or_word(kind)


def _text_spec(of: str, name: str) -> Spec:
    """What a text property must be. Raises `KeyError` for one that nobody has looked up in LINE's pages."""
    if name in ("url", "previewUrl"):
        return FETCHED
    if name == "text":
        return FLEX_TEXT
    look = look_of(of, name)
    if look is None:
        raise KeyError(f"{of}.{name}")
    return look


def _object_or_word(kind: str) -> Spec:
    if kind in KINDS:
        return Kinds({word: _thing(one) for word, one in KINDS[kind].items()}, what=_plain(kind))
    return _thing(kind) if kind in PROPERTIES else OneOfWords(tuple(kind.split("|")))


_of_type = {word: _thing(name) for word, name in KINDS["FlexComponent"].items()}
_boxes |= {"box": _of_type["box"]}
_heroes |= {word: _of_type[word] for word in HEROES}
_in_place_of_video |= {word: _of_type[word] for word in IN_PLACE_OF_VIDEO}
_components |= {word: thing for word, thing in _of_type.items() if word not in ("span", "video")}
_spans |= {"span": _of_type["span"]}
_bubbles |= {"bubble": _thing("FlexBubble")}
_by_layout |= {
    layout: _contents({word: _of_type[word] for word in words}) for layout, words in IN_LAYOUT.items()
}
CONTAINER = Kinds({**_bubbles, "carousel": _thing("FlexCarousel")}, what="container")
"""A bubble or a carousel."""


def container_faults(contents: Any) -> Iterator[SpecFault]:
    """What LINE refuses in a bubble or carousel; the paths begin at the container."""
    yield from faults_of(contents, CONTAINER)
    if inside(contents, "type") == "carousel":
        for number, bubble in enumerate(items(contents, "contents")):
            yield from _too_large(("contents", number), bubble, "bubble", BUBBLE_BYTES_MOST)
        yield from _too_large((), contents, "carousel", CAROUSEL_BYTES_MOST)
    else:
        yield from _too_large((), contents, "bubble", BUBBLE_BYTES_MOST)
    if animated(contents) > ANIMATED_MOST:
        takes = f"must not have more than {ANIMATED_MOST} animated images"
        yield SpecFault((), "own", most=ANIMATED_MOST, takes=takes, by="animated")


def _too_large(at: JsonPath, form: Any, what: str, most: int) -> Iterator[SpecFault]:
    if json_bytes(form) > most:
        size = f"The maximum size of JSON data that defines a {what} is {most // 1000} KB."
        yield SpecFault(at, "own", most=most, takes=f"Too large flex message. {size}", by="bytes")


def animated(value: Any) -> int:
    """The number of animated pictures in a container."""
    if isinstance(value, list):
        return sum(animated(one) for one in value)
    if not isinstance(value, dict):
        return 0
    return (value.get("animated") is True) + sum(animated(one) for one in value.values())
