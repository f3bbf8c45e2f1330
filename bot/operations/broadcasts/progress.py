"""How the broadcasts stand, and how far the sendings are. May raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook, Rate
from bot.model.broadcast import LeftOut, Sending, SendingFigures
from bot.model.translatable import Translatable, tr
from bot.operations.contact_view import ContactView, masked_view
from bot.operations.find_contacts import LocatedContact
from bot.operations.report_figures import span_words
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores

MOST = 5
"""Sendings of a broadcast that are shown, the last ones."""

WHY_LEFT_OUT: Mapping[LeftOut, Translatable] = {
    "gone": tr("not there any more"),
    "no-friend": tr("no friend any more"),
    "stopped": tr("wants no marketing"),
    "limit": tr("had as many pushes as `limits` allowed"),
    "twice": tr("is in it under another contact"),
    "nothing": tr("is to get nothing"),
    "quota": tr("no messages were left"),
    "empty": tr("nothing was left of its messages with this person's data"),
    "refused": tr("LINE refuses it for this person"),
    "unsure": tr("LINE may have sent it, nobody knows"),
    "cancelled": tr("cancelled before"),
}


@dataclass(frozen=True, slots=True)
class SendingProgress:
    """How far one is at `now`: people a second since it was fixed who gets it, and the time that is left.

    Both are `None` while it does not go on, or where nothing is known of it yet.
    """

    sending: Sending
    figures: SendingFigures
    now: datetime

    @property
    def rate(self) -> float | None:
        """People a second."""
        fixed, whole = self.sending.fixed, self.figures.whole
        until = self.sending.ended or self.now
        seconds = 0.0 if fixed is None else (until - fixed).total_seconds()
        return whole.got / seconds if whole.got and seconds > 0 else None

    @property
    def left(self) -> timedelta | None:
        """The time that the rest takes at this rate."""
        rate = self.rate
        if self.sending.is_over or self.sending.held is not None or not rate:
            return None
        return timedelta(seconds=self.figures.whole.waiting / rate)


@dataclass(frozen=True, slots=True)
class BroadcastStanding:
    """A broadcast as the playbook has it, its last sendings (the last one first), which was `sent` last."""

    broadcast: Broadcast
    sendings: Sequence[SendingProgress]
    sent: SendingProgress | None


async def standing_of(
    stores: Stores, playbook: Playbook, broadcasts: Sequence[Broadcast]
) -> list[BroadcastStanding]:
    """How these stand; a time that staff have ordered another one in place of is not to come."""
    now = await now_among(stores)
    return [await _standing(stores, one, now) for one in broadcasts]


async def _standing(stores: Stores, broadcast: Broadcast, now: datetime) -> BroadcastStanding:
    replaced = {one.instead_of for one in await stores.sendings.open() if one.broadcast == broadcast.name}
    found = [
        one
        for one in await stores.sendings.all(broadcast.name, MOST)
        if one.state != "planned" or one.moment not in replaced
    ]
    last = await stores.sendings.last_sent(broadcast.name)
    sent = None if last is None else await _progress(stores, last, now)
    return BroadcastStanding(broadcast, [await _progress(stores, one, now) for one in found], sent)


async def progress_of(stores: Stores, sending: str) -> SendingProgress | None:
    """How far a sending is; `None`: there is none (any more)."""
    found = await stores.sendings.one(sending)
    return None if found is None else await _progress(stores, found, await now_among(stores))


async def _progress(stores: Stores, sending: Sending, now: datetime) -> SendingProgress:
    return SendingProgress(sending, await stores.sending_batches.figures(sending.id), now)


@dataclass(frozen=True, slots=True)
class SkippedPerson:
    """Somebody who did not get it, or perhaps not, and why; `said` is LINE's message.

    `contact` is the contact's id, `shown` who that is as far as it may be shown: `None`, if nobody any more.
    """

    contact: str
    why: LeftOut
    said: str | None
    shown: ContactView | None


@dataclass(frozen=True, slots=True)
class SkippedPeople:
    """Some of those who did not get it; `rest` are more that are not shown."""

    people: Sequence[SkippedPerson]
    rest: int


LISTED: tuple[LeftOut, ...] = (
    "refused",
    "unsure",
    "empty",
    "quota",
    "twice",
    "gone",
    "no-friend",
    "stopped",
    "limit",
)
"""The reasons that are listed, the least expected first; `nothing` and `cancelled` are only counted."""


async def left_out_of(stores: Stores, sending: str, most: int) -> SkippedPeople:
    """At most so many of those who did not get it."""
    counted = (await stores.sending_batches.figures(sending)).whole.left_out
    found: list[tuple[str, LeftOut, str | None]] = []
    for why in LISTED:
        if counted.get(why) and len(found) < most:
            some = await stores.sending_batches.left_out(sending, why, most - len(found))
            found += [(contact, why, said) for contact, said in some]
    stored = await stores.contacts.load([contact for contact, _, _ in found])
    people = []
    for contact, why, said in found:
        one = stored.get(contact)
        known = masked_view(LocatedContact(one, stores, simulated=False)) if one is not None else None
        people.append(SkippedPerson(contact, why, said, known))
    return SkippedPeople(people, sum(counted.get(why, 0) for why in LISTED) - len(people))


def why_left_out(why: LeftOut, broadcast: str, playbook: Playbook) -> Translatable:
    """Why somebody did not get a broadcast of this name."""
    known = playbook.broadcasts.get(broadcast)
    rate = playbook.push_limit("normal" if known is None else known.priority)
    return had_enough(rate) if why == "limit" else WHY_LEFT_OUT[why]


def had_enough(rate: Rate | None) -> Translatable:
    """That a person has had as many pushes as `limits` allow."""
    if rate is None:
        return WHY_LEFT_OUT["limit"]
    span = rate.span
    time = tr("{number} months", number=str(span.months)) if span.months else span_words(span.about)
    return tr("had {number} pushes within {span} already", number=str(rate.number), span=time)
