"""The single values of Flex, each read in the type that LINE's table has for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.engine.card import TAP, LineObject, WebAddress
from bot.line.objects import limits
from bot.line.objects.flex_looks import look_of
from bot.line.objects.spec import TextSpec
from bot.model.said import say
from bot.playbook.compile.addresses import OPENED, check_signs, fetched, opened
from bot.playbook.compile.flex_names import found
from bot.playbook.compile.scope import Scope
from bot.playbook.compile.text_lengths import limited
from bot.playbook.similar import hint_for, not_one_of, shown
from bot.playbook.syntax.nodes import Node, Scalar

_WHOLE = re.compile(r"\d{1,9}", re.ASCII)

_LIMITS: Mapping[str, TextSpec] = {
    "label": limits.FLEX_LABEL,
    "data": limits.DATA,
    "displayText": limits.SAID,
    "fillInText": limits.SAID,
    "clipboardText": limits.COPIED,
}


def single_value(scope: Scope, node: Node, kind: str, key: str, of: str) -> LineObject:
    """The value of property `key` of the object `of`; `kind` is text, whole, switch, or words with `|`."""
    if not isinstance(node, Scalar) or node.nothing:
        message = say(
            "{key} of Flex is {kind}, found {found}",
            key=shown(key),
            kind=_KINDS.get(kind, say("a word")),
            found=found(node),
        )
        scope.wrong(node, "wrong-type", message)
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
    message = say("{key} is a whole number from 0, found {text}", key=shown(key), text=shown(node.value))
    scope.wrong(node, "bad-value", message, say("write  {key}: 1", key=key))
    return 0


def _switch(scope: Scope, node: Scalar, key: str, of: str) -> bool:
    if node.value not in ("true", "false"):
        message = say("{key} is true or false, found {text}", key=shown(key), text=shown(node.value))
        scope.wrong(node, "bad-value", message, say("write  {key}: true", key=key))
    return node.value == "true"


def _text(scope: Scope, node: Scalar, key: str, of: str) -> LineObject:
    """A text: one that people see may hold placeholders, an address too, all others not."""
    if key == "uri":
        return _untouched(scope, node, opened(scope, node, schemes=(*OPENED, "http")))
    if key == "desktop":
        return _untouched(scope, node, opened(scope, node, schemes=("https", "http")))
    if key in ("url", "previewUrl"):
        return _untouched(scope, node, fetched(scope, node))
    if key == "text":
        return limited(scope, node, limits.SAID if of.endswith("Action") else limits.FLEX_TEXT)
    if key in _LIMITS:
        _check_data(scope, node, key)
        return limited(scope, node, _LIMITS[key])
    look = look_of(of, key)
    if look is not None and not look.fits(node.value):
        message = say("{key} is {kind}, found {text}", key=shown(key), kind=look.what, text=shown(node.value))
        scope.wrong(node, "bad-value", message, say("write it such as  {example}", example=look.example))
    return scope.text(node)


def _untouched(scope: Scope, node: Scalar, made: LineObject) -> LineObject:
    """An address of Flex is LINE's own: where nothing is filled in, it stays as it is written."""
    if isinstance(made, WebAddress) or "{{" in node.value:  # of a placeholder that fills nothing is told
        return made
    check_signs(scope, node)
    return node.value


def _check_data(scope: Scope, node: Scalar, key: str) -> None:
    if key == "data" and node.value.startswith(TAP):
        message = say("data that begins with {tap} is that of taps of the playbook", tap=shown(TAP))
        scope.wrong(node, "bad-value", message, say("begin it with another sign"))


_Read: TypeAlias = Callable[[Scope, Scalar, str, str], LineObject]
_READ: Mapping[str, _Read] = {"text": _text, "whole": _whole, "switch": _switch}
_KINDS = {"text": say("a text"), "whole": say("a whole number"), "switch": say("true or false")}
