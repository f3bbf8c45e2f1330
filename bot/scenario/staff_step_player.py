"""Doing the steps of a scenario in which staff do something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from bot.connectors.sms.phone import masked
from bot.engine.compiled.splits import redrawn
from bot.engine.turn import staff
from bot.model.brake import Brake, PushStop
from bot.model.decision import TraceStep
from bot.model.effects import FindMember
from bot.model.event import Origin
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import StaffActs, StaffBinds, StaffDraws, StaffSets, StaffTags, StaffUnbinds
from bot.model.trace import NoteKind
from bot.model.translatable import tr
from bot.playbook.similar import quoted
from bot.scenario.expecting import is_text
from bot.scenario.failure import Failed
from bot.scenario.initial_contact import put_into
from bot.scenario.player import Player
from bot.scenario.steps import (
    AnswerNotSent,
    PutsInto,
    StaffBindsPhone,
    StaffDrawsGroup,
    StaffLeavesNote,
    StaffSays,
    StaffSetsValues,
    StaffTagsPerson,
    StaffTakes,
    StaffUndo,
    StopsPushes,
)
from bot.wording.conversation import OURS
from bot.wording.stop_words import not_stopped, which

ACTOR = "staff"
"""The actor of staff's steps: a scenario names none."""


def _takes(player: Player, step: StaffTakes) -> None:
    player.add_line(OURS["staff"], tr("take the conversation") if step.takes_over else tr("hand back"))
    player.happens(player.person, StaffActs(step.takes_over))


_NOT_SENT: Mapping[NoteKind, AnswerNotSent] = {staff.BLOCKED: "blocked", staff.NO_MESSAGES: "no_messages"}
"""By the note in the trace: why an answer was not sent."""


def why_not_sent(trace: Sequence[TraceStep]) -> AnswerNotSent | None:
    """Why the turn of an answer of staff did not send it; `None` where it did, or no word of a scenario says
    why."""
    return next((_NOT_SENT[one.note.kind] for one in trace if one.note.kind in _NOT_SENT), None)


def _says(player: Player, step: StaffSays) -> None:
    """Send the answer, and check that it arrived, or why not. It counts as named: no `bot` step does that.
    All else that the bot says is for `bot` steps."""
    person, before = player.person, len(player.person.unnamed)
    answer = StaffWrites(ACTOR, ({"type": "text", "text": step.text},), may_cost=True)
    player.happens(person, answer)
    came = next((one for one in person.unnamed[before:] if is_text(one.message, step.text)), None)
    if came is None:
        player.add_line(OURS["staff"], step.text)
    else:
        came.line.speaker = OURS["staff"]
        person.unnamed.remove(came)
    turn = next(one for one in reversed(player.turns) if isinstance(one.what, StaffWrites))
    why = why_not_sent(turn.trace)
    if came is None and why is None:
        raise Failed(step.place, tr("LINE did not take this answer"))
    if why != step.not_sent:
        message = tr("this answer was sent")
        if why is not None:
            message = tr("this answer was not sent: {why}", why=why)
        raise Failed(step.place, message)


def _leaves_note(player: Player, step: StaffLeavesNote) -> None:
    player.happens(player.person, StaffNotes(ACTOR, step.text))


def _unbinds(player: Player, step: StaffUndo) -> None:
    player.add_line(OURS["staff"], tr("unbind: {kind}", kind=step.kind))
    player.happens(player.person, StaffUnbinds(step.kind))


def _tags(player: Player, step: StaffTagsPerson) -> None:
    marks = (*(f"+{tag}" for tag in step.add), *(f"-{tag}" for tag in step.remove))
    player.add_line(OURS["staff"], tr("tags: {names}", names=" ".join(marks)))
    player.happens(player.person, StaffTags(ACTOR, step.add, step.remove))


def _sets(player: Player, step: StaffSetsValues) -> None:
    for key, value in step.values.items():
        player.add_line(
            OURS["staff"], tr("clear {key}", key=key) if value is None else tr("set {key}", key=key)
        )
        player.happens(player.person, StaffSets(key, value))


def _binds(player: Player, step: StaffBindsPhone) -> None:
    person = player.person
    player.add_line(OURS["staff"], tr("bind {phone}", phone=masked(step.phone)))
    how: Literal["none", "shop"] = "none" if player.playbook.channels[person.channel].shop is None else "shop"
    request = FindMember(how, step.phone, Origin("", person.channel, 0))
    outcome = player.world.outcome(request, player.caller(person.contact, person.channel))
    if outcome.found is None or outcome.result != "found":
        why = tr("staff cannot bind this phone: find_member says {result}", result=outcome.result)
        raise Failed(step.place, why)
    player.happens(person, StaffBinds(outcome.found))


def _draws(player: Player, step: StaffDrawsGroup) -> None:
    for split, group in step.groups.items():
        seed = redrawn(player.playbook, player.contact(player.person).seed, split, group)
        if seed is None:
            why = tr("nobody is ever in the group {group}: its share is nothing", group=quoted(group))
            raise Failed(step.place, why)
        player.add_line(OURS["staff"], tr("draw {split}: {group}", split=split, group=group))
        player.happens(player.person, StaffDraws(split, group, seed))


def _stops(player: Player, step: StopsPushes) -> None:
    stop, brake = PushStop(step.channel, step.flow, ACTOR, player.now), player.brake
    others = tuple(one for one in brake.stops if one.key != stop.key)
    if not step.resumes:
        player.add_line(OURS["staff"], tr("stop pushes: {what}", what=which(stop)))
        player.stop_pushes(Brake((*others, brake.stop_of(stop.key) or stop)))
        return
    if brake.stop_of(stop.key) is None:
        raise Failed(step.place, not_stopped(brake))
    player.add_line(OURS["staff"], tr("pushes go on: {what}", what=which(stop)))
    player.stop_pushes(Brake(others))


def _puts(player: Player, step: PutsInto) -> None:
    person = player.person
    player.add_line(OURS["staff"], tr("put into {flow}: {state}", flow=step.flow, state=step.state))
    contact = player.contact(person)
    moved = put_into(contact, player.playbook, person.channel, step.flow, step.state, player.now)
    player.contacts[person.contact] = moved


STAFF_ACTS: Mapping[type, Callable[[Player, Any], None]] = {
    StaffTakes: _takes,
    StaffSays: _says,
    StaffLeavesNote: _leaves_note,
    StaffUndo: _unbinds,
    StaffTagsPerson: _tags,
    StaffSetsValues: _sets,
    StaffBindsPhone: _binds,
    StaffDrawsGroup: _draws,
    PutsInto: _puts,
    StopsPushes: _stops,
}
"""What does each step of staff, by its type."""
