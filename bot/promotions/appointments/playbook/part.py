"""What appointments give the compiler and the check (N5)."""

from __future__ import annotations

from bot.model.news import APPOINTMENT_BROUGHT
from bot.playbook.compile.triggers.news_triggers import perhaps_unless
from bot.playbook.promotions import LanguagePart
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.playbook.checks import (
    appointments_unanswered,
    refusals_unheard,
    reminders_never,
    reminders_unheard,
    staff_unknown,
    unused_appointments,
    waiting_out_of_reach,
)
from bot.promotions.appointments.playbook.compile import appointments_of
from bot.promotions.appointments.playbook.impact import at_stake

PART = LanguagePart(
    section=APPOINTMENTS,
    compiled=appointments_of,
    news="appointment",
    perhaps=perhaps_unless(APPOINTMENT_BROUGHT, "appointment", "reason"),
    at_stake=at_stake,
    ends=False,
    checks=(
        unused_appointments,
        appointments_unanswered,
        refusals_unheard,
        staff_unknown,
        reminders_unheard,
        reminders_never,
        waiting_out_of_reach,
    ),
)
