"""Pictures and files of a playbook: what is in them, how large they are, where LINE fetches them.

https://developers.line.biz/en/reference/messaging-api/#image-message and the objects behind it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from bot.engine.compiled.card import FileAddress, LineObject
from bot.model.problem import Level
from bot.model.translatable import Translatable, row, tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.addresses import fetched
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Scalar


def sha256_of(path: Path) -> str:
    """The sha256 (hexadecimal), read once for each time that it changed. Raises `OSError`."""
    stat = path.stat()
    return _digest(path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=5_000)
def _digest(path: Path, stamp: tuple[int, ...]) -> str:
    """Remembered: `reload` is to be fast."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


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


MB = 1_000_000
"""LINE does not say which MB it means: the smaller one is safe."""

PAGE_PICTURE = 1200, 640
"""Pixels of the picture on top of a page, or more of the same shape (requirement B2)."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture is used for: of what kinds it may be, how large its file, what is wrong with a size.

    `strict`: LINE refuses, or shows badly, what has another size; else its reference only advises it.
    `if_missing` says how to come by one.
    """

    what: Translatable
    kinds: tuple[ImageFormat, ...]
    most_bytes: int
    wrong_size: Callable[[Header], tuple[Translatable, Translatable] | None] = lambda header: None
    strict: bool = True
    if_missing: Translatable | None = None


def _not_square(header: Header) -> tuple[Translatable, Translatable] | None:
    if header.width == header.height:
        return None
    return tr(
        "is {width} × {height} pixels, an icon is square", width=header.width, height=header.height
    ), tr("save it in 200 × 200")


IN_MESSAGE = Use(tr("a picture that is sent"), ("JPEG", "PNG"), MB)
"""10 MB is LINE's limit for the picture, 1 MB for its preview, and one file is both."""
PREVIEW = Use(tr("the picture of a video"), ("JPEG", "PNG"), MB)
ICON = Use(tr("the icon of a sender"), ("PNG",), MB, _not_square)

VIDEO = (tr("a video"), (".mp4",))
SOUND = (tr("a sound"), (".m4a", ".mp3"))
MEDIA_BYTES = 200 * MB


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's address as LINE's JSON has it; `header` is `None` for one that is not in the folder."""

    address: LineObject
    header: Header | None = None


def picture(scope: Scope, node: Scalar, use: Use) -> Picture | None:
    """The picture that is named here, `None` where there is none; what LINE would not take is reported."""
    if "://" in node.value:
        return Picture(fetched(scope, node))
    path = _file(scope, node, use.if_missing)
    if path is None:
        return None
    with path.open("rb") as file:
        header = header_of(file)
    _check(scope, node, use, header, path.stat().st_size)
    return Picture(_address(scope, node, path), header)


def media(scope: Scope, node: Scalar, kind: tuple[Translatable, tuple[str, ...]]) -> LineObject | None:
    """The address of a video or sound."""
    if "://" in node.value:
        return fetched(scope, node)
    path = _file(scope, node)
    if path is None:
        return None
    what, endings = kind
    if path.suffix.lower() not in endings:
        wanted = row(endings, "or")
        scope.wrong(
            node,
            "image-type",
            tr(
                "{text} is no file for {what}: its name ends in {wanted}",
                text=quoted(node.value),
                what=what,
                wanted=wanted,
            ),
        )
    _check_bytes(scope, node, what, path.stat().st_size, MEDIA_BYTES)
    return _address(scope, node, path)


def page_picture(scope: Scope, node: Scalar) -> str:
    """Where the picture on top of a page is served, below our own address; one elsewhere is as it is written.

    One that is missing, or of another shape than pages have room for, is reported.
    """
    path = None if "://" in node.value else _file(scope, node)
    if path is None:
        return node.value
    with path.open("rb") as file:
        header = header_of(file)
    wide, high = PAGE_PICTURE
    if header.width < wide or abs(header.width * high - header.height * wide) > header.width * high // 100:
        message = tr(
            "{file} is {width} × {height} pixels, the picture of a page is {wide} × {high}",
            file=quoted(node.value),
            width=header.width,
            height=header.height,
            wide=wide,
            high=high,
        )
        hint = tr("save it in {wide} × {high}", wide=wide, high=high)
        scope.wrong(node, "binding-picture-size", message, hint, level="warning")
    return _address(scope, node, path).path


def card_picture(scope: Scope, node: Scalar) -> str:
    """The same of a picture on the member card, which may have any size."""
    path = None if "://" in node.value else _file(scope, node)
    return node.value if path is None else _address(scope, node, path).path


def _file(scope: Scope, node: Scalar, hint: Translatable | None = None) -> Path | None:
    put = tr("put the picture into the playbook's folder, as  {file}", file=node.value)
    stem, dot, ending = node.value.rpartition(".")
    if node.value.startswith("www."):
        put = tr("write  {meant}", meant=f"https://{node.value}")
    elif dot and f".{ending.lower()}" in _OTHER_KINDS:
        put = tr("LINE takes JPEG and PNG: save it as  {file}", file=f"{stem}.jpg")
    return None if node.unset or not node.value else scope.file(node, "image-missing", hint, put=put)


_OTHER_KINDS = frozenset((".heic", ".heif", ".webp", ".pdf", ".gif", ".bmp", ".tif", ".tiff", ".psd", ".ai"))


def _check(scope: Scope, node: Scalar, use: Use, header: Header, size: int) -> None:
    _check_bytes(scope, node, use.what, size, use.most_bytes)
    kinds = row(use.kinds, "or")
    if header.kind not in use.kinds:
        found = tr("{file} is {kind}", file=quoted(node.value), kind=header.kind)
        if header.kind == "other":
            found = tr("{file} is no picture", file=quoted(node.value))
        scope.wrong(
            node,
            "image-type",
            tr("{found}, {what} is {kinds}", found=found, what=use.what, kinds=kinds),
            tr("save it as {kinds}", kinds=use.kinds[0]),
        )
        return
    wrong = use.wrong_size(header)
    if wrong:
        level: Level = "error" if use.strict else "warning"
        scope.wrong(
            node,
            "image-size",
            tr("{text} {wrong}", text=quoted(node.value), wrong=wrong[0]),
            wrong[1],
            level=level,
        )


def _check_bytes(scope: Scope, node: Scalar, what: Translatable, size: int, most: int) -> None:
    if size > most:
        message = tr(
            "{text} has {size} MB, {what} may have {most}",
            text=quoted(node.value),
            size=f"{size / MB:.1f}",
            what=what,
            most=most // MB,
        )
        scope.wrong(node, "image-too-large", message, tr("save it smaller"))


def _address(scope: Scope, node: Scalar, path: Path) -> FileAddress:
    """The address of a file, which is to be served there."""
    address = FileAddress(node.value, sha256_of(path))
    scope.book.files[address.path] = path
    return address
