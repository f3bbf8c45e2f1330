"""What a scenario is played in, all in memory: the world outside the bot (`PretendWorld`), the paid messages
that are left (`Allowance`), and what `sendings` needs of the player (`ScenarioContext`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Protocol, TypeVar

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identity import of_shop
from bot.model.brake import Brake
from bot.model.channel import PricePlan
from bot.model.contact import Contact
from bot.model.decision import Decision, DecisionInputs, Push, Reply, SmsCredit
from bot.model.effects import EffectNotice, EffectRequest
from bot.model.event import Outcome, ReplyToken, What
from bot.model.message import Message
from bot.model.month import month_of
from bot.model.translatable import TranslatableValue
from bot.scenario.clerks import clerks_of
from bot.scenario.given import Given, GivenMember
from bot.scenario.memory.clerks import ClerksInMemory
from bot.scenario.memory.codes import CodesInMemory
from bot.scenario.memory.contacts import ContactsInMemory
from bot.scenario.memory.shop import Member, OneShop, ShopInMemory, shop_of
from bot.scenario.people import Person, line_user
from bot.scenario.promotions import MemoryContext, ports_in_memory
from bot.services.caller import Caller
from bot.services.clerks import ClerkService
from bot.services.codes import CodeService
from bot.services.effects import EffectFailed, NoticeHandlers, failing
from bot.services.member_writing import MemberWriter
from bot.services.members import MemberService
from bot.services.merging import MergeService
from bot.services.own_events import EventStore
from bot.services.promotions import ServiceContext, promotion_services
from bot.wording.conversation import SpokenLine

T = TypeVar("T")


class NotImmediate(Exception):
    """A coroutine waits for something: a port in memory must not."""


def immediate(work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which must not wait for anything. Raises `NotImmediate` where it would."""
    try:
        work.send(None)
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
    work.close()
    raise NotImmediate


@dataclass(frozen=True, slots=True)
class PlayedClock:
    """Says what time it is in the scenario (UTC)."""

    moment: Callable[[], datetime]

    def now(self) -> datetime:
        return self.moment()


class PretendWorld:
    """Everything outside the bot but LINE: SMS, the shop, clerks, promotions. Steps switch `sms.fails` and
    `shop.fails`."""

    def __init__(
        self, given: Given, playbook: Playbook, contacts: dict[str, Contact], now: Callable[[], datetime]
    ) -> None:
        """`contacts` are all that there are at any time, by their ids; `now` is the time of the scenario
        (UTC)."""
        clock = PlayedClock(now)
        self.sms = CodesInMemory(lambda: given.sms_credit)
        self.shop = ShopInMemory(_members(given.members), shop_of(playbook))
        shops = OneShop(self.shop, lambda: self.playbook)
        self.directory = ContactsInMemory(contacts)
        merging = MergeService(
            self.directory, self.directory, self.directory.audit, clock, lambda: of_shop(self.playbook)
        )
        members = MemberService(
            self.directory.phones, self.directory, self.directory, merging, shops, clock, _silent
        )
        clerks = ClerksInMemory(clerks_of(given.clerks, given.now))
        self.playbook = playbook
        """As it is now: a step may edit it."""
        self.ports = ports_in_memory(
            MemoryContext(given, contacts, self.directory.id_of, lambda: self.playbook)
        )
        self.events = EventStore()
        promotions = ServiceContext(
            *(self.ports, lambda: self.playbook, self.directory, self.directory, self.events.store, clock)
        )
        self._served = [*promotion_services(promotions)]
        codes = CodeService(
            self.sms, self.sms, lambda: self.playbook, self.directory, self.directory.link_owner, clock
        )
        heard = {kind: take for one in self._served for kind, take in one.hears.items()}
        self._notices: NoticeHandlers = {**members.hears, **heard}
        self.handlers = {
            **codes.carries_out,
            **ClerkService(clerks, clerks, self.directory, clock).carries_out,
            **members.carries_out,
            **MemberWriter(shops).carries_out,
            **{kind: work for one in self._served for kind, work in one.carries_out.items()},
        }

    def outcome(self, request: EffectRequest, caller: Caller) -> Outcome:
        """The outcome of a request, at once. Web hooks are not requested here: a step of the scenario answers
        them."""
        return immediate(self._carried_out(request, caller))

    def notify(self, notice: EffectNotice, caller: Caller) -> None:
        """Hand a notice to the service that takes it; one that no service takes is dropped."""
        if (take := self._notices.get(type(notice))) is not None:
            immediate(take(notice, caller))

    def look(self) -> None:
        """Have promotions do what they do without an event, if anything is due."""
        for one in self._served:
            if one.look is not None:
                immediate(one.look())

    async def _carried_out(self, request: EffectRequest, caller: Caller) -> Outcome:
        try:
            return await self.handlers[type(request)](request, caller)
        except EffectFailed:
            return failing(request)


