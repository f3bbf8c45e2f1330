"""One turn while it is taken: the person as they are now, what is queued, what will be sent, and why.

Nothing here does anything to the world: methods change this turn's own copy of the contact, and append data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from bot.engine import notes
from bot.engine.compiled.card import Card, Tap
from bot.engine.compiled.flow import Flow, State
from bot.engine.compiled.playbook import ChannelRules, Playbook
from bot.engine.compiled.trigger_event import NOTHING, TriggerEvent
from bot.engine.conditions.condition import Condition, ConditionContext, why
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import rendered
from bot.engine.texts.template import Lookup
from bot.engine.times.bounds import When
from bot.engine.turn.copying import copied
from bot.engine.turn.doing import NO_ANSWERS, Begin, Doing, undoes
from bot.engine.turn.photos import photos_before
from bot.model.contact import Contact, Identity
from bot.model.conversation import Secrecy
from bot.model.counts import LEFT
from bot.model.decision import Action, BrokenMessage, Claim, DecisionInputs, EndedFlow, TraceStep
from bot.model.event import Event, Origin, Outcome, ReplyToken
from bot.model.instance import Instance, Timer
from bot.model.mark import Mark
from bot.model.message import JourneyPush, Message, Pushed
from bot.model.place import Place
from bot.model.trace import NoteKind, NoteValue, TraceNote
from bot.model.value import Value

EVENTS_MOST = 32
MOVES_MOST = 64
ACTIONS_MOST = 100
"""The bounds of one turn: internal events, moves, actions (semantics 7)."""

NESTED_MOST = 16
"""Flows that start each other, each before the list that started it is done: Python's stack has an end."""

TOKEN_LIFE = timedelta(seconds=50)
"""After an event's receipt, for which its reply token is used; LINE says about a minute."""

HERE = nullcontext()
NONE: Mapping[Any, Any] = {}
"""The empty value of fields that are rarely set: another mapping replaces it, and it is never changed."""


