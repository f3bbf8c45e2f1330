"""Reads pictures and other files of a playbook: their format and size, whether LINE takes them, and the
address from which LINE fetches them.

https://developers.line.biz/en/reference/messaging-api/#image-message and the objects after it
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
from bot.playbook.compile.scope.files import existing_file
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.addresses import fetched
from bot.playbook.hints import write
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Scalar


def sha256_of(path: Path) -> str:
    """The sha256 of a file in hexadecimal, computed once for each state of the file. Raises `OSError`."""
    stat = path.stat()
    return _digest(path, (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino))


@lru_cache(maxsize=5_000)
def _digest(path: Path, stamp: tuple[int, ...]) -> str:
    """The sha256 by path and state of the file (`stamp`); cached, so that `reload` is fast."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


ImageFormat: TypeAlias = Literal["JPEG", "PNG", "GIF", "WebP", "HEIC", "other"]
"""The format of a file by its first bytes; `other`: broken, or no picture."""

_PNG = b"\x89PNG\r\n\x1a\n"
"""The first bytes of a PNG."""
_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG's frame, which has its size: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, table B.1."""
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers that no length follows."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the first bytes of a picture say."""

    kind: ImageFormat
    width: int = 0
    """Pixels; 0 for formats of which it is not read."""
    height: int = 0
    """Pixels; 0 for formats of which it is not read."""


def header_of(file: BinaryIO) -> Header:
    """Reads the format and size from the begin of a file. It never fails: the format may be `other`."""
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
    """Reads a JPEG segment by segment until the frame with the size."""
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
"""Bytes. LINE does not say which MB it means: the smaller one is safe."""

PAGE_PICTURE = 1200, 640
"""Width and height in pixels of the picture on top of a page; larger ones need the same ratio (B2)."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture is used for, and what LINE takes there."""

    what: Translatable
    """Its name in messages."""
    kinds: tuple[ImageFormat, ...]
    """The formats that LINE takes."""
    most_bytes: int
    """Largest file."""
    wrong_size: Callable[[Header], tuple[Translatable, Translatable] | None] = lambda header: None
    """What is wrong with a width and height, and advice; `None` where nothing is."""
    strict: bool = True
    """LINE refuses another size, or shows it badly; else it only advises against it, which is a warning."""
    if_missing: Translatable | None = None
    """Advice where the file is not there."""


def _not_square(header: Header) -> tuple[Translatable, Translatable] | None:
    if header.width == header.height:
        return None
    return tr(
        "is {width} × {height} pixels, an icon is square", width=header.width, height=header.height
    ), tr("save it in 200 × 200")


IN_MESSAGE = Use(tr("a picture that is sent"), ("JPEG", "PNG"), MB)
"""One file is picture and preview: LINE takes 10 MB for the picture, 1 MB for the preview."""
PREVIEW = Use(tr("the picture of a video"), ("JPEG", "PNG"), MB)
ICON = Use(tr("the icon of a sender"), ("PNG",), MB, _not_square)

VIDEO = (tr("a video"), (".mp4",))
"""What it is called, and the endings of its files."""
SOUND = (tr("a sound"), (".m4a", ".mp3"))
"""What it is called, and the endings of its files."""
MEDIA_BYTES = 200 * MB
"""Largest file of a video or sound."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the playbook names."""

    address: LineObject
    """Its address, as LINE's JSON has it."""
    header: Header | None = None
    """`None` for a picture at an address of its own."""


def picture(scope: Scope, node: Scalar, use: Use) -> Picture | None:
    """The picture that a node names, by file or address; `None`, and reported, where there is no such file.
    What LINE would not take is reported."""
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
    """The address of a video or sound (`kind`); `None`, and reported, where there is no such file."""
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


def fits_page(header: Header) -> bool:
    """Whether such a picture is as wide as pages have room for, and of their ratio (1% may be off)."""
    wide, high = PAGE_PICTURE
    off = abs(header.width * high - header.height * wide)
    return header.width >= wide and off <= header.width * high // 100


def page_picture(scope: Scope, node: Scalar) -> str:
    """The path of the picture on top of a page below our own address; an address as it is written. One that
    is missing, or of another ratio than pages have room for, is reported."""
    path = None if "://" in node.value else _file(scope, node)
    if path is None:
        return node.value
    with path.open("rb") as file:
        header = header_of(file)
    if not fits_page(header):
        wide, high = PAGE_PICTURE
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
    """The path of a picture of any size below our own address, such as one on the member card; an address as
    it is written. One that is missing is reported."""
    path = None if "://" in node.value else _file(scope, node)
    return node.value if path is None else _address(scope, node, path).path


def _file(scope: Scope, node: Scalar, hint: Translatable | None = None) -> Path | None:
    """The file of a picture; `None`, and reported with advice, where there is none."""
    put = tr("put the picture into the playbook's folder, as  {file}", file=node.value)
    stem, dot, ending = node.value.rpartition(".")
    if node.value.startswith("www."):
        put = write(f"https://{node.value}")
    elif dot and f".{ending.lower()}" in _OTHER_KINDS:
        put = tr("LINE takes JPEG and PNG: save it as  {file}", file=f"{stem}.jpg")
    if node.unset or not node.value:
        return None
    return existing_file(scope, node, "image-missing", hint, last_hint=put)


_OTHER_KINDS = frozenset((".heic", ".heif", ".webp", ".pdf", ".gif", ".bmp", ".tif", ".tiff", ".psd", ".ai"))
"""Endings of pictures that LINE does not take."""


def _check(scope: Scope, node: Scalar, use: Use, header: Header, size: int) -> None:
    """Report a picture whose file, format or size LINE does not take; `size` is in bytes."""
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
    """The address of a file, which is registered to be served there."""
    address = FileAddress(node.value, sha256_of(path))
    scope.book.files[address.path] = path
    return address
