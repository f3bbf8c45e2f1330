"""Flex: LINE's own JSON, looked through with LINE's own table, and left as it is but for placeholders.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bot.engine.card import TAP, Bounded, Form, WebAddress
from bot.engine.rendering import BUBBLE_BYTES_MOST, CAROUSEL_BYTES_MOST, json_bytes
from bot.engine.template import Template
from bot.engine.text import utf16_units
from bot.playbook.compile import line_limits
from bot.playbook.compile.addresses import OPENED, fetched, opened
from bot.playbook.compile.flex_table import KINDS, PROPERTIES, REQUIRED
from bot.playbook.compile.line_limits import Limit, limited, longest
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import hint_for, not_one_of, shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of

_TYPE_OF = {name: kind for kinds in KINDS.values() for kind, name in kinds.items()}
_ONLY: Mapping[str, tuple[str, ...]] = {"hero": ("box", "image", "video"), "altContent": ("box", "image")}
"""Which components LINE takes in a place where its table has any."""
_ALSO_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "URIAction": ("uri",),
    "MessageAction": ("text",),
    "PostbackAction": ("data",),
    "DatetimePickerAction": ("data", "mode"),
}
"""What LINE's reference asks for and its table does not."""

_WHOLE = re.compile(r"-?\d{1,9}")
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
_RATIO = re.compile(r"(\d{1,6}(?:\.\d{1,3})?):(\d{1,6}(?:\.\d{1,3})?)")
_LENGTH = re.compile(r"-?\d{1,5}(?:\.\d{1,3})?(?:px|%)")
_LENGTHS = frozenset(["none", "xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl", "full"])
_BORDERS = frozenset(["none", "light", "normal", "medium", "semi-bold", "bold"])
_SIZED = re.compile(
    r"size|margin|spacing|padding\w+|offset\w+|cornerRadius|width|maxWidth|height|maxHeight|lineSpacing"
)

_LIMITS: Mapping[str, Limit] = {
    "label": line_limits.FLEX_LABEL,
    "data": line_limits.DATA,
    "displayText": line_limits.SAID,
    "fillInText": line_limits.SAID,
    "clipboardText": line_limits.COPIED,
}


def contents_of(scope: Scope, node: Node) -> Form:
    """The bubble or carousel as a form, each value in the type that LINE's table has for it.

    What LINE would refuse is an error; a property that is not in the table is passed on with a warning.
    """
    form = _object(scope, node, "FlexContainer")
    if isinstance(form, dict) and isinstance(node, Map):
        _check_size(scope, node, form)
    return form


def _object(scope: Scope, node: Node, of: str, only: tuple[str, ...] = ()) -> Form:
    if not isinstance(node, Map):
        scope.wrong(node, "wrong-type", f"expected {_called(of)} of Flex, found {_found(node)}")
        return {}
    name = _kind(scope, node, of, only)
    if name is None:
        return _as_it_looks(node)
    made: dict[str, Form] = {}
    for key, (named, value) in node.pairs.items():
        kind = "text" if key == "type" and name in _TYPE_OF else PROPERTIES[name].get(key)
        if kind is None:
            message = f"LINE knows no {shown(key)} in {_called(name)}; it is passed on as it stands"
            hint = hint_for(key, PROPERTIES[name])
            scope.wrong(named, "flex-unknown-property", message, hint, level="warning")
            made[key] = _as_it_looks(value)
        else:
            made[key] = _value(scope, value, kind, key, name)
    _check_required(scope, node, name)
    if name == "FlexCarousel":
        _check_carousel(scope, node)
    return made


def _kind(scope: Scope, node: Map, of: str, only: tuple[str, ...]) -> str | None:
    """Which object this is, by its `type`; reported where it is none that may stand here."""
    wanted = only or tuple(KINDS.get(of, ())) or ((_TYPE_OF[of],) if of in _TYPE_OF else ())
    if not wanted:
        return of
    written = node.get("type")
    if not isinstance(written, Scalar) or written.nothing:
        message = f'{_called(of)} of Flex needs "type": {" or ".join(wanted)}'
        scope.wrong(first_of(node), "missing-key", message, f"add  type: {wanted[0]}")
        return None
    if written.value not in wanted:
        scope.wrong(written, "bad-value", not_one_of(written.value, wanted), hint_for(written.value, wanted))
        return None
    return KINDS[of][written.value] if of in KINDS else of


