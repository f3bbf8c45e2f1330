"""Broadcasts in a scenario: they go out at their times, or when a step sends them.

Only those that the scenario names take part: a date in the playbook must not break a test of something else.
Times, holds, recipients and contents are decided by the same code as in operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from bot.engine.broadcasts.content import for_person
from bot.engine.broadcasts.recipient import why_not
from bot.engine.broadcasts.schedule import LATEST, begins, due_of, hold_of, plan_of
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.times.bounds import When
from bot.model.broadcast import Sending, SendingHold
from bot.model.contact import Contact
from bot.model.event import BroadcastTags
from bot.model.message import Message
from bot.model.money import message_cost, money_text
from bot.model.translatable import row, tr
from bot.scenario.checks import SentIs, WhyNotSent
from bot.scenario.context import ScenarioContext
from bot.scenario.given import ALL_BROADCASTS
from bot.scenario.people import Person
from bot.scenario.steps import Scenario, SendsBroadcast
from bot.wording.conversation import OURS

BY_HAND = "staff"
"""The actor of a broadcast that a step sends."""
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PlayedSending:
    """How a broadcast went out, or why it did not."""

    broadcast: str
    got: tuple[str, ...] = ()
    """The names of the people who got it."""
    left_out: Mapping[str, WhyNotSent] = field(default_factory=dict)
    """By the names of other people: why they did not."""
    messages: int = 0
    """Messages that it cost."""
    price: Decimal | None = None
    """What they cost beyond the plan's, in NT$; `None` where no price is given."""
    missed: bool = False
    """Its time was missed."""
    waits: SendingHold | None = None
    """Why it is held."""


def played_broadcasts(scenario: Scenario) -> frozenset[str]:
    """The broadcasts that go out at their times: a step sends or expects them, or `given` asks for them."""
    named = (step.broadcast for step in scenario.steps if isinstance(step, SendsBroadcast | SentIs))
    return scenario.given.broadcasts.union(named)


