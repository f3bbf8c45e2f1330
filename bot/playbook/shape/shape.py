"""Whether the nodes of a file have the playbook's shape (phase 2), by the JSON Schema."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from bot.model.problem import Problem
from bot.playbook.shape.schema import SCHEMA, WORDS
from bot.playbook.shape.wording import Finding, problems_of
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, plain


def check_shape(file: str, root: Node) -> tuple[list[Problem], set[Path]]:
    """What is wrong with the shape, and the places (paths of at most two keys) that are refused with it."""
    problems: list[Problem] = []
    refused: set[Path] = set()
    for finding in _findings(root):
        worded = list(problems_of(file, root, finding))
        problems += worded
        if worded:
            refused.add(finding.path[:2])
    return problems, refused


@cache
def _validator() -> Any:
    return Draft202012Validator(SCHEMA)


def _findings(root: Node) -> Iterator[Finding]:
    """The schema's errors, in our own terms.

    Rules that differ in their texts only have the same errors. One of each shape is looked at, so that
    10,000 keyword rules cost as much as a few.
    """
    document = plain_but_rules(root)
    groups: list[list[int]] = []
    rules = root.get("rules") if isinstance(root, Map) else None
    if isinstance(rules, List):
        by_shape: dict[Hashable, list[int]] = {}
        for number, rule in enumerate(rules.items):
            by_shape.setdefault(_shape(rule), []).append(number)
        groups = list(by_shape.values())
        document["rules"] = [plain(rules.items[group[0]]) for group in groups]
    for error in _validator().iter_errors(document):
        path: Path = tuple(error.absolute_path)
        key = error.instance if "propertyNames" in error.schema_path else None
        if groups and path[:1] == ("rules",) and len(path) > 1 and isinstance(path[1], int):
            for number in groups[path[1]]:
                yield Finding(error.validator, error.schema, ("rules", number, *path[2:]), key)
        else:
            yield Finding(error.validator, error.schema, path, key)


def plain_but_rules(root: Node) -> Any:
    """The document as plain data, without the rules where they are a list."""
    if not isinstance(root, Map):
        return plain(root)
    return {
        key: [] if key == "rules" and isinstance(value, List) else plain(value)
        for key, (_, value) in root.pairs.items()
    }


def _shape(node: Node) -> Hashable:
    """All that the schema sees of a node below `rules`: keys, lists, and the words that it knows."""
    match node:
        case Scalar():
            if node.nothing:
                return None
            return node.value if node.value in WORDS else ""
        case List(items=items):
            return ("list", *map(_shape, items))
        case Map(pairs=pairs):
            return tuple((key, _shape(value)) for key, (_, value) in pairs.items())
