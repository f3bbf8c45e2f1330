"""Pictures, videos and sounds of the playbook's cards, where LINE and the simulator fetch them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web

IMAGEMAP_WIDTHS = "1040|700|460|300|240"
"""LINE asks for an imagemap's picture in one of these widths; it scales what it gets.

https://developers.line.biz/en/reference/messaging-api/#base-url
"""


class MediaPages:
    """`/media/…`: the content's hash is part of the path, so what is there never changes."""

    def __init__(self, files: Callable[[], Mapping[str, Path]]) -> None:
        """`files()` are the files of the playbook that is live, by their path."""
        self._files = files

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses, with and without the width of an imagemap."""
        path = "/media/{hash:[0-9a-f]{16}}/{name}"
        return [web.get(path, self.file), web.get(path + f"/{{width:{IMAGEMAP_WIDTHS}}}", self.file)]

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the playbook; 404 where the playbook shows none under this path."""
        match = request.match_info
        wanted = f"media/{match['hash']}/{match['name']}"
        found = next((path for key, path in self._files().items() if unquote(key) == wanted), None)
        if found is None or not found.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(found, headers={"Cache-Control": "public, max-age=31536000, immutable"})
