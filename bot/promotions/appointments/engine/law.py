"""What becomes of appointments and wishes where two contacts become one, and two again (N5)."""

from __future__ import annotations

from bot.engine.members.laws import each_held, goes_along
from bot.promotions.appointments.model import HELD_APPOINTMENTS, PLACE_WISHES

PART = (
    each_held(HELD_APPOINTMENTS, lambda ours, theirs: ours, goes_along),
    each_held(PLACE_WISHES, lambda ours, theirs: ours, goes_along),
)
