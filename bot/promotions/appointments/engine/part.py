"""What appointments (N5) give the engine."""

from __future__ import annotations

from bot.engine.promotions import EnginePart
from bot.model.screen import MY_APPOINTMENTS
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.held import appointment_news, is_refused_elsewhere
from bot.promotions.appointments.engine.steps import DO

PART = EnginePart(
    section=APPOINTMENTS,
    page=MY_APPOINTMENTS,
    news="appointment",
    do=DO,
    outcome=appointment_news,
    only_shown=is_refused_elsewhere,
)
