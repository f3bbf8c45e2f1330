"""Pictures made in code: only as much of them as anybody reads."""

from __future__ import annotations

import struct
import zlib
from functools import cache


@cache
def png(width: int, height: int, more: int = 0) -> bytes:
    """A whole grey PNG; `more` bytes of nothing behind it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    rows = (b"\0" + b"\xaa" * ((width + 7) // 8)) * height
    data = chunk(b"IDAT", zlib.compress(rows, 9))
    return b"\x89PNG\r\n\x1a\n" + head + data + chunk(b"IEND", b"") + b"\0" * more


def jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    """The head of a JPEG, with what cameras put before the frame: Exif with a small picture in it."""
    inner = b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 120, 160) + b"\x03" + b"\0" * 9 + b"\xff\xd9"
    exif = b"Exif\0\0" + inner
    app1 = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    tables = b"\xff\xdb\x00\x43\x00" + b"\x10" * 64
    frame = b"\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\x01\x22\x00\x02\x11\x01\x03\x11\x01"
    marker = b"\xff\xff\xc2" if progressive else b"\xff\xc0"
    return b"\xff\xd8" + app1 + tables + marker + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"
