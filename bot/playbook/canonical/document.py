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
    LongForms,
    NodeChange,
    Pairs,
    as_list,
    block,
    block_of,
    changed,
    ended,
    every,
    listed,
    pairs_in_order,
    scalar_like,
)
from bot.playbook.canonical.messages import areas, card, is_nothing, messages, result
from bot.playbook.shape.schema import DEFINITIONS, LISTED_SECTIONS, NAMED_SECTIONS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar


def canonical(root: Map, channels: Mapping[str, Node]) -> Map:
    """The long form of a joined document; `channels` is the `channel:` on top of each file."""

    def on_top(node: Node) -> Node | None:
        return channels.get(node.file)

    made: Pairs = {}
    for section, (key, node) in root.pairs.items():
        if section in ("include", "rule_order"):
            continue
        of_channels, change = _OF_CHANNELS.get(section), _LONG.get(section)
        if of_channels is not None and isinstance(node, Map):
            values = {name: (at, of_channels(one, on_top(one))) for name, (at, one) in node.pairs.items()}
            made[section] = key, block(node, values)
        elif of_channels is not None and isinstance(node, List):
            made[section] = key, listed(node, [of_channels(one, on_top(one)) for one in node.items])
        else:
            made[section] = key, node if change is None else change(node)
    return block(root, made)


def _menu(node: Node, channel: Node | None) -> Node:
    assert isinstance(node, Map), node
    condition = merged_condition(node, channel)
    pairs = pairs_in_order(node, ("menu",)) | ({} if condition is None else {"if": condition})
    rest = [name for name in node.pairs if name not in ("menu", "if", "unless")]
    return block(node, pairs | pairs_in_order(node, rest, {"areas": areas, "tabs": every(_face)}))


def _face(node: Node) -> Node:
    return changed(node, {"areas": areas})


def _audience(node: Node) -> Node:
    assert isinstance(node, Map), node
    condition = merged_condition(node)
    pairs = pairs_in_order(node, ("title",)) | ({} if condition is None else {"if": condition})
    return block(node, pairs | pairs_in_order(node, ("csv", "column")))


def _broadcast(node: Node, channel: Node | None) -> Node:
    assert isinstance(node, Map), node
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


_BROADCAST: Mapping[str, NodeChange] = {
    "to": _recipients,
    "push": messages,
    "channel": as_list,
    "quiet_hours": hours,
    "add_tags": as_list,
    "goal": goal,
}
_OF_CHANNELS: Mapping[str, Callable[[Node, Node | None], Node]] = {
    "rules": rule,
    "flows": flow,
    "rich_menus": _menu,
    "broadcasts": _broadcast,
}
"""What makes one thing of a section long that the `channel` on top of its file is for."""
_BY_HAND: Mapping[str, NodeChange] = {
    "card": card,
    "audience": _audience,
    "answer": answer,
    "done": result,
    **dict.fromkeys(("hours", "hours in place"), hours),
    "shop": lambda node: changed(node, {"attributes": every(block_of("from"))}),
    "sms": lambda node: changed(node, {"text": ended}),
}
_LONG = LongForms(DEFINITIONS, _BY_HAND).of_words(
    {name: word for name, word in {**NAMED_SECTIONS, **LISTED_SECTIONS}.items() if name not in _OF_CHANNELS}
)


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
