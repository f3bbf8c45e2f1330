"""Addresses of calendars that say what only our servers can read (N5)."""

from __future__ import annotations

from bot.web.sealed_parts import SealedParts

CALENDAR = "/calendar/"


class CalendarParts:
    """Made and read by every process, whichever key has sealed them."""

    def __init__(self, parts: SealedParts) -> None:
        self._parts = parts

    def of_staff(self, service: str, number: int) -> str:
        """Where a service's calendar (empty: of all) is; `number` by `CalendarAddresses`."""
        return f"{CALENDAR}{self._parts.sealed('', 'calendar', service, str(number))}.ics"

    def staff(self, part: str) -> tuple[str, int] | None:
        """The service and number; `None`: there is no such address."""
        found = self._parts.opened("", "calendar", part)
        return None if found is None else (found[0], int(found[1]))

    def of_person(self, appointment: str) -> str:
        """The address of one appointment, for whoever has it."""
        return f"{CALENDAR}own/{self._parts.sealed('', 'own calendar', appointment)}.ics"

    def person(self, part: str) -> str | None:
        """The appointment; `None`: there is no such address."""
        found = self._parts.opened("", "own calendar", part)
        return None if found is None else found[0]
