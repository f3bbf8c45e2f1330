"""What LINE asks of an object of Flex as a whole: what must be in it, and what goes together.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.engine.card import LineObject
from bot.line.objects import flex_places, limits, moments
from bot.line.objects.flex_table import REQUIRED
from bot.model.said import row, say
from bot.playbook.compile.flex_names import called
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of


def check_object(scope: Scope, node: Map, name: str) -> None:
    """Report what the object lacks, and what LINE refuses beside what else is in it."""
    for key in (*REQUIRED.get(name, ()), *flex_places.ALSO_REQUIRED.get(name, ())):
        _need(scope, node, name, key)
    if name in _RULES:
        _RULES[name](scope, node)


def check_animated(scope: Scope, node: Map, form: LineObject) -> None:
    """Report more animated pictures in a message than LINE takes."""
    number, most = sum(1 for _ in _animated(form)), flex_places.ANIMATED_MOST
    if number > most:
        message = say("here are {number} animated pictures, LINE takes {most}", number=number, most=most)
        scope.wrong(first_of(node), "bad-value", message, say("write  animated: false  at some of them"))


def _animated(form: LineObject) -> Iterator[None]:
    if isinstance(form, dict):
        if form.get("animated") is True:
            yield
        form = list(form.values())
    if isinstance(form, list):
        for part in form:
            yield from _animated(part)


def _need(scope: Scope, node: Map, name: str, key: str) -> None:
    if node.get(key) is None:
        message = say("{called} of Flex needs {key}", called=called(name), key=shown(key))
        scope.wrong(first_of(node), "missing-key", message, say("add  {key}: …", key=key))


def _text(scope: Scope, node: Map) -> None:
    spans = node.get("contents")
    if spans is None or (isinstance(spans, List) and not spans.items):
        _need(scope, node, "FlexText", "text")


def _button(scope: Scope, node: Map) -> None:
    action = node.get("action")
    if isinstance(action, Map):
        _need(scope, action, "Action", "label")


def _postback(scope: Scope, node: Map) -> None:
    if node.get("displayText") is not None and node.get("text") is not None:
        message = say('LINE takes "text" or "displayText", not both')
        scope.wrong(node.pairs["text"][0], "bad-value", message, say("leave out one of them"))
    if node.get("fillInText") is not None and _word(node, "inputOption") != "openKeyboard":
        message = say('"fillInText" is there for an opened keyboard only')
        scope.wrong(node.pairs["fillInText"][0], "bad-value", message, say("add  inputOption: openKeyboard"))


def _picker(scope: Scope, node: Map) -> None:
    mode = _word(node, "mode")
    given = {name: _word(node, name) for name in moments.BOUNDS if isinstance(node.get(name), Scalar)}
    wrong = moments.misfit(mode, given)
    if wrong is None or mode not in moments.EXAMPLES:
        return
    bound, example = node.pairs[wrong][1], moments.EXAMPLES[mode]
    if not moments.is_moment(mode, given[wrong]):
        message = say(
            "{key} is no {mode}, found {text}", key=shown(wrong), mode=mode, text=shown(given[wrong])
        )
        scope.wrong(bound, "bad-value", message, say("write it such as  {example}", example=example))
    elif wrong == "max":
        message = say('"max" lies before "min", or is the same')
        scope.wrong(bound, "bad-value", message, say("write the earlier one as  min"))
    else:
        message = say('"initial" does not lie between "min" and "max"')
        scope.wrong(bound, "bad-value", message, say("write one that can be picked"))


def _bubble(scope: Scope, node: Map) -> None:
    if all(node.get(block) is None for block in flex_places.BLOCKS):
        message = say("a bubble of Flex needs one of {blocks}", blocks=row(flex_places.BLOCKS))
        hint = say("add  body: {type: box, layout: vertical, contents: […]}")
        scope.wrong(first_of(node), "missing-key", message, hint)
    video = _video(node)
    if video is not None and _size(node) not in flex_places.VIDEO_SIZES:
        message = say(
            "a video stands in a bubble of {sizes}, this one is {size}",
            sizes=row(flex_places.VIDEO_SIZES, "or"),
            size=_size(node),
        )
        scope.wrong(video, "bad-value", message, say("write at the bubble  size: mega"))


def _video(bubble: Map) -> Node | None:
    """The type of a bubble's hero, if that is a video."""
    hero = bubble.get("hero")
    return hero.get("type") if isinstance(hero, Map) and _word(hero, "type") == "video" else None


def _carousel(scope: Scope, node: Map) -> None:
    bubbles = node.get("contents")
    if not isinstance(bubbles, List):
        return
    number, most = len(bubbles.items), limits.FLEX_BUBBLES
    if not number:
        scope.wrong(node.pairs["contents"][0], "empty-list", say("this carousel has no bubble"))
    if number > most:
        message = say("this carousel has {number} bubbles, LINE takes {most}", number=number, most=most)
        scope.wrong(bubbles.items[most], "too-many-columns", message, say("leave some out"))
    written = [item for item in bubbles.items if isinstance(item, Map)]
    for item in written:
        _check_in_carousel(scope, item, _size(written[0]))


def _check_in_carousel(scope: Scope, bubble: Map, first: str) -> None:
    if _size(bubble) != first:
        message = say(
            "this bubble's size is {size}, the first one's {first}: all of a carousel are equal",
            size=_size(bubble),
            first=first,
        )
        scope.wrong(first_of(bubble), "columns-differ", message, say("write  size: {first}", first=first))
    video = _video(bubble)
    if video is not None:
        message = say("LINE takes no video in a carousel")
        scope.wrong(video, "bad-value", message, say("send this bubble alone, or show a picture"))


def _size(bubble: Map) -> str:
    return _word(bubble, "size") or flex_places.DEFAULT_SIZE


def _word(node: Map, key: str) -> str:
    value = node.get(key)
    return value.value if isinstance(value, Scalar) else ""


_RULES: Mapping[str, Callable[[Scope, Map], None]] = {
    "FlexText": _text,
    "FlexButton": _button,
    "FlexBubble": _bubble,
    "FlexCarousel": _carousel,
    "PostbackAction": _postback,
    "DatetimePickerAction": _picker,
}
