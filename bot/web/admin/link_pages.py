"""Links in the console: to copy, as QR codes, and how often each was opened by day (A10, F7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.channel import Channel
from bot.model.plain_text import visible
from bot.model.translatable import Translatable, tr
from bot.operations.link_list import AccountLink, LinkKind, links_of, taps_of
from bot.operations.qr_code import CODE_TYPES, code_picture
from bot.web.admin.chart import Series, chart
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Download, RenderedPage, Visit, page_address

PAGE = "/admin/links"
TITLE = tr("Links")
KINDS: Mapping[LinkKind, Translatable] = {
    "friend": tr("Becoming a friend"),
    "code": tr("Links of the playbook, for print and elsewhere"),
    "page": tr("Pages in LINE"),
}
"""The kinds of links, in their order on the page."""
_NO_CODE = RenderedPage("message.html", tr("There is no such picture"), status=404)


@dataclass(frozen=True, slots=True)
class LinkPages(AdminPages):
    """`/admin/links` and its QR codes."""

    context: ConsoleContext

    async def links(self, visit: Visit) -> AdminAnswer:
        """The list of a channel's links."""
        account = self._account(visit)
        found = await links_of(self.context.stores, self.context.playbook(), account, self.context.now())
        data = {
            "kinds": [
                (says, [self._shown(visit, account, one) for one in found if one.kind == kind])
                for kind, says in KINDS.items()
                if kind != "page" or account.liff is not None
            ],
            "has_pages": account.liff is not None,
            "taps": [
                (
                    visible(one.title),
                    f"{sum(one.days.values()):,}",
                    page_address("/admin/broadcasts/one", name=one.name),
                )
                for one in await taps_of(self.context.stores, self.context.playbook(), self.context.now())
            ],
        }
        return RenderedPage("links.html", TITLE, data)

    async def link_code(self, visit: Visit) -> AdminAnswer:
        """The QR code of a link as a picture, or as a file to be saved."""
        kind, account = visit.query("as"), self._account(visit)
        found = await links_of(self.context.stores, self.context.playbook(), account, self.context.now())
        wanted = (visit.query("kind"), visit.query("name"))
        link = next((one for one in found if (one.kind, one.name) == wanted), None)
        if link is None or link.address is None or kind not in CODE_TYPES:
            return _NO_CODE
        name = f"{account.name}_{link.name}.{kind}" if visit.query("keep") else ""
        return Download(code_picture(link.address, kind, link.title), CODE_TYPES[kind], name)

    def _account(self, visit: Visit) -> Channel:
        """The channel that is shown, else the first."""
        channels = self.context.settings().channels
        return channels.get(visit.channel) or next(iter(channels.values()))

    def _shown(self, visit: Visit, account: Channel, one: AccountLink) -> Mapping[str, Any]:
        where = {"channel": account.name, "kind": one.kind, "name": one.name}
        picture = {kind: page_address(f"{PAGE}/code", **where, **{"as": kind}) for kind in CODE_TYPES}
        series = Series(visit.words.text(tr("Opened")), list((one.days or {}).values()))
        return {
            "link": one,
            "title": visible(one.title),
            "says": visible(one.says),
            "picture": picture,
            "chart": chart("bar", [day[5:] for day in one.days or {}], [series]) if one.opened else None,
            "number": f"{one.opened or 0:,}",
        }
