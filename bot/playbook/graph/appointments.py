"""Whether each service is booked, and each answer to that is heard (N5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.engine.actions.appointments import AskAppointment, AskBooking, AskOtherTime
from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.rule import OnNews, Trigger
from bot.engine.conditions.comparisons import Is
from bot.model.problem import Problem
from bot.model.screen import MY_APPOINTMENTS
from bot.model.translatable import Translatable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.implication import test_implies
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
        lost = [one for one in outcomes if not any(_fits(t, name, one) for t in triggers)]
        if lost:
            message = tr(
                "nobody hears that the appointment {name} is {outcomes}",
                name=quoted(name),
                outcomes=row(lost, "or"),
            )
            heard = f"appointment: {name}, result: {_listed(lost)}"
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
    if not any(_fits(trigger, service.name, result) for trigger, _ in survey.triggers):
        hint = tr("add  - {when: {{heard}}, push: …}", heard=f"appointment: {service.name}, result: {result}")
        yield mistake(service.place, "outcome-unhandled", message, hint=hint, level="warning")


def unused_appointments(survey: Survey) -> Iterator[Problem]:
    """`appointment-unused`: nothing books it, and nothing leads to the page on which all are booked."""
    if any(one.value == MY_APPOINTMENTS for one in scalars(survey.root)):
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


def _fits(trigger: Trigger, name: str, result: str) -> bool:
    if not isinstance(trigger, OnNews) or trigger.kind != "appointment":
        return False
    if trigger.subjects is not None and name not in trigger.subjects:
        return False
    return all(test_implies(Is((result,)), test) for field in trigger.where for test in field.tests)


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"[{', '.join(words)}]"
