"""The frame of the console's pages: templates and static files, language, light or dark, and the headers that
restrict what a browser may do with a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from jinja2 import Environment

from bot.look.drawings import STEPS, page_templates, speaking
from bot.look.tokens import AS_THE_MACHINE, DARK, TOKENS, colour
from bot.model.admin import AdminRole, Signed
from bot.model.outside import is_outside_closed
from bot.model.translatable import ENGLISH, Language, TranslatableValue, tr
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.attention import Attention, AttentionBoard
from bot.playbook.drawing import style
from bot.translations.chinese import CHINESE, sentences_script
from bot.web.admin.console_context import ShopNow
from bot.web.admin.cookies import CHANNEL, ShownFlash, proof
from bot.web.admin.form_table import form_at
from bot.web.admin.navigation import Navigation, current, navigation
from bot.web.admin.route import AdminRoute
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import Fragment, RenderedPage, Visit
from bot.web.promotions import folders
from bot.web.static_files import StaticFiles, files_in

_HERE = Path(__file__).parent
Theme: TypeAlias = Literal["auto", "light", "dark"]
THEMES: tuple[Theme, ...] = get_args(Theme)
LANGUAGES: Mapping[str, Language] = {"zh-TW": CHINESE, "en": ENGLISH}
"""The languages of the console, by their names."""
_ALLOWS = "camera=({camera}), geolocation=(), microphone=(), payment=()"
"""The header `Permissions-Policy`: https://www.w3.org/TR/permissions-policy/"""
PRIVATE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": _ALLOWS.format(camera=""),
    "Cache-Control": "no-store",
}
"""Headers of every answer, redirects too. `same-origin`: with `no-referrer` a form of our own would be sent
without its origin (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
"""


OF_FILES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""The Content-Security-Policy of a file that is opened by itself: an SVG is a page then, and is to do
nothing."""


def policy(forms_to: str = "", *, frames: bool = False, framed_by: Literal["none", "self"] = "none") -> str:
    """The Content-Security-Policy of a page: it loads our own files, nothing inline. `forms_to`: another
    origin to which its forms may lead; `frames`: it may show pages of ours; `framed_by`: whose pages may show
    it.

    https://www.w3.org/TR/CSP3/
    """
    forms = f"'self' {forms_to}".rstrip()
    framed = "frame-src 'self'; " if frames else ""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; media-src 'self'; "
        f"connect-src 'self'; {framed}manifest-src 'self'; form-action {forms}; base-uri 'none'; "
        f"frame-ancestors '{framed_by}'"
    )


OF_ALL_PAGES = {"Service-Worker-Allowed": "/admin"}
"""A header of static files: the service worker that shows notices is one of them, and works for all pages.
https://www.w3.org/TR/service-workers/#service-worker-allowed
"""


_DRAWING = frozenset(
    (
        *("elements.js", "own_address.js", "clipboard.js", "phone/colours.css", "phone/messages.css"),
        *(
            f"phone/{name}.js"
            for name in ("areas", "contents", "media", "picture", "place", "sticker", "template", "text")
        ),
    )
)
"""Files of the simulator that draw messages, besides those in `flex/`; `phone/sheet.js`, which they open, is
one of the console's own."""


@cache
def _drawing_files() -> Mapping[str, bytes]:
    """The simulator's files that draw messages and templates as LINE does, below `line/`, with their
    sentences."""
    drawing = {
        name: content
        for name, content in files_in(_HERE.parents[1] / "simulator" / "static").items()
        if name.startswith("flex/") or name in _DRAWING
    }
    words = sentences_script("simulator", b"".join((*drawing.values(), b'tr("Close")')).decode())
    return {f"line/{name}": content for name, content in (*drawing.items(), ("words.js", words))}


_PICTURE = {
    "flow_picture.css": f"{style.LIGHT}{style.RULES}".encode(),
    "flow_picture_dark.css": style.DARK.encode(),
}
"""The stylesheets of pictures of flows."""


@cache
def templates() -> Environment:
    """The templates of the console, with those of promotions."""
    return page_templates(_HERE / "templates", *folders("templates"))


