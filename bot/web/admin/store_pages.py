"""All pages of the people of the stores, by the names of the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.model.translatable import tr
from bot.operations.store_people.codes import SPANS, StoreDay, store_counts
from bot.web.admin.clerk_pages import ClerkPages, StaffingPages
from bot.web.admin.people_pages import PeoplePages
from bot.web.admin.store_context import StoreDesk, explained, page_address
from bot.web.admin.visit import AdminAnswer, AdminHandler, RenderedPage, Visit

COUNTS = tr("Counts")
PAGE = "/admin/counts"
WIDE, HIGH = 720, 160
"""Of the drawing, in its own units: it is as wide as there is room."""
GAP = 0.25
"""Of a day's place, what stays free beside its bar."""


@dataclass(frozen=True, slots=True)
class DayBar:
    """A day as it is drawn: the whole bar is who was bound, the lower part of it who joined."""

    day: date
    x: float
    width: float
    bound: float
    joined: float
    counted: StoreDay


class CountPage:
    """`/admin/counts`."""

    def __init__(self, desk: StoreDesk) -> None:
        self._desk = desk

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"counts": explained(COUNTS, self.counts)}

    async def counts(self, visit: Visit) -> AdminAnswer:
        """Of the last days; today is the people's."""
        desk, store = self._desk, visit.query("store")
        days = next((span for span in SPANS if str(span) == visit.query("days")), SPANS[1])
        counted = await store_counts(desk.stores, desk.playbook(), desk.seen(visit), days, desk.now())
        data = {
            "counted": counted,
            "spans": [
                (span, page_address(PAGE, days=str(span), store=store), span == days) for span in SPANS
            ],
            "bars": bars(counted.days),
            "top": max((one.bound for one in counted.days), default=0),
            "size": (WIDE, HIGH),
            "choice": desk.choice(visit, days=str(days)),
            "is_clerk": visit.signed.role == "clerk",
        }
        return RenderedPage("counts.html", COUNTS, data)


def bars(days: Sequence[StoreDay]) -> list[DayBar]:
    """Each day's bar, from zero: the highest is as high as the drawing."""
    top = max((one.bound for one in days), default=0) or 1
    room = WIDE / max(len(days), 1)
    return [
        DayBar(
            one.day,
            number * room + room * GAP / 2,
            room * (1 - GAP),
            one.bound / top * HIGH,
            min(one.joined, one.bound) / top * HIGH,
            one,
        )
        for number, one in enumerate(days)
    ]


def store_pages(desk: StoreDesk) -> Mapping[str, AdminHandler]:
    """What answers them."""
    return {
        **PeoplePages(desk).handlers(),
        **ClerkPages(desk).handlers(),
        **StaffingPages(desk).handlers(),
        **CountPage(desk).handlers(),
    }
