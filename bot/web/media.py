"""Pictures, videos and sounds of the playbook's cards, where LINE and the simulator fetch them.

The pictures are the shop's own, and yet nobody knows what is in a file: how large it will be is read before
it is opened, one is opened at a time, and outside of the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import struct
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import unquote

from aiohttp import web

from bot.playbook.compile.values.pictures import header_of, sha256_of
from bot.store.unavailable import DatabaseUnavailable

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

KEPT_BYTES = 16 * 1024 * 1024
"""Bytes of resized pictures in memory; beyond that those that were asked for longest ago are dropped."""
MOST_BYTES = 10_000_000
"""The most bytes of a picture's file: https://developers.line.biz/en/reference/messaging-api/#base-url"""
MOST_PIXELS = 40_000_000
"""The most pixels of a picture: decoded, each takes four bytes. A phone's camera takes 12 million."""
QUALITY = 85
"""Of a JPEG that is written, on Pillow's scale, whose best is 95."""


class PictureRefused(Exception):
    """A file cannot be shown in another size; the text says why."""


class FileChanged(Exception):
    """A file is not what it was when the playbook was read; the text says how. It may be so again."""


@dataclass(frozen=True, slots=True)
class Sized:
    """A picture as it is sent."""

    body: bytes
    type: str
    """Its media type, such as `image/png`."""


