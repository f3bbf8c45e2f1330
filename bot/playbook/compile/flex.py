"""Flex: LINE's own JSON, looked through with LINE's own table, and left as it is but for placeholders.

https://developers.line.biz/en/reference/messaging-api/#flex-message
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.engine.card import LineObject
from bot.line.objects import flex_places
from bot.line.objects.flex_table import KINDS, PROPERTIES
from bot.model.said import Said, row, say
from bot.playbook.compile.flex_names import TYPE_OF, called, found
from bot.playbook.compile.flex_rules import check_animated, check_object
from bot.playbook.compile.flex_size import check_size
from bot.playbook.compile.flex_values import single_value
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import hint_for, not_one_of, shown
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of

_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)


def contents_of(scope: Scope, node: Node) -> LineObject:
    """The bubble or carousel as a form, each value in the type that LINE's table has for it.

    What LINE would refuse is an error. A property that is not in the table is passed on with a warning: LINE
    refuses what it does not know, but may have learnt it since.
    """
    form = _object(scope, node, "FlexContainer")
    if isinstance(form, dict) and isinstance(node, Map):
        check_size(scope, node, form)
        check_animated(scope, node, form)
    return form


def _object(scope: Scope, node: Node, of: str, only: tuple[str, ...] = ()) -> LineObject:
    if not isinstance(node, Map):
        scope.wrong(
            node,
            "wrong-type",
            say("expected {called} of Flex, found {found}", called=called(of), found=found(node)),
        )
        return {}
    name = _kind(scope, node, of, only)
    if name is None:
        return _as_it_looks(node)
    made: dict[str, LineObject] = {}
    for key, (named, value) in node.pairs.items():
        kind = "text" if key == "type" and name in TYPE_OF else PROPERTIES[name].get(key)
        if kind is None:
            _tell_unknown(scope, named, key, name)
            made[key] = _as_it_looks(value)
        else:
            made[key] = _value(scope, value, kind, key, name, _only(name, key, node))
    check_object(scope, node, name)
    return made


def _tell_unknown(scope: Scope, named: Node, key: str, name: str) -> None:
    message = say(
        "no {key} is known in {called}, and LINE refuses a message with a name that it does not know",
        key=shown(key),
        called=called(name),
    )
    hint = hint_for(key, PROPERTIES[name]) or say("leave it out, unless LINE's reference has it by now")
    scope.wrong(named, "flex-unknown-property", message, hint, level="warning")


def _kind(scope: Scope, node: Map, of: str, only: tuple[str, ...]) -> str | None:
    """Which object this is, by its `type`; reported where it is none that may stand here."""
    wanted = only or tuple(KINDS.get(of, ())) or ((TYPE_OF[of],) if of in TYPE_OF else ())
    if not wanted:
        return of
    written = node.get("type")
    if not isinstance(written, Scalar) or written.nothing:
        message = say('{called} of Flex needs "type": {wanted}', called=called(of), wanted=row(wanted, "or"))
        scope.wrong(first_of(node), "missing-key", message, say("add  type: {wanted}", wanted=wanted[0]))
        return None
    if written.value not in wanted:
        hint = _PLACE_OF.get(written.value) or hint_for(written.value, wanted)
        scope.wrong(written, "bad-value", not_one_of(written.value, wanted), hint)
        return None
    return KINDS[of][written.value] if of in KINDS else of


_UPRIGHT = say("it stands in a box with  layout: vertical  or  layout: horizontal")
_PLACE_OF: Mapping[str, Said] = {
    "icon": say("an icon stands in a box with  layout: baseline"),
    "span": say("a span stands in the contents of a text"),
    "video": say("a video is the hero of a bubble"),
    **dict.fromkeys(("box", "button", "image", "separator"), _UPRIGHT),
}
"""Where a component stands that may not stand everywhere."""


def _only(of: str, key: str, node: Map) -> tuple[str, ...]:
    """The types that LINE takes in a place where its table has more; empty where it takes all."""
    if key == "action":
        return flex_places.ACTIONS_ON_VIDEO if of == "FlexVideo" else flex_places.ACTIONS
    if (of, key) == ("FlexBox", "contents"):
        layout = node.get("layout")
        return flex_places.IN_LAYOUT.get(layout.value, ()) if isinstance(layout, Scalar) else ()
    return _IN_PLACE.get((of, key), ())


_IN_PLACE = {
    ("FlexBubble", "hero"): flex_places.HEROES,
    ("FlexVideo", "altContent"): flex_places.IN_PLACE_OF_VIDEO,
}


def _value(scope: Scope, node: Node, kind: str, key: str, of: str, only: tuple[str, ...]) -> LineObject:
    if kind.startswith("["):
        if not isinstance(node, List):
            message = say("{key} of Flex is a list, found {found}", key=shown(key), found=found(node))
            scope.wrong(node, "wrong-type", message)
            return []
        return [_object(scope, item, kind[1:-1], only) for item in node.items]
    if kind in PROPERTIES or kind in KINDS:
        return _object(scope, node, kind, only)
    return single_value(scope, node, kind, key, of)


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
