"""Actions of a conversation: hand over to staff, notify them, show the loading animation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Short, Step
from bot.engine.texts.template import Template
from bot.engine.turn.doing import Doing
from bot.engine.turn.staff import hand_back, hand_over
from bot.engine.turn.turn import Turn
from bot.model.decision import Note, NotifyStaff, ShowLoading
from bot.model.trace import NoteKind

HANDED_OVER = NoteKind("hand_over: staff have the conversation", "Handed over to staff")
HANDED_BACK = NoteKind("hand_back: the bot has the conversation", "Handed back to the bot")
SERVED = NoteKind("hand_back: served", "Served: nobody waits, and the bot speaks")
STAFF_NOTIFIED = NoteKind("notify_staff: noted", "Told staff")
NOTED = NoteKind("note: noted", "Kept a note")
LOADING = NoteKind(
    "loading: {number} s",
    "Showed the typing sign for {number} seconds",
    cases={1: "Showed the typing sign for 1 second"},
    code="loading",
)


@dataclass(frozen=True, slots=True)
class HandOver(Step):
    """`hand_over`: staff have the conversation; the note is for them."""

    words: ClassVar = {"hand_over": {}}
    note: Template


@dataclass(frozen=True, slots=True)
class HandBack(Step):
    """`hand_back`: the bot has it again; `served`: and the person waits for staff no more."""

    served: bool

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("hand_back: served" if self.served else "hand_back"),)


@dataclass(frozen=True, slots=True)
class NotifyStaffStep(Step):
    """`notify_staff`, or `note` for the person's timeline."""

    words: ClassVar = {"notify_staff": {"how": "notify_staff"}, "note": {"how": "note"}}
    about: ClassVar = "text"
    text: Template
    how: Literal["notify_staff", "note"]


@dataclass(frozen=True, slots=True)
class Loading(Step):
    """`loading`: LINE shows its animation so long."""

    seconds: int

    @property
    def in_short(self) -> tuple[Short, ...]:
        return ()


def _hand_over(turn: Turn, step: HandOver, doing: Doing) -> None:
    note = step.note.fill(turn.lookup(doing), turn.playbook.zone)
    hand_over(turn, note)
    turn.actions.append(NotifyStaff(note, "handed_over"))
    turn.note(HANDED_OVER, place=step.place)


def _hand_back(turn: Turn, step: HandBack, doing: Doing) -> None:
    hand_back(turn, served=step.served)
    turn.note(SERVED if step.served else HANDED_BACK, place=step.place)


def _notify_staff(turn: Turn, step: NotifyStaffStep, doing: Doing) -> None:
    text = step.text.fill(turn.lookup(doing), turn.playbook.zone)
    turn.actions.append(NotifyStaff(text) if step.how == "notify_staff" else Note(text))
    turn.note(STAFF_NOTIFIED if step.how == "notify_staff" else NOTED, place=step.place)


def _loading(turn: Turn, step: Loading, doing: Doing) -> None:
    turn.actions.append(ShowLoading(step.seconds))
    turn.note(LOADING, step.seconds, place=step.place)


DO: Doers = {
    HandOver: _hand_over,
    HandBack: _hand_back,
    NotifyStaffStep: _notify_staff,
    Loading: _loading,
}
