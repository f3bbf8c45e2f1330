"""Staff have a broadcast sent, pause it, let it go on, cancel it; each with its line in the audit log.

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All
from bot.engine.times.bounds import When
from bot.model.audit import Deed, DeedKind
from bot.model.broadcast import Sending, SendingState
from bot.model.said import Refusal, Said, say
from bot.operations.now_among import now_among
from bot.playbook.similar import shown
from bot.runtime.broadcasts.cancelling import cancel
from bot.store.broadcasts.sendings import sending_id
from bot.store.contacts.audience_question import AudienceAsked
from bot.store.stores import Stores


class SteeringRefused(Refusal):
    """It is not done; the sentence says why."""


async def send(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, actor: str, now: datetime | None = None
) -> tuple[Sending, int]:
    """Have it go out now; the sending, and to how many people as far as is known now.

    The processes that run do it: who asks may go. Raises `SteeringRefused`.
    """
    now = now or await now_among(stores)
    _may_be_sent(broadcast)
    for one in await stores.sendings.all(broadcast.name):
        if not one.is_over and (one.state != "planned" or one.by):
            raise _is_being_sent(broadcast)
    people = await _size(stores, playbook, broadcast, now)
    if not people:
        raise SteeringRefused(say("nobody is in the audience of {name} now", name=shown(broadcast.name)))
    if not await stores.leases.somebody_runs():
        raise SteeringRefused(say("no process runs that could send it: start  oaflow run"))
    sending = Sending(sending_id(broadcast.name, now), broadcast.name, broadcast.channel, now, now, by=actor)
    deed = _deed("broadcast_sent", sending, actor, now, about=f"{people} people")
    if not await stores.sendings.add(sending, deed):  # somebody was faster, while people were counted
        raise _is_being_sent(broadcast)
    return sending, people


def _is_being_sent(broadcast: Broadcast) -> SteeringRefused:
    return SteeringRefused(say("{name} is being sent already", name=shown(broadcast.name)))


def _may_be_sent(broadcast: Broadcast) -> None:
    """Raise `SteeringRefused` where the file says that it is not to go out."""
    if broadcast.status == "live":
        return
    raise SteeringRefused(
        say(
            "{name} is  status: {status}  in {place}: make it  status: live  and publish that",
            name=shown(broadcast.name),
            status=broadcast.status,
            place=f"{broadcast.place.file}:{broadcast.place.line}",
        )
    )


async def _size(stores: Stores, playbook: Playbook, broadcast: Broadcast, now: datetime) -> int:
    asked = AudienceAsked(
        broadcast.to or All(()),
        broadcast.channel,
        When(now, playbook.zone),
        tuple(playbook.channels),
        playbook.consent_from,
    )
    return await stores.audience_numbers.exact(asked)


async def pause(stores: Stores, broadcast: Broadcast, actor: str) -> Sending:
    """Nobody new is called until it is resumed. Raises `SteeringRefused` where nothing of it is open."""
    sending = await _open(stores, broadcast)
    if sending.paused is not None:
        raise SteeringRefused(
            say("{name} is paused already, by {who}", name=shown(broadcast.name), who=sending.paused)
        )
    deed = _deed("broadcast_paused", sending, actor, await now_among(stores))
    await _change(stores, sending, deed, paused=actor)
    return sending


async def resume(stores: Stores, broadcast: Broadcast, actor: str) -> Sending:
    """Let it go on that staff have paused. What the file says weighs more. Raises `SteeringRefused`."""
    sending = await _open(stores, broadcast)
    if sending.paused is None:
        raise SteeringRefused(say("{name} is not paused by anybody", name=shown(broadcast.name)))
    deed = _deed("broadcast_resumed", sending, actor, await now_among(stores))
    await _change(stores, sending, deed, paused=None)
    return sending


async def cancel_sending(stores: Stores, broadcast: Broadcast, actor: str) -> Sending:
    """Call nobody any more who was not called yet. Raises `SteeringRefused` where nothing of it is open."""
    sending, now = await _open(stores, broadcast), await now_among(stores)
    deed = _deed("broadcast_cancelled", sending, actor, now)
    if not await cancel(stores.sendings, stores.sending_batches, sending, "staff", now, deed):
        raise SteeringRefused(_not_open(broadcast))
    return sending


async def _open(stores: Stores, broadcast: Broadcast) -> Sending:
    """The one that goes out, else the one that is planned next."""
    found = [one for one in await stores.sendings.all(broadcast.name) if not one.is_over]
    if not found:
        raise SteeringRefused(_not_open(broadcast))
    return min(found, key=lambda one: (one.state == "planned", one.moment))


def _not_open(broadcast: Broadcast) -> Said:
    return say("nothing of {name} is going out or planned", name=shown(broadcast.name))


async def _change(stores: Stores, sending: Sending, deed: Deed, *, paused: str | None) -> None:
    states: list[SendingState] = ["planned", "gathering", "sending"]
    if not await stores.sendings.change(sending.id, states, deed=deed, paused=paused):
        raise SteeringRefused(say("it has ended meanwhile"))


def _deed(kind: DeedKind, sending: Sending, actor: str, now: datetime, about: str = "") -> Deed:
    """Its line of the audit log, which is written with what it tells of, or not at all."""
    what = f"{sending.broadcast}, {about}" if about else sending.broadcast
    return Deed(kind, actor, now, what, id=f"{kind}:{uuid.uuid4().hex}")
