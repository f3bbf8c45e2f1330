"""Appointments over MongoDB (N5)."""

from __future__ import annotations

from bot.promotions.appointments.services.part import LEDGER, WISHES
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.appointments.store.place_wishes import PlaceWishes
from bot.runtime.promotions import RuntimePart

PART = RuntimePart(
    lambda context: {LEDGER: context.stores.of(Appointments), WISHES: context.stores.of(PlaceWishes)}
)
