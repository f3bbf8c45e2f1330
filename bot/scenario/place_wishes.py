"""The waiting list of a scenario: who is told of which place (N5)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.place_wishes import waits_for
from bot.engine.members.waiting_list import can_be_told, first_place, free_act, told_as
from bot.engine.times.local_time import day_words
from bot.model.appointment import PlaceWish
from bot.model.contact import Contact, Identity
from bot.model.promotion_act import AppointmentAct


@dataclass(frozen=True, slots=True)
class _Offer:
    place: str
    cells: range
    until: datetime


class PretendWaitingList:
    """Who is told in a scenario: contacts have what they wait for, and so are its only truth."""

    def __init__(self) -> None:
        self._offers: list[_Offer] = []
        self._asked_on: dict[str, str] = {}
        """The channel of each wish, by its id."""

    def asked(self, wish: PlaceWish, channel: str) -> None:
        """Remember on which channel somebody has asked."""
        self._asked_on[wish.id] = channel

    def next_lapse(self, until: datetime) -> datetime | None:
        """When the next in line may be told, up to a moment."""
        return min((one.until for one in self._offers if one.until <= until), default=None)

    def told(
        self, playbook: Playbook, contacts: Iterable[Contact], taken: Mapping[str, set[int]], now: datetime
    ) -> Sequence[tuple[Identity, Contact, AppointmentAct]]:
        """Whom to tell now, as whom, and with which event."""
        self._offers = [one for one in self._offers if one.until > now]
        if not any(one.waiting is not None for one in playbook.appointments.values()):
            return []
        taken = {place: {*cells} for place, cells in taken.items()}
        for one in self._offers:
            taken.setdefault(one.place, set()).update(one.cells)
        found = []
        for contact, wish in sorted(_waiting(playbook, contacts, now), key=lambda one: one[1].since):
            channel = self._asked_on.get(wish.id, "")
            told = told_as(contact, channel)
            if told is None or not can_be_told(contact, channel):
                continue
            service = playbook.appointments[wish.service]
            free = first_place(service, wish, taken, now, playbook.zone)
            if free is not None and service.waiting is not None:
                held, cells = free
                taken.setdefault(held.place, set()).update(cells)
                self._offers.append(_Offer(held.place, cells, now + service.waiting))
                found.append((told, contact, free_act(wish, held)))
        return found


def _waiting(
    playbook: Playbook, contacts: Iterable[Contact], now: datetime
) -> Iterator[tuple[Contact, PlaceWish]]:
    today = day_words(now, playbook.zone)
    for contact in contacts:
        for wish in waits_for(contact, today):
            service = playbook.appointments.get(wish.service)
            if service is not None and service.waiting is not None:
                yield contact, wish
