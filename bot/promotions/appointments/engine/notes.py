"""What is noted of appointments (N5)."""

from __future__ import annotations

from bot.model.trace import NoteKind

APPOINTMENT_ASKED = NoteKind(
    "{action}: asked for {appointment}",
    "Asked about the appointment {appointment}, and waits",
    "wait",
    code="appointment_asked",
)
APPOINTMENT_WAITS_NO_MORE = NoteKind(
    "appointment {appointment}: waits for no place any more",
    "The person waits for no place of {appointment} on that day any more",
    "not",
    code="appointment_waits_no_more",
)
APPOINTMENT_MARKED_BEFORE = NoteKind(
    "appointment {appointment}: was marked so before",
    "Whether the person came to {appointment} was said before",
    "not",
    code="appointment_marked_before",
)
