"""A file without its mistakes of shape, for finding the unknown names that such mistakes would hide.

It is checked, and never run: a key that is nearly right is read as the one that was meant, two actions as a
list of both, and what cannot be read at all is taken out.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace

from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.schema import ACTIONS, PLAYBOOK
from bot.playbook.shape.shape import around, inner_problems, whole_of
from bot.playbook.shape.suggest_keys import suggest_key
from bot.playbook.shape.validator import Finding, validator_of
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, at, scalars

_ROUNDS = 8
"""How often a file is validated again, at most: without what was taken out, another key may be missing."""
_MENDABLE = ("additionalProperties", "acts", "kinds")
"""Keywords of mistakes that are mended first: other mistakes of the same block may follow from them."""
_TO_DO = (*ACTIONS, "do")
"""Keys of what a rule does."""


@dataclass(frozen=True)
class WithoutMistakes:
    """A copy of a file without its mistakes."""

    root: Map
    refused: set[Path]
    """Paths of what is to be left out all the same."""
    gone: list[str] = field(default_factory=list)
    """The words that were taken out."""


def looked_into(root: Map, refused: Set[Path], unusable: Set[Path]) -> WithoutMistakes:
    """What is left of a file with `refused` entries; `unusable` are those that could not be parsed."""
    rest = WithoutMistakes(deepcopy(root), set(unusable))
    rest.gone.extend(_words(rest.root, unusable))
    findings = _findings(rest.root, unusable)
    for _ in range(_ROUNDS):
        mendable = {one.path for one in findings if one.keyword in _MENDABLE}
        findings = [one for one in findings if one.keyword in _MENDABLE or one.path not in mendable]
        places = [(at(rest.root, one.path), at(rest.root, one.path[:-1])) for one in findings]
        if True not in [_mend(rest, one, *place) for one, place in zip(findings, places, strict=True)]:
            break
        findings = _findings(rest.root, unusable)
    wrong = {finding.path for finding in findings}
    rest.refused.update(filter(None, map(whole_of, findings)))
    for path, _ in list(inner_problems(rest.root, wrong)):
        _end_there(rest, path)
    rest.refused.update(path for path in refused if len(path) < 2)
    return rest


def _findings(root: Map, unusable: Set[Path]) -> list[Finding]:
    found = validator_of(PLAYBOOK).findings(root, PLAYBOOK.file)
    return [one for one in found if len(one.path) > 1 and unusable.isdisjoint(around(one.path))]


def _words(root: Map, paths: Set[Path]) -> Iterator[str]:
    for path in paths:
        with suppress(KeyError, IndexError):  # a key that is no word has no node
            yield from (one.value for one in scalars(at(root, path), with_keys=True))


def _mend(rest: WithoutMistakes, finding: Finding, node: Node, parent: Node) -> bool:
    """Take one mistake out, of a node below another; whether that was possible."""
    if isinstance(node, Map):
        if finding.keyword == "additionalProperties":
            return _rename(rest, LocatedFinding(rest.root, node, finding))
        actions = [key for key in node.pairs if key in _TO_DO]
        if finding.keyword == "acts" and len(actions) > 1:
            _in_a_list(node, actions)
            return True
        if finding.keyword == "kinds" and isinstance(parent, List) and len(actions) > 1:
            apart = _apart(node, actions)
            parent.items = [one for item in parent.items for one in (apart if item is node else [item])]
            return True
    return len(finding.path) > 2 and _take_out(rest, parent, finding.path[-1], node)


def _rename(rest: WithoutMistakes, place: LocatedFinding) -> bool:
    """Read each unknown key as the one that was meant, or take it out."""
    assert isinstance(place.node, Map)
    read: dict[str, tuple[Scalar, Node]] = {}
    for key, (at_key, value) in place.node.pairs.items():
        meant = suggest_key(key, place.keys, place.known) if key in place.extras else key
        if meant is None or (meant != key and meant in read):
            rest.gone.extend([key, *(one.value for one in scalars(value, with_keys=True))])
        else:
            read[meant] = (replace(at_key, value=meant), value)
    place.node.pairs = read
    return True


def _in_a_list(rule: Map, actions: list[str]) -> None:
    """Several actions beside `when`, and a list of them, as one list."""
    items: list[Node] = []
    for key in actions:
        value = rule.pairs[key][1]
        items += value.items if key == "do" and isinstance(value, List) else _apart(rule, [key])
    first = rule.pairs[actions[0]][0]
    for key in actions:
        del rule.pairs[key]
    path = (*rule.path, "do")
    rule.pairs["do"] = (first, List(first.file, path, first.line, first.column, flow=False, items=items))


def _apart(block: Map, actions: list[str]) -> list[Node]:
    """An item for each action of a block."""
    keys = [(key, block.pairs[key][0]) for key in actions]
    return [Map(at.file, block.path, at.line, at.column, pairs={key: block.pairs[key]}) for key, at in keys]


def _take_out(rest: WithoutMistakes, parent: Node, key: str | int, node: Node) -> bool:
    rest.gone.extend([str(key), *(one.value for one in scalars(node, with_keys=True))])
    if isinstance(parent, Map):
        parent.pairs.pop(str(key), None)
    elif isinstance(parent, List):
        parent.items = [one for one in parent.items if one is not node]
    return True


def _end_there(rest: WithoutMistakes, path: Path) -> None:
    """Make an end of a state whose ways do not go together; leave out what is none."""
    node = at(rest.root, path)
    if path[2:3] != ("states",) or not isinstance(node, Map):
        rest.refused.add(path[:2])
        return
    rest.gone.extend(one.value for one in scalars(node, with_keys=True))
    yes = Scalar("true", True, node.file, (*path, "end"), node.line, node.column, 0, 0, 0)
    node.pairs = {"end": (yes, yes)}
