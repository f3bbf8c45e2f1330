"""Deciding the events of one contact, one after the other, in memory: nothing is written, nothing is sent."""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import begin_turn, decide, due_timer, end_turn, handle_event
from bot.engine.flows.push_gate import brake_of
from bot.engine.times.local_time import day_words
from bot.engine.turn.event_words import ONE_MORE_PHOTO, event_words
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.conversation import TranscriptRow, Unsend
from bot.model.counts import Counted
from bot.model.decision import Claim, Decision, DecisionInputs, Push
from bot.model.event import Event, Other, Source, TimerDue
from bot.model.inbox import Received
from bot.model.journal import TimelineRow, TraceRow
from bot.model.outgoing import Outgoing
from bot.model.stored import TurnWrite
from bot.model.trace import as_json
from bot.runtime.limits.personal_limits import ChatBudget
from bot.runtime.limits.places import PlaceWatch
from bot.runtime.sending.braked_calls import BrakeState
from bot.runtime.sending.outgoing import outgoing
from bot.runtime.turn_observer import Watched
from bot.runtime.turn_taking.contact_cache import CachedContact
from bot.runtime.turn_taking.lanes import Lane
from bot.runtime.turn_taking.profiles import Profiles
from bot.runtime.turn_taking.transcript import transcript_rows, turn_number, unsend_of
from bot.store.codec.transcript_codec import cut_short

log = logging.getLogger("oaflow.deciding")

OUTBOX_CALLS = 20
"""Unsent calls of one contact, at most (requests to the shop's systems not counted). With so many its turns
wait until one is settled; its events still go into the inbox."""

CUT, NOT_HEARD = "chat: cut", "chat: not heard"
"""Details in timeline rows of events beyond the chat budget: answered, but stored cut short; not decided at
all."""

PAUSE = (None,)
"""For `yield from`: one pause of a turn; an empty tuple is none."""

TIMERS = 50
"""Timers of one contact decided in one batch, at most: one that re-arms itself must not delay other
contacts."""


class Calls(Protocol):
    """The part of `bot.runtime.sending.send.Sender` that is used here."""

    def put(self, contact: str, calls: Iterable[Outgoing], *, recovered: bool = False) -> None: ...
    def stopped(self, contact: str, *, marketing: bool | None) -> None: ...
    def in_the_way(self, contact: str) -> int: ...


class NotAhead(Exception):
    """A turn cannot be decided ahead of its storing: it is decided from the inbox, in a later batch."""


@dataclass(slots=True)
class PendingTurn:
    """A draft: what a batch does to one contact, while it is being decided."""

    lane: Lane
    before: CachedContact
    """The contact as it is stored, of revision 0 if it is new."""
    contact: Contact
    """The contact after the events decided so far."""
    items: list[Received]
    """The events to decide, oldest first."""
    reread: bool = False
    """Whether `items` were read from the inbox for this turn."""
    answered: tuple[str, ...] = ()
    """Ids to take out of `Stored.waiting`."""
    taken: int = 0
    """How many of `items` are over: decided, or set aside."""
    opened: tuple[str, ...] = ()
    """The ids of the decided events, timers included."""
    calls: tuple[Outgoing, ...] = ()
    counted: tuple[Counted, ...] = ()
    rows: tuple[tuple[TimelineRow, TraceRow | None], ...] = ()
    """A row for each decided event; without a trace it is beyond the chat budget, and little is stored."""
    transcripts: tuple[TranscriptRow, ...] = ()
    unsent: tuple[Unsend, ...] = ()
    """The messages that the person has unsent with these events."""
    failed: str = ""
    """The traceback of the last event that could not be decided."""
    attempts: int = 0
    """How often the present event has raised."""
    ticked: bool = False
    """Whether the lane's tick is used up by this turn: it is due again where the turn is not written."""
    watched: tuple[Watched, ...] = ()
    pushed: Counter[str] = field(default_factory=Counter)
    """Pushes by channel of all drafts decided together, which are counted nowhere else yet."""
    claims: tuple[Claim, ...] = ()
    """The places of rules with `first` that this turn takes."""

    def is_suspect(self, tries: int) -> bool:
        """Whether at least `tries` processes have died over its first event: then it is decided alone."""
        return bool(self.items) and self.items[0].entry.tries >= tries

    def write(self, fence: int, *, carries: bool = False) -> TurnWrite:
        """The write of the draft, under the lease of this number.

        `carries`: it stores the inbox entries of its events, too; else they are in the inbox already.
        """
        revision = self.before.revision
        return TurnWrite(
            before=self.before.contact,
            after=self.contact,
            part=self.lane.part,
            base=revision,
            fence=fence,
            opened=self.opened,
            outgoing=self.calls,
            reread=self.reread,
            handled=self.answered,
            born=not revision,
            counted=self.counted,
            claims=self.claims,
            carried=tuple([item.entry for item in self.items]) if carries else (),
        )