class PlayedSendings:
    """The broadcasts of a scenario: those planned or held, and (`done`) those that ended since the last step
    that begins a new turn of the conversation."""

    def __init__(self, context: ScenarioContext, scenario: Scenario) -> None:
        self._context = context
        self._played = played_broadcasts(scenario)
        self._open: list[Sending] = []
        self.done: list[PlayedSending] = []
        self._planned: tuple[Playbook, datetime] | None = None
        self._sent_by_hand = set[tuple[str, datetime]]()
        """Times of broadcasts that staff have sent before: then they do not go out again (semantics 37)."""

    def order(self, broadcast: Broadcast) -> None:
        """Staff send it, now."""
        now = self._context.now
        name = f"{broadcast.name} {len(self.done)} {now}"
        at = broadcast.at if broadcast.at is not None and broadcast.at > now else None
        sending = Sending(name, broadcast.name, broadcast.channel, now, now, by=BY_HAND, instead_of=at)
        self._open.append(sending)
        self.go_on()

    def last(self, broadcast: str) -> PlayedSending | None:
        """How the broadcast has last ended, of `done`; else why it is held; `None`: neither."""
        gone = next((one for one in reversed(self.done) if one.broadcast == broadcast), None)
        if gone is not None:
            return gone
        waiting = [
            one for one in self._open if one.broadcast == broadcast and one.moment <= self._context.now
        ]
        return PlayedSending(broadcast, waits=self._hold(waiting[0])) if waiting else None

    # -- times

    def next(self, until: datetime) -> datetime | None:
        """When something is next to be done, later than now and not later than this moment."""
        if not self._open and not self._played:
            return None
        self._plan()
        moments = (moment for one in self._open for moment in self._moments(one))
        return min((moment for moment in moments if self._context.now < moment <= until), default=None)

    def _plan(self) -> None:
        playbook, now = self._context.playbook, self._context.now
        if self._planned is not None and self._planned[0] is playbook and self._planned[1] == now:
            return
        planned = [one for one in self._open if one.state == "planned" and not one.by]
        plan = plan_of(playbook, planned, now)
        self._open = [one for one in self._open if one not in plan.forget]
        for time in plan.add:
            if ALL_BROADCASTS not in self._played and time.broadcast.name not in self._played:
                continue
            name, channel = time.broadcast.name, time.broadcast.channel
            self._open.append(Sending(f"{name} {time.moment}", name, channel, time.moment, now))
        self._planned = playbook, now

    def _moments(self, sending: Sending) -> list[datetime]:
        """When a planned sending may go out or be missed."""
        playbook = self._context.playbook
        broadcast = playbook.broadcasts.get(sending.broadcast)
        if broadcast is None:
            return [sending.moment + LATEST + A_SECOND]
        first = begins(broadcast, sending.moment, playbook.zone) or sending.moment
        return [first, first + LATEST + A_SECOND]

    def go_on(self) -> None:
        """Send, end or drop what is due now."""
        if not self._open and not self._played:
            return
        self._plan()
        for sending in sorted(self._open, key=lambda one: one.moment):
            self._see_to(sending)

    def _see_to(self, sending: Sending) -> None:
        """Send this one, or end it, if it is due."""
        playbook, now = self._context.playbook, self._context.now
        due = due_of(playbook, sending, now)
        if due == "missed":
            self._end(sending, PlayedSending(sending.broadcast, missed=True))
            missed = tr("{broadcast}: its time was missed, it does not go out", broadcast=sending.broadcast)
            self._context.add_line(OURS["broadcast"], missed)
        elif (sending.broadcast, sending.moment) in self._sent_by_hand:
            self._open.remove(sending)
        elif due == "due" and self._hold(sending) is None:
            played = self._sent(playbook.broadcasts[sending.broadcast])
            if sending.instead_of is not None and played.got:
                self._sent_by_hand.add((sending.broadcast, sending.instead_of))
            self._end(sending, played)

    def _hold(self, sending: Sending) -> SendingHold | None:
        playbook, now = self._context.playbook, self._context.now
        if due_of(playbook, sending, now) == "to come":
            return "quiet"
        return hold_of(sending, playbook, self._context.brake, now)

    def _end(self, sending: Sending, played: PlayedSending) -> None:
        self._open.remove(sending)
        self.done.append(played)

    # -- going out

    def _people(self, channel: str) -> list[tuple[Person, Contact]]:
        """Those on a channel, by the ids of their contacts."""
        contacts = self._context.contacts
        here = [one for one in self._context.people.values() if one.channel == channel]
        found = [(one, contacts[one.contact]) for one in here if one.contact in contacts]
        return sorted(found, key=lambda pair: pair[1].id)

    def _is_for(self, broadcast: Broadcast, contact: Contact) -> bool:
        """Whether it is meant for this person."""
        when = When(self._context.now, self._context.playbook.zone)
        context = ConditionContext(contact, broadcast.channel, when)
        return broadcast.to is None or broadcast.to.holds(context)

    def _sent(self, broadcast: Broadcast) -> PlayedSending:
        """It goes out to those of the audience who may get it, as long as there are messages."""
        context, channel = self._context, broadcast.channel
        left_out: dict[str, WhyNotSent] = {}
        calls: list[tuple[Person, Contact, tuple[Message, ...]]] = []
        for person, contact in self._people(channel):
            content = self._for(broadcast, person, contact)
            if isinstance(content, str):
                left_out[person.name] = content
            else:
                calls.append((person, contact, content))
        left, used = context.allowance.left(context.now), context.allowance.paid_on(channel, context.now)
        if left is not None and left < len(calls):
            reached = left if broadcast.if_quota_short == "send_part" else 0
            left_out |= dict.fromkeys((person.name for person, _, _ in calls[reached:]), "quota")
            calls = calls[:reached]
        plan = context.plans.get(channel)
        price = None if plan is None else message_cost(plan, len(calls), used).extra
        self._add_sent_line(broadcast, len(calls), price)
        for person, contact, messages in calls:
            self._reaches(broadcast, person, contact, messages)
        got = tuple(person.name for person, _, _ in calls)
        return PlayedSending(broadcast.name, got, left_out, len(calls), price)

    def _for(
        self, broadcast: Broadcast, person: Person, contact: Contact
    ) -> tuple[Message, ...] | WhyNotSent:
        """The messages to a person; or why there are none."""
        playbook, channel, now = self._context.playbook, broadcast.channel, self._context.now
        group = broadcast.group_of(contact.seed)
        if not self._is_for(broadcast, contact):
            return "audience"
        if (why := why_not(playbook, contact, channel, person.user, now, broadcast.priority)) is not None:
            return why
        if not contact.identity(channel).friend:  # an unknown friendship is none: here it is known
            return "no-friend"
        if not broadcast.messages[group]:
            return "nothing"
        return for_person(playbook, broadcast, group, contact, now) or "empty"

    def _reaches(
        self, broadcast: Broadcast, person: Person, contact: Contact, messages: tuple[Message, ...]
    ) -> None:
        """Deliver it to a person, pay for it, and note it on their contact."""
        context, channel = self._context, broadcast.channel
        context.allowance.pay(context.now, channel)
        context.deliver(person, messages)
        identities = tuple(
            replace(one, pushed=context.now, talked=context.now) if one.channel == channel else one
            for one in contact.identities
        )
        pushes = (
            contact.pushes if context.playbook.pushes_per_person is None else (*contact.pushes, context.now)
        )
        context.contacts[contact.id] = replace(contact, identities=identities, pushes=pushes)
        if broadcast.add_tags:
            tags = BroadcastTags(broadcast.name, broadcast.add_tags, broadcast.place.path)
            context.comes_back(contact.id, channel, tags)

    def _add_sent_line(self, broadcast: Broadcast, messages: int, price: Decimal | None) -> None:
        money = [] if price is None else [money_text(price)]
        cost = row([tr("messages: {number}", number=messages), *money])
        line = tr("{broadcast}: {cost}", broadcast=broadcast.name, cost=cost)
        self._context.add_line(OURS["broadcast"], line)
