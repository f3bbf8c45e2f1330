"""What a broadcast would do if it went out now: to whom, from which messages, at which price, and its faults.

Nothing is changed, and nothing costs a message. May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.broadcasts.content import broken_for, for_everybody, for_person
from bot.engine.compiled.broadcast import WHOLE, Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import All
from bot.engine.conditions.reachable import Unreachable
from bot.engine.times.bounds import When
from bot.line.client import LineClient
from bot.line.objects.faults import faults_of
from bot.line.objects.messages import MESSAGES, inner_faults
from bot.line.outcome import Accepted, LineError, Refused
from bot.model.broadcast import Recipient
from bot.model.contact import Contact
from bot.model.message import Message
from bot.model.money import MessageCost, sending_cost
from bot.model.reserved import held, sent_before
from bot.operations.audiences import left_out_of, people_meant
from bot.operations.broadcasts.line_now import LineNow, line_of
from bot.operations.now_among import now_among
from bot.runtime.broadcasts.batch_people import body_of
from bot.store.contacts.audience_question import AudienceAsked
from bot.store.stores import Stores

SAMPLE = 200
"""People whose data the cards are filled with: the first by id, which says nothing of who they are."""
VALIDATED = 5
"""Different messages that LINE is asked about."""


@dataclass(frozen=True, slots=True)
class MonthLeft:
    """What LINE says just now: its `limit` (`None`: none), what is `used`, what sendings have `reserved`."""

    limit: int | None
    used: int
    reserved: int

    @property
    def left(self) -> int | None:
        """What a sending would find; `None`: there is no limit."""
        return None if self.limit is None else max(0, self.limit - self.used - self.reserved)


@dataclass(slots=True)
class CardTrial:
    """What became of the cards with real people's data: how many were `tried`, and what was wrong.

    `broken` by card: of how many people a message of it is left out; `example` is one of them (a contact's
    id). `refused`: what LINE would refuse, or has refused when it was asked; where `unasked`, it was not.
    """

    tried: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict)
    nothing: int = 0
    refused: list[str] = field(default_factory=list)
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class BroadcastCheck:
    """`people` by group (all in one without a split); those of a group without messages get none."""

    broadcast: Broadcast
    at: datetime
    people: Mapping[str, int]
    without: Mapping[Unreachable, int]
    month: MonthLeft | None
    line_says: str | None
    """Why LINE does not tell what is left."""
    cost: MessageCost | None
    cards: CardTrial

    @property
    def messages(self) -> int:
        """How many are sent, and paid."""
        return sum(number for group, number in self.people.items() if self.broadcast.messages.get(group))

    @property
    def is_short(self) -> bool:
        """Whether there are not messages enough for all."""
        left = None if self.month is None else self.month.left
        return left is not None and left < self.messages

    @property
    def is_refused(self) -> bool:
        """Whether it would not go out."""
        short = self.is_short and (self.broadcast.if_quota_short == "refuse" or not _some(self.month))
        broken = bool(self.cards.tried) and self.cards.nothing == self.cards.tried
        return not self.messages or short or broken or bool(self.cards.refused)


def _some(month: MonthLeft | None) -> bool:
    return month is None or month.left != 0


async def check(stores: Stores, playbook: Playbook, broadcast: Broadcast, line: LineNow) -> BroadcastCheck:
    """Look at all of it. Raises `CannotAsk`."""
    now = await now_among(stores)
    asked = AudienceAsked(
        broadcast.to or All(()),
        broadcast.channel,
        When(now, playbook.zone),
        tuple(playbook.channels),
        playbook.consent_from,
    )
    people, sample = await _people(stores, broadcast, asked)
    without = await left_out_of(stores, playbook, people_meant(playbook, broadcast.name))
    cards = CardTrial()
    async with line_of(line, broadcast.channel) as client:
        month, why = await _month(stores, broadcast.channel, client)
        bodies = await _try(stores, playbook, broadcast, sample, now, cards)
        await _ask_line(client, bodies, cards)
    plan = line.settings.channels[broadcast.channel].plan
    messages = sum(number for group, number in people.items() if broadcast.messages.get(group))
    cost = sending_cost(plan, messages, None if month is None else month.used)
    return BroadcastCheck(broadcast, now, people, without[broadcast.channel], month, why, cost, cards)


async def _people(
    stores: Stores, broadcast: Broadcast, asked: AudienceAsked
) -> tuple[Mapping[str, int], Sequence[Recipient]]:
    """How many are in each group, and some of those who get something."""
    counted: Counter[str] = Counter()
    some: list[Recipient] = []
    async for page in stores.audience_members.recipients(asked):
        for one in page:
            group = broadcast.group_of(one.seed)
            counted[group] += 1
            if broadcast.messages.get(group) and len(some) < SAMPLE:
                some.append(Recipient(one.contact, one.user))
        if broadcast.split is None and len(some) == SAMPLE:  # all are alike, and counted sooner
            return {WHOLE: await stores.audience_numbers.exact(asked)}, some
    return dict(counted), some


async def _month(stores: Stores, channel: str, client: LineClient) -> tuple[MonthLeft | None, str | None]:
    reserved = (await stores.reserved_messages.of(channel)).reserved
    try:
        told = await client.quota()
    except LineError as error:
        return None, str(error)
    return MonthLeft(told.limit, told.used, held(reserved, sent_before(reserved))), None


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
        trial.nothing += not messages
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
        told = await client.validate("push", body_of(messages, None))
        if isinstance(told, Refused) and told.kind != "token":
            if told.message not in trial.refused:
                trial.refused.append(told.message)
        elif not isinstance(told, Accepted):
            trial.unasked = True
