"""A picture for the page: a browser shows it, and takes it for nothing else."""

from __future__ import annotations

from aiohttp import web

from bot.simulator.own_site import problem
from bot.simulator.state.pictures import PictureBytes

HEADERS = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
"""No picture ever changes under its address."""


def picture_response(picture: PictureBytes | None) -> web.StreamResponse:
    """The picture, or 404 where there is none."""
    if picture is None:
        return problem(404, "unknown", "no such picture, or no longer kept")
    return web.Response(body=picture.content, content_type=picture.kind, headers=HEADERS)
