"""Audiences in the console: their conditions in words, how large they are and were, used by what (I1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.engine.compiled.playbook import Audience
from bot.model.audience import AudienceDay
from bot.model.plain_text import visible
from bot.model.translatable import TranslatableValue, tr
from bot.operations.audience_history import AudienceUse, sizes_by_day, uses_of
from bot.operations.audiences import EVERYONE, AudienceCount
from bot.web.admin.broadcast_context import BroadcastContext
from bot.web.admin.broadcast_list_pages import ONE, condition_words, people_words
from bot.web.admin.chart import Series, chart
from bot.web.admin.route import COMMERCE, CONTACTS
from bot.web.admin.visit import AdminAnswer, AdminPages, RenderedPage, Visit, page_address

TITLE = tr("Audiences")
COUNTED = 40
"""Audiences, from the first on, whose people are counted now; of further ones only daily sizes are known."""


@dataclass(frozen=True, slots=True)
class AudiencePages(AdminPages):
    """`/admin/audiences`."""

    context: BroadcastContext

    async def audiences(self, visit: Visit) -> AdminAnswer:
        """The list of all audiences, everybody first."""
        context, playbook = self.context, self.context.playbook()
        days = await sizes_by_day(context.stores, playbook, context.now())
        names = [EVERYONE, *playbook.audiences]
        rows = []
        for number, name in enumerate(names):
            counts: Mapping[str, AudienceCount] = {}
            if number < COUNTED:
                counts = await context.count(name) or {}
            rows.append(self._row(visit, name, counts, days))
        data = {"rows": rows, "is_counted": bool(days), "may_tag": visit.signed.role in COMMERCE}
        return RenderedPage("audiences.html", TITLE, data)

    def _row(
        self, visit: Visit, name: str, counts: Mapping[str, AudienceCount], days: Sequence[AudienceDay]
    ) -> Mapping[str, Any]:
        playbook, channels = self.context.playbook(), self.context.shop().channels
        audience = playbook.audiences.get(name)
        return {
            "title": tr("Everybody") if audience is None else visible(audience.title or name),
            "condition": self._condition(visit, audience),
            "counts": [
                (channels.get(channel, channel) if len(counts) > 1 else "", people_words(count))
                for channel, count in counts.items()
            ],
            "chart": self._chart(visit, name, days),
            "who": page_address(CONTACTS, audience=name),
            "uses": [(one.kind, visible(one.title), _page_of(one)) for one in uses_of(playbook, name)],
        }

    def _condition(self, visit: Visit, audience: Audience | None) -> TranslatableValue:
        if audience is None:
            return tr("everybody who can be sent something")
        if audience.people is not None:
            number = f"{len(audience.people.entries):,}"
            return tr("the list {file}: {number} lines", file=str(audience.csv), number=number)
        condition = audience.condition
        return "" if condition is None else visible(condition_words(self.context, condition, visit.words))

    def _chart(self, visit: Visit, name: str, days: Sequence[AudienceDay]) -> Any:
        """The sizes by day, a line for each official account; `None` where there is too little to draw."""
        channels = self.context.shop().channels
        lines = {
            called: [day.people.get((name, channel)) for day in days] for channel, called in channels.items()
        }
        series = [Series(called, values) for called, values in lines.items() if set(values) != {None}]
        return chart("line", [day.day[5:] for day in days], series[:3]) if len(days) > 1 and series else None


def _page_of(use: AudienceUse) -> str:
    """The address of what uses an audience; empty where that has no page."""
    return page_address(ONE, name=use.name) if use.kind == "broadcast" else ""
