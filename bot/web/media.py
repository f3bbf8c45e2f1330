"""Pictures, videos and sounds of the playbook's cards, where LINE and the simulator fetch them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from aiohttp import web

from bot.web.picture_sizes import PictureSizes

TAPPED_WIDTHS = "1040|700|460|300|240"
"""LINE asks for a picture with areas to tap in one of these widths, by the telephone that shows it.

https://developers.line.biz/en/reference/messaging-api/#base-url
"""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


class MediaPages:
    """`/media/…`: the content's hash is part of the path, so what is there never changes."""

    def __init__(self, files: Callable[[], Mapping[str, Path]]) -> None:
        """`files()` are the files of the playbook that is live, by their path."""
        self._files = files
        self._sizes = PictureSizes()

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses, with and without one of these widths."""
        path = "/media/{hash:[0-9a-f]{16}}/{name}"
        return [web.get(path, self.file), web.get(path + f"/{{width:{TAPPED_WIDTHS}}}", self.in_width)]

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the playbook; 404 where the playbook shows none under this path."""
        wanted = request.match_info["name"]
        return web.FileResponse(self._found(request, lambda name: name.name == wanted), headers=FOR_EVER)

    async def in_width(self, request: web.Request) -> web.StreamResponse:
        """A picture in one of LINE's widths; its name is without the file's ending. 404 as above."""
        wanted = request.match_info["name"]
        file = self._found(request, lambda name: wanted in (name.stem, name.name))
        found = await self._sizes.sized(file, request.match_info["hash"], int(request.match_info["width"]))
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=found.body, content_type=found.type, headers=FOR_EVER)

    def _found(self, request: web.Request, is_wanted: Callable[[PurePosixPath], bool]) -> Path:
        folder = PurePosixPath("media", request.match_info["hash"])
        for path, file in self._files().items():
            name = PurePosixPath(unquote(path))
            if name.parent == folder and is_wanted(name) and file.is_file():
                return file
        raise web.HTTPNotFound
