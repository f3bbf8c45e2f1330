"""What a browser gets of the members' pages: one HTML page for all of a channel, and its files.

Every page of a channel comes as the same HTML with the channel's data in it, so LIFF's first redirect
(`/liff/CHANNEL?liff.state=/PAGE`) and its second (`/liff/CHANNEL/PAGE`) both find what `liff.init()` needs.
https://developers.line.biz/en/docs/liff/opening-liff-app/#redirect-flow
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import orjson
from aiohttp import web
from yarl import URL

from bot.engine.compiled.own_address import OwnKind, liff_address
from bot.engine.compiled.pages import page_flow, pages_of
from bot.engine.compiled.playbook import ChannelRules, Playbook
from bot.engine.rendering.placeholders import page_address
from bot.look.tokens import with_tokens
from bot.model.published_version import VersionTap
from bot.model.screen import BUILT_IN
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE, sentences_script
from bot.web.liff.barcode import svg
from bot.web.promotions import folders
from bot.web.static_files import StaticFiles, files_in

SDK = "https://static.line-scdn.net/liff/edge/2/sdk.js"
"""https://developers.line.biz/en/docs/liff/developing-liff-apps/#specify-cdn-path"""
SDK_ASKS = ("https://api.line.me", "https://access.line.me", "https://liffsdk.line-scdn.net")
"""Where the SDK sends requests: LINE's API, its sign-in, its own translations."""
SDK_FROM = "https://static.line-scdn.net"
"""The host of the SDK, and of the parts that it loads by itself."""
LINK_MOST = 300
"""The most characters of a link that is drawn as a QR code: the code of a longer one takes long to draw, and
no telephone reads it from a screen."""
LINKS = {"url": "Privacy policy", "terms": "Terms of service"}
"""What stands at the foot of each page, by its name in the playbook's `privacy`."""
LOADED_LATER = frozenset(file.name for folder in folders("static") for file in folder.glob("*.js"))
"""Modules that a page loads only where it shows what they draw: those of promotions."""
AN_HOUR = {"Cache-Control": "public, max-age=3600"}
"""A header: a browser stores pictures and codes for an hour."""

_OPENING = re.compile(r"/?(?P<kind>[lo])/(?P<code>[a-z0-9_]+)")
"""Matches `liff.state` where LIFF's first redirect is to a short address: `/l/CODE` (a code of `links`) or
`/o/CODE` (a counted tap).
Its groups are `kind` and `code`."""
_HTML = Path(__file__).parent / "static"
_PAGE = Template((_HTML / "page.html").read_text("utf-8"))
_MISSING = (_HTML / "missing.html").read_text("utf-8")


