"""Stamp cards in the console: how each is doing, and the code for each store's counter (N2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.engine.rendering.placeholders import page_address
from bot.model.translatable import tr
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.stamps.engine.declared import STAMP_CARDS, StampCard
from bot.promotions.stamps.model import MY_STAMPS
from bot.promotions.stamps.operations.acts import renew_screen
from bot.promotions.stamps.operations.figures import stamp_figures
from bot.promotions.stamps.store import StampScreens
from bot.promotions.stamps.web.screen_codes import StoreCodes
from bot.promotions.stamps.web.tablet import ADDRESS
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, RenderedPage, Visit

PAGE = "/admin/stamps"
TITLE = tr("Stamp cards")


@dataclass(frozen=True, slots=True)
class StoreScreen:
    """The screen at the counter of a store (its name and title); `number`: which of its addresses it is."""

    store: str
    title: str
    to: str
    number: int


@dataclass(frozen=True, slots=True)
class StampPages(AdminPages):
    """`/admin/stamps`."""

    context: StoreContext

    async def stamp_cards(self, visit: Visit) -> AdminAnswer:
        """All of the playbook."""
        figures = await stamp_figures(self.context.stores, self.context.playbook())
        numbers = await self.context.stores.of(StampScreens).numbers()
        rows = [
            (one, self._rewards(one.compiled), self._screens(visit, one.compiled, numbers)) for one in figures
        ]
        return RenderedPage("stamps.html", TITLE, {"rows": rows})

    async def stamp_screen(self, visit: Visit) -> AdminAnswer:
        """A store's screen gets another address; the one before leads nowhere any more."""
        form, context = visit.form, self.context
        card, store = form.get("card", ""), form.get("store", "")
        place, number = context.playbook().stores.get(store), form.get("number", "")
        if place is None or card not in STAMP_CARDS.of(context.playbook()) or not _is_number(number):
            return Redirect(PAGE)
        await renew_screen(context.stores, card, store, int(number), visit.signed.by)
        done = tr(
            "{store} has a new address: open it on the tablet. The old one shows nothing any more",
            store=place.title,
        )
        return Redirect(PAGE, flash=Flash(done))

    def _rewards(self, card: StampCard) -> Sequence[tuple[int, str]]:
        coupons = COUPONS.of(self.context.playbook())
        return [(cell, coupons[name].title) for cell, name in sorted(card.rewards.items())]

    def _screens(
        self, visit: Visit, card: StampCard, numbers: Mapping[tuple[str, str], int]
    ) -> Sequence[StoreScreen]:
        """The screen of each store; none where no code stamps this card."""
        playbook = self.context.playbook()
        if "code" not in card.ways or page_address(playbook, MY_STAMPS, visit.channel) is None:
            return []
        codes = StoreCodes(self.context.parts)
        found = []
        for name, store in playbook.stores.items():
            number = numbers.get((card.name, name), 0)
            to = f"{ADDRESS}{codes.tablet(visit.channel, card.name, name, number)}"
            found.append(StoreScreen(name, store.title, to, number))
        return found


def _is_number(written: str) -> bool:
    return written.isascii() and written.isdigit() and len(written) < 9
