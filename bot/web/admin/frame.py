"""The frame of the staff's pages: templates, language, light or dark, what a browser may not do with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import DictLoader, Environment, StrictUndefined

from bot.look.tokens import AS_THE_MACHINE, DARK, TOKENS
from bot.model.admin import Signed
from bot.model.translatable import ENGLISH, Language, Translatable, TranslatableValue
from bot.operations.admins.role_names import ROLE_NAMES
from bot.translations.chinese import CHINESE
from bot.web.admin.cookies import proof
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import RenderedPage, Visit
from bot.web.static_files import StaticFiles, files_in

_HERE = Path(__file__).parent
Theme: TypeAlias = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
LANGUAGES: Mapping[str, Language] = {"zh-TW": CHINESE, "en": ENGLISH}
PRIVATE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
"""Of every answer, also of one that leads on. `same-origin`: with `no-referrer` a form of our own would say
that it comes from nowhere (https://fetch.spec.whatwg.org/#append-a-request-origin-header)."""


OF_FILES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""Of a picture that somebody opens by itself: an SVG is a page then, and is to do nothing."""


def policy(forms_to: str = "") -> str:
    """What a page may load and where its forms may lead: our own files, nothing inline.

    https://www.w3.org/TR/CSP3/
    """
    forms = f"'self' {forms_to}".rstrip()
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


@dataclass(frozen=True, slots=True)
class ShopNow:
    """What the frame says of the shop: its name, its language, its time zone."""

    name: str
    language: str
    zone: ZoneInfo


@cache
def templates() -> Environment:
    """All of them, read at once: an upgrade on the disk does not reach a running process.

    Each is compiled when it is first drawn: to compile all of them was half of what a start costs.
    """
    return Environment(
        loader=DictLoader(
            {path.name: path.read_text("utf-8") for path in sorted((_HERE / "templates").iterdir())}
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


class AdminFrame:
    """Renders a page for its visitor."""

    def __init__(self, shop: Callable[[], ShopNow]) -> None:
        self._shop = shop
        style = files_in(_HERE / "static")
        self.files = StaticFiles(
            "/admin/static", {"tokens.css": TOKENS.encode(), "dark.css": DARK.encode(), **style}
        )
        self._pages = templates()

    def drawn(self, visit: Visit, shown: RenderedPage, theme: Theme) -> web.Response:
        """The page."""
        words, shop = visit.words, self._shop()
        text = self._pages.get_template(shown.template).render(
            **shown.data,
            tr=partial(_translate, words),
            moment=partial(to_the_minute, shop.zone),
            role_name=lambda role: words.text(ROLE_NAMES[role]),
            proof=proof(visit.secret),
            title=words.text(shown.title),
            refused=None if shown.refused is None else words.text(shown.refused),
            signed=_signed_in(visit),
            offered=_offered(visit),
            here=visit.request.path_qs,
            is_once=visit.request.method == "POST" and shown.status == 200,
            shop=shop.name,
            language=words.name,
            theme=theme,
            in_the_dark={"auto": AS_THE_MACHINE, "light": None, "dark": "all"}[theme],
            file=self.files.address,
        )
        headers = {"Content-Security-Policy": policy(shown.forms_to)}
        return web.Response(text=text, status=shown.status, content_type="text/html", headers=headers)

    def words(self, request: web.Request) -> Language:
        """The visitor's language: as chosen, else as their browser says, else the shop's."""
        if (chosen := LANGUAGES.get(request.cookies.get("oaflow_language", ""))) is not None:
            return chosen
        accepted = request.headers.get("Accept-Language", "")
        first = accepted.partition(",")[0].strip().lower()
        if not first:
            return LANGUAGES.get(self._shop().language, CHINESE)
        return CHINESE if first.startswith("zh") else ENGLISH

    def theme(self, request: web.Request) -> Theme:
        """Light or dark as chosen, else as the machine is."""
        theme = request.cookies.get("oaflow_theme", "")
        return next((one for one in THEMES if one == theme), "auto")


def _translate(words: Language, sentence: str | Translatable, **values: TranslatableValue) -> str:
    """A sentence of a template, or of a handler, in the language of the page. What it holds is escaped.

    A text that is no sentence of ours (the title of a store) stays as it is.
    """
    return words.text(
        sentence if isinstance(sentence, Translatable) else Translatable(sentence, tuple(values.items()))
    )


def to_the_minute(zone: ZoneInfo, at: datetime) -> str:
    """A moment as the pages say it, in the shop's zone."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _signed_in(visit: Visit) -> Signed | None:
    who = visit.who
    return who if who is not None and who.session.stage == "signed_in" else None


def _offered(visit: Visit) -> Sequence[tuple[str, str, str, bool]]:
    """The pages that the visitor may open: address, title, what is done there, whether this is below it."""
    who, here = _signed_in(visit), visit.request.path
    if who is None:
        return ()
    words = visit.words.text
    return [
        (
            row.path,
            words(row.title),
            words(row.says) if row.says is not None else "",
            here == row.path or here.startswith(f"{row.path}/"),
        )
        for row in ROUTES
        if row.title is not None and who.role in row.roles and row.path != "/admin"
    ]
