"""Appointments: no place twice at any time, by an index; each change is one write of one row (N5).

A row has the numbers of all cells of five minutes that its place is taken in; place and cell are unique. So
services of any length and step share places, and booking is one insert, moving one update, cancelling one
that takes the cells off: no transaction, no lock that a dead process leaves. A refusal takes the act's id,
too: a write that comes late from a dead process must not book what was refused. Weighed: a unique start (two
lengths overlap), a transaction over a day's counter.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from bot.promotions.appointments.engine.declared import BookableService
from bot.promotions.appointments.engine.slots import (
    Taken,
    appointment_at,
    booking_refusal,
    cells_between,
    cells_of,
    free_places,
    may_change,
    move_refusal,
)
from bot.promotions.appointments.model import (
    Appointment,
    AppointmentAnswer,
    AppointmentMark,
    AppointmentRequest,
    AppointmentResult,
)
from bot.store.counters.contended import LONGEST_PAUSE
from bot.store.counters.same_people import same_people
from bot.store.database.mongo import Database, Document


@dataclass(frozen=True, slots=True)
class RecordedAppointment:
    """An appointment, also one that was cancelled: when it was last changed, and how often it was."""

    appointment: Appointment
    changed: datetime
    sequence: int
    is_cancelled: bool


ACTS_MOST = 20
"""How many acts a row knows again: the latest. One that is asked again is a person's last."""
TO_COME = {"cells": {"$exists": True}}
"""Of rows: not cancelled."""


