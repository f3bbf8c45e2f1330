"""Services that are booked, as tests of several rooms want them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.engine.times.hours import Days, Hours, Window
from bot.engine.times.local_time import NO_TIME, Duration
from bot.model.place import Place
from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.model import AppointmentAnswer, AppointmentRequest
from bot.promotions.appointments.services.booking import AppointmentLedger
from tests.conftest import NOW

ALL_WEEK = frozenset(range(7))
TAIPEI = ZoneInfo("Asia/Taipei")


def open_daily(*windows: tuple[str, str], closed: tuple[str, ...] = ()) -> Hours:
    """Open every day in these windows, but on the dates that are `closed`."""
    open_ = Days(tuple(Window(time.fromisoformat(a), time.fromisoformat(b)) for a, b in windows), ALL_WEEK)
    days = [date.fromisoformat(one) for one in closed]
    return Hours(((open_, *(Days((), since=day, until=day) for day in days)),))


HAIRCUT = BookableService(
    name="剪髮",
    title="剪髮預約",
    hours=open_daily(("10:00", "19:00")),
    minutes=60,
    step=30,
    places=("剪髮 1", "剪髮 2"),
    soonest=NO_TIME,
    latest=Duration(days=30),
    cancel_until=NO_TIME,
    per_person=1,
    place=Place("bot.yaml", 1, 1, "appointments"),
)


def service(**changed: Any) -> BookableService:
    """A haircut of an hour at two seats, from 10:00 to 19:00, each half hour."""
    return replace(HAIRCUT, **changed)


def at_ten(now: datetime) -> datetime:
    """Ten in the morning of the next day, in Taipei."""
    return now.replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=1)


def asks(who: str, call: str, start: datetime | None = None, at: datetime = NOW) -> AppointmentRequest:
    return AppointmentRequest(f"{who}/{call}", who, at, start)


async def books(
    ledger: AppointmentLedger, who: str, start: datetime, what: BookableService = HAIRCUT, call: str = "book"
) -> AppointmentAnswer:
    return await ledger.book(what, asks(who, call, start), TAIPEI)
