"""The console's first page for store people, its web app manifest, the choice of language and theme; and
one's own account: the second factor, passwords, sessions (`/admin/me`)."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence

import orjson

from bot.engine.compiled.playbook import Playbook
from bot.look.tokens import colour
from bot.model.admin import TEAM, Signed
from bot.model.translatable import Translatable, tr
from bot.operations.admins.own_account import InputRejected, OwnAccount
from bot.operations.admins.own_notices import OwnNotices
from bot.operations.admins.passwords import LONGEST, SHORTEST, TooBusy
from bot.operations.admins.role_names import ROLE_DOES
from bot.operations.admins.second_factor import factor_address
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.cookies import BROWSER
from bot.web.admin.frame import LANGUAGES, THEMES, AdminFrame
from bot.web.admin.own_address import STEP_PAGES, is_own, next_address, own_address, page_of_form
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, Redirect, RenderedPage, Visit
from bot.web.liff.barcode import svg


class StartPage(AdminPages):
    """The first page after signing in for store people, the manifest, and the choice of
    language and theme."""

    def __init__(self, frame: AdminFrame) -> None:
        self._frame = frame

    async def manifest(self, visit: Visit) -> AdminAnswer:
        """The web app manifest, by which a phone installs the console: https://www.w3.org/TR/appmanifest/"""
        shop = self._frame.shop.name
        said = {
            "id": "/admin",
            "name": shop,
            "short_name": shop[:12],
            "start_url": "/admin",
            "scope": "/admin",
            "display": "standalone",
            "lang": visit.words.name,
            "background_color": colour("paper"),
            "theme_color": colour("card"),
            "icons": [
                {"src": self._frame.files.address(name), "sizes": sizes, "type": kind, "purpose": purpose}
                for name, sizes, kind in (
                    ("icon.svg", "any", "image/svg+xml"),
                    ("icon_192.png", "192x192", "image/png"),
                    ("icon_512.png", "512x512", "image/png"),
                )
                for purpose in ("any", "maskable")
            ],
        }
        return Download(orjson.dumps(said), "application/manifest+json")

    async def start(self, visit: Visit) -> AdminAnswer:
        """The first page, with the pages that the visitor may open."""
        signed = visit.signed
        return RenderedPage(
            "start.html", tr("Welcome, {name}", name=signed.name), {"does": ROLE_DOES[signed.role]}
        )

    async def look(self, visit: Visit) -> AdminAnswer:
        """Store another language or theme in cookies, and go back to the same page."""
        known = {"language": LANGUAGES.keys(), "theme": set(THEMES)}
        chosen = {
            name: value for name, values in known.items() if (value := visit.form.get(name, "")) in values
        }
        to = visit.form.get("to", "")
        return Redirect(to if is_own(to) else page_of_form(to) or "/admin", remember=chosen)


ME = "/admin/me"
SECOND_FACTOR = "/admin/me/second-factor"
DEMANDED = STEP_PAGES["factor"]
"""The page on which a second factor that the role demands is set up, before anything else."""
_TWICE = tr("the two passwords differ")


