"""Is a request signed as CYBERBIZ asks for it? It is composed again from what the header says was signed."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256
from hmac import compare_digest, new

from aiohttp import web

SKEW = timedelta(minutes=5)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


def is_signed(
    request: web.Request, target: str, body: bytes, username: str, secret: str, now: datetime
) -> bool:
    """Whether these credentials have signed this request, within five minutes of now.

    `target` is the path of the request line, as the platform sees it.
    """
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    said = dict(_FIELD.findall(rest))
    names = said.get("headers", "").split()
    if scheme != "hmac" or said.get("algorithm") != "hmac-sha256" or said.get("username") != username:
        return False
    if not {"x-date", "request-line"} <= set(names) or (body and "digest" not in names):
        return False
    lines = []
    for name in names:
        if name == "request-line":
            lines.append(f"{request.method} {target} HTTP/1.1")
        elif name in request.headers:
            lines.append(f"{name}: {request.headers[name]}")
        else:
            return False
    mac = new(secret.encode(), "\n".join(lines).encode(), sha256).digest()
    if not compare_digest(mac, _bytes(said.get("signature", ""))):
        return False
    return _is_fresh(request.headers["x-date"], now) and _is_of(body, request.headers.get("digest"))


def _is_fresh(date: str, now: datetime) -> bool:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return False
    return at.tzinfo is not None and abs(at.astimezone(UTC) - now) <= SKEW


def _is_of(body: bytes, digest: str | None) -> bool:
    if digest is None:
        return not body
    return compare_digest(sha256(body).digest(), _bytes(digest.removeprefix("SHA-256=")))


def _bytes(base64: str) -> bytes:
    try:
        return b64decode(base64, validate=True)
    except (Error, ValueError):
        return b""
