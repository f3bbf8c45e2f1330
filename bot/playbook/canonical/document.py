"""The canonical form: the same playbook with every shorthand in its long form (language, section 11).

What the compiler reads, what `check --long` prints, and what a version is made of. Making it again changes
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any

from bot.playbook.canonical.flows import answer, flow, goal, hours, merged_condition, rule, together
from bot.playbook.canonical.long_nodes import (
    NodeChange,
    Pairs,
    as_list,
    block,
    changed,
    ended,
    every,
    listed,
    only,
    pairs_in_order,
    scalar_like,
)
from bot.playbook.canonical.messages import areas, card, is_nothing, messages, result
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


def canonical(root: Map, channels: Mapping[str, Node]) -> Map:
    """The long form of a joined document; `channels` is the `channel:` on top of each file."""

    def on_top(node: Node) -> Node | None:
        return channels.get(node.file)

    made: Pairs = {}
    for section, (key, node) in root.pairs.items():
        if section in ("include", "rule_order"):
            continue
        named, item = _NAMED.get(section), _LISTED.get(section)
        if named is not None and isinstance(node, Map):
            values = {name: (at, named(value, on_top(value))) for name, (at, value) in node.pairs.items()}
            made[section] = key, block(node, values)
        elif item is not None and isinstance(node, List):
            made[section] = key, listed(node, [item(value, on_top(value)) for value in node.items])
        else:
            made[section] = key, node
    return block(root, made)


def _plain(change: NodeChange) -> Callable[[Node, Node | None], Node]:
    return lambda node, channel: change(node)


def _menu(node: Node, channel: Node | None) -> Node:
    if not isinstance(node, Map):
        return node
    condition = merged_condition(node, channel)
    pairs = pairs_in_order(node, ("menu",)) | ({} if condition is None else {"if": condition})
    rest = [name for name in node.pairs if name not in ("menu", "if", "unless")]
    return block(node, pairs | pairs_in_order(node, rest, {"areas": areas, "tabs": every(_face)}))


def _face(node: Node) -> Node:
    return changed(node, {"areas": areas})


def _audience(node: Node) -> Node:
    if not isinstance(node, Map):
        return node
    condition = merged_condition(node)
    pairs = pairs_in_order(node, ("title",)) | ({} if condition is None else {"if": condition})
    return block(node, pairs | pairs_in_order(node, ("csv", "column")))


def _broadcast(node: Node, channel: Node | None) -> Node:
    if not isinstance(node, Map):
        return node
    grouped = {"push": _by_group} if "split" in node.pairs else {}
    pairs = pairs_in_order(node, node.pairs, {**_BROADCAST, **grouped})
    if "channel" not in pairs and channel is not None:
        pairs["channel"] = (scalar_like("channel", channel), as_list(channel))
    return block(node, pairs)


def _by_group(node: Node) -> Node:
    """The messages of each group of the split; `nothing` stays that word."""
    return every(lambda message: message if is_nothing(message) else messages(message))(node)


def _recipients(node: Node) -> Node:
    return node if isinstance(node, Scalar) else together(node)


def _form(node: Node) -> Node:
    return changed(node, {"fields": _fields, "done": result})


def _fields(node: Node) -> Node:
    items = node.items if isinstance(node, List) else [node]
    return listed(node, [changed(item, {"answer": answer}) for item in items])


def _typed(node: Node) -> Node:
    return only("type", node, node) if isinstance(node, Scalar) else node


def _or_nothing(node: Node) -> Node:
    return node if isinstance(node, Map) else block(node, {})


def _staff(node: Node) -> Node:
    """Names alone stay a list."""
    if not isinstance(node, Map):
        return as_list(node)
    return every(lambda one: changed(_or_nothing(one), {"hours": hours}))(node)


def _mapped(node: Node) -> Node:
    return only("from", node, node) if isinstance(node, Scalar) else node


_BROADCAST: Mapping[str, NodeChange] = {
    "to": _recipients,
    "push": messages,
    "channel": as_list,
    "quiet_hours": hours,
    "add_tags": as_list,
    "goal": goal,
}
_NAMED: Mapping[str, Callable[[Node, Node | None], Node]] = {
    "channels": _plain(lambda node: changed(node, {"paused": as_list})),
    "hours": _plain(hours),
    "sms": _plain(lambda node: changed(node, {"text": ended})),
    "tags": _plain(_or_nothing),
    "attributes": _plain(_typed),
    "cards": _plain(card),
    "flows": flow,
    "audiences": _plain(_audience),
    "broadcasts": _broadcast,
    "forms": _plain(_form),
    "coupons": _plain(lambda node: changed(node, {"redeem": as_list})),
    "stamp_cards": _plain(lambda node: changed(node, {"stamp": as_list})),
    "referrals": _plain(lambda node: node),
    "appointments": _plain(lambda node: changed(node, {"hours": hours, "staff": _staff})),
    "links": _plain(lambda node: changed(node, {"add_tags": as_list})),
    "shops": _plain(lambda node: changed(node, {"attributes": every(_mapped)})),
    "signals": _plain(_or_nothing),
}
_LISTED: Mapping[str, Callable[[Node, Node | None], Node]] = {
    "rules": rule,
    "rich_menus": _menu,
    "alerts": _plain(lambda node: changed(node, {"when": as_list})),
}


_IN_ORDER = frozenset({"flows", "states", "tabs"})
"""Blocks of names whose order means something: journeys start in it, states and tabs begin with the first."""


def version_of(root: Map, lists: Iterable[str] = ()) -> str:
    """The sha256 (hexadecimal) of a canonical document, and of the `lists` (`name@sha`) that it names.

    Comments, positions, files and shorthands do not change it. Settings are taken as they stand in the files,
    with their `${NAME}`: all machines that run a playbook agree, and no secret goes into it.
    """
    text = json.dumps(as_data(root), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    whole = "\n".join((text, *lists))
    return sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def as_data(node: Node) -> Any:
    """A part of a canonical document as JSON, without places."""
    match node:
        case Scalar():
            return source_text(node)
        case List(items=items):
            return [as_data(item) for item in items]
        case Map(pairs=pairs):
            if _ordered(node):
                return [[name, as_data(value)] for name, (_, value) in pairs.items()]
            return {name: as_data(value) for name, (_, value) in pairs.items()}


def source_text(node: Scalar) -> str | None:
    """A value as in its file; `None` where there is none."""
    if node.nothing:
        return None
    return node.value if node.raw is None else node.raw


def _ordered(block: Map) -> bool:
    path = block.path
    if len(path) == 2 and path[0] == "splits":
        return True
    return len(path) in (1, 3) and path[-1] in _IN_ORDER and path[0] in ("flows", "rich_menus")
