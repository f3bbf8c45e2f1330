"""Traditional Chinese as written in Taiwan, from `zh_TW/LC_MESSAGES/oaflow.po`, for server and browser."""

from __future__ import annotations

import json
import struct
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


_SCRIPT = Path(__file__).with_name("sentences.js")


def sentences_script(context: str, said_in: str | None = None) -> bytes:
    """The module `sentences.js` of pages that speak in this context; with what these scripts say only."""
    chinese = chinese_of(context)
    if said_in is not None:
        chinese = {english: text for english, text in chinese.items() if json.dumps(english) in said_in}
    table = json.dumps(chinese, ensure_ascii=False)
    return f"const CHINESE = {table};\n".encode() + _SCRIPT.read_bytes()


@cache
def chinese_of(context: str) -> Mapping[str, str]:
    """Chinese by English (of a plural that of one), below `context: NAME` by `NAME\\4English`.

    It is read as it was compiled: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
    """
    content = COMPILED.read_bytes()
    _, _, count, ids, texts = struct.unpack_from("<5I", content)

    def column(table: int) -> list[bytes]:
        rows = struct.iter_unpack("<2I", content[table : table + 8 * count])
        return [content[start : start + length] for length, start in rows]

    own, below = f"{context}\4".encode(), f"{context}: ".encode()
    return {
        id.removeprefix(own).removeprefix(below).partition(b"\0")[0].decode(): text.decode()
        for id, text in zip(column(ids), column(texts), strict=True)
        if id.startswith((own, below))
    }
