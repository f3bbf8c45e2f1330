"""The sentences of appointments (N5) in a trace."""

from __future__ import annotations

from bot.wording.promotions import WordingPart

PART = WordingPart(
    events={
        "soon": "the appointment is near",
        "came": "came to the appointment",
        "missed": "did not come to the appointment",
        "free": "a place is free that the person has waited for",
    },
    rows={
        "booked": "the appointment {appointment} was booked",
        "moved": "the appointment {appointment} was moved",
        "cancelled": "the appointment {appointment} was cancelled",
        "full": "the appointment {appointment}: no place is free then",
        "had": "has as many appointments {appointment} to come as one may",
        "none": "has no appointment {appointment} to come",
        "closed": "the appointment {appointment}: none begins then",
        "too_soon": "the appointment {appointment}: too late to book that moment",
        "too_far": "the appointment {appointment}: that moment cannot be booked yet",
        "too_late": "the appointment {appointment}: too late to change it",
        "soon": "the appointment {appointment} is near",
        "came": "came to the appointment {appointment}",
        "missed": "did not come to the appointment {appointment}",
        "free": "a place of {appointment} is free that the person has waited for",
        "waiting": "is on the waiting list of {appointment}",
        "left": "is not on the waiting list of {appointment} any more",
        "book": "staff book {appointment}",
        "move": "staff move {appointment}",
        "cancel": "staff cancel {appointment}",
        "failed": "the appointment {appointment} could not be looked at",
        "": "news of the appointment {appointment}",
    },
    page="own appointments",
)
