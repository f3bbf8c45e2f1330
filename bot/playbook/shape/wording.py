"""What a finding of the JSON Schema means to the person who wrote the file, in our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from bot.model.problem import Problem
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.validator import Finding
from bot.playbook.shape.wrong_keys import (
    missing_beside,
    missing_choice,
    missing_keys,
    mixed_keys,
    unknown_keys,
)
from bot.playbook.shape.wrong_values import too_few, too_many, wrong_format, wrong_type, wrong_word
from bot.playbook.syntax.nodes import Node, Scalar, at


def problems_of(root: Node, finding: Finding) -> Iterator[Problem]:
    """The finding in our own words; nothing where another finding says the same better."""
    node = at(root, finding.path)
    if not (isinstance(node, Scalar) and node.unset):
        yield from BY_KEYWORD[finding.keyword](LocatedFinding(root, node, finding))


BY_KEYWORD: Mapping[str, Callable[[LocatedFinding], Iterator[Problem]]] = {
    "type": wrong_type,
    "words": wrong_word,
    "additionalProperties": unknown_keys,
    "required": missing_keys,
    "dependentRequired": missing_beside,
    "needs": missing_choice,
    "minItems": too_few,
    "minProperties": too_few,
    "maxItems": too_many,
    "maxProperties": too_many,
    "format": wrong_format,
    "kinds": mixed_keys,
    "acts": mixed_keys,
    "tap": mixed_keys,
}
