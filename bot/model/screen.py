"""The present content of a page: computed from contact and playbook, drawn by the browser or a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.translatable import Translatable, tr
from bot.promotions.appointments.model import AppointmentResult
from bot.promotions.coupons.model import RedeemWay
from bot.promotions.draws.model import DrawEnd, DrawLook

MEMBER_CARD = "member_card"
UNBIND = "unbind"
MY_COUPONS = "my_coupons"
MY_STAMPS = "my_stamps"
MY_DRAWS = "my_draws"
MY_INVITES = "my_invites"
MY_APPOINTMENTS = "my_appointments"
BUILT_IN = (MEMBER_CARD, UNBIND, MY_COUPONS, MY_STAMPS, MY_DRAWS, MY_INVITES, MY_APPOINTMENTS)
"""Pages that are no flow and no form of a playbook; of all but `unbind` it gives the content."""

ScreenKind: TypeAlias = Literal[
    "question",
    "busy",
    "done",
    "problem",
    "card",
    "coupons",
    "stamps",
    "draws",
    "invites",
    "appointments",
    "unbind",
    "closed",
    "in_chat",
    "incomplete",
    "review",
    "sent",
]
"""`busy`: something is asked of the world, the next screen comes by itself; `closed`: the page is paused;
`in_chat`: the flow has been taken into the chat, and can be taken back; `incomplete`: the page was opened
without what its address has to bring; `review`: all answers of a form, before they are sent; `sent`: the form
was sent before, and is sent once."""
SCREENS: Mapping[ScreenKind, Translatable] = {
    "question": tr("The page waits for an answer"),
    "busy": tr("The page asks to wait, and goes on once the result is there"),
    "done": tr("The page says that it is done"),
    "problem": tr("The page says that there is nothing to do"),
    "card": tr("The page shows the member card"),
    "coupons": tr("The page shows the coupons"),
    "stamps": tr("The page shows the stamp cards"),
    "draws": tr("The page shows the draws"),
    "invites": tr("The page shows the own invitations"),
    "appointments": tr("The page shows the appointments"),
    "unbind": tr("The page asks whether to undo the binding"),
    "closed": tr("The page says that it is closed"),
    "in_chat": tr("The page says that it goes on in the chat"),
    "incomplete": tr("The page says that its link is incomplete"),
    "review": tr("The page asks to check the answers"),
    "sent": tr("The page says that it was sent before"),
}
"""What each kind shows, in words for who looks on."""
STATELESS: tuple[ScreenKind, ...] = ("closed", "problem", "in_chat", "incomplete", "review", "sent")
"""What a page shows that stands for no state of its flow."""


@dataclass(frozen=True, slots=True)
class CardField:
    """A line of the member card."""

    title: str
    text: str = field(repr=False)
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class MemberCard:
    """The member card of one person. `barcode` is `code128`, `code39`, `ean13` or `qr`, `None`: no code."""

    name: str | None = field(repr=False)
    number: str | None = field(repr=False)
    barcode: str | None = None
    fields: tuple[CardField, ...] = ()
    picture: str | None = None
    colour: str | None = None


CouponState: TypeAlias = Literal["usable", "early", "used", "ended"]


@dataclass(frozen=True, slots=True)
class CouponView:
    """A coupon of one person. `id` is that of its grant: the answer that uses it, where it `can_be_used`.

    `image` is a path below our own address, `store` the title of the store that has redeemed it. `online`:
    orders alone use it, so no till reads its code.
    """

    id: str
    title: str
    code: str = field(repr=False)
    state: CouponState
    until: datetime
    starts: datetime | None = None
    terms: str = ""
    image: str | None = None
    can_be_used: bool = False
    online: bool = False
    used: datetime | None = None
    how: RedeemWay | Literal[""] = ""
    store: str = ""


@dataclass(frozen=True, slots=True)
class StampView:
    """A stamp card of one person. `name` is the playbook's, `image` a path below our own address.

    `count` cells of `cells` are filled; `owed`: so many stamps go off the next ones first. `rewards`: titles
    of coupons by cell. `missing`: to the next reward. `full`: cards filled before. `acts`: what was done.
    """

    name: str
    title: str
    cells: int
    count: int
    rewards: Mapping[int, str]
    owed: int = 0
    missing: int | None = None
    full: int = 0
    until: datetime | None = None
    terms: str = ""
    image: str | None = None
    acts: frozenset[str] = frozenset()


DrawState: TypeAlias = Literal["open", "waits", "had", "early", "over"]
"""`waits`: it is being decided; `had`: tried already, today or for good; `early`: it has not begun."""


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as one person sees it. `name` is the playbook's, `image` a path below our own address.

    `prizes`: their titles. `tries`: how many this person has made, the last of which came to `result`: the
    prize at the index `prize`, the coupon `won` with its `code` until then. `daily`: one may try each day;
    `sure`: something is for all who win nothing else.
    """

    name: str
    title: str
    look: DrawLook
    prizes: tuple[str, ...]
    state: DrawState
    tries: int
    daily: bool
    sure: bool = False
    result: DrawEnd = ""
    prize: int | None = None
    won: str = ""
    code: str = field(default="", repr=False)
    until: datetime | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    terms: str = ""
    image: str | None = None


