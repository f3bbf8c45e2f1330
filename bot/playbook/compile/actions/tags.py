"""`add_tags`, `remove_tags`."""

from __future__ import annotations

from bot.engine.actions.tags import AddTags, RemoveTags
from bot.engine.compiled.step import Step
from bot.playbook.compile.actions.readers import Readers
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import added_tags
from bot.playbook.syntax.nodes import Node, Scalar, place_of


def _add_tags(scope: Scope, key: Scalar, node: Node) -> Step:
    return AddTags(place_of(key), added_tags(scope, node))


def _remove_tags(scope: Scope, key: Scalar, node: Node) -> Step:
    known = tuple(tag.value for tag in scope.scalars(node) if scope.knows("tags", tag))
    return RemoveTags(place_of(key), known)


READ: Readers = {
    "add_tags": _add_tags,
    "remove_tags": _remove_tags,
}
