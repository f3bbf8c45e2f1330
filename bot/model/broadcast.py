"""A broadcast that goes out: the sending as a whole, and the batches of people in which it does.

LINE counts opens by aggregation units (`customAggregationUnits`): 1,000 a month for a channel. As long as
there is room, each group of each sending has one of its own; then all sendings of a broadcast share one.
https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

MOST = 500
"""People in one multicast: https://developers.line.biz/en/reference/messaging-api/#send-multicast-message"""

REPEAT_AFTER = timedelta(hours=24)
"""From the begin of a sending on, until staff may send the same to the same people without asking for it."""

SendingState: TypeAlias = Literal[
    "planned", "gathering", "sending", "cancelling", "done", "cancelled", "missed", "refused"
]
"""`planned`: its moment has not come. `gathering`: who gets it is being fixed; nobody got it yet. `sending`:
who gets it is fixed. `cancelling`: what was begun is seen through, nobody else is called. The others are
ends: `missed` lay more than an hour back when somebody looked; `refused` was not begun (`why`: no messages
left for all, nobody in it, nothing of it can be sent, the same is being sent already).
"""

OPEN: frozenset[SendingState] = frozenset({"planned", "gathering", "sending", "cancelling"})
"""Something of it is left to be done."""

BatchState: TypeAlias = Literal["new", "calling", "called", "over", "dropped"]
"""`new`: no call was made. `calling`: recipients and retry key are stored; LINE may have received the call.
`called`: LINE's answer is stored. `over`: its traces on each contact are written. `dropped`: it was cancelled
before any call.
"""

LeftOut: TypeAlias = Literal[
    "gone",  # the contact was erased
    "no-friend",  # has blocked the account, or left it
    "stopped",  # wants no marketing
    "limit",  # has had as many pushes as `limits` allow
    "twice",  # was merged with somebody who is in it
    "nothing",  # is in the group that gets nothing
    "quota",  # there were no messages left for them, and `if_quota_short: send_part`
    "empty",  # of the messages nothing is left once they are filled with this person's data
    "refused",  # LINE takes no message for this person
    "unsure",  # LINE may have sent it, and cannot be asked any more
    "cancelled",  # it was cancelled before
]
"""Why somebody of the audience did not get it, or may not have got it."""

SendingHold: TypeAlias = Literal[
    "paused",  # by staff
    "file",  # `status: paused` in the file
    "brake",  # pushes are stopped
    "quiet",  # quiet hours
    "quota",  # LINE says that the month's messages are used up
    "token",  # LINE refuses the access token
    "refused",  # LINE refuses the messages
    "rate",  # LINE limits the rate
    "line",  # LINE does not answer
    "edited",  # it was edited while it goes out
    "gone",  # the broadcast is not in the playbook any more
    "changed",  # ordered for later: what it says, or to whom, is not what was shown
    "more",  # ordered for later: many more people would get it than were shown
    "cost",  # ordered for later: it costs more than was shown, or the month's messages are too few
]
"""Why nothing new is called."""
ASKS: frozenset[SendingHold] = frozenset({"changed", "more", "cost"})
"""Staff decide whether it goes out all the same, or is cancelled: it is not what they were shown."""


@dataclass(frozen=True, slots=True)
class Sending:
    """One going out of one broadcast. `id` is the broadcast's name and the `moment` that it is for.

    `by`: who ordered it; empty where the playbook's own time did. `number`: of the playbook (`playbooks`) by
    which it began. `bodies`: by group (empty without a split) the JSON of a call, where that is the same for
    everybody of it. `content`: a fingerprint of what it says. `reached`: the id of the last contact that was
    gathered, while people are looked for. `people`: how many were gathered. `batches`: the number of the
    next batch; where people are gathered anew the numbers go on, so none is used twice.
    """

    id: str
    broadcast: str
    channel: str
    moment: datetime
    at: datetime
    """When it was ordered, or first planned."""
    state: SendingState = "planned"
    by: str = ""
    number: int | None = None
    began: datetime | None = None
    fixed: datetime | None = None
    """When it was fixed who gets it; from then on it is sent."""
    ended: datetime | None = None
    why: str = ""
    """Of `refused` and `cancelled`: a stable word, or LINE's message."""
    paused: str | None = None
    """Who has paused it."""
    held: SendingHold | None = None
    held_since: datetime | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    """By group the aggregation unit under which LINE counts opens; a group without one is not counted."""
    content: str = ""
    asked: str = ""
    """A fingerprint of the audience, its list and the groups, in the playbook by which it began."""
    personal: bool = False
    """Something in it is filled in for each person."""
    instead_of: datetime | None = None
    """Ordered by staff before this `at` of the broadcast: at that moment it does not go out again."""
    bodies: Mapping[str, str] = field(default_factory=dict, repr=False)
    reached: str = ""
    people: int = 0
    batches: int = 0
    month_used: int | None = None
    """Messages of the month that were used, or held by others, when it was fixed who gets it."""
    again_after: str = ""
    """Of an order for a moment to come: the sending that said the same, which staff want repeated."""
    shown: str = ""
    """Of an order for a moment to come: a fingerprint of what was shown, and to whom it goes. Empty: it is
    bound to nothing."""
    shown_people: int | None = None
    """How many people were shown then."""
    shown_cost: str = ""
    """What they cost beside the plan, in NT$, as an exact decimal; empty: nobody knew."""
    month_covers: int | None = None
    """For how many people the month's messages sufficed when it was last held (`cost`); else `None`."""
    agreed: datetime | None = None
    """When staff last said that it goes out all the same; what was shown (`shown…`) is of then."""

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to be done."""
        return self.state not in OPEN

    @property
    def for_own_time(self) -> bool:
        """Whether it is for a time that the playbook says: at that time, or ordered instead of it."""
        return not self.by or self.instead_of is not None

    @property
    def may_have_reached(self) -> bool:
        """Whether somebody got it, or may get it still: it has begun, and did not end before it was fixed."""
        return self.began is not None and (self.fixed is not None or not self.is_over)


@dataclass(frozen=True, slots=True)
class ContentClaim:
    """A sending claims what it says to whom (`content`, a fingerprint); one sending has that claim at a time.

    The claim is taken over from a sending that is over and began at `began_until` or before (`None`: whenever
    it began), or is `after`: the one that staff have seen, and want repeated.
    """

    content: str
    began_until: datetime | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody of a batch: the contact, and LINE's id of the user on the sending's channel."""

    contact: str
    user: str


