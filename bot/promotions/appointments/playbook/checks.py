"""What is looked for in appointments as a whole, and what an edit would do to what people have (N5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.compiled.card import Card
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.rule import Rule
from bot.engine.compiled.step import SendMessages
from bot.engine.times.local_time import day_after, earlier
from bot.engine.times.value_words import value_words
from bot.model.problem import Problem
from bot.model.translatable import Listing, Quoted, Translatable, plural, row, tr
from bot.playbook.codes import mistake
from bot.playbook.graph.flow_arrows import reached
from bot.playbook.graph.heard import hears_result, listed, unhandled
from bot.playbook.graph.reminders import A_MONDAY, reminded_too_late, reminder_never
from bot.playbook.graph.survey import Survey
from bot.playbook.graph.texts import contains_text
from bot.playbook.similar import quoted
from bot.playbook.syntax.folder_names import section_place
from bot.playbook.syntax.nodes import scalars
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService, reminder_of_start
from bot.promotions.appointments.engine.slots import may_begin, starts_on
from bot.promotions.appointments.engine.steps import AskAppointment, AskBooking, AskOtherTime
from bot.promotions.appointments.model import MY_APPOINTMENTS, Appointment
from bot.promotions.appointments.playbook.words import AppointmentFinding


def appointments_unanswered(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: somebody asks about an appointment, and nothing is said of what came of it."""
    how = "push" if _leads_to_page(survey) else "reply"  # what is booked on the page has no token
    for step in survey.steps:
        if isinstance(step, AskAppointment):
            outcomes = [one for one in step.asks.outcomes if one != step.asks.failed]
            about = ("appointment", step.appointment)
            yield from unhandled(survey, step.place, about, outcomes, _not_heard, how)


def _not_heard(appointment: Quoted, outcomes: Listing) -> Translatable:
    return tr("nobody hears that the appointment {name} is {outcomes}", name=appointment, outcomes=outcomes)


REFUSALS = ("full", "closed", "too_soon", "too_far")
"""The outcomes after which another time may do."""
_ASKING = ("？", "?", "再輸入一次", "再說一次", "重新輸入")
"""A text with one of these waits for an answer."""


def refusals_unheard(survey: Survey) -> Iterator[Problem]:
    """`refusal-unheard`: who could not book is asked for another time, and the flow that booked has ended."""
    ended = dict(_booking_as_they_end(survey))
    for rule in survey.playbook.rules if ended else ():
        heard = [name for name in ended for one in REFUSALS if _hears(rule, name, one)]
        asking = (step for step in rule.do if isinstance(step, SendMessages) and _asks(step.cards))
        step = next(asking, None) if heard and not any(one.starts for one in rule.do) else None
        if step is not None:
            message = tr(
                "this asks for another time, and the flow {flow} has ended: nobody hears the answer",
                flow=quoted(ended[heard[0]]),
            )
            hint = tr(
                "let the flow wait: where it books leave  end  out, and write there  rules: [{when: {{heard}}"
                ", to: …, reply: …}]  and a  give_up_after;  or give this text a button that begins it anew",
                heard=f"appointment: {heard[0]}, result: {listed(REFUSALS)}",
            )
            yield mistake(step.place, AppointmentFinding.REFUSAL_UNHEARD, message, hint=hint, level="warning")


def _booking_as_they_end(survey: Survey) -> Iterator[tuple[str, str]]:
    """The services that a flow books where it ends at once, each with the flow."""
    for site in survey.sites:
        flow, state = site.flow, site.state
        if flow is None or state is None:
            continue
        passing = {n: [str(i.to) for i in s.branch] for n, s in flow.states.items() if not s.rests}
        begin = site.rule.to if site.rule is not None else state.name
        there = reached([begin] if begin else [], passing)
        if there and not any(flow.states[name].rests for name in there if name in flow.states):
            for step in site.steps:
                if isinstance(step, AskBooking | AskOtherTime):
                    yield step.appointment, flow.name


def _hears(rule: Rule, name: str, result: str) -> bool:
    return any(hears_result(trigger, "appointment", name, result) for trigger in rule.when)


def _asks(cards: Iterable[Card]) -> bool:
    """Whether a text waits for an answer, and no button gives one."""
    plain = [card for card in cards if not card.taps]
    return any(contains_text(card, word) for card in plain for word in _ASKING)


def staff_unknown(survey: Survey) -> Iterator[Problem]:
    """`bad-value`: somebody is wanted who does not serve there, so nobody could ever book."""
    for step in survey.steps:
        if not isinstance(step, AskBooking | AskOtherTime) or not isinstance(step.staff, str):
            continue
        service = APPOINTMENTS.of(survey.playbook).get(step.appointment)
        if service is not None and step.staff not in service.places:
            message = tr(
                "{member} is not among the staff of the appointment {name}",
                member=quoted(step.staff),
                name=quoted(step.appointment),
            )
            hint = tr("write one of {names},  or leave  staff  out", names=row(service.places, "or"))
            yield mistake(step.place, "bad-value", message, hint=hint)


