"""Telling who waits for a full day that a place is free: one at a time, the first whom it suits (N5)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.engine.compiled.appointment import BookableService
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.appointment_slots import Taken, cells_of, free_starts
from bot.engine.members.waiting_list import can_be_told, first_place, free_act, told_as
from bot.engine.times.local_time import day_after, day_words, start_of_day
from bot.engine.times.time_texts import day as day_of
from bot.model.clock import PatientClock
from bot.model.event import Event, Source
from bot.runtime.bulk import keep_looking
from bot.runtime.ports import ContactStore
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_event
from bot.store.counters.appointments import Appointments
from bot.store.counters.place_wishes import PlaceOffer, PlaceWishes, WaitingPerson

EVERY = 5.0
"""Seconds between two looks."""
DAY_AND_NIGHT = timedelta(days=2)
"""In which all has ended that begins on a day."""
NO_TURN = timedelta(0)
_IDS = uuid.UUID("6f61666c-6f77-4170-8f69-6e746d000002")


@dataclass(frozen=True, slots=True)
class WaitingStores:
    """What is read and written."""

    appointments: Appointments
    wishes: PlaceWishes
    contacts: ContactStore


class WaitingList:
    """The owner of part 0 looks. The place of an offer is nobody's: whoever books first has it.

    First the offer is written, then the event, then that it is sent: who dies between is made good by the
    next look, and the event's id is the wish's.
    """

    def __init__(
        self,
        stores: WaitingStores,
        playbook: Callable[[], Playbook],
        owns: Callable[[int], bool],
        store: StoreEvents,
        clock: PatientClock,
    ) -> None:
        self._stores = stores
        self._playbook = playbook
        self._owns = owns
        self._store = store
        self._clock = clock

    async def run(self) -> None:
        """For ever."""
        await keep_looking(self.look, self._clock, EVERY)

    async def look(self) -> None:
        """Do it now, if we own part 0. Raises `DatabaseUnavailable`."""
        playbook = self._playbook()
        if not self._owns(0) or not playbook.appointments:
            return
        await self._send()
        services = [one for one in playbook.appointments.values() if one.waiting is not None]
        for service in services:
            await self._offer_places(service, service.waiting or NO_TURN)
        if services:
            await self._send()

    async def _offer_places(self, service: BookableService, turn: timedelta) -> None:
        wishes, now = self._stores.wishes, self._clock.now()
        await wishes.lapse(service.name, now - turn)
        for day in await wishes.days(service.name, day_words(now, self._playbook().zone)):
            if (on := day_of(day)) is not None:
                await self._offer_day(service, day, on)

    async def _offer_day(self, service: BookableService, day: str, on: date) -> None:
        """As many as there are places, each to the first whom it suits."""
        now, zone = self._clock.now(), self._playbook().zone
        taken = {place: {*cells} for place, cells in (await self._taken(service, on)).items()}
        if not free_starts(service, on, taken, now, zone):
            return
        async for waiting in self._stores.wishes.in_line(service.name, day):
            free = first_place(service, waiting.wish, taken, now, zone)
            if free is None or not await self._still_waits(waiting, on):
                continue
            held, cells = free
            if await self._stores.wishes.offer(waiting, held, cells, now):
                taken.setdefault(held.place, set()).update(cells)
                if not free_starts(service, on, taken, now, zone):
                    return

    async def _taken(self, service: BookableService, on: date) -> Taken:
        """What is booked, and what somebody else was just told of."""
        since = start_of_day(on, self._playbook().zone)
        until = since + DAY_AND_NIGHT
        booked = await self._stores.appointments.taken(service, since, until)
        minutes = int((until - since).total_seconds()) // 60
        offered = await self._stores.wishes.offered(service.places, cells_of(since, minutes))
        return {place: {*booked.get(place, ()), *offered.get(place, ())} for place in service.places}

    async def _still_waits(self, waiting: WaitingPerson, on: date) -> bool:
        """Whether they can be told, and neither have a place that day nor were told of another."""
        stored = await self._stores.contacts.person(waiting.contact)
        zone, wish = self._playbook().zone, waiting.wish
        since, until = start_of_day(on, zone), start_of_day(day_after(on, 1), zone)
        if stored is not None and not await self._stores.wishes.was_told_since(waiting):
            coming = await self._stores.appointments.of_person(waiting.contact, since - timedelta(minutes=1))
            if not any(one.service == wish.service and one.start < until for one in coming):
                return can_be_told(stored.contact, waiting.channel)
        await self._stores.wishes.end(wish.id)
        return False

    async def _send(self) -> None:
        while offers := await self._stores.wishes.unsent():
            for offer in offers:
                await self._tell(offer)

    async def _tell(self, offer: PlaceOffer) -> None:
        waiting = offer.waiting
        stored = await self._stores.contacts.person(waiting.contact)
        if stored is not None:
            told = told_as(stored.contact, waiting.channel)
            channel = waiting.channel if told is None else told.channel
            name = uuid.uuid5(_IDS, f"free:{waiting.wish.id}").hex
            act = free_act(waiting.wish, offer.held)
            event = Event(f"{channel}:{name}", channel, Source("none", ""), self._clock.now(), act)
            await self._store([own_event(stored.contact.id, event)], STORE_SECONDS)
        await self._stores.wishes.sent(waiting.wish.id)
