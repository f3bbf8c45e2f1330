"""Pictures, videos and sounds of cards: files of the playbook or https addresses, and what LINE takes.

https://developers.line.biz/en/reference/messaging-api/#image-message and the objects behind it
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import file_digest
from pathlib import Path

from bot.engine.card import FileAddress, Form
from bot.model.problem import Level
from bot.playbook.compile.addresses import fetched
from bot.playbook.compile.image_header import Header, Kind, header_of
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Scalar

MB = 1_000_000
"""LINE does not say which MB it means: the smaller one is safe."""

IMAGEMAP_WIDTH = 1040
"""The width that all areas of an imagemap are counted in, in pixels."""

THUMBNAIL_WIDTH = 1024


@dataclass(frozen=True, slots=True)
class Use:
    """What a picture is used for: of what kinds it may be, how large its file, what is wrong with a size.

    `strict`: LINE refuses, or shows badly, what has another size; else its reference only advises it.
    """

    what: str
    kinds: tuple[Kind, ...]
    most_bytes: int
    wrong_size: Callable[[Header], tuple[str, str] | None] = lambda header: None
    strict: bool = True


def _too_wide(header: Header) -> tuple[str, str] | None:
    if header.width <= THUMBNAIL_WIDTH:
        return None
    return f"is {header.width} pixels wide, LINE advises {THUMBNAIL_WIDTH} at most", "save it in 1024 × 678"


def _too_narrow(header: Header) -> tuple[str, str] | None:
    if header.width >= IMAGEMAP_WIDTH:
        return None
    wrong = f"is {header.width} pixels wide, an imagemap needs {IMAGEMAP_WIDTH}"
    return wrong, f"save it {IMAGEMAP_WIDTH} pixels wide"


def _not_square(header: Header) -> tuple[str, str] | None:
    if header.width == header.height:
        return None
    return f"is {header.width} × {header.height} pixels, an icon is square", "save it in 200 × 200"


IN_MESSAGE = Use("a picture that is sent", ("JPEG", "PNG"), MB)
"""10 MB is LINE's limit for the picture, 1 MB for its preview, and one file is both."""
PREVIEW = Use("the picture of a video", ("JPEG", "PNG"), MB)
THUMBNAIL = Use("the picture of a card", ("JPEG", "PNG"), 10 * MB, _too_wide, strict=False)
IMAGEMAP = Use("the picture of an imagemap", ("JPEG", "PNG"), 10 * MB, _too_narrow)
ICON = Use("the icon of a sender", ("PNG",), MB, _not_square)

VIDEO = ("a video", (".mp4",))
SOUND = ("a sound", (".m4a", ".mp3"))
MEDIA_BYTES = 200 * MB


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture lies, as LINE's JSON has it; `header` is `None` for one that is not in the folder."""

    address: Form
    header: Header | None = None


def picture(scope: Scope, node: Scalar, use: Use) -> Picture | None:
    """The picture that is named here, `None` where there is none; what LINE would not take is reported."""
    if "://" in node.value:
        return Picture(fetched(scope, node))
    path = _file(scope, node)
    if path is None:
        return None
    with path.open("rb") as file:
        header = header_of(file)
    _check(scope, node, use, header, path.stat().st_size)
    return Picture(_address(scope, node, path), header)


def media(scope: Scope, node: Scalar, kind: tuple[str, tuple[str, ...]]) -> Form | None:
    """The address of a video or sound."""
    if "://" in node.value:
        return fetched(scope, node)
    path = _file(scope, node)
    if path is None:
        return None
    what, endings = kind
    if path.suffix.lower() not in endings:
        wanted = " or ".join(endings)
        scope.wrong(
            node, "image-type", f"{shown(node.value)} is no file for {what}: its name ends in {wanted}"
        )
    _check_bytes(scope, node, what, path.stat().st_size, MEDIA_BYTES)
    return _address(scope, node, path)


def _file(scope: Scope, node: Scalar) -> Path | None:
    return None if node.unset or not node.value else scope.file(node, "image-missing")


def _check(scope: Scope, node: Scalar, use: Use, header: Header, size: int) -> None:
    _check_bytes(scope, node, use.what, size, use.most_bytes)
    kinds = " or ".join(use.kinds)
    if header.kind not in use.kinds:
        found = f"{shown(node.value)} is {'no picture' if header.kind == 'other' else header.kind}"
        scope.wrong(node, "image-type", f"{found}, {use.what} is {kinds}", f"save it as {use.kinds[0]}")
        return
    wrong = use.wrong_size(header)
    if wrong:
        level: Level = "error" if use.strict else "warning"
        scope.wrong(node, "image-size", f"{shown(node.value)} {wrong[0]}", wrong[1], level=level)


def _check_bytes(scope: Scope, node: Scalar, what: str, size: int, most: int) -> None:
    if size > most:
        message = f"{shown(node.value)} has {size / MB:.1f} MB, {what} may have {most // MB}"
        scope.wrong(node, "image-too-large", message, "save it smaller")


def _address(scope: Scope, node: Scalar, path: Path) -> FileAddress:
    """The address of a file, which is to be served there."""
    stat = path.stat()
    address = FileAddress(node.value, _digest(path, stat.st_mtime_ns, stat.st_size))
    scope.book.files[address.path] = path
    return address


@lru_cache(maxsize=1_000)
def _digest(path: Path, changed: int, size: int) -> str:
    """The sha256 of a file, read once for each time that it changed: `reload` is to be fast."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
