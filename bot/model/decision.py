"""What `decide` answers: the contact as it is now, what is to be done, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, TypeAlias

from bot.model.alert import StaffReason
from bot.model.brake import OFF, Brake
from bot.model.contact import Contact
from bot.model.conversation import Secrecy
from bot.model.effects import EffectNotice, EffectRequest
from bot.model.event import ReplyToken
from bot.model.instance import Answer
from bot.model.mark import Mark
from bot.model.message import JourneyPush, Message
from bot.model.place import Place
from bot.model.trace import TraceNote


class Reply(NamedTuple):
    """Answer with the event's reply token: free, once. At most 5 messages.

    `origins` says of each message which journey pushes it; empty: none of them is a journey's. The last
    `riding` messages are pushes that ride in it: they reach the person anyhow.
    """

    token: ReplyToken
    messages: tuple[Message, ...]
    origins: tuple[JourneyPush | None, ...] = ()
    riding: int = 0


class LateReply(NamedTuple):
    """An answer whose reply token was too old when the turn was taken: set aside as a dead letter, unsent."""

    token: ReplyToken
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Push:
    """Send without a token: counts against the OA's quota. At most 5 messages.

    `channel` is `None` for that of the event; `origins` as of a `Reply`.
    """

    messages: tuple[Message, ...]
    channel: str | None = None
    origins: tuple[JourneyPush | None, ...] = ()


@dataclass(frozen=True, slots=True)
class LeaveChat:
    """Leave the group or room (`kind`) that this contact stands for."""

    kind: str


@dataclass(frozen=True, slots=True)
class ShowLoading:
    """LINE's loading animation in a 1:1 chat, for so many seconds (5–60)."""

    seconds: int


@dataclass(frozen=True, slots=True)
class LinkMenu:
    """Show this person the rich menu of this name on this channel; `None`: none of ours holds."""

    channel: str
    menu: str | None


@dataclass(frozen=True, slots=True)
class NotifyStaff:
    """A line for staff: on the person's timeline, and to whom `alerts` names for this `reason`."""

    text: str = field(repr=False)
    reason: StaffReason = "notified"


@dataclass(frozen=True, slots=True)
class Note:
    """A line on the person's timeline."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BrokenMessage:
    """LINE would have refused a message as this person's data fills it.

    `is_lost`: it is left out, which is a dead letter; else a text of it is cut. `why` holds nobody's data.
    """

    why: str
    is_lost: bool


Action: TypeAlias = (
    Reply
    | LateReply
    | Push
    | LeaveChat
    | ShowLoading
    | LinkMenu
    | NotifyStaff
    | Note
    | BrokenMessage
    | EffectNotice
    | EffectRequest
)


class TraceStep(NamedTuple):
    """One step of a decision: where in the playbook, and what was noted. It may hold a person's words.

    `what`, `result` and `because` are the note in English, for programs.
    """

    place: Place | None
    note: TraceNote

    @property
    def what(self) -> str:
        return self.note.what

    @property
    def result(self) -> str:
        return self.note.result

    @property
    def because(self) -> str:
        return self.note.because


@dataclass(frozen=True, slots=True)
class EndedFlow:
    """A flow that has ended in this turn: at which state, when it began, with which answers."""

    flow: str
    channel: str
    state: str
    began: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)


class Claim(NamedTuple):
    """A place of a rule that is for the `most` first people: the turn is true only if it is still there."""

    rule: str
    most: int


class Decision(NamedTuple):
    """The outcome of one turn. Nothing has happened yet: the runtime writes `contact`, then acts."""

    contact: Contact
    actions: tuple[Action, ...] = ()
    trace: tuple[TraceStep, ...] = ()
    ended: tuple[EndedFlow, ...] = ()
    marks: tuple[Mark, ...] = ()
    """What is counted of it."""
    claims: tuple[Claim, ...] = ()
    secrecy: Secrecy = ""
    """How far the person's message may be shown to others."""


SmsCredit: TypeAlias = Literal["none", "low", "fine"]


@dataclass(frozen=True, slots=True)
class DecisionInputs:
    """What else a decision may ask; read once per batch.

    `quota_left` are the paid messages that are left this month, by channel: one that is missing has no limit,
    or none that is known. `totals` are the pushes of capped journeys so far, by flow. `taken` are the places
    of rules with `first` that are known to be taken, by rule: never more than are. `brake` is what staff have
    stopped.
    """

    quota_left: Mapping[str, int] = field(default_factory=dict)
    sms_credit: SmsCredit = "fine"
    totals: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, int] = field(default_factory=dict)
    brake: Brake = OFF
