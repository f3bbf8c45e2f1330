"""What a flow asks of the world: codes, members, clerks, web hooks. The answers come back as events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from bot.engine.actions.doers import Doers
from bot.engine.doing import Doing
from bot.engine.membership import bind_found, unbind, unbind_clerk
from bot.engine.step import Notes, Operand, Short, Step
from bot.engine.template import Template
from bot.engine.turn import Turn
from bot.engine.worth import worth
from bot.model.decision import (
    CallHook,
    CheckCode,
    EffectRequest,
    FindClerk,
    FindMember,
    MoveMember,
    RefreshMember,
    SendCode,
)
from bot.model.event import Origin
from bot.model.place import Place


@dataclass(frozen=True, slots=True)
class Call(Step):
    """`call`: a web hook."""

    notes: ClassVar[Notes] = {
        "call: {hook}": ("wait", "Asked the outside system {hook}, and waits for it"),
    }

    hook: str

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("call", self.hook),)


@dataclass(frozen=True, slots=True)
class Refresh(Step):
    """`refresh_member`."""

    notes: ClassVar[Notes] = {
        "refresh_member: asked": ("wait", "Reads the member's data anew, and waits for the shop"),
    }

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("refresh_member"),)


@dataclass(frozen=True, slots=True)
class AskCode(Step):
    """`send_code` with a phone, `check_code` with a code."""

    notes: ClassVar[Notes] = {
        "send_code: asked": ("wait", "Asked for an SMS with a code, and waits for it"),
        "check_code: asked": ("wait", "Asks whether the code is right"),
    }

    how: Literal["send_code", "check_code"]
    value: Operand

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short(self.how),)

    @property
    def sends_code(self) -> bool:
        return self.how == "send_code"


@dataclass(frozen=True, slots=True)
class AskMember(Step):
    """`find_member`."""

    notes: ClassVar[Notes] = {
        "find_member: asked": ("wait", "Looks for the member, and waits"),
        "find_member: not-proven": ("not", "Did not look for the member: no right code yet"),
    }

    how: Literal["shop", "none", "line"]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("find_member", self.how),)


@dataclass(frozen=True, slots=True)
class AskMove(Step):
    """`move_member`, with a birthday where one is asked for."""

    notes: ClassVar[Notes] = {
        "move_member: asked": ("wait", "Asks to move the phone here, and waits"),
        "move_member: not-proven": ("not", "Did not move the phone: the birthday is not known"),
    }

    birthday: Operand | None = None

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("move_member"),)


@dataclass(frozen=True, slots=True)
class AskClerk(Step):
    """`bind_clerk`."""

    notes: ClassVar[Notes] = {
        "bind_clerk: asked": ("wait", "Looks the clerk's code up, and waits"),
    }

    code: Operand
    rebind: bool = False

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("bind_clerk"),)

    @property
    def binds(self) -> Literal["clerk"]:
        return "clerk"


@dataclass(frozen=True, slots=True)
class BindMember(Step):
    """`bind_member`."""

    notes: ClassVar[Notes] = {
        "bind_member: not-bound": ("not", "Not bound: no member was found this time"),
        "bind_member: bound": ("heard", "Bound"),
    }

    keep_tags: bool = False

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("bind_member"),)

    @property
    def binds(self) -> Literal["member"]:
        return "member"


@dataclass(frozen=True, slots=True)
class Unbind(Step):
    """`unbind`."""

    notes: ClassVar[Notes] = {
        "unbind: {binding} unbound": ("did", "No longer bound: {binding}"),
        "unbind: no {binding} was bound": ("not", "Was not bound: {binding}"),
    }

    kind: Literal["phone", "clerk"]

    @property
    def in_short(self) -> tuple[Short, ...]:
        return (Short("unbind", self.kind),)


def origin_of(turn: Turn, doing: Doing) -> Origin | None:
    """Who waits for an outcome: the instance, where its state rests; else nobody."""
    instance, flow = doing.instance, doing.flow
    if instance is None or flow is None:
        return None
    state = flow.states.get(instance.state)
    if state is None or not state.rests:
        return None
    return Origin(instance.flow, instance.channel, instance.visit)


def _call(turn: Turn, step: Call, doing: Doing) -> None:
    """Ask for a web hook to be called."""
    hook = turn.playbook.hooks.get(step.hook)
    body = None if hook is None else _json(turn, hook.body, doing)
    turn.actions.append(CallHook(step.hook, body, origin_of(turn, doing)))
    turn.note("call", step.hook, place=step.place)


def _json(turn: Turn, body: Any, doing: Doing) -> Any:
    match body:
        case Template():
            value = worth(turn, body, doing)
            return value.isoformat() if isinstance(value, datetime) else value
        case dict():
            return {key: _json(turn, value, doing) for key, value in body.items()}
        case list() | tuple():
            return [_json(turn, value, doing) for value in body]
        case _:
            return body


def _refresh(turn: Turn, step: Refresh, doing: Doing) -> None:
    """Ask for the member's data to be read anew."""
    turn.actions.append(RefreshMember(origin_of(turn, doing)))
    turn.note("refresh_member", "asked", place=step.place)


