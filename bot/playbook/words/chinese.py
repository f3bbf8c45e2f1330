"""Traditional Chinese as it is written in Taiwan: the sentences of all tables of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.said import Joined, Language
from bot.playbook.words import (
    as_seen,
    descriptions,
    drawing,
    expected,
    graph,
    limits,
    live_edit,
    meant,
    names,
    not_yet,
    report,
    shape,
    similar,
    syntax,
)

_LAST: Mapping[Joined, str] = {"or": "或", "and": "和"}


def _quoted(text: str) -> str:
    """In the marks of Taiwan; what has such marks itself, in those for a quotation around another."""
    return f"『{text}』" if "「" in text or "」" in text else f"「{text}」"


def _joined(words: Sequence[str], joined: Joined) -> str:
    """`a、b 或 c`; between Chinese words, without spaces."""
    if joined == "semicolon":
        return "；".join(words)
    if joined == "comma" or len(words) < 2:
        return "、".join(words)
    *first, last = words
    before = "、".join(first)
    space = " " if before[-1:].isascii() or last[:1].isascii() else ""
    return f"{before}{space}{_LAST[joined]}{space}{last}"


CHINESE = Language(
    "zh-TW",
    sentences={
        **report.ZH,
        **syntax.ZH,
        **shape.ZH,
        **expected.ZH,
        **names.ZH,
        **meant.ZH,
        **limits.ZH,
        **graph.ZH,
        **as_seen.ZH,
        **live_edit.ZH,
        **not_yet.ZH,
        **drawing.ZH,
        **descriptions.DESCRIPTIONS,
        **similar.ZH,
    },
    quoted=_quoted,
    joined=_joined,
)
