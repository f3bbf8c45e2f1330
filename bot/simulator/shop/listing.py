"""A shop's members in the order of a listing: those who were changed between two moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.simulator.shop.members import PretendMember, PretendShop


class MemberListing:
    """Lists of members, oldest first. What was asked last is remembered: pages follow on pages."""

    def __init__(self) -> None:
        self._asked: object = None
        self._found: Sequence[PretendMember] = ()

    def changed(
        self, shop: PretendShop, since: datetime | None, until: datetime | None
    ) -> Sequence[PretendMember]:
        """Those whom somebody has last changed between these moments, both included."""
        asked = (shop.settings.name, shop.edits, since, until)
        if self._asked != asked:
            self._asked, self._found = (
                asked,
                sorted(
                    (one for one in shop.members.values() if _is_between(one.updated, since, until)),
                    key=lambda one: int(one.number),
                ),
            )
        return self._found


def _is_between(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    whole = at.replace(microsecond=0)  # as platforms write it
    return (since is None or whole >= since) and (until is None or whole <= until)
