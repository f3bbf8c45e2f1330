"""What staff do with a customer's appointment: book, move, cancel, say whether they came; each once (N5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.times.value_words import value_words
from bot.model.audit import AuditKind
from bot.model.translatable import Translatable, tr
from bot.operations.contact_changes import BETWEEN, PATIENCE, done_once
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.engine.steps import act_id
from bot.promotions.appointments.model import (
    Appointment,
    AppointmentAct,
    AppointmentMark,
    AppointmentResult,
    HeldAppointment,
)
from bot.promotions.appointments.store.appointments import Appointments
from bot.services.rewrites import RewriteJob
from bot.store.stores import Stores

StaffResult: TypeAlias = AppointmentResult | Literal["came", "missed", "unknown", "waits"]
"""`unknown`: there is no such person or service any more; `waits`: it is stored, and not done yet."""

GONE = tr("This appointment is not there any more: look at the day once more")
SAID: Mapping[StaffResult, Translatable] = {
    "booked": tr("Booked; the rules of the playbook tell the customer"),
    "moved": tr("Moved; the rules of the playbook tell the customer"),
    "cancelled": tr("Cancelled; the rules of the playbook tell the customer"),
    "came": tr("Written down: the customer came"),
    "missed": tr("Written down: the customer did not come"),
    "full": tr("This time has just been taken: please choose another one"),
    "closed": tr("None begins at this time: please choose another one"),
    "too_soon": tr("This time has passed: please choose another one"),
    "too_far": tr("This time is too far ahead: please choose another one"),
    "unknown": GONE,
    "none": GONE,
    "waits": tr("This takes longer than usual. Look again in a moment: it is done once, whatever happens"),
}
"""What staff read of it."""
_MARKS: Mapping[str, AppointmentMark] = {"came": "came", "missed": "missed"}
_AUDITED: Mapping[str, AuditKind] = {
    "book": "appointment_booked",
    "move": "appointment_moved",
    "cancel": "appointment_cancelled",
    "came": "appointment_came",
    "missed": "appointment_missed",
}


def held_of(one: Appointment) -> HeldAppointment:
    """An appointment as its person has it."""
    return HeldAppointment(one.id, one.service, one.title, one.place, one.start, one.end)


async def appointment_act(
    stores: Stores, playbook: Playbook, contact: str, act: AppointmentAct
) -> StaffResult:
    """Do this for somebody, and wait for what comes of it; the same `act.id` again is once, and answers so.

    Raises `DatabaseUnavailable`: then perhaps it was stored, and doing it again tells.
    """
    stored = await stores.contacts.person(contact)
    if stored is None or act.service not in APPOINTMENTS.of(playbook):
        return "unknown"
    found = LocatedContact(stored, stores, simulated=False)
    if not await _is_done(found, playbook, act, await now_among(stores)):
        return "waits"
    mark = _MARKS.get(act.what, "")
    if act.held is not None and mark:
        await stores.of(Appointments).mark(act.held.id, mark)
        return "came" if mark == "came" else "missed"
    return await _answer(stores, act_id(act.id))


async def _answer(stores: Stores, act: str) -> StaffResult:
    """What the world has said, once it has."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if (result := await stores.of(Appointments).result_of(act)) is not None:
                    return result
                await asyncio.sleep(BETWEEN)
    except TimeoutError:
        return "waits"


async def _is_done(found: LocatedContact, playbook: Playbook, act: AppointmentAct, now: datetime) -> bool:
    """Store the act, and wait until its turn was taken."""
    start = act.start or (act.held.start if act.held is not None else now)
    title, moment = APPOINTMENTS.of(playbook)[act.service].title, value_words(start, playbook.zone)
    job, reason = RewriteJob(act.by, now, f"appointment {act.id}"), (act.reason,) if act.reason else ()
    return await done_once(found, act, job, _AUDITED[act.what], title, moment, *reason)
