"""The sentences of pages: those of a context of the catalogue, beside the script that says them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

from bot.translations.chinese import COMPILED

_SCRIPT = Path(__file__).with_name("sentences.js")


def sentences_script(context: str) -> bytes:
    """The module `sentences.js` of pages that speak in this context."""
    table = json.dumps(chinese_of(context), ensure_ascii=False)
    return f"const CHINESE = {table};\n".encode() + _SCRIPT.read_bytes()


def chinese_of(context: str) -> dict[str, str]:
    """Chinese by English (of a plural that of one), below `context: NAME` by `NAME\\4English`."""
    below = f"{context}: "
    return {
        id.removeprefix(f"{context}\4").removeprefix(below): text
        for id, text in _entries()
        if id.startswith((f"{context}\4", below))
    }


def _entries() -> Iterator[tuple[str, str]]:
    """What stands in the compiled catalogue: context and English (of a plural that of one), and the Chinese.

    https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html
    """
    content = COMPILED.read_bytes()
    _, _, count, ids, texts = struct.unpack_from("<5I", content)

    def text(table: int, number: int) -> str:
        length, start = struct.unpack_from("<2I", content, table + 8 * number)
        return content[start : start + length].decode()

    for number in range(count):
        yield text(ids, number).partition("\0")[0], text(texts, number)
