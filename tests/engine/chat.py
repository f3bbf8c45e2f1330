"""One person and the bot, turn after turn, with a clock that the test moves: for the engine's semantics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide, due_timer
from bot.engine.flows.push_gate import brake_of
from bot.engine.pages.screen import screen_of
from bot.model.contact import Contact, Identity
from bot.model.decision import Decision, DecisionInputs, Push, Reply, TraceStep
from bot.model.event import (
    Event,
    Facts,
    Follow,
    FormAct,
    News,
    Origin,
    OtherMessage,
    Outcome,
    PageAnswer,
    PageOpened,
    Postback,
    ReplyToken,
    Source,
    TextMessage,
    What,
)
from bot.model.instance import Instance
from bot.model.message import Message
from bot.model.screen import Screen
from bot.model.staff_order import StaffActs
from bot.model.value import Value
from tests.playbooks import compiled

A = TypeVar("A")
NOON = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
"""A Tuesday, twelve o'clock in Taipei."""


def somebody(name: str = "小美", channel: str = "main") -> Contact:
    """A friend whom the bot has met."""
    return Contact(f"{channel}:U1", name=name, identities=(Identity(channel, "U1", friend=True),))


TWO_CHANNELS = """
channels:
  main: {id: a, channel_id: "1", channel_secret: s}
  second: {id: b, channel_id: "2", channel_secret: s}
"""


def on_both(text: str, **given: Any) -> Chat:
    """A conversation with somebody who is on the channels `main` and `second`."""
    contact = somebody()
    contact.identities = (*contact.identities, Identity("second", "U1"))
    return Chat(compiled(TWO_CHANNELS + text), contact, **given)


def chat_of(playbook: str, **given: Any) -> Chat:
    """A conversation by the playbook of this text."""
    return Chat(compiled(playbook), **given)


