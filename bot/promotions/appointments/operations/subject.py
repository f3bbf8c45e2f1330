"""The operations of appointments, as the command line has them."""

from __future__ import annotations

from bot.operations.catalog.subject import OperationSubject

PART = OperationSubject(
    "appointments", "appointment", "appointments: who comes on a day, booked, moved, cancelled"
)
