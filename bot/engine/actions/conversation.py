"""Staff get the conversation and hear of it; the person sees that an answer is on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.engine.actions.action import Doers
from bot.engine.compiled.step import Notes, Short, Step
from bot.engine.texts.template import Template
from bot.engine.turn.doing import Doing
from bot.engine.turn.staff import hand_back, take_over
from bot.engine.turn.turn import Turn
from bot.model.decision import Note, NotifyStaff, ShowLoading


@dataclass(frozen=True, slots=True)
class HandOver(Step):
    """`hand_over`: staff have the conversation; the note is for them."""

    notes: ClassVar[Notes] = {
        "hand_over: staff have the conversation": ("did", "Handed over to staff"),
    }
    note: Template

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("hand_over"),)


@dataclass(frozen=True, slots=True)
class HandBack(Step):
    """`hand_back`: the bot has it again."""

    notes: ClassVar[Notes] = {
        "hand_back: the bot has the conversation": ("did", "Handed back to the bot"),
    }

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("hand_back"),)


@dataclass(frozen=True, slots=True)
class NotifyStaffStep(Step):
    """`notify_staff`, or `note` for the person's timeline."""

    notes: ClassVar[Notes] = {
        "notify_staff: noted": ("did", "Told staff"),
        "note: noted": ("did", "Kept a note"),
    }
    how: Literal["notify_staff", "note"]
    text: Template

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short(self.how, self.text),)


@dataclass(frozen=True, slots=True)
class Loading(Step):
    """`loading`: LINE shows its animation so long."""

    notes: ClassVar[Notes] = {
        "loading: 1 s": ("did", "Showed the typing sign for 1 second"),
        "loading: {number} s": ("did", "Showed the typing sign for {number} seconds"),
    }
    seconds: int

    @property
    def in_short(self) -> tuple[Short, ...]:
        return ()


def _hand_over(turn: Turn, step: HandOver, doing: Doing) -> None:
    note = step.note.fill(turn.lookup(doing), turn.playbook.zone)
    take_over(turn)
    turn.actions.append(NotifyStaff(note, "handed_over"))
    turn.note("hand_over", "staff have the conversation", place=step.place)


def _hand_back(turn: Turn, step: HandBack, doing: Doing) -> None:
    hand_back(turn)
    turn.note("hand_back", "the bot has the conversation", place=step.place)


def _tell_staff(turn: Turn, step: NotifyStaffStep, doing: Doing) -> None:
    text = step.text.fill(turn.lookup(doing), turn.playbook.zone)
    turn.actions.append(NotifyStaff(text) if step.how == "notify_staff" else Note(text))
    turn.note(step.how, "noted", place=step.place)


def _loading(turn: Turn, step: Loading, doing: Doing) -> None:
    turn.actions.append(ShowLoading(step.seconds))
    turn.note("loading", f"{step.seconds} s", place=step.place)


DO: Doers = {
    HandOver: _hand_over,
    HandBack: _hand_back,
    NotifyStaffStep: _tell_staff,
    Loading: _loading,
}
