"""What is under way with a contact: runs of flows with their timers, results of pages, notices to come."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.fast_dataclass import fast_dataclass
from bot.model.message import Pushed
from bot.model.value import Value

HeldBy: TypeAlias = Literal["quiet", "late", "staff", "quota", "paused", "brake"]
"""Why a flow waits at the door of a state: quiet hours, lateness, staff, no quota, paused, pushes stopped."""


NoticeKind: TypeAlias = Literal["phone_moved", "member_gone"]
"""`phone_moved`: the person's phone was bound by another LINE account, and is not bound here any more.
`member_gone`: the shop has deleted the member that the person was bound as."""


@fast_dataclass(frozen=True, slots=True)
class Timer:
    """A row that wakes this contact at `due` (UTC). With another `visit` than the flow's it does nothing.

    `flow` is empty for what belongs to no flow: `timer` then says what (`staff`, `result`). `first`: when it
    was due for the first time, where it was not taken then: nobody could move, or it is `deferred`, too late
    for what it says, until the morning. How late it is counts from there, for a deferred one from `due`.
    `braked`: it came due while pushes were stopped, and wakes nobody before they go on.
    """

    flow: str
    channel: str
    visit: int
    timer: str
    due: datetime
    first: datetime | None = None
    deferred: bool = False
    braked: bool = False

    @property
    def planned(self) -> datetime:
        """When it was to be due, whatever has come between."""
        return self.first or self.due

    @property
    def late_from(self) -> datetime:
        """The moment from which it is late."""
        return self.due if self.deferred else self.planned


@dataclass(frozen=True, slots=True)
class Answer:
    """A valid answer, with the type it was given as: if the question's type changes, it is asked again."""

    type: str
    value: Value


@dataclass(frozen=True, slots=True)
class Hold:
    """Why an instance waits at the door of its state; `until` is `None` where an event opens the door."""

    by: HeldBy
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReservedMember:
    """A member found at the shop for this flow, reserved until it is bound.

    `values` are the mapped attributes by slot (`n.points`), `tags` the mapped yes/no fields, `shop` the name
    of the shop whose `member_no` it is. `other` is a contact that is this member already: merged on binding,
    or moved from where `taken`; `second` is one more, bound as this member by another phone, where `other`
    has this one and no number. `former` is one who had the phone, and is another member: it has changed
    hands, and is all that is taken from them. `read` and `updated` as in `Facts`.
    """

    phone: str | None = field(repr=False)
    member_no: str | None = field(default=None, repr=False)
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    tags: Mapping[str, bool] = field(default_factory=dict)
    consent: bool | None = None
    other: str | None = None
    until: datetime | None = None
    bound_before: datetime | None = None
    """When the contact that is this member already was first bound: it is the same person."""
    shop: str | None = None
    former: str | None = None
    second: str | None = None
    read: datetime | None = field(default=None, compare=False)
    updated: datetime | None = field(default=None, compare=False)


@dataclass(slots=True)
class Instance:
    """A person's run of one flow on one channel; at most one for each flow and channel.

    A value like its contact: only a turn changes the copies that it has made itself.

    `visit` grows with every state that is entered, so that old timers and late outcomes are recognised.
    """

    flow: str
    channel: str
    state: str
    visit: int
    began: datetime
    """When the flow was entered."""
    entered: datetime
    """When the state was entered; kept when a changed playbook moves the person."""
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    """Valid answers by state, and inputs by name."""
    on_page: bool = False
    parent: str | None = None
    """The flow that runs this one, and rests meanwhile."""
    held: Hold | None = None
    tries: int = 0
    """Answers in this state that only `otherwise` could meet."""
    fired: tuple[str, ...] = ()
    """The timers of this visit that have fired."""
    pushes: int = 0
    """Pushes of this run, for `max_pushes`."""
    skipped: int = 0
    """Pushes of this run that were skipped when they were due."""
    proven: str | None = field(default=None, repr=False)
    """A phone that a right code has proven in this instance."""
    found: ReservedMember | None = None
    code_sent: datetime | None = None
    """When the last one-time code that is good in this run was sent."""
    notice_version: str | None = None
    """The version of the privacy notice that was shown with the question of this visit."""
    unasked: bool = False
    """The question of this visit was not asked, for the journey might not push: nothing answers it."""
    cause: str = ""
    """The news that began it, where that can be undone: `tag_added VIP`, `bound phone` (semantics 33)."""
    gone_back_over: tuple[str, ...] = ()
    """Fields of a form that are shown once more on the way forward, also where they are answered."""


@dataclass(frozen=True, slots=True)
class PendingResult:
    """A result that a page will say in the member's name: done once, with its token or, at `until`, without.

    `result` names it within the flow; `answers` are what its texts may show; `pushes` were decided meanwhile
    and ride in its reply.
    """

    channel: str
    flow: str
    result: str
    until: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict, repr=False)
    pushes: tuple[Pushed, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice for a person on this channel, sent once with the next free reply."""

    channel: str
    what: NoticeKind
    at: datetime
