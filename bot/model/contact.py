"""What is known about one person (or one group chat), as plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.contact_kind import WITHOUT_LINE
from bot.model.fast_dataclass import fast_dataclass
from bot.model.message import Pushed
from bot.model.page_state import PageState
from bot.model.staff_chat import StaffChat
from bot.model.value import Value

BindingKind: TypeAlias = Literal["phone", "shop"]
HeldBy: TypeAlias = Literal["quiet", "late", "staff", "quota", "paused", "brake"]
"""Why a flow waits at the door of a state: quiet hours, lateness, staff, no quota, paused, pushes stopped."""


NoticeKind: TypeAlias = Literal["phone_moved", "member_gone"]
"""`phone_moved`: the person's phone was bound by another LINE account, and is not bound here any more.
`member_gone`: the shop has deleted the member that the person was bound as."""


@dataclass(slots=True)
class Identity:
    """One LINE account of a contact: the person's state on one channel.

    A value like its contact: only a turn changes the copies that it has made itself.

    `friend` is `None` until LINE has reported it (follow, unfollow). The moments are UTC; `None` = never.
    """

    channel: str
    user: str | None = None
    """LINE's id of this person (or group) on this channel: where a push goes."""
    friend: bool | None = None
    since: datetime | None = None
    """When this person became a friend, the last time."""
    seen: datetime | None = None
    """The last thing that this person did here."""
    staff: bool = False
    """Staff have the conversation: the bot is silent."""
    pushed: datetime | None = None
    """The last push of ours."""
    staffed: datetime | None = None
    """When staff last had the conversation."""
    talked: datetime | None = None
    """The last message from either side."""
    conversation: datetime | None = None
    """When the current conversation began."""
    menu: str | None = None
    """The name of the rich menu that we have last given, never LINE's id."""
    tab: str | None = None
    """The tab of that menu that LINE last reported."""
    pinned: str | None = None
    """A rich menu that an action has pinned; `pinned_until` is `None` until it is unpinned."""
    pinned_until: datetime | None = None


@fast_dataclass(frozen=True, slots=True)
class Tag:
    """A mark on a contact, on since `at`; `expires` is `None` for ever."""

    name: str
    at: datetime
    by: str
    """What put it on: the path of the action in the playbook, or a member of staff."""
    expires: datetime | None = None
    again: int = 0
    """How often it was put on again since then; each time renews it."""
    last: datetime | None = None
    """When that was the last time."""


@dataclass(frozen=True, slots=True)
class CameBy:
    """The code of `links` through which a person came, and when: so it is known where people come from."""

    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StaffStop:
    """Staff have stopped marketing: the answer `here` before, and whether the `shop`'s record said yes."""

    here: bool | None = None
    shop: bool = False


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """The value of an attribute, and when it was set: on a merge the later one wins."""

    value: Value
    at: datetime


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


@dataclass(frozen=True, slots=True)
class Binding:
    """A proven phone or shop login, with the tags that binding put on: they go when it is undone."""

    at: datetime
    tags: tuple[str, ...] = ()
    keep_tags: bool = False
    flow: str = ""
    """The flow that made it: the tags of its states and results are those that go."""


@dataclass(frozen=True, slots=True)
class Clerk:
    """The clerk of the shop whom this person is bound to, and the store, as they were then.

    `number` is the shop's own for the clerk, by which those who are theirs are found; codes may change.
    """

    code: str
    name: str
    store: str
    at: datetime
    number: str = ""

    @property
    def known_by(self) -> str:
        """What is the same for one clerk, and another's for another."""
        return self.number or self.code


@dataclass(frozen=True, slots=True)
class Consent:
    """That a privacy notice was agreed to: which version, when, where, on a page or in chat."""

    version: str
    at: datetime
    channel: str
    on_page: bool


