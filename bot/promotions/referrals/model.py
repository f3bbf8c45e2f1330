"""Friends who bring friends, as people hold it: what the store, the engine and the pages share (N4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Annotated, Literal, TypeAlias

from bot.model.answer_fields import Internal
from bot.model.effects import PromotionNotice
from bot.model.event import PromotionAct
from bot.model.held import Held
from bot.model.promotions import PromotionKind, SectionName
from bot.model.trace import NoteKind
from bot.model.translatable import tr
from bot.model.value import Type

ReferralState: TypeAlias = Literal["opened", "came", "judged", "done", "refused"]
"""Of a friend: the link was opened, they have become a friend, they have done what counts and the two are
being compared, it counts, it does not."""

OPEN_STATES: tuple[ReferralState, ...] = ("opened", "came", "judged")
"""Those in which it may still count."""

ReferralRefusal: TypeAlias = Literal["before", "self", "household", "ring", "late", "gone"]
"""Was here before; brought themselves; lives with the inviter; has brought the inviter, or who did;
too late; the inviter is nobody any more."""

ReferralGoal: TypeAlias = Literal["followed", "bound", "ordered"]
"""What a friend has to do for it to count."""

JUST_BEFORE = timedelta(minutes=10)
"""LIFF may ask people to become a friend before its page opens: who came so shortly before is new, too."""

BY = "by"
"""What the address of a link has its code in."""

RING_MOST = 8
"""So far above the inviter the friend is looked for: a longer ring earns little more than a row of them."""

LINES_MOST = 200
"""Friends whose deeds an inviter's record knows: the latest. The counts go on."""


@dataclass(frozen=True, slots=True)
class Referral:
    """That this person was brought, in one campaign. Only turns change it, and two contacts becoming one.

    `by` is the code of the inviter's link, which means nobody once the inviter is erased; `id` names this
    referral and nobody. `at`: the link was opened; `came`, `ended`: became a friend, done or refused.
    """

    campaign: str
    by: Annotated[str, Internal()]
    id: Annotated[str, Internal()]
    at: datetime
    state: ReferralState
    came: datetime | None = None
    ended: datetime | None = None
    why: ReferralRefusal | None = None

    @property
    def binds_ring(self) -> bool:
        """Whether it may close a ring: they have come by it, and it counts, may, or was refused for that."""
        return self.state in ("came", "judged", "done") or self.why == "ring"

    @property
    def is_open(self) -> bool:
        """Whether it may still count."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class Invitation:
    """A person's own link in one campaign, and what came of it; none of those who came is named.

    `codes`: the first is shown; more come with a merge. `came` and `done`: the ids of the latest referrals
    that did so, for each counts once; `friends`, `successes`, `rewarded` count them all.
    """

    campaign: str
    codes: tuple[str, ...]
    friends: int = 0
    successes: int = 0
    rewarded: int = 0
    came: Annotated[tuple[str, ...], Internal()] = ()
    done: Annotated[tuple[str, ...], Internal()] = ()


REFERRAL_OF_INVITER = ("friend_came", "rewarded", "not_rewarded")
_FIELDS: Mapping[str, Type] = {
    "campaign": "text",
    "title": "text",
    "why": "text",
    "friends": "number",
    "rewarded": "number",
    "left": "number",
}


@dataclass(frozen=True, slots=True)
class ReferralAct(PromotionAct):
    """What a friend's link brings about, told to one of the two (N4). It names the other to neither.

    To the friend: the link with the code `by` was `opened`, and the two were `judged` (`why`: it does not
    count). To the inviter: a friend has come, or has done what counts (`friend_came`, `friend_done`).
    `referral` is the id of `Referral`; it is made by the turn of `opened`.
    """

    campaign: str
    what: Literal["opened", "judged", "friend_came", "friend_done"]
    by: str
    referral: str = ""
    why: ReferralRefusal | None = None

    @property
    def words(self) -> str:
        return f"referral {self.campaign}: {self.what.replace('_', ' ')}"

    @property
    def is_of_known_contact(self) -> bool:
        return self.what != "opened"


@dataclass(frozen=True, slots=True)
class ReportReferral(PromotionNotice):
    """A friend has come by the link with the code `by`, or has done what counts (`judge`): the two are to be
    compared, and both to be told."""

    campaign: str
    by: str
    referral: str
    judge: bool = False


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


MY_INVITES = "my_invites"
"""The page of members."""
NEWS = NoteKind("referral {campaign}: {result}", "", code="referral_news")
HELD_REFERRALS = Held("referrals", Referral, attrgetter("campaign"))
"""That somebody's link brought this contact: one of each campaign."""
INVITATIONS = Held("invitations", Invitation, attrgetter("campaign"))
"""The contact's own links: one of each campaign."""
OF_REFERRALS = "referrals:"
"""Instead of a flow: friends who were brought, by campaign. No flow is called so."""
CAME = "came"
DONE = "done"
REWARDED = "rewarded"
FRIEND_REWARDED = "friend_rewarded"
REFUSED = "refused"
"""A friend came, it counts, the inviter or the friend was rewarded, it does not count: the campaign, and why
not (else empty)."""
UNCOUNTED = {
    "before": "they were a friend before",
    "self": "they are the inviter",
    "household": "the inviter has the same phone or e-mail",
    "ring": "they have brought the inviter",
    "late": "it was too late",
    "gone": "the inviter is not here any more",
}
"""Why a referral does not count."""
KIND = PromotionKind(
    SectionName("referrals"),
    MY_INVITES,
    "invites",
    tr("The page shows the own invitations"),
    "referral",
    NEWS,
    _FIELDS,
    page_title="Invite friends",
    more=("came", "done", "refused", *REFERRAL_OF_INVITER),
    holds=(HELD_REFERRALS, INVITATIONS),
    acts=(ReferralAct,),
    notices=(ReportReferral,),
    counted=OF_REFERRALS,
    trace_rows={
        "opened": "opened a friend's link of {campaign}",
        "judged": "was compared with the inviter of {campaign}",
        "friend came": "a friend came by the link of {campaign}",
        "friend done": "a friend did what counts in {campaign}",
        "came": "came by a friend's link of {campaign}",
        "done": "having been brought in {campaign} counts",
        "refused": "having been brought in {campaign} does not count",
        "friend_came": "a friend came by the link of {campaign}",
        "rewarded": "is rewarded for a friend in {campaign}",
        "not_rewarded": "a friend counts in {campaign}, without a reward",
        "": "news of the campaign {campaign}",
    },
    trace_page="own invitations",
    trace_words={"uncounted": UNCOUNTED},
)
"""Of the friend, then of the inviter. `not_rewarded`: a friend has done what counts, and the inviter has no
reward coming (any more)."""
