"""What somebody meant around a shop: which platform, what happens there, whose name stands first."""

from __future__ import annotations

from bot.model.said import Quoted, Said, say
from bot.playbook.shape.found import FoundAt
from bot.playbook.shape.meant_words import meant_word
from bot.playbook.similar import nearest
from bot.playbook.syntax.nodes import Map, Node, Scalar
from bot.shops.platforms import PLATFORMS

_OTHERS = frozenset(("shopify", "shopee", "shopstore"))
"""Other systems, whose names only look like one that is known."""


def of_shop(place: FoundAt) -> Said | None:
    """What is said of a word that is no platform, or of a shop where its news are named."""
    node = place.node
    if not isinstance(node, Scalar):
        return None
    if node.path[:1] == ("shops",) and node.path[-1:] == ("platform",):
        return _platform(node.value)
    if node.path[-1:] == ("shop",) and node.value in _names(place.root, "shops"):
        return say(
            "{name} is the shop itself: write what happens there, such as  {when}",
            name=Quoted(node.value),
            when="when: {shop: order_paid}",
        )
    return None


def swapped(root: Node, first: str, second: str) -> Said | None:
    """What to write where a mapping has the shop's field first, and our attribute behind it."""
    ours = _names(root, "attributes")
    if first in ours or second not in ours:
        return None
    return say("our attribute stands first, the shop's field behind it:  {pair}", pair=f"{second}: {first}")


def swapped_at(place: FoundAt, first: str) -> Said | None:
    """The same of the key of a mapping."""
    if place.finding.path[:1] != ("shops",) or place.finding.path[-1:] != ("attributes",):
        return None
    behind = place.node.get(first) if isinstance(place.node, Map) else None
    return swapped(place.root, first, behind.value) if isinstance(behind, Scalar) else None


def bare_tag(place: FoundAt) -> Said | None:
    """A tag's field, where it is written as that of an attribute: nothing is written back of it."""
    path, node = place.finding.path, place.node
    field = node.get("from") if isinstance(node, Map) else None
    if path[:1] != ("shops",) or path[2:3] != ("tags",) or not isinstance(field, Scalar):
        return None
    return say("write  {key}: {value}", key=str(path[-1]), value=field.value)


def _platform(word: str) -> Said | None:
    if word.casefold() not in _OTHERS and (meant_word(word, PLATFORMS) or nearest(word, PLATFORMS)):
        return None
    return say(
        "another shop system, or one's own, is asked by web hooks:  {own};  members in a table are  {list}",
        own="platform: hook, url: …, secret: …",
        list="platform: csv",
    )


def _names(root: Node, section: str) -> frozenset[str]:
    there = root.get(section) if isinstance(root, Map) else None
    return frozenset(there.pairs) if isinstance(there, Map) else frozenset()
