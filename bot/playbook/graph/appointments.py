"""Whether each service is booked, and each answer to that is heard (N5)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.actions.appointments import AskAppointment, AskBooking, AskOtherTime
from bot.engine.compiled.appointment import BookableService
from bot.model.problem import Problem
from bot.model.screen import MY_APPOINTMENTS
from bot.model.translatable import Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.coupons import hears_result, listed
from bot.playbook.graph.survey import Survey
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import scalars


def appointments_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: somebody asks about an appointment, and nothing is said of what came of it."""
    triggers = [trigger for trigger, _ in survey.triggers]
    for step in survey.steps:
        if not isinstance(step, AskAppointment):
            continue
        name, outcomes = step.appointment, [one for one in step.asks.outcomes if one != step.asks.failed]
        lost = [
            one for one in outcomes if not any(hears_result(t, "appointment", name, one) for t in triggers)
        ]
        if lost:
            message = tr(
                "nobody hears that the appointment {name} is {outcomes}",
                name=quoted(name),
                outcomes=row(lost, "or"),
            )
            heard = f"appointment: {name}, result: {listed(lost)}"
            hint = tr("add  - {when: {{heard}}, reply: …}", heard=heard)
            yield mistake(step.place, "outcome-unhandled", message, hint=hint, level="warning")


def staff_unknown(survey: Survey) -> Iterator[Problem]:
    """`bad-value`: somebody is wanted who does not serve there, so nobody could ever book."""
    for step in survey.steps:
        if not isinstance(step, AskBooking | AskOtherTime) or not isinstance(step.staff, str):
            continue
        service = survey.playbook.appointments[step.appointment]
        if step.staff not in service.places:
            message = tr(
                "{member} is not among the staff of the appointment {name}",
                member=quoted(step.staff),
                name=quoted(step.appointment),
            )
            hint = tr("write one of {names},  or leave  staff  out", names=row(service.places, "or"))
            yield mistake(step.place, "bad-value", message, hint=hint)


def reminders_unheard(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: people are to be reminded, or wait for a place, and nothing tells them."""
    for name, service in survey.playbook.appointments.items():
        if service.remind is not None:
            message = tr("nothing reminds people of the appointment {name}", name=quoted(name))
            yield from _unheard(survey, service, "soon", message)
        if service.waiting is not None:
            message = tr(
                "nothing tells who waits for the appointment {name} of a free place", name=quoted(name)
            )
            yield from _unheard(survey, service, "free", message)


def _unheard(
    survey: Survey, service: BookableService, result: str, message: Translatable
) -> Iterator[Problem]:
    if not any(hears_result(trigger, "appointment", service.name, result) for trigger, _ in survey.triggers):
        hint = tr("add  - {when: {{heard}}, push: …}", heard=f"appointment: {service.name}, result: {result}")
        yield mistake(service.place, "outcome-unhandled", message, hint=hint, level="warning")


def waiting_out_of_reach(survey: Survey) -> Iterator[Problem]:
    """`waiting-out-of-reach`: people wait for a place on the page alone, and nothing leads there."""
    if _leads_to_page(survey):
        return
    for name, service in survey.playbook.appointments.items():
        if service.waiting is not None:
            message = tr(
                "nobody can wait for a place of {name}: that is done on the page, and nothing leads there",
                name=quoted(name),
            )
            hint = tr(
                "add a button  {button}  (pages need  liff  at the channel), or leave  waiting  out",
                button=f"{{label: 預約, page: {MY_APPOINTMENTS}}}",
            )
            place = survey.place("appointments", name, "waiting")
            yield mistake(place, "waiting-out-of-reach", message, hint=hint, level="warning")


def _leads_to_page(survey: Survey) -> bool:
    """Whether anything leads to the page on which all services are booked."""
    return any(one.value == MY_APPOINTMENTS for one in scalars(survey.root)) or any(
        (group, page) == ("page", MY_APPOINTMENTS) for group, page, _ in survey.placeholders
    )


def unused_appointments(survey: Survey) -> Iterator[Problem]:
    """`appointment-unused`: nothing books it, and nothing leads to the page on which all are booked."""
    if _leads_to_page(survey):
        return
    booked = {step.appointment for step in survey.steps if isinstance(step, AskBooking)}
    for name, service in survey.playbook.appointments.items():
        if name not in booked:
            message = tr("nothing books the appointment {name}", name=quoted(name))
            hint = tr(
                "write  {use}  or a button  {button}  where it belongs, or leave it out",
                use=f"book_appointment: {{appointment: {name}, start: …}}",
                button=f"page: {MY_APPOINTMENTS}",
            )
            yield mistake(service.place, "appointment-unused", message, hint=hint, level="warning")