@dataclass
class Chat:
    """A conversation. `said` are the texts (or kinds) of the last turn's messages, `decisions` all turns."""

    playbook: Playbook
    contact: Contact = field(default_factory=somebody)
    now: datetime = NOON
    world: DecisionInputs = field(default_factory=DecisionInputs)
    channel: str = "main"
    decisions: list[Decision] = field(default_factory=list)
    _numbers: int = 0

    def hears(
        self,
        what: What,
        *,
        token: bool = True,
        standby: bool = False,
        unknown_mode: bool = False,
        at: datetime | None = None,
    ) -> list[str]:
        """One event, after the timers that are due; what the bot says to it."""
        at = at or self.now
        self._fire(at)
        self._numbers += 1
        reply = ReplyToken(f"t{self._numbers}", at) if token and not unknown_mode else None
        return self._turn(what, at, reply, standby=standby, unknown_mode=unknown_mode)

    def _turn(
        self,
        what: What,
        at: datetime,
        token: ReplyToken | None,
        *,
        standby: bool = False,
        unknown_mode: bool = False,
    ) -> list[str]:
        self._numbers += 1
        event = Event(
            f"e{self._numbers}",
            self.channel,
            Source("user", "U1"),
            at,
            what,
            token=token,
            standby=standby,
            unknown_mode=unknown_mode,
        )
        decision = decide(self.playbook, self.contact, event, max(at, self.now), self.world)
        self.decisions.append(decision)
        self.contact = decision.contact
        return self.said

    def _fire(self, until: datetime) -> list[str]:
        said = []
        while (due := due_timer(self.contact, until, brake_of(self.playbook, self.world.brake))) is not None:
            self.channel, kept = due.timer.channel, self.channel
            said += self._turn(due, due.timer.due, None)
            self.channel = kept
        return said

    def says(self, text: str) -> list[str]:
        return self.hears(TextMessage(text))

    def sends(self, kind: str, **content: Any) -> list[str]:
        return self.hears(OtherMessage(kind, {"id": "m1", **content}))

    def goes_to(self, page: str) -> Screen:
        """A page is opened; what it shows."""
        self.hears(PageOpened(page), token=False)
        return self.screen(page)

    def screen(self, page: str) -> Screen:
        """What a page shows."""
        return screen_of(self.playbook, self.contact, page, self.channel, self.now, self.world.taken)

    def does(self, page: str, text: str, act: FormAct | None = None) -> Screen:
        """The question on a page is answered, or something else is done there; what it shows then."""
        self.hears(PageAnswer(page, text, self.screen(page).visit, act), token=False)
        return self.screen(page)

    def fills(self, form: str, *answers: str | None) -> Screen:
        """A form is opened, answered field after field (`None`: left out), and sent."""
        self.goes_to(form)
        for answer in answers:
            self.does(form, answer or "", None if answer is not None else "skip")
        return self.does(form, "", "send")

    def taps(self, data: str, **params: str) -> list[str]:
        return self.hears(Postback(data, params))

    def follows(self, *, again: bool = False) -> list[str]:
        return self.hears(Follow(again))

    def told(self, kind: str, subject: str = "any", facts: Facts | None = None, **fields: Value) -> list[str]:
        return self.hears(News(kind, subject, fields, facts), token=False)

    def staff(self, *, takes_over: bool) -> list[str]:
        return self.hears(StaffActs(takes_over), token=False)

    def comes_back(
        self, asked: str, result: str, *, token: ReplyToken | None = None, **more: Any
    ) -> list[str]:
        """The outcome of what was asked last."""
        action = self.asked[-1]
        outcome = Outcome(asked, result, action.origin, **more)
        self._fire(self.now)
        return self._turn(outcome, self.now, token or action.token)

    def waits(self, *, down: bool = False, **span: float) -> list[str]:
        """Time passes: each timer is decided when it is due, or, with the server `down`, all at the end."""
        until = self.now + timedelta(**span)
        said: list[str] = []
        if down:
            self.now = until
            return self._fire(until)
        while (due := due_timer(self.contact, until, brake_of(self.playbook, self.world.brake))) is not None:
            self.now = max(self.now, due.timer.due)
            said += self._fire(self.now)
        self.now = until
        return said

    @property
    def last(self) -> Decision:
        return self.decisions[-1]

    @property
    def messages(self) -> list[Message]:
        return [m for a in self.last.actions if isinstance(a, Reply | Push) for m in a.messages]

    @property
    def said(self) -> list[str]:
        return [str(m.get("text", m.get("altText", m["type"]))) for m in self.messages]

    @property
    def asked(self) -> list[Any]:
        return [a for decision in self.decisions for a in decision.actions if hasattr(a, "origin")]

    @property
    def costs(self) -> int:
        """Messages paid so far: pushes."""
        return sum(isinstance(action, Push) for decision in self.decisions for action in decision.actions)

    def actions(self, kind: type[A]) -> list[A]:
        """Those of the last turn of this kind."""
        return [action for action in self.last.actions if isinstance(action, kind)]

    @property
    def choices(self) -> list[str]:
        """The quick replies below the last message."""
        items = self.messages[-1].get("quickReply", {}).get("items", ()) if self.messages else ()
        return [item["action"]["label"] for item in items]

    @property
    def tags(self) -> set[str]:
        return {tag.name for tag in self.contact.tags if self.contact.has_tag(tag.name, self.now)}

    @property
    def attributes(self) -> Mapping[str, Value]:
        return {slot.partition(".")[2]: known.value for slot, known in self.contact.attributes.items()}

    def state(self, flow: str, channel: str = "main") -> str | None:
        instance = self.contact.instance(flow, channel)
        return None if instance is None else instance.state

    def instance(self, flow: str, channel: str = "main") -> Instance:
        found = self.contact.instance(flow, channel)
        assert found is not None, f"not in {flow}"
        return found

    def door(self, flow: str) -> tuple[str | None, datetime | None]:
        """What holds a flow in front of a state, and until when, where that is known."""
        hold = self.instance(flow).held
        return (None, None) if hold is None else (hold.by, hold.until)

    def ended(self, flow: str) -> str | None:
        """At which state a flow ended last."""
        ends = [e.state for decision in self.decisions for e in decision.ended if e.flow == flow]
        return ends[-1] if ends else None

    def noted(self) -> list[tuple[str, str, str]]:
        """The steps of the last decision, in English."""
        return [(step.what, step.result, step.because) for step in self.last.trace]

    def because(self, result: str) -> list[TraceStep]:
        """The steps of the last turn that came out so."""
        return [step for step in self.last.trace if step.result == result]

    def edited(self, playbook: Playbook) -> None:
        """A changed playbook takes over."""
        self.playbook = playbook

    def origin(self) -> Origin:
        return self.asked[-1].origin  # type: ignore[no-any-return]


def with_world(chat: Chat, **changes: Any) -> None:
    chat.world = replace(chat.world, **changes)
