"""Requests to the outside world and reports to it; with each request, its possible outcomes.

Those of promotions are in the `model` of their kinds. Each class keeps its name: calls that were stored are
read back by it (`services/own_events`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal, TypeAlias

from bot.model.alert import StaffReason
from bot.model.event import Origin, ReplyToken
from bot.model.value import Value
from bot.model.world_question import WorldQuestion


@dataclass(frozen=True, slots=True)
class CallHook:
    """Call a web hook of the playbook; with an `origin` its outcome comes back as an event."""

    question: ClassVar = WorldQuestion(
        "call",
        "hook",
        {
            "ok": "the outside system answered",
            "failed": "the outside system did not answer, or answered wrongly",
        },
        failed="failed",
        later="The answer comes once the outside system has answered",
        subject="hook",
    )
    hook: str
    body: Any = field(repr=False)
    origin: Origin | None
    token: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class SendCode:
    """Send a one-time code to this phone (E.164); `address`: of the page that asks, `None` in a chat."""

    question: ClassVar = WorldQuestion(
        "send_code",
        "code",
        {
            "sent": "the code was sent by SMS",
            "too_soon": "a code was sent just now; too soon for another",
            "refused": "today's codes are used up",
            "failed": "the SMS could not be sent",
        },
        failed="failed",
        later="The answer comes once the SMS was sent",
        fields={"too_soon": {"seconds": "number", "waiting": "yes_no"}, "refused": {"until": "date_time"}},
    )
    phone: str = field(repr=False)
    origin: Origin
    token: ReplyToken | None = None
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class CheckCode:
    """Compare a code with the one sent in this instance; where none was sent, none is good any more."""

    question: ClassVar = WorldQuestion(
        "check_code",
        "code",
        {
            "right": "the code is right",
            "wrong": "the code is wrong",
            "locked": "too many wrong codes: locked",
            "expired": "the code has expired",
        },
        failed="expired",
        later="The answer comes once the code was looked at",
        fields={"wrong": {"left": "number"}, "locked": {"seconds": "number"}},
    )
    code: str = field(repr=False)
    origin: Origin
    token: ReplyToken | None = None


_OF_MEMBER = {
    "found": "the member was found",
    "missing": "there is no such member",
    "taken": "the phone is bound to another LINE account",
    "shop_failed": "the shop did not answer about the member",
}


@dataclass(frozen=True, slots=True)
class FindMember:
    """Look a member up: at the shop or among contacts by the proven `phone`, or by LINE user id (`line`)."""

    question: ClassVar = WorldQuestion(
        "find_member",
        "member",
        _OF_MEMBER,
        failed="shop_failed",
        later="The answer comes once the member was looked for",
    )
    how: Literal["shop", "none", "line"]
    phone: str | None = field(repr=False)
    origin: Origin
    token: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class MoveMember:
    """Reserve a phone that another LINE account holds, if the shop has this birthday (`YYYY-MM-DD`)."""

    question: ClassVar = WorldQuestion(
        "move_member",
        "member",
        _OF_MEMBER,
        failed="shop_failed",
        later="The answer comes once the phone was moved",
    )
    phone: str | None = field(repr=False)
    birthday: str | None = field(repr=False)
    origin: Origin
    token: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class RefreshMember:
    """Read this person's member data anew from the shop."""

    question: ClassVar = WorldQuestion(
        "refresh_member",
        "member",
        {outcome: _OF_MEMBER[outcome] for outcome in ("found", "missing", "shop_failed")},
        failed="shop_failed",
        later="The answer comes once the shop has told the member's data",
    )
    origin: Origin | None
    token: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class RegisterMember:
    """Register the person with this proven phone as a member of the shop, if it has no member with it."""

    question: ClassVar = WorldQuestion(
        "register_member",
        "member",
        _OF_MEMBER,
        failed="shop_failed",
        later="The answer comes once the shop has a member with this phone",
    )
    phone: str | None = field(repr=False)
    name: str = field(repr=False)
    marketing: bool
    origin: Origin
    token: ReplyToken | None = None


