"""Staff have a broadcast sent, pause it, let it go on, cancel it; each with its line in the audit log.

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.engine.broadcasts.content import content_and_people
from bot.engine.broadcasts.schedule import times_between
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

LATEST_ORDER = timedelta(days=366)
"""How far ahead staff order one."""


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
    same people in the last 24 hours, which staff want again. `at`: when it is to go out, `None`: now.
    """

    broadcast: Broadcast
    people: int
    last: Sending | None
    repeats: Sending | None
    at: datetime | None = None


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
    at: datetime | None = None,
) -> SendingOrder:
    """What is to be confirmed before `send`. Raises `SteeringRefused` where it would not be sent.

    `again`: also where the same went to the same people a short time ago; an id: if that sending did so.
    `at`: when it is to go out, UTC; then nothing repeats what went out within 24 hours before.
    """
    now = now or await now_among(stores)
    _may_be_sent(broadcast)
    sendings = await stores.sendings.all(broadcast.name)
    for one in sendings:
        if not one.is_over and (one.state != "planned" or one.by):
            raise _is_being_sent(broadcast) if one.moment <= now else _is_ordered(one, playbook)
    if at is not None:
        _may_be_chosen(playbook, broadcast, sendings, at, now)
    if not people:
        raise SteeringRefused(tr("nobody would get {name} now", name=quoted(broadcast.name)))
    if not await stores.leases.somebody_runs():
        raise SteeringRefused(tr("no process runs that could send it: start  oaflow run"))
    last = await stores.sendings.last_sent(broadcast.name)
    repeats = await _same_before(stores, broadcast, sendings, at or now)
    if repeats is not None and (at is not None or again not in (True, repeats.id)):
        raise _sent_lately(repeats, playbook)
    return SendingOrder(broadcast, people, last, repeats, at)


def _may_be_chosen(
    playbook: Playbook, broadcast: Broadcast, sendings: Sequence[Sending], at: datetime, now: datetime
) -> None:
    """Raise `SteeringRefused` where this is no moment for it."""
    if at <= now:
        raise SteeringRefused(tr("this moment is over: choose one that is to come"))
    if at > now + LATEST_ORDER:
        raise SteeringRefused(tr("choose a moment within a year"))
    called_off = {one.moment for one in sendings if one.is_over}
    since = max(now, at - REPEAT_AFTER)
    if broadcast.at is not None:
        own = [broadcast.at] if broadcast.at == at else []
    else:
        own = times_between(broadcast, since, at, playbook.zone)
    for moment in own:
        if moment not in called_off:
            raise SteeringRefused(tr("it goes out at {moment} of itself", moment=_in_zone(moment, playbook)))


async def send(
    stores: Stores, playbook: Playbook, order: SendingOrder, actor: str, now: datetime | None = None
) -> Sending:
    """Have it go out now, or at the order's moment; the processes that run do it. Raises `SteeringRefused`.

    Of several that order the same at once, here or in other processes, one succeeds. One for later claims
    what it says as it begins, as the playbook's own times do.
    """
    now, broadcast = now or await now_among(stores), order.broadcast
    moment = now if order.at is None else await _free_moment(stores, broadcast, order.at, now)
    sending = Sending(
        sending_id(broadcast.name, moment),
        broadcast.name,
        broadcast.channel,
        moment,
        now,
        by=actor,
        instead_of=await _time_to_come(stores, broadcast, now),
    )
    when = "" if order.at is None else f", for {_in_zone(order.at, playbook)}"
    deed = _deed("broadcast_sent", sending, actor, now, about=f"{order.people} people{when}")
    if order.at is not None:
        if await stores.sendings.add(sending, deed):
            return sending
        raise _is_being_sent(broadcast)
    after = "" if order.repeats is None else order.repeats.id
    claim = ContentClaim(content_and_people(broadcast), now - REPEAT_AFTER, after)
    if await stores.sendings.add(sending, deed, claim):
        return sending
    other = await stores.sendings.claimed_by(claim.content)
    if other is not None and other.is_over:
        raise _sent_lately(other, playbook)
    raise _is_being_sent(broadcast)


async def _free_moment(stores: Stores, broadcast: Broadcast, at: datetime, now: datetime) -> datetime:
    """The moment, or the first millisecond behind it for which nothing was called off before."""
    if at <= now:
        raise SteeringRefused(tr("this moment is over: choose one that is to come"))
    while await stores.sendings.one(sending_id(broadcast.name, at)) is not None:
        at += timedelta(milliseconds=1)
    return at


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
    return AlreadySent(
        tr(
            "the same went to the same people at {moment} ({name})",
            moment=_in_zone(other.began or other.moment, playbook),
            name=quoted(other.broadcast),
        )
    )


def _in_zone(moment: datetime, playbook: Playbook) -> str:
    return f"{moment.astimezone(playbook.zone):%Y-%m-%d %H:%M}"


def _is_ordered(sending: Sending, playbook: Playbook) -> SteeringRefused:
    return SteeringRefused(
        tr(
            "{name} is ordered for {moment} already: cancel that first",
            name=quoted(sending.broadcast),
            moment=_in_zone(sending.moment, playbook),
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
    """The one that goes out, else the one that is planned next: what is paused, resumed and cancelled.

    A time of its own that staff have ordered another one in place of comes behind that.
    """
    found = [one for one in await stores.sendings.all(broadcast.name) if not one.is_over]
    replaced = {one.instead_of for one in found}
    return min(
        found, key=lambda one: (one.state == "planned", one.moment in replaced, one.moment), default=None
    )


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
