"""`/l/…` and `/o/…`: our own short addresses. Each leads on by a redirect; whose it is tells who opens it."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.engine.compiled.own_address import OwnKind, liff_address
from bot.line.friend_link import chat_link
from bot.model.channel import Channel
from bot.runtime.intake.openings import Leads, Openings
from bot.runtime.limits.personal_limits import TooFast
from bot.runtime.metrics import Tally
from bot.runtime.sending.personal_addresses import PersonalAddresses
from bot.runtime.signed_out import SignedOut
from bot.store.unavailable import DatabaseUnavailable

PROGRAMS = re.compile(
    r"line-poker|facebookexternalhit|bot/\d|crawler|spider|preview|headless|\(compatible;", re.I
)
"""Found in the `User-Agent` of programs that show previews, search or check, also where `Mozilla` stands
before it.
No `bot` without a version: a telephone may be called CUBOT. LINE's own program requests each address in a
text, as `facebookexternalhit/1.1;line-poker/1.0`.
https://developers.line.biz/en/faq/#how-are-the-url-previews-generated
"""

BROWSER = "Mozilla/5.0"
"""How the `User-Agent` of LINE's browser begins, and that of all that people use; those of WhatsApp, curl and
libraries begin otherwise.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent
"""

AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""With `prefetch` or `preview` in one of them a browser loads what somebody may open later.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Purpose
"""


def only_looks(method: str, headers: Mapping[str, str]) -> bool:
    """Whether no person opens it: a `HEAD`, no browser, one that loads ahead, or a part of a page."""
    agent = headers.get("User-Agent", "")
    if method != "GET" or not agent.startswith(BROWSER) or PROGRAMS.search(agent) is not None:
        return True
    if any(word in headers.get(name, "").lower() for name in AHEAD for word in ("prefetch", "preview")):
        return True
    return headers.get("Sec-Fetch-Mode", "navigate") != "navigate"  # older browsers do not send it


HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

log = logging.getLogger("oaflow.openings")


@dataclass(eq=False, repr=False)
class OpeningPages:
    """Redirects visitors of our own addresses to what the playbook has there; else shows a kind page.

    `missing` is the page that says that there is nothing any more.
    """

    _openings: Openings
    _personal: PersonalAddresses
    _channels: Callable[[], Mapping[str, Channel]]
    _missing: Callable[[], web.Response]
    opened: Tally = field(
        init=False,
        default_factory=lambda: Tally(
            "oaflow_openings",
            "Short addresses that were opened, by whether it is known by whom.",
            "kind",
            "known",
        ),
    )

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses."""
        return [
            web.get("/l/{channel}/{code}", self.link),
            web.get("/o/{channel}/{code}", self.tap),
            web.get("/o/{sealed}", self.personal),
        ]

    async def link(self, request: web.Request) -> web.Response:
        """A code of `links`, as it is printed: through LIFF, which knows who it is, where there is one."""
        name, code = request.match_info["channel"], request.match_info["code"]
        channel, opening = self._channels().get(name), self._openings.live(name, "l", code)
        if channel is None or opening is None:
            return self._missing()
        through = liff_address(None if channel.liff is None else channel.liff.liff_id, "l", code)
        if through is not None:
            return _on(through)
        return self._unknown("l", name, opening.leads)

    async def tap(self, request: web.Request) -> web.Response:
        """A counted tap without a known person, such as that of an area of a rich menu: it counts, and leads
        on."""
        name, code = request.match_info["channel"], request.match_info["code"]
        try:
            leads = await self._anybody(name, "o", code)
        except DatabaseUnavailable as error:
            return _later(error)
        if leads is not None and not only_looks(request.method, request.headers):
            try:
                await self._openings.tapped(name, code)
            except DatabaseUnavailable as error:
                log.warning("an opening is not counted: %s", error)
        return self._unknown("o", name, leads)

    async def personal(self, request: web.Request) -> web.Response:
        """An address of one person: it is counted, and it leads on even if that fails."""
        what = self._personal.read(request.match_info["sealed"])
        if what is None:
            return self._missing()
        is_look = only_looks(request.method, request.headers)
        try:
            if is_look:
                return self._unknown(what.kind, what.channel, await self._openings.peek(what))
            leads = await self._openings.opened(what, uuid.uuid4())
        except SignedOut:  # nobody is known by it, and nothing of anybody is shown
            try:
                leads = await self._anybody(what.channel, what.kind, what.code)
            except DatabaseUnavailable as error:
                return _later(error)
            return self._unknown(what.kind, what.channel, leads)
        except (DatabaseUnavailable, TooFast) as error:
            opening = self._openings.live(what.channel, what.kind, what.code)
            if opening is None:
                return _later(error)
            log.warning("an opening is not counted: %s", error)
            return self._unknown(what.kind, what.channel, opening.leads_from(what))
        self.opened.inc(what.kind, "yes")
        return self._leading(what.channel, leads)

    async def _anybody(self, channel: str, kind: OwnKind, code: str) -> Leads | None:
        """Where a short address leads a visitor whom we do not know; `None`: there is no such address."""
        opening = await self._openings.find(channel, kind, code)
        return None if opening is None else opening.leads

    def _unknown(self, kind: OwnKind, channel: str, leads: Leads | None) -> web.Response:
        """Count an opening by a visitor whom we do not know, and lead on."""
        if leads is not None:
            self.opened.inc(kind, "no")
        return self._leading(channel, leads)

    def _leading(self, name: str, leads: Leads | None) -> web.Response:
        """A redirect to where it leads, else the page that says that there is nothing."""
        channel = self._channels().get(name)
        address = None if leads is None or channel is None else address_in(leads, channel)
        return self._missing() if address is None else _on(address)


def address_in(leads: Leads, channel: Channel) -> str | None:
    """The address that it leads to; a text stands ready in the field of the channel's chat."""
    return chat_link(channel.id, leads.says) if leads.says is not None else leads.address


def _later(error: DatabaseUnavailable | TooFast) -> web.Response:
    """503: where it leads is not known while the database is away, or openings come too fast."""
    log.warning("an opening leads nowhere for now: %s", error)
    return web.Response(status=503, headers={**HEADERS, "Retry-After": "5"})


def _on(address: str) -> web.Response:
    return web.Response(status=302, headers={**HEADERS, "Location": address})
