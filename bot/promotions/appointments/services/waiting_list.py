"""Telling who waits for a full day that a place is free: one at a time, the first whom it suits (N5).

No place is held: whoever books first has it, so a time that somebody could take now is never empty. An offer
is one update of a wish's row with the cells of its place, which are unique: two processes cannot offer it to
two people.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import day_after, day_words, start_of_day
from bot.engine.times.time_texts import day as day_of
from bot.model.clock import Clock
from bot.model.event import Event, Source
from bot.promotions.appointments.engine.declared import APPOINTMENTS, BookableService
from bot.promotions.appointments.engine.slots import Taken, cells_between, free_starts
from bot.promotions.appointments.engine.waiting_list import (
    can_be_notified,
    first_place,
    free_act,
    notified_as,
)
from bot.promotions.appointments.model import PlaceOffer, WaitingPerson
from bot.promotions.appointments.services.booking import AppointmentLedger, WishLedger
from bot.services.contact_ports import ContactDirectory
from bot.services.own_events import STORE_SECONDS, StoreEvents, own_event

DAY_AND_NIGHT = timedelta(days=2)
"""In which all has ended that begins on a day."""
NO_TURN = timedelta(0)
_IDS = uuid.UUID("6f61666c-6f77-4170-8f69-6e746d000002")


def turn_of(playbook: Playbook, service: str) -> timedelta:
    """How long a place of a service is offered to one person alone."""
    booked = APPOINTMENTS.of(playbook).get(service)
    return NO_TURN if booked is None else booked.waiting or NO_TURN


class WaitingListService:
    """The place of an offer is nobody's: whoever books first has it.

    First the offer is written, then the event, then that it is sent: who dies between is made good by the
    next look, and the event's id is the wish's.
    """

    def __init__(
        self,
        appointments: AppointmentLedger,
        wishes: WishLedger,
        contacts: ContactDirectory,
        playbook: Callable[[], Playbook],
        store: StoreEvents,
        clock: Clock,
    ) -> None:
        self._appointments = appointments
        self._wishes = wishes
        self._contacts = contacts
        self._playbook = playbook
        self._store = store
        self._clock = clock

    async def look(self) -> None:
        """Tell now whoever can be told."""
        declared = APPOINTMENTS.of(self._playbook())
        if not declared:
            return
        await self._send()
        services = [(one, one.waiting) for one in declared.values() if one.waiting is not None]
        for service, turn in services:
            await self._offer_places(service, turn)
        if services:
            await self._send()

    async def _offer_places(self, service: BookableService, turn: timedelta) -> None:
        wishes, now = self._wishes, self._clock.now()
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
        async for waiting in self._wishes.in_line(service.name, day):
            free = first_place(service, waiting.wish, taken, now, zone)
            if free is None or not await self._still_waits(waiting, on):
                continue
            held, cells = free
            if await self._wishes.offer(waiting, held, cells, now):
                taken.setdefault(held.place, set()).update(cells)
                if not free_starts(service, on, taken, now, zone):
                    return

    async def _taken(self, service: BookableService, on: date) -> Taken:
        """What is booked, and what somebody else was just told of."""
        since = start_of_day(on, self._playbook().zone)
        until = since + DAY_AND_NIGHT
        booked = await self._appointments.taken(service, since, until)
        offered = await self._wishes.offered(service.places, cells_between(since, until))
        return {place: {*booked.get(place, ()), *offered.get(place, ())} for place in service.places}

    async def _still_waits(self, waiting: WaitingPerson, on: date) -> bool:
        """Whether they can be told, and neither have a place that day nor were told of another."""
        stored = await self._contacts.person(waiting.contact)
        zone, wish = self._playbook().zone, waiting.wish
        since, until = start_of_day(on, zone), start_of_day(day_after(on, 1), zone)
        if stored is not None and not await self._wishes.was_notified_since(waiting):
            coming = await self._appointments.of_person(waiting.contact, since - timedelta(minutes=1))
            if not any(one.service == wish.service and one.start < until for one in coming):
                return can_be_notified(stored.contact, waiting.channel)
        await self._wishes.end(wish.id)
        return False

    async def _send(self) -> None:
        while offers := await self._wishes.unsent():
            for offer in offers:
                await self._tell(offer)

    async def _tell(self, offer: PlaceOffer) -> None:
        waiting = offer.waiting
        stored = await self._contacts.person(waiting.contact)
        if stored is not None:
            recipient = notified_as(stored.contact, waiting.channel)
            channel = waiting.channel if recipient is None else recipient.channel
            name = uuid.uuid5(_IDS, f"free:{waiting.wish.id}").hex
            act = free_act(waiting.wish, offer.held)
            event = Event(f"{channel}:{name}", channel, Source("none", ""), self._clock.now(), act)
            await self._store([own_event(stored.contact.id, event)], STORE_SECONDS)
        await self._wishes.mark_sent(waiting.wish.id)
