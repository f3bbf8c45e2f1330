"""Which rules can hear a text, found without asking them one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ahocorasick

from bot.engine.text import fold


class RuleIndex:
    """Rule numbers by folded text (a dictionary) and by folded substring (Aho-Corasick).

    Built once at load; asking costs the length of the text, whatever the number of rules.
    """

    def __init__(self, texts: Mapping[str, Iterable[int]], needles: Mapping[str, Iterable[int]]) -> None:
        self._exact = _joined(texts)
        self._needles = None
        folded = _joined(needles)
        if folded:
            self._needles = ahocorasick.Automaton()
            for needle, numbers in folded.items():
                self._needles.add_word(needle, numbers)
            self._needles.make_automaton()

    def hearing(self, text: str) -> list[int]:
        """The numbers of all rules that hear `text`, rising: the order of the file."""
        folded = fold(text)
        found = set(self._exact.get(folded, ()))
        if self._needles is not None:
            for _, numbers in self._needles.iter(folded):
                found.update(numbers)
        return sorted(found)


def _joined(texts: Mapping[str, Iterable[int]]) -> dict[str, tuple[int, ...]]:
    joined: dict[str, list[int]] = {}
    for text, numbers in texts.items():
        joined.setdefault(fold(text), []).extend(numbers)
    return {text: tuple(sorted(set(numbers))) for text, numbers in joined.items()}
