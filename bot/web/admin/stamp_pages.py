"""Stamp cards in the console: how each is doing, and the code for each store's counter (N2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.stamp_card import StampCard
from bot.engine.rendering.placeholders import page_address
from bot.model.screen import MY_STAMPS
from bot.model.translatable import tr
from bot.operations.stamp_figures import stamp_figures
from bot.web.admin.store_context import StoreDesk
from bot.web.admin.visit import AdminAnswer, AdminHandler, RenderedPage, Visit
from bot.web.liff.tablet import ADDRESS
from bot.web.stamp_codes import StoreCodes

TITLE = tr("Stamp cards")


@dataclass(frozen=True, slots=True)
class StampPages:
    """`/admin/stamps`."""

    desk: StoreDesk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"stamp_cards": self.shown}

    async def shown(self, visit: Visit) -> AdminAnswer:
        """All of the playbook."""
        figures = await stamp_figures(self.desk.stores, self.desk.playbook())
        rows = [(one, self._rewards(one.card), self._tablets(visit, one.card)) for one in figures]
        return RenderedPage("stamps.html", TITLE, {"rows": rows})

    def _rewards(self, card: StampCard) -> Sequence[tuple[int, str]]:
        coupons = self.desk.playbook().coupons
        return [(cell, coupons[name].title) for cell, name in sorted(card.rewards.items())]

    def _tablets(self, visit: Visit, card: StampCard) -> Sequence[tuple[str, str]]:
        """The address of each store's screen, by its title; none where no code stamps this card."""
        playbook = self.desk.playbook()
        if "code" not in card.ways or page_address(playbook, MY_STAMPS, visit.channel) is None:
            return []
        codes = StoreCodes(self.desk.parts)
        return [
            (store.title, f"{ADDRESS}/{codes.tablet(visit.channel, card.name, name)}")
            for name, store in playbook.stores.items()
        ]
