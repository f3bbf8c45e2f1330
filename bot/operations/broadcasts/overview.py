"""All broadcasts: what goes out now, what is to come, what waits for a hand, what has ended; a month of them.

No question looks at everybody. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal, TypeAlias

from bot.engine.broadcasts.schedule import begins, next_time, times_between
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import month_after, utc
from bot.model.answer_fields import Column, Internal
from bot.model.broadcast import Sending, SendingFigures, SendingState
from bot.model.channel import PricePlan
from bot.model.money import sending_cost
from bot.model.settings import Settings
from bot.model.translatable import tr
from bot.operations.audiences import AudienceCount
from bot.operations.broadcasts.progress import SendingProgress, progress_at
from bot.store.broadcasts.sendings import sending_id
from bot.store.stores import Stores

ENDED = 50
"""Sendings that are over on one page, the last ones, and all of the moment of the last of them."""
SIZED = 20
"""Broadcasts to come of which it is known to how many people they would go; of more the first ones."""

CountAudience: TypeAlias = Callable[[str], Awaitable[Mapping[str, AudienceCount] | None]]
"""How many people a broadcast of this name goes to, by channel; `None`: they are being counted."""
ComingState: TypeAlias = Literal["planned", "paused", "draft", "cancelled", "by_hand", "past"]
"""`planned`: its time comes; `paused`: by staff or the playbook; `by_hand`: it has no time; `past`: its time
is over."""


@dataclass(frozen=True, slots=True)
class ComingBroadcast:
    """A broadcast of the playbook of which nothing goes out just now. `at`: when it would begin next.

    `people` would get it now, for `cost` at most, beside the plan (`None`: no price is known); both `None`
    where nobody has counted. `ordered`: the sending that waits for that time.
    """

    broadcast: Broadcast
    state: ComingState
    at: datetime | None
    people: AudienceCount | None
    cost: Decimal | None
    ordered: Sending | None


@dataclass(frozen=True, slots=True)
class EndedSending:
    """One that is over: how far it came, and what that has cost beside the plan (`None`: no price)."""

    progress: SendingProgress
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class BroadcastOverview:
    """All of it; `older`: some that are over are not shown."""

    going: Sequence[SendingProgress]
    coming: Sequence[ComingBroadcast]
    ended: Sequence[EndedSending]
    older: bool


@dataclass(frozen=True, slots=True)
class MonthEntry:
    """A broadcast in a month: a sending that there is, else a time to come."""

    at: Annotated[datetime, Column(tr("when"))]
    broadcast: Annotated[str, Column(tr("broadcast"))]
    channel: Annotated[str, Column(tr("channel"))]
    state: Annotated[SendingState, Column(tr("state"))]
    repeats: Annotated[bool, Column(tr("repeats"))]
    sending: Annotated[Sending | None, Internal()] = None


async def going_now(stores: Stores, now: datetime) -> list[SendingProgress]:
    """The sendings that have begun and are not over, or whose moment has come."""
    found = [one for one in await stores.sendings.open() if one.state != "planned" or one.moment <= now]
    return [progress_at(one, await stores.sending_batches.figures(one.id), now) for one in found]


async def watched_now(stores: Stores, now: datetime) -> list[SendingProgress]:
    """Those, the last one that is over (a small one is over between two looks), and what staff have ordered
    for a moment to come: a colleague has its page open."""
    last = (await stores.sendings.over(None, 1))[:1]
    ended = [progress_at(one, await stores.sending_batches.figures(one.id), now) for one in last]
    ordered = [one for one in await stores.sendings.open() if one.by and one.moment > now]
    to_come = [progress_at(one, SendingFigures(), now) for one in ordered]
    return [*await going_now(stores, now), *ended, *to_come]


async def overview(
    stores: Stores,
    playbook: Playbook,
    settings: Settings,
    now: datetime,
    count: CountAudience,
    before: datetime | None = None,
) -> BroadcastOverview:
    """How all of them stand at `now`; of those that are over the last ones `before` a moment."""
    going = await going_now(stores, now)
    planned = _planned([one for one in await stores.sendings.open() if one.moment > now])
    busy = {one.broadcast for one in going}
    found = [
        await _coming(stores, playbook, one, planned.get(one.name), now)
        for one in playbook.broadcasts.values()
        if one.name not in busy or one.name in planned
    ]
    coming = [one for one in found if not await _is_over(stores, one)]
    coming.sort(key=lambda one: (one.at is None, one.at or now, one.state))
    used = {name: figure.used for name, figure in (await stores.quotas.all()).items()}
    sized = [
        await _sized(settings, one, count, used) if number < SIZED and _may_go(one) else one
        for number, one in enumerate(coming)
    ]
    ended = await stores.sendings.over(before, ENDED)
    shown = [await ended_sending(stores, settings, one, now) for one in ended]
    older = len(ended) >= ENDED and bool(await stores.sendings.over(ended[-1].moment, 1))
    return BroadcastOverview(going, sized, shown, older)


def _is_shown(sending: Sending | None, instead: Collection[tuple[str, datetime | None]]) -> bool:
    """Whether it goes out, or went: a time that another one is ordered in place of does not."""
    return sending is None or sending.state != "planned" or (sending.broadcast, sending.moment) not in instead


def _planned(sendings: Sequence[Sending]) -> Mapping[str, Sending]:
    """By broadcast what comes next; a time that staff have ordered another one in place of does not come."""
    replaced = {(one.broadcast, one.instead_of) for one in sendings}
    found: dict[str, Sending] = {}
    for one in sendings:
        if (one.broadcast, one.moment) not in replaced:
            found.setdefault(one.broadcast, one)
    return found


def _may_go(one: ComingBroadcast) -> bool:
    return one.state in ("planned", "paused", "by_hand")


async def _is_over(stores: Stores, one: ComingBroadcast) -> bool:
    """Whether it stands among what has ended, and nothing of it is to come: it was sent, or called off."""
    if one.at is not None or one.state not in ("by_hand", "past", "cancelled"):
        return False
    sendings = await stores.sendings.all(one.broadcast.name)
    if one.state == "by_hand":
        return any(sending.may_have_reached for sending in sendings)
    return any(sending.is_over for sending in sendings)


async def _coming(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, planned: Sending | None, now: datetime
) -> ComingBroadcast:
    moment, off = await _next(stores, playbook, broadcast, now)
    if planned is not None:
        moment, off = planned.moment, None
    at = None if moment is None or broadcast.dropped else begins(broadcast, moment, playbook.zone)
    state: ComingState
    if broadcast.status != "live":
        state = broadcast.status
    elif planned is not None and planned.paused is not None:
        state = "paused"
    elif at is not None:
        state = "planned"
    elif off is not None and off.why == "staff":
        state = "cancelled"
    else:
        state = "past" if broadcast.timed else "by_hand"
    return ComingBroadcast(broadcast, state, at, None, None, planned)


async def _next(
    stores: Stores, playbook: Playbook, broadcast: Broadcast, now: datetime
) -> tuple[datetime | None, Sending | None]:
    """Its next time that is not over before it has come, and the sending of the last one that is."""
    moment, off = next_time(broadcast, now, playbook.zone), None
    while moment is not None:
        there = await stores.sendings.one(sending_id(broadcast.name, moment))
        if there is None or not there.is_over:
            break
        off, moment = there, None if broadcast.at is not None else next_time(broadcast, moment, playbook.zone)
    return moment, off


async def _sized(
    settings: Settings, one: ComingBroadcast, count: CountAudience, used: Mapping[str, int | None]
) -> ComingBroadcast:
    broadcast = one.broadcast
    if (counted := await count(broadcast.name)) is None:
        return one
    people = counted[broadcast.channel]
    cost = sending_cost(_plan(settings, broadcast.channel), people.people, used.get(broadcast.channel))
    return replace(one, people=people, cost=None if cost is None else cost.extra)


async def ended_sending(stores: Stores, settings: Settings, sending: Sending, now: datetime) -> EndedSending:
    """How far one came that is over, and what that has cost."""
    figures = await stores.sending_batches.figures(sending.id)
    cost = sending_cost(_plan(settings, sending.channel), figures.whole.got, sending.month_used)
    return EndedSending(progress_at(sending, figures, now), None if cost is None else cost.extra)


def _plan(settings: Settings, channel: str) -> PricePlan | None:
    known = settings.channels.get(channel)
    return None if known is None else known.plan


async def month_of(
    stores: Stores, playbook: Playbook, first: date, now: datetime
) -> Mapping[date, Sequence[MonthEntry]]:
    """What went out and is to go out in the month that begins on `first`, by the day of the team's zone."""
    zone = playbook.zone
    since, until = (utc(day, time(0), zone) for day in (first, month_after(first, 1)))
    sendings = await stores.sendings.between(since, until)
    timed = {one.name for one in playbook.broadcasts.values() if one.every is not None}
    found = [
        MonthEntry(one.moment, one.broadcast, one.channel, one.state, one.broadcast in timed, one)
        for one in sendings
    ]
    there = {one.id for one in sendings}
    instead = {(one.broadcast, one.instead_of) for one in await stores.sendings.all(None, ENDED)}
    found = [one for one in found if _is_shown(one.sending, instead)]
    for broadcast in playbook.broadcasts.values():
        if broadcast.status not in ("live", "paused"):
            continue
        name = broadcast.name
        for moment in times_between(broadcast, max(now, since), until, zone):
            is_known = sending_id(name, moment) in there or (name, moment) in instead
            if moment < until and not is_known:
                found.append(MonthEntry(moment, name, broadcast.channel, "planned", name in timed))
    by_day: dict[date, list[MonthEntry]] = {}
    for one in sorted(found, key=lambda one: (one.at, one.broadcast)):
        by_day.setdefault(one.at.astimezone(zone).date(), []).append(one)
    return by_day
