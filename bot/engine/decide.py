"""The one pure function that runs a playbook: an event in, a decision out, nothing done."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.engine.facts import with_facts
from bot.engine.playbook import AddTags, Playbook, PushWith, ReplyWith, Rule, TextCard
from bot.engine.text import utf16_units
from bot.model.contact import Contact, Tag
from bot.model.decision import Action, Decision, LeaveChat, Message, Place, Push, Reply, TraceStep, World
from bot.model.event import Event, Follow, Join, TextMessage, TimerDue

FRIEND = "朋友"
"""What a person is called whose name LINE has not told."""

MESSAGES_PER_REPLY = 5
TEXT_LIMIT = 5000
"""UTF-16 code units in a text message: https://developers.line.biz/en/reference/messaging-api/#text-message"""


def decide(playbook: Playbook, contact: Contact, event: Event, now: datetime, world: World) -> Decision:
    """Take one turn: what this event does to this contact, by this playbook, at this moment.

    `now` is the clock's time; a clock set back never goes back for a person. Total: an event, a stored
    state or a missing value of any kind gives a decision, never an exception.
    """
    turn = _Turn(playbook, contact, event, max(now, contact.turned or now), world)
    turn.hear()
    return turn.decision()


def due_timer(contact: Contact, moment: datetime) -> TimerDue | None:
    """The next timer to be decided, as a turn of its own, before an event stamped `moment` (semantics 2)."""
    due = [timer for timer in contact.timers if timer.due <= moment]
    return TimerDue(min(due, key=lambda t: (t.due, t.flow, t.timer))) if due else None


class _Turn:
    """One turn while it is taken. Its methods append data; none of them does anything to the world."""

    def __init__(
        self, playbook: Playbook, contact: Contact, event: Event, now: datetime, world: World
    ) -> None:
        self.playbook = playbook
        self.event = event
        self.now = now
        self.world = world
        self.contact = with_facts(contact, event, now)
        self.replies: list[Message] = []
        self.pushes: list[Message] = []
        self.leave: LeaveChat | None = None
        self.trace: list[TraceStep] = []

    def hear(self) -> None:
        """Find who hears the event, and do what it says: the first in the order of the file."""
        event = self.event
        if event.source.kind in ("group", "room"):
            self._in_group()
        elif event.standby:
            self._note("standby", "silent", "staff or another module has the conversation")
        elif isinstance(event.what, TimerDue):
            self._note(f"timer {event.what.timer.timer}", "stale-timer", f"flow {event.what.timer.flow}")
        else:
            self._ask_rules()

    def _in_group(self) -> None:
        if isinstance(self.event.what, Join) and self.playbook.groups.get(self.event.channel) == "leave":
            self.leave = LeaveChat(self.event.source.kind)
            self._note(self.event.source.kind, "leaves", "groups: leave")
        else:
            self._note(self.event.source.kind, "silent", "rules answer persons only")

    def _ask_rules(self) -> None:
        match self.event.what:
            case TextMessage(text):
                rules, because = self.playbook.on_text(text), text
            case Follow(again):
                rules, because = self.playbook.on_follow(again=again), "again" if again else "first"
            case _:
                rules, because = iter(()), ""
        for rule in rules:
            self._carry_out(rule, because)
            return
        self._note("rules", "no-match", because)

    def _carry_out(self, rule: Rule, because: str) -> None:
        self.trace.append(TraceStep(rule.place, "rule", "matched", because))
        for step in rule.do:
            match step:
                case ReplyWith():
                    self._say(step, "reply", self.replies)
                case PushWith():
                    self._say(step, "push", self.pushes)
                case AddTags():
                    self._add_tags(step)

    def _say(self, step: ReplyWith | PushWith, what: str, to: list[Message]) -> None:
        messages = [m for card in step.messages if (m := self._message(card, step.place)) is not None]
        to += messages
        self.trace.append(TraceStep(step.place, what, f"{len(messages)} message(s)"))

    def _add_tags(self, step: AddTags) -> None:
        new = tuple(name for name in dict.fromkeys(step.tags) if not self.contact.has_tag(name, self.now))
        if new:
            kept = tuple(tag for tag in self.contact.tags if tag.name not in new)
            added = tuple(Tag(name, self.now, step.place.path) for name in new)
            self.contact = replace(self.contact, tags=kept + added)
        self.trace.append(
            TraceStep(step.place, "add_tags", "added " + ", ".join(new) if new else "had them already")
        )

    def _message(self, card: TextCard, place: Place) -> Message | None:
        if card.ready is not None:
            return card.ready
        text = card.text.fill({"contact.name": self.contact.name or FRIEND, "bot.name": self.playbook.bot})
        if utf16_units(text) > TEXT_LIMIT or not text.strip():
            self.trace.append(TraceStep(place, "message", "not-sent", "empty or over 5,000 when filled"))
            return None
        return {"type": "text", "text": text}

    def _note(self, what: str, result: str, because: str = "") -> None:
        self.trace.append(TraceStep(None, what, result, because))

    def decision(self) -> Decision:
        """Close the turn: one reply of at most five messages; pushes ride aboard where there is room."""
        actions: list[Action] = []
        token = self.event.token
        pushes = self.pushes
        if token is None and self.replies:
            self._note("reply", "lost", "the event carries no reply token")
        elif token is not None and (self.replies or pushes):
            room = max(0, MESSAGES_PER_REPLY - len(self.replies))
            if len(self.replies) > MESSAGES_PER_REPLY:
                self._note("reply", "lost", f"{len(self.replies) - MESSAGES_PER_REPLY} over 5 messages")
            actions.append(Reply(token, (*self.replies[:MESSAGES_PER_REPLY], *pushes[:room])))
            pushes = pushes[room:]
        actions += [
            Push(tuple(pushes[start : start + MESSAGES_PER_REPLY]))
            for start in range(0, len(pushes), MESSAGES_PER_REPLY)
        ]
        if self.leave is not None:
            actions.append(self.leave)
        return Decision(self.contact, tuple(actions), tuple(self.trace))
