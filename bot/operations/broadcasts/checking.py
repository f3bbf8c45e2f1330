"""What a broadcast would do if it went out now: to whom, from which messages, at which price, and its faults.

Nothing costs a message, and nothing is changed but what is known of the month's messages. May raise
`DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.broadcasts.content import broken_for, for_everybody, for_person
from bot.engine.broadcasts.recipient import has_had_enough
from bot.engine.broadcasts.schedule import begins
from bot.engine.compiled.broadcast import WHOLE, Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.line.client import LineClient
from bot.line.objects.faults import faults_of
from bot.line.objects.messages import MESSAGES, inner_faults
from bot.line.outcome import Accepted, LineError, Refused
from bot.model.broadcast import Recipient
from bot.model.contact import Contact
from bot.model.message import Message
from bot.model.money import MessageCost, sending_cost
from bot.model.month import month_of
from bot.model.reserved import held, sent_before
from bot.model.translatable import Quoted
from bot.operations.audiences import WhyLeftOut, left_out_of, target_audience
from bot.operations.broadcasts.line_now import CannotAsk, LineNow, line_of
from bot.operations.simulated_time import now_among
from bot.runtime.broadcasts.batch_people import body_of
from bot.store.contacts.audiences import audience_query
from bot.store.counters.quotas import QuotaFigure
from bot.store.stores import Stores

SAMPLE = 2_000
"""People whose data the cards are filled with: the first by id, which says nothing of who they are."""
VALIDATED = 5
"""Different messages that LINE is asked about."""

HeldBack: TypeAlias = WhyLeftOut | Literal["limit", "empty"]
"""Why somebody of the audience would not get it: `limit`: has had as many pushes as `limits` allow; `empty`:
once filled with their data nothing of it can be sent."""


@dataclass(frozen=True, slots=True)
class MonthQuota:
    """What LINE says just now: its `limit` (`None`: none), what is `used`, what sendings have `reserved`."""

    limit: int | None
    used: int
    reserved: int

    @property
    def left(self) -> int | None:
        """What a sending would find; `None`: there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.spent)

    @property
    def spent(self) -> int:
        """What is not to be had any more."""
        return self.used + self.reserved


@dataclass(slots=True)
class CardTrial:
    """What became of the cards with real people's data: how many were `tried`, and what was wrong.

    `broken` by card: of how many people a message of it is cut or left out; `example` is one of them (a
    contact's id). `nothing`: for how many of each group nothing of it is left. `refused`: what LINE would
    refuse, or has refused when it was asked; where `unasked`, it was not.
    """

    tried: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict)
    nothing: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class BroadcastCheck:
    """What a broadcast would do at the moment `at`: to whom, from which messages, at which price, its faults.

    `people` get it, by group (all in one without a split); those of a group without messages get none.
    `held_back`: how many others of the audience do not, by why. `begins`: when it would begin; later than
    `at` in quiet hours. `month` is `None` where LINE does not tell what is left: `line_says` why.
    """

    broadcast: Broadcast
    at: datetime
    people: Mapping[str, int]
    held_back: Mapping[HeldBack, int]
    begins: datetime | None
    month: MonthQuota | None
    line_says: Quoted | None
    cost: MessageCost | None
    cards: CardTrial

    @property
    def messages(self) -> int:
        """How many are sent, and paid."""
        return sum(number for group, number in self.people.items() if self.broadcast.messages.get(group))

    @property
    def without_message(self) -> int:
        """For how many of these people no message is left this month."""
        left = None if self.month is None else self.month.left
        return 0 if left is None else max(0, self.messages - left)

    @property
    def is_too_few(self) -> bool:
        """Whether it would not go out, for the month's messages are too few."""
        short = self.without_message
        return bool(short) and (short == self.messages or self.broadcast.if_quota_short == "refuse")

    @property
    def is_refused(self) -> bool:
        """Whether it would not go out."""
        all_empty = bool(self.cards.tried) and self.cards.nothing.total() == self.cards.tried
        return not self.messages or self.is_too_few or all_empty or bool(self.cards.refused)


async def check(
    stores: Stores,
    playbook: Playbook,
    broadcast: Broadcast,
    line: LineNow,
    *,
    validate: bool = True,
    now: datetime | None = None,
) -> BroadcastCheck:
    """Look at all of it, as it is `now`. Raises `CannotAsk`.

    Without `validate` LINE is not asked about the messages, and where it cannot be asked what is left, that
    is not known.
    """
    now, channel = now or await now_among(stores), broadcast.channel
    found = await _audience(stores, playbook, broadcast, now)
    cards = CardTrial()
    bodies = await _try(stores, playbook, broadcast, found.sample, now, cards)
    if cards.tried == found.messages:  # else it is known of some
        found.people.subtract(cards.nothing)
        found.held_back["empty"] = cards.nothing.total()
    without = await left_out_of(stores, playbook, target_audience(playbook, broadcast.name))
    held_back: dict[HeldBack, int] = dict(without[channel].items())
    held_back |= found.held_back
    try:
        async with line_of(line, channel) as client:
            month, why = await _month(stores, channel, client, now)
            if validate:
                await _ask_line(client, bodies, cards)
    except CannotAsk as error:
        if validate:
            raise
        month, why = None, Quoted(error.message)
    used, plan = None if month is None else month.spent, line.settings.channels[channel].plan
    cost = sending_cost(plan, found.messages, used)
    starts = begins(broadcast, now, playbook.zone)
    return BroadcastCheck(broadcast, now, found.people, held_back, starts, month, why, cost, cards)


