"""Appointments of a scenario and who waits for a place, in memory (N5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.slots import (
    Taken,
    appointment_at,
    booking_refusal,
    cells_between,
    free_places,
    may_change,
    move_refusal,
)
from bot.promotions.appointments.model import (
    Appointment,
    AppointmentAnswer,
    AppointmentRequest,
    HeldAppointment,
    PlaceOffer,
    PlaceWish,
    WaitingPerson,
)


class AppointmentsInMemory:
    """An `AppointmentLedger`."""

    def __init__(self, id_of: Callable[[str], str]) -> None:
        """`id_of`: the contact that one is by now, which may have been merged."""
        self._id_of = id_of
        self._numbers = count(1)
        self._all: list[Appointment] = []
        self._answers: dict[str, AppointmentAnswer] = {}
        """By request: what is not remembered is asked again."""

    async def book(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        if asked.id not in self._answers:
            self._answers[asked.id] = self._booked(service, asked, zone)
        return self._answers[asked.id]

    async def move(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        return self._changed(service, asked, zone, self._moved)

    async def cancel(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        return self._changed(service, asked, zone, self._cancelled)

    async def of_person(self, contact: str, now: datetime) -> Sequence[Appointment]:
        return self._coming(contact, now)

    async def taken(self, service: BookableService, since: datetime, until: datetime) -> Taken:
        return self._taken()

    def _coming(self, contact: str, now: datetime, service: str | None = None) -> list[Appointment]:
        person = self._id_of(contact)
        theirs = [one for one in self._all if one.start > now and self._id_of(one.contact) == person]
        return sorted((one for one in theirs if service in (None, one.service)), key=lambda one: one.start)

    def _booked(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        coming = self._coming(asked.contact, asked.at, service.name)
        places = free_places(service, asked.begin, self._taken(), zone, asked.wanted)
        if (refusal := booking_refusal(service, asked, coming, places, zone)) is not None:
            return refusal
        id_ = f"appointment-{next(self._numbers)}"
        new = appointment_at(service, id_, asked.contact, places[0], asked.begin)
        self._all.append(new)
        return AppointmentAnswer("booked", new)

    def _changed(
        self,
        service: BookableService,
        asked: AppointmentRequest,
        zone: ZoneInfo,
        change: Callable[[BookableService, AppointmentRequest, ZoneInfo, Appointment], AppointmentAnswer],
    ) -> AppointmentAnswer:
        if asked.id in self._answers:
            return self._answers[asked.id]
        coming = self._coming(asked.contact, asked.at, service.name)
        was = next((one for one in coming if asked.which in ("", one.id)), None)
        if was is None:
            return AppointmentAnswer("none")
        is_late = not (asked.by_staff or may_change(service, was.start, asked.at, zone))
        answer = AppointmentAnswer("too_late", was) if is_late else change(service, asked, zone, was)
        self._answers[asked.id] = answer
        return answer

    def _cancelled(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo, was: Appointment
    ) -> AppointmentAnswer:
        self._all.remove(was)
        return AppointmentAnswer("cancelled", was)

    def _moved(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo, was: Appointment
    ) -> AppointmentAnswer:
        places = free_places(service, asked.begin, self._taken(but=was), zone, asked.wanted)
        if (refusal := move_refusal(service, asked, places, zone)) is not None:
            return AppointmentAnswer(refusal, was)
        place = was.place if was.place in places else places[0]
        new = appointment_at(service, was.id, was.contact, place, asked.begin)
        self._all[self._all.index(was)] = new
        return AppointmentAnswer("moved", new)

    def _taken(self, but: Appointment | None = None) -> Taken:
        return _cells((one.place, cells_between(one.start, one.end)) for one in self._all if one is not but)


@dataclass(slots=True)
class _Wish:
    """A wish; the place that was `offered` to its person `at` a moment, and whether that `holds` still."""

    waiting: WaitingPerson
    waits: bool = True
    offered: HeldAppointment | None = None
    cells: range = range(0)
    at: datetime | None = None
    holds: bool = False
    is_sent: bool = False


class WishesInMemory:
    """A `WishLedger`."""

    def __init__(self, id_of: Callable[[str], str], turn: Callable[[str], timedelta]) -> None:
        """`turn`: how long an offer of a service is one person's alone."""
        self._id_of = id_of
        self._turn = turn
        self._wishes: dict[str, _Wish] = {}

    def next_lapse(self, until: datetime) -> datetime | None:
        """When the next in line may be told, up to a moment."""
        held = ((one.waiting.wish, one.at) for one in self._wishes.values() if one.holds)
        ends = [at + self._turn(wish.service) for wish, at in held if at is not None]
        return min((end for end in ends if end <= until), default=None)

    async def join(self, wish: PlaceWish, contact: str, channel: str, until: datetime) -> PlaceWish:
        before = [one for one in self._of(contact, wish.service, wish.day) if one.waits]
        same = next((one.waiting.wish for one in before if one.waiting.wish.wanted == wish.wanted), None)
        if same is not None:
            return same
        self._wishes.setdefault(wish.id, _Wish(WaitingPerson(wish, contact, channel)))
        for one in before:
            one.waits = False
        return wish

    async def leave(self, contact: str, service: str, day: str) -> None:
        for one in self._of(contact, service, day):
            one.waits = False

    async def end(self, wish: str) -> None:
        self._wishes[wish].waits = False

    async def days(self, service: str, first: str) -> Sequence[str]:
        wishes = [one.waiting.wish for one in self._wishes.values() if one.waits]
        return sorted({one.day for one in wishes if one.service == service and one.day >= first})

    async def in_line(self, service: str, day: str) -> AsyncIterator[WaitingPerson]:
        waiting = [one.waiting for one in self._wishes.values() if one.waits]
        these = [one for one in waiting if (one.wish.service, one.wish.day) == (service, day)]
        for one in sorted(these, key=lambda one: one.wish.since):
            yield one

    async def was_notified_since(self, waiting: WaitingPerson) -> bool:
        wish = waiting.wish
        theirs = self._of(waiting.contact, wish.service, wish.day)
        return any(one.at is not None and one.at >= wish.since for one in theirs)

    async def offer(self, waiting: WaitingPerson, held: HeldAppointment, cells: range, now: datetime) -> bool:
        row = self._wishes[waiting.wish.id]
        is_free = set(cells).isdisjoint(self._offered().get(held.place, ()))
        if row.waits and is_free:
            row.waits, row.offered, row.cells, row.at, row.holds = False, held, cells, now, True
            return True
        return False

    async def unsent(self) -> Sequence[PlaceOffer]:
        rows = self._wishes.values()
        return [PlaceOffer(one.waiting, one.offered) for one in rows if one.offered and not one.is_sent]

    async def mark_sent(self, wish: str) -> None:
        self._wishes[wish].is_sent = True

    async def lapse(self, service: str, until: datetime) -> None:
        for one in self._wishes.values():
            if one.at is not None and one.at <= until and one.waiting.wish.service == service:
                one.holds = False

    async def offered(self, places: Sequence[str], cells: range) -> Taken:
        return self._offered()

    def _offered(self) -> Taken:
        rows = self._wishes.values()
        return _cells((one.offered.place, one.cells) for one in rows if one.offered and one.holds)

    def _of(self, contact: str, service: str, day: str) -> Iterator[_Wish]:
        person = self._id_of(contact)
        for one in self._wishes.values():
            wish = one.waiting.wish
            if (wish.service, wish.day) == (service, day) and self._id_of(one.waiting.contact) == person:
                yield one


def _cells(taken: Iterable[tuple[str, range]]) -> Taken:
    found = defaultdict[str, set[int]](set)
    for place, cells in taken:
        found[place].update(cells)
    return found
