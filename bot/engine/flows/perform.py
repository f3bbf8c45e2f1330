"""Carrying out actions, one after the other (section 6): messages here, all others in `actions/`."""

from __future__ import annotations

from dataclasses import replace

from bot.engine import notes
from bot.engine.actions import (
    attributes,
    clerks,
    codes,
    conversation,
    flows,
    hooks,
    marketing,
    members,
    pinned_menu,
    tags,
)
from bot.engine.actions.action import Doers
from bot.engine.compiled.step import GiveResult, SendMessages, Show, Steps
from bot.engine.flows import forms
from bot.engine.flows.closed_page import leads_to_closed
from bot.engine.flows.push_gate import may_push, push_of, take_back
from bot.engine.promotions import ENGINE_PARTS
from bot.engine.turn.doing import Doing
from bot.engine.turn.on_page import show
from bot.engine.turn.results import wait_for_page
from bot.engine.turn.turn import Turn
from bot.model.counts import CARD_LEFT_OUT
from bot.model.message import Message, Pushed
from bot.model.place import Place
from bot.model.trace import NoteKind


def perform(turn: Turn, steps_: Steps, doing: Doing) -> None:
    """Do a list of actions, one after the other; flows that they start begin behind it."""
    for step in steps_:
        if not turn.count_action(type(step).__name__):
            return
        _DO[type(step)](turn, step, doing)


def _send_messages(turn: Turn, step: SendMessages, doing: Doing) -> None:
    if step.how == "push":
        _push(turn, step, doing)
        return
    costs = turn.token is None and step.or_push
    if costs and not may_push(turn, doing, step.place):
        return
    messages = turn.render(step.cards, doing)
    if not messages:
        leads_to_closed(turn, step.cards)
    if costs:
        turn.later += _pushed(turn, messages, doing)
    else:
        turn.replies += messages
    _note_number(turn, notes.REPLIED, notes.REPLIED_ONE, len(messages), step.place)


def _push(turn: Turn, step: SendMessages, doing: Doing) -> None:
    if not may_push(turn, doing, step.place):
        return
    messages = turn.render(step.cards, doing)
    turn.pushes += _pushed(turn, messages, doing)
    _note_number(turn, notes.PUSHED, notes.PUSHED_ONE, len(messages), step.place)


def _pushed(turn: Turn, messages: list[Message], doing: Doing) -> list[Pushed]:
    """These messages as pushes; where nothing is left of the cards, the push is counted as skipped."""
    if not messages:
        take_back(turn, doing, CARD_LEFT_OUT)
        return []
    of = push_of(turn, doing)
    return [Pushed(message, of) for message in messages]


def _note_number(turn: Turn, several: NoteKind, one: NoteKind, number: int, place: Place) -> None:
    if number == 1:
        turn.note(one, place=place)
    else:
        turn.note(several, number, place=place)


def _show(turn: Turn, step: Show, doing: Doing) -> None:
    instance = doing.instance if doing.instance is not None and doing.instance.on_page else None
    if instance is None and turn.token is None and not may_push(turn, doing, step.place):
        return
    messages = turn.render((step.text,), doing)
    if instance is not None:
        show(turn, instance, messages)
    elif turn.token is None and not messages:
        take_back(turn, doing, CARD_LEFT_OUT)
    else:
        turn.speak(messages, None if turn.token is not None else push_of(turn, doing))
    _note_number(turn, notes.SHOWN, notes.SHOWN_ONE, len(messages), step.place)


def _result(turn: Turn, step: GiveResult, doing: Doing) -> None:
    """The free answer: by the page's message in the person's name, or at once (language, section 6)."""
    instance = doing.instance
    if (
        instance is not None and instance.parent is not None
    ):  # the outermost flow's result is the one that is said
        perform(turn, tuple(s for s in step.do if not isinstance(s, SendMessages)), doing)
        turn.note(notes.RESULT_OF_PARENT, place=step.place)
    elif instance is not None and instance.on_page and step.trigger is not None:
        wait_for_page(turn, instance.flow, step, doing.answers)
        turn.note(notes.RESULT_WAITS, place=step.place)
    else:
        perform_result(turn, step, doing)


def perform_result(turn: Turn, step: GiveResult, doing: Doing) -> None:
    """Do a result's actions; its replies follow as a push where there is no token."""
    for one in step.do:
        pushed = replace(one, or_push=True) if isinstance(one, SendMessages) and one.how == "reply" else one
        perform(turn, (pushed,), doing)
    turn.note(notes.RESULT, place=step.place)


_DO: Doers = {
    SendMessages: _send_messages,
    Show: _show,
    GiveResult: _result,
    **tags.DO,
    **attributes.DO,
    **flows.DO,
    **pinned_menu.DO,
    **conversation.DO,
    **marketing.DO,
    **codes.DO,
    **members.DO,
    **clerks.DO,
    **ENGINE_PARTS.table(lambda part: part.do),
    **hooks.DO,
    **forms.DO,
}
STEPS = tuple(_DO)
"""All kinds of actions."""
