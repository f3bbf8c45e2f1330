"""The screen at a counter: a QR code that stamps a card, and changes every half minute (N2).

Its address is all that it needs: it is signed in nowhere, so a customer who touches it finds nothing else.
Staff end an address by making another one (`StampScreens`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web
from yarl import URL

from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.placeholders import page_address
from bot.promotions.stamps.engine.declared import STAMP_CARDS
from bot.promotions.stamps.model import MY_STAMPS
from bot.promotions.stamps.store import StampScreens
from bot.promotions.stamps.web.member_page import STAMP
from bot.promotions.stamps.web.screen_codes import WINDOW, StoreCodes
from bot.store.unavailable import DatabaseUnavailable
from bot.web.liff.barcode import svg
from bot.web.liff.member_page import MemberContext

ADDRESS = "/stamp-code/"
_PAGE = Template((Path(__file__).parent / "static" / "tablet.html").read_text("utf-8"))
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Refresh": str(WINDOW // 2),
}


@dataclass(frozen=True, slots=True)
class StampTablet:
    """`GET /stamp-code/{part}`: 404 where there is no such card, store, page or address any more."""

    playbook: Callable[[], Playbook]
    codes: StoreCodes
    screens: StampScreens
    now: Callable[[], datetime]
    stylesheet: str

    def routes(self) -> list[web.AbstractRouteDef]:
        """The address."""
        return [web.get(ADDRESS + "{part:[A-Za-z0-9_-]+}", self.shown)]

    async def shown(self, request: web.Request) -> web.Response:
        """The code of this moment, large; the browser asks again by itself."""
        playbook, found = self.playbook(), self.codes.of_tablet(request.match_info["part"])
        if found is None:
            raise web.HTTPNotFound
        name, store = found.card, found.store
        card, place = STAMP_CARDS.of(playbook).get(name), playbook.stores.get(store)
        address = page_address(playbook, MY_STAMPS, found.channel)
        if card is None or "code" not in card.ways or place is None or address is None:
            raise web.HTTPNotFound
        try:
            if await self.screens.number(name, store) != found.number:
                raise web.HTTPNotFound
        except DatabaseUnavailable:  # the screen asks again by itself
            raise web.HTTPServiceUnavailable(headers={"Refresh": _HEADERS["Refresh"]}) from None
        link = URL(address).with_query({STAMP: self.codes.at(name, store, self.now())})
        text = _PAGE.substitute(
            style=escape(self.stylesheet),
            title=escape(card.title),
            store=escape(place.title),
            link=escape(str(link)),
            code=svg("qr", str(link)),
        )
        return web.Response(text=text, content_type="text/html", headers=_HEADERS)


def tablet_routes(context: MemberContext) -> list[web.AbstractRouteDef]:
    """Those of this server."""
    codes, screens = StoreCodes(context.parts), context.stores.of(StampScreens)
    return StampTablet(context.playbook, codes, screens, context.clock.now, context.stylesheet).routes()
