"""Signing in to the console and out of it; in a simulator also with a role to try it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from bot.model.admin import AdminRole
from bot.model.translatable import Translatable, tr
from bot.operations.admins.own_account import tried_too_often
from bot.operations.admins.passwords import TooBusy
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import Browser, Entered, StaffSignIn, TriedTooOften, WrongPassword
from bot.operations.admins.trying_out import TryingOut
from bot.runtime.metrics import Tally
from bot.web.admin.cookies import BROWSER
from bot.web.admin.own_address import SIGN_IN, STEP_PAGES, next_address, own_address
from bot.web.admin.own_pages import known_by
from bot.web.admin.visit import AdminAnswer, AdminHandler, Redirect, RenderedPage, Visit
from bot.web.visitor import is_of_this_machine, network_of, visitor

_BROWSERS: Sequence[tuple[str, str]] = (
    *((" Line/", "LINE"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox")),
    *(
        ("SamsungBrowser/", "Samsung Internet"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ),
)
"""What stands in a `User-Agent`, and the browser's name. The first that is found counts, since many name
older browsers, too.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent
"""
_MACHINES: Sequence[tuple[str, str]] = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)
"""What stands in a `User-Agent`, and the machine's name; the first that is found counts."""


def device_of(user_agent: str) -> str:
    """The browser and the machine of a `User-Agent`: `Chrome · Windows`; empty where neither is known."""
    found = (
        next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _MACHINES)
    )
    return " · ".join(name for name in found if name)


@dataclass(eq=False, repr=False)
class SignInPages:
    """`/admin/sign-in` and `/admin/sign-out`; in a simulator `/admin/try`."""

    _sign_in: StaffSignIn
    _sessions: SignedSessions
    _proxies: int
    """How many proxies of our own stand in front of this server."""
    _trying_out: TryingOut | None = None
    """Signs in with a role to try it, in a simulator; else `None`."""
    came_of: Tally = field(
        init=False,
        default_factory=lambda: Tally("oaflow_sign_ins", "Tries to sign in to the staff's pages.", "came_of"),
    )
    """Counts tries to sign in by outcome."""

    def handlers(self) -> Mapping[str, AdminHandler]:
        """The handlers, by the names of rows of the table."""
        more = {} if self._trying_out is None else {"try_role": self.try_role}
        return {
            "sign_in": self.sign_in,
            "sign_in_sent": self.sign_in_sent,
            "sign_out": self.sign_out,
            **more,
        }

    async def sign_in(self, visit: Visit) -> AdminAnswer:
        """The form; a redirect where the visitor is signed in already."""
        to = own_address(visit.query("to"))
        if visit.caller is not None and visit.caller.session.step == "signed_in":
            return Redirect(to)
        return self._form(to)

    async def sign_in_sent(self, visit: Visit) -> AdminAnswer:
        """Sign in: a new session, whatever the browser had, or the form with what is wrong."""
        form, to = visit.form, own_address(visit.form.get("to", ""))
        name, password = form.get("name", ""), form.get("password", "")
        try:
            entering = await self._sign_in.enter(name, password, self._browser(visit))
        except TooBusy as error:
            self.came_of.inc("busy")
            return self._form(to, name, error.message, 503)
        match entering:
            case Entered(secret, step, mark):
                self.came_of.inc("entered")
                if visit.caller is not None:
                    await self._sessions.end(visit.caller)
                return Redirect(
                    next_address(STEP_PAGES.get(step), to), secret=secret, remember=known_by(mark)
                )
            case WrongPassword():
                self.came_of.inc("wrong")
                return self._form(to, name, tr("the name or the password is wrong, or its time is over"), 401)
            case TriedTooOften(seconds):
                self.came_of.inc("too_often")
                return self._form(to, name, tried_too_often(seconds), 429)

    async def try_role(self, visit: Visit) -> AdminAnswer:
        """Signed in with a role to try it, in a simulator; by an address of this machine only, for a name
        elsewhere may be made to point here (DNS rebinding)."""
        to, wanted = own_address(visit.form.get("to", "")), visit.form.get("role", "")
        role = next((one for one in self._roles_to_try() if one == wanted), None)
        if self._trying_out is None or role is None or not is_of_this_machine(visit.request):
            return RenderedPage("message.html", tr("There is no such page"), status=404)
        secret = await self._trying_out.enter(role, _device(visit))
        if visit.caller is not None:
            await self._sessions.end(visit.caller)
        return Redirect(to, secret=secret)

    async def sign_out(self, visit: Visit) -> AdminAnswer:
        """End the session."""
        await self._sign_in.leave(visit.signed)
        to = own_address(visit.form.get("to", ""))
        return Redirect(SIGN_IN if to == "/admin" else f"{SIGN_IN}?to={quote(to, safe='')}", secret="")

    def _browser(self, visit: Visit) -> Browser:
        mark = visit.request.cookies.get(f"oaflow_{BROWSER}", "")
        address = visitor(visit.request, self._proxies)
        return Browser(address, network_of(address), _device(visit), mark)

    def _roles_to_try(self) -> Sequence[AdminRole]:
        return [] if self._trying_out is None else self._trying_out.roles()

    def _form(
        self, to: str, name: str = "", refused: Translatable | None = None, status: int = 200
    ) -> RenderedPage:
        data = {"to": to, "name": name, "tries": self._roles_to_try()}
        return RenderedPage("sign_in.html", tr("Sign in"), data, status, refused)


def _device(visit: Visit) -> str:
    return device_of(visit.request.headers.get("User-Agent", ""))
