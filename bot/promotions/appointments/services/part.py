"""What appointments do in a bot and in a scenario: they are booked, and who waits is told of a place (N5)."""

from __future__ import annotations

from bot.promotions.appointments.services.booking import AppointmentLedger, AppointmentService, WishLedger
from bot.promotions.appointments.services.waiting_list import WaitingListService
from bot.services.promotions import OutcomeFigure, Port, PromotionService, ServiceContext, ServicePart

LEDGER = Port[AppointmentLedger]("ledger of appointments")
WISHES = Port[WishLedger]("waiting lists")


def _serve(context: ServiceContext) -> PromotionService:
    ledger, wishes = LEDGER.of(context.ports), WISHES.of(context.ports)
    booking = AppointmentService(ledger, wishes, context.playbook, context.count)
    waiting = WaitingListService(
        ledger, wishes, context.contacts, context.playbook, context.store, context.clock
    )
    return PromotionService(booking.carries_out, look=waiting.look)


PART = ServicePart(
    _serve,
    OutcomeFigure(
        "oaflow_appointments", "Appointments asked for, by what came of it.", ("appointment", "result")
    ),
)
