"""Identifiers are nouns and verbs of the trade: CONTRIBUTING has the list (*Names*)."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.changed import Checked
from tests.sources import BOT, ROOT, modules, text_of

CONTRIBUTING = ROOT / "CONTRIBUTING.md"
ROW = re.compile(r"^\| ([a-z, ]+) \| ([^|`]+) \|$", re.MULTILINE)
SENTENCES = ("tr", "plural")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@cache
def instead() -> Mapping[str, str]:
    """By a word that no identifier has, singular: what is meant by it, and written."""
    _, _, section = text_of(CONTRIBUTING).partition("\n### Names\n")
    rows = ROW.findall(section.partition("\n## ")[0])
    return {word: written.strip() for words, written in rows for word in words.split(", ")}


def module(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def wrong_word(identifier: str) -> str | None:
    """The word of an identifier that is none of the trade."""
    words = [found.lower() for found in WORD.findall(identifier)]
    return next((one for word in words for one in (word, word.removesuffix("s")) if one in instead()), None)


def placeholders(text: str) -> set[tuple[int, int]]:
    """Where the keywords of `tr(…)` and `plural(…)` stand, as tokens do: they are words of the sentence."""
    lines = text.splitlines()
    return {
        (keyword.lineno, len(lines[keyword.lineno - 1].encode()[: keyword.col_offset].decode()))
        for call in ast.walk(ast.parse(text))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in SENTENCES
        for keyword in call.keywords
    }


def identifiers(text: str) -> Iterator[str]:
    """Those of a module; words of the playbook and of stored rows stand in strings."""
    words = placeholders(text)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.start not in words:
            yield token.string


def may_have_one(text: str) -> bool:
    return re.search("|".join(instead()), text, re.IGNORECASE) is not None


def wrong_names(path: Path) -> dict[str, str]:
    """Identifiers of a module with words that are none of the trade, and that word."""
    if not may_have_one(text_of(path)):
        return {}
    found = {name: wrong_word(name) for name in set(identifiers(text_of(path)))}
    return {name: word for name, word in found.items() if word is not None}


def test_what_is_wrong_is_seen() -> None:
    assert wrong_word("ask_nobody") == "nobody"
    assert wrong_word("CouponDesks") == "desk"
    assert {wrong_word(name) for name in ("whole", "desktop", "Pressure", "staged")} == {None}
    assert set(identifiers('desk = "who"  # nobody')) == {"desk"}
    assert "who" not in identifiers('tr("「{who}」", who=name)')
    assert "who" in identifiers('call(who=tr("a"))')


def test_identifiers_are_words_of_the_trade(checked: Checked) -> None:
    new = [
        f'{module(path)}: {name}: for "{word}" write {instead()[word]}'
        for path in checked.of(modules(BOT), CONTRIBUTING)
        for name, word in wrong_names(path).items()
    ]
    assert not new, "\n".join(new)
