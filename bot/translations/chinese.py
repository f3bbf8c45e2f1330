"""Traditional Chinese as it is written in Taiwan. Its sentences stand in `zh_TW/LC_MESSAGES/oaflow.po`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from bot.model.translatable import Joining, Language

COMPILED = Path(__file__).parent / "zh_TW" / "LC_MESSAGES" / "oaflow.mo"
_LAST: Mapping[Joining, str] = {"or": "或", "and": "和"}


def _quoted(text: str) -> str:
    """In the marks of Taiwan; what has such marks itself, in those for a quotation around another."""
    return f"『{text}』" if "「" in text or "」" in text else f"「{text}」"


def _joined(words: Sequence[str], joined: Joining) -> str:
    """`a、b 或 c`; between Chinese words, without spaces."""
    if joined == "semicolon":
        return "；".join(words)
    if joined == "comma" or len(words) < 2:
        return "、".join(words)
    *first, last = words
    before = "、".join(first)
    space = " " if before[-1:].isascii() or last[:1].isascii() else ""
    return f"{before}{space}{_LAST[joined]}{space}{last}"


@cache
def _catalogue() -> GNUTranslations:
    with COMPILED.open("rb") as compiled:
        return GNUTranslations(compiled)


def _translated(context: str, english: str) -> str:
    return _catalogue().pgettext(context, english) if context else _catalogue().gettext(english)


CHINESE = Language("zh-TW", _translated, quoted=_quoted, joined=_joined)
