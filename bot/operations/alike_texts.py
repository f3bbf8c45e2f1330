"""Texts that ask the same in other words, put together: "請問有優惠嗎", "有優惠？", "有沒有優惠" (N7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache

from bot.engine.texts.text import fold

ALIKE = 0.65
"""Of the pairs of letters that two texts have, how many have to be the same (Dice): with 0.6 「信義店幾點開」
and 「板橋店幾點開」 would be one question."""
LONGEST = 40
"""Letters of a text that are compared."""
COMPARED = 5
"""Groups that a text is compared with: those with which it shares most pairs."""
COMMON = 30
"""Groups in which a pair is looked for: more say nothing, and nonsense is to cost nobody time."""
_CLOSING = "?!。.~…， "
"""What people write behind a sentence or leave out, once it is folded."""
_BEFORE = (
    "你好",
    "您好",
    "哈囉",
    "嗨",
    "hello",
    "hi",
    "不好意思",
    "我想請問",
    "想請問",
    "請問",
    "我想問",
    "想問",
    "麻煩",
)
_BEHIND = ("謝謝", "感謝", "嗎", "呢", "喔", "哦", "啊", "呀", "吧", "了", "捏", "咧")


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """The places of the texts, in order, those that ask alike together; the group with most first.

    A group is what is like its commonest text: nothing comes in by being like another member, so that a
    group stays one question. Time grows with the texts, not with its square.
    """
    keys = [_key(text) for text in texts]
    leaders: list[frozenset[str]] = []
    with_pair: dict[str, list[int]] = {}
    group_of: dict[str, int] = {}
    for key, _ in Counter(keys).most_common():
        pairs = _pairs(key)
        near = Counter(group for pair in pairs for group in with_pair.get(pair, ()))
        likeness = {group: _likeness(pairs, leaders[group]) for group, _ in near.most_common(COMPARED)}
        best = max(likeness, key=lambda group: likeness[group], default=None)
        if best is not None and likeness[best] >= ALIKE:
            group_of[key] = best
            continue
        group_of[key] = len(leaders)
        for pair in pairs:
            if len(groups := with_pair.setdefault(pair, [])) < COMMON:
                groups.append(len(leaders))
        leaders.append(pairs)
    found: list[list[int]] = [[] for _ in leaders]
    for place, key in enumerate(keys):
        found[group_of[key]].append(place)
    return sorted(found, key=lambda places: (-len(places), places[0]))


@cache
def _courtesies() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said before and behind a question, folded, the longest first."""
    before, behind = (sorted(map(fold, some), key=len, reverse=True) for some in (_BEFORE, _BEHIND))
    return tuple(before), tuple(behind)


def _key(text: str) -> str:
    """What a text asks: without courtesies and closing signs; all of it, where it is nothing else."""
    folded = fold(text[: 2 * LONGEST])
    key, (before, behind) = folded.strip(_CLOSING), _courtesies()
    while True:
        was = key
        if key.startswith(before):
            for word in before:
                key = key.removeprefix(word).lstrip(_CLOSING + ",、")
        if key.endswith(behind):
            for word in behind:
                key = key.removesuffix(word).rstrip(_CLOSING)
        if key == was:
            return (key or folded)[:LONGEST]


def _pairs(key: str) -> frozenset[str]:
    """Letters side by side; of a single letter itself."""
    joined = key.replace(" ", "")
    return frozenset(joined[at : at + 2] for at in range(max(1, len(joined) - 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1, as Dice has it."""
    return 2 * len(one & other) / (len(one) + len(other))