@dataclass(frozen=True, slots=True)
class SendingBatch:
    """Up to `MOST` people of one group, in the order in which they were gathered; fixed once it is stored.

    `key`: what retry keys are made of, since when it is used: `since`. `left_out`: who is not called, or was
    called in vain, by contact. `got`: of pushes one by one the contacts that have theirs. `at`: when LINE
    took it, which is the moment of all that it leaves. `halved`: the lists of people that LINE refused
    under this key: each is called in two halves instead, and never as a whole again. A list is named by its
    place in the tree of halves: "" is the batch, "0" its first half, "01" the second half of that.
    `turn` grows with each claim.
    """

    id: str
    sending: str
    number: int
    channel: str
    group: str
    people: tuple[Recipient, ...]
    state: BatchState = "new"
    key: str | None = None
    since: datetime | None = None
    at: datetime | None = None
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)
    """LINE's message about each contact that it refused."""
    got: tuple[str, ...] = ()
    halved: tuple[str, ...] = ()
    turn: int = 0

    @property
    def people_reached(self) -> tuple[Recipient, ...]:
        """Who got it, as far as that is known."""
        if self.state in ("called", "over"):
            return tuple(one for one in self.people if one.contact not in self.left_out)
        return tuple(one for one in self.people if one.contact in set(self.got))

    @property
    def to_call(self) -> tuple[Recipient, ...]:
        """Of whom nothing is known yet."""
        got = set(self.got)
        return tuple(
            one for one in self.people if one.contact not in self.left_out and one.contact not in got
        )


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """How far the sending is for the people of one group: who got it, why others did not, who is left."""

    people: int = 0
    got: int = 0
    left_out: Mapping[LeftOut, int] = field(default_factory=dict)

    @property
    def meant(self) -> int:
        """People who are to get something."""
        return self.people - self.left_out.get("nothing", 0)

    @property
    def waiting(self) -> int:
        """People of whom nothing is known yet."""
        return self.people - self.got - sum(self.left_out.values())


@dataclass(frozen=True, slots=True)
class SendingFigures:
    """How far a sending is, counted over its batches; `unfinished` of them are not at their end."""

    groups: Mapping[str, GroupFigures] = field(default_factory=dict)
    unfinished: int = 0

    @property
    def whole(self) -> GroupFigures:
        """All groups together."""
        left_out: dict[LeftOut, int] = {}
        for group in self.groups.values():
            for why, number in group.left_out.items():
                left_out[why] = left_out.get(why, 0) + number
        people = sum(group.people for group in self.groups.values())
        return GroupFigures(people, sum(group.got for group in self.groups.values()), left_out)

    @property
    def may_have_reached(self) -> bool:
        """Whether LINE has taken it for somebody, or may have."""
        return bool(self.whole.got or self.whole.left_out.get("unsure"))


UNITS_A_MONTH = 1_000
"""Aggregation units of a channel in a month; what is sent under a further one is sent, and not counted."""
OWN_MOST = 900
"""Units used in a month from which on no sending gets one of its own."""


def own_unit(sending: str, group: str, began: datetime) -> str:
    """The unit of one group of one sending, with the day (UTC) on which it began: always the same."""
    return f"{began:%Y%m%d}_{_short(sending, group)}"


def shared_unit(broadcast: str, group: str) -> str:
    """The unit that all sendings of a broadcast share for this group."""
    return f"all_{_short(broadcast, group)}"


def _short(*of: str) -> str:
    return hashlib.blake2b("\0".join(of).encode(), digest_size=10).hexdigest()
