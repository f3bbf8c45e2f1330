"""Messages, cards, taps and actions in their long form."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.playbook.canonical.long_nodes import (
    LongForms,
    NodeChange,
    Pairs,
    block,
    changed,
    each,
    ended,
    left_open,
    list_with,
    listed,
    only,
    pairs_in_order,
    scalar_like,
)
from bot.playbook.shape import actions
from bot.playbook.shape.messages import DESTINATIONS, KINDS
from bot.playbook.syntax.nodes import Map, Node, Scalar

CARD_LIKE = re.compile(r"[a-z][a-z0-9_]*")
"""What in the place of a message is the name of a card, and never a text."""


NOTHING = "nothing"
"""The word in the place of messages for a group of a split that gets none."""


def is_nothing(node: Node) -> bool:
    """Whether a group gets nothing."""
    return isinstance(node, Scalar) and node.value == NOTHING


def messages(node: Node) -> Node:
    """A list of messages, each `{card: name}` or a card in place."""
    return list_with(_message)(node)


def _message(node: Node) -> Node:
    if isinstance(node, Scalar):
        text = ended(node)
        return only("card" if text is node and CARD_LIKE.fullmatch(node.value) else "text", text, node)
    return card(node)


def card(node: Node) -> Node:
    """A card with its messages, taps and lists in their long form."""
    return changed(node, _CARD)


def taps(node: Node) -> Node:
    """A list of taps."""
    return list_with(tap)(node)


def tap(node: Node, name: Node | None = None) -> Node:
    """A tap: `{label, DESTINATION, do}`. `name` is the area's, which is the label where none is given."""
    if isinstance(node, Scalar):
        return block(
            node,
            {"label": (scalar_like("label", node), name or node), "send": (scalar_like("send", node), node)},
        )
    if not isinstance(node, Map) or left_open(node):
        return node
    pairs: Pairs = {}
    if "label" not in node.pairs and name is not None:
        pairs["label"] = (scalar_like("label", name), name)
    pairs |= pairs_in_order(node, ("label", *DESTINATIONS), {"label": ended})
    return block(node, pairs | done(node) | pairs_in_order(node, ("box",)))


def areas(node: Node) -> Node:
    """The taps of a picture, by area."""
    assert isinstance(node, Map), node
    return block(
        node, {name: (key, tap(value, scalar_like(name, key))) for name, (key, value) in node.pairs.items()}
    )


def done(source: Map) -> Pairs:
    """`do` with a list of actions, for a block that has one action or `do`; nothing where it has none."""
    if "do" in source.pairs:
        key, node = source.pairs["do"]
        return {"do": (key, list_with(_action)(node))}
    for name in source.pairs:
        if name in actions.ACTIONS:
            key, value = source.pairs[name]
            return {"do": (scalar_like("do", key), listed(key, [_acting(key, value)]))}
    return {}


def result(node: Node) -> Node:
    """A result as `{trigger, do}`."""
    return block(node, pairs_in_order(node, ("trigger",)) | done(node)) if isinstance(node, Map) else node


def is_result(node: Node) -> bool:
    """Whether a setting holds a result."""
    return isinstance(node, Map) and any(name in actions.ACTING for name in node.pairs)


def _action(node: Node) -> Node:
    if isinstance(node, Scalar):
        return only(node.value, scalar_like("true", node), node)
    if isinstance(node, Map):
        ((key, value),) = node.pairs.values()
        return _acting(key, value)
    return node


def _acting(key: Scalar, value: Node) -> Node:
    change = _ACTIONS.get(key.value)
    long = value if change is None or left_open(value) else change(value)
    return block(key, {key.value: (key, long)})


def _reply(node: Node) -> Node:
    if isinstance(node, Map) and "message" in node.pairs:
        return changed(node, {"message": messages})
    return messages(node)


def _template(node: Node) -> Node:
    return changed(node, {"title": ended, "text": ended, "taps": taps})


def _columns(node: Node) -> Node:
    return listed(node, [_template(item) for item in each(node)])


def _having(part: str) -> list[str]:
    """The kinds of cards that are a block with this part."""
    return [kind for kind, word in KINDS.items() if part in word.value.get("properties", ())]


_ACTIONS = LongForms(
    actions.DEFINITIONS, {"reply": _reply, "messages": messages, "result": result}, ends_texts=True
).of_words(actions.ACTIONS)
_CARD: Mapping[str, NodeChange] = {
    **dict.fromkeys(("text", "alt"), ended),
    **dict.fromkeys(_having("taps"), _template),
    **dict.fromkeys(_having("areas"), lambda node: changed(node, {"areas": areas})),
    "messages": messages,
    "carousel": _columns,
    "quick_replies": taps,
}