class Appointments:
    """The collection `appointments`: a row for each that was made, with the cells of its place.

    Booking puts a row in, moving and cancelling change that row: whoever dies has done all of it or nothing.
    Every call raises `DatabaseUnavailable`; asked again under the same id it answers the same.
    """

    def __init__(self, database: Database) -> None:
        self._rows = database.collection("appointments")
        self._sure = self._rows.with_options(read_concern=ReadConcern("majority"))
        self._contacts = database.collection("contacts")

    async def book(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        """`booked`, else why not; of `had` with the next to come."""
        while True:
            if (known := await self._known(service, asked)) is not None:
                return known
            if (answer := await self._booked(service, asked, zone)) is not None:
                return answer
            await asyncio.sleep(LONGEST_PAUSE)  # somebody was faster, or a majority does not know it yet

    async def move(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        """Give the person's next appointment of the service another start: `moved`, else why not."""

        async def moved(found: Appointment) -> AppointmentAnswer | None:
            places = await self._free(service, asked, zone, but=found)
            if (refusal := move_refusal(service, asked, places, zone)) is not None:
                return await self._refused(found, asked, refusal)
            for place in sorted(places, key=lambda one: one != found.place):
                new = appointment_at(service, found.id, found.contact, place, asked.begin)
                if await self._change(found, asked, "moved", {"$set": _taking(new)}, new):
                    return AppointmentAnswer("moved", new)
            return None

        return await self._changed(service, asked, zone, moved)

    async def cancel(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer:
        """Give the place of the person's next appointment of the service back: `cancelled`, else why not."""

        async def cancelled(found: Appointment) -> AppointmentAnswer | None:
            change: Document = {"$unset": {"cells": ""}, "$set": {"cancelled": asked.at}}
            done = await self._change(found, asked, "cancelled", change, found)
            return AppointmentAnswer("cancelled", found) if done else None

        return await self._changed(service, asked, zone, cancelled)

    async def of_person(self, contact: str, now: datetime) -> Sequence[Appointment]:
        """What somebody has to come, the next first."""
        return await self._of(contact, {"start": {"$gt": now}})

    async def between(self, service: str, since: datetime, until: datetime) -> Sequence[Appointment]:
        """Those of a service that begin from `since` on and before `until`, in order."""
        where = {"service": service, "start": {"$gte": since, "$lt": until}, **TO_COME}
        rows = self._rows.find(where).sort([("start", ASCENDING), ("place", ASCENDING)])
        return [_appointment(row) async for row in rows]

    async def recorded(
        self, services: Sequence[str], since: datetime, until: datetime, most: int
    ) -> Sequence[RecordedAppointment]:
        """Those of services that begin between two moments, in order, cancelled ones too; `most` of each."""
        found: list[RecordedAppointment] = []
        for service in services:
            where = {"service": service, "start": {"$gte": since, "$lt": until}}
            rows = self._rows.find(where).sort("start", ASCENDING).limit(most)
            found += [_recorded(row) async for row in rows]
        return sorted(found, key=lambda one: (one.appointment.start, one.appointment.id))[:most]

    async def recorded_one(self, id_: str) -> RecordedAppointment | None:
        """One of them; `None`: there is none any more."""
        row = await self._rows.find_one({"_id": id_, "start": {"$exists": True}})
        return None if row is None else _recorded(row)

    async def to_come(self, now: datetime) -> Sequence[Appointment]:
        """All of all services that begin after this moment, in no order."""
        services = await self._rows.distinct("service")
        where = {"service": {"$in": services}, "start": {"$gt": now}, **TO_COME}
        return [_appointment(row) async for row in self._rows.find(where)]

    async def taken(self, service: BookableService, since: datetime, until: datetime, but: str = "") -> Taken:
        """The cells that are taken of a service's places, by whichever service; `but` by this appointment."""
        return await self._taken(service, cells_between(since, until), but)

    async def one(self, id_: str) -> Appointment | None:
        """One that was not cancelled."""
        row = await self._rows.find_one({"_id": id_, **TO_COME})
        return None if row is None else _appointment(row)

    async def mark(self, id_: str, mark: AppointmentMark) -> None:
        """Write down whether who had it came, for staff to see."""
        await self._rows.update_one({"_id": id_, **TO_COME}, {"$set": {"mark": mark}})

    async def result_of(self, act: str) -> AppointmentResult | None:
        """What came of an act; `None`: nothing yet, or there was nothing to change."""
        row = await self._sure.find_one({"$or": [{"_id": act}, {"acts.i": act}]})
        if row is None or "refused" in row:
            return None if row is None else row["refused"]
        found: AppointmentResult = next((one["r"] for one in row["acts"] if one["i"] == act), "booked")
        return found

    # -- looking

    async def _known(self, service: BookableService, asked: AppointmentRequest) -> AppointmentAnswer | None:
        """What came of this act before."""
        row = await self._sure.find_one({"$or": [{"_id": asked.id}, {"acts.i": asked.id}]})
        if row is None:
            return None
        if "refused" in row:
            coming = await self._coming(service.name, asked) if row["refused"] == "had" else ()
            return AppointmentAnswer(row["refused"], next(iter(coming), None))
        act: Mapping[str, Any] = next((one for one in row["acts"] if one["i"] == asked.id), {})
        result: AppointmentResult = act.get("r", "booked")
        return AppointmentAnswer(result, _appointment({**row, **act}))

    async def _coming(self, service: str, asked: AppointmentRequest) -> Sequence[Appointment]:
        return await self._of(asked.contact, {"service": service, "start": {"$gt": asked.at}})

    async def _meant(self, service: str, asked: AppointmentRequest) -> Appointment | None:
        """The one to be changed: that which is named, else the next to come."""
        coming = await self._coming(service, asked)
        return next((one for one in coming if asked.which in ("", one.id)), None)

    async def _of(self, contact: str, where: Mapping[str, Any]) -> Sequence[Appointment]:
        person = (await same_people(self._contacts, {contact}))[contact]
        found = self._rows.find({"contact": {"$in": sorted(person)}, **where, **TO_COME})
        return [_appointment(row) async for row in found.sort("start", ASCENDING)]

    async def _free(
        self,
        service: BookableService,
        asked: AppointmentRequest,
        zone: ZoneInfo,
        but: Appointment | None = None,
    ) -> Sequence[str]:
        """The places that are free then; `but`: or taken by this appointment alone."""
        cells = cells_of(asked.begin, service.minutes)
        taken = await self._taken(service, cells, "" if but is None else but.id)
        return free_places(service, asked.begin, taken, zone, asked.wanted)

    async def _taken(self, service: BookableService, cells: range, but: str = "") -> Taken:
        where: Document = {
            "place": {"$in": [*service.places]},
            "cells": {"$elemMatch": {"$gte": cells.start, "$lt": cells.stop}},
        }
        taken = defaultdict[str, set[int]](set)
        async for row in self._rows.find(where, {"place": 1, "cells": 1}):
            if row["_id"] != but:
                taken[row["place"]].update(row["cells"])
        return taken

    # -- writing: a refusal, too, for what died may still write, and must not do so later than the answer

    async def _booked(
        self, service: BookableService, asked: AppointmentRequest, zone: ZoneInfo
    ) -> AppointmentAnswer | None:
        """One try; `None`: others were faster."""
        coming = await self._coming(service.name, asked)
        places = await self._free(service, asked, zone)
        if (answer := booking_refusal(service, asked, coming, places, zone)) is not None:
            return await self._not_booked(service, asked, answer)
        booked = await self._put(service, asked, places)
        return None if booked is None else AppointmentAnswer("booked", booked)

    async def _not_booked(
        self, service: BookableService, asked: AppointmentRequest, answer: AppointmentAnswer
    ) -> AppointmentAnswer | None:
        ids = {"_id": asked.id, "service": service.name, "contact": asked.contact}
        row = {**ids, "at": asked.at, "end": asked.at, "refused": answer.result}
        return answer if await self._rows.added(row) else None

    async def _changed(
        self,
        service: BookableService,
        asked: AppointmentRequest,
        zone: ZoneInfo,
        change: Callable[[Appointment], Awaitable[AppointmentAnswer | None]],
    ) -> AppointmentAnswer:
        """Have the person's next appointment changed, tried again while others are faster."""
        while True:
            if (known := await self._known(service, asked)) is not None:
                return known
            found = await self._meant(service.name, asked)
            if found is None:
                if await self._rows.find_one({"acts.i": asked.id}) is None:
                    return AppointmentAnswer("none")
                await asyncio.sleep(LONGEST_PAUSE)  # this act has cancelled it, which counts in a moment
                continue
            is_late = not (asked.by_staff or may_change(service, found.start, asked.at, zone))
            late = await self._refused(found, asked, "too_late") if is_late else None
            if (answer := late if is_late else await change(found)) is not None:
                return answer
            await asyncio.sleep(LONGEST_PAUSE)

    async def _refused(
        self, found: Appointment, asked: AppointmentRequest, why: AppointmentResult
    ) -> AppointmentAnswer | None:
        done = await self._change(found, asked, why, {}, found)
        return AppointmentAnswer(why, found) if done else None

    async def _put(
        self, service: BookableService, asked: AppointmentRequest, places: Sequence[str]
    ) -> Appointment | None:
        """A new row at the first of these places that nobody else has taken meanwhile."""
        for place in places:
            new = appointment_at(service, asked.id, asked.contact, place, asked.begin)
            row: Document = {
                "_id": new.id,
                "service": new.service,
                "contact": new.contact,
                "at": asked.at,
                **_taking(new),
                "acts": [_act(asked, "booked", new)],
            }
            if await self._rows.added(row):
                return new
        return None

    async def _change(
        self, was: Appointment, asked: AppointmentRequest, result: str, change: Document, new: Appointment
    ) -> bool:
        """Change a row that is as it was read; `False`: it is not, this was done, or the place is taken."""
        acts = {"$each": [_act(asked, result, new)], "$slice": -ACTS_MOST}
        if change:
            change = {**change, "$set": {**change["$set"], "changed": asked.at}, "$inc": {"changes": 1}}
        where: Document = {"_id": was.id, "place": was.place, "start": was.start, **TO_COME}
        where["acts.i"] = {"$ne": asked.id}
        try:
            done = await self._rows.update_one(where, {**change, "$push": {"acts": acts}})
        except DuplicateKeyError:
            return False
        return done.matched_count == 1


def _taking(new: Appointment) -> Document:
    """The fields that moving changes."""
    cells = [*cells_between(new.start, new.end)]
    return {"title": new.title, "place": new.place, "start": new.start, "end": new.end, "cells": cells}


def _act(asked: AppointmentRequest, result: str, new: Appointment) -> Document:
    """What was done, as it is answered again."""
    return {"i": asked.id, "r": result, "place": new.place, "start": new.start, "end": new.end}


def _recorded(row: Mapping[str, Any]) -> RecordedAppointment:
    changed = row.get("changed", row["at"])
    return RecordedAppointment(_appointment(row), changed, row.get("changes", 0), "cells" not in row)


def _appointment(row: Mapping[str, Any]) -> Appointment:
    return Appointment(
        *(row["_id"], row["service"], row["title"], row["contact"], row["place"], row["start"], row["end"]),
        mark=row.get("mark", ""),
    )
