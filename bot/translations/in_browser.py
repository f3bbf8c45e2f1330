"""The sentences of pages: those of a context of the catalogue, beside the script that says them."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from bot.translations.chinese import COMPILED

_SCRIPT = Path(__file__).with_name("sentences.js")


def sentences_script(context: str) -> bytes:
    """The module `sentences.js` of pages that speak in this context."""
    table = json.dumps(chinese_of(context), ensure_ascii=False)
    return f"const CHINESE = {table};\n".encode() + _SCRIPT.read_bytes()


def chinese_of(context: str) -> dict[str, str]:
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
