"""How appointments, and who waits for a place, look in MongoDB (N5)."""

from __future__ import annotations

from datetime import timedelta

from bot.model.translatable import tr
from bot.promotions.appointments.model import HELD_APPOINTMENTS, PLACE_WISHES, HeldAppointment, PlaceWish
from bot.store.codec.record import RecordCodec
from bot.store.collection_spec import (
    CollectionSpec,
    Expires,
    Impersonal,
    PeopleKeys,
    Stays,
    if_there,
    index_of,
)
from bot.store.promotion_rows import HeldRows, RowsPart

_APPOINTMENT = RecordCodec(HeldAppointment, "id service:n title place:p start:at end reminded:told mark")
_WISH = RecordCodec(PlaceWish, "id service:n title day:d since:at wanted:p is_notified:told")

_PLACES_TAKEN = CollectionSpec(
    name="appointments",
    # not sharded: that no place is given twice is a law of this index
    indexes=(
        index_of("taken", "place", "cells", where=if_there("cells"), unique=True),
        index_of("of_person", "contact", "start"),
        index_of("of_act", "acts.i", where=if_there("acts.i"), unique=True),
        index_of("of_day", "service", "start"),
    ),
    life=Expires("end", timedelta(days=365)),
    person=PeopleKeys(("contact",), stored="at", kind=tr("appointments")),
    sealed=(),
)
_WAITING_LISTS = CollectionSpec(
    name="place_wishes",
    # not sharded: that two people are not told of one place is a law of this index
    indexes=(
        index_of("offered", "place", "cells", where=if_there("cells"), unique=True),
        index_of("in_line", "service", "day", "at", where=if_there("waits")),
        index_of("of_person", "contact", "service", "day"),
        index_of("to_send", "unsent", where=if_there("unsent")),
    ),
    life=Expires("until", timedelta(days=7)),
    person=PeopleKeys(("contact",), stored="at", kind=tr("waiting lists")),
    sealed=(),
)
_CALENDARS = CollectionSpec(
    name="calendar_addresses",
    indexes=(),
    life=Stays("removed"),
    person=Impersonal(),
    sealed=(),
)

PART = RowsPart(
    people=(_PLACES_TAKEN, _WAITING_LISTS),
    others=(_CALENDARS,),
    held={
        HELD_APPOINTMENTS: HeldRows("appointments", _APPOINTMENT.write, _APPOINTMENT.read),
        PLACE_WISHES: HeldRows("place_wishes", _WISH.write, _WISH.read),
    },
)
