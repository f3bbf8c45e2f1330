"""Files that pages load, read once, at addresses that change with what is in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from bot.web.gzip_answers import LEAST, PACKED, VARIES, packed_file, takes_gzip

FOR_EVER = "public, max-age=31536000, immutable"
"""`Cache-Control` of a file at the address of its version."""
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
"""The media types of the files that are served, by the ending of their names."""
TEXTS = {".css", ".js", ".svg"}
"""The endings of files that are text, which are packed with gzip."""


def files_in(*folders: Path) -> Mapping[str, bytes]:
    """Style sheets, scripts and pictures of folders, by their names in these, in the order of the names."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in TYPES
    }
    return dict(sorted(found.items()))


class StaticFiles:
    """`PREFIX/VERSION/NAME`: a browser fetches each version of a file once."""

    def __init__(
        self, prefix: str, files: Mapping[str, bytes], headers: Mapping[str, str] | None = None
    ) -> None:
        """`headers`: what each file is served with besides."""
        self._prefix = prefix
        self._headers = dict(headers or {})
        self._files = dict(files)
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self._version = digest.hexdigest()[:16]
        self._packed: dict[str, bytes] = {}

    def names(self, ending: str) -> list[str]:
        """The files whose names end so."""
        return [name for name in self._files if name.endswith(ending)]

    def address(self, name: str) -> str:
        """Where a file is served."""
        return f"{self._prefix}/{self._version}/{name}"

    async def file(self, request: web.Request) -> web.Response:
        """A file, 404 where there is none. At the address of another version the file is what this process
        has, and is not to be stored: two versions of oaflow may run side by side."""
        name = request.match_info["name"]
        content = self._files.get(name)
        if content is None:
            raise web.HTTPNotFound
        same = request.match_info["version"] == self._version
        headers = {**self._headers, "Cache-Control": FOR_EVER if same else "no-store"}
        suffix = Path(name).suffix
        if suffix in TEXTS and len(content) >= LEAST:
            headers |= VARIES
            if takes_gzip(request):
                content = self._packed_once(name, content)
                headers |= PACKED
        charset = "utf-8" if suffix in TEXTS else None
        return web.Response(body=content, content_type=TYPES[suffix], charset=charset, headers=headers)

    def _packed_once(self, name: str, content: bytes) -> bytes:
        """The file packed with gzip, made when it is first asked for: to pack all of them would be a good
        part of a start."""
        if name not in self._packed:
            self._packed[name] = packed_file(content)
        return self._packed[name]