CONSENT = "consent"
"""Among what is written onto a member: whether marketing is wanted. No slot is called so."""


@dataclass(frozen=True, slots=True)
class WriteMember:
    """Write mapped attributes (by slot; `None`: cleared) and `CONSENT` onto the shop's member of this number.

    The outcome is that of a member read anew: the shop's record as it is then.
    """

    question: ClassVar = RefreshMember.question
    shop: str
    member_no: str = field(repr=False)
    values: Mapping[str, Value | None] = field(repr=False)
    origin: Origin | None = None
    token: ReplyToken | None = None


def _clerk_question(action: str, found: Mapping[str, str]) -> WorldQuestion:
    """What an action asks about a clerk's code; `found`: what comes of a good one."""
    return WorldQuestion(
        action,
        "clerk",
        {
            **found,
            "already": "there is a store clerk already",
            "unknown": "no clerk has this code",
            "suspended": "this clerk is suspended",
        },
        failed="unknown",
        later="The answer comes once the clerk was looked up",
    )


@dataclass(frozen=True, slots=True)
class FindClerk:
    """Look a clerk's code up and bind the person to that clerk."""

    question: ClassVar = _clerk_question("bind_clerk", {"bound": "the store clerk was bound"})
    code: str = field(repr=False)
    rebind: bool
    origin: Origin
    token: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class CheckClerk:
    """Look a clerk's code up, as `FindClerk` would, and bind nobody."""

    question: ClassVar = _clerk_question("check_clerk", {"valid": "the code is that of a store clerk"})
    code: str = field(repr=False)
    rebind: bool
    origin: Origin
    token: ReplyToken | None = None


@dataclass(frozen=True, slots=True)
class ConfirmPhone:
    """Turn a phone's reservation into the binding; `other`, `former` and `second` as in `ReservedMember`.

    `by`: the actor of the audit log where it was not the person who has proven the phone.
    """

    phone: str | None = field(repr=False)
    member_no: str | None = field(repr=False)
    other: str | None
    former: str | None = None
    second: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class FreePhone:
    """A binding was undone: the phone is free, where the person still had it.

    `by`: the actor of the audit log who undid it; `None`: the person, or staff who have logged it already.
    `reserved`: nothing was undone, but a list had reserved it until then, and binds nobody by it.
    """

    phone: str | None = field(repr=False)
    by: str | None = None
    reserved: datetime | None = None


@dataclass(frozen=True, slots=True)
class FindMatches:
    """A person has given an unproven phone (E.164) or e-mail address: find who else has it."""

    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SendAlert:
    """Send the playbook's message about this person, with the name, to the recipients of `reason`."""

    reason: StaffReason
    text: str = field(repr=False)
    name: str | None = field(repr=False, default=None)


class PromotionRequest:
    """What a promotion asks of the world. Each kind has its own.

    Unlike other outcomes that of one is heard outside flows, too, so there is always an `origin`: where no
    instance waits its flow is empty, and its visit 0.
    """

    __slots__ = ()
    question: ClassVar[WorldQuestion]
    origin: Origin
    token: ReplyToken | None


class PromotionNotice:
    """What a promotion reports to the world. Each kind has its own."""

    __slots__ = ()


EffectRequest: TypeAlias = (
    SendCode
    | CheckCode
    | FindMember
    | RegisterMember
    | MoveMember
    | RefreshMember
    | WriteMember
    | FindClerk
    | CheckClerk
    | PromotionRequest
    | CallHook
)
"""What is asked of the world, and answered by an `Outcome`."""

PhoneNotice: TypeAlias = ConfirmPhone | FreePhone
"""What has become of a phone."""


EffectNotice: TypeAlias = PhoneNotice | FindMatches | SendAlert | PromotionNotice
"""Reports without an outcome."""

RESERVED = timedelta(minutes=2)
"""From the moment in which the member was found (language, 6)."""
