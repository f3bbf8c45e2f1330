"""What appointments give the compiler and the check (N5)."""

from __future__ import annotations

from bot.model.news import APPOINTMENT_BROUGHT
from bot.playbook.compile.triggers.news_triggers import perhaps_unless
from bot.playbook.promotions import LanguagePart
from bot.promotions.appointments.playbook.checks import (
    appointments_unanswered,
    refusals_unheard,
    reminders_unheard,
    staff_unknown,
    unused_appointments,
    waiting_out_of_reach,
)

PART = LanguagePart(
    checks=(
        unused_appointments,
        appointments_unanswered,
        refusals_unheard,
        staff_unknown,
        reminders_unheard,
        waiting_out_of_reach,
    ),
    perhaps={"appointment": perhaps_unless(APPOINTMENT_BROUGHT, "appointment", "reason")},
)
