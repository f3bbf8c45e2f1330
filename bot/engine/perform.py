"""Doing actions: what each changes about the person, or leaves as data for the world (section 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.engine import step as steps
from bot.engine.asking import ask_clerk, ask_code, ask_member, ask_move, bind_member, call, refresh
from bot.engine.begun_by import BOUND_PHONE
from bot.engine.changes import (
    add_tags,
    remove_tags,
    set_attribute,
    set_marketing,
)
from bot.engine.closed_page import leads_to_closed
from bot.engine.door import may_push, push_of
from bot.engine.local_time import later
from bot.engine.lookup import as_type
from bot.engine.membership import remember_tags_of_binding, unbind, unbind_clerk
from bot.engine.on_page import show
from bot.engine.results import wait_for_page
from bot.engine.staff import hand_back, take_over
from bot.engine.step import Operand, Steps
from bot.engine.turn import Begin, Doing, Turn
from bot.engine.worth import worth
from bot.model.contact import Answer, Timer
from bot.model.decision import Note, NotifyStaff, ShowLoading
from bot.model.message import Message, Pushed
from bot.model.value import Type, Value, fits

PIN = "menu"
"""The timer at which a pinned menu's term ends: the turn that it makes shows the right one."""


def perform(turn: Turn, steps_: Steps, doing: Doing) -> None:
    """Do a list of actions, one after the other; flows that they start begin behind it."""
    for step in steps_:
        if not turn.count_action(type(step).__name__):
            return
        _PERFORM[type(step)](turn, step, doing)


# -- messages


def _say(turn: Turn, step: steps.Say, doing: Doing) -> None:
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
    turn.note("reply", _count(messages), place=step.place)


def _push(turn: Turn, step: steps.Say, doing: Doing) -> None:
    if not may_push(turn, doing, step.place):
        return
    messages = turn.render(step.cards, doing)
    turn.pushes += _pushed(turn, messages, doing)
    turn.note("push", _count(messages), place=step.place)


def _pushed(turn: Turn, messages: list[Message], doing: Doing) -> list[Pushed]:
    of = push_of(turn, doing)
    return [Pushed(message, of) for message in messages]


def _count(messages: list[Message]) -> str:
    return "1 message" if len(messages) == 1 else f"{len(messages)} messages"


def _show(turn: Turn, step: steps.Show, doing: Doing) -> None:
    instance = doing.instance if doing.instance is not None and doing.instance.on_page else None
    if instance is None and turn.token is None and not may_push(turn, doing, step.place):
        return
    messages = turn.render((step.text,), doing)
    if instance is not None:
        show(turn, instance, messages)
    else:
        turn.speak(messages, None if turn.token is not None else push_of(turn, doing))
    turn.note("show", _count(messages), place=step.place)


def _result(turn: Turn, step: steps.GiveResult, doing: Doing) -> None:
    """The free answer: said by the page in the person's name, or done at once (language, section 6)."""
    instance = doing.instance
    if (
        instance is not None and instance.parent is not None
    ):  # the outermost flow's result is the one that is said
        perform(turn, tuple(s for s in step.do if not isinstance(s, steps.Say)), doing)
        turn.note("result", "not said: another flow runs this one", place=step.place)
    elif instance is not None and instance.on_page and step.trigger is not None:
        wait_for_page(turn, instance.flow, step, doing.answers)
        turn.note("result", "waits for the page", place=step.place)
    else:
        say_result(turn, step, doing)


def say_result(turn: Turn, step: steps.GiveResult, doing: Doing) -> None:
    """Do a result's actions; its replies follow as a push where there is no token."""
    for one in step.do:
        said = replace(one, or_push=True) if isinstance(one, steps.Say) and one.how == "reply" else one
        perform(turn, (said,), doing)
    turn.note("result", "done", place=step.place)


# -- tags and attributes


def _add_tags(turn: Turn, step: steps.AddTags, doing: Doing) -> None:
    new = add_tags(turn, step.tags, step.place.path)
    if new and doing.flow is not None:
        remember_tags_of_binding(turn, doing.flow.name, new)
    turn.note("add_tags", "added " + ", ".join(new) if new else "had them already", place=step.place)


def _remove_tags(turn: Turn, step: steps.RemoveTags, doing: Doing) -> None:
    gone = remove_tags(turn, step.tags, step.place.path)
    turn.note("remove_tags", "removed " + ", ".join(gone) if gone else "had none of them", place=step.place)


def _set(turn: Turn, step: steps.SetAttributes, doing: Doing) -> None:
    for key, slot, type_, operand in step.values:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        info = turn.playbook.attributes.get(key)
        if value is None or (info is not None and info.values and value not in info.values):
            turn.note("set", "not-set", f"{key} takes no such value", step.place)
        else:
            changed = set_attribute(turn, key, slot, value)
            turn.note("set", f"{key} set" if changed else f"{key} had it already", place=step.place)


def _increase(turn: Turn, step: steps.Increase, doing: Doing) -> None:
    for key, slot, by in step.values:
        known = turn.contact.attributes.get(slot)
        old = known.value if known is not None and isinstance(known.value, int | float) else 0
        if fits("number", old + by):
            set_attribute(turn, key, slot, old + by)
            turn.note("increase", f"{key} by {by}", place=step.place)
        else:
            turn.note("increase", "not-set", f"{key} would be too large to be stored", step.place)


