"""Actions as the playbook has them: a closed union, one kind each (language, section 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from bot.engine.local_time import Duration
from bot.engine.template import Template
from bot.model.place import Place
from bot.model.value import Type, Value

if TYPE_CHECKING:  # a card's taps have steps, and steps say cards
    from bot.engine.card import Card


@dataclass(frozen=True, slots=True)
class TodayWord:
    """`today` or `now` as a value."""

    now: bool


Operand: TypeAlias = Value | Template | TodayWord


@dataclass(frozen=True, slots=True)
class Say:
    """`reply`: free, with the token; `push`: reaches the person anyhow. `or_push`: a reply that may cost."""

    place: Place
    how: Literal["reply", "push"]
    cards: tuple[Card, ...]
    or_push: bool = False


@dataclass(frozen=True, slots=True)
class AddTags:
    place: Place
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoveTags:
    place: Place
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StartFlow:
    """Begin a flow, after the list that this stands in, with these inputs."""

    place: Place
    flow: str
    inputs: tuple[tuple[str, Type, Operand], ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    place: Place
    note: Template


@dataclass(frozen=True, slots=True)
class HandBack:
    place: Place


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """Each is an attribute's key, slot, type, and the value to set."""

    place: Place
    values: tuple[tuple[str, str, Type, Operand], ...]


@dataclass(frozen=True, slots=True)
class Increase:
    """Each is an attribute's key, slot, and what is added; unknown counts as 0."""

    place: Place
    values: tuple[tuple[str, str, int | float], ...]


@dataclass(frozen=True, slots=True)
class ClearAttributes:
    """Each is an attribute's key and slot."""

    place: Place
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ExitFlow:
    """Out of a flow; `None`: out of all."""

    place: Place
    flow: str | None


@dataclass(frozen=True, slots=True)
class PinMenu:
    place: Place
    menu: str
    span: Duration | None = None


@dataclass(frozen=True, slots=True)
class UnpinMenu:
    place: Place


@dataclass(frozen=True, slots=True)
class Call:
    place: Place
    hook: str


@dataclass(frozen=True, slots=True)
class Loading:
    place: Place
    seconds: int


@dataclass(frozen=True, slots=True)
class TellStaff:
    """`notify_staff`, or `note` for the person's timeline."""

    place: Place
    how: Literal["notify_staff", "note"]
    text: Template


@dataclass(frozen=True, slots=True)
class SetMarketing:
    place: Place
    allowed: bool


@dataclass(frozen=True, slots=True)
class Show:
    """On the page where the flow runs on one, else said in chat."""

    place: Place
    text: Card


@dataclass(frozen=True, slots=True)
class Raise:
    """Each value is a field's name, its type, and what it is."""

    place: Place
    signal: str
    values: tuple[tuple[str, Type, Operand], ...] = ()


@dataclass(frozen=True, slots=True)
class Refresh:
    place: Place


@dataclass(frozen=True, slots=True)
class Unbind:
    place: Place
    kind: Literal["phone", "clerk"]


@dataclass(frozen=True, slots=True)
class AskCode:
    """`send_code` with a phone, `check_code` with a code."""

    place: Place
    how: Literal["send_code", "check_code"]
    value: Operand


@dataclass(frozen=True, slots=True)
class AskMember:
    """`find_member`."""

    place: Place
    how: Literal["shop", "none", "line"]


@dataclass(frozen=True, slots=True)
class AskMove:
    """`move_member`, with a birthday where one is asked for."""

    place: Place
    birthday: Operand | None = None


@dataclass(frozen=True, slots=True)
class BindMember:
    place: Place
    keep_tags: bool = False


@dataclass(frozen=True, slots=True)
class AskClerk:
    """`bind_clerk`."""

    place: Place
    code: Operand
    rebind: bool = False


@dataclass(frozen=True, slots=True)
class GiveResult:
    """`result`: the free answer. `key` names it in the flow (`bound#1`); `trigger` is what the page says."""

    place: Place
    key: str
    trigger: str | None
    do: Steps


Step: TypeAlias = (
    Say
    | AddTags
    | RemoveTags
    | StartFlow
    | HandOver
    | HandBack
    | SetAttributes
    | Increase
    | ClearAttributes
    | ExitFlow
    | PinMenu
    | UnpinMenu
    | Call
    | Loading
    | TellStaff
    | SetMarketing
    | Show
    | Raise
    | Refresh
    | Unbind
    | AskCode
    | AskMember
    | AskMove
    | BindMember
    | AskClerk
    | GiveResult
)

Steps: TypeAlias = tuple[Step, ...]
