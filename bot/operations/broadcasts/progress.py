"""How the broadcasts stand, and how far the sendings are. May raise `DatabaseUnavailable`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook, Rate
from bot.model.answer_fields import Clock, Help, Internal
from bot.model.broadcast import GroupFigures, LeftOut, Sending, SendingFigures, SendingHold, SendingState
from bot.model.translatable import Translatable, row, tr
from bot.operations.broadcasts.standing_words import HOLDS, state_of
from bot.operations.contact_view import ContactView, masked_view
from bot.operations.find_contacts import LocatedContact
from bot.operations.report_figures import span_words
from bot.operations.simulated_time import now_among
from bot.store.stores import Stores

MOST = 5
"""Sendings of a broadcast that are shown, the last ones."""
BESIDE = 2
"""Sendings of a broadcast that a line names beside the last that was sent: planned, missed, refused."""

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
    """How far one sending is. `rate`: people a second since it was fixed who gets it; `left`: the time that
    is left; both are `None` while it does not go on, or where nothing is known of it yet."""

    sending: str
    broadcast: str
    channel: str
    moment: Annotated[datetime, Help("Which it is for.")]
    state: SendingState
    why: str | None
    waits: Annotated[SendingHold | None, Help("Why nothing new is sent.")]
    waits_since: datetime | None
    paused_by: str | None
    by: Annotated[str | None, Help("`null`: its own time did.")]
    playbook: Annotated[int | None, Help("The version by which it began.")]
    began: datetime | None
    ended: datetime | None
    people: int
    got: int
    left_out: Mapping[LeftOut, int]
    waiting: int
    a_second: float | None
    seconds_left: int | None
    groups: Annotated[Mapping[str, GroupFigures], Help("Of a split.")]
    stored: Annotated[Sending, Internal()]
    figures: Annotated[SendingFigures, Internal()]
    now: Annotated[datetime, Internal()]
    rate: Annotated[float | None, Internal()]
    left: Annotated[timedelta | None, Internal()]

    def in_short(self, at: Clock) -> Translatable:
        """When, and how it stands."""
        state = state_of(self)
        if self.waits is not None and self.ended is None:
            state = tr("{state}, waits: {why}", state=state, why=HOLDS[self.waits])
        return tr("{moment} {state}", moment=at(self.moment), state=state)


def progress_at(sending: Sending, figures: SendingFigures, now: datetime) -> SendingProgress:
    """How far it is at this moment."""
    whole, rate = figures.whole, _rate(sending, figures, now)
    goes_on = not sending.is_over and sending.held is None
    left = timedelta(seconds=whole.waiting / rate) if goes_on and rate else None
    return SendingProgress(
        *(sending.id, sending.broadcast, sending.channel, sending.moment, sending.state),
        *(sending.why or None, sending.held, sending.held_since, sending.paused, sending.by or None),
        playbook=sending.number,
        began=sending.began,
        ended=sending.ended,
        people=whole.people,
        got=whole.got,
        left_out=whole.left_out,
        waiting=whole.waiting,
        a_second=None if rate is None else round(rate, 1),
        seconds_left=None if left is None else round(left.total_seconds()),
        groups={name: one for name, one in figures.groups.items() if name},
        stored=sending,
        figures=figures,
        now=now,
        rate=rate,
        left=left,
    )


def _rate(sending: Sending, figures: SendingFigures, now: datetime) -> float | None:
    until = sending.ended or now
    seconds = 0.0 if sending.fixed is None else (until - sending.fixed).total_seconds()
    return figures.whole.got / seconds if figures.whole.got and seconds > 0 else None


@dataclass(frozen=True, slots=True)
class BroadcastStanding:
    """A broadcast, and its last sendings, the last one first."""

    broadcast: str
    title: str
    channel: str
    status: str
    last_sent: SendingProgress | None
    sendings: Sequence[SendingProgress]

    def line(self, at: Clock) -> Translatable:
        """When it was last sent, and what came since then or is to come: planned, missed, refused."""
        last = self.last_sent
        others = [one for one in self.sendings if last is None or one.moment > last.moment]
        found = [] if last is None else [_sent(last, at)]
        found += [one.in_short(at) for one in reversed(others[:BESIDE])]
        if not found:
            return tr("{name}: was not sent yet", name=self.broadcast)
        return tr("{name}: {told}", name=self.broadcast, told=row(found, "semicolon"))


def _sent(one: SendingProgress, at: Clock) -> Translatable:
    reached, people = f"{one.got:,}", f"{one.figures.whole.meant:,}"
    return tr("{state}, {reached} of {people} people", state=one.in_short(at), reached=reached, people=people)


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
    about = (broadcast.name, broadcast.title, broadcast.channel, broadcast.status)
    return BroadcastStanding(*about, sent, [await _progress(stores, one, now) for one in found])


async def progress_of(stores: Stores, sending: str) -> SendingProgress | None:
    """How far a sending is; `None`: there is none (any more)."""
    found = await stores.sendings.one(sending)
    return None if found is None else await _progress(stores, found, await now_among(stores))


async def _progress(stores: Stores, sending: Sending, now: datetime) -> SendingProgress:
    return progress_at(sending, await stores.sending_batches.figures(sending.id), now)


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
