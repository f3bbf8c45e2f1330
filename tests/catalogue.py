"""What stands in the catalogue of Chinese sentences, which is read once."""

from __future__ import annotations

import re
from functools import cache

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.sources import BOT

CATALOGUE = BOT / "translations" / "zh_TW" / "LC_MESSAGES" / "oaflow.po"


@cache
def messages() -> tuple[Message, ...]:
    """All entries, the head of the file among them."""
    with CATALOGUE.open("rb") as file:
        return tuple(read_po(file))


def _by_context() -> tuple[dict[str, dict[str, str]], dict[tuple[str, str], str]]:
    """Chinese by English (of a plural, of one) by context; that of other numbers by context and that."""
    tables: dict[str, dict[str, str]] = {}
    plurals: dict[tuple[str, str], str] = {}
    for message in messages():
        english = message.id if isinstance(message.id, str) else message.id[0]
        context = message.context or ""
        if english != message.id:
            plurals[context, english] = message.id[1]
        if english:
            tables.setdefault(context, {})[english] = "".join(message.string or ())
    return tables, plurals


SENTENCES, PLURALS = _by_context()
OF_PEOPLE = re.compile(r"「[^」]*」|『[^』]*』|\"[^\"]*\"|\{\{.*?\}\}|  [^，；、（）]*|[\w.]+\.yaml\S*")
"""What people wrote or may paste, and places: not our words."""
ENGLISH_WORDS = re.compile(r"(?<![\w-])(the|is|are|an?|of|has|it|its|this|which|they)(?![\w-])")


def ours(text: str) -> str:
    """A sentence without what people wrote or may paste."""
    text = OF_PEOPLE.sub("", text)
    while (fewer := re.sub(r"\{[^{}]*\}", "", text)) != text:
        text = fewer
    return text
