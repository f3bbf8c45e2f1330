"""A proxy to the phone of a trial at our own address: requests are passed on to the trial's process, for its
owner alone.

The process gets nothing of the console: no cookie, no name; and its answers set no cookie.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import aiohttp
from aiohttp import hdrs, web
from yarl import URL

from bot.model.admin import AdminRole, Signed
from bot.model.translatable import Translatable, tr
from bot.operations.admins.sessions import SignedSessions
from bot.operations.drafts.trials import TrialAddress, Trials
from bot.store.unavailable import DatabaseUnavailable
from bot.translations.chinese import CHINESE
from bot.web.admin.authorization import is_same_origin
from bot.web.admin.cookies import AdminCookies
from bot.web.admin.frame import AdminFrame, chosen_language

PHONE = "/admin/playbook/try/phone"
"""The path below which the addresses of the process are."""
START = f"{PHONE}/simulator/"
"""The page of the phone."""
SEEN_BY_PHONES = ("simulator", "liff", "media", "l", "o")
"""Paths of the process that a phone and its workbench request, and everything below."""
NEVER = ("line", "shop")
"""Paths below `simulator` that are not passed on: they stand in for LINE and the shops, and no phone requests
them."""
TO_IT = (
    *(hdrs.ACCEPT, hdrs.ACCEPT_ENCODING, hdrs.ACCEPT_LANGUAGE, hdrs.AUTHORIZATION, hdrs.CONTENT_TYPE),
    *(hdrs.IF_NONE_MATCH, hdrs.RANGE, hdrs.USER_AGENT, "Last-Event-ID", "Sec-Fetch-Mode", "Sec-Purpose"),
)
"""Headers of a request that are passed on; no other is."""
FROM_IT = (
    *(hdrs.CACHE_CONTROL, hdrs.CONTENT_ENCODING, hdrs.CONTENT_LENGTH, hdrs.CONTENT_RANGE),
    *(hdrs.CONTENT_TYPE, hdrs.ETAG, hdrs.VARY, hdrs.ACCEPT_RANGES, "Content-Security-Policy"),
    *("Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Referrer-Policy"),
    *("X-Content-Type-Options", "Retry-After"),
)
"""Headers of an answer that are passed on; no other is."""
LIMIT = aiohttp.ClientTimeout(total=None, sock_connect=5.0)
"""Time limits of a request: 5 s to connect, none for the answer, since a stream of events lasts as long as
its page."""


@dataclass(frozen=True, slots=True)
class TrialProxy:
    """Answers what is below `PHONE`, for accounts in these roles."""

    sessions: SignedSessions
    cookies: AdminCookies
    roles: Collection[AdminRole]
    trials: Trials
    http: aiohttp.ClientSession
    frame: AdminFrame

    def routes(self) -> list[web.AbstractRouteDef]:
        """The address; it goes before those of the table, which answer everything else below `/admin`."""
        return [web.route("*", PHONE + "/{rest:.*}", self.answer)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer of the trial's process, or why it was not asked."""
        try:
            signed = await self._owner(request)
        except DatabaseUnavailable:
            return web.Response(status=503, headers={"Retry-After": "5"})
        if isinstance(signed, web.Response):
            return signed
        if (process := self.trials.used(signed)) is None:
            return _said(request, 404, tr("Nothing is being tried"))
        if (target := process_address(request.raw_path)) is None:
            return _said(request, 404, tr("A phone has no such address"))
        try:
            return await self._on(request, process, target)
        except (aiohttp.ClientError, TimeoutError):  # whether it has ended tells the process that has it
            if "text/html" in request.headers.get(hdrs.ACCEPT, ""):
                return self.frame.alone(request, "trial_away.html", 502)
            return _said(request, 502, tr("The trial does not answer: begin it anew"))

    async def _owner(self, request: web.Request) -> Signed | web.Response:
        """The account that is signed in, or the refusal."""
        if self.cookies.is_unencrypted(request) or not is_same_origin(request, opened=True):
            return _said(request, 403, tr("A trial is opened from the console"))
        signed = await self.sessions.signed(self.cookies.secret(request))
        if signed is None or signed.session.step != "signed_in":
            return _said(request, 401, tr("You are signed out"))
        if signed.role not in self.roles:
            return _said(request, 403, tr("This page is for others"))
        return signed

    async def _on(self, request: web.Request, process: TrialAddress, target: str) -> web.StreamResponse:
        """Pass the request on, and its answer back as it comes."""
        headers = {name: request.headers[name] for name in TO_IT if name in request.headers}
        body = request.content if request.can_read_body else None
        if body is not None and request.content_length is not None:
            headers[hdrs.CONTENT_LENGTH] = str(request.content_length)
        async with self.http.request(
            *(request.method, URL(process.address + target, encoded=True)),
            headers={**headers, **process.headers},
            data=body,
            allow_redirects=False,
            timeout=LIMIT,
        ) as answer:
            response = web.StreamResponse(status=answer.status, headers=_to_browser(answer, process))
            try:
                await response.prepare(request)
                async for piece in answer.content.iter_any():
                    await response.write(piece)
                await response.write_eof()
            except (aiohttp.ClientError, ConnectionError):
                response.force_close()  # one of the two has gone in the middle
            return response


def process_address(raw: str) -> str | None:
    """The path and query of the process for an address of ours, as it is written; `None`: there is none.

    The path has to mean the same decoded once and twice: no dots as parts, no other way to write `/`.
    """
    path, mark, query = raw.removeprefix(PHONE).partition("?")
    plain = unquote(unquote(path))
    if not raw.startswith(f"{PHONE}/") or "\\" in plain or not plain.isprintable():
        return None
    parts = plain.split("/")
    if len(parts) != path.count("/") + 1 or "//" in path or {".", ".."} & set(parts):
        return None
    if len(parts) < 3 or parts[1] not in SEEN_BY_PHONES or (parts[1] == "simulator" and parts[2] in NEVER):
        return None
    return f"{path}{mark}{query}"


def _to_browser(answer: aiohttp.ClientResponse, process: TrialAddress) -> Mapping[str, str]:
    """The headers of the answer; a redirect within the process leads below `PHONE`."""
    headers = {name: answer.headers[name] for name in FROM_IT if name in answer.headers}
    if answer.content_type == "text/event-stream":
        headers["X-Accel-Buffering"] = "no"
    if (to := answer.headers.get(hdrs.LOCATION)) is not None:
        own = to.removeprefix(process.address)
        is_own = not urlsplit(own).netloc and own.startswith("/") and not own.startswith(f"{PHONE}/")
        headers[hdrs.LOCATION] = PHONE + own if is_own else to
    return headers


def _said(request: web.Request, status: int, says: Translatable) -> web.Response:
    text = chosen_language(request, CHINESE.name).text(says)
    return web.Response(status=status, text=text + "\n", headers={hdrs.CACHE_CONTROL: "no-store"})