@dataclass(eq=False, repr=False)
class Decider:
    """Runs drafts through the playbook."""

    _playbook: Callable[[], Playbook]
    _calls: Calls
    _profiles: Profiles
    _clock: Clock
    _world: Callable[[str], DecisionInputs]
    """The other inputs of decisions about events of a channel, by its name."""
    _personal: Callable[[Outgoing], Outgoing]
    """Puts a person's own addresses into a call to that person."""
    _places: PlaceWatch
    _brake: BrakeState
    _budget: ChatBudget
    watching: bool = field(init=False, default=False)
    """Whether drafts keep their decisions for an observer."""

    def is_full(self, contact: str) -> bool:
        """Whether so many calls are on this contact that its turns must wait until one is settled."""
        return self._calls.in_the_way(contact) >= OUTBOX_CALLS

    def can_go_ahead(self, contact: Contact, items: Sequence[Received]) -> bool:
        """Whether nothing outside memory is needed to decide these events, and there is room for more."""
        room = self._calls.in_the_way(contact.id) + 2 * len(items) <= OUTBOX_CALLS
        return room and not self._profiles.wants(contact, items[0])

    @property
    def knows_brake(self) -> bool:
        """Whether the brake was read recently enough to decide by."""
        return self._brake.is_fresh

    async def know_brake(self) -> None:
        """Read the brake, unless it was read within a second. Raises `DatabaseUnavailable`."""
        if not self._brake.is_fresh:
            await self._brake.know()

    def has_due(self, contact: Contact) -> bool:
        """Whether a timer of the contact is due, whether the brake holds it or not."""
        now = self._clock.now()
        return any(timer.due <= now for timer in contact.timers)

    def would_decide(self, draft: PendingTurn) -> bool:
        """Whether `go_on` decides the first event now, and need not wait for room or a profile."""
        room = self._calls.in_the_way(draft.lane.contact) < OUTBOX_CALLS
        return room and not self._profiles.wants(draft.contact, draft.items[0])

    def go_on(self, draft: PendingTurn) -> Received | None:
        """Decide the draft's events until one has to wait; gives the event that raised, if one did.

        `None`: all are decided, or the next one waits for room, for a profile, or for timers due before it.
        """
        playbook, now = self._playbook(), self._clock.now()
        room = OUTBOX_CALLS - self._calls.in_the_way(draft.lane.contact)
        for received in draft.items[draft.taken :]:
            if draft.contact.timers and not self._timers(playbook, draft, received.event.at, now, room):
                return None
            if len(draft.calls) >= room:
                return None
            if self._profiles.wants(draft.contact, received):
                self._profiles.ask(draft.lane, received)
                return None
            try:
                event = self._profiles.with_profile(draft.contact, received)
                self._decide(playbook, draft, event, now)
            except Exception:  # a decision must never raise: this event goes aside, the others go on
                draft.failed = traceback.format_exc()
                return received
            draft.taken += 1
        if draft.lane.tick:
            draft.lane.tick, draft.ticked = False, True
            self._timers(playbook, draft, now, now, room)
        return None

    def steps(self, draft: PendingTurn) -> Iterator[None]:
        """Decide all of a draft; a single event in steps, with a yield after each, for `step_by_step`.

        Raises what a decision raises, and `NotAhead` where not all can be decided.
        """
        playbook, received = self._playbook(), draft.items[0]
        if len(draft.items) > 1 or draft.lane.tick or self._is_due(playbook, draft, received.event.at):
            if self.go_on(draft) is not None or draft.taken < len(draft.items):
                raise NotAhead
            return
        event = self._profiles.with_profile(draft.contact, received)
        yield from self._turn(playbook, draft, event, self._clock.now())
        draft.taken = 1

    def _is_due(self, playbook: Playbook, draft: PendingTurn, moment: datetime) -> bool:
        """Whether a timer of the draft's contact is to be decided before an event stamped `moment`."""
        contact = draft.contact
        return bool(contact.timers and due_timer(contact, moment, brake_of(playbook, self._brake.brake)))

    def _timers(
        self, playbook: Playbook, draft: PendingTurn, moment: datetime, now: datetime, room: int
    ) -> bool:
        """Decide timers due by `moment`; whether none of them is left (else the next batch goes on).

        `room`: calls that the draft may have, at most.
        """
        brake = brake_of(playbook, self._brake.brake)
        for _ in range(TIMERS):
            due = due_timer(draft.contact, moment, brake)
            if due is None:
                return True
            if len(draft.calls) >= room:
                break
            self._timer(playbook, draft, due, now)
        draft.lane.tick = True
        return False

    def _timer(self, playbook: Playbook, draft: PendingTurn, due: TimerDue, now: datetime) -> None:
        try:
            event = _timer_event(draft.contact, due)
            self._decide(playbook, draft, event, now)
        except Exception:  # nor must a timer raise: its error would count as one of the person's next event
            log.exception("a timer could not be decided and is left out")
        if due.timer in draft.contact.timers:  # it would be due for ever
            others = tuple(timer for timer in draft.contact.timers if timer != due.timer)
            draft.contact = replace(draft.contact, timers=others)

    def _decide(self, playbook: Playbook, draft: PendingTurn, event: Event, now: datetime) -> None:
        for _ in self._turn(playbook, draft, event, now):
            pass

    def _turn(self, playbook: Playbook, draft: PendingTurn, event: Event, now: datetime) -> Iterator[None]:
        """Decide one event, and put the results into the draft, with a pause after each step."""
        contact, part = draft.lane.contact, draft.lane.part
        stored = self._budget.admit(contact, event, now)
        if stored == "mark":
            draft.opened += (event.id,)
            row = TimelineRow(event.id, contact, part, event.at, event_words(event), (NOT_HEARD,))
            draft.rows += ((row, None),)
            return
        world = self._inputs(draft, event)
        turn = begin_turn(playbook, draft.contact, event, now, world)
        yield
        handle_event(turn)
        yield
        decision = end_turn(turn, draft.contact)
        if turn.asked_quota and (less := self._inputs(draft, event)) != world:
            decision = decide(playbook, draft.contact, event, now, less)  # another turn has pushed meanwhile
        # a push is counted at once: the next turn is decided with fewer left
        pause = () if Push in map(type, decision.actions) else PAUSE
        yield from pause
        calls = tuple([self._personal(call) for call in outgoing(decision, event, now)])
        yield from pause
        marks = decision.marks
        counted = Counted(event.id, day_words(now, playbook.zone), marks) if marks else None
        made = tuple([_named(call, event.channel) for call in calls])
        words = event_words(event) if turn.photos is None else ONE_MORE_PHOTO  # which no report counts
        details = _details(decision)
        if stored == "cut":
            details += (CUT,)
        row = TimelineRow(event.id, contact, part, event.at, words, details, None, counted, made)
        trace = None
        if stored == "all":
            trace = TraceRow(event.id, contact, part, event.at, playbook.version, _steps(decision))
        yield from pause
        transcripts: tuple[TranscriptRow, ...] = ()
        if playbook.keep_conversations is not None:
            number = turn_number(draft.before.revision + 1, len(draft.opened))
            transcripts = transcript_rows(event, decision, calls, number)
            if stored == "cut":
                transcripts = tuple([row._replace(body=cut_short(row.body)) for row in transcripts])
        unsend = unsend_of(event, contact) if isinstance(event.what, Other) else None
        # only now, so that a raised exception leaves the draft as it was
        if self.watching:
            draft.watched += (Watched(playbook, draft.contact, event, decision, now, world.taken),)
        draft.contact = decision.contact
        draft.transcripts += transcripts
        if unsend is not None:
            draft.unsent += (unsend,)
        draft.opened += (event.id,)
        draft.calls += calls
        draft.claims += decision.claims
        for call in calls:
            if call.kind == "push":
                draft.pushed[call.channel] += 1
        if counted is not None:
            draft.counted += (counted,)
        draft.rows += ((row, trace),)

    def _inputs(self, draft: PendingTurn, event: Event) -> DecisionInputs:
        world = self._places.in_(self._world(event.channel))
        return _without(draft.pushed, world) if draft.pushed else world


