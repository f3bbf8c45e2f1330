"""Which appointments are still to come (N5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.engine.compiled.playbook import Playbook
from bot.promotions.appointments.model import Appointment
from bot.promotions.appointments.store.appointments import Appointments
from bot.store.promotions import StorePart

if TYPE_CHECKING:
    from bot.store.stores import Stores


async def _to_come(stores: Stores, playbook: Playbook, now: datetime) -> Sequence[Appointment]:
    return await stores.of(Appointments).to_come(now)


PART = StorePart(besides=_to_come)
