"""A scenario's world while it is played: people, contacts, the clock, and what is asked of the world.

Pure and in memory. Turns are taken as the runtime takes them: timers that are due come first, one turn each;
what a turn asks of the world comes back as an event, with the reply token that it may still use.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide, due_timer
from bot.engine.flows.push_gate import brake_of
from bot.engine.rendering.placeholders import sms_text
from bot.model.brake import Brake
from bot.model.channel import PricePlan
from bot.model.contact import Contact
from bot.model.decision import Action, DecisionInputs, Note, NotifyStaff, Push, Reply
from bot.model.effects import CallHook, EffectNotice, EffectRequest
from bot.model.event import Event, News, Outcome, ReplyToken, Source, TimerDue, What
from bot.model.inbox import Received
from bot.model.message import Message
from bot.model.translatable import TranslatableValue, tr
from bot.scenario.context import Allowance, PretendWorld
from bot.scenario.failure import too_many_timers, too_slow
from bot.scenario.initial_contact import met_before, people_of
from bot.scenario.people import Got, Person, TurnRecord, followers, person_of
from bot.scenario.played_time import next_timer, sweeps
from bot.scenario.promotions import next_due
from bot.scenario.sendings import PlayedSendings
from bot.scenario.steps import Scenario
from bot.services.caller import Caller
from bot.services.rewrites import Rewrite
from bot.wording.conversation import OURS, SpokenLine, addressee, button_labels, message_text

LINE_TAKES_TOKEN = timedelta(seconds=60)
"""How long LINE takes a reply token, about; the engine gives it up sooner (`TOKEN_LIFE`)."""

MOST_TIMERS = 10_000
"""Timers that may go off in one step: a year of hourly ones; a flow that never rests is noticed soon."""


@dataclass(frozen=True, slots=True)
class PendingCall:
    """A web hook that has been called and has not answered yet."""

    contact: str
    channel: str
    call: CallHook


class Player:
    """All that there is between two steps of a scenario. What goes on for ever raises `NeverEnds`; so does
    what goes on for more than so many `seconds` of this machine, where given."""

    def __init__(
        self,
        playbook: Playbook,
        scenario: Scenario,
        seed: int,
        plans: Mapping[str, PricePlan] | None = None,
        seconds: float | None = None,
    ) -> None:
        self._seconds, self._began = seconds, monotonic()
        given = scenario.given
        self.playbook = playbook
        self.plans = plans or {}
        """Prices of messages, by channel, where given."""
        self.now = given.now
        self.lines: list[SpokenLine] = []
        self.turns: list[TurnRecord] = []
        """The turns since the last `user` or time step."""
        self.ended: dict[tuple[str, str, str], str] = {}
        """By contact, flow and channel: the state at which a flow has ended last."""
        self.calls: list[PendingCall] = []
        """Web hooks that have not answered yet."""
        self.allowance = Allowance(given.quota, given.taken)
        self.contacts: dict[str, Contact] = {}
        self.world = PretendWorld(given, playbook, self.contacts, lambda: self.now)
        self.world.directory.on_rewrite = self._rewritten
        self.world.events.by = self._store
        self.people: dict[str, Person] = {}
        self._given = given
        self.brake = given.stopped
        self.sendings = PlayedSendings(self, scenario)
        self._outcomes: deque[tuple[str, Event]] = deque()
        """Events that came of turns and are not decided yet, with their contacts."""
        self._spent: set[str] = set()
        """Reply tokens that are used."""
        self._number = 0
        self._calls = 0
        self._fired = 0
        """Timers since the last `begin`."""
        self._meet(scenario, seed)
        self.person = self.people[given.people[0].name]
        self.turns = []
        self.sendings.go_on()

    # -- who is there

    def _meet(self, scenario: Scenario, seed: int) -> None:
        newcomers = followers(scenario)
        for person in people_of(scenario.given):
            friend = person.name not in newcomers if person.friend is None else person.friend
            self.people[person.name] = person_of(person)
            contact = met_before(person, self._given, self.world, self.playbook, seed, friend=friend)
            self.contacts[contact.id] = contact
            if friend:  # who has been a friend before has a rich menu, and timers for dates
                self.happens(self.people[person.name], News("given", ""))

    def contact(self, person: Person) -> Contact:
        """The contact of a person."""
        return self.contacts[person.contact]

    # -- what happens

    def begin(self) -> None:
        """Begin a new turn of the conversation: earlier messages and decisions have been checked."""
        self.turns = []
        self.sendings.done.clear()
        self._fired = 0
        for person in self.people.values():
            person.sms_before = len(self.world.sms.of(person.contact))

    def happens(self, person: Person, what: What, *, token: bool = False) -> None:
        """Something happens to a person, now; what follows from it at once happens too."""
        given = ReplyToken(f"token-{self._number + 1}", self.now) if token else None
        event = self._event(person.contact, person.channel, what, token=given)
        self._timers(person.contact)
        self._take(person.contact, event)
        self._settle()
        if person.contact in self.contacts:  # what this has made due at once
            self._timers(person.contact)
            self._settle()

    def _event(
        self,
        contact: str,
        channel: str,
        what: What,
        *,
        at: datetime | None = None,
        token: ReplyToken | None = None,
    ) -> Event:
        self._number += 1
        person = self.at(contact, channel)
        user, profile = (person.user, person.profile) if person is not None else ("", None)
        identity = f"{channel}:event-{self._number}"
        source = Source("user", user)
        return Event(identity, channel, source, at or self.now, what, token=token, profile=profile)

    def at(self, contact: str, channel: str) -> Person | None:
        """The person with this contact on a channel; `None`: nobody in the scenario has it."""
        for person in self.people.values():
            if person.contact == contact and person.channel == channel:
                return person
        return None

    def _take(self, contact: str, event: Event) -> None:
        """Decide one event, and do what the decision says."""
        self._check_time()
        before = self.contacts[contact]
        decision = decide(self.playbook, before, event, self.now, self._world())
        self.contacts[contact] = decision.contact
        self._collect_page_texts(before, decision.contact)
        person = self.at(contact, event.channel)
        name = person.name if person is not None else ""
        self.turns.append(TurnRecord(name, event.what, decision))
        for end in decision.ended:
            self.ended[contact, end.flow, end.channel] = end.state
        self.allowance.count(decision)
        for action in decision.actions:
            self._do(contact, event, action)

    def _check_time(self) -> None:
        if self._seconds is not None and monotonic() - self._began > self._seconds:
            raise too_slow(self._seconds)

    def _collect_page_texts(self, before: Contact, after: Contact) -> None:
        """The texts that have come onto pages, each once, though several pages show it."""
        shown = {text for page in before.pages for text in page.texts}
        new = dict.fromkeys(text for page in after.pages for text in page.texts if text not in shown)
        for text in new:
            self.add_line(OURS["page"], text)

    def _world(self) -> DecisionInputs:
        world = self.allowance.world(self.playbook.channels, self.now, self._given.sms_credit)
        return replace(world, brake=self.brake) if self.brake else world

    def stop_pushes(self, brake: Brake) -> None:
        """Replace the stops of pushes; flows that waited for a push which is allowed again go on."""
        self.brake = brake
        self.catch_up()

    def catch_up(self) -> None:
        """Do what is due now and could not be done before."""
        self._fire_until(self.now)

    def _settle(self) -> None:
        """Take the turns of all outcomes that have come back, and of what promotions do by themselves."""
        while self._outcomes or self._look():
            contact, event = self._outcomes.popleft()
            contact = self.world.directory.id_of(contact)  # it may have been merged since
            self._timers(contact)
            self._take(contact, event)

    def _look(self) -> bool:
        """Have promotions do what they do without an event, such as notify the next person in line for a
        place; whether anything came of it."""
        self.world.look()
        return bool(self._outcomes)

    # -- time

    def _timers(self, contact: str) -> None:
        """Decide what is due of a contact, as turns of their own (semantics 2)."""
        while (due := due_timer(self.contacts[contact], self.now, self._braked())) is not None:
            self._fire(contact, due)

    def _fire(self, contact: str, due: TimerDue) -> None:
        self._fired += 1
        if self._fired > MOST_TIMERS:
            at = f"{self.now.astimezone(self.playbook.zone):%Y-%m-%d %H:%M}"
            raise too_many_timers(MOST_TIMERS, due.timer.flow, at)
        event = self._event(contact, due.timer.channel, due, at=due.timer.due)
        self._take(contact, event)
        if due.timer in self.contacts[contact].timers:
            raise RuntimeError(f"the timer {due.timer.timer} of {due.timer.flow} is due for ever")

    def pass_time(self, until: datetime, *, down: bool) -> None:
        """Let time pass; each timer is decided when it is due, or with the server `down` all at the end."""
        if down:
            self.now = until
        sees = bool(self.playbook.watched) or self._given.quota is not None
        for sweep in sweeps(self.now, until, sees=sees):
            self._fire_until(sweep)
            self.now = max(self.now, sweep)
            self._sweep()
        self._fire_until(until)
        self.now = until

    def _fire_until(self, moment: datetime) -> None:
        self.sendings.go_on()
        self._settle()
        while True:
            first = next_timer(self.contacts.values(), moment, self._braked())
            sending = self.sendings.next(moment)
            due_itself = next_due(self.world.ports, moment)
            others = [at for at in (sending, first and first[1].timer.due) if at is not None]
            if due_itself is not None and all(due_itself <= at for at in others):
                self.now = max(self.now, due_itself)
            elif sending is not None and (first is None or sending <= first[1].timer.due):
                self.now = sending
                self.sendings.go_on()
            elif first is None:
                return
            else:
                contact, due = first
                self.now = max(self.now, due.timer.due)
                self._fire(contact, due)
            self._settle()

    def _sweep(self) -> None:
        self._check_time()
        for contact in list(self.contacts.values()):
            for identity in contact.identities:
                if self.brake.holds(identity.channel):
                    continue
                self._number += 1
                name = f"{identity.channel}:event-{self._number}"
                what = News("sweep", "")
                self._take(contact.id, Event(name, identity.channel, Source("none", ""), self.now, what))
        self._settle()

    def _braked(self) -> Brake:
        return brake_of(self.playbook, self.brake)

    # -- what a turn wants done

    def _do(self, contact: str, event: Event, action: Action) -> None:
        person = self.at(contact, event.channel)
        if isinstance(action, EffectRequest):
            self._ask(contact, event.channel, action)
            return
        if isinstance(action, EffectNotice):
            self.world.notify(action, self.caller(contact, event.channel))
            return
        match action:
            case Reply():
                self._reply(person, action)
            case Push():
                channel = action.channel or event.channel
                self._push(contact, channel, self.at(contact, channel), action.messages)
            case NotifyStaff():
                self.add_line(OURS["to staff"], action.text)
            case Note():
                self.add_line(OURS["note"], action.text)
            case _:
                pass  # menus are read from the contact; the loading animation and groups are not played

    def _hear(self, events: Iterable[Received]) -> None:
        """These events of ours come, each in a turn of its own."""
        for one in events:
            self.comes_back(one.entry.contact, one.event.channel, one.event.what)

    async def _store(self, events: Iterable[Received], seconds: float) -> None:
        self._hear(events)

    def _rewritten(self, rewrite: Rewrite) -> None:
        """Two contacts were changed outside of their turns: each gets the change as an event of its own."""
        kept, gone = rewrite.audit.contact, rewrite.audit.other
        self._hear(rewrite.events)
        if rewrite.gone is not None or gone is None:
            return
        self.world.sms.rename(gone, kept)
        for person in self.people.values():
            if person.contact == gone:
                person.contact = kept
        self.add_line(OURS["note"], tr("two contacts are one person, and have been merged"))

    def deliver(self, person: Person | None, messages: Sequence[Message]) -> None:
        """Put these messages on a person's phone."""
        if person is None:
            return
        for message in messages:
            speaker = addressee(person.name) if len(self.people) > 1 else OURS["bot"]
            line = self.add_line(speaker, message_text(message))
            line.buttons = button_labels(message)
            person.screen.append(message)
            person.unnamed.append(Got(message, line))

    def _reply(self, person: Person | None, reply: Reply) -> None:
        """LINE takes a reply token once, within a minute."""
        if reply.token.value in self._spent or self.now - reply.token.received > LINE_TAKES_TOKEN:
            self.add_line(OURS["note"], tr("LINE refuses a reply: its token is used or too old"))
            return
        self._spent.add(reply.token.value)
        self.deliver(person, reply.messages)

    def _push(self, contact: str, channel: str, person: Person | None, messages: Sequence[Message]) -> None:
        if self.contacts[contact].identity(channel).friend is False:
            self.add_line(OURS["note"], tr("a push is not sent: the person has blocked the account"))
            return
        if not self.allowance.pay(self.now, channel):
            self.add_line(OURS["note"], tr("a push is not sent: no message is left this month"))
            return
        self.deliver(person, messages)

    def add_line(self, speaker: TranslatableValue, text: TranslatableValue) -> SpokenLine:
        """A line of the conversation."""
        line = SpokenLine(self.now, speaker, text)
        self.lines.append(line)
        return line

    def comes_back(self, contact: str, channel: str, what: What, token: ReplyToken | None = None) -> None:
        """Queue what follows from this turn, as an event that is decided in a turn of its own."""
        self._outcomes.append((contact, self._event(contact, channel, what, token=token)))

    def caller(self, contact: str, channel: str) -> Caller:
        """Who asks the world for something now, in a call of its own."""
        self._calls += 1
        user = self.contacts[contact].identity(channel).user or ""
        return Caller(contact, channel, user, f"call-{self._calls}", self.now)

    def answer(self, pending: PendingCall, outcome: Outcome) -> None:
        """A web hook answers."""
        self.calls.remove(pending)
        contact = self.world.directory.id_of(pending.contact)
        self.comes_back(contact, pending.channel, outcome, pending.call.token)
        self._settle()

    def _ask(self, contact: str, channel: str, request: EffectRequest) -> None:
        if isinstance(request, CallHook):
            self.calls.append(PendingCall(contact, channel, request))
            self.add_line(OURS["calls"], request.hook)
            return
        sent = len(self.world.sms.sent)
        outcome = self.world.outcome(request, self.caller(contact, channel))
        for text in self.world.sms.sent[sent:]:
            self.add_line(OURS["SMS"], sms_text(self.playbook, channel, text.code, self.now))
        self.comes_back(contact, channel, outcome, request.token)
