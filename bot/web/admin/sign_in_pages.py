"""Signing in and out."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.model.said import Said, say
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import Browser, Entered, StaffSignIn, TriedTooOften, WrongPassword
from bot.web.admin.addresses import SIGN_IN, STAGES, own_address
from bot.web.admin.device import device_of
from bot.web.admin.visit import AdminAnswer, AdminHandler, Goes, Shown, Visit
from bot.web.visitor import visitor

BROWSER = "browser"
"""The cookie by which a browser is known; not a session."""


class SignInPages:
    """`/admin/sign-in`, `/admin/sign-out`."""

    def __init__(self, sign_in: StaffSignIn, sessions: SignedSessions, proxies: int) -> None:
        """`proxies` of our own stand in front of this server."""
        self._sign_in = sign_in
        self._sessions = sessions
        self._proxies = proxies

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"sign_in": self.sign_in, "sign_in_sent": self.sign_in_sent, "sign_out": self.sign_out}

    async def sign_in(self, visit: Visit) -> AdminAnswer:
        """The form; on for whoever is signed in already."""
        to = own_address(visit.asked("to"))
        if visit.who is not None:
            return Goes(STAGES.get(visit.who.session.stage, to))
        return _form(to)

    async def sign_in_sent(self, visit: Visit) -> AdminAnswer:
        """A session, a new one whatever the browser held; or what is wrong."""
        form, to = visit.form, own_address(visit.form.get("to", ""))
        name, password = form.get("name", ""), form.get("password", "")
        match await self._sign_in.enter(name, password, self._browser(visit)):
            case Entered(secret, stage, mark):
                if visit.who is not None:
                    await self._sessions.end(visit.who)
                return Goes(STAGES.get(stage, to), secret=secret, remember={BROWSER: mark})
            case WrongPassword():
                return _form(to, name, say("the name or the password is wrong, or its time is over"), 401)
            case TriedTooOften(seconds):
                return _form(to, name, _later(seconds), 429)

    async def sign_out(self, visit: Visit) -> AdminAnswer:
        """The session is over, also for whoever has copied its cookie."""
        await self._sessions.end(visit.signed)
        to = own_address(visit.form.get("to", ""))
        return Goes(SIGN_IN if to == "/admin" else f"{SIGN_IN}?to={quote(to, safe='')}", secret="")

    def _browser(self, visit: Visit) -> Browser:
        request = visit.request
        mark = request.cookies.get(f"oaflow_{BROWSER}", "")
        return Browser(
            visitor(request, self._proxies), device_of(request.headers.get("User-Agent", "")), mark
        )


def _form(to: str, name: str = "", refused: Said | None = None, status: int = 200) -> Shown:
    return Shown("sign_in.html", say("Sign in"), {"to": to, "name": name}, status, refused)


def _later(seconds: int) -> Said:
    minutes = -(-seconds // 60)
    return say("too many tries; try again in {minutes} minutes", minutes=minutes)
