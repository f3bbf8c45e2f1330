"""Staff pause a broadcast, let it go on, cancel it; each with its line in the audit log.

All of it may raise `DatabaseUnavailable`: then perhaps it was done, and asking once more does no harm.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from bot.engine.broadcasts.as_shown import is_changed
from bot.engine.broadcasts.content import content_and_people
from bot.engine.compiled.broadcast import Broadcast
from bot.model.audit import AuditEntry, AuditEntryKind
from bot.model.broadcast import ASKS, Sending, SendingState
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.actors import actor_words
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.runtime.broadcasts.conductor import cancel
from bot.store.stores import Stores

A_FEW = 5
"""So many people more than were shown may have come since."""
NO_MORE = tr("it does not wait for anybody any more")


class Steer(Protocol):
    """What pauses a broadcast, lets it go on or cancels it, for somebody. Raises `SteeringRefused`."""

    def __call__(
        self, stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None
    ) -> Awaitable[Sending]:
        """The open sending of it is changed; with `sending` (an id) only where it is that one."""


class SteeringRefused(Refusal):
    """It is not done; the sentence says why."""


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
    entry = entry_of("broadcast_paused", found, actor, await now_among(stores))
    await _change(stores, found, entry, paused=actor)
    return found


async def resume(stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None) -> Sending:
    """Let it go on that staff have paused. What the file says weighs more. Raises `SteeringRefused`."""
    found = await _open(stores, broadcast, sending)
    if found.paused is None:
        raise SteeringRefused(tr("{name} is not paused by anybody", name=quoted(broadcast.name)))
    entry = entry_of("broadcast_resumed", found, actor, await now_among(stores))
    await _change(stores, found, entry, paused=None)
    return found


async def cancel_sending(
    stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None
) -> Sending:
    """Call nobody any more who was not called yet. Raises `SteeringRefused` where nothing of it is open."""
    found, now = await _open(stores, broadcast, sending), await now_among(stores)
    entry = entry_of("broadcast_cancelled", found, actor, now)
    if not await cancel(stores.sendings, stores.sending_batches, found, "staff", now, entry):
        raise SteeringRefused(_not_open(broadcast))
    return found


async def call_off(stores: Stores, broadcast: Broadcast, actor: str, sending: str | None = None) -> Sending:
    """Have it not go out, of which nobody was called yet. Raises `SteeringRefused` where somebody was."""
    found, now = await _open(stores, broadcast, sending), await now_among(stores)
    entry = entry_of("broadcast_cancelled", found, actor, now)
    done = await cancel(
        *(stores.sendings, stores.sending_batches, found, "staff", now, entry), if_begun=False
    )
    if not done:
        raise SteeringRefused(tr("it has begun meanwhile: look at it anew"))
    return found


async def people_now(stores: Stores, broadcast: Broadcast, sending: Sending) -> int | None:
    """How many would get an order that waits for staff; `None`: they are not looked for yet, or it was
    edited since."""
    if sending.state != "gathering" or is_changed(sending, broadcast):
        return None
    return (await stores.sending_batches.figures(sending.id)).whole.waiting


async def agree(
    stores: Stores,
    broadcast: Broadcast,
    actor: str,
    sending: str,
    *,
    people: int,
    content: str,
    cost: Decimal | None = None,
    covers: int | None = None,
    now: datetime | None = None,
) -> Sending:
    """Have an order go out that waits for staff, to the `people` and with the `content` that they see now, at
    the `cost` in NT$ (`None`: nobody knows it); `covers`: of how many of them the month's messages suffice,
    where it is held for that.

    It begins anew, as the playbook has it then, and is bound to what they see: what differs is held again.
    Raises `SteeringRefused` where it is otherwise by now.
    """
    found, now = await _open(stores, broadcast, sending), now or await now_among(stores)
    if found.held not in ASKS:
        raise SteeringRefused(NO_MORE)
    if content != content_and_people(broadcast):
        raise SteeringRefused(tr("the playbook was changed meanwhile: nothing was sent. Look at it anew"))
    by_now = await people_now(stores, broadcast, found)
    if by_now is not None and by_now > people + A_FEW:
        raise more_by_now(by_now)
    if covers != found.month_covers:
        raise SteeringRefused(tr("the month's messages changed meanwhile: nothing was sent. Look at it anew"))
    entry = entry_of("broadcast_agreed", found, actor, now, about=f"{people} people")
    seen = {"shown": content, "shown_people": people, "shown_cost": "" if cost is None else f"{cost:f}"}
    if not await stores.sendings.begin_anew(found, entry, **seen, agreed=now):
        raise SteeringRefused(NO_MORE)
    return found


def more_by_now(people: int) -> SteeringRefused:
    """More than were shown."""
    return SteeringRefused(
        tr("they are {number} people by now: nothing was sent. Look at it anew", number=f"{people:,}")
    )


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


async def _change(stores: Stores, sending: Sending, entry: AuditEntry, **fields: Any) -> None:
    states: list[SendingState] = ["planned", "gathering", "sending"]
    if not await stores.sendings.change(sending.id, states, entry=entry, **fields):
        raise SteeringRefused(tr("it has ended meanwhile"))


def entry_of(
    kind: AuditEntryKind, sending: Sending, actor: str, now: datetime, about: str = ""
) -> AuditEntry:
    """Its line of the audit log, which is written with what it tells of, or not at all."""
    what = f"{sending.broadcast}, {about}" if about else sending.broadcast
    return AuditEntry(kind, actor, now, what, id=f"{kind}:{uuid.uuid4().hex}", channel=sending.channel)