@cache
def _static_files() -> StaticFiles:
    """All files that the console's pages load, read once."""
    own = dict(files_in(_HERE / "static", *folders("console")))
    base = b"\n".join([TOKENS.encode(), *(own.pop(name) for name in ("frame.css", "parts.css"))])
    files = {
        "base.css": base,
        "dark.css": DARK.encode(),
        **own,
        "contacts.css": STEPS + own["contacts.css"],
        **_drawing_files(),
        **_PICTURE,
    }
    return StaticFiles("/admin/static", files, OF_ALL_PAGES)


class AdminFrame:
    """Renders a page for its visitor."""

    def __init__(
        self, shop: Callable[[], ShopNow], board: AttentionBoard, table: Sequence[AdminRoute] = ROUTES
    ) -> None:
        self._shop = shop
        self._board = board
        self._table = table
        self.files = _static_files()
        self._pages = templates()

    async def drawn(
        self, visit: Visit, shown: RenderedPage, theme: Theme, flash: ShownFlash | None
    ) -> web.Response:
        """The response with the whole page; `flash` is shown on top of it."""
        words, shop, signed = visit.words, self._shop(), _signed_in(visit)
        listed = visit.row.badge if visit.row is not None else ""
        attention = await self._board.now(signed.by, listed) if signed is not None else None
        text = self._pages.get_template(shown.template).render(
            **shown.data,
            **self._globals(visit),
            title=words.text(shown.title),
            refused=None if shown.refused is None else words.text(shown.refused),
            flash=flash,
            signed=signed,
            nav=None if signed is None else self._navigation(signed.role, attention),
            attention=attention,
            is_copy=is_outside_closed(),
            stopped=None if attention is None else attention.stopped,
            refusal=None if attention is None else attention.refusal,
            new_form=form_at(visit.request.path, signed),
            leads_to_unsent=signed is not None and self._leads_to_unsent(visit, signed.role),
            current=current(visit.request.path, self._table),
            channels=shop.channels if visit.row is not None and visit.row.by_channel else {},
            channel=visit.channel,
            has_all=visit.row is not None and visit.row.by_channel == "or all",
            channel_address=lambda name: visit.address(channel=name),
            is_once=visit.request.method == "POST" and shown.status == 200,
            theme=theme,
            in_the_dark={"auto": AS_THE_MACHINE, "light": None, "dark": "all"}[theme],
            theme_colours=_theme_colours(theme),
        )
        framed_by: Literal["none", "self"] = "self" if _is_framed(visit) else "none"
        allowed = policy(shown.forms_to, frames=shown.frames, framed_by=framed_by)
        headers = {"Content-Security-Policy": allowed}
        if framed_by == "self":
            headers["X-Frame-Options"] = "SAMEORIGIN"
        if shown.camera:
            headers["Permissions-Policy"] = _ALLOWS.format(camera="self")
        return web.Response(text=text, status=shown.status, content_type="text/html", headers=headers)

    def _leads_to_unsent(self, visit: Visit, role: AdminRole) -> bool:
        """Whether the page may link to what was not sent: the role may open that, and it is another page."""
        of = next((row for row in self._table if row.name == "unsent"), None)
        return of is not None and role in of.roles and visit.request.path != of.path

    def _navigation(self, role: AdminRole, attention: Attention | None) -> Navigation:
        is_stopped = attention is not None and attention.is_all_stopped
        return navigation(role, self._table, is_stopped=is_stopped)

    @property
    def shop(self) -> ShopNow:
        """The shop as it is now."""
        return self._shop()

    def part(self, visit: Visit, shown: Fragment) -> web.Response:
        """The response with a part of a page."""
        signed = _signed_in(visit)
        text = self._pages.get_template(shown.template).render(
            **shown.data,
            **self._globals(visit),
            attention=None if signed is None else self._board.known(signed.by),
        )
        headers = {"Content-Security-Policy": policy()}
        return web.Response(text=text, status=shown.status, content_type="text/html", headers=headers)

    def alone(self, request: web.Request, template: str, status: int) -> web.Response:
        """The response with a sentence that one of our own pages shows in a frame of its own."""
        words = self.words(request)
        text = self._pages.get_template(template).render(
            **speaking(words), language=words.name, file=self.files.address
        )
        headers = {"Content-Security-Policy": policy(framed_by="self"), hdrs.CACHE_CONTROL: "no-store"}
        return web.Response(text=text, status=status, content_type="text/html", headers=headers)

    def _globals(self, visit: Visit) -> Mapping[str, Any]:
        """The values that every template is given, also of a part of a page."""
        words, shop = visit.words, self._shop()
        return {
            **speaking(words),
            "moment": partial(to_the_minute, shop.zone),
            "role_name": lambda role: words.text(ROLE_NAMES[role]),
            "proof": proof(visit.secret),
            "here": visit.request.path_qs,
            "is_framed": _is_framed(visit),
            "shop": shop.name,
            "language": words.name,
            "file": self.files.address,
        }

    def channel(self, request: web.Request, row: AdminRoute | None = None) -> str:
        """The channel that is shown: of the address, else the one of the cookie, else the first; on a page of
        all channels empty unless the address names one."""
        known = self._shop().channels
        if row is not None and row.by_channel == "or all":
            chosen = request.query.get("channel", "")
            return chosen if chosen in known else ""
        named = (request.query.get("channel", ""), request.cookies.get(f"oaflow_{CHANNEL}", ""))
        return next((one for one in named if one in known), next(iter(known), ""))

    def words(self, request: web.Request) -> Language:
        """The visitor's language: chosen on a page, else the browser's, else the shop's."""
        return chosen_language(request, self._shop().language)

    def theme(self, request: web.Request) -> Theme:
        """Light or dark as the visitor chose, else `auto`, as the machine is."""
        theme = request.cookies.get("oaflow_theme", "")
        return next((one for one in THEMES if one == theme), "auto")


