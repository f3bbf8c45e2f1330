"""Serves the simulator's page to the browser: files of this package, under a policy that allows nothing else.

Its JavaScript modules are joined into one script. Each becomes a function that is called once, after those
that it imports, and returns what the module exports. Modules use only the forms of `import` and `export` that
are known here, export nothing that changes, and import in no circle; else the server does not start.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

from aiohttp import web

from bot.look.drawings import STEPS
from bot.look.tokens import switchable
from bot.simulator.requests import guarded, problem
from bot.translations.chinese import chinese_of, sentences_script

_IMPORT = re.compile(
    r'^(?:import \* as (\w+)|(?:import|export) \{([^}]*)\}) from "(\.[^"]+)";$', re.MULTILINE
)
"""`import * as x from "…";` (group 1: `x`), or `import` or `export {…} from "…";` (group 2: the names); group
3: the path."""
_GIVEN_ON = re.compile(r"^export \{ ?([\w$, ]*?) ?\} from", re.MULTILINE)
"""The names of `export {…} from`."""
_RENAMED = re.compile(r"[\w$]+ as ")
"""`x as ` in a list of names, of which the new name is exported."""
_EXPORT = re.compile(r"^export (?=(?:(?:async )?function\*?|class|const) ([\w$]+))", re.MULTILINE)
"""`export ` before a function, class or constant, whose name is group 1."""
_OTHER = re.compile(r"^(?:import|export)\b.*|\bimport[.(].*", re.MULTILINE)
"""Any other `import` or `export`, which cannot be joined."""


def one_script(first: str, modules: Mapping[str, str]) -> str:
    """The module of this name and all that it needs. Raises `ValueError` for a form that is not known."""
    return "".join(_Joining(modules).after(first).values())


class _Joining:
    """Joins modules. `_begun` are those that were met, by which they are numbered; `_done` is the text of
    each, in the order in which they run."""

    def __init__(self, modules: Mapping[str, str]) -> None:
        self._modules = modules
        self._begun: list[str] = []
        self._done: dict[str, str] = {}

    def after(self, name: str) -> dict[str, str]:
        """All texts once this module is among them. Raises `ValueError`."""
        if name not in self._begun:
            self._begun.append(name)
            self._done[name] = self._as_scope(name)
        elif name not in self._done:
            raise ValueError(f"{name} imports what imports it")
        return self._done

    def _as_scope(self, name: str) -> str:
        folder = posixpath.dirname(name)

        def of(path: str) -> str:
            needed = posixpath.normpath(posixpath.join(folder, path))
            self.after(needed)
            return self._called(needed)

        def imported(found: re.Match[str]) -> str:
            whole, names, path = found.groups()
            return f"const {whole or '{' + names.replace(' as ', ': ') + '}'} = {of(path)};"

        text = self._modules[name]
        gives = _RENAMED.sub("", ", ".join([*_GIVEN_ON.findall(text), *_EXPORT.findall(text)]))
        text = _EXPORT.sub("", _IMPORT.sub(imported, text))
        if other := _OTHER.search(text):
            raise ValueError(f"{name} has a form that cannot be joined: {other[0].strip()}")
        return f"const {self._called(name)} = (() => {{ // {name}\n{text}\nreturn {{ {gives} }};\n}})();\n"

    def _called(self, name: str) -> str:
        return f"module{self._begun.index(name)}"


_FOLDER = Path(__file__).parent.parent / "static"
"""The files of the page."""
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_INDEX, _LANGUAGE = "index.html", '<html lang="zh-TW">'
_SCRIPT = "main.js"
"""The module that the page loads, with all that it imports in one."""
_SHEETS = "sheets.css"
"""The name under which all style sheets of the page are served as one."""
_LINK = '<link rel="stylesheet" href="static/{}">\n'
_SHEET = re.compile(_LINK.format('([^"]+)'))
"""The link to a style sheet; group 1 is its file name."""
_TOKENS = "tokens.css"
"""The simulator's own style tokens, behind those that all pages share."""
_FIXED_TEXT = re.compile(r'data-(word|label|hint)="([^"]+)">?')
"""An attribute that marks a text of the page: group 1 is its kind, group 2 its English sentence."""
_TEXT_IN = {"word": "{0}{1}", "label": 'aria-label="{1}" {0}', "hint": 'placeholder="{1}" {0}'}
"""By the kind of a text: how its translation ({1}) is written into the page, beside the mark ({0})."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
"""Headers of every file: nothing from another site is loaded, and no other site shows the page in a frame."""


@cache
def _contents() -> Mapping[str, tuple[bytes, str]]:
    """All files with their types, by name; the style sheets that the page names are one, in their order."""
    files = {
        path.relative_to(_FOLDER).as_posix(): (path.read_bytes(), _TYPES[path.suffix])
        for path in _FOLDER.rglob("*")
        if path.suffix in _TYPES
    }
    own, kind = files[_TOKENS]
    files[_TOKENS] = (switchable().encode() + STEPS + own, kind)
    files["sentences.js"] = (sentences_script("simulator"), _TYPES[".js"])
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
def _translated(language: str) -> bytes:
    """The page in this language: the texts that its script changes when another is chosen."""
    page = _contents()[_INDEX][0].decode()
    chinese = {} if language == "en" else chinese_of("simulator")

    def with_text(found: re.Match[str]) -> str:
        kind, english = found.groups()
        return _TEXT_IN[kind].format(found[0], escape(chinese.get(english, english)))

    return _FIXED_TEXT.sub(with_text, page.replace(_LANGUAGE, f'<html lang="{language}">', 1)).encode()


@cache
def _tag(content: bytes) -> str:
    """The ETag of a content."""
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


class Page:
    """`/simulator/` and its files, read once, its script with all that it imports.

    `language` is the page's until somebody changes it there.
    """

    def __init__(self, language: str = "zh-TW") -> None:
        kind = _contents()[_INDEX][1]
        self._files = {**_contents(), _INDEX: (_translated(language), kind)}

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
