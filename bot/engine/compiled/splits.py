"""Splits: which group a seed is drawn for, and which seed puts a person into the wanted groups (5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import SEEDS


@lru_cache(maxsize=1024)
def draw(name: str) -> tuple[int, int]:
    """Factor (1 … 10006) and offset (0 … 10006) of a split, from the sha256 of its name: fixed for good."""
    digest = sha256(name.encode("utf-8", "surrogatepass")).digest()
    return (
        int.from_bytes(digest[:8], "big") % (SEEDS - 1) + 1,
        int.from_bytes(digest[8:16], "big") % SEEDS,
    )


def seed_for(playbook: Playbook, wanted: Mapping[str, str]) -> int | None:
    """The first seed that is in all the `wanted` groups (split → group); `None` where none is; 0 without any.

    Seeds at the very border of a group are left out, so that rounding does not matter.
    """
    if not wanted:
        return 0
    tests = [(*draw(split), *_span(playbook.splits[split], group)) for split, group in wanted.items()]
    for seed in range(SEEDS):
        if all(low <= (seed * a + b) % SEEDS < high for a, b, low, high in tests):
            return seed
    return None


def redrawn(playbook: Playbook, seed: int, split: str, group: str) -> int | None:
    """A seed in this group of the split; if possible one that stays in its groups of all other splits.

    `None`: no seed is in the group. A seed that is in it already is given back.
    """
    groups = {name: group_of(playbook, name, seed) for name in playbook.splits}
    if groups.get(split) == group:
        return seed
    drawn = seed_for(playbook, {**groups, split: group})
    return seed_for(playbook, {split: group}) if drawn is None else drawn


def _span(shares: Mapping[str, int], group: str) -> tuple[int, int]:
    """The buckets of a group, the second not included; shares are in percent."""
    below = 0
    for name, percent in shares.items():
        if name == group:
            return below * SEEDS // 100 + 2, (below + percent) * SEEDS // 100 - 1
        below += percent
    return 0, 0


def group_of(playbook: Playbook, split: str, seed: int) -> str:
    """The group of a split that a seed has been drawn for."""
    a, b = draw(split)
    bucket, below = (seed * a + b) % SEEDS, 0
    for group, percent in playbook.splits[split].items():
        below += percent
        if bucket < -(-below * SEEDS // 100):
            return group
    raise ValueError(f"the shares of the split {split} do not add up to 100")
