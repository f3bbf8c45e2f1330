"""What a Flex container must be: LINE's own table of objects, with what its reference adds to it.

Unknown properties are refused: LINE answers `unknown field`.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.engine.rendering import BUBBLE_BYTES_MOST, CAROUSEL_BYTES_MOST, json_bytes
from bot.line.objects.actions import FETCHED, IN_FLEX, ON_FLEX_BUTTON, ON_FLEX_VIDEO
from bot.line.objects.faults import faults_of
from bot.line.objects.flex_looks import look_of
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
    JsonPath,
    Kinds,
    Many,
    Number,
    ObjectRule,
    OneOfWords,
    Spec,
    SpecFault,
    Switch,
    TextLook,
    Thing,
)

CONTENTS_AT_MOST = 10_000
"""Of one box; the size of the JSON bounds them before."""


def _holds_what_it_may(box: Mapping[str, Any]) -> Iterator[SpecFault]:
    allowed = IN_LAYOUT[box["layout"]]
    for number, component in enumerate(box["contents"]):
        if component["type"] not in allowed:
            yield SpecFault(("contents", number), "look")


def _says_something(text: Mapping[str, Any]) -> Iterator[SpecFault]:
    if text.get("text") is None and not text.get("contents"):
        yield SpecFault(("text",), "missing")


def _has_a_block(bubble: Mapping[str, Any]) -> Iterator[SpecFault]:
    if not any(bubble.get(block) is not None for block in BLOCKS):
        yield SpecFault((), "own", takes="At least one block must be specified")


def _video_has_room(bubble: Mapping[str, Any]) -> Iterator[SpecFault]:
    if _has_video(bubble) and _size(bubble) not in VIDEO_SIZES:
        yield SpecFault(("hero",), "look")


def _alike(carousel: Mapping[str, Any]) -> Iterator[SpecFault]:
    """All bubbles of a carousel are of one size, and none has a video."""
    bubbles = carousel["contents"]
    for number, bubble in enumerate(bubbles):
        if _size(bubble) != _size(bubbles[0]):
            yield SpecFault(("contents", number, "size"), "look")
        if _has_video(bubble):
            yield SpecFault(("contents", number, "hero"), "look")


def _size(bubble: Mapping[str, Any]) -> str:
    return bubble.get("size") or DEFAULT_SIZE


def _has_video(bubble: Mapping[str, Any]) -> bool:
    hero = bubble.get("hero")
    return hero is not None and hero["type"] == "video"


_RULES: Mapping[str, tuple[ObjectRule, ...]] = {
    "FlexBox": (_holds_what_it_may,),
    "FlexText": (_says_something,),
    "FlexBubble": (_has_a_block, _video_has_room),
    "FlexCarousel": (_alike,),
}

# these objects hold one another: they are filled below
_boxes: dict[str, Thing] = {}
_heroes: dict[str, Thing] = {}
_in_place_of_video: dict[str, Thing] = {}
_components: dict[str, Thing] = {}
_spans: dict[str, Thing] = {}
_bubbles: dict[str, Thing] = {}

_BLOCK = Kinds(_boxes, blame_whole=True)
_PLACES: Mapping[tuple[str, str], Spec] = {
    ("FlexBubble", "header"): _BLOCK,
    ("FlexBubble", "hero"): Kinds(_heroes, blame_whole=True),
    ("FlexBubble", "body"): _BLOCK,
    ("FlexBubble", "footer"): _BLOCK,
    ("FlexBox", "contents"): Many(Kinds(_components, blame_whole=True), 0, CONTENTS_AT_MOST),
    ("FlexText", "contents"): Many(Kinds(_spans, blame_whole=True), 0, CONTENTS_AT_MOST),
    ("FlexButton", "action"): ON_FLEX_BUTTON,
    ("FlexVideo", "action"): ON_FLEX_VIDEO,
    ("FlexVideo", "altContent"): Kinds(_in_place_of_video, blame_whole=True),
    ("FlexCarousel", "contents"): Many(Kinds(_bubbles, blame_whole=True), 1, FLEX_BUBBLES),
}
"""Where LINE's reference says more than its table does."""

_things: dict[str, Thing] = {}


def _thing(name: str) -> Thing:
    if name not in _things:
        properties: dict[str, Spec] = {}
        required = (*REQUIRED.get(name, ()), *ALSO_REQUIRED.get(name, ()))
        _things[name] = Thing(properties, required, closed=True, rules=_RULES.get(name, ()))
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
    return TextLook(look.fits)


def _object_or_word(kind: str) -> Spec:
    if kind in KINDS:
        return Kinds({word: _thing(one) for word, one in KINDS[kind].items()})
    return _thing(kind) if kind in PROPERTIES else OneOfWords(tuple(kind.split("|")))


_of_type = {word: _thing(name) for word, name in KINDS["FlexComponent"].items()}
_boxes |= {"box": _of_type["box"]}
_heroes |= {word: _of_type[word] for word in HEROES}
_in_place_of_video |= {word: _of_type[word] for word in IN_PLACE_OF_VIDEO}
_components |= {word: thing for word, thing in _of_type.items() if word not in ("span", "video")}
_spans |= {"span": _of_type["span"]}
_bubbles |= {"bubble": _thing("FlexBubble")}
CONTAINER = Kinds({**_bubbles, "carousel": _thing("FlexCarousel")})


def container_faults(contents: Mapping[str, Any]) -> Iterator[SpecFault]:
    """What LINE refuses of a bubble or carousel; the ways begin at the container."""
    found = False
    for fault in faults_of(contents, CONTAINER):
        found = True
        yield fault
    if found:
        return
    if contents["type"] == "carousel":
        for number, bubble in enumerate(contents["contents"]):
            yield from _too_large(("contents", number), bubble, "bubble", BUBBLE_BYTES_MOST)
    most = CAROUSEL_BYTES_MOST if contents["type"] == "carousel" else BUBBLE_BYTES_MOST
    yield from _too_large((), contents, contents["type"], most)
    if _animated(contents) > ANIMATED_MOST:
        yield SpecFault((), "own", takes=f"must not have more than {ANIMATED_MOST} animated images")


def _too_large(at: JsonPath, form: Mapping[str, Any], what: str, most: int) -> Iterator[SpecFault]:
    if json_bytes(form) > most:
        size = f"The maximum size of JSON data that defines a {what} is {most // 1000} KB."
        yield SpecFault(at, "own", takes=f"Too large flex message. {size}")


def _animated(value: Any) -> int:
    if isinstance(value, list):
        return sum(_animated(one) for one in value)
    if not isinstance(value, dict):
        return 0
    return (value.get("animated") is True) + sum(_animated(one) for one in value.values())
