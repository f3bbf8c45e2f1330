"""Reads a form of the console's pages: its fields, and the file that may come with it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.playbook.similar import printable
from bot.web.admin.route import FORM_LIMIT
from bot.web.admin.visit import (
    UploadedFile,
)

FORM_SECONDS = 10.0
"""Seconds within which a form without a file has to arrive."""
FILE_SECONDS = 60.0
"""Seconds within which a form with a file has to arrive."""
MOST_FIELDS = 250
"""The most fields of a form."""
FILE_FIELD = "file"
"""The field of the file."""
NAME_MOST = 200
"""The most characters of a file's name; the rest is cut off."""
_BOUNDARY = re.compile(r"; *boundary=\"?([\w'()+,./:=?-]{1,70})\"? *(?:;|$)", re.ASCII)
"""The boundary in a header `Content-Type` of `multipart/form-data` (RFC 2046, 5.1.1)."""
_NAMED = re.compile(
    r'^content-disposition: *form-data; name="([^"]*)"(?:; filename="([^"]*)")?\r?$', re.I | re.M
)
"""The header of a part as browsers write it; its groups are the field and the file's name.
https://html.spec.whatwg.org/#multipart-form-data
"""


class BadForm(Exception):
    """What was sent is no form of ours: too long, too slow, or of another kind."""


async def sent_form(
    request: web.Request, file_most: int, most: int = FORM_LIMIT
) -> tuple[Mapping[str, str], UploadedFile | None]:
    """The fields of a form, each name once, and the file that may come with it. `most`: bytes of all fields;
    `file_most`: bytes of the file, 0: none is taken. Raises `BadForm`."""
    if request.method != "POST":
        return {}, None
    try:
        if file_most and request.content_type == "multipart/form-data":
            async with asyncio.timeout(FILE_SECONDS):
                return await _with_file(request, file_most)
        if request.content_type != "application/x-www-form-urlencoded":
            raise BadForm
        async with asyncio.timeout(FORM_SECONDS):
            return await _fields(request, most), None
    except (TimeoutError, ConnectionError, web.RequestPayloadError, HttpProcessingError, ValueError) as error:
        raise BadForm from error


async def _fields(request: web.Request, most: int) -> Mapping[str, str]:
    body = await _body(request, most)
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadForm
    return fields


async def _with_file(request: web.Request, file_most: int) -> tuple[Mapping[str, str], UploadedFile | None]:
    """The fields and the file of `multipart/form-data`: https://www.rfc-editor.org/rfc/rfc7578"""
    fields: dict[str, str] = {}
    file, left = None, FORM_LIMIT
    for name, called, content in _parts(request, await _body(request, file_most + FORM_LIMIT)):
        if name == FILE_FIELD and file is None and len(content) <= file_most:
            file = UploadedFile(printable(called or "")[:NAME_MOST], content)
        elif name not in fields and called is None and len(content) <= left:
            left -= len(content)
            fields[name] = content.decode("utf-8")
        else:
            raise BadForm
    return fields, file


def _parts(request: web.Request, body: bytes) -> Iterator[tuple[str, str | None, bytes]]:
    """The field, the file's name (`None` without one) and the content of each part, as browsers write them,
    and no more.

    aiohttp's reader also accepts what no browser writes: it warns of that, and Python stores each warning.
    """
    boundary = _BOUNDARY.search(request.headers.get("Content-Type", ""))
    if boundary is None:
        raise BadForm
    before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode(), MOST_FIELDS + 2)
    if before or not parts or parts.pop().rstrip() != b"--":
        raise BadForm
    for part in parts:
        head, ends, content = part.partition(b"\r\n\r\n")
        named = _NAMED.search(head.decode("utf-8", "replace"))
        if named is None or not ends or not head.startswith(b"\r\n"):
            raise BadForm
        yield named[1], named[2], content


async def _body(request: web.Request, most: int) -> bytes:
    body = bytearray()
    while not request.content.at_eof() and len(body) <= most:
        body += await request.content.read(most + 1 - len(body))
    if len(body) > most:
        raise BadForm
    return bytes(body)
