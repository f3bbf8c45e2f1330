"""Requests about coupons, draws, appointments and referrals, with their possible outcomes (N1–N5).

Each class keeps its name, as those in `effects` do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias

from bot.model.event import Origin, ReplyToken
from bot.model.stored_name import stored_as
from bot.model.value import Type
from bot.model.world_question import WorldQuestion


@dataclass(frozen=True, slots=True)
class GiveCoupon:
    """Give the person a coupon of this name.

    Unlike other outcomes this one is heard outside flows, too, so there is always an `origin`: where no
    instance waits its flow is empty, and its visit 0.
    """

    question: ClassVar = WorldQuestion(
        "give_coupon",
        "coupon",
        {
            "given": "the coupon was given",
            "had": "the person has had as many of this coupon as one may",
            "none_left": "no coupon of this name is left",
            "over": "the coupon's last day has passed",
            "failed": "the coupon could not be given",
        },
        failed="failed",
        later="The answer comes once the coupon was given",
        subject="coupon",
    )
    coupon: str
    origin: Origin
    token: ReplyToken | None = None


DrawSource: TypeAlias = Literal["page", "action"]
"""Where a draw was tried: on its page, or by an action of the playbook."""


@dataclass(frozen=True, slots=True)
class EnterDraw:
    """Decide a try of this draw, and give the coupon that it wins. `origin` as of `GiveCoupon`."""

    question: ClassVar = WorldQuestion(
        "enter_draw",
        "draw",
        {
            "won": "the person has won a prize",
            "nothing": "the person has won nothing",
            "failed": "the draw could not be carried out",
        },
        failed="failed",
        later="The answer comes once it was drawn",
        subject="draw",
    )
    draw: str
    origin: Origin
    source: DrawSource = "action"
    token: ReplyToken | None = None


_OF_APPOINTMENT: Mapping[str, str] = {
    "booked": "the appointment was booked",
    "moved": "the appointment was moved",
    "cancelled": "the appointment was cancelled",
    "full": "no place is free then",
    "had": "the person has as many appointments to come as one may",
    "none": "the person has no appointment to come",
    "closed": "no appointment begins then",
    "too_soon": "it is too late to book that moment",
    "too_far": "that moment cannot be booked yet",
    "too_late": "it is too late to change the appointment",
    "waiting": "the person is on the waiting list",
    "left": "the person is not on the waiting list any more",
    "failed": "the appointment could not be looked at",
}


def _appointment_question(action: str, *outcomes: str) -> WorldQuestion:
    fields: Mapping[str, Type] = {"title": "text", "place": "text", "start": "date_time", "end": "date_time"}
    brought = ("booked", "moved", "cancelled", "had", "too_late")
    return WorldQuestion(
        action,
        "appointment",
        {one: _OF_APPOINTMENT[one] for one in (*outcomes, "failed")},
        failed="failed",
        later="The answer comes once the appointment was looked at",
        fields={one: fields for one in outcomes if one in brought},
        subject="appointment",
        in_order=True,
    )


@dataclass(frozen=True, slots=True)
class BookAppointment:
    """Book a place of this service from `start` (UTC) on. Heard outside flows, too, as `GiveCoupon` is.

    `wanted`: the only place that will do; empty: whichever is free. `act_id`: the id of the act of staff who
    ask, by which it counts once; `reason` is theirs, and comes back.
    """

    question: ClassVar = _appointment_question(
        "book_appointment", "booked", "full", "had", "closed", "too_soon", "too_far"
    )
    appointment: str
    start: datetime
    origin: Origin
    token: ReplyToken | None = None
    wanted: str = ""
    act_id: str = field(default="", metadata=stored_as("press"))
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class MoveAppointment:
    """Give the person's next appointment of this service another start, or that with the id `which`."""

    question: ClassVar = _appointment_question(
        "move_appointment", "moved", "full", "none", "closed", "too_soon", "too_far", "too_late"
    )
    appointment: str
    start: datetime
    origin: Origin
    token: ReplyToken | None = None
    which: str = ""
    wanted: str = ""
    act_id: str = field(default="", metadata=stored_as("press"))
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class CancelAppointment:
    """Cancel the person's next appointment of this service, or that with the id `which`."""

    question: ClassVar = _appointment_question("cancel_appointment", "cancelled", "none", "too_late")
    appointment: str
    origin: Origin
    token: ReplyToken | None = None
    which: str = ""
    act_id: str = field(default="", metadata=stored_as("press"))
    reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class WaitForPlace:
    """Put the person on the waiting list of a day (`2026-09-05`), for `wanted` or anybody; or `leave` it.

    Only the page asks so: what comes of it is no news.
    """

    question: ClassVar = _appointment_question("wait_for_place", "waiting", "left", "closed")
    appointment: str
    day: str
    origin: Origin
    token: ReplyToken | None = None
    wanted: str = ""
    leave: bool = False


AppointmentEffect: TypeAlias = BookAppointment | MoveAppointment | CancelAppointment | WaitForPlace


@dataclass(frozen=True, slots=True)
class ReportReferral:
    """A friend has come by the link with the code `by`, or has done what counts (`judge`): the two are to be
    compared, and both to be told."""

    campaign: str
    by: str
    referral: str
    judge: bool = False