def reminders_unheard(survey: Survey) -> Iterator[Problem]:
    """`outcome-unhandled`: people are to be reminded, or wait for a place, and nothing tells them."""
    for name, service in APPOINTMENTS.of(survey.playbook).items():
        about = ("appointment", name)
        if service.remind is not None:
            yield from unhandled(survey, service.place, about, ["soon"], _not_reminded)
        if service.waiting is not None:
            yield from unhandled(survey, service.place, about, ["free"], _not_offered)


def _not_reminded(appointment: Quoted, outcomes: Listing) -> Translatable:
    return tr("nothing reminds people of the appointment {name}", name=appointment)


def _not_offered(appointment: Quoted, outcomes: Listing) -> Translatable:
    return tr("nothing tells who waits for the appointment {name} of a free place", name=appointment)


def waiting_out_of_reach(survey: Survey) -> Iterator[Problem]:
    """`waiting-out-of-reach`: people wait for a place on the page alone, and nothing leads there."""
    if _leads_to_page(survey):
        return
    for name, service in APPOINTMENTS.of(survey.playbook).items():
        if service.waiting is not None:
            message = tr(
                "nobody can wait for a place of {name}: that is done on the page, and nothing leads there",
                name=quoted(name),
            )
            hint = tr(
                "add a button  {button}  (pages need  liff  at the channel), or leave  waiting  out",
                button=f"{{label: 預約, page: {MY_APPOINTMENTS}}}",
            )
            place = survey.place(APPOINTMENTS.name, name, "waiting")
            yield mistake(place, AppointmentFinding.OUT_OF_REACH, message, hint=hint, level="warning")


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
    for name, service in APPOINTMENTS.of(survey.playbook).items():
        if name not in booked:
            message = tr("nothing books the appointment {name}", name=quoted(name))
            hint = tr(
                "write  {use}  or a button  {button}  where it belongs, or leave it out",
                use=f"book_appointment: {{appointment: {name}, start: …}}",
                button=f"page: {MY_APPOINTMENTS}",
            )
            yield mistake(service.place, AppointmentFinding.UNUSED, message, hint=hint, level="warning")


def reminders_never(survey: Survey) -> Iterator[Problem]:
    """`reminder-never`: its moment is never between when somebody can book and the appointment."""
    for name, service in APPOINTMENTS.of(survey.playbook).items():
        yield from _reminder_never(survey, name, service)


def _reminder_never(survey: Survey, name: str, service: BookableService) -> Iterator[Problem]:
    zone = survey.playbook.zone
    days = (day_after(A_MONDAY, number) for number in range(7))
    starts = [start for day in days for start in starts_on(service, day, zone)]
    moments = {start: reminder_of_start(service.remind, start, zone) for start in starts}
    booked = {start: earlier(start, service.latest, zone) for start in starts}
    if service.remind is None or not starts or any(at and at > booked[one] for one, at in moments.items()):
        return
    if not any(moments.values()):
        yield reminder_never(survey, APPOINTMENTS.name, name, *reminded_too_late(name))
    else:
        message = tr(
            "nobody is reminded of {name}: so long before it nobody has booked yet", name=quoted(name)
        )
        hint = tr("remind later, or write a longer  until  in  ahead")
        yield reminder_never(survey, APPOINTMENTS.name, name, message, hint)


def at_stake(playbook: Playbook, usage: object, coming: Iterable[Appointment]) -> Iterator[Problem]:
    """`appointments-without-place`: services that are gone, times that are closed, people who are not there.

    What was promised stays; nobody tells the customers.
    """
    lost = defaultdict[str, list[datetime]](list)
    for one in coming:
        if not _fits(playbook, one):
            lost[one.service].append(one.start)
    yield from (_problem(playbook, name, starts) for name, starts in sorted(lost.items()))


def _fits(playbook: Playbook, one: Appointment) -> bool:
    service = APPOINTMENTS.of(playbook).get(one.service)
    return (
        service is not None
        and one.place in service.places
        and may_begin(service, one.start, playbook.zone, one.place)
    )


def _problem(playbook: Playbook, name: str, starts: list[datetime]) -> Problem:
    service, first = APPOINTMENTS.of(playbook).get(name), value_words(min(starts), playbook.zone)
    number = plural("1 appointment", "{number} appointments", len(starts))
    if service is None:
        message = tr(
            "the service {name} is gone, with {number} to come, the first on {first}",
            number=number,
            name=quoted(name),
            first=first,
        )
        hint = tr("keep it until the last one is over, with  ahead  so short that nobody books it any more")
    else:
        message = tr(
            "the service {name} has {number} without a place by these hours and places, the first on {first}",
            number=number,
            name=quoted(name),
            first=first,
        )
        hint = tr(
            "they stay as they are: arrange other times with these people, on  Appointments  of the console"
        )
    place = section_place(APPOINTMENTS.name) if service is None else service.place
    return mistake(place, AppointmentFinding.WITHOUT_PLACE, message, hint=hint, level="warning")
