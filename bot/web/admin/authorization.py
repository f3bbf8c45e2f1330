"""Authorization of the console: the one place that decides who may do what, and that makes responses of
answers.

A request is read whole before its session is looked up: an account that is suspended while it is still
sending is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import orjson
from aiohttp import web

from bot.model.admin import Signed
from bot.model.clock import Clock
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.admins.own_account import InputRejected, OwnAccount
from bot.operations.admins.passwords import TooBusy
from bot.operations.admins.sessions import SignedSessions
from bot.operations.drafts.rights import Unconfirmed
from bot.operations.store_people.visibility import NoVisiblePeople
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.cookies import CHANNEL, FLASH, AdminCookies, ShownFlash, is_proof
from bot.web.admin.frame import OF_FILES, PRIVATE, AdminFrame
from bot.web.admin.navigation import current
from bot.web.admin.own_address import SIGN_IN, STEP_PAGES, next_address, own_address, page_of_form
from bot.web.admin.route import FORM_LIMIT, AdminRoute
from bot.web.admin.sent_form import BadForm, sent_form
from bot.web.admin.table import ROUTES
from bot.web.admin.visit import (
    AdminAnswer,
    AdminHandler,
    Download,
    Flash,
    Fragment,
    Json,
    PageGone,
    Redirect,
    RenderedPage,
    Stream,
    Visit,
)
from bot.web.gzip_answers import pack
from bot.web.middlewares import FORWARDED_PROTO
from bot.web.visitor import is_of_this_machine

JSON = "application/json"
CONFIRMATION = "confirmation"
"""The field with the password or code that is asked for again."""
log = logging.getLogger("oaflow.admin")


def _message_page(status: int, title: Translatable, help: Translatable) -> RenderedPage:
    return RenderedPage("message.html", title, {"help": help}, status)


_ELSEWHERE = _message_page(
    404, tr("There is no such page"), tr("The address is another, or the page is gone")
)
_NOT_YOURS = _message_page(
    403,
    tr("This page is for others"),
    tr("Your role does not open it; ask whoever gave you the account"),
)
_OUT_OF_DATE = _message_page(
    403,
    tr("This page was out of date"),
    tr("Nothing was changed. Go back, load the page anew, and send it once more"),
)
_SIGNED_OUT = _message_page(
    401, tr("You are signed out"), tr("Nothing was changed. Sign in, and do it once more")
)
_NO_FORM = _message_page(400, tr("That went wrong"), tr("What was sent cannot be read. Nothing was changed"))
_IN_THE_OPEN = _message_page(
    403,
    tr("Signing in needs https"),
    tr(
        "This address is plain http: whoever is on the way could read passwords. Open the address that begins"
        " with https://. Whoever looks after this server sets OAFLOW_PUBLIC_URL to it; without one /admin is"
        " opened on the server itself, or through an SSH tunnel"
    ),
)
_AWAY = _message_page(503, tr("The database is away"), tr("Nothing was lost. Try again in a moment"))
_NOT_DONE = tr("That cannot be done")
_CHOOSE_AGAIN = tr("It is you. Choose the file once more")
_SEND_AGAIN = tr("It is you. Now go on here")
_BROKEN = _message_page(
    500, tr("That went wrong"), tr("The fault is ours, and the log has it. Try again in a moment")
)


@dataclass(eq=False, repr=False)
class AdminGate:
    """Lets requests in by the table, and gives each response its headers."""

    _sessions: SignedSessions
    _own: OwnAccount
    _frame: AdminFrame
    _cookies: AdminCookies
    _clock: Clock
    _handlers: Mapping[str, AdminHandler]
    """By the names of the table's rows: one for each, and no other."""
    _table: Sequence[AdminRoute] = ROUTES

    def __post_init__(self) -> None:
        odd = {row.name for row in self._table} ^ self._handlers.keys()
        if odd:
            raise ValueError(f"rows without an answer, or answers without a row: {odd}")

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses of the table, the files of pages, and a 404 for everything else below `/admin`."""
        files = web.get(
            "/admin/static/{version:[0-9a-f]{16}}/{name:[a-z0-9_/]+[.](?:css|js|svg|png)}",
            self._frame.files.file,
        )
        return [*self.table_routes(), files, web.route("*", "/admin/{rest:.*}", self._missing)]

    def table_routes(self) -> list[web.RouteDef]:
        """The addresses of the table alone."""
        return [web.route(row.method, row.path, self._entrance(row)) for row in self._table]

    def _entrance(self, row: AdminRoute) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def enter(request: web.Request) -> web.StreamResponse:
            return await self._answered(request, row)

        return enter

    async def _missing(self, request: web.Request) -> web.StreamResponse:
        return await self._answered(request, None)

    async def _answered(self, request: web.Request, row: AdminRoute | None) -> web.StreamResponse:
        """The response to a request for this row; `None`: for an address without one."""
        secret = self._cookies.secret(request)
        visit = Visit(request, self._frame.words(request), self._clock.now(), None, {}, secret, row=row)
        visit = replace(visit, channel=self._frame.channel(request, row))
        if self._cookies.is_unencrypted(request):
            return await self._response(visit, _IN_THE_OPEN)
        try:
            answer = None
            if row is not None and row.file_most:  # no stranger has us hold a file in memory
                visit = replace(visit, caller=await self._sessions.signed(secret))
                answer = _refused(visit.caller, row, request)
            if answer is None:
                mosts = (0, FORM_LIMIT) if row is None else (row.file_most, row.form_most)
                form, file = await sent_form(request, *mosts)
                caller = await self._sessions.signed(secret)
                visit = replace(visit, now=self._clock.now(), caller=caller, form=form, file=file)
                answer = await self._let_in(visit, row)
        except NoVisiblePeople as error:
            entry = current(request.path, self._table)
            title = next((one.title for one in self._table if one.title and one.path == entry), _NOT_DONE)
            answer = RenderedPage("message.html", title, status=403, refused=error.message)
        except Refusal as error:
            answer = RenderedPage("message.html", _NOT_DONE, status=409, refused=error.message)
        except BadForm:
            answer = _NO_FORM
        except DatabaseUnavailable:
            answer = _AWAY
        except web.HTTPException:
            raise
        except Exception:  # the visitor reads that it is our fault; the log has why
            log.exception("a page of the staff's failed")
            answer = _BROKEN
        try:
            return await self._response(visit, answer)
        except Exception:  # a template's fault must not give away a bare page without our headers
            log.exception("a page of the staff's could not be drawn")
            return await self._response(visit, _BROKEN)

    async def _let_in(self, visit: Visit, row: AdminRoute | None) -> AdminAnswer:
        """The answer of the row's handler, or why the request is not let in."""
        request = visit.request
        if row is None:
            page = page_of_form(request.path_qs) if request.method == "GET" else None
            return _ELSEWHERE if page is None else Redirect(page)
        if request.method == "POST" and not (
            is_same_origin(request) and is_proof(visit.form.get("proof", ""), visit.secret)
        ):
            return _OUT_OF_DATE
        if (elsewhere := _refused(visit.caller, row, request)) is not None:
            return elsewhere
        written = visit.form.get(CONFIRMATION) if row.at == "signed_in" else None
        if written is not None and not visit.signed.is_confirmed:
            try:
                await self._own.confirm(visit.signed, written)
            except (InputRejected, TooBusy) as error:
                return await self._asking(visit, error.message)
            if row.file_most or row.leads_away:
                flash = Flash(_CHOOSE_AGAIN if row.file_most else _SEND_AGAIN)
                return Redirect(own_address(request.path_qs), flash=flash)
            visit = replace(visit, caller=replace(visit.signed, is_confirmed=True))
        if row.confirms and not visit.signed.is_confirmed:
            return await self._asking(visit)
        try:
            return await self._handlers[row.name](visit)
        except Unconfirmed:
            return await self._asking(visit)
        except PageGone as gone:
            return gone.page

    async def _asking(self, visit: Visit, refused: Translatable | None = None) -> RenderedPage:
        """The page that asks for password or code before something is done. It sends the same form again,
        without a file, which is chosen once more."""
        here = visit.request.path_qs
        fields = {name: text for name, text in visit.form.items() if name not in ("proof", CONFIRMATION)}
        _, has_factor, _ = await self._own.has(visit.signed)
        data = {"to": here, "back": own_address(here), "fields": fields, "has_factor": has_factor}
        return RenderedPage("confirm.html", tr("Is it you?"), data, 403, refused)

    async def _response(self, visit: Visit, answer: AdminAnswer) -> web.StreamResponse:
        """The response for an answer, with its headers and cookies."""
        response: web.Response
        remember: dict[str, str] = {}
        held: str | None = None
        match answer:
            case RenderedPage():
                visit = visit if answer.secret is None else replace(visit, secret=answer.secret)
                flash = self._cookies.flashed(visit.request, visit.secret)
                response = await self._frame.drawn(visit, answer, self._frame.theme(visit.request), flash)
                pack(visit.request, response)
                if FLASH in visit.request.cookies:
                    self._cookies.forget_flash(response)
                remember, held = {**_looked_at(visit), **answer.remember}, answer.secret
            case Fragment():
                response = self._frame.part(visit, answer)
                pack(visit.request, response)
            case Json(data, status):
                response = web.Response(body=orjson.dumps(data), status=status, content_type=JSON)
            case Stream():
                return await self._streamed(visit, answer)
            case Download(content, kind, name):
                how = _as_file(name) if name else "inline"
                response = web.Response(body=content, content_type=kind, headers={"Content-Disposition": how})
                response.headers["Content-Security-Policy"] = OF_FILES
            case Redirect(to):
                response = web.Response(status=303, headers={"Location": to})
                remember, held = dict(answer.remember), answer.secret
                if answer.flash is not None:
                    secret = visit.secret if held is None else held
                    self._cookies.flash(response, secret, _in_words(visit, answer.flash))
        for name, value in PRIVATE.items():
            response.headers.setdefault(name, value)
        for name, value in remember.items():
            self._cookies.remember(response, name, value)
        if held is not None:
            self._cookies.hold(response, held)
            if not held:  # signed out: whoever uses this browser next finds no customer's picture in it
                response.headers["Clear-Site-Data"] = '"cache"'
        elif not self._cookies.is_held(visit.request, visit.secret) and answer is not _IN_THE_OPEN:
            self._cookies.hold(response, visit.secret)
        return response

    async def _streamed(self, visit: Visit, answer: Stream) -> web.StreamResponse:
        """Write a stream until it ends or the browser has gone; an error in the middle
        ends it and is logged."""
        head = {**PRIVATE, "Content-Type": answer.type, "X-Accel-Buffering": "no", **answer.headers}
        if answer.name:
            head |= {"Content-Disposition": _as_file(answer.name), "Content-Security-Policy": OF_FILES}
        response = web.StreamResponse(status=answer.status, headers=head)
        try:
            await response.prepare(visit.request)
            await answer.write(response)
            await response.write_eof()
        except ConnectionError:
            pass  # the listener has gone
        except Exception:  # the head is sent: no other answer can be given any more
            log.exception("events for a page of the staff's failed")
            response.force_close()
        return response