class PictureSizes:
    """Pictures in other widths than their own, each made once."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._most = kept_bytes
        self._kept: OrderedDict[tuple[str, int], Sized | None] = OrderedDict()
        self._bytes = 0
        self._one_at_a_time = asyncio.Lock()

    async def sized(self, file: Path, digest: str, width: int) -> Sized | None:
        """The picture in this width (pixels), or in its own where that is smaller; `None` where it cannot be
        shown.

        `digest` is how the sha256 of what is in the file begins: one that has changed since is another file.
        """
        key = (digest, width)
        if key not in self._kept:
            async with self._one_at_a_time:
                if key not in self._kept:
                    try:
                        self._keep(key, await asyncio.to_thread(_made, file, digest, width))
                    except FileChanged as error:
                        log.warning("%s is not shown: it %s", file.name, error)
                        return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def _keep(self, key: tuple[str, int], made: Sized | None) -> None:
        self._kept[key] = made
        self._bytes += _weight(made)
        while self._bytes > self._most and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            self._bytes -= _weight(gone)


def _weight(made: Sized | None) -> int:
    return len(made.body) if made else 0


def _made(file: Path, digest: str, width: int) -> Sized | None:
    """The picture in this width; `None` where it is refused, which is logged. Raises `FileChanged`. It
    blocks."""
    content = _content(file, digest)
    try:
        return in_width(content, width)
    except PictureRefused as error:
        log.warning("%s is not shown %d pixels wide: it %s", file.name, width, error)
        return None


def _content(file: Path, digest: str) -> bytes:
    """The bytes of a file, one more than `MOST_BYTES` of a larger one. Raises `FileChanged`."""
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileChanged(f"cannot be read ({error.strerror})") from error
    if len(content) <= MOST_BYTES and not sha256(content).hexdigest().startswith(digest):
        raise FileChanged("has changed since the playbook was read")
    return content


def in_width(content: bytes, width: int) -> Sized:
    """A JPEG or PNG in this width (pixels), never larger than it is. Raises `PictureRefused`."""
    if len(content) > MOST_BYTES:
        raise PictureRefused(f"has more than {MOST_BYTES // 1_000_000} MB")
    header = header_of(BytesIO(content))
    if header.kind not in ("JPEG", "PNG"):
        raise PictureRefused("is neither JPEG nor PNG")
    if not 0 < header.width * header.height <= MOST_PIXELS:
        raise PictureRefused(f"has {header.width} × {header.height} pixels")
    kind = f"image/{header.kind.lower()}"
    if header.width <= width:
        return Sized(content, kind)
    from PIL import Image, UnidentifiedImageError  # not above: most processes never need it

    try:
        with Image.open(BytesIO(content), formats=(header.kind,)) as picture:
            if picture.size != (header.width, header.height):  # what was counted is not what would be opened
                raise PictureRefused("says two sizes")
            return Sized(_smaller(picture, width), kind)
    except UnidentifiedImageError as error:
        raise PictureRefused("is broken at its beginning") from error
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise PictureRefused(f"is broken ({error})") from error


def _smaller(picture: Image, width: int) -> bytes:
    from PIL.Image import Dither, Resampling

    kind = picture.format
    height = max(1, round(picture.height * width / picture.width))
    profile = picture.info.get("icc_profile")
    if kind == "JPEG":  # of a large one, not every pixel is decoded
        picture.draft(None, (2 * width, 2 * height))
    small = _plain(picture).resize((width, height), Resampling.LANCZOS)
    if (
        picture.mode == "P"
    ):  # drawn in few colours: mixed ones would make the file larger than the picture's own
        small = small.quantize(dither=Dither.NONE)
    written = BytesIO()
    small.save(written, kind, quality=QUALITY, optimize=True, icc_profile=profile)
    return written.getvalue()


def _plain(picture: Image) -> Image:
    """A picture whose colours can be mixed: no palette, no two colours only."""
    if "transparency" in picture.info or picture.mode in ("LA", "PA", "RGBA"):
        return picture.convert("RGBA")
    return picture if picture.mode in ("L", "RGB", "CMYK") else picture.convert("RGB")


TAPPED_WIDTHS = "1040|700|460|300|240"
"""Widths in pixels, as a regular expression for an address: LINE asks for a picture with areas to tap in one
of these, by the telephone that shows it.
https://developers.line.biz/en/reference/messaging-api/#base-url
"""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
"""A header of files whose address changes with their content."""


FormerMedia: TypeAlias = Callable[[str, Callable[[str], bool]], Awaitable[Path | None]]
"""Finds a file of versions that were live, by how its sha256 begins and by a test of its name; `None`: there
is none. It may raise `DatabaseUnavailable`."""


class MediaPages:
    """`/media/…`: the content's hash is part of the path, so what is there never changes: served are the
    bytes of that hash, whatever the file of that name holds by now, as long as messages may show them."""

    def __init__(self, files: Callable[[], Mapping[str, Path]], former: FormerMedia) -> None:
        """`files()` are the files of the playbook that is live, by their path; `former` finds those of
        versions that were."""
        self._files = files
        self._former = former
        self._sizes = PictureSizes()

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses of files, and of pictures in one of `TAPPED_WIDTHS`."""
        path = "/media/{hash:[0-9a-f]{16}}/{name}"
        return [web.get(path, self.file), web.get(path + f"/{{width:{TAPPED_WIDTHS}}}", self.in_width)]

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the playbook, or of one that was live; 404 where none has shown it under this path, 503
        where the database that may have it is away."""
        wanted = request.match_info["name"]
        file = await self._found(request, lambda name: name == wanted)
        return web.FileResponse(file, headers=FOR_EVER)

    async def in_width(self, request: web.Request) -> web.StreamResponse:
        """A picture in one of LINE's widths; its name is without the file's ending. 404 where there is none,
        503 where the database that may have it is away."""
        wanted = request.match_info["name"]
        file = await self._found(request, lambda name: wanted in (PurePosixPath(name).stem, name))
        found = await self._sizes.sized(file, request.match_info["hash"], int(request.match_info["width"]))
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found.body, content_type=found.type, headers=FOR_EVER)

    async def _found(self, request: web.Request, is_wanted: Callable[[str], bool]) -> Path:
        """The file of the request's hash whose name `is_wanted`. Raises 404 and 503 as HTTP exceptions."""
        digest = request.match_info["hash"]
        folder = PurePosixPath("media", digest)
        for path, file in self._files().items():
            name = PurePosixPath(unquote(path))
            is_it = name.parent == folder and is_wanted(name.name)
            if is_it and await asyncio.to_thread(_holds, file, digest):
                return file
        try:
            former = await self._former(digest, is_wanted)
        except DatabaseUnavailable as error:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from error
        if former is None:
            raise web.HTTPNotFound
        return former


def _holds(file: Path, digest: str) -> bool:
    """Whether the file can be read and its sha256 begins so. It blocks."""
    try:
        return sha256_of(file).startswith(digest)
    except OSError:
        return False
