"""The actions on membership: a member is looked up, registered, moved, read anew, bound and unbound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from bot.engine.actions.action import Doers, at_once, note_not_asked, origin_of, worth
from bot.engine.compiled.step import Operand, Step
from bot.engine.members.clerks import unbind_clerk
from bot.engine.members.membership import bind_found, unbind
from bot.engine.rendering.placeholders import FRIEND
from bot.engine.turn.change_notes import BOUND, NOT_BOUND
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.effects import FindMember, MoveMember, RefreshMember, RegisterMember
from bot.model.trace import NoteKind

FIND_ASKED = NoteKind("find_member: asked", "Looks for the member, and waits", "wait")
FIND_NOT_PROVEN = NoteKind(
    "find_member: not-proven (no right code in this run)",
    "Did not look for the member: no right code yet",
    "not",
)
REGISTER_ASKED = NoteKind("register_member: asked", "Registers the phone at the shop, and waits", "wait")
REGISTER_NOT_PROVEN = NoteKind(
    "register_member: not-proven (no right code in this run)", "Registered nobody: no right code yet", "not"
)
MOVE_ASKED = NoteKind("move_member: asked", "Asks to move the phone here, and waits", "wait")
MOVE_NOT_PROVEN = NoteKind(
    "move_member: not-proven (no birthday is known here)",
    "Did not move the phone: the birthday is not known",
    "not",
)
REFRESH_ASKED = NoteKind(
    "refresh_member: asked ({page})", "Reads the member's data anew, and waits for the shop", "wait"
)
UNBOUND = NoteKind("unbind: {binding} unbound", "No longer bound: {binding}", code="unbound")
WAS_NOT_BOUND = NoteKind(
    "unbind: no {binding} was bound", "Was not bound: {binding}", "not", code="was_not_bound"
)


@dataclass(frozen=True, slots=True)
class AskMember(Step):
    """`find_member`."""

    asks: ClassVar = FindMember.question
    about: ClassVar = "how"
    how: Literal[
        "shop",  # at the shop, by the phone that a right code has proven
        "none",  # there is no shop: among contacts, by that phone
        "line",  # at the shop, by the LINE user id
    ]

    @property
    def asks_shop(self) -> bool:
        return self.how != "none"


@dataclass(frozen=True, slots=True)
class AskRegistration(Step):
    """`register_member`, with a name where one was asked for."""

    asks: ClassVar = RegisterMember.question
    name: Operand | None = None

    @property
    def asks_shop(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class AskMove(Step):
    """`move_member`, with a birthday where one is asked for."""

    asks: ClassVar = MoveMember.question
    birthday: Operand | None = None

    @property
    def asks_shop(self) -> bool:
        return self.birthday is not None


@dataclass(frozen=True, slots=True)
class Refresh(Step):
    """`refresh_member`."""

    asks: ClassVar = RefreshMember.question

    @property
    def asks_shop(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class BindMember(Step):
    """`bind_member`."""

    words: ClassVar = {"bind_member": {}}
    binds: ClassVar = "member"
    keep_tags: bool = False
    """Whether the tags that the flow puts on stay when the binding is undone."""


@dataclass(frozen=True, slots=True)
class Unbind(Step):
    """`unbind`."""

    words: ClassVar = {"unbind": {}}
    about: ClassVar = "kind"
    kind: Literal["phone", "clerk"]


def _ask_member(turn: Turn, step: AskMember, doing: Doing) -> None:
    """Ask for a member; nobody is looked up before a right code, or a shop login."""
    origin, instance = origin_of(turn, doing), doing.instance
    if origin is None or instance is None:
        note_not_asked(turn, "find_member", step.place)
    elif step.how != "line" and instance.proven is None:
        turn.note(FIND_NOT_PROVEN, place=step.place)
        at_once(turn, "member", "missing", origin)
    else:
        turn.actions.append(FindMember(step.how, instance.proven, origin))
        turn.note(FIND_ASKED, place=step.place)


def _ask_registration(turn: Turn, step: AskRegistration, doing: Doing) -> None:
    """Ask the shop to register the person of this instance, with the phone that they have proven."""
    origin, instance = origin_of(turn, doing), doing.instance
    if origin is None or instance is None:
        note_not_asked(turn, "register_member", step.place)
    elif instance.proven is None:
        turn.note(REGISTER_NOT_PROVEN, place=step.place)
        at_once(turn, "member", "missing", origin)
    else:
        contact = turn.contact
        value = None if step.name is None else worth(turn, step.name, doing)
        name = value if isinstance(value, str) and value else contact.name or FRIEND
        turn.actions.append(RegisterMember(instance.proven, name, contact.marketing is True, origin))
        turn.note(REGISTER_ASKED, place=step.place)


def _ask_move(turn: Turn, step: AskMove, doing: Doing) -> None:
    """Ask for a phone that another LINE account holds."""
    origin, instance = origin_of(turn, doing), doing.instance
    if origin is None or instance is None:
        note_not_asked(turn, "move_member", step.place)
        return
    birthday = None if step.birthday is None else worth(turn, step.birthday, doing)
    if step.birthday is not None and not isinstance(birthday, str):
        turn.note(MOVE_NOT_PROVEN, place=step.place)
        at_once(turn, "member", "missing", origin)
        return
    phone = instance.proven or (instance.found.phone if instance.found is not None else None)
    turn.actions.append(MoveMember(phone, birthday if isinstance(birthday, str) else None, origin))
    turn.note(MOVE_ASKED, place=step.place)


def _refresh(turn: Turn, step: Refresh, doing: Doing) -> None:
    """Ask for the member's data to be read anew."""
    turn.actions.append(RefreshMember(origin_of(turn, doing)))
    turn.note(REFRESH_ASKED, place=step.place)


def _bind_member(turn: Turn, step: BindMember, doing: Doing) -> None:
    """Bind the phone of the member that was found and reserved, and take over the shop's data."""
    instance = doing.instance
    found = instance.found if instance is not None else None
    if (
        instance is None
        or found is None
        or not bind_found(turn, found, flow=instance.flow, keep_tags=step.keep_tags)
    ):
        turn.note(NOT_BOUND, place=step.place)
        return
    instance.found = None
    turn.note(BOUND, place=step.place)


def _unbind(turn: Turn, step: Unbind, doing: Doing) -> None:
    was = unbind_clerk(turn) if step.kind == "clerk" else unbind(turn, "phone", keep_tags=False)
    turn.note(UNBOUND if was else WAS_NOT_BOUND, step.kind, place=step.place)


DO: Doers = {
    AskMember: _ask_member,
    AskRegistration: _ask_registration,
    AskMove: _ask_move,
    Refresh: _refresh,
    BindMember: _bind_member,
    Unbind: _unbind,
}