def chosen_language(request: web.Request, otherwise: str) -> Language:
    """The language that was chosen on a page, else the browser's; the one named `otherwise` where the browser
    names none."""
    chosen = LANGUAGES.get(request.cookies.get("oaflow_language", ""))
    return accepted_language(request, otherwise) if chosen is None else chosen


def accepted_language(request: web.Request, otherwise: str) -> Language:
    """The language that `Accept-Language` names first; the one named `otherwise` where it names none."""
    first = request.headers.get("Accept-Language", "").partition(",")[0].strip().lower()
    if not first:
        return LANGUAGES.get(otherwise, CHINESE)
    return CHINESE if first.startswith("zh") else ENGLISH


def to_the_minute(zone: ZoneInfo, at: datetime) -> str:
    """A moment as the pages show it, in the shop's zone: `2026-11-27 10:00`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def near_moment(zone: ZoneInfo, now: datetime, at: datetime) -> TranslatableValue:
    """A moment in the shop's zone, as short as it is clear: the time alone today, `yesterday` and `tomorrow`,
    no year within this year."""
    local, here = at.astimezone(zone), now.astimezone(zone)
    time, days = f"{local:%H:%M}", (local.date() - here.date()).days
    if days == 0:
        return time
    if days in (-1, 1):
        return tr("yesterday {time}", time=time) if days < 0 else tr("tomorrow {time}", time=time)
    return f"{local:%m-%d %H:%M}" if local.year == here.year else to_the_minute(zone, at)


def _is_framed(visit: Visit) -> bool:
    return visit.row is not None and visit.row.is_framed


def _signed_in(visit: Visit) -> Signed | None:
    caller = visit.caller
    return caller if caller is not None and caller.session.step == "signed_in" else None


def _theme_colours(theme: Theme) -> Sequence[tuple[str, str | None]]:
    """The colours that a phone paints around the page, each with the media query for which it holds (`None`:
    always)."""
    light, dark = colour("card"), colour("card", dark=True)
    if theme == "auto":
        return [(light, "(prefers-color-scheme: light)"), (dark, AS_THE_MACHINE)]
    return [(dark if theme == "dark" else light, None)]