def _as_file(name: str) -> str:
    """`Content-Disposition` of a file to be saved under this name."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def _looked_at(visit: Visit) -> Mapping[str, str]:
    """The channel that the visitor has switched to, for the cookie."""
    return {CHANNEL: visit.channel} if visit.channel and visit.query("channel") == visit.channel else {}


def _in_words(visit: Visit, flash: Flash) -> ShownFlash:
    shown = ShownFlash(visit.words.text(flash.text))
    if (undo := flash.undo) is not None:
        shown = replace(shown, undo_to=undo.to, fields=undo.fields)
    if (link := flash.link) is not None:
        shown = replace(shown, link_to=link.to, link_text=visit.words.text(link.text))
    return shown


def _refused(caller: Signed | None, row: AdminRoute, request: web.Request) -> AdminAnswer | None:
    """Why the caller is not let in, as a page or a redirect to the next step of signing
    in; `None`: they are."""
    if row.at == "anybody":
        return None
    if caller is None:
        if request.method == "POST":
            return _SIGNED_OUT
        return Redirect(f"{SIGN_IN}?to={quote(request.path_qs, safe='')}")
    if caller.session.step != row.at:
        step = STEP_PAGES.get(caller.session.step)
        is_wanted = row.at == "signed_in" and request.method == "GET"
        return Redirect(next_address(step, request.path_qs) if is_wanted else step or "/admin")
    if row.at != "signed_in" or caller.role in row.roles:
        return None
    return _NOT_YOURS


def is_same_origin(request: web.Request, *, opened: bool = False) -> bool:
    """Whether the browser says that a page of ours has sent the request, or says nothing of it: then the
    form's proof decides.

    `opened`: also a GET by an address that somebody has opened by hand.
    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin" or (opened and site == "none" and request.method == "GET")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{_scheme(request)}://{request.host}"


def _scheme(request: web.Request) -> str:
    """The scheme by which a page of ours came to this host: on this machine that of the request, elsewhere
    https alone (`AdminCookies.is_unencrypted`).
    """
    if not is_of_this_machine(request):
        return "https"
    return request.headers.get(FORWARDED_PROTO, request.scheme).partition(",")[0].strip()