@dataclass(slots=True)
class Contact:
    """One person, holding an identity per channel; or one group or room (`kind`), which has no rules.

    A value: nobody changes one but the turn, and that a copy of its own. It is not frozen because every turn
    makes one, and a frozen dataclass costs three times as much to make.

    `id` is `channel:userId` of the first identity, or begins with `WITHOUT_LINE`. `turned` is the moment of
    the last turn: `now` is never before it. `seed` in [0, 10007) is drawn once at birth and decides splits.
    `version` is the playbook that last decided: with another one, flows are looked over first.
    """

    id: str
    kind: str = "person"
    name: str | None = None
    language: str | None = None
    picture: str | None = None
    identities: tuple[Identity, ...] = ()
    tags: tuple[Tag, ...] = ()
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict, repr=False)
    """By slot and key: `n.points`."""
    timers: tuple[Timer, ...] = ()
    seed: int = 0
    turned: datetime | None = None
    version: str = ""
    phone: str | None = field(default=None, repr=False)
    """E.164; proven where `bindings` holds `phone`. A binding outlives a phone that has changed hands."""
    told_phone: str | None = field(default=None, repr=False)
    """E.164; what the person wrote in a form. Nobody has proven it: no condition and no binding reads it."""
    email: str | None = field(default=None, repr=False)
    """What the person wrote in a form, unproven."""
    member_no: str | None = field(default=None, repr=False)
    """Which member of `member_shop` this person is: what all bindings follow, whatever becomes of a phone."""
    member_shop: str | None = None
    """The shop, by its name in the playbook; `None` beside a number from before it was stored."""
    bindings: Mapping[BindingKind, Binding] = field(default_factory=dict)
    bound_before: datetime | None = None
    """When this person's phone was bound for the first time in life."""
    signed_out: datetime | None = None
    """Page sessions and personal addresses that were made before this are over (unbound, merged, parted)."""
    clerk: Clerk | None = None
    marketing_here: bool | None = None
    """The person's own answer about marketing; while `staff_stop` is set, the *no* of staff."""
    staff_stop: StaffStop | None = None
    marketing_shop: bool | None = None
    """What the shop's record says."""
    marketing: bool | None = None
    """Both, folded by `consent_from` when either changes."""
    last_order: datetime | None = None
    shop_read: datetime | None = None
    """When the shop was asked for what is known of it; `shop_updated`: when it had changed that last."""
    shop_updated: datetime | None = None
    shop_polled: datetime | None = None
    """When the poll asked that last reported a change of this person: it covers earlier webhooks."""
    first_source: CameBy | None = None
    """The first code of `links` that this person opened, ever."""
    last_source: CameBy | None = None
    consents: tuple[Consent, ...] = ()
    flows: tuple[Instance, ...] = ()
    """Nothing that has ended; in the order in which they were entered."""
    results: tuple[PendingResult, ...] = ()
    pages: tuple[PageState, ...] = ()
    """The pages opened within the last day; at most one for each page and channel."""
    notices: tuple[Notice, ...] = ()
    """Notices to be sent once, when this person next writes."""
    desk: tuple[StaffChat, ...] = ()
    """The conversations that staff have or had, one for each channel."""
    used: Mapping[str, datetime] = field(default_factory=dict)
    """`once_per`: when a rule was last carried out, a journey last entered; `first`: when it gave a place."""
    audiences: tuple[str, ...] = ()
    """The audiences that this person is in, of those that `enters` or `leaves` name: `channel:name`."""
    lists: tuple[str, ...] = ()
    """The frozen CSV lists that this person is on: `name@sha`."""
    pushes: tuple[datetime, ...] = ()
    """The pushes of journeys and broadcasts within the span of `pushes_per_person`."""

    def identity(self, channel: str) -> Identity:
        """The identity of this contact on `channel`; an empty one where it was never seen there."""
        for identity in self.identities:
            if identity.channel == channel:
                return identity
        return Identity(channel)

    @property
    def has_line(self) -> bool:
        """Whether this person was ever seen on LINE; else they are known from a shop or a list only."""
        return bool(self.identities)

    @property
    def accounts(self) -> frozenset[str]:
        """The channels on which this contact has a LINE account, or has its id from one it will write by."""
        channels = frozenset(identity.channel for identity in self.identities if identity.user is not None)
        if self.has_line or self.id.startswith(WITHOUT_LINE):
            return channels
        return frozenset((self.id.partition(":")[0],))

    def has_tag(self, name: str, now: datetime) -> bool:
        """Whether the tag is on and has not expired at `now`."""
        return any(t.name == name and (t.expires is None or t.expires > now) for t in self.tags)

    def page(self, name: str, channel: str) -> PageState | None:
        """The stored state of a page on a channel, `None` where it was not opened lately."""
        for page in self.pages:
            if page.page == name and page.channel == channel:
                return page
        return None

    def instance(self, flow: str, channel: str) -> Instance | None:
        """This person's run of a flow on a channel, `None` where there is none."""
        for instance in self.flows:
            if instance.flow == flow and instance.channel == channel:
                return instance
        return None


def contact_id(channel: str, line_id: str) -> str:
    """The id of the contact whose first identity is this LINE user, group or room id on this channel."""
    return f"{channel}:{line_id}"
