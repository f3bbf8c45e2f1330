"""Words on cards that the program writes itself, such as a question for the year of birth, in the language of
the playbook."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.engine.texts.template import Placeholder, Template
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import text_at

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CardWords(Generic[_T]):
    """Words of a card in both languages. Names in braces are filled in for each person."""

    chinese: _T
    english: _T

    def of(self, language: str) -> _T:
        """The words in this language: Chinese where it is empty or begins with `zh`, else English."""
        return self.chinese if not language or language.lower().startswith("zh") else self.english

    def here(self, scope: Scope) -> _T:
        """The words in the language of the scope's playbook."""
        return self.of(text_at(scope.book.root, "language"))


def filled(words: str, **values: str | Placeholder | Template) -> Template:
    """The words as a template, with each `{name}` replaced by the value of that name."""
    parts: list[str | Placeholder] = []
    for number, part in enumerate(re.split(r"\{(\w+)\}", words)):
        value = values[part] if number % 2 else part
        parts += value.parts if isinstance(value, Template) else [value] if value else []
    return Template(tuple(parts))