def _clear(turn: Turn, step: steps.ClearAttributes, doing: Doing) -> None:
    for key, slot in step.attributes:
        cleared = set_attribute(turn, key, slot, None)
        turn.note("clear", f"{key} cleared" if cleared else f"{key} was not known", place=step.place)


def _marketing(turn: Turn, step: steps.SetMarketing, doing: Doing) -> None:
    set_marketing(turn, step.allowed)
    turn.note("marketing", "allowed" if step.allowed else "stopped", place=step.place)


# -- flows


def _start(turn: Turn, step: steps.StartFlow, doing: Doing) -> None:
    inputs = inputs_of(turn, step.inputs, doing)
    turn.begins.append(Begin(step.flow, inputs, place=step.place, cause=_cause(turn, doing)))


def _cause(turn: Turn, doing: Doing) -> str:
    """What a flow that is started remembers: the news that is heard, or the binding of who starts it."""
    binding = turn.contact.bindings.get("phone")
    by_binding = binding is not None and doing.flow is not None and doing.flow.name == binding.flow
    return turn.cause or (BOUND_PHONE if by_binding else "")


def inputs_of(turn: Turn, given: tuple[tuple[str, Type, Operand], ...], doing: Doing) -> dict[str, Answer]:
    """Inputs of a flow, typed; one of a wrong type is left out and traced by nobody but the reader of it."""
    inputs = {}
    for name, type_, operand in given:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        if value is not None:
            inputs[name] = Answer(type_, value)
    return inputs


def _exit(turn: Turn, step: steps.ExitFlow, doing: Doing) -> None:
    leaving = [
        instance
        for instance in turn.contact.flows
        if (step.flow is None or instance.flow == step.flow) and instance.channel == turn.channel
    ]
    for instance in leaving:
        turn.leave(instance, "exit")
    turn.note("exit", f"left {len(leaving)}" if leaving else "was in none", place=step.place)


def _raise(turn: Turn, step: steps.Raise, doing: Doing) -> None:
    fields: dict[str, Value] = {}
    for name, type_, operand in step.values:
        value = as_type(worth(turn, operand, doing), type_, turn.playbook.zone)
        if value is not None:
            fields[name] = value
    turn.tell("signal", step.signal, fields)
    turn.note("raise", step.signal, place=step.place)


# -- staff, menus, notes


def _hand_over(turn: Turn, step: steps.HandOver, doing: Doing) -> None:
    note = step.note.fill(turn.lookup(doing), turn.playbook.zone)
    take_over(turn)
    turn.actions.append(NotifyStaff(note))
    turn.note("hand_over", "staff have the conversation", place=step.place)


def _hand_back(turn: Turn, step: steps.HandBack, doing: Doing) -> None:
    hand_back(turn)
    turn.note("hand_back", "the bot has the conversation", place=step.place)


def _tell_staff(turn: Turn, step: steps.TellStaff, doing: Doing) -> None:
    text = step.text.fill(turn.lookup(doing), turn.playbook.zone)
    turn.actions.append(NotifyStaff(text) if step.how == "notify_staff" else Note(text))
    turn.note(step.how, "noted", place=step.place)


def _pin(turn: Turn, step: steps.PinMenu, doing: Doing) -> None:
    until = None if step.span is None else later(turn.now, step.span, turn.playbook.zone)
    identity = turn.identity
    identity.pinned, identity.pinned_until = step.menu, until
    if until is not None:
        turn.arm(Timer("", turn.channel, 0, PIN, until))
    turn.note("pin_menu", step.menu, place=step.place)


def _unpin(turn: Turn, step: steps.UnpinMenu, doing: Doing) -> None:
    identity = turn.identity
    identity.pinned, identity.pinned_until = None, None
    turn.note("unpin_menu", "unpinned", place=step.place)


def _loading(turn: Turn, step: steps.Loading, doing: Doing) -> None:
    turn.actions.append(ShowLoading(step.seconds))
    turn.note("loading", f"{step.seconds} s", place=step.place)


def _unbind(turn: Turn, step: steps.Unbind, doing: Doing) -> None:
    was = unbind_clerk(turn) if step.kind == "clerk" else unbind(turn, "phone", keep_tags=False)
    turn.note("unbind", f"{step.kind} unbound" if was else f"no {step.kind} was bound", place=step.place)


_PERFORM: Mapping[type, Callable[[Turn, Any, Doing], None]] = {
    steps.Say: _say,
    steps.AddTags: _add_tags,
    steps.RemoveTags: _remove_tags,
    steps.StartFlow: _start,
    steps.HandOver: _hand_over,
    steps.HandBack: _hand_back,
    steps.SetAttributes: _set,
    steps.Increase: _increase,
    steps.ClearAttributes: _clear,
    steps.ExitFlow: _exit,
    steps.PinMenu: _pin,
    steps.UnpinMenu: _unpin,
    steps.Call: call,
    steps.Loading: _loading,
    steps.TellStaff: _tell_staff,
    steps.SetMarketing: _marketing,
    steps.Show: _show,
    steps.Raise: _raise,
    steps.Refresh: refresh,
    steps.Unbind: _unbind,
    steps.AskCode: ask_code,
    steps.AskMember: ask_member,
    steps.AskMove: ask_move,
    steps.BindMember: bind_member,
    steps.AskClerk: ask_clerk,
    steps.GiveResult: _result,
}
