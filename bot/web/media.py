"""Pictures, videos and sounds of the playbook's cards, where LINE and the simulator fetch them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote

from aiohttp import web

from bot.playbook.compile.values.digests import sha256_of
from bot.store.unavailable import DatabaseUnavailable
from bot.web.picture_sizes import PictureSizes

TAPPED_WIDTHS = "1040|700|460|300|240"
"""LINE asks for a picture with areas to tap in one of these widths, by the telephone that shows it.

https://developers.line.biz/en/reference/messaging-api/#base-url
"""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


FormerMedia: TypeAlias = Callable[[str, Callable[[str], bool]], Awaitable[Path | None]]
"""Finds the file whose sha256 begins so and whose name is wanted. It may raise `DatabaseUnavailable`."""


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
        """The addresses, with and without one of these widths."""
        path = "/media/{hash:[0-9a-f]{16}}/{name}"
        return [web.get(path, self.file), web.get(path + f"/{{width:{TAPPED_WIDTHS}}}", self.in_width)]

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the playbook, or of one that was live; 404 where none has shown it under this path, 503
        where the database that may have it is away."""
        wanted = request.match_info["name"]
        file = await self._found(request, lambda name: name == wanted)
        return web.FileResponse(file, headers=FOR_EVER)

    async def in_width(self, request: web.Request) -> web.StreamResponse:
        """A picture in one of LINE's widths; its name is without the file's ending. 404 and 503 as above."""
        wanted = request.match_info["name"]
        file = await self._found(request, lambda name: wanted in (PurePosixPath(name).stem, name))
        found = await self._sizes.sized(file, request.match_info["hash"], int(request.match_info["width"]))
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found.body, content_type=found.type, headers=FOR_EVER)

    async def _found(self, request: web.Request, is_wanted: Callable[[str], bool]) -> Path:
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
    try:
        return sha256_of(file).startswith(digest)
    except OSError:
        return False
