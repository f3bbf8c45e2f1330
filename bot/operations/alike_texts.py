"""Groups texts that ask the same in other words: "請問有優惠嗎", "有優惠？", "有沒有優惠" (N7).

Pairs of neighbouring letters are compared, each text with the five groups that share most of them, the
commonest text first, so the outcome does not depend on their order. Weighed: a model of the language (a
network call with members' words, and answers that differ from day to day). Letters alone leave 「怎麼退貨」
and 「退貨流程」 two questions.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import chain

from bot.engine.texts.text import fold
from bot.playbook.similar import simplified
from bot.wording.near_rules import letters_of

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
_GREETINGS = (
    "你好 您好 哈囉 嗨 不好意思 我想請問 想請問 請問一下 請問 請教 我想問 想問一下 想問 麻煩 "
    "你們的 你們 妳們的 妳們 您們 我的 這個 那個 現在"
)
"""And words by which somebody says whose, or which, and asks nothing."""
_THANKS = "謝謝 感謝 嗎 呢 喔 哦 啊 呀 吧 了 捏 咧"
_LATIN = "(?:hello|hi)(?![a-z])"


def _one_of(words: str) -> str:
    return "|".join(simplified(words).split())


_BEFORE = re.compile(rf"(?:\W*(?:{_one_of(_GREETINGS)}|{_LATIN}))+")
"""Courtesies before a question, in simplified characters."""
_BEHIND = re.compile(rf"(?:(?:{_one_of(_THANKS)})\W*)+$")
"""Courtesies behind a question, in simplified characters."""


def grouped(texts: Mapping[str, int]) -> list[list[str]]:
    """The texts, each written so often, those that ask alike together: the commonest of all first.

    A group is what is like its commonest text: nothing comes in by being like another member, so that a
    group stays one question. Time grows with the texts, not with its square.
    """
    keys = {text: key_of(text) for text in texts}
    times = Counter[str]()
    for text, number in texts.items():
        times[keys[text]] += number
    group_of, number = _grouped_keys(sorted(times, key=lambda key: (-times[key], key)))
    found: list[list[str]] = [[] for _ in range(number)]
    for text in sorted(texts, key=lambda text: (-texts[text], text)):
        found[group_of[keys[text]]].append(text)
    return sorted(found, key=lambda some: (-sum(texts[text] for text in some), some[0]))


def _grouped_keys(keys: Iterable[str]) -> tuple[Mapping[str, int], int]:
    """The group of each key, by number, and how many there are; the commonest key comes first."""
    leaders: list[frozenset[str]] = []
    with_pair: dict[str, list[int]] = {}
    group_of: dict[str, int] = {}
    for key in keys:
        pairs = _pairs(key)
        near = Counter(chain.from_iterable(with_pair[pair] for pair in pairs if pair in with_pair))
        least = len(pairs) * ALIKE / (2 - ALIKE)  # who shares fewer is not alike, however few pairs it has
        enough = sorted((-shared, group) for group, shared in near.items() if shared >= least)[:COMPARED]
        likeness = {group: _likeness(pairs, leaders[group]) for _, group in enough}
        best = max(likeness, key=lambda group: (likeness[group], -group), default=None)
        if best is not None and likeness[best] >= ALIKE:
            group_of[key] = best
            continue
        group_of[key] = len(leaders)
        for pair in pairs:
            if len(groups := with_pair.setdefault(pair, [])) < COMMON:
                groups.append(len(leaders))
        leaders.append(pairs)
    return group_of, len(leaders)


def without_closing(text: str) -> str:
    """The text folded, without the signs that close it; all of it, where it is nothing else."""
    folded = fold(text)
    return folded.rstrip(_CLOSING) or folded


def key_of(text: str) -> str:
    """What a text asks, as it is compared: without courtesies, marks and emoji, in simplified characters; all
    of it, where it is nothing else."""
    folded = fold(text[: 2 * LONGEST])
    bare = without_courtesies(folded)
    return simplified(letters_of(bare) or letters_of(folded) or folded)[:LONGEST]


def without_courtesies(folded: str) -> str:
    """What of a folded text is asked, in its own characters; empty where it is courtesies alone."""
    plain = simplified(folded)  # one character for one, so that places are the same
    begins = found.end() if (found := _BEFORE.match(plain)) else 0
    ends = found.start() if (found := _BEHIND.search(plain, begins)) else len(plain)
    return folded[begins:ends]


def _pairs(key: str) -> frozenset[str]:
    """Letters side by side; of a single letter itself."""
    return frozenset(key[at : at + 2] for at in range(max(1, len(key) - 1)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """From 0 to 1, as Dice has it."""
    return 2 * len(one & other) / (len(one) + len(other))
