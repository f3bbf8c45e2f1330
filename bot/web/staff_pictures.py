"""`/media/staff/…`: the pictures that staff send, for LINE and those who got them.

Anybody who has the address sees the picture: it has 128 random bits, and a person's pictures are erased with
the person. So no cache may store them for long.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.model.conversation import StaffPicture
from bot.store.unavailable import DatabaseUnavailable

HEADERS = {
    "Cache-Control": "private, max-age=3600",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'",
}


class StaffPicturePages:
    """The one address of staff's pictures. `find` gives a picture by its token; it may raise
    `DatabaseUnavailable`."""

    def __init__(self, find: Callable[[str], Awaitable[StaffPicture | None]]) -> None:
        self._find = find

    def routes(self) -> list[web.AbstractRouteDef]:
        """The address, as `picture_path` makes it."""
        return [web.get("/media/staff/{token:[0-9a-f]{32}}.{kind:jpg|png}", self.picture)]

    async def picture(self, request: web.Request) -> web.Response:
        """The picture; 404 where there is none any more, 503 where the database is away."""
        try:
            found = await self._find(request.match_info["token"])
        except DatabaseUnavailable as error:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "5"}) from error
        if found is None or found.type.extension != request.match_info["kind"]:
            raise web.HTTPNotFound
        return web.Response(body=found.content, content_type=found.type.media, headers=HEADERS)
