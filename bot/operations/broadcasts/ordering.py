"""Orders a broadcast, to be sent now or at a later moment; of several orders of the same one, one counts.

All of it may raise `DatabaseUnavailable`: then it may have been stored, and a second try does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.engine.broadcasts.content import content_and_people, fingerprint, people_fingerprint
from bot.engine.broadcasts.schedule import begins, times_between
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import REPEAT_AFTER, ContentClaim, Sending
from bot.model.translatable import tr
from bot.operations.broadcasts.steering import SteeringRefused, entry_of
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.store.broadcasts.sendings import sending_id
from bot.store.contacts.audiences import audience_query
from bot.store.stores import Stores

LATEST_ORDER = timedelta(days=366)
"""How far ahead staff order one."""


@dataclass(frozen=True, slots=True)
class SendingOrder:
    """What staff are about to send: `people` get it, as far as is known now. Nothing of it is stored yet.

    `last`: the sending of it that has last reached somebody. `repeats`: the one that sent the same to the
    same people in the last 24 hours, which staff want again. `at`: when it is to go out, `None`: now. `cost`:
    what it costs beside the plan, in NT$, as far as that is known. `takes_over`: the id of the sending whose
    claim of the content this one takes.
    """

    broadcast: Broadcast
    people: int
    last: Sending | None
    repeats: Sending | None
    at: datetime | None = None
    cost: Decimal | None = None
    takes_over: str = ""


class NoRecipients(SteeringRefused):
    """Its audience is empty, or nobody of it can be sent anything; the check knows why."""


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
    cost: Decimal | None = None,
) -> SendingOrder:
    """What is to be confirmed before `send`. Raises `SteeringRefused` where it would not be sent.

    `again`: also where the same went to the same people a short time ago; an id: if that sending did so.
    `at`: when it is to go out, UTC.
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
        raise NoRecipients(tr("nobody would get {name} now", name=quoted(broadcast.name)))
    if not await stores.leases.is_running():
        raise SteeringRefused(tr("no process runs that could send it: start  oaflow run"))
    last = await stores.sendings.last_sent(broadcast.name)
    claimed = await stores.sendings.claimed_by(content_and_people(broadcast))
    repeats = await repeated(stores, playbook, broadcast, now, at)
    if repeats is not None and again not in (True, repeats.id):
        raise _sent_lately(repeats, playbook)
    return SendingOrder(broadcast, people, last, repeats, at, cost, "" if claimed is None else claimed.id)


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
    if begins(broadcast, moment, playbook.zone) != now:
        sending = _as_shown(sending, order)
    when = "" if order.at is None else f", for {_in_zone(order.at, playbook)}"
    entry = entry_of("broadcast_sent", sending, actor, now, about=f"{order.people} people{when}")
    if order.at is not None:
        sending = replace(sending, again_after=order.takes_over)
        if await stores.sendings.add(sending, entry):
            return sending
        raise _is_being_sent(broadcast)
    claim = ContentClaim(content_and_people(broadcast), now - REPEAT_AFTER, order.takes_over)
    if await stores.sendings.add(sending, entry, claim):
        return sending
    other = await stores.sendings.claimed_by(claim.content)
    if other is not None and other.is_over:
        raise _sent_lately(other, playbook)
    raise _is_being_sent(broadcast)


def _as_shown(sending: Sending, order: SendingOrder) -> Sending:
    """Until it begins, people, text and price may become others: it is bound to what was shown."""
    cost = "" if order.cost is None else f"{order.cost:f}"
    shown = content_and_people(order.broadcast)
    return replace(sending, shown=shown, shown_people=order.people, shown_cost=cost)


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


async def repeated(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, now: datetime, at: datetime | None
) -> Sending | None:
    """The last sending, under any name, that said the same within 24 hours to somebody who would get it now.

    An audience of the same words may be other people by now. Who is in it at a moment to come (`at`) nobody
    knows. One that is ordered, and has not begun yet, says the same whoever gets it.
    """
    claimed = await stores.sendings.claimed_by(content_and_people(broadcast))
    if claimed is not None and claimed.began is None:
        return claimed
    reached = list[tuple[Sending, set[str]]]()
    since = (at or now) - REPEAT_AFTER
    for one in await stores.sendings.said_since(fingerprint(broadcast), people_fingerprint(broadcast), since):
        if not (await stores.sending_batches.figures(one.id)).may_have_reached:
            continue
        if at is not None or not one.is_over:
            return one
        batches = [batch.contacts async for batch in stores.sending_batches.contacts(one.id)]
        reached.append((one, {contact for batch in batches for contact in batch}))
    if reached:
        query = audience_query(playbook, broadcast.to, broadcast.channel, now)
        async for page in stores.audience_members.recipients(query):
            for one, contacts in reached:
                if any(person.contact in contacts for person in page):
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
