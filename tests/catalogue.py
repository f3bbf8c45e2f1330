"""What stands in the catalogues of Chinese sentences, which are read once.

`python -m tests.catalogue` joins them, as a program reads them.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.model.promotions import PROMOTIONS
from bot.translations.chinese import COMPILED
from tests.sources import BOT

SHARED = COMPILED.with_suffix(".po")
OF_KINDS = {kind: BOT / "promotions" / kind / "zh_TW.po" for kind in PROMOTIONS}
"""The sentences that only a kind of promotion says."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
"""When it was written, so that it is written alike each time."""
CATALOGUES = (SHARED, *OF_KINDS.values())


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, "zh_TW")


@cache
def messages() -> tuple[Message, ...]:
    """All entries, the head of each file among them."""
    return tuple(message for path in CATALOGUES for message in _read(path))


def join() -> None:
    """Write what a program reads: all in one file, which is the same wherever a sentence stands."""
    joined = _read(SHARED)
    joined.creation_date = LONG_AGO
    for path in OF_KINDS.values():
        for message in _read(path):
            if message.id:
                joined[message.id] = message
    with COMPILED.open("wb") as file:
        write_mo(file, joined)


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


if __name__ == "__main__":
    join()
