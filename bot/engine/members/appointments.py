"""A person's appointments: those to come, as they were booked, moved and cancelled (N5)."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.turn.on_page import keep_page
from bot.engine.turn.turn import Turn
from bot.model.event import Outcome
from bot.model.screen import MY_APPOINTMENTS

CHANGED = ("booked", "moved", "cancelled")
"""The results by which an appointment is another than before."""


def take_appointment(turn: Turn, outcome: Outcome) -> None:
    """Hold what an outcome says of an appointment; the page that has asked shows what came of it."""
    if outcome.asked != "appointment":
        return
    held = outcome.held
    if held is not None:
        others = tuple(one for one in turn.contact.appointments if one.id != held.id)
        stays = outcome.result != "cancelled" and turn.now < held.end
        turn.contact.appointments = (*others, held) if stays else others
    page = turn.contact.page(MY_APPOINTMENTS, turn.channel)
    if page is not None and _is_of_page(outcome):
        keep_page(turn, replace(page, ended=outcome.result))


def end_appointments(turn: Turn) -> None:
    """Hold no more what is over."""
    held = turn.contact.appointments
    if held and any(one.end <= turn.now for one in held):
        turn.contact.appointments = tuple(one for one in held if turn.now < one.end)


def is_refused_on_page(outcome: Outcome) -> bool:
    """Whether it could not be had on the page: that says why, and nobody else hears of it."""
    return outcome.asked == "appointment" and _is_of_page(outcome) and outcome.result not in CHANGED


def _is_of_page(outcome: Outcome) -> bool:
    return outcome.origin is not None and outcome.origin.flow == MY_APPOINTMENTS
