"""Removes secrets from findings: a value that is starred where a file is shown is in no message or repair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from bot.model.problem import Problem
from bot.model.translatable import Listing, Quoted, Translatable, TranslatableValue
from bot.playbook.shape.schema import KEYS
from bot.playbook.syntax.hiding import secret_by_itself
from bot.playbook.syntax.source import SourceFile

_STARRED = re.compile(r"\*+")
"""Where a text for showing has stars: maybe a secret of the file."""
_WORD = re.compile(r"[^\s{}\[\]()<>,\"'「」“”:：;@/$=|]{4,}")
"""A piece of a secret that is long enough to be recognized in a message."""
_VARIABLE = re.compile(r"\$\{\w*(?::-)?")
"""The beginning of a variable, up to its default."""
_NAME_OF_VARIABLE = re.compile(r"%?[A-Z]+(?:_[A-Z]+)+%?")
"""The name of a variable, which is no secret."""
_LEFT_OUT = "…"
"""What messages show in place of a secret."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """The secrets of a playbook's files, as their words."""

    words: frozenset[str]

    def redact(self, problems: Iterable[Problem]) -> Iterator[Problem]:
        """The findings with `…` for each value that has a secret, and without repairs that have one."""
        for problem in problems:
            message, hint, note = (
                self._redact_message(text) for text in (problem.message, problem.hint, problem.note)
            )
            assert message is not None
            repair = () if any(self._secret(edit.text) for edit in problem.repair) else problem.repair
            yield replace(problem, message=message, hint=hint, note=note, repair=repair)

    def _redact_message(self, message: Translatable | None) -> Translatable | None:
        if message is None:
            return None
        return replace(message, values=tuple((name, self._value(value)) for name, value in message.values))

    def _value(self, value: TranslatableValue) -> TranslatableValue:
        match value:
            case Translatable():
                return self._redact_message(value) or value
            case Listing(items, joined):
                return Listing(tuple(map(self._value, items)), joined)
            case Quoted(str(text)) if self._secret(text):
                return Quoted(_LEFT_OUT)
            case str() if self._secret(value):
                return _LEFT_OUT
            case _:
                return value

    def _secret(self, text: str) -> bool:
        """Whether a text looks like a secret, or has a word of one."""
        return secret_by_itself(text) or not self.words.isdisjoint(_WORD.findall(text))


def redaction_of(files: Mapping[str, SourceFile], shown: Mapping[str, str]) -> Redaction:
    """The secrets of these files: what is starred in `shown`, the texts for display."""
    starred = (
        files[file].text[run.start() : run.end()]
        for file, text in shown.items()
        if text != files[file].text
        for run in _STARRED.finditer(text)
    )
    words = {word for run in starred for word in _WORD.findall(_VARIABLE.sub("", run))}
    secret = {word for word in words - KEYS if word.strip("*") and not _NAME_OF_VARIABLE.fullmatch(word)}
    if secret:  # a word that is shown elsewhere is no secret, such as the name of a shop
        secret.difference_update(*(_WORD.findall(text) for text in shown.values()))
    return Redaction(frozenset(secret))