class OwnPages(AdminPages):
    """Pages on which people see to their own account."""

    def __init__(self, own: OwnAccount, notices: OwnNotices, context: ConsoleContext) -> None:
        self._own = own
        self._notices = notices
        self._context = context

    async def code(self, visit: Visit) -> AdminAnswer:
        """The form for the second factor's code."""
        return _code(own_address(visit.query("to")))

    async def code_sent(self, visit: Visit) -> AdminAnswer:
        """Check the code: signed in, or on to the next step."""
        to = own_address(visit.form.get("to", ""))
        try:
            mark = visit.request.cookies.get(f"oaflow_{BROWSER}", "")
            secret, step = await self._own.code(visit.signed, visit.form.get("code", ""), mark)
        except InputRejected as error:
            return _code(to, error.message)
        return await self._redirect(next_address(STEP_PAGES.get(step), to), secret)

    async def password(self, visit: Visit) -> AdminAnswer:
        """The form for a password of one's own, at a first sign-in."""
        return _choose(own_address(visit.query("to")))

    async def password_sent(self, visit: Visit) -> AdminAnswer:
        """Store the password: signed in."""
        to, form = own_address(visit.form.get("to", "")), visit.form
        if form.get("password") != form.get("again"):
            return _choose(to, _TWICE)
        try:
            return await self._redirect(to, await self._own.choose(visit.signed, form.get("password", "")))
        except (InputRejected, TooBusy) as error:
            return _choose(to, error.message)

    async def factor(self, visit: Visit) -> AdminAnswer:
        """The form that sets up the second factor that the role demands, as a step of signing in."""
        return await self._set_up(visit, DEMANDED, own_address(visit.query("to")))

    async def factor_sent(self, visit: Visit) -> AdminAnswer:
        """Check the code of the new second factor: signed in, or the form again."""
        return await self._taken(visit, DEMANDED, own_address(visit.form.get("to", "")))

    async def me(self, visit: Visit) -> AdminAnswer:
        """The page of one's own account."""
        return await self._me(visit)

    async def change_password(self, visit: Visit) -> AdminAnswer:
        """Store another password."""
        form = visit.form
        if form.get("password") != form.get("again"):
            return await self._me(visit, _TWICE)
        former, password = form.get("former", ""), form.get("password", "")
        return await self._done(visit, self._own.change_password(visit.signed, former, password))

    async def second_factor(self, visit: Visit) -> AdminAnswer:
        """The form that sets up a second factor of one's own will."""
        return await self._set_up(visit, SECOND_FACTOR, ME)

    async def factor_picture(self, visit: Visit) -> AdminAnswer:
        """The QR code by which an authenticator app gets the secret."""
        secret = await self._own.offered(visit.signed)
        picture = svg("qr", factor_address(secret, visit.signed.name, self._context.playbook().bot))
        return Download(picture.encode(), "image/svg+xml")

    second_factor_picture = factor_picture

    async def second_factor_sent(self, visit: Visit) -> AdminAnswer:
        """Check the code of the new second factor, and show recovery codes, or the form again."""
        return await self._taken(visit, SECOND_FACTOR, ME)

    async def second_factor_off(self, visit: Visit) -> AdminAnswer:
        """Remove the second factor."""
        former = visit.form.get("former", "")
        return await self._done(visit, self._own.drop_second_factor(visit.signed, former))

    async def recovery_codes(self, visit: Visit) -> AdminAnswer:
        """Make new recovery codes, for a lost phone."""
        try:
            renewed = await self._own.renew_codes(visit.signed, visit.form.get("former", ""))
            return await self._codes(*renewed, ME)
        except (InputRejected, TooBusy) as error:
            return await self._me(visit, error.message)

    async def end_sessions(self, visit: Visit) -> AdminAnswer:
        """Sign out in one other browser, or in all others."""
        if (one := visit.form.get("session", "")) != "":
            await self._own.end_session(visit.signed, one)
            return Redirect(ME)
        return await self._done(visit, self._own.end_others(visit.signed))

    async def _done(self, visit: Visit, doing: Awaitable[str]) -> AdminAnswer:
        try:
            return await self._redirect(ME, await doing)
        except (InputRejected, TooBusy) as error:
            return await self._me(visit, error.message)

    async def _redirect(self, to: str, secret: str) -> AdminAnswer:
        """On with a new session, and the cookie by which its browser is known."""
        return Redirect(to, secret=secret, remember=known_by(await self._own.mark(secret)))

    async def _codes(self, secret: str, codes: Sequence[str], to: str) -> AdminAnswer:
        """The page with the recovery codes, this once; it leads on to the address `to`."""
        remember = known_by(await self._own.mark(secret))
        title = tr("Codes for a lost phone")
        data = {"codes": codes, "to": to}
        return RenderedPage("recovery_codes.html", title, data, secret=secret, remember=remember)

    async def _me(self, visit: Visit, refused: Translatable | None = None) -> AdminAnswer:
        signed = visit.signed
        has_password, has_second_factor, codes_left = await self._own.has(signed)
        data = {
            "sessions": await self._own.sessions(signed),
            "this": signed.session.id,
            "notified": await self._notices.of(signed) if signed.role in TEAM else None,
            "has_password": has_password,
            "has_second_factor": has_second_factor,
            "is_demanded": self._own.is_demanded(signed),
            "codes_left": codes_left,
            "whose": visibility_text(self._context.playbook(), signed),
            **_BOUNDS,
        }
        return RenderedPage("me.html", tr("Your account"), data, 200 if refused is None else 422, refused)

    async def _taken(self, visit: Visit, here: str, to: str) -> AdminAnswer:
        form = visit.form
        taking = self._own.take_second_factor(visit.signed, form.get("former", ""), form.get("code", ""))
        try:
            return await self._codes(*await taking, to)
        except (InputRejected, TooBusy) as error:
            return await self._set_up(visit, here, to, error.message)

    async def _set_up(
        self, visit: Visit, here: str, to: str, refused: Translatable | None = None
    ) -> AdminAnswer:
        secret = await self._own.offered(visit.signed)
        groups = [secret[at : at + 4] for at in range(0, len(secret), 4)]
        data = {"secret": " ".join(groups), "at": here, "to": to, "is_demanded": here == DEMANDED}
        status = 200 if refused is None else 422
        return RenderedPage("second_factor.html", tr("Set up the second step"), data, status, refused)


def visibility_text(playbook: Playbook, signed: Signed) -> Translatable | str:
    """Whose people an account of the stores sees, by the names that the shop uses; empty for the team."""
    scope = signed.scope
    store = playbook.stores[scope.store].title if scope.store in playbook.stores else scope.store
    match signed.role:
        case "head_office":
            return tr("all stores")
        case "group":
            return playbook.store_groups.get(scope.group) or scope.group
        case "store_manager":
            return store
        case "clerk":
            return tr("your own, in {store}", store=store) if store else tr("your own")
        case _:
            return ""


_BOUNDS = {"least": SHORTEST, "most": LONGEST}


def known_by(mark: str) -> Mapping[str, str]:
    """The cookie by which a browser is known."""
    return {BROWSER: mark} if mark else {}


def _code(to: str, refused: Translatable | None = None) -> RenderedPage:
    status = 200 if refused is None else 422
    return RenderedPage("code.html", tr("The code of your app"), {"to": to}, status, refused)


def _choose(to: str, refused: Translatable | None = None) -> RenderedPage:
    status, data = 200 if refused is None else 422, {"to": to, **_BOUNDS}
    return RenderedPage("password.html", tr("Choose your password"), data, status, refused)
