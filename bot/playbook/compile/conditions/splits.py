"""Splits: which seeds belong to which group (language, section 5.1)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.engine.compiled.splits import draw
from bot.engine.conditions.people import SEEDS, InSplit
from bot.model.translatable import Translatable, tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def ranges(node: Node) -> dict[str, tuple[int, int]]:
    """The range of buckets of each group (end not included), in the order declared."""
    borders, below = {}, 0
    for name, percent in shares(node).items():
        borders[name] = (_border(below), _border(below + percent))
        below += percent
    return borders


def drawn(name: Scalar, node: Node, groups: Iterable[str]) -> InSplit:
    """The condition of being in one of these groups of the split of this name; `node` are its shares."""
    factor, offset = draw(name.value)
    borders, chosen = ranges(node), tuple(groups)
    within = tuple(borders[group] for group in chosen)
    return InSplit(place_of(name), factor, offset, within, name.value, chosen)


def groups_of(scope: Scope, names: Iterable[str]) -> dict[str, dict[str, InSplit]]:
    """The groups of these splits, as far as they are declared, each as a condition."""
    declared = scope.book.section("splits")
    return {
        name: {group: drawn(key, node, (group,)) for group in shares(node)}
        for name in names
        if name in declared
        for key, node in (declared[name],)
    }


def _border(percent: int) -> int:
    return -(-min(percent, 100) * SEEDS // 100)


def shares(node: Node) -> dict[str, int]:
    """The percentage of each group."""
    pairs = node.pairs if isinstance(node, Map) else {}
    return {
        name: int(value.value)
        for name, (_, value) in pairs.items()
        if isinstance(value, Scalar) and value.value.isdecimal()
    }


def splits_of(scope: Scope) -> dict[str, dict[str, int]]:
    """All splits; one whose shares do not add up to 100 is reported."""
    splits = {}
    for name, (key, node) in scope.book.section("splits").items():
        splits[name] = shares(node)
        total = sum(splits[name].values())
        if total != 100:
            message = tr("the groups of {name} add up to {total}, not to 100", name=quoted(name), total=total)
            scope.wrong(key, "split-not-100", message, _corrected(splits[name], total))
    return splits


def _corrected(groups: dict[str, int], total: int) -> Translatable | None:
    if not groups:
        return None
    last = list(groups)[-1]
    share = groups[last] + 100 - total
    return tr("give {last} {share}", last=quoted(last), share=share) if 0 < share <= 100 else None