def _without(pushed: Counter[str], world: DecisionInputs) -> DecisionInputs:
    """The inputs after these pushes."""
    if not world.quota_left:
        return world
    left = {channel: max(0, number - pushed[channel]) for channel, number in world.quota_left.items()}
    return replace(world, quota_left=left)


def _timer_event(contact: Contact, due: TimerDue) -> Event:
    """The event of a due timer; its id is the same each time, so it is decided once."""
    timer = due.timer
    held = ("braked",) if timer.braked else ()  # the turn in which the brake held it was another one
    name = (timer.channel, timer.flow, str(timer.visit), timer.timer, timer.due.isoformat(), *held)
    identity = f"{contact.id}:timer:{':'.join(name)}"
    user = contact.identity(timer.channel).user or ""
    return Event(identity, timer.channel, Source("user", user), timer.due, due)


def _named(call: Outgoing, channel: str) -> str:
    """A call's name in the timeline: with its channel, if that is not the event's."""
    return call.kind if call.channel == channel else f"{call.kind} {call.channel}"


def _details(decision: Decision) -> tuple[str, ...]:
    return tuple([note.row for _, note in decision.trace])  # a generator costs more


def _steps(decision: Decision) -> bytes:
    """The trace as JSON: for each step its place in the playbook or null, its kind and its values."""
    return as_json([(at.text if at else None, kind.code, values) for at, (kind, values) in decision.trace])
