"""A key that stands twice in one block: its problem, and how the two are put into one."""

from __future__ import annotations

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.syntax.nodes import Map, Node, Scalar

_SEVERAL = frozenset(("reply", "push", "text", "text_contains", "add_tags", "remove_tags"))
"""Keys whose value may be a list: where one stands twice, the hint proposes a list of both values."""


def begins_next_item(parent: Map, key: Scalar) -> bool:
    """Whether the first key of a list's item is there once more: the next item was to begin here."""
    in_list = bool(parent.path) and isinstance(parent.path[-1], int)
    return in_list and key.value == next(iter(parent.pairs))


def doubled_key(parent: Map, key: Scalar, node: Node) -> Problem:
    """The problem of a key, with the value `node`, that `parent` has already."""
    first = parent.pairs[key.value][0]
    note = tr(
        "first defined at {file}:{line}:{column}", file=first.file, line=first.line, column=first.column
    )
    hint = _hint(parent, key, node)
    if begins_next_item(parent, key):
        hint = tr('begin the next one of the list with "- "')
    message = tr('the key "{key}" stands here twice', key=key.value)
    here = Place(key.file, key.line, key.column, "")
    return mistake(here, "duplicate-key", message, hint=hint, note=note, width=key.width)


def _hint(parent: Map, key: Scalar, node: Node) -> Translatable:
    first = parent.pairs[key.value][1]
    if not parent.path:
        return _joined(parent, key, node)
    if key.value in _SEVERAL and isinstance(first, Scalar) and isinstance(node, Scalar):
        listed = f"[{first.value}, {node.value}]"
        if parent.path[0] == "rules":
            return tr(
                "for both, one after the other, write  {key}: {value};  where a new rule was to begin,"
                " write above this line  - when: …",
                key=key.value,
                value=listed,
            )
        return tr("for both, one after the other, write  {key}: {value}", key=key.value, value=listed)
    if len(parent.path) == 1:
        return tr("give one of them another name")
    return tr("leave one of them out")


def _joined(parent: Map, key: Scalar, node: Node) -> Translatable:
    """How the second of two sections of one name is put into the first."""
    first, there = parent.pairs[key.value]
    if isinstance(node, Scalar) or isinstance(there, Scalar) or node.line == key.line:
        return tr("put both into one")
    in_blocks = there.line > first.line and there.column == node.column
    if in_blocks and next(reversed(parent.pairs)) == key.value:
        return tr(
            "delete line {line}: what stands below it then belongs to the  {key}:  above",
            line=key.line,
            key=key.value,
        )
    return tr(
        "move what stands below it to the  {key}:  in line {first}, and delete line {line}",
        key=key.value,
        first=first.line,
        line=key.line,
    )
