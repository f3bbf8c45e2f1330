"""The rule that would answer a question which nobody answered: by words that no other rule waits for (N7)."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import OnPattern, OnText, OnTextContaining, Rule, Trigger
from bot.engine.texts.text import fold
from bot.model.answer_fields import AsText, Help
from bot.model.place import Place
from bot.model.translatable import TranslatableValue, tr
from bot.operations.alike_texts import without_courtesies
from bot.playbook.syntax.yaml_text import braces, one_or_list, scalar
from bot.wording.near_rules import How, Near
from bot.wording.rule_to_paste import rule_for, texts_heard

WORDS_MOST = 3
"""Words that a rule waits for."""
LONGEST = 12
"""Parts (ideographs, words of letters) of a word that a rule waits for."""
COMPARED = 50
"""Texts of a question, the commonest, of whose words one is chosen."""
LOOKED_AT = 20
"""Words that are tried for a rule, the best first."""
ENOUGH = 0.9
"""Of a question's messages so many are heard, and no further word is looked for."""
WORTH = 0.1
"""A further word hears so many of them at least."""
OTHERS = 0.1
"""Of what a word hears so many may be other questions' messages at most."""
_PARTS = re.compile(r"[a-z0-9]+|[^\W_]")
"""A part of a folded text: a word of Latin letters and digits, or one other letter."""


@dataclass(frozen=True, slots=True)
class ProposedRule:
    """A rule without its answer: its YAML, the `texts` that it waits for, whether it `contains` them.

    It hears so many of the question's messages, and so many of other questions'; of the texts that rules of
    the playbook wait for it hears none.
    """

    yaml: str
    texts: Sequence[str]
    contains: bool
    hears: int
    others: int

    def lines(self) -> Iterator[TranslatableValue]:
        """What it hears, and how it is written."""
        hears, others = f"{self.hears:,}", f"{self.others:,}"
        if self.others:
            yield tr(
                "    a rule of its own hears {hears} of them, and {others} of others:",
                hears=hears,
                others=others,
            )
        else:
            yield tr("    a rule of its own hears {hears} of them, and nothing else:", hears=hears)
        yield from (f"      {line}" for line in self.yaml.splitlines())


@dataclass(frozen=True, slots=True)
class WidenedRule:
    """A rule that is there and waits for nearly this: for which `text`, and how that differs."""

    place: Annotated[Place, AsText()]
    text: str
    how: How
    texts: Annotated[Sequence[str], Help("What it would wait for, too.")]
    yaml: Annotated[str, Help("Its trigger with them.")]


class HeardTexts:
    """What a word would hear: of what nobody answered, and of what rules of the playbook answer."""

    def __init__(self, written: Mapping[str, int], answered: Iterable[str]) -> None:
        """Folded texts: what nobody answers, each with how often; what rules wait for, or take."""
        self._texts = [*written, *answered]
        self._times = [*written.values()]
        with_pair: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            for pair in {text[at : at + 2] for at in range(len(text) - 1)}:
                with_pair[pair].append(number)
        self._with_pair: Mapping[str, Sequence[int]] = with_pair

    def is_answered(self, word: str) -> bool:
        """Whether a rule answers a text with this folded word in it."""
        return any(number >= len(self._times) for number in self._with(word))

    def times(self, words: Collection[str]) -> int:
        """In how many messages one of these folded words is, each of two signs at least."""
        found = {number for word in words for number in self._with(word)}
        return sum(self._times[number] for number in found if number < len(self._times))

    def _with(self, word: str) -> Iterator[int]:
        pairs = (self._with_pair.get(word[at : at + 2], ()) for at in range(len(word) - 1))
        return (number for number in min(pairs, key=len) if word in self._texts[number])


def waited_for(playbook: Playbook) -> Iterator[str]:
    """The texts that rules wait for, or what these begin with, folded; in a flow its own rules come first,
    and nothing is taken from them."""
    return (fold(text) for rule in playbook.rules for one in rule.when for text in _texts_of(one))


