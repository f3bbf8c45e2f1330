"""What LINE and shops do not take just now, as the processes that live have found it.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.month import month_of, next_month
from bot.model.processes import OutsideService, RefusalKind, RefusedCalls, Serving
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.store.stores import Stores

STUCK = timedelta(seconds=60)
"""For so long a message may wait before it is stuck: LINE takes one within a second."""
STUCK_MOST = 10_000
"""More people than these are not counted."""

_WORST: Sequence[RefusalKind] = ("token", "away", "month", "throttled", "refused", "odd")
"""Kinds of refusals, the gravest first: of an account that one is reported."""


@dataclass(frozen=True, slots=True)
class StuckMessages:
    """Messages of a channel that wait to be sent: how many, and since when the oldest."""

    channel: str
    number: int
    since: datetime


async def refused_accounts(stores: Stores, now: datetime) -> Mapping[str, RefusedCalls]:
    """What LINE does not take, by channel: the worst, since the first process has found it."""
    month = [
        RefusedCalls("line", channel, "month", figure.at)
        for channel, figure in (await stores.quotas.all()).items()
        if figure.left == 0 and month_of(figure.at) == month_of(now)
    ]
    return worst(await stores.processes.alive(), "line", month)


async def refused_shops(stores: Stores) -> Mapping[str, RefusedCalls]:
    """What shops do not take, by name."""
    return worst(await stores.processes.alive(), "shop")


def worst(
    alive: Iterable[Serving], of: OutsideService, more: Iterable[RefusedCalls] = ()
) -> Mapping[str, RefusedCalls]:
    """Of what processes have found of each the worst, the first of those."""
    found = [*(one for process in alive for one in process.refused if one.of == of), *more]
    by_name = dict[str, RefusedCalls]()
    for one in sorted(found, key=lambda one: (_WORST.index(one.kind), one.since)):
        by_name.setdefault(one.name, one)
    return by_name


async def stuck_messages(stores: Stores, now: datetime, most: int = STUCK_MOST) -> Sequence[StuckMessages]:
    """Those that wait for longer than `STUCK`, by channel, of `most` people at most."""
    found = await stores.contacts.stuck(now - STUCK, most)
    return [StuckMessages(channel, number, since) for channel, (number, since) in found.items()]


def refused_in_words(one: RefusedCalls, title: str, since: TranslatableValue, now: datetime) -> Translatable:
    """The line on every page, of an account."""
    match one.kind:
        case "token":
            return tr(
                "{title}: LINE refuses the access token since {since}. Messages wait, replies are lost",
                title=title,
                since=since,
            )
        case "away":
            return tr(
                "{title}: LINE does not answer since {since}. Messages wait until it does",
                title=title,
                since=since,
            )
        case "month":
            return tr(
                "{title}: the month's messages are used up. Only free replies go out until {day}",
                title=title,
                day=f"{next_month(now):%m-%d}",
            )
        case _:
            return tr(
                "{title}: LINE limits the rate since {since}. Messages go out later", title=title, since=since
            )


def why_refused(one: RefusedCalls) -> Translatable:
    """What is wrong with a shop, and what to do."""
    match one.kind:
        case "refused":
            return tr(
                "it refuses our credentials: {why}; nobody who binds is found there. Mend them, and it goes"
                " on by itself",
                why=one.why,
            )
        case "away":
            return tr("it does not answer: {why}; who binds is asked to try again later", why=one.why)
        case _:
            return tr("it does not do what it is asked: {why}", why=one.why)


def why_stuck(kind: RefusalKind) -> Translatable:
    """Why messages wait."""
    match kind:
        case "token":
            return tr("LINE refuses the access token")
        case "throttled":
            return tr("LINE limits the rate of calls")
        case "month":
            return tr("the month's messages are used up")
        case _:
            return tr("LINE does not answer")


def waits_in_words(kind: RefusalKind) -> Translatable | None:
    """What becomes of what staff write now; `None` where the price says it."""
    match kind:
        case "token":
            return tr("LINE refuses this account's token: what you send waits, for 23 hours at most")
        case "away":
            return tr("LINE does not answer just now: what you send waits, and goes out by itself")
        case "throttled":
            return tr("LINE limits the rate just now: what you send goes out a little later")
        case _:
            return None
