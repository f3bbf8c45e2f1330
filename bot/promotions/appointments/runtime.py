"""Appointments over MongoDB (N5)."""

from __future__ import annotations

from bot.promotions.appointments.services.part import LEDGER, WISHES
from bot.runtime.promotions import RuntimePart

PART = RuntimePart(lambda context: {LEDGER: context.stores.appointments, WISHES: context.stores.place_wishes})
