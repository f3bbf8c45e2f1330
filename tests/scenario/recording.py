"""People who play with a bot in memory, turn by turn as the runtime takes them: to be recorded."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide, due_timer
from bot.model.brake import Brake, PushStop
from bot.model.contact import Contact, Identity, contact_id
from bot.model.decision import DecisionInputs
from bot.model.effects import EffectRequest
from bot.model.event import (
    Event,
    Follow,
    Outcome,
    Postback,
    Profile,
    ReplyToken,
    Source,
    TextMessage,
    TimerDue,
    What,
)
from bot.scenario.recorded_steps import changes
from bot.scenario.recorded_turn import PlayedTurn, TimePassed
from bot.scenario.step_writer import Happening
from bot.services.effects import failing

START = datetime(2026, 11, 20, 6, 0, 17, 345_000, tzinfo=UTC)
"""Not at a whole minute: nobody begins to play there."""


@dataclass
class Played:
    """What was played; `hears` and `passes` are what happens."""

    playbook: Playbook
    channel: str = "main"
    now: datetime = START
    seed: int = 0
    answers: Callable[[EffectRequest], Outcome] = failing
    """What the world says when it is asked."""
    world: DecisionInputs = field(default_factory=DecisionInputs)
    contacts: dict[str, Contact] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)

    def hears(self, what: What, who: str = "小美") -> None:
        """Something happens to a person, and what follows at once; a second passes before it."""
        self.now += timedelta(seconds=1)
        self._fire(self.now)
        self._take(who, what, token=True)

    def says(self, text: str, who: str = "小美") -> None:
        self.hears(TextMessage(text), who)

    def follows(self, who: str = "小美") -> None:
        self.hears(Follow(again=False), who)

    def taps(self, data: str, who: str = "小美", **params: str) -> None:
        self.hears(Postback(data, params), who)

    def passes(self, **span: float) -> None:
        """The clock is moved: each timer is decided when it is due."""
        until = self.now + timedelta(**span)
        self._fire(until)
        self.now = until
        self.happenings.append(TimePassed(until, timedelta(**span)))

    def stops(self, *stops: PushStop) -> None:
        """These pushes are stopped from here on, and no others; who waited for others goes on."""
        before, after = self.world.brake, Brake(stops)
        self.world = replace(self.world, brake=after)
        self.happenings += changes(before, after, self.now) if self.happenings else ()
        self._fire(self.now)

    def _fire(self, until: datetime) -> None:
        while True:
            brake = self.world.brake
            due = [
                (d, who) for who, c in self.contacts.items() if (d := due_timer(c, until, brake)) is not None
            ]
            if not due:
                return
            first, who = min(due, key=lambda one: one[0].timer.due)
            self.now = max(self.now, first.timer.due)
            self._take(who, first)

    def _take(self, who: str, what: What, *, token: bool = False) -> None:
        user = f"U-{who}"
        outcomes = deque([(what, ReplyToken(f"t{len(self.happenings)}", self.now) if token else None)])
        while outcomes:
            heard, given = outcomes.popleft()
            at = heard.timer.due if isinstance(heard, TimerDue) else self.now
            number = len(self.happenings)
            source = Source("user", user, user)
            event = Event(
                f"main:e{number}", self.channel, source, at, heard, token=given, profile=Profile(who)
            )
            before = self.contacts.get(who) or self._stranger(user)
            decision = decide(self.playbook, before, event, self.now, self.world)
            version = self.playbook.version
            self.happenings.append(PlayedTurn(who, event, before, decision, self.now, version))
            self.contacts[who] = decision.contact
            asked = [action for action in decision.actions if isinstance(action, EffectRequest)]
            outcomes += [(self.answers(action), action.token) for action in asked]

    def _stranger(self, user: str) -> Contact:
        identities = (Identity(self.channel, user),)
        return Contact(contact_id(self.channel, user), seed=self.seed, identities=identities)