def _value(scope: Scope, node: Node, kind: str, key: str, of: str) -> Form:
    if kind.startswith("["):
        if not isinstance(node, List):
            scope.wrong(node, "wrong-type", f"{shown(key)} of Flex is a list, found {_found(node)}")
            return []
        return [_object(scope, item, kind[1:-1]) for item in node.items]
    if kind in PROPERTIES or kind in KINDS:
        return _object(scope, node, kind, _ONLY.get(key, ()))
    if not isinstance(node, Scalar) or node.nothing:
        scope.wrong(
            node, "wrong-type", f"{shown(key)} of Flex is {_TYPES.get(kind, 'a word')}, found {_found(node)}"
        )
        return ""
    read = _READ.get(kind)
    return _word(scope, node, tuple(kind.split("|"))) if read is None else read(scope, node, key, of)


def _word(scope: Scope, node: Scalar, words: tuple[str, ...]) -> str:
    if node.value not in words:
        scope.wrong(node, "bad-value", not_one_of(node.value, words), hint_for(node.value, words))
    return node.value


def _whole(scope: Scope, node: Scalar, key: str, of: str) -> int:
    if _WHOLE.fullmatch(node.value):
        return int(node.value)
    scope.wrong(
        node, "bad-value", f"{shown(key)} is a whole number, found {shown(node.value)}", f"write  {key}: 1"
    )
    return 0


def _switch(scope: Scope, node: Scalar, key: str, of: str) -> bool:
    if node.value not in ("true", "false"):
        message = f"{shown(key)} is true or false, found {shown(node.value)}"
        scope.wrong(node, "bad-value", message, f"write  {key}: true")
    return node.value == "true"


def _text(scope: Scope, node: Scalar, key: str, of: str) -> Form:
    """A text: one that people see may hold placeholders, an address too, all others not."""
    if key == "uri":
        return _untouched(node, opened(scope, node, schemes=(*OPENED, "http")))
    if key == "desktop":
        return _untouched(node, opened(scope, node, schemes=("https", "http")))
    if key in ("url", "previewUrl"):
        return _untouched(node, fetched(scope, node))
    if key == "text":
        return limited(scope, node, line_limits.SAID if of.endswith("Action") else line_limits.FLEX_TEXT)
    if key in _LIMITS:
        _check_data(scope, node, key)
        return limited(scope, node, _LIMITS[key])
    wrong = _wrong_look(node.value, key)
    if wrong is not None:
        scope.wrong(
            node,
            "bad-value",
            f"{shown(key)} is {wrong[0]}, found {shown(node.value)}",
            f"write it such as  {wrong[1]}",
        )
    return scope.text(node)


def _untouched(node: Scalar, made: Form) -> Form:
    """An address of Flex is LINE's own: where nothing is filled in, it stays as it is written."""
    return made if isinstance(made, WebAddress) else node.value


def _check_data(scope: Scope, node: Scalar, key: str) -> None:
    if key == "data" and node.value.startswith(TAP):
        message = f"data that begins with {shown(TAP)} is that of taps of the playbook"
        scope.wrong(node, "bad-value", message, "begin it with another sign")


def _wrong_look(value: str, key: str) -> tuple[str, str] | None:
    """What a property should look like, with an example, where it does not."""
    if key.lower().endswith("color") and not _COLOR.fullmatch(value):
        return "a color", '"#06c755"'
    if key == "borderWidth" and value not in _BORDERS and not _LENGTH.fullmatch(value):
        return "a width", "normal, or 2px"
    if _SIZED.fullmatch(key) and value not in _LENGTHS and not _LENGTH.fullmatch(value):
        return "a size", "md, or 12px"
    if key == "aspectRatio":
        ratio = _RATIO.fullmatch(value)
        if ratio is None or not 0 < float(ratio[2]) <= 3 * float(ratio[1]):
            return "width:height, the height at most three times the width", '"20:13"'
    return None


_Read: TypeAlias = Callable[[Scope, Scalar, str, str], Form]
_READ: Mapping[str, _Read] = {"text": _text, "whole": _whole, "switch": _switch}
_TYPES = {"text": "a text", "whole": "a whole number", "switch": "true or false"}


