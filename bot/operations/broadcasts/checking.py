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
from bot.engine.conditions.reachable import Unreachable
from bot.line.client import LineClient
from bot.line.objects.faults import faults_of
from bot.line.objects.messages import MESSAGES, inner_faults
from bot.line.outcome import Accepted, LineError, Refused
from bot.model.broadcast import Recipient
from bot.model.contact import Contact
from bot.model.message import Message
from bot.model.money import MessageCost, sending_cost
from bot.model.reserved import held, sent_before
from bot.model.said import Quoted
from bot.operations.audiences import left_out_of, people_meant
from bot.operations.broadcasts.line_now import CannotAsk, LineNow, line_of
from bot.operations.now_among import now_among
from bot.runtime.broadcasts.batch_people import body_of
from bot.store.contacts.audience_question import AudienceAsked, audience_asked
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
class Reckoning:
    """To how many people a broadcast would go at the moment `at`, from which messages, at which price.

    `people` by group (all in one without a split); those of a group without messages get none. `month` is
    `None` where LINE does not tell what is left: `line_says` why.
    """

    broadcast: Broadcast
    at: datetime
    people: Mapping[str, int]
    month: MonthLeft | None
    line_says: Quoted | None
    cost: MessageCost | None

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
        """Whether it would not go out for want of people or messages."""
        none_left = self.month is not None and self.month.left == 0
        return not self.messages or (
            self.is_short and (none_left or self.broadcast.if_quota_short == "refuse")
        )


@dataclass(frozen=True, slots=True)
class BroadcastCheck:
    """A reckoning, who of the audience cannot be reached (`without`), and what became of the cards."""

    sum: Reckoning
    without: Mapping[Unreachable, int]
    cards: CardTrial

    @property
    def is_refused(self) -> bool:
        """Whether it would not go out."""
        broken = bool(self.cards.tried) and self.cards.nothing == self.cards.tried
        return self.sum.is_refused or broken or bool(self.cards.refused)


async def reckoned(stores: Stores, playbook: Playbook, broadcast: Broadcast, line: LineNow) -> Reckoning:
    """What sending it would come to. LINE that cannot be asked does not tell what is left."""
    now = await now_among(stores)
    people, _ = await _people(
        stores, broadcast, audience_asked(playbook, broadcast.to, broadcast.channel, now)
    )
    try:
        async with line_of(line, broadcast.channel) as client:
            month, why = await _month(stores, broadcast.channel, client)
    except CannotAsk as error:
        month, why = None, Quoted(error.said)
    return _reckoning(broadcast, now, people, month, why, line)


def _reckoning(
    broadcast: Broadcast,
    now: datetime,
    people: Mapping[str, int],
    month: MonthLeft | None,
    why: Quoted | None,
    line: LineNow,
) -> Reckoning:
    plan = line.settings.channels[broadcast.channel].plan
    messages = sum(number for group, number in people.items() if broadcast.messages.get(group))
    cost = sending_cost(plan, messages, None if month is None else month.used)
    return Reckoning(broadcast, now, people, month, why, cost)


async def check(stores: Stores, playbook: Playbook, broadcast: Broadcast, line: LineNow) -> BroadcastCheck:
    """Look at all of it. Raises `CannotAsk`."""
    now = await now_among(stores)
    asked = audience_asked(playbook, broadcast.to, broadcast.channel, now)
    people, sample = await _people(stores, broadcast, asked)
    without = await left_out_of(stores, playbook, people_meant(playbook, broadcast.name))
    cards = CardTrial()
    async with line_of(line, broadcast.channel) as client:
        month, why = await _month(stores, broadcast.channel, client)
        bodies = await _try(stores, playbook, broadcast, sample, now, cards)
        await _ask_line(client, bodies, cards)
    found = _reckoning(broadcast, now, people, month, why, line)
    return BroadcastCheck(found, without[broadcast.channel], cards)


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


async def _month(stores: Stores, channel: str, client: LineClient) -> tuple[MonthLeft | None, Quoted | None]:
    reserved = (await stores.reserved_messages.of(channel)).reserved
    try:
        told = await client.quota()
    except LineError as error:
        return None, Quoted(str(error))
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