class LiffPages:
    """`GET /liff/…`: the pages, their files, and the code that leads from a computer to the telephone."""

    def __init__(
        self,
        playbook: Callable[[], Playbook],
        face: Callable[[str], Awaitable[str | None]],
        former: Callable[[str, str], Awaitable[VersionTap | None]],
        *,
        sdk: str = SDK,
        framed: bool = False,
        base: str = "",
    ) -> None:
        """`face` returns the address of the picture of a channel's account, `None` where it has none.

        `former(channel, code)`: a counted tap of a version that was live.

        `sdk` is the address of LIFF's SDK; `framed`: our own site may show the pages in a frame, as the
        simulator does; `base`: the path below which the world reaches us.
        """
        self._playbook = playbook
        self._face = face
        self._former = former
        self._sdk = sdk
        self._base = base
        files = dict(files_in(_HTML, *folders("static")))
        kinds = [files.pop(file.name) for folder in folders("static") for file in folder.glob("*.css")]
        style = with_tokens(b"\n".join((files["page.css"], *kinds)))
        files |= {"page.css": style, "sentences.js": sentences_script("page")}
        self._files = StaticFiles(f"{base}/liff/static", files)
        self._headers = {
            "Content-Security-Policy": _policy(sdk, framed),
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-cache",
        }

    @property
    def stylesheet(self) -> str:
        """The address of the pages' stylesheet."""
        return self._files.address("page.css")

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses; a page's name holds no dot, so the files beside it are never taken for one."""
        channel = "/liff/{channel}"
        page = channel + "/{page:[a-z][a-z0-9_]*}"
        opening = channel + "/{kind:[lo]}/{code:[a-z0-9_]+}"
        return [
            web.get("/liff/static/{version:[0-9a-f]{16}}/{name:.+}", self._files.file),
            web.get(channel, self.page),
            web.get(channel + "/", self.page),
            web.get(page, self.page),
            web.get(channel + "/code.svg", self.code),
            web.get(page + "/code.svg", self.code),
            web.get(opening, self.opening),
            web.get(opening + "/code.svg", self.opening_code),
            web.get(channel + "/face.png", self.face),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """The page, or 404 with a kind one: no such channel or page, or the channel has no LIFF."""
        found = self._found(request)
        if found is None:
            return self.missing()
        playbook, rules, page = found
        leads = page or (None if "liff.state" in request.query else rules.home)
        data = page_data(playbook, rules, page)
        if (state := _OPENING.fullmatch(request.query.get("liff.state", ""))) is not None:
            data["opening"] = await self._opening(playbook, rules.name, state["kind"], state["code"])
        return self._page(playbook, rules, data, leads)

    async def opening(self, request: web.Request) -> web.Response:
        """The page of a short address (`/l/CODE`, `/o/CODE`), which leads on to where the code leads; 404
        where the channel or the code is unknown."""
        found = self._found(request)
        if found is None:
            return self.missing()
        playbook, rules, _ = found
        kind, code = request.match_info["kind"], request.match_info["code"]
        opening = await self._opening(playbook, rules.name, kind, code)
        if opening is None:
            return self.missing()
        return self._page(playbook, rules, {**page_data(playbook, rules, None), "opening": opening}, None)

    async def _opening(
        self, playbook: Playbook, channel: str, kind: str, code: str
    ) -> Mapping[str, Any] | None:
        """The page's data about a short address; `None`: no version of the last 400 days has it."""
        data = opening_data(playbook, kind, code)
        if data is not None or kind == "l":
            return data
        try:
            tap = await self._former(channel, code)
        except DatabaseUnavailable:
            return _opening_of(kind, code)  # the page's own call to open it gets the answer
        return None if tap is None else _opening_of(kind, code)

    def missing(self) -> web.Response:
        """The page that says kindly that there is no such page, with status 404."""
        return self._html(_MISSING.replace("$style", self._files.address("page.css")), 404)

    def _page(
        self, playbook: Playbook, rules: ChannelRules, data: Mapping[str, Any], leads: str | None
    ) -> web.Response:
        """The HTML with its data; `leads` is the page that opens, as far as that is known."""
        data = {**data, "face": self._base + data["face"]}
        privacy = data["privacy"] or {}
        return self._html(
            _PAGE.substitute(
                shop=escape(playbook.bot),
                initial=escape(playbook.bot[:1]),
                face=escape(data["face"]),
                language=escape(playbook.language),
                hero=_hero(data, leads, self._base),
                style=self._files.address("page.css"),
                script=self._files.address("main.js"),
                modules="".join(
                    f'<link rel="modulepreload" href="{self._files.address(name)}">'
                    for name in self._files.names(".js")
                    if name not in LOADED_LATER
                ),
                sdk=escape(self._sdk),
                links="".join(_link(privacy[of], name) for of, name in LINKS.items() if privacy.get(of)),
                data=_in_script(data),
            )
        )

    async def code(self, request: web.Request) -> web.Response:
        """The address of a page as a QR code, with the inputs that the page was opened with; 404 also if it
        is too long."""
        found = self._found(request)
        if found is None:
            raise web.HTTPNotFound
        playbook, rules, page = found
        address = URL((page_address(playbook, page or "", rules.name) or "").rstrip("/"))
        flow = playbook.flow(page or "", rules.name)
        wanted = () if flow is None else flow.inputs
        return _code(
            str(address.with_query({name: text for name, text in request.query.items() if name in wanted}))
        )

    async def opening_code(self, request: web.Request) -> web.Response:
        """The LIFF address of a short address as a QR code; 404 where the channel is unknown or the link too
        long."""
        found = self._found(request)
        if found is None:
            raise web.HTTPNotFound
        kind: OwnKind = "l" if request.match_info["kind"] == "l" else "o"
        return _code(liff_address(found[1].liff_id, kind, request.match_info["code"]) or "")

    async def face(self, request: web.Request) -> web.Response:
        """A redirect to the picture of the channel's account at LINE; 204 where it has none."""
        found = self._found(request)
        address = None if found is None else await self._face(found[1].name)
        if address is None:
            return web.Response(status=204, headers=AN_HOUR)
        raise web.HTTPFound(address, headers=AN_HOUR)

    def _found(self, request: web.Request) -> tuple[Playbook, ChannelRules, str | None] | None:
        """The playbook, the channel of the request, and its page (`None`: the address names none). `None`:
        there is no such channel or page, or the channel has no LIFF."""
        playbook = self._playbook()
        rules = playbook.channels.get(request.match_info["channel"])
        page = request.match_info.get("page")
        if rules is None or not rules.liff_id:
            return None
        if page is not None and page not in pages_of(playbook, rules.name):
            return None
        return playbook, rules, page

    def _html(self, text: str, status: int = 200) -> web.Response:
        return web.Response(text=text, status=status, content_type="text/html", headers=self._headers)


def page_data(playbook: Playbook, rules: ChannelRules, page: str | None) -> dict[str, Any]:
    """What the page's script works with; nothing in it is secret, and nothing is about a person.

    `page` is the one that the address names; without, `home` opens, or what there is can be chosen.
    """
    return {
        "channel": rules.name,
        "face": f"/liff/{rules.name}/face.png",
        "page": page,
        "home": rules.home,
        "liff_id": rules.liff_id,
        "language": playbook.language,
        "timezone": playbook.zone.key,
        "shop": playbook.bot,
        "pages": {name: _about(playbook, rules.name, name) for name in pages_of(playbook, rules.name)},
        "privacy": None if playbook.privacy is None else playbook.privacy.texts,
    }


def opening_data(playbook: Playbook, kind: str, code: str) -> Mapping[str, Any] | None:
    """The page's data about a short address of this kind (`l` or `o`); `None` where it is gone. `opens` is
    what a code of `links` opens."""
    link = playbook.links.get(code) if kind == "l" else None
    if link is None and (kind == "l" or code not in playbook.counted):
        return None
    return _opening_of(kind, code, None if link is None else link.open)


def _opening_of(kind: str, code: str, opens: str | None = None) -> Mapping[str, Any]:
    return {"kind": kind, "code": code, "opens": opens}


def _about(playbook: Playbook, channel: str, page: str) -> Mapping[str, Any]:
    """What is known of a page before it is opened; of one that is built in, what it is called in English."""
    flow = page_flow(playbook, page, channel)
    if flow is None:
        return {"title": None, "english": BUILT_IN[page], "intro": None, "picture": None, "inputs": []}
    return {
        "title": flow.page_title or flow.title,
        "intro": flow.page_intro,
        "picture": flow.page_picture,
        "inputs": list(flow.inputs),
    }


def _code(link: str) -> web.Response:
    if not 0 < len(link) <= LINK_MOST:
        raise web.HTTPNotFound
    return web.Response(text=svg("qr", link), content_type="image/svg+xml", headers=AN_HOUR)


def _policy(sdk: str, framed: bool) -> str:
    """What the page may load: our own files, LIFF's SDK and what that asks; pictures from any https address.

    https://www.w3.org/TR/CSP3/
    """
    lines = sdk.startswith("https:")
    sources = " ".join(("'self'", SDK_FROM)) if lines else "'self'"
    asks = " ".join(("'self'", *SDK_ASKS)) if lines else "'self'"
    framing = "'self'" if framed else "'none'"
    return (
        f"default-src 'none'; script-src {sources}; style-src 'self'; img-src 'self' https: data:; "
        f"connect-src {asks}; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {framing}"
    )


def _in_script(data: Mapping[str, Any]) -> str:
    """JSON that stands in a script element: no text in it can end the element.

    https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    """
    return orjson.dumps(data).decode().replace("<", "\\u003c")


def _hero(data: Mapping[str, Any], leads: str | None, base: str) -> str:
    """The picture on top of the page that opens, so that nothing jumps when its first screen is there.

    A flow without a picture of its own has the account's (requirement B2).
    """
    about = data["pages"].get(leads)
    if about is None or about["title"] is None:
        return " hidden"
    picture = about["picture"]
    if picture is None:
        return f' class="hero account" src="{escape(data["face"])}"'
    return f' class="hero" src="{escape(picture if "://" in picture else f"{base}/{picture}")}"'


def _link(address: str, name: str) -> str:
    """A link at the foot of a page; its name is Chinese until the page's script knows the language."""
    chinese = CHINESE.within("page").sentence(name)
    return f'<a href="{escape(address)}" target="_blank" rel="noopener" data-word="{name}">{chinese}</a>'
