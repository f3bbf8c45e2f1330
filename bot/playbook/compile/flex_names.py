"""What messages call the objects of Flex, and what was found in their place."""

from __future__ import annotations

from bot.line.objects.flex_table import KINDS
from bot.model.said import Said, say
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import List, Map, Node

TYPE_OF = {name: kind for kinds in KINDS.values() for kind, name in kinds.items()}
"""The `type` of each object that has one."""


def called(name: str) -> Said:
    """An object of LINE's table, as a message names it."""
    word = TYPE_OF.get(name) or name.removeprefix("Flex").lower()
    vowel = word[0] in "aeiou"
    if name.endswith("Action") and name != "Action":
        return say("an {word} action", word=word) if vowel else say("a {word} action", word=word)
    return say("an {word}", word=word) if vowel else say("a {word}", word=word)


def found(node: Node) -> Said:
    """What stands there instead."""
    match node:
        case Map():
            return say("a block")
        case List():
            return say("a list")
        case _:
            return say("nothing") if node.nothing else say("the text {text}", text=shown(node.value))
