"""What an edit would do to appointments that are still to come (N5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.value_words import value_words
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import plural, tr
from bot.playbook.codes import mistake
from bot.playbook.similar import quoted
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.slots import may_begin
from bot.promotions.appointments.model import Appointment
from bot.promotions.appointments.playbook.words import WITHOUT_PLACE


def at_stake(playbook: Playbook, usage: object, coming: Iterable[Appointment]) -> Iterator[Problem]:
    """`appointments-without-place`: services that are gone, times that are closed, people who are not there.

    What was promised stays; nobody tells the customers.
    """
    lost = defaultdict[str, list[datetime]](list)
    for one in coming:
        if not _fits(playbook, one):
            lost[one.service].append(one.start)
    yield from (_problem(playbook, name, starts) for name, starts in sorted(lost.items()))


def _fits(playbook: Playbook, one: Appointment) -> bool:
    service = APPOINTMENTS.of(playbook).get(one.service)
    return (
        service is not None
        and one.place in service.places
        and may_begin(service, one.start, playbook.zone, one.place)
    )


def _problem(playbook: Playbook, name: str, starts: list[datetime]) -> Problem:
    service, first = APPOINTMENTS.of(playbook).get(name), value_words(min(starts), playbook.zone)
    number = plural("1 appointment", "{number} appointments", len(starts))
    if service is None:
        message = tr(
            "the service {name} is gone, with {number} to come, the first on {first}",
            number=number,
            name=quoted(name),
            first=first,
        )
        hint = tr("keep it until the last one is over, with  ahead  so short that nobody books it any more")
    else:
        message = tr(
            "the service {name} has {number} without a place by these hours and places, the first on {first}",
            number=number,
            name=quoted(name),
            first=first,
        )
        hint = tr(
            "they stay as they are: arrange other times with these people, on  Appointments  of the console"
        )
    place = Place(BOT_YAML, 1, 1, "appointments") if service is None else service.place
    return mistake(place, WITHOUT_PLACE, message, hint=hint, level="warning")
