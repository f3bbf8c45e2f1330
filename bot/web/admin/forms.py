"""What a browser sends with a form of ours: read whole, within bounds of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.web.admin.visit import FileSent

FORM_LIMIT = 64 * 1024
"""Bytes of all fields, without a file."""
FORM_SECONDS = 10.0
FILE_SECONDS = 60.0
MOST_FIELDS = 100
FILE_FIELD = "file"
NAME_MOST = 200
"""Characters of a file's name that are kept."""


class BadForm(Exception):
    """What was sent is no form of ours: too long, too slow, or of another kind."""


async def sent_form(request: web.Request, file_most: int) -> tuple[Mapping[str, str], FileSent | None]:
    """The fields of a form, each name once, and the file of so many bytes that may come with it.

    Raises `BadForm`.
    """
    if request.method != "POST":
        return {}, None
    try:
        if file_most and request.content_type == "multipart/form-data":
            async with asyncio.timeout(FILE_SECONDS):
                return await _with_file(request, file_most)
        if request.content_type != "application/x-www-form-urlencoded":
            raise BadForm
        async with asyncio.timeout(FORM_SECONDS):
            return await _fields(request), None
    except (TimeoutError, ConnectionError, web.RequestPayloadError, HttpProcessingError, ValueError) as error:
        raise BadForm from error


async def _fields(request: web.Request) -> Mapping[str, str]:
    body = await request.content.read(FORM_LIMIT + 1)
    while not request.content.at_eof() and len(body) <= FORM_LIMIT:
        body += await request.content.read(FORM_LIMIT + 1 - len(body))
    if len(body) > FORM_LIMIT:
        raise BadForm
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    told = dict(pairs)
    if len(told) != len(pairs):
        raise BadForm
    return told


async def _with_file(request: web.Request, file_most: int) -> tuple[Mapping[str, str], FileSent | None]:
    """https://www.rfc-editor.org/rfc/rfc7578"""
    told: dict[str, str] = {}
    file, left = None, FORM_LIMIT
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None or len(told) >= MOST_FIELDS:
            raise BadForm
        if part.name == FILE_FIELD and file is None:
            file = FileSent((part.filename or "")[:NAME_MOST], await _content(part, file_most))
        elif part.name not in told and part.filename is None:
            content = await _content(part, left)
            left -= len(content)
            told[part.name] = content.decode("utf-8")
        else:
            raise BadForm
    return told, file


async def _content(part: BodyPartReader, most: int) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > most:
            raise BadForm
    return bytes(content)