@dataclass(frozen=True, slots=True)
class InviteView:
    """A campaign as one person sees it: their own link's code, and how many came by it. Nobody is named.

    `goal`: what a friend has to do. `friend`, `inviter`: titles of the coupons. `left`: rewards to come.
    """

    name: str
    title: str
    code: str
    goal: str
    friends: int = 0
    successes: int = 0
    rewarded: int = 0
    left: int | None = None
    friend: str | None = None
    inviter: str | None = None
    until: datetime | None = None
    terms: str = ""
    image: str | None = None


@dataclass(frozen=True, slots=True)
class InvitedView:
    """By whose campaign this person was brought, and how far that is (`ReferralState`; `why` not)."""

    name: str
    title: str
    goal: str
    state: str
    why: str | None = None
    friend: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceView:
    """What can be booked. `staff`: who does it, of whom one may be wanted, and in which of `stores`
    (empty: nobody says); `had`: none may be booked more; `waits`: for a full day one can wait.
    """

    name: str
    title: str
    minutes: int
    staff: tuple[str, ...] = ()
    had: bool = False
    waits: bool = False
    stores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WishView:
    """A day (`2026-09-05`) for which they wait. `staff`: for whom; empty: anybody."""

    service: str
    title: str
    day: str
    staff: str


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """One to come. `staff`: with whom, where that is somebody; `change`: it may be moved and cancelled."""

    id: str
    service: str
    title: str
    staff: str
    start: datetime
    end: datetime
    change: bool
    store: str = ""


AskedOfPage: TypeAlias = AppointmentResult | Literal["waits", "failed", ""]
"""`waits`: it is being looked at."""


@dataclass(frozen=True, slots=True)
class AppointmentsView:
    """`asked`: what came of what was asked for on this page last."""

    services: tuple[ServiceView, ...]
    booked: tuple[AppointmentView, ...]
    asked: AskedOfPage = ""
    wishes: tuple[WishView, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """An answer before it is sent. `answer` is its type; `text` as its field takes it, `None`: left out."""

    key: str
    question: str
    answer: str
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FormScreen:
    """What the page of a form shows beside its question: where in it one is, what was answered there before.

    `number` is that of the field, from 1, of `of`. `optional`: it may be left out. `button` sends all.
    `resumed`: this is where it had been left when the page was opened.
    """

    button: str
    of: int
    number: int = 0
    optional: bool = False
    given: str | None = field(default=None, repr=False)
    rows: tuple[AnswerDraft, ...] = ()
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen of a page.

    `step` grows with everything that happens on the page, `visit` is that of the state that asks: an answer
    names the visit that it answers, so one to an older screen answers nothing. `texts` were shown since the
    last answer. `say` is the trigger that the page says now in the person's name. `code_sent` is when the
    last one-time code was sent.
    """

    kind: ScreenKind
    step: int
    flow: str | None = None
    state: str | None = None
    visit: int = 0
    texts: tuple[str, ...] = ()
    question: str | None = None
    answer: str | None = None
    """The type of answer: `phone`, `code`, `text`, `number`, `date`, `email` …, or `choice`."""
    at_least: str | None = None
    """The first date, time or both that answers today, as a field takes it: `2026-12-01T09:30`."""
    at_most: str | None = None
    choices: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """Texts that the state's rules match, drawn as links below the field."""
    again: str | None = None
    """The one of `links` that sends a code again: it waits until another may be sent."""
    notice: bool = False
    """The privacy notice is shown under the field, and the button agrees to it."""
    sends_code: bool = False
    """A valid answer leads to the sending of a code."""
    say: str | None = None
    code_sent: datetime | None = None
    picture: str | None = None
    """The path of the flow's picture below our own address."""
    card: MemberCard | None = None
    coupons: tuple[CouponView, ...] | None = None
    """On `coupons`: those that can be used first, soonest ended first; then the others, latest first."""
    stamps: tuple[StampView, ...] | None = None
    """On `stamps`: the playbook's cards, in its order, also empty ones."""
    draws: tuple[DrawView, ...] | None = None
    """On `draws`: those that are open or were tried, the open ones first."""
    invites: tuple[InviteView, ...] | None = None
    """On `invites`: the campaigns that are on, in the playbook's order."""
    invited: tuple[InvitedView, ...] | None = None
    """On `invites`: how this person was brought."""
    appointments: AppointmentsView | None = None
    """On `appointments`."""
    form: FormScreen | None = None
    """On the page of a form."""
    max_length: int | None = None
    """How many characters an answer in words may have."""
    binds: bool = False
    """On `closed`: it is about binding, and says so."""
    tags_gone: tuple[str, ...] = ()
    """On `unbind`: the tags that go with the binding."""
