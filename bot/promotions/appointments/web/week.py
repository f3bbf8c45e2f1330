"""A week of appointments in the console: a column for each day, in it a lane for each who serves (N5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.times.hours import Span
from bot.engine.times.local_time import day_after, local, today
from bot.model.plain_text import masked_name
from bot.model.translatable import Translatable
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.page import moment_of
from bot.promotions.appointments.operations.acts import GONE
from bot.promotions.appointments.operations.figures import BookedTime
from bot.promotions.appointments.operations.week import DAYS, FreeTime, WeekFilter, WeekLane, appointment_week
from bot.promotions.appointments.web.addresses import BOOK, CHANGE, PAGE, TITLE, ShownWeek
from bot.promotions.appointments.web.subject import AppointmentSubject, appointment_part, subject_of
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, RenderedPage, Visit, day_of, page_address
from bot.wording.conversation import WEEKDAYS

SHORT, LONG = timedelta(minutes=15), timedelta(minutes=45)
"""Where something is so short, hours are drawn higher, and lower where nothing is shorter than that."""
WeekRows: TypeAlias = str
"""Where something stands in its lane: the classes of `appointment_week.css` for two times of day."""


@dataclass(frozen=True, slots=True)
class WeekBooked:
    """An appointment in its lane."""

    rows: WeekRows
    row: BookedTime
    name: str
    to: str
    is_moving: bool


@dataclass(frozen=True, slots=True)
class WeekFree:
    """A time that can be had, and where it is."""

    rows: WeekRows
    clock: str
    to: str


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """A place on a day, with what can be pressed in its order. `refused`: what was not to be had."""

    place: str
    open: Sequence[WeekRows]
    items: Sequence[WeekBooked | WeekFree]
    refused: WeekRows


@dataclass(frozen=True, slots=True)
class DrawnDay:
    """A column. `to`: the week with this day chosen; `now`: where the time of day is, on today."""

    day: date
    weekday: Translatable
    to: str
    list: str
    lanes: Sequence[DrawnLane]
    is_past: bool
    is_today: bool
    now: WeekRows


@dataclass(frozen=True, slots=True)
class RefusedTime:
    """A time that was not to be had, and why. `place`: empty for any."""

    why: Translatable
    start: datetime
    place: str


@dataclass(frozen=True, slots=True)
class AppointmentWeekPages(AdminPages):
    """`/admin/appointments/week`."""

    context: StoreContext

    async def appointment_week(self, visit: Visit) -> AdminAnswer:
        """The week of a day, today's unless another is asked for; where one may go with `moving`, or what a
        customer may have with `booking`."""
        context, moving, booking = self.context, visit.query("moving"), visit.query("booking")
        day = day_of(visit.query("day")) or today(context.now(), context.playbook().zone)
        shown = ShownWeek(day, visit.query("service"), visit.query("place"))
        if not (moving or booking):
            return await week_page(context, visit, shown)
        subject = await subject_of(context, visit, moving or booking)
        booked = None if subject is None else subject.booked
        if subject is None or bool(booked) != bool(moving) or (booked and booked.start <= context.now()):
            return await week_page(context, visit, shown, refused=GONE)
        return await week_page(context, visit, shown, subject)


async def week_page(
    context: StoreContext,
    visit: Visit,
    shown: ShownWeek,
    wanted: AppointmentSubject | None = None,
    refused: Translatable | RefusedTime | None = None,
) -> RenderedPage:
    """The week with the day that is shown; `wanted`: what is about to move, or for whom is booked."""
    playbook, now = context.playbook(), context.now()
    services, zone = APPOINTMENTS.of(playbook), playbook.zone
    moving = None if wanted is None else wanted.booked
    drawn = _Drawn(context, visit, shown, wanted, zone, len(services) > 1, refused)
    is_other = moving is not None and shown.service != moving.service
    narrowed = WeekFilter("" if is_other else shown.service, shown.place, moving)
    first = day_after(shown.day, -shown.day.weekday())
    days = await appointment_week(context.stores, playbook, first, now, narrowed)
    lanes = [lane for one in days for lane in one.lanes]
    lengths = [one.end - one.start for lane in lanes for one in lane.booked]
    lengths += [timedelta(minutes=min(one.step, one.minutes)) for one in services.values()]
    shortest = min(lengths, default=LONG)
    opens, closes = _hours([(one.day, *span) for one in days for span in _spans(one.lanes, zone)])
    data: dict[str, Any] = {
        "days": [drawn.day(one.day, one.lanes, now) for one in days],
        "shown": shown,
        "services": services.values(),
        "places": list(dict.fromkeys(place for one in services.values() for place in one.places)),
        "opens": opens,
        "closes": closes,
        "density": "short" if shortest <= SHORT else "long" if shortest >= LONG else "usual",
        "before": drawn.week(day_after(shown.day, -DAYS)),
        "after": drawn.week(day_after(shown.day, DAYS)),
        "this": drawn.week(today(now, zone)),
        "is_this": first <= today(now, zone) < day_after(first, DAYS),
        "last": day_after(first, DAYS - 1),
        "list": page_address(PAGE, day=shown.day.isoformat()),
        "plain": shown.address(),
        "wanted": {} if wanted is None else drawn.wanted_part,
        "wanted_name": "" if wanted is None else masked_name(wanted.contact.name),
        "moved_start": None if moving is None else local(moving.start, zone),
        "is_several": len(services) > 1,
    }
    why = refused.why if isinstance(refused, RefusedTime) else refused
    return RenderedPage("appointment_week.html", TITLE, data, 200 if why is None else 409, why)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Makes what the template draws."""

    context: StoreContext
    visit: Visit
    shown: ShownWeek
    wanted: AppointmentSubject | None
    zone: ZoneInfo
    is_several: bool
    refused: Translatable | RefusedTime | None

    @property
    def wanted_part(self) -> Mapping[str, str]:
        """What an address has of what moves, or for whom is booked."""
        if self.wanted is None:
            return {}
        return {"booking" if self.wanted.booked is None else "moving": self.wanted.part}

    def week(self, day: date) -> str:
        """The address of this week with another day; what moves goes along."""
        return self.shown.address(day, **self.wanted_part)

    def day(self, day: date, lanes: Sequence[WeekLane], now: datetime) -> DrawnDay:
        here = local(now, self.zone)
        is_today = here.date() == day
        return DrawnDay(
            *(day, WEEKDAYS[day.weekday()], self.week(day), page_address(PAGE, day=day.isoformat())),
            [self._lane(day, one, number) for number, one in enumerate(lanes)],
            day < here.date(),
            is_today,
            _rows(day, here, here) if is_today else "",
        )

    def _lane(self, day: date, lane: WeekLane, number: int) -> DrawnLane:
        items: list[tuple[datetime, WeekBooked | WeekFree]] = [
            *((one.start, self._booked(day, one)) for one in lane.booked),
            *((one.start, self._free(day, one, lane.place)) for one in lane.free),
        ]
        return DrawnLane(
            lane.place,
            [_rows(day, local(start, self.zone), local(end, self.zone)) for start, end in lane.open],
            [one for _, one in sorted(items, key=itemgetter(0))],
            self._refused(day, lane.place, number),
        )

    def _booked(self, day: date, row: BookedTime) -> WeekBooked:
        part = appointment_part(self.context, self.visit, row.contact.contact, row.appointment)
        to = page_address(CHANGE, person=part, **self.shown.on(day).fields)
        moving = None if self.wanted is None else self.wanted.booked
        is_moving = moving is not None and moving.id == row.appointment
        rows = _rows(day, row.start, row.end)
        return WeekBooked(rows, row, masked_name(row.name.text), to, is_moving)

    def _free(self, day: date, free: FreeTime, place: str) -> WeekFree:
        start, wanted = local(free.start, self.zone), self.wanted
        about: dict[str, str] = {"start": free.start.isoformat(), "place": place, **self.shown.on(day).fields}
        if wanted is None or wanted.booked is None:
            about["service"] = free.services[0] if len(free.services) == 1 else self.shown.service
        if wanted is None:
            to = page_address(BOOK, **about)
        else:
            act = "book" if wanted.booked is None else "move"
            to = page_address(CHANGE, person=wanted.part, act=act, **about)
        return WeekFree(_rows(day, start, local(free.end, self.zone)), f"{start:%H:%M}", to)

    def _refused(self, day: date, place: str, number: int) -> WeekRows:
        """On the place that was wanted, or the first of the day where any would have done."""
        if not isinstance(self.refused, RefusedTime):
            return ""
        start = local(self.refused.start, self.zone)
        is_here = self.refused.place == place or (not self.refused.place and not number)
        return _rows(day, start, start + SHORT) if start.date() == day and is_here else ""


def refused_at(why: Translatable, start: str, place: str) -> RefusedTime | Translatable:
    """What was refused, with the time where that can be read."""
    moment = moment_of(start)
    return why if moment is None else RefusedTime(why, moment, place)


def _rows(day: date, start: datetime, end: datetime) -> WeekRows:
    """From one local time until another, in the column of this day, also where it ends on the next."""
    (hour, more), (until, rest) = (
        ((one.date() - day).days * 24 + one.hour, one.minute // 5) for one in (start, end)
    )
    return f"h{hour} m{more} e{until} n{rest}"


def _spans(lanes: Sequence[WeekLane], zone: ZoneInfo) -> Iterator[Span]:
    """Of all that stands in these lanes (local time)."""
    for lane in lanes:
        yield from ((one.start, one.end) for one in lane.booked)
        yield from ((local(start, zone), local(end, zone)) for start, end in lane.open)


def _hours(spans: Sequence[tuple[date, datetime, datetime]]) -> tuple[int, int]:
    """The first hour that is drawn, and the one before which all of it ends; past 24 on the next day."""
    ends = ((end.date() - day).days * 24 + end.hour + (end.minute > 0) for day, _, end in spans)
    return min((start.hour for _, start, _ in spans), default=9), max(ends, default=18)
