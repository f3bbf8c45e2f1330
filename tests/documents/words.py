"""The words of the language as `docs/language.md` lists them: what their tables say, and `words.md` adds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from bot.playbook.shape import actions, conditions, messages, triggers
from bot.playbook.shape.schema import SECTIONS
from bot.playbook.shape.words import Word
from tests.sources import BOT

TABLES: Mapping[str, Mapping[str, Word]] = {
    "Messages": triggers.MESSAGES,
    "News": triggers.NEWS,
    "Times, as the start of a journey": triggers.TIMES,
    "Only in states": triggers.IN_STATES,
    "6 Conditions": conditions.CONDITIONS,
    "7 Actions": actions.ACTIONS,
    "Kinds of cards": messages.KINDS,
    "Taps": messages.DESTINATIONS,
    "11 Sections": SECTIONS,
}
"""Part of the document → the table that it explains."""
WRITTEN = {
    **dict.fromkeys(
        ("Messages", "News", "Times, as the start of a journey", "Only in states"), "when: {{{thing}}}"
    ),
    "6 Conditions": "if: {{{thing}}}",
    "7 Actions": "{thing}",
    "Taps": "{{label: 好, {thing}}}",
    "11 Sections": "{thing}",
}
"""Part → how a word of it is written in a playbook; else in braces."""
ALONE = {"any", "true"}
"""Values for which a trigger or condition may stand alone."""
NOTE = re.compile(r"^## ([^\n:]+): (\w+)\n+(?:`([^`\n]+)`\n)?(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
CHINESE = re.compile(r" (?=[\u4e00-\u9fff])")


def word_list(part: str) -> str:
    """A heading for each word of a part: its level, how it is written, what it means."""
    return "\n\n".join(_entry(part, key, word) for key, word in TABLES[part].items())


def _entry(part: str, key: str, word: Word) -> str:
    example, more = _notes().get((part, key), ("", ""))
    example = example or _example(part, key, word)
    begins = f"`{example}`: " if example else ""
    says = " ".join(filter(None, [*_said(word, more), more]))
    return f"#### `{key}` ({word.level})\n{begins}{says}"


def _said(word: Word, more: str) -> Iterator[str]:
    """Its English sentence, and which words its value may be where `more` does not say so."""
    yield CHINESE.split(word.says, maxsplit=1)[0]
    words = [one for one in word.value.get("words", ()) if one not in ("any", "true", "false")]
    if len(words) > 1 and not any(f"`{one}`" in more for one in words):
        yield f"One of {', '.join(f'`{one}`' for one in words)}."


def _example(part: str, key: str, word: Word) -> str:
    """None where one would have to leave something out."""
    if "…" in word.example:
        return ""
    if part not in ("7 Actions", "Kinds of cards", "Taps", "11 Sections") and word.example in ALONE:
        return f"{WRITTEN[part].partition(':')[0]}: {key}"
    return WRITTEN.get(part, "{{{thing}}}").format(thing=f"{key}: {word.example}")


@cache
def _notes() -> Mapping[tuple[str, str], tuple[str, str]]:
    """By part and word: another example, and what is to be said beside its sentence."""
    pages = [BOT / "playbook" / "shape" / "words.md", *sorted(BOT.glob("promotions/*/playbook/words.md"))]
    found = (note for page in pages for note in NOTE.findall(page.read_text("utf-8")))
    return {(part, key): (example, more.strip()) for part, key, example, more in found}


def unknown_notes() -> list[tuple[str, str]]:
    """Notes on words that no table has."""
    return [(part, key) for part, key in _notes() if key not in TABLES.get(part, {})]
