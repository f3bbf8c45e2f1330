"""What a picture is and how large, read from its first bytes: PNG and JPEG, and the names of a few others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Literal, TypeAlias

ImageFormat: TypeAlias = Literal["JPEG", "PNG", "GIF", "WebP", "HEIC", "other"]

_PNG = b"\x89PNG\r\n\x1a\n"
_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame, which hold its size: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without anything behind them."""


@dataclass(frozen=True, slots=True)
class Header:
    """The kind of a picture, and its width and height in pixels (0 where they are not read)."""

    kind: ImageFormat
    width: int = 0
    height: int = 0


def header_of(file: BinaryIO) -> Header:
    """Read the beginning of a file. What is broken or no picture is `other`."""
    start = file.read(24)
    if start.startswith(_PNG) and start[12:16] == b"IHDR" and len(start) == 24:
        return Header("PNG", int.from_bytes(start[16:20], "big"), int.from_bytes(start[20:24], "big"))
    if start.startswith(b"\xff\xd8"):
        file.seek(2)
        return _jpeg(file)
    if start[:6] in (b"GIF87a", b"GIF89a"):
        return Header("GIF")
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return Header("WebP")
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"mif1"):
        return Header("HEIC")
    return Header("other")


def _jpeg(file: BinaryIO) -> Header:
    """Walk from segment to segment until the frame."""
    while True:
        lead = file.read(2)
        while lead == b"\xff\xff":  # fill bytes
            lead = b"\xff" + file.read(1)
        if len(lead) < 2 or lead[0] != 0xFF:
            return Header("other")
        marker = lead[1]
        if marker in _BARE:
            continue
        size = int.from_bytes(file.read(2), "big")
        if marker in _SIZED:
            frame = file.read(5)
            if len(frame) < 5:
                return Header("other")
            height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
            return Header("JPEG", width, height)
        if size < 2 or marker == 0xD9:
            return Header("other")
        file.seek(size - 2, 1)
