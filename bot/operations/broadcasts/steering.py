"""Staff have a broadcast sent, pause it, let it go on, cancel it; each with its line in the audit log.

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.engine.broadcasts.content import content_and_people
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.audit import Deed, DeedKind
from bot.model.broadcast import REPEAT_AFTER, ContentClaim, Sending, SendingState
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.runtime.broadcasts.conductor import cancel
from bot.store.broadcasts.sendings import sending_id
from bot.store.stores import Stores


class Steer(Protocol):
    """What pauses a broadcast, lets it go on or cancels it, for somebody. Raises `SteeringRefused`."""

    def __call__(
        self, stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None
    ) -> Awaitable[Sending]:
        """The open sending of it is changed; with `sending` (an id) only where it is that one."""


class SteeringRefused(Refusal):
    """It is not done; the sentence says why."""


@dataclass(frozen=True, slots=True)
class SendingOrder:
    """What staff are about to send: `people` get it, as far as is known now. Nothing of it is stored yet.

    `last`: the sending of it that has last reached somebody. `repeats`: the one that sent the same to the
    same people in the last 24 hours, which staff want again.
    """

    broadcast: Broadcast
    people: int
    last: Sending | None
    repeats: Sending | None


class AlreadySent(SteeringRefused):
    """The same went to the same people within 24 hours: who wants that again says so."""


async def order_of(
    stores: Stores,
    playbook: Playbook,
    broadcast: Broadcast,
    people: int,
    *,
    again: bool | str = False,
    now: datetime | None = None,
) -> SendingOrder:
    """What is to be confirmed before `send`. Raises `SteeringRefused` where it would not be sent.

    `again`: also where the same went to the same people a short time ago; an id: if that sending did so.
    """
    now = now or await now_among(stores)
    _may_be_sent(broadcast)
    sendings = await stores.sendings.all(broadcast.name)
    if any(not one.is_over and (one.state != "planned" or one.by) for one in sendings):
        raise _is_being_sent(broadcast)
    if not people:
        raise SteeringRefused(tr("nobody would get {name} now", name=quoted(broadcast.name)))
    if not await stores.leases.somebody_runs():
        raise SteeringRefused(tr("no process runs that could send it: start  oaflow run"))
    last = await stores.sendings.last_sent(broadcast.name)
    repeats = await _same_before(stores, broadcast, sendings, now)
    if repeats is not None and again not in (True, repeats.id):
        raise _sent_lately(repeats, playbook)
    return SendingOrder(broadcast, people, last, repeats)


async def send(
    stores: Stores, playbook: Playbook, order: SendingOrder, actor: str, now: datetime | None = None
) -> Sending:
    """Have it go out now; the processes that run do it. Raises `SteeringRefused`.

    Of several that order the same at once, here or in other processes, one succeeds.
    """
    now, broadcast = now or await now_among(stores), order.broadcast
    sending = Sending(
        sending_id(broadcast.name, now),
        broadcast.name,
        broadcast.channel,
        now,
        now,
        by=actor,
        instead_of=await _time_to_come(stores, broadcast, now),
    )
    deed = _deed("broadcast_sent", sending, actor, now, about=f"{order.people} people")
    after = "" if order.repeats is None else order.repeats.id
    claim = ContentClaim(content_and_people(broadcast), now - REPEAT_AFTER, after)
    if await stores.sendings.add(sending, deed, claim):
        return sending
    other = await stores.sendings.claimed_by(claim.content)
    if other is not None and other.is_over:
        raise _sent_lately(other, playbook)
    raise _is_being_sent(broadcast)


async def _time_to_come(stores: Stores, broadcast: Broadcast, now: datetime) -> datetime | None:
    """The `at` at which it would still go out: it is to come, or has come and something holds it."""
    if broadcast.at is None or broadcast.at > now:
        return broadcast.at
    planned = await stores.sendings.one(sending_id(broadcast.name, broadcast.at))
    return broadcast.at if planned is not None and planned.state == "planned" else None


async def _same_before(
    stores: Stores, broadcast: Broadcast, sendings: Sequence[Sending], now: datetime
) -> Sending | None:
    """The sending of the last 24 hours that sent the same to the same people, under any name.

    `sendings` are those of the broadcast: an earlier version has stored them without a claim.
    """
    content, since = content_and_people(broadcast), now - REPEAT_AFTER
    other = await stores.sendings.claimed_by(content)
    if other is not None and (other.began is None or other.began > since):
        return other
    for one in sendings:
        if one.began is None or one.began <= since or f"{one.content} {one.asked}" != content:
            continue
        if (await stores.sending_batches.figures(one.id)).may_have_reached:
            return one
    return None


def _sent_lately(other: Sending, playbook: Playbook) -> AlreadySent:
    at = (other.began or other.moment).astimezone(playbook.zone)
    return AlreadySent(
        tr(
            "the same went to the same people at {moment} ({name})",
            moment=f"{at:%Y-%m-%d %H:%M}",
            name=quoted(other.broadcast),
        )
    )


def _is_being_sent(broadcast: Broadcast) -> SteeringRefused:
    return SteeringRefused(tr("{name} is being sent already", name=quoted(broadcast.name)))


def _may_be_sent(broadcast: Broadcast) -> None:
    """Raise `SteeringRefused` where the file says that it is not to go out."""
    if broadcast.status == "live":
        return
    raise SteeringRefused(
        tr(
            "{name} is  status: {status}  in {place}: make it  status: live  and publish that",
            name=quoted(broadcast.name),
            status=broadcast.status,
            place=f"{broadcast.place.file}:{broadcast.place.line}",
        )
    )


async def pause(stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None) -> Sending:
    """Nobody new is called until it is resumed. Raises `SteeringRefused` where nothing of it is open."""
    found = await _open(stores, broadcast, sending)
    if found.paused is not None:
        raise SteeringRefused(
            tr(
                "{name} is paused already, by {who}",
                name=quoted(broadcast.name),
                who=actor_words(found.paused),
            )
        )
    deed = _deed("broadcast_paused", found, actor, await now_among(stores))
    await _change(stores, found, deed, paused=actor)
    return found


async def resume(stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None) -> Sending:
    """Let it go on that staff have paused. What the file says weighs more. Raises `SteeringRefused`."""
    found = await _open(stores, broadcast, sending)
    if found.paused is None:
        raise SteeringRefused(tr("{name} is not paused by anybody", name=quoted(broadcast.name)))
    deed = _deed("broadcast_resumed", found, actor, await now_among(stores))
    await _change(stores, found, deed, paused=None)
    return found


async def cancel_sending(
    stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None
) -> Sending:
    """Call nobody any more who was not called yet. Raises `SteeringRefused` where nothing of it is open."""
    found, now = await _open(stores, broadcast, sending), await now_among(stores)
    deed = _deed("broadcast_cancelled", found, actor, now)
    if not await cancel(stores.sendings, stores.sending_batches, found, "staff", now, deed):
        raise SteeringRefused(_not_open(broadcast))
    return found


async def open_sending(stores: Stores, broadcast: Broadcast) -> Sending | None:
    """The one that goes out, else the one that is planned next: what is paused, resumed and cancelled."""
    found = [one for one in await stores.sendings.all(broadcast.name) if not one.is_over]
    return min(found, key=lambda one: (one.state == "planned", one.moment), default=None)


async def _open(stores: Stores, broadcast: Broadcast, wanted: str | None) -> Sending:
    found = await open_sending(stores, broadcast)
    if found is None:
        raise SteeringRefused(_not_open(broadcast))
    if wanted is not None and found.id != wanted:
        raise SteeringRefused(
            tr("another sending of it is open by now: nothing was changed. Look at it anew")
        )
    return found


def _not_open(broadcast: Broadcast) -> Translatable:
    return tr("nothing of {name} is going out or planned", name=quoted(broadcast.name))


async def _change(stores: Stores, sending: Sending, deed: Deed, *, paused: str | None) -> None:
    states: list[SendingState] = ["planned", "gathering", "sending"]
    if not await stores.sendings.change(sending.id, states, deed=deed, paused=paused):
        raise SteeringRefused(tr("it has ended meanwhile"))


def _deed(kind: DeedKind, sending: Sending, actor: str, now: datetime, about: str = "") -> Deed:
    """Its line of the audit log, which is written with what it tells of, or not at all."""
    what = f"{sending.broadcast}, {about}" if about else sending.broadcast
    return Deed(kind, actor, now, what, id=f"{kind}:{uuid.uuid4().hex}", channel=sending.channel)
