"""Where the pages of appointments are, and the place in a week from which one came, as addresses have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.model.translatable import tr
from bot.web.admin.visit import day_of, page_address

PAGE = "/admin/appointments"
CHANGE, WEEK, BOOK = f"{PAGE}/change", f"{PAGE}/week", f"{PAGE}/book"
TITLE = tr("Appointments")


@dataclass(frozen=True, slots=True)
class ShownWeek:
    """The week of a day, of one service or all (empty), of one place or all."""

    day: date
    service: str = ""
    place: str = ""

    def address(self, day: date | None = None, **more: str) -> str:
        """The week itself, or with another day."""
        at = (day or self.day).isoformat()
        return page_address(WEEK, day=at, service=self.service, place=self.place, **more)

    @property
    def fields(self) -> Mapping[str, str]:
        """What a form or an address has, from which one comes back to it."""
        kept = {"week": self.day.isoformat(), "week_service": self.service, "week_place": self.place}
        return {name: value for name, value in kept.items() if value}

    def on(self, day: date) -> ShownWeek:
        """The same with another day."""
        return replace(self, day=day)


def week_of(values: Mapping[str, str]) -> ShownWeek | None:
    """The week from which one came with this form or address; `None`: from elsewhere."""
    day = day_of(values.get("week", ""))
    if day is None:
        return None
    return ShownWeek(day, values.get("week_service", ""), values.get("week_place", ""))
