"""The page of one customer in the simulator's workbench: in a frame, without navigation or sign-in.

It is the console's own page with the console's own deeds, by an account of its own; language and appearance
are those of the workbench and stand in the address. Its addresses are there only where a simulator runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace

from aiohttp import web

from bot.model.admin import AdminRole
from bot.model.clock import Clock
from bot.model.contact import contact_id
from bot.model.translatable import Language
from bot.operations.admins.own_account import OwnAccount
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.trying_out import TryingOut
from bot.operations.attention import AttentionBoard
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.authorization import AdminGate, is_same_origin
from bot.web.admin.console_context import ShopNow
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_person_pages import ContactPersonPages
from bot.web.admin.cookies import AdminCookies, ShownFlash
from bot.web.admin.frame import LANGUAGES, THEMES, AdminFrame, Theme
from bot.web.admin.route import CONTACTS, AdminRoute
from bot.web.admin.table import ROUTES
from bot.web.visitor import is_of_this_machine

PREFIX = "/simulator/person"
"""The path of the frame's pages."""
_LOOKS = f"{PREFIX}/{{language:{'|'.join(LANGUAGES)}}}/{{theme:{'|'.join(THEMES)}}}"
"""The path with language and theme."""
ROLE: AdminRole = "admin"
"""The role of the frame's account."""
DEVICE = "simulator"
"""What the list of sessions calls the frame."""


class FramedPages(AdminFrame):
    """Pages for the workbench's frame."""

    def words(self, request: web.Request) -> Language:
        """The workbench's language."""
        return LANGUAGES[request.match_info["language"]]

    def theme(self, request: web.Request) -> Theme:
        """The workbench's appearance."""
        wanted = request.match_info["theme"]
        return next(one for one in THEMES if one == wanted)


class HeldSession(AdminCookies):
    """The session of all frames, which this process stores in place of a browser's cookies. No cookie is
    sent."""

    def __init__(self) -> None:
        super().__init__(secure=False)
        self.held = ""
        self._flash: ShownFlash | None = None

    def secret(self, request: web.Request) -> str:
        """That of the frames' session."""
        return self.held

    def is_held(self, request: web.Request, secret: str) -> bool:
        """Always: no cookie is needed."""
        return True

    def flash(self, answer: web.StreamResponse, secret: str, shown: ShownFlash) -> None:
        """The next page shows it."""
        self._flash = shown

    def flashed(self, request: web.Request, secret: str) -> ShownFlash | None:
        """What is to be shown, once: in a page that is opened, not where a script
        fetches one to refresh it."""
        if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
            return None
        shown, self._flash = self._flash, None
        return shown


class WorkbenchContact:
    """The addresses of the console's page of a customer, of its deeds, and the way there by LINE id."""

    def __init__(
        self,
        context: ContactContext,
        base: str,
        sessions: SignedSessions,
        trying_out: TryingOut,
        own: OwnAccount,
        shop: Callable[[], ShopNow],
        board: AttentionBoard,
        clock: Clock,
        write_journal: Callable[[], Awaitable[None]],
    ) -> None:
        """`base` is the path below which the workbench's browser reaches this server. `write_journal` returns
        once the timelines have all turns that were taken."""
        self._write_journal = write_journal
        self._base = base
        self._context = replace(context, pages=lambda visit: self._pages(visit.request))
        handlers = ContactPersonPages(self._context).handlers()
        self._sessions = sessions
        self._trying_out = trying_out
        self._cookies = HeldSession()
        self._signing_in = asyncio.Lock()
        table = framed_table(handlers.keys())
        frame = FramedPages(shop, board, table)
        self._gate = AdminGate(sessions, own, frame, self._cookies, clock, handlers, table)

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses of the frame."""
        of_friend = web.get(f"{_LOOKS}/of/{{channel}}/{{user}}", self._own(self._of_friend))
        rows = [
            web.route(route.method, route.path, self._own(route.handler))
            for route in self._gate.table_routes()
        ]
        return [of_friend, *rows]

    def _own(
        self, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """The handler, signed in first; 403 unless the workbench on this machine asks."""

        async def handle(request: web.Request) -> web.StreamResponse:
            if not is_of_this_machine(request) or not is_same_origin(request, opened=True):
                return web.Response(status=403, text="the simulator takes no requests from other sites\n")
            try:
                await self._sign_in()
                await self._write_journal()
            except DatabaseUnavailable:
                return web.Response(status=503, headers={"Retry-After": "5"})
            return await handler(request)

        return handle

    async def _sign_in(self) -> str:
        """The name of the account of the frames, signed in anew where its session is over."""
        async with self._signing_in:
            signed = await self._sessions.signed(self._cookies.held)
            if signed is None:
                self._cookies.held = await self._trying_out.enter(ROLE, DEVICE)
                signed = await self._sessions.signed(self._cookies.held)
        return "" if signed is None else signed.name

    async def _of_friend(self, request: web.Request) -> web.StreamResponse:
        """A redirect to the page of the friend with this LINE id."""
        contact = contact_id(request.match_info["channel"], request.match_info["user"])
        part = self._context.parts.sealed(await self._sign_in(), "contact", contact)
        to = f"{self._pages(request)}/{part}"
        return web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})

    def _pages(self, request: web.Request) -> str:
        """The address of the pages in the request's language and theme."""
        looks = request.match_info
        return f"{self._base}{PREFIX}/{looks['language']}/{looks['theme']}"


def framed_table(names: Collection[str]) -> Sequence[AdminRoute]:
    """The console's rows of these names, with addresses of the frame."""
    return [
        replace(row, path=row.path.replace(CONTACTS, _LOOKS, 1), title=None, is_framed=True)
        for row in ROUTES
        if row.name in names
    ]