def _ask_code(turn: Turn, step: AskCode, doing: Doing) -> None:
    """Ask for a code to be sent to a phone, or to be compared."""
    value = worth(turn, step.value, doing)
    origin = origin_of(turn, doing)
    if origin is None or not isinstance(value, str):
        _nobody(turn, step.how, step.place)
        _comes_at_once(turn, "code", "failed" if step.how == "send_code" else "wrong", origin)
        return
    turn.actions.append(SendCode(value, origin) if step.how == "send_code" else CheckCode(value, origin))
    turn.note(step.how, "asked", place=step.place)


def _ask_member(turn: Turn, step: AskMember, doing: Doing) -> None:
    """Ask for a member; nobody is looked up before a right code, or a shop login."""
    origin, instance = origin_of(turn, doing), doing.instance
    if origin is None or instance is None:
        _nobody(turn, "find_member", step.place)
    elif step.how != "line" and instance.proven is None:
        turn.note("find_member", "not-proven", "no right code in this run", step.place)
        _comes_at_once(turn, "member", "missing", origin)
    else:
        turn.actions.append(FindMember(step.how, instance.proven, origin))
        turn.note("find_member", "asked", place=step.place)


def _ask_move(turn: Turn, step: AskMove, doing: Doing) -> None:
    """Ask for a phone that another LINE account holds."""
    origin, instance = origin_of(turn, doing), doing.instance
    if origin is None or instance is None:
        _nobody(turn, "move_member", step.place)
        return
    birthday = None if step.birthday is None else worth(turn, step.birthday, doing)
    if step.birthday is not None and not isinstance(birthday, str):
        turn.note("move_member", "not-proven", "no birthday is known here", step.place)
        _comes_at_once(turn, "member", "missing", origin)
        return
    phone = instance.proven or (instance.found.phone if instance.found is not None else None)
    turn.actions.append(MoveMember(phone, birthday if isinstance(birthday, str) else None, origin))
    turn.note("move_member", "asked", place=step.place)


def _ask_clerk(turn: Turn, step: AskClerk, doing: Doing) -> None:
    """Ask for a clerk's code to be looked up."""
    origin = origin_of(turn, doing)
    code = worth(turn, step.code, doing)
    if origin is None or not isinstance(code, str):
        _nobody(turn, "bind_clerk", step.place)
        _comes_at_once(turn, "clerk", "unknown", origin)
        return
    turn.actions.append(FindClerk(code, step.rebind, origin))
    turn.note("bind_clerk", "asked", place=step.place)


def _bind_member(turn: Turn, step: BindMember, doing: Doing) -> None:
    """Turn the member that was found, and reserved, into the binding, and take over what the shop knows."""
    instance = doing.instance
    found = instance.found if instance is not None else None
    if (
        instance is None
        or found is None
        or not bind_found(turn, found, flow=instance.flow, keep_tags=step.keep_tags)
    ):
        turn.note("bind_member", "not-bound", "no member is reserved for this run", step.place)
        return
    instance.found = None
    turn.note("bind_member", "bound", place=step.place)


def _nobody(turn: Turn, what: str, place: Place) -> None:
    turn.note(what, "not-asked", "there is no value, or nobody waits for the outcome", place)


def _comes_at_once(turn: Turn, asked: str, result: str, origin: Origin | None) -> None:
    """The outcome of what cannot even be asked: whoever waits for it must not wait for ever."""
    if origin is not None:
        turn.answer_of_ours(asked, result, origin)


def _unbind(turn: Turn, step: Unbind, doing: Doing) -> None:
    was = unbind_clerk(turn) if step.kind == "clerk" else unbind(turn, "phone", keep_tags=False)
    turn.note("unbind", f"{step.kind} unbound" if was else f"no {step.kind} was bound", place=step.place)


def with_token(turn: Turn) -> None:
    """The first outcome of what this turn asks inherits its reply token, if unused (semantics 8)."""
    for number, action in enumerate(turn.actions):
        if (
            isinstance(action, EffectRequest)
            and action.origin is not None
            and action.origin.channel == turn.channel
        ):
            turn.actions[number] = replace(action, token=turn.token)
            return


DO: Doers = {
    Call: _call,
    Refresh: _refresh,
    AskCode: _ask_code,
    AskMember: _ask_member,
    AskMove: _ask_move,
    AskClerk: _ask_clerk,
    BindMember: _bind_member,
    Unbind: _unbind,
}
