"""Yesterday in numbers, for somebody who reads it on a phone in the morning (K4).

All of it is counted anyway: the hours of channels, what LINE last said, sendings; no question looks at
everybody. Nothing personal is in it: of what people wrote only texts that three have written alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.engine.compiled.playbook import Playbook
from bot.model.hours import (
    BLOCKED,
    BOUND,
    BROADCAST,
    CAME_BACK,
    FOLLOWED,
    MESSAGES_IN,
    PUSHES,
    REPLIES,
    UNHEARD,
    HourOfChannels,
    in_all,
)
from bot.model.month import month_of
from bot.model.settings import Settings
from bot.model.sms_level import SmsLevel
from bot.operations.broadcasts.overview import ended_sending
from bot.operations.today import TEXTS_MOST, midnight
from bot.operations.unanswered import IMPERSONAL, asked_by_several
from bot.store.counters.quotas import QuotaFigure
from bot.store.stores import Stores

ASKED_MOST = 3
WAITING_MOST = 1_000
NOT_SENT = frozenset({"refused", "cancelled"})


@dataclass(frozen=True, slots=True)
class AskedText:
    """A text that nobody answered, and how many people have written it."""

    text: str
    people: int


@dataclass(frozen=True, slots=True)
class SentThatDay:
    """A sending of that day: to how many it came, and what it cost beside the plan (`None`: no price)."""

    title: str
    people: int
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """An account's day. `friends`: new ones and those who came back; `paid`: messages that count against the
    plan. As of now: `waiting`, people who wait for staff (at most 1,000; `None`: staff answer elsewhere, or
    nobody waits where nobody answers), and what is `left` of this month's `limit`, or of the plan's messages
    (`None`: unknown, or without either)."""

    channel: str
    title: str
    friends: int
    blocks: int
    bound: int
    messages: int
    replies: int
    unanswered: int
    asked: Sequence[AskedText]
    sent: Sequence[SentThatDay]
    paid: int
    waiting: int | None
    left: int | None
    limit: int | None

    @property
    def is_quiet(self) -> bool:
        """Whether nothing at all happened there."""
        numbers = (self.friends, self.blocks, self.bound, self.messages, self.replies, self.paid)
        return not any((*numbers, self.unanswered, self.sent))


@dataclass(frozen=True, slots=True)
class OpenTrouble:
    """Something that staff were alerted to and that is not over."""

    reason: str
    subject: str
    since: datetime


@dataclass(frozen=True, slots=True)
class DayDigest:
    """All accounts' `day`. `is_counted`: whether anything was counted for it; `troubles` are open now."""

    day: date
    is_counted: bool
    channels: Sequence[ChannelDay]
    sms: Sequence[SmsLevel]
    troubles: Sequence[OpenTrouble]


async def digest_of(
    stores: Stores, playbook: Playbook, settings: Settings, titles: Mapping[str, str], now: datetime
) -> DayDigest:
    """The digest of the day before `now`. May raise `DatabaseUnavailable`."""
    zone = playbook.zone
    today = now.astimezone(zone).date()
    day = today - timedelta(days=1)
    since, until = midnight(day, zone), midnight(today, zone)
    hours = await stores.hours.between(since, until)
    quotas = await stores.quotas.all()
    sent = await _sent(stores, playbook, settings, since, until, now)
    channels = [
        await _channel(
            stores,
            playbook,
            name,
            title,
            hours,
            _left(quotas.get(name), settings, name, now),
            sent.get(name, ()),
        )
        for name, title in titles.items()
    ]
    levels = await stores.sms_levels.all()
    troubles = [
        OpenTrouble(reason, subject, since.astimezone(zone))
        for reason, subject, since in await stores.alerts.all_lasting()
        if reason not in ("quota", "sms_low")
    ]
    sms = [level for name, level in levels.items() if name in settings.sms]
    return DayDigest(day, bool(hours), channels, sms, troubles)


async def _channel(
    stores: Stores,
    playbook: Playbook,
    name: str,
    title: str,
    hours: Sequence[HourOfChannels],
    left: tuple[int | None, int | None],
    sent: Sequence[SentThatDay],
) -> ChannelDay:
    here = playbook.channels[name].staff
    waiting = await stores.staff_chats.waiting(name, WAITING_MOST)
    number = in_all(hours, name)
    several = await asked_by_several(stores, hours, name, playbook.zone, IMPERSONAL, TEXTS_MOST)
    asked = [AskedText(text, people) for text, people in several[:ASKED_MOST]]
    return ChannelDay(
        name,
        title,
        number[FOLLOWED] + number[CAME_BACK],
        number[BLOCKED],
        number[f"{BOUND}phone"],
        number[MESSAGES_IN],
        number[REPLIES],
        number[UNHEARD],
        asked,
        sent,
        number[PUSHES] + number[BROADCAST],
        len(waiting) if here == "console" or (waiting and here == "none") else None,
        *left,
    )


def _left(
    quota: QuotaFigure | None, settings: Settings, channel: str, now: datetime
) -> tuple[int | None, int | None]:
    """What is left of this month, and of how many."""
    if quota is None or month_of(quota.at) != month_of(now):
        return None, None
    known = settings.channels.get(channel)
    included = None if known is None or known.plan is None else known.plan.included
    left = quota.within(included)
    return left, None if left is None else quota.limit if quota.left is not None else included


async def _sent(
    stores: Stores, playbook: Playbook, settings: Settings, since: datetime, until: datetime, now: datetime
) -> Mapping[str, Sequence[SentThatDay]]:
    found: dict[str, list[SentThatDay]] = {}
    for sending in await stores.sendings.between(since, until):
        if sending.fixed is None or sending.state in NOT_SENT:
            continue
        ended = await ended_sending(stores, settings, sending, now)
        known = playbook.broadcasts.get(sending.broadcast)
        title = (known.title if known is not None else "") or sending.broadcast
        people = ended.progress.figures.whole.got
        found.setdefault(sending.channel, []).append(SentThatDay(title, people, ended.cost))
    return found
