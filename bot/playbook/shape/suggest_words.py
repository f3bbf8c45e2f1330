"""Which word was meant by another (`日期`, `隔天`, `yes`), and which values by one text (`地址、電話`)."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable

from bot.model.translatable import Translatable
from bot.playbook.hints import write
from bot.playbook.shape.advice import advices
from bot.playbook.similar import hint_or_some, in_other_characters
from bot.playbook.syntax.nodes import Scalar


def suggest_word(word: str, known: Collection[str]) -> str | None:
    """The known word that was meant by another."""
    words = advices().words
    called = words.get(word) or words.get(in_other_characters(word, words) or "", ())
    return next((meant for meant in called if meant in known), None)


def hint_for_word(word: str, known: Collection[str]) -> Translatable | None:
    """A hint that names the word that was meant, or the nearest of the known ones, or some of them."""
    meant = suggest_word(word, known)
    return write(meant) if meant is not None else hint_or_some(word, known)


_BETWEEN = re.compile(
    r"\s*[、，；|｜]\s*|\s+(?:或|or)\s+|\s*(?<!\d)[,;]\s*|\s*[,;](?!\d)\s*|(?<=[\u4e00-\u9fff])[/／](?=[\u4e00-\u9fff])"
)
"""Separators of values in everyday writing; a comma between digits belongs to a number."""
_OF_ONE_TEXT = re.compile("[。？！?!…［］]")
"""Ends of sentences; and full-width brackets, which are reported where the file is read."""
_LONGEST = 10
"""Characters in one of the values: commas in longer pieces are those of a sentence."""
_ASKS_FOR_QUOTES = re.compile(r"[\[\]{}#:,&*!|>'\"%@`]")
"""Characters for which a value is put in quotes."""


def split_values(text: str) -> tuple[str, ...]:
    """The values in a text that looks like several; none where it looks like one."""
    if _OF_ONE_TEXT.search(text):
        return ()
    pieces = tuple(_BETWEEN.split(text.strip()))
    several = len(pieces) > 1 and all(0 < len(piece) <= _LONGEST for piece in pieces)
    return pieces if several else ()


def unquoted_values(node: Scalar) -> tuple[str, ...]:
    """The values of a node that looks like several; none of a text in quotes, which is meant as one."""
    return () if not node.plain or node.unset else split_values(node.value)


def listed(values: Iterable[str]) -> str:
    """The values as a list to paste."""
    return f"[{', '.join(map(pasted, values))}]"


def pasted(value: str) -> str:
    """One value to paste, in quotes where it asks for them."""
    return json.dumps(value, ensure_ascii=False) if _ASKS_FOR_QUOTES.search(value) else value