def proposed_rule(texts: Mapping[str, int], heard: HeardTexts, ways: Sequence[str]) -> ProposedRule:
    """The rule for a question that was written in these texts, the commonest first, each so often (folded; of
    `heard`).

    Where no words do, it waits for the `ways` to ask it as they were written.
    """
    words = list(_words(texts, heard))
    if not words:
        lines, exact = rule_for(ways), {fold(one) for one in texts_heard(ways)}
        hears = sum(times for text, times in texts.items() if text in exact)
        return ProposedRule("\n".join(lines), ways, False, hears, 0)
    hears = _in(texts, words)
    return ProposedRule(
        "\n".join(rule_for(words, contains=True)), words, True, hears, heard.times(words) - hears
    )


def text_of_rule(rule: Rule, folded: str) -> str | None:
    """This text as the rule waits for it; `None` where it waits for other ones."""
    texts = (text for one in rule.when if isinstance(one, OnText) for text in one.texts)
    return next((text for text in texts if fold(text) == folded), None)


def widened_rule(playbook: Playbook, near: Near, ways: Sequence[str]) -> WidenedRule | None:
    """The rule that waits for nearly this, with the ways to ask it; `None` where it is not there."""
    triggers = (one for rule in playbook.rules if rule.place == near.place for one in rule.when)
    trigger = next((one for one in triggers if near.text in _texts_of(one)), None)
    if not isinstance(trigger, OnText | OnTextContaining):
        return None
    there = frozenset(map(fold, trigger.texts))
    more = [one for one in ways if fold(one) not in there]
    word = "text" if isinstance(trigger, OnText) else "text_contains"
    listed = one_or_list(map(scalar, [*trigger.texts, *more]))
    return WidenedRule(near.place, near.text, near.how, more, f"when: {braces({word: listed})}")


def _texts_of(trigger: Trigger) -> Sequence[str]:
    match trigger:
        case OnText(texts) | OnTextContaining(texts):
            return texts
        case OnPattern(pattern, postback=False):
            return (pattern.prefix,)
        case _:
            return ()


def _words(texts: Mapping[str, int], heard: HeardTexts) -> Iterator[str]:
    """The best words, each for what those before it do not hear."""
    everything, left = sum(texts.values()), dict(texts)
    for number in range(WORDS_MOST):
        word = _best(left, texts, heard)
        if word is None or (number and _in(left, [word]) < everything * WORTH):
            return
        yield word
        left = {text: times for text, times in left.items() if word not in text}
        if sum(left.values()) <= everything * (1 - ENOUGH):
            return


def _best(left: Mapping[str, int], texts: Mapping[str, int], heard: HeardTexts) -> str | None:
    """The word that hears most of what is left, a longer one rather than a shorter; `None`: none that hears
    only what this question's `texts` ask."""
    hears: Counter[str] = Counter()
    for text, times in islice(left.items(), COMPARED):
        for word in _candidates(text):
            hears[word] += times
    in_order = sorted(hears, key=lambda word: (-hears[word] * (1 - 1 / len(word)), word))
    for word in in_order[:LOOKED_AT]:
        own = _in(texts, [word])
        if not heard.is_answered(word) and heard.times([word]) - own <= own * OTHERS:
            return word
    return None


def _candidates(text: str) -> frozenset[str]:
    """What stands together in a folded text, of two letters at least: no part of a word of Latin letters, and
    nothing across marks."""
    asked = without_courtesies(text)
    parts = [(one.start(), one.end()) for one in _PARTS.finditer(asked)]
    found = set[str]()
    for first, (begins, ends) in enumerate(parts):
        for start, end in parts[first : first + LONGEST]:
            if asked[ends:start].strip(" "):
                break
            ends = end
            found.add(asked[begins:end])
    return frozenset(word for word in found if len(word) > 1 and not word.replace(" ", "").isdecimal())


def _in(texts: Mapping[str, int], words: Collection[str]) -> int:
    """How many messages have one of these words."""
    return sum(times for text, times in texts.items() if any(word in text for word in words))
