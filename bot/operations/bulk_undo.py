"""Undoes orders of a bulk run whose turns are not taken yet: an order that undoes it is stored behind each of
these.

Events of one person are taken in the order in which they were stored: a person who gets the tag meanwhile
loses it again. It is removed only where that run has put it on, so a person who had it before still has it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.bulk_run import BulkRun
from bot.model.contact import Contact
from bot.model.inbox import InboxEntry
from bot.model.staff_order import StaffTags
from bot.operations.bulk_batches import bulk_batches
from bot.services.rewrites import RewriteJob, event_for
from bot.store.stores import Stores

AMONG_ORDERS = "#"
"""Before the place of a run that is still among those orders; ids of contacts come behind it."""
PAGE = 2_000
"""Orders that are read at a time; most of them are done."""


def order_entry(
    run: BulkRun, contact: Contact, order: StaffTags, now: datetime, channel: str | None = None
) -> InboxEntry:
    """What somebody with LINE gets by a run, once: known by its id, which begins with the run's."""
    job = RewriteJob(run.by, now, f"{run.kind} {run.id}")
    return event_for(contact, order, job, channel, group=run.id).entry


@dataclass(frozen=True, slots=True)
class OrderBehind:
    """What somebody gets behind an order, and the place behind which it goes on after that."""

    entry: InboxEntry
    place: str


async def orders_behind(
    stores: Stores, channels: Iterable[str], run: BulkRun, undone: BulkRun, most: int, now: datetime
) -> AsyncIterator[Sequence[OrderBehind]]:
    """The orders of `run`, some at a time, from its own place."""
    order = StaffTags(run.mark, remove=(run.about,), of_run=True, origin=undone.mark)
    last = run.place.removeprefix(AMONG_ORDERS)
    for start in sorted(f"{channel}:" for channel in channels):  # as ids are in order
        first = f"{start}{undone.id}"
        after, end = max(first, last), f"{first}g"  # behind all that is hexadecimal
        while after < end and (found := await stores.inbox.between(after, end, PAGE)):
            after = found[-1].id
            waiting = [one for one in found if one.is_open]
            async for some in bulk_batches(waiting, most, stores):
                # in the lane where the first is: merged, both are passed on
                yield [
                    OrderBehind(
                        order_entry(run, Contact(one.contact), order, now, start[:-1]),
                        f"{AMONG_ORDERS}{one.id}",
                    )
                    for one in some
                ]
