"""A plain picture for a rich menu that has none: a tile for each area, with its label (drawn with Pillow)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from bot.model.translatable import Quoted, Refusal, tr

if TYPE_CHECKING:
    from PIL import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH = 2500
HIGH, FLAT = 1686, 843
"""Sizes of a menu's picture in pixels: its width, the height of a large and of a compact one.

https://developers.line.biz/en/reference/messaging-api/#upload-rich-menu-image-requirements"""

_PAPER = "#eef1ec"
_TILE = "#ffffff"
_EDGE = "#dfe4dd"
_INK = "#1f2a24"
_HUES = ("#2f8f66", "#3f7fb8", "#c2783a", "#8a63b0", "#b8505f", "#5b8a2e")
"""Colours of the bar below a label, one tile after the other."""
_GAP = 14
"""Pixels between the border of an area and its tile."""
_ROUND = 44
"""Pixels of a tile's rounded corner, at most."""
_LARGEST, _SMALLEST = 132, 48
"""Pixels of a label's font."""
_ALIKE = 0.7
"""The share of the largest size to which all labels shrink to be of one size, before one gets two lines."""
_COLOURS = 96
"""Colours of a PNG."""
_OURS = "drawn by oaflow from "
"""Beginning of the comment in each picture of ours; behind it, from what it was drawn."""
_NO_CHARACTER = "\U0010ffff"
"""No font has this one: what is drawn for it is drawn for every character that the font lacks."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font: its file, and for a collection (.ttc) the number of the font in it, from 0."""

    path: Path
    index: int = 0


class Tile(NamedTuple):
    """An area: x, y, width, height in pixels, and its label."""

    box: tuple[int, int, int, int]
    label: str


class NoFont(Refusal):
    """The font cannot be read, or lacks what is to be written; the text says which."""


def menu_picture(
    size: tuple[int, int], tiles: Sequence[Tile], font: FontFile, kind: Literal["PNG", "JPEG"] = "PNG"
) -> bytes:
    """The picture, below LINE's 1 MB; what the font lacks (emoji) is left out. Raises `NoFont`."""
    from PIL import Image, ImageDraw  # not above: no other command draws

    picture = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(picture)
    sizes = [_fitted(tile, font, _LARGEST)[1].size for tile in tiles]
    alike = max(min(sizes, default=0.0), _LARGEST * _ALIKE)  # one long label does not shrink all
    for number, tile in enumerate(tiles):
        _draw_tile(draw, tile, _HUES[number % len(_HUES)], font, alike)
    if kind == "PNG":
        picture = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    decoded = picture if kind == "PNG" else Image.open(BytesIO(_saved(picture, kind, "")))  # JPEG loses some
    return _saved(picture, kind, f"{_OURS}{layout_mark(size, tiles)} {_looks(decoded)}")


def _saved(picture: Image.Image, kind: Literal["PNG", "JPEG"], comment: str) -> bytes:
    from PIL import PngImagePlugin

    made = BytesIO()
    if kind == "JPEG":
        picture.save(made, "JPEG", quality=88, optimize=True, comment=comment)
    else:
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", comment)
        picture.save(made, "PNG", optimize=True, pnginfo=info)
    return made.getvalue()


def _looks(picture: Image.Image) -> str:
    """A hash of a picture's pixels: it differs where the picture looks otherwise."""
    return hashlib.blake2b(picture.convert("RGB").tobytes(), digest_size=8).hexdigest()


def layout_mark(size: tuple[int, int], tiles: Sequence[Tile]) -> str:
    """A hash of a menu's layout: it differs for another size, place or label."""
    layout = repr((size, [tuple(tile) for tile in tiles]))
    return hashlib.blake2b(layout.encode(), digest_size=8).hexdigest()


def mark_in(content: bytes) -> str | None:
    """The `layout_mark` of a picture that was drawn here and not changed since; `None` for any other."""
    from PIL import Image

    match = re.search(_OURS.encode() + b"([0-9a-f]{16}) ([0-9a-f]{16})", content)
    if match is None:
        return None
    with Image.open(BytesIO(content)) as picture:
        return match[1].decode() if match[2].decode() == _looks(picture) else None


def _draw_tile(draw: ImageDraw, tile: Tile, hue: str, font: FontFile, largest: float) -> None:
    x, y, width, height = tile.box
    left, top, right, bottom = x + _GAP, y + _GAP, x + width - _GAP, y + height - _GAP
    if right <= left or bottom <= top:
        return
    radius = min(_ROUND, (right - left) // 4, (bottom - top) // 4)
    draw.rounded_rectangle((left, top, right, bottom), radius, fill=_TILE, outline=_EDGE, width=2)
    lines, face = _fitted(tile, font, largest)
    pitch = round(face.size * 1.3)
    middle = (left + right) / 2
    bar = round(face.size * 0.12)
    block = pitch * len(lines) + 5 * bar
    at = (top + bottom - block) / 2 + pitch / 2
    for line in lines:
        draw.text((middle, at), line, fill=_INK, font=face, anchor="mm")
        at += pitch
    half = round(face.size * 0.55)
    under = at - pitch / 2 + 2 * bar
    draw.rounded_rectangle((middle - half, under, middle + half, under + bar), bar / 2, fill=hue)


def _fitted(tile: Tile, font: FontFile, largest: float) -> tuple[list[str], FreeTypeFont]:
    """The label in one line or two, as large as the tile has room for."""
    _, _, width, height = tile.box
    room = (width - 2 * _GAP) * 0.86
    size = max(1, round(min(largest, height * 0.26)))
    face = _font(font, size)
    text = _drawable(tile.label, face)
    while size > _SMALLEST:
        face = _font(font, size)
        if face.getlength(text) <= room:
            return [text], face
        lines = _halves(text)
        if size <= _LARGEST * _ALIKE and max(map(face.getlength, lines)) <= room:
            return lines, face
        size = round(size * 0.92)
    return _halves(text), face


def _halves(text: str) -> list[str]:
    """A label in two lines: at the space next to its middle, else at the middle."""
    spaces = [number for number, sign in enumerate(text) if sign == " "]
    middle = len(text) / 2
    at = min(spaces, key=lambda number: abs(number - middle)) if spaces else round(middle)
    return [part for part in (text[:at].strip(), text[at:].strip()) if part] or [""]


def _font(font: FontFile, size: int) -> FreeTypeFont:
    from PIL import ImageFont

    try:
        return ImageFont.truetype(str(font.path), size, index=font.index)
    except OSError as error:
        raise NoFont(tr("{file} is no font that can be read", file=str(font.path))) from error


def _drawable(label: str, face: FreeTypeFont) -> str:
    """What of a label the font has. Raises `NoFont` where that is nothing."""
    missing = bytes(face.getmask(_NO_CHARACTER))
    text = "".join(sign for sign in label if sign.isspace() or bytes(face.getmask(sign)) != missing).strip()
    if label.strip() and not text:
        raise NoFont(tr("the font has no character of {label}", label=Quoted(label)))
    return text
