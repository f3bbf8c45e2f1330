"""The page in the browser: files of our own, under a policy that lets nothing else in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from aiohttp import web

from bot.look.tokens import switchable
from bot.simulator.control.one_script import one_script
from bot.simulator.own_site import guarded, problem

_FOLDER = Path(__file__).parent.parent / "static"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_INDEX, _LANGUAGE = "index.html", b'<html lang="zh-TW">'
_SCRIPT = "main.js"
_SHEETS = "sheets.css"
_LINK = '<link rel="stylesheet" href="static/{}">\n'
_SHEET = re.compile(_LINK.format('([^"]+)'))
_TOKENS = "tokens.css"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


@cache
def _contents() -> Mapping[str, tuple[bytes, str]]:
    """All files with their types, by name; the style sheets that the page names are one, in their order."""
    files = {
        path.relative_to(_FOLDER).as_posix(): (path.read_bytes(), _TYPES[path.suffix])
        for path in _FOLDER.rglob("*")
        if path.suffix in _TYPES
    }
    own, kind = files[_TOKENS]
    files[_TOKENS] = (switchable().encode() + own, kind)
    modules = {name: text.decode() for name, (text, _) in files.items() if name.endswith(".js")}
    page = files[_INDEX][0].decode()
    first, *others = names = _SHEET.findall(page)
    for name in others:
        page = page.replace(_LINK.format(name), "")
    made = {
        _INDEX: page.replace(_LINK.format(first), _LINK.format(_SHEETS)).encode(),
        _SHEETS: b"\n".join(files[name][0] for name in names),
        _SCRIPT: one_script(_SCRIPT, modules).encode(),
    }
    return files | {name: (content, _TYPES[Path(name).suffix]) for name, content in made.items()}


@cache
def _tag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


class Page:
    """`/simulator/` and its files, read once, its script with all that it imports.

    `language` is the page's until somebody changes it there.
    """

    def __init__(self, language: str = "zh-TW") -> None:
        self._files = dict(_contents())
        page, kind = self._files[_INDEX]
        page = page.replace(_LANGUAGE, f'<html lang="{language}">'.encode(), 1)
        self._files[_INDEX] = (page, kind)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The page, its files, and the ways from the server's own address and from that without a slash."""

        async def to_page(request: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(prefix + "/")

        return [
            web.get("/", guarded(to_page)),
            web.get(prefix, guarded(to_page)),
            web.get(prefix + "/", guarded(self._page)),
            web.get(prefix + "/static/{name:.+}", guarded(self._file)),
            web.get(prefix + "/liff/sdk.js", guarded(self._sdk)),
        ]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._send(request, _INDEX)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return self._send(request, request.match_info["name"])

    async def _sdk(self, request: web.Request) -> web.StreamResponse:
        """`window.liff`, at the address that pages load it from instead of LINE's."""
        return self._send(request, "liff/sdk.js")

    def _send(self, request: web.Request, name: str) -> web.StreamResponse:
        if name not in self._files:
            return problem(404, "unknown", "no such file")
        content, kind = self._files[name]
        tag = _tag(content)
        headers = {**HEADERS, "ETag": tag}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        return web.Response(body=content, content_type=kind, charset="utf-8", headers=headers)
