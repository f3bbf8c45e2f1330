"""Refuses an action on many people where by now there are more of them than were shown before it was ordered;
a few more are allowed (J2, J3)."""

from __future__ import annotations

from bot.model.translatable import tr
from bot.operations.audiences import AudienceCount
from bot.operations.broadcasts.offer import MORE
from bot.operations.broadcasts.steering import A_FEW
from bot.operations.bulk_runs import COUNTED, BulkRefused

UNCOUNTED = "more"
"""How a form says that more were shown than are counted one by one."""


def number_shown(number: AudienceCount | None) -> str:
    """What goes along with the form of these people."""
    return UNCOUNTED if number is None else f"{number.people}"


def check_shown(shown: str, number: AudienceCount | None) -> None:
    """Raises `BulkRefused` where they are more by now than were `shown`, or nobody has seen how many."""
    if shown == UNCOUNTED:
        return
    if not (shown.isascii() and shown.isdigit() and len(shown) <= 9):
        raise BulkRefused(tr("nothing was done: look at how many they are first"))
    if number is None:
        most = f"{COUNTED:,}"
        raise BulkRefused(
            tr("they are more than {number} people by now: nothing was done. Look at it anew", number=most)
        )
    if number.people > int(shown) + max(A_FEW, int(int(shown) * MORE)):
        by_now = f"{number.people:,}"
        raise BulkRefused(
            tr("they are {number} people by now: nothing was done. Look at it anew", number=by_now)
        )