class Turn:
    """All that one decision reads and writes while it is made."""

    __slots__ = (
        "actions",
        "asked_question",
        "asked_quota",
        "begins",
        "cause",
        "channel",
        "claims",
        "closed",
        "contact",
        "context",
        "cut",
        "dates_changed",
        "dates_set",
        "done_actions",
        "done_events",
        "done_moves",
        "elsewhere",
        "ended",
        "event",
        "facts_are_new",
        "late",
        "later",
        "leaving",
        "left",
        "marks",
        "now",
        "numbered",
        "outcomes",
        "photos",
        "playbook",
        "pushes",
        "queue",
        "quick_replies",
        "replies",
        "rules",
        "secrecy",
        "spoken",
        "to_shop",
        "token",
        "trace",
        "undoing",
        "undone",
        "when",
        "world",
    )

    def __init__(
        self, playbook: Playbook, contact: Contact, event: Event, now: datetime, world: DecisionInputs
    ) -> None:
        self.playbook = playbook
        self.event = event
        self.channel = event.channel
        self.rules = playbook.channels.get(event.channel) or ChannelRules(event.channel)
        self.now = max(now, contact.turned or now)  # a clock set back never goes back for a person
        self.world = world
        self.contact = copied(contact)
        self.when = When(self.now, playbook.zone)
        self.context = ConditionContext(
            self.contact, self.channel, self.when, world.sms_credit, NO_ANSWERS, NOTHING, world.taken
        )
        self.photos = photos_before(contact, event)
        """The set of photos of which the event's is a later one: no rule or flow gets it (semantics 9)."""
        self.token = None if event.standby or self.photos else living(event.token, now)
        self.queue: list[TriggerEvent] = []  # news of changes, first in, first out
        self.begins: list[Begin] = []  # flows to be started after the present list of actions
        self.outcomes: list[Outcome] = []  # of requests that are not made
        self.replies: list[Message] = []
        self.later: list[Pushed] = []
        """Replies that may follow as a push where they find no token (`or_push`, questions, results)."""
        self.spoken: list[Message] = []
        """Those of `replies` that follow as a push where the reply has no room for them."""
        self.pushes: list[Pushed] = []
        self.elsewhere: Mapping[str, Sequence[Pushed]] = NONE
        """Pushes on other channels, where flows of this person have received the news."""
        self.quick_replies: Mapping[str, Sequence[Message]] = NONE
        """By channel the quick replies of all calls so far."""
        self.actions: list[Action] = []
        self.ended: tuple[EndedFlow, ...] = ()
        self.trace: list[TraceStep] = []
        self.marks: list[Mark] = []  # what is counted
        self.claims: tuple[Claim, ...] = ()  # places of rules with `first`
        self.numbered: Mapping[str, int] = NONE
        """The number of the last push of each journey in this turn."""
        self.late = self.cut = False  # the present move is late (`if_late`); a bound of the turn was reached
        self.leaving: tuple[tuple[Instance, str], ...] = ()
        """Journeys that end with this move, each with why: a cap is reached, a push came too late."""
        self.left: Mapping[tuple[str, str], int] = NONE
        """The last visits of what this turn has taken away, by flow and channel."""
        self.cause = ""
        """The present news, where it can be undone: stored with the flows that it begins."""
        self.undoing = False
        self.undone: frozenset[str] = frozenset()
        """Whether this turn undoes a binding, and which causes with it: what they began ends."""
        self.asked_question = self.asked_quota = False  # a question was sent; `quota_left` was read
        self.closed: str | None = None
        """The sentence about a closed page that this turn leads to, unless something else is sent."""
        self.secrecy: Secrecy = ""
        """How far the person's message may be shown: whether it answered a private question."""
        self.facts_are_new = False
        """Whether the event's facts hold anything new of the person; else news with `if_new` do not count."""
        self.dates_changed = False  # an attribute was set: timers that a date sets are worked out anew
        self.dates_set: Mapping[str, bool] = NONE
        """The attributes (slots) that were set in this turn, each with whether that is news."""
        self.to_shop: Mapping[str, Value | None] = NONE
        """By slot what was set, but not by a shop: a shop that maps it and takes it back is sent it."""
        self.done_events = self.done_moves = self.done_actions = 0

    # -- why

    def note(self, kind: NoteKind, *values: NoteValue, place: Place | None = None) -> None:
        """A step of the trace; the values in the order of the kind's names."""
        self.trace.append(TraceStep(place, TraceNote(kind, values)))

    def mark(self, what: str, instance: Instance, *about: str) -> None:
        """Something to be counted of a flow."""
        self.marks.append(Mark(instance.channel, instance.flow, what, about))

    # -- bounds

    def count_move(self, what: str) -> bool:
        """Whether one more move may be made; at the bound the rest of the turn is dropped."""
        self.done_moves += 1
        return self._within(self.done_moves, MOVES_MOST, "moves", what)

    def count_action(self, what: str) -> bool:
        """Whether one more action may be done."""
        self.done_actions += 1
        return self._within(self.done_actions, ACTIONS_MOST, "actions", what)

    def count_nested(self, depth: int, what: str) -> bool:
        """Whether a flow may be started while so many others are being started."""
        return self._within(depth, NESTED_MOST, "flows within each other", what)

    def count_event(self, what: str) -> bool:
        """Whether one more queued event may be handled."""
        self.done_events += 1
        return self._within(self.done_events, EVENTS_MOST, "events", what)

    def _within(self, done: int, most: int, kind: str, what: str) -> bool:
        if done > most and not self.cut:
            self.cut = True
            self.queue.clear()
            self.begins.clear()
            self.note(notes.CHAIN_CUT, what, most, kind)
        return not self.cut

    # -- news

    def queue_news(self, kind: str, subject: str, fields: Mapping[str, Value] = NOTHING) -> None:
        """Queue news of a change: handled when what is being handled now is finished (semantics 4)."""
        if self.undoing and (undone := undoes(kind, subject, fields)):
            self.undone |= {undone}
        if not self.cut:
            self.queue.append(TriggerEvent(kind, subject, fields))

    def answer_of_ours(self, question: str, result: str, origin: Origin) -> None:
        """Queue the outcome of a request that is not made; `question` is its trigger (`code`, `member`)."""
        self.outcomes.append(Outcome(question, result, origin))

    # -- conditions

    def holds(self, condition: Condition | None, doing: Doing, place: Place | None = None) -> bool:
        """Whether a condition holds for this person, here and now; one that does not is traced at `place`."""
        if condition is None:
            return True
        context = self.context
        context.answers, context.event = doing.answers, doing.fields
        if condition.holds(context):
            return True
        if place is not None:
            because = why(condition, context)
            self.note(notes.CONDITION, because.facts, place=because.place or place)
        return False

    # -- channels

    def on(self, channel: str) -> AbstractContextManager[None]:
        """Act on a channel for a while; on another than the turn's without a token."""
        return HERE if channel == self.channel else self._elsewhere(channel)

    @contextmanager
    def _elsewhere(self, channel: str) -> Iterator[None]:
        here = (self.channel, self.rules, self.token, self.replies, self.later, self.pushes)
        self.channel = self.context.channel = channel
        self.rules = self.playbook.channels.get(channel) or ChannelRules(channel)
        self.token, self.replies, self.later, self.pushes = None, [], [], []
        try:
            yield
        finally:
            if self.replies:
                self.note(notes.REPLY_LOST, TraceNote(notes.ELSEWHERE))
            pushed = (*self.elsewhere.get(channel, ()), *self.later, *self.pushes)
            self.elsewhere = {**self.elsewhere, channel: pushed}
            self.channel, self.rules, self.token, self.replies, self.later, self.pushes = here
            self.context.channel = self.channel

    # -- identities

    @property
    def identity(self) -> Identity:
        """The person's identity on the channel of this turn."""
        for identity in self.contact.identities:
            if identity.channel == self.channel:
                return identity
        return self.identity_on(self.channel)

    def identity_on(self, channel: str) -> Identity:
        """The person's identity on a channel: this turn's own copy, which it may change."""
        for identity in self.contact.identities:
            if identity.channel == channel:
                return identity
        new = Identity(channel)
        self.contact.identities = (*self.contact.identities, new)
        return new

    # -- instances and timers

    def flow_of(self, instance: Instance) -> Flow | None:
        """The flow of an instance, as it runs on its channel."""
        playbook = self.playbook  # `Playbook.flow` without the call: this is asked a dozen times a turn
        variant = playbook.variants.get((instance.channel, instance.flow)) if playbook.variants else None
        return variant or playbook.flows.get(instance.flow) or playbook.form_flows.get(instance.flow)

    def state_of(self, instance: Instance) -> State | None:
        """The state that an instance is in; `None` where the playbook has it no more: it is lost."""
        flow = self.flow_of(instance)
        return flow.states.get(instance.state) if flow is not None else None

    def add_instance(self, instance: Instance) -> None:
        """Add a new instance, after the others."""
        self.contact.flows = (*self.contact.flows, instance)

    def has(self, instance: Instance) -> bool:
        """Whether the instance is still there."""
        for other in self.contact.flows:  # noqa: SIM110 - half the cost of `any`, seven times a turn
            if other is instance:
                return True
        return False

    def drop(self, instance: Instance) -> None:
        """Take an instance away, with its timers and the flows that it runs."""
        self.left = {**self.left, (instance.flow, instance.channel): instance.visit}
        self.contact.flows = tuple(other for other in self.contact.flows if other is not instance)
        self.void_timers(instance)
        self.drop_children(instance)

    def drop_children(self, instance: Instance) -> None:
        """Take away the flows that this one runs (semantics 18); one that others wait for stays theirs."""
        for other in self.contact.flows:
            if other.parent == instance.flow and other.channel == instance.channel:
                heirs = [heir for heir in self.waiting_for(other) if heir is not instance]
                if heirs:
                    other.parent = heirs[0].flow
                else:
                    self.mark(LEFT, other, other.state, "not run any more")
                    self.drop(other)

    def waiting_for(self, instance: Instance) -> list[Instance]:
        """The instances that rest until this one's flow has ended: their states run it."""
        return [
            other
            for other in self.contact.flows
            if other.channel == instance.channel
            and other.held is None
            and (state := self.state_of(other)) is not None
            and state.run == instance.flow
        ]

    def leave(self, instance: Instance, why: str) -> list[Instance]:
        """Out of a flow, and of the flows that wait for it, which nothing would ever move; all of them."""
        if not self.has(instance):
            return []  # it has gone with one that it belonged to: nobody leaves twice
        left, waiting = [instance], self.waiting_for(instance)
        self.mark(LEFT, instance, instance.state, why)
        self.drop(instance)
        for other in waiting:
            left += self.leave(other, why)
        return left

    def void_timers(self, instance: Instance) -> None:
        """Take away an instance's timers; that which starts its flow anew (visit 0) is none of them."""
        if self.contact.timers:
            flow, channel = instance.flow, instance.channel
            self.contact.timers = tuple(
                [
                    timer
                    for timer in self.contact.timers
                    if timer.flow != flow or timer.channel != channel or not timer.visit
                ]
            )

    def arm(self, timer: Timer) -> None:
        """Set a timer, in place of one of the same name."""
        name = (timer.flow, timer.channel, timer.timer)
        others = [old for old in self.contact.timers if (old.flow, old.channel, old.timer) != name]
        self.contact.timers = (*others, timer)

    def disarm(self, flow: str, channel: str, name: str) -> None:
        """Take a timer away."""
        self.contact.timers = tuple(
            old for old in self.contact.timers if (old.flow, old.channel, old.timer) != (flow, channel, name)
        )

    # -- messages

    def render(
        self, cards: Sequence[Card], doing: Doing, choices: tuple[Tap | str, ...] = ()
    ) -> list[Message]:
        """The messages of these cards, filled; what its data broke is cut or left out, traced and listed."""
        if not choices and len(cards) == 1:
            card = cards[0]
            ready = card.bubbles[0].ready if len(card.bubbles) == 1 else None
            if ready is not None and not card.quick_replies:
                return [ready]
        filling = filling_of(self.playbook, self.channel, self.now, self.lookup(doing), choices)
        result = rendered(cards, filling)
        for done, problem in result.problems:
            self.trace.append(TraceStep(cards[0].place, problem))
            if done != "not-sent":
                self.actions.append(BrokenMessage(problem.because, is_lost=done == "lost"))
        return list(result.messages)

    def lookup(self, doing: Doing) -> Lookup:
        """The look-up of placeholders for an action's context."""
        event, answers, fields = self.event.id, doing.answers, doing.fields
        return lookup_of(self.playbook, self.contact, self.channel, self.now, answers, fields, event)

    def speak(self, messages: Sequence[Message], of: JourneyPush | None = None) -> None:
        """Send by the token where there is one, else by push, perhaps a journey's (questions, `show`)."""
        if self.token is None:
            self.later.extend(Pushed(message, of) for message in messages)
        else:
            self.replies.extend(messages)
            self.spoken.extend(messages)


def living(token: ReplyToken | None, now: datetime) -> ReplyToken | None:
    """The token while it is worth trying (semantics 8)."""
    if token is None or now - token.received > TOKEN_LIFE:
        return None
    return token
