"""What becomes of appointments and wishes where two contacts become one, and two again (N5)."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from bot.engine.members.laws import Each, Law, goes_along, records
from bot.promotions.appointments.model import HELD_APPOINTMENTS, PLACE_WISHES

_EACH_ONCE: Law[Any] = records(attrgetter("id"), lambda ours, theirs: ours, goes_along)
PART = (Each(_EACH_ONCE, HELD_APPOINTMENTS.field, PLACE_WISHES.field),)