def _check_required(scope: Scope, node: Map, name: str) -> None:
    for key in (*REQUIRED.get(name, ()), *_ALSO_REQUIRED.get(name, ())):
        _need(scope, node, name, key)
    if name == "FlexText" and node.get("contents") is None:
        _need(scope, node, name, "text")
    action = node.get("action")
    if name == "FlexButton" and isinstance(action, Map):
        _need(scope, action, "Action", "label")


def _need(scope: Scope, node: Map, name: str, key: str) -> None:
    if node.get(key) is None:
        message = f"{_called(name)} of Flex needs {shown(key)}"
        scope.wrong(first_of(node), "missing-key", message, f"add  {key}: …")


def _check_carousel(scope: Scope, node: Map) -> None:
    bubbles = node.get("contents")
    if not isinstance(bubbles, List):
        return
    if len(bubbles.items) > line_limits.FLEX_BUBBLES:
        message = f"this carousel has {len(bubbles.items)} bubbles, LINE takes {line_limits.FLEX_BUBBLES}"
        scope.wrong(bubbles.items[line_limits.FLEX_BUBBLES], "too-many-columns", message, "leave some out")
    sizes = [(item, _size_word(item)) for item in bubbles.items if isinstance(item, Map)]
    for item, size in sizes[1:]:
        if size != sizes[0][1]:
            message = (
                f"this bubble's size is {size}, the first one's {sizes[0][1]}: all of a carousel are equal"
            )
            scope.wrong(first_of(item), "columns-differ", message, f"write  size: {sizes[0][1]}")


def _size_word(bubble: Map) -> str:
    size = bubble.get("size")
    return size.value if isinstance(size, Scalar) else "mega"


def _check_size(scope: Scope, node: Map, form: dict[str, Form]) -> None:
    if form.get("type") == "carousel":
        bubbles, most = form.get("contents"), CAROUSEL_BYTES_MOST
        for bubble in bubbles if isinstance(bubbles, list) else []:
            _check_bytes(scope, node, "a bubble", bubble, BUBBLE_BYTES_MOST)
        _check_bytes(scope, node, "this carousel", form, most)
    else:
        _check_bytes(scope, node, "this bubble", form, BUBBLE_BYTES_MOST)


def _check_bytes(scope: Scope, node: Map, what: str, form: Form, most: int) -> None:
    size = json_bytes(_filled_longest(scope, form))
    if size > most:
        message = f"{what} has {size:,} bytes of JSON, LINE takes {most:,}"
        scope.wrong(
            first_of(node), "flex-too-large", message, "leave some of it out, or send it as two cards"
        )


def _filled_longest(scope: Scope, form: Form) -> Any:
    """The form with the longest that its placeholders are known to stand for."""
    if isinstance(form, dict):
        return {key: _filled_longest(scope, value) for key, value in form.items()}
    if isinstance(form, list):
        return [_filled_longest(scope, value) for value in form]
    if isinstance(form, Bounded | WebAddress):
        return _longest_text(scope, form.text)
    return form


def _longest_text(scope: Scope, text: Template) -> str:
    literal = "".join([part for part in text.parts if isinstance(part, str)])
    return literal + "字" * (longest(scope, text, utf16_units) - utf16_units(literal))


def _as_it_looks(node: Node) -> Any:
    """What nobody has a table for: typed by its look, as YAML and JSON do."""
    if isinstance(node, Map):
        return {key: _as_it_looks(value) for key, (_, value) in node.pairs.items()}
    if isinstance(node, List):
        return [_as_it_looks(item) for item in node.items]
    if node.nothing:
        return None
    if node.plain and node.value in ("true", "false"):
        return node.value == "true"
    if node.plain and _NUMBER.fullmatch(node.value):
        return float(node.value) if "." in node.value else int(node.value)
    return node.value


def _called(name: str) -> str:
    """An object of LINE's table, as a message names it."""
    word = _TYPE_OF.get(name) or name.removeprefix("Flex").lower()
    action = " action" if name.endswith("Action") and name != "Action" else ""
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}{action}"


def _found(node: Node) -> str:
    match node:
        case Map():
            return "a block"
        case List():
            return "a list"
        case _:
            return "nothing" if node.nothing else f"the text {shown(node.value)}"
