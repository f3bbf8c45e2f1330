"""Draws in the console: how each is doing, and who has won (N3)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from bot.engine.times.value_words import value_words
from bot.model.translatable import tr
from bot.operations.looks import record_search
from bot.promotions.draws.engine.declared import DRAWS
from bot.promotions.draws.operations.figures import WINNERS_MOST, DrawUnknown, draw_figures, winners
from bot.promotions.draws.operations.part import WINNERS
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, RenderedPage, Visit, page_address

PAGE = "/admin/draws"
WON = f"{PAGE}/winners"
TITLE = tr("Draws")


@dataclass(frozen=True, slots=True)
class DrawPages(AdminPages):
    """`/admin/draws` and the winners of one."""

    context: StoreContext

    async def draws(self, visit: Visit) -> AdminAnswer:
        """All of the playbook."""
        figures = await draw_figures(self.context.stores, self.context.playbook())
        rows = [(one, page_address(WON, draw=one.draw)) for one in figures]
        return RenderedPage("draws.html", TITLE, {"rows": rows})

    async def draw_winners(self, visit: Visit) -> AdminAnswer:
        """Who has won in one of them."""
        context, playbook = self.context, self.context.playbook()
        try:
            found = await winners(context.stores, playbook, visit.query("draw"))
        except DrawUnknown as error:
            missing = tr("The playbook has no such draw")
            return RenderedPage("message.html", missing, status=404, refused=error.message)
        await record_search(context.stores, visit.signed.by, context.now(), WINNERS)
        sealed = partial(context.parts.sealed, visit.signed.name)
        rows = [
            {
                "winner": one,
                "at": value_words(one.at, playbook.zone),
                "used": "" if one.used is None else value_words(one.used, playbook.zone),
                "to": f"/admin/contacts/{sealed('contact', one.contact.contact)}",
            }
            for one in found
        ]
        draw = DRAWS.of(playbook)[visit.query("draw")]
        more = {"rows": rows, "draw": draw, "to": PAGE, "most": WINNERS_MOST}
        return RenderedPage("draw_winners.html", tr("Winners of {draw}", draw=draw.title), more)
