"""Compiles `splits`, which divide contacts at random into groups by percent (language, section 5.1): each
contact has a seed, each group a range of buckets, and a split draws the bucket from the seed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.engine.compiled.splits import draw
from bot.engine.conditions.people import SEEDS, InSplit
from bot.model.translatable import Translatable, tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of


def ranges(node: Node) -> dict[str, tuple[int, int]]:
    """The range of buckets of each group, end excluded, in the order declared. `node` is the block of
    percentages."""
    borders, below = {}, 0
    for name, percent in shares(node).items():
        borders[name] = (_border(below), _border(below + percent))
        below += percent
    return borders


def drawn(name: Scalar, node: Node, groups: Iterable[str]) -> InSplit:
    """The condition of being in one of `groups` of the split `name`; `node` is its block of percentages."""
    factor, offset = draw(name.value)
    borders, chosen = ranges(node), tuple(groups)
    within = tuple(borders[group] for group in chosen)
    return InSplit(place_of(name), factor, offset, within, name.value, chosen)


def groups_of(scope: Scope, names: Iterable[str]) -> dict[str, dict[str, InSplit]]:
    """By split and group: the condition of being in that group. Splits that are not declared are left out."""
    declared = scope.book.section("splits")
    return {
        name: {group: drawn(key, node, (group,)) for group in shares(node)}
        for name in names
        if name in declared
        for key, node in (declared[name],)
    }


def _border(percent: int) -> int:
    """The first of `SEEDS` buckets behind so many percent, rounded up."""
    return -(-min(percent, 100) * SEEDS // 100)


def shares(node: Node) -> dict[str, int]:
    """The percentage of each group; one that is no number is left out, as it is reported elsewhere."""
    pairs = node.pairs if isinstance(node, Map) else {}
    return {
        name: int(value.value)
        for name, (_, value) in pairs.items()
        if isinstance(value, Scalar) and value.value.isdecimal()
    }


def splits_of(scope: Scope) -> dict[str, dict[str, int]]:
    """The percentages of all splits; one that does not add up to 100 is reported."""
    splits = {}
    for name, (key, node) in scope.book.section("splits").items():
        splits[name] = shares(node)
        total = sum(splits[name].values())
        if total != 100:
            message = tr("the groups of {name} add up to {total}, not to 100", name=quoted(name), total=total)
            scope.wrong(key, "split-not-100", message, _corrected(splits[name], total))
    return splits


def _corrected(groups: dict[str, int], total: int) -> Translatable | None:
    """Advice on a total that is not 100: another share for the last group, where that is possible."""
    if not groups:
        return None
    last = list(groups)[-1]
    share = groups[last] + 100 - total
    return tr("give {last} {share}", last=quoted(last), share=share) if 0 < share <= 100 else None
