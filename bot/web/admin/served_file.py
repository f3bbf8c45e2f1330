"""A file that somebody sent, as a browser gets it: whole, or the part that it asks for.

https://www.rfc-editor.org/rfc/rfc9110#name-range-requests; Safari plays no sound and no video without.
"""

from __future__ import annotations

from aiohttp import web

from bot.operations.sent_files import OpenedFile
from bot.web.admin.frame import OF_FILES
from bot.web.admin.visit import Stream

_SHOWN = frozenset({"jpg", "png", "gif", "webp"})
"""The endings of files that a browser shows by themselves; others are saved."""


async def served_file(file: OpenedFile, request: web.Request, kept: str = "no-cache") -> Stream:
    """The answer with the file, of which the first piece is read. Raises what reading it does.

    `kept`: how long a browser may show it without asking, in words of `Cache-Control`.
    """
    tag = f'"{file.digest[:32]}"'
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"private, {kept}",
        "Content-Disposition": "inline",
        "Content-Security-Policy": OF_FILES,
    }
    if tag in request.headers.get("If-None-Match", ""):
        return Stream(_nothing, file.type.media, status=304, headers=headers)
    start, stop, status = _wanted(request, file.size, tag)
    if status == 416:
        headers |= {"Content-Range": f"bytes */{file.size}", "Content-Length": "0"}
        return Stream(_nothing, file.type.media, status=416, headers=headers)
    if status == 206:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{file.size}"
    headers["Content-Length"] = str(stop - start)
    pieces = file.pieces(start, stop)
    first = await anext(pieces)

    async def write(response: web.StreamResponse) -> None:
        await response.write(first)
        async for piece in pieces:
            await response.write(piece)

    name = "" if file.type.extension in _SHOWN else file.name
    return Stream(write, file.type.media, name, status, headers)


def _wanted(request: web.Request, size: int, tag: str) -> tuple[int, int, int]:
    """The bytes from one to before another, and the status of the answer; 416: the file has no such part."""
    try:
        part = request.http_range
    except ValueError:  # several parts, or none that one could read: the whole is an answer, too
        return 0, size, 200
    is_asked = part.start is not None or part.stop is not None
    if not is_asked or request.headers.get("If-Range", tag) != tag:
        return 0, size, 200
    start, stop, _ = part.indices(size)
    return (start, stop, 206) if start < stop else (0, 0, 416)


def no_file(*, later: bool) -> Stream:
    """In place of a picture of a conversation; `later`: it may be there in a moment, else a browser does not
    ask again for ten minutes."""
    kept = "no-store" if later else "private, max-age=600"
    headers = {"Cache-Control": kept, "Content-Length": "0"}
    return Stream(_nothing, "text/plain", status=503 if later else 404, headers=headers)


async def _nothing(response: web.StreamResponse) -> None:
    """Without a body."""