def _silent(warning: str) -> None:
    """Drop a warning: a scenario has no log."""


def _members(given: Iterable[GivenMember]) -> Iterator[Member]:
    """The shop's records; every member has a number, also where the scenario does not say which."""
    numbers = {member.member_no for member in given}
    free = (number for n in count(1) if (number := f"M{n}") not in numbers)
    for member in given:
        yield Member(
            member.phone,
            member.member_no or next(free),
            member.values,
            member.tags,
            member.consent,
            member.birthday,
            line_user(member.line) if member.line is not None else None,
        )


class Allowance:
    """The paid messages of a scenario, and the places of rules with `first`.

    `paid` counts messages since the scenario began. `quota` is what each of LINE's months has (`None`: no
    limit). `taken` are the places that were taken before it began, by rule.
    """

    def __init__(self, quota: int | None, taken: Mapping[str, int]) -> None:
        self.paid = 0
        self._quota = quota
        self._of_month: Counter[str] = Counter()
        self._of_channel: Counter[tuple[str, str]] = Counter()
        self._pushes: Counter[str] = Counter()
        self._taken = Counter(taken)

    @property
    def taken(self) -> Mapping[str, int]:
        """The places that are taken, by rule."""
        return self._taken

    def pay(self, now: datetime, channel: str) -> bool:
        """Pay for one message; `False`: none is left this month."""
        if self.left(now) == 0:
            return False
        self.paid += 1
        self._of_month[month_of(now)] += 1
        self._of_channel[channel, month_of(now)] += 1
        return True

    def paid_on(self, channel: str, now: datetime) -> int:
        """The messages of a channel that were paid this month."""
        return self._of_channel[channel, month_of(now)]

    def world(self, channels: Iterable[str], now: datetime, sms_credit: SmsCredit) -> DecisionInputs:
        """The inputs of a decision."""
        left = self.left(now)
        quota_left = {} if left is None else dict.fromkeys(channels, left)
        return DecisionInputs(quota_left, sms_credit, dict(self._pushes), dict(self._taken))

    def count(self, decision: Decision) -> None:
        """Count a turn's pushes by journey, each push once, and the places that it claims."""
        pushed = {of for one in decision.actions if isinstance(one, Reply | Push) for of in one.origins if of}
        self._pushes.update(of.flow for of in pushed)
        self._taken.update(claim.rule for claim in decision.claims)

    def left(self, now: datetime) -> int | None:
        """The messages that are left this month; `None`: there is no limit."""
        return None if self._quota is None else max(0, self._quota - self._of_month[month_of(now)])


class ScenarioContext(Protocol):
    """The part of a `Player` that broadcasts work with: `sendings` does not import the player, which imports
    it."""

    playbook: Playbook
    now: datetime
    brake: Brake
    contacts: dict[str, Contact]
    people: dict[str, Person]
    allowance: Allowance
    plans: Mapping[str, PricePlan]

    def add_line(self, speaker: TranslatableValue, text: TranslatableValue) -> SpokenLine: ...
    def deliver(self, person: Person | None, messages: Sequence[Message]) -> None: ...
    def comes_back(self, contact: str, channel: str, what: What, token: ReplyToken | None = None) -> None: ...
