"""What is known about one person (or one group chat), as plain immutable data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.contact_kind import WITHOUT_LINE
from bot.model.fast_dataclass import fast_dataclass
from bot.model.held import HeldItems
from bot.model.instance import Instance, Notice, PendingResult, Timer
from bot.model.page_state import PageState
from bot.model.staff_chat import StaffChat
from bot.model.value import Value

BindingKind: TypeAlias = Literal["phone", "shop"]


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


@dataclass(frozen=True, slots=True)
class PhotoSet:
    """Photos sent in one dialogue: LINE's `id` of the set, the `event` of the first that came, `at` its turn.

    `private`: the first answered a private question, so none is shown to everybody.
    https://developers.line.biz/en/reference/messaging-api/#wh-image
    """

    channel: str
    id: str
    event: str
    at: datetime
    private: bool = False


@dataclass(slots=True)
class Contact:
    """One person, holding an identity per channel; or one group or room (`kind`), which has no rules.

    A value: nobody changes one but the turn, and that a copy of its own. It is not frozen because every turn
    makes one, and a frozen dataclass costs three times as much to make.

    `id` is `channel:userId` of the first identity, or begins with `WITHOUT_LINE`. `turned` is the moment of
    the last turn: `now` is never before it. `seed` in [0, 10007) is drawn once at birth and decides splits.
    `version` is the playbook that last decided: with another one, flows are looked over first. `profiled` is
    when LINE was last asked for name, language and picture; `None`: never.
    """

    id: str
    kind: str = "person"
    name: str | None = None
    language: str | None = None
    picture: str | None = None
    profiled: datetime | None = None
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
    stated_phone: str | None = field(default=None, repr=False)
    """E.164; what the person wrote in a form. Nobody has proven it: no condition and no binding reads it."""
    email: str | None = field(default=None, repr=False)
    """What the person wrote in a form, unproven."""
    member_no: str | None = field(default=None, repr=False)
    """Which member of `member_shop` this person is: what all bindings follow, whatever becomes of a phone."""
    member_shop: str | None = None
    """The shop, by its name in the playbook; `None` beside a number of a list that names none."""
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
    chats: tuple[StaffChat, ...] = ()
    """The conversations that staff have or had, one for each channel."""
    photos: tuple[PhotoSet, ...] = ()
    """The last sets of photos, of which further ones may come; the latest is the last."""
    used: Mapping[str, datetime] = field(default_factory=dict)
    """`once_per`: when a rule was last carried out, a journey last entered; `first`: when it gave a place."""
    audiences: tuple[str, ...] = ()
    """The audiences that this person is in, of those that `enters` or `leaves` name: `channel:name`."""
    lists: tuple[str, ...] = ()
    """The frozen CSV lists that this person is on: `name@sha`."""
    held: HeldItems = field(default_factory=dict)
    """What promotions hold: each is read by a `Held`."""
    befriended: datetime | None = None
    """When this person became a friend for the first time ever, where LINE has said so."""
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
