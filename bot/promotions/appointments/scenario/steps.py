"""The steps of a scenario about appointments, on the person's page or by staff: done, and recorded (N5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from bot.engine import notes
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.model.contact import Contact
from bot.model.event import Outcome, PageAnswer, PageOpened
from bot.model.trace import TraceNote
from bot.model.translatable import Translatable, tr
from bot.model.value import Value
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, Node, place_of
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.held import is_refused_elsewhere
from bot.promotions.appointments.model import (
    HELD_APPOINTMENTS,
    MY_APPOINTMENTS,
    AppointmentAct,
    HeldAppointment,
)
from bot.scenario.failure import Failed
from bot.scenario.player import Player
from bot.scenario.reading import Reading, only, text
from bot.scenario.steps import Act, PromotionStep
from bot.wording.conversation import OURS

ActKind: TypeAlias = Literal["book", "move", "cancel", "came", "missed", "wait", "leave"]
DONE: Mapping[ActKind, str] = {
    "book": "booked",
    "move": "moved",
    "cancel": "cancelled",
    "came": "came",
    "missed": "missed",
    "wait": "waiting",
    "leave": "left",
}
"""What each comes to where it can be done."""
WORDS: Mapping[ActKind, str] = {
    "book": "books",
    "move": "moves",
    "cancel": "cancels",
    "came": "came",
    "missed": "missed",
    "wait": "waits_for",
    "leave": "stops_waiting",
}
"""As a scenario says each."""


@dataclass(frozen=True, slots=True)
class ActsOnAppointment(PromotionStep):
    """The person on the page of appointments, or staff, book, move, cancel; or staff say who came; or the
    person waits for a full day (`start` is its date), or does not any more.

    It holds only where that comes to `result`.
    """

    by: Literal["user", "staff"]
    what: ActKind
    service: str
    start: datetime | str | None
    result: str
    reason: str = ""


def reader(by: Literal["user", "staff"], what: ActKind) -> Callable[[Reading, Map, Node], Act | None]:
    """Reads such a step; of waiting its value is a date."""

    def read(reading: Reading, step: Map, node: Node) -> Act | None:
        known = APPOINTMENTS.of(reading.playbook)
        start: Value | None = None
        if isinstance(node, Map):
            _, key, value = only(node)
            name = reading.name(key, "appointment", known)
            start = reading.typed(value, WORDS[what], "date" if what in ("wait", "leave") else "date_time")
        else:
            name = reading.name(node, "appointment", known)
        if name is None or (isinstance(node, Map) and not isinstance(start, datetime | str)):
            return None
        result, reason = step.get("result"), step.get("reason")
        return ActsOnAppointment(
            *(place_of(node), by, what, name),
            start if isinstance(start, datetime | str) else None,
            DONE[what] if result is None else text(result),
            "" if reason is None else text(reason),
        )

    return read


def act_on_appointment(player: Player, step: ActsOnAppointment) -> None:
    """The step itself says what comes of it. Raises `Failed` where it is something else."""
    held = None if step.what in ("book", "wait", "leave") else _meant(player, step)
    by_staff = step.by == "staff"
    player.add_line(OURS["staff"] if by_staff else player.person.name or OURS["user"], _line(player, step))
    result = _by_staff(player, step, held) if by_staff else _on_page(player, step, held)
    if result != step.result:
        raise Failed(step.place, tr("this came to {result}", result=result or tr("nothing")))


def _meant(player: Player, step: ActsOnAppointment) -> HeldAppointment:
    """The next to come; of those that have begun the last one."""
    contact, is_mark = player.contact(player.person), step.what in ("came", "missed")
    there = [
        one
        for one in sorted(HELD_APPOINTMENTS.of(contact), key=lambda one: one.start)
        if one.service == step.service and (one.start <= player.now) == is_mark
    ]
    if not there:
        what = tr("that has begun") if is_mark else tr("to come")
        why = tr("the person has no appointment {name} {what}", name=quoted(step.service), what=what)
        raise Failed(step.place, why)
    return there[-1 if is_mark else 0]


def _line(player: Player, step: ActsOnAppointment) -> Translatable:
    when = "" if step.start is None else formatted(step.start, None, player.playbook.zone)
    words: dict[ActKind, Translatable] = {
        "book": tr("book {service}: {when}", service=step.service, when=when),
        "move": tr("move {service}: {when}", service=step.service, when=when),
        "cancel": tr("cancel {service}", service=step.service),
        "came": tr("came to {service}", service=step.service),
        "missed": tr("did not come to {service}", service=step.service),
        "wait": tr("wait for a place of {service}: {when}", service=step.service, when=when),
        "leave": tr("wait no more for {service}: {when}", service=step.service, when=when),
    }
    return words[step.what]


def _on_page(player: Player, step: ActsOnAppointment, held: HeldAppointment | None) -> str:
    person = player.person
    if person.page != MY_APPOINTMENTS or player.contact(person).page(MY_APPOINTMENTS, person.channel) is None:
        person.page = MY_APPOINTMENTS
        player.happens(person, PageOpened(MY_APPOINTMENTS))
    moment = step.start.astimezone(UTC).isoformat() if isinstance(step.start, datetime) else step.start
    start = [] if moment is None else [moment]
    text = "\n".join([step.what, step.service if held is None else held.id, *start])
    player.happens(person, PageAnswer(MY_APPOINTMENTS, text))
    page = player.contact(person).page(MY_APPOINTMENTS, person.channel)
    return "" if page is None else page.ended or ""


def _by_staff(player: Player, step: ActsOnAppointment, held: HeldAppointment | None) -> str:
    act_id, before = f"press-{len(player.lines)}", HELD_APPOINTMENTS.of(player.contact(player.person))
    assert step.what != "wait"
    assert step.what != "leave"
    start = step.start if isinstance(step.start, datetime) else None
    act = AppointmentAct(step.what, step.service, act_id, "", held, start, reason=step.reason)
    turns = len(player.turns)
    player.happens(player.person, act)
    refused = [
        str(value.values[1])
        for turn in player.turns[turns:]
        for one in turn.trace
        if one.note.kind is notes.SHOWN_ON_PAGE
        for value in one.note.values
        if isinstance(value, TraceNote)
    ]
    done = HELD_APPOINTMENTS.of(player.contact(player.person)) != before
    return refused[-1] if refused else DONE[step.what] if done else ""


# -- recorded


def page_answer_step(what: PageAnswer, before: Contact, playbook: Playbook) -> str | None:
    """The step of a press on the page of appointments; `None` of one that was none."""
    act, subject, start, *_ = (*what.text.split("\n"), "", "", "")
    held = HELD_APPOINTMENTS.one(before, subject)
    service = subject if held is None else held.service
    what_of: dict[str, ActKind] = {one: one for one in ("book", "move", "cancel", "wait", "leave")}
    if act not in what_of or service not in APPOINTMENTS.of(playbook):
        return None
    if act in ("wait", "leave"):
        return f"- user: {braces({WORDS[what_of[act]]: braces({scalar(service): scalar(start)})})}"
    moment = datetime.fromisoformat(start) if start else None
    return _written("user", what_of[act], service, moment, playbook)


def staff_act_step(what: AppointmentAct, playbook: Playbook) -> str:
    """The step of what staff did; empty: they did nothing, a place was free."""
    if what.what == "free":
        return ""
    return _written("staff", what.what, what.service, what.start, playbook, what.reason)


def amended(what: Outcome, line: str) -> str:
    """The line of such a step, once it is known what has come of it."""
    return refused_step(line, what.result) if is_refused_elsewhere(what) else line


def refused_step(line: str, result: str) -> str:
    """The line of such a step that came to something else."""
    return f"{line[:-1]}, result: {result}}}"


def _written(
    by: Literal["user", "staff"],
    what: ActKind,
    service: str,
    start: datetime | None,
    playbook: Playbook,
    reason: str = "",
) -> str:
    name = scalar(service)
    if what in ("book", "move") and start is not None:
        name = braces({name: scalar(formatted(start, None, playbook.zone))})
    more = {"reason": scalar(reason)} if reason else {}
    return f"- {by}: {braces({WORDS[what]: name, **more})}"