def checked_at(
    found: BroadcastCheck, playbook: Playbook, line: LineNow, at: datetime | None
) -> BroadcastCheck:
    """What was found, for a moment to come: when it begins then, and of which month its messages are."""
    if at is None:
        return found
    found = replace(found, begins=begins(found.broadcast, at, playbook.zone))
    if month_of(at) == month_of(found.at):
        return found
    plan = line.settings.channels[found.broadcast.channel].plan
    return replace(found, month=None, line_says=None, cost=sending_cost(plan, found.messages, None))


@dataclass(slots=True)
class _Audience:
    """How many get it, by group; why others do not; a sample of those who get something."""

    broadcast: Broadcast
    people: Counter[str] = field(default_factory=Counter)
    held_back: Counter[HeldBack] = field(default_factory=Counter)
    sample: list[Recipient] = field(default_factory=list)

    @property
    def messages(self) -> int:
        return sum(number for group, number in self.people.items() if self.broadcast.messages.get(group))


async def _audience(stores: Stores, playbook: Playbook, broadcast: Broadcast, now: datetime) -> _Audience:
    """Who gets it, as far as that is known without their data."""
    found = _Audience(broadcast)
    asked = audience_query(playbook, broadcast.to, broadcast.channel, now)
    async for page in stores.audience_members.recipients(asked):
        for one in page:
            group = broadcast.group_of(one.seed)
            gets_something = bool(broadcast.messages.get(group))
            if gets_something and has_had_enough(playbook, one.pushes, now, broadcast.priority):
                found.held_back["limit"] += 1
                continue
            found.people[group] += 1
            if gets_something and len(found.sample) < SAMPLE:
                found.sample.append(Recipient(one.contact, one.user))
        if broadcast.split is None and len(found.sample) == SAMPLE and not asked.limited:
            found.people[WHOLE] = await stores.audience_numbers.exact(asked)  # all are alike: sooner counted
            break
    return found


async def month_quota(stores: Stores, line: LineNow, channel: str) -> tuple[MonthQuota | None, Quoted | None]:
    """What LINE says of a channel's month, or why it does not."""
    try:
        async with line_of(line, channel) as client:
            return await _month(stores, channel, client, await now_among(stores))
    except CannotAsk as error:
        return None, Quoted(error.message)


async def _month(
    stores: Stores, channel: str, client: LineClient, now: datetime
) -> tuple[MonthQuota | None, Quoted | None]:
    """What is left; all other pages say that, too, from now on."""
    reserved = (await stores.reserved_messages.of(channel)).reserved
    try:
        quota = await client.quota()
    except LineError as error:
        return None, Quoted(str(error))
    month = MonthQuota(quota.limit, quota.used, held(reserved, sent_before(reserved)))
    await stores.quotas.keep(channel, QuotaFigure(month.left, now, month.limit, month.spent))
    return month, None


async def _try(
    stores: Stores,
    playbook: Playbook,
    broadcast: Broadcast,
    sample: Sequence[Recipient],
    now: datetime,
    trial: CardTrial,
) -> list[tuple[Message, ...]]:
    """Fill the cards with the data of some people; different messages, for LINE to look at."""
    different = dict[bytes, tuple[Message, ...]]()
    alike = {group: for_everybody(playbook, broadcast, group, now) for group in broadcast.messages}
    for messages in alike.values():
        trial.refused += [one for one in _faults(messages or ()) if one not in trial.refused]
    found = await stores.recipients_now.read(broadcast.channel, sample, whole=True)
    for contact in found.values():
        group = broadcast.group_of(contact.seed)
        messages = alike.get(group) or ()
        if not messages and broadcast.messages.get(group):
            messages = _tried(playbook, broadcast, group, contact, now, trial)
        trial.tried += 1
        trial.nothing[group] += not messages
        if messages and len(different) < VALIDATED:
            different.setdefault(body_of(messages, None), messages)
    return list(different.values())


def _tried(
    playbook: Playbook,
    broadcast: Broadcast,
    group: str,
    contact: Contact,
    now: datetime,
    trial: CardTrial,
) -> tuple[Message, ...]:
    for card in broken_for(playbook, broadcast, group, contact, now):
        where = f"{card.place.file}:{card.place.line}"
        trial.broken[where] += 1
        trial.example.setdefault(where, contact.id)
    messages = for_person(playbook, broadcast, group, contact, now)
    trial.refused += [one for one in _faults(messages) if one not in trial.refused]
    return messages


def _faults(messages: Sequence[Message]) -> Iterator[str]:
    """Where LINE would refuse these, by what is known of its objects."""
    if not messages:
        return
    for fault in faults_of(list(messages), MESSAGES, ("messages",)):
        yield ".".join(map(str, fault.at))
    for number, message in enumerate(messages):
        for fault in inner_faults(message, mentions=False):
            yield ".".join(map(str, ("messages", number, *fault.at)))


async def _ask_line(client: LineClient, bodies: Sequence[tuple[Message, ...]], trial: CardTrial) -> None:
    """Whether LINE itself would take them; that is no sending, and costs nothing."""
    for messages in bodies:
        answer = await client.validate("push", body_of(messages, None))
        if isinstance(answer, Refused) and answer.kind != "token":
            if answer.message not in trial.refused:
                trial.refused.append(answer.message)
        elif not isinstance(answer, Accepted):
            trial.unasked = True
