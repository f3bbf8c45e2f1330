"""Random playbooks and random events: `decide` never raises, stays within its bounds, and agrees with itself.

Hypothesis draws the playbook and the order of events, and shrinks what it finds.
"""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from bot.engine.compiled.playbook import Playbook
from bot.engine.decide import decide, due_timer
from bot.engine.turn.turn import ACTIONS_MOST, EVENTS_MOST, MOVES_MOST
from bot.model.contact import Contact, Identity
from bot.model.counts import ENTERED, FINISHED, LEFT, PUSHED
from bot.model.decision import Decision, DecisionInputs, Push, Reply
from bot.model.event import Event, ReplyToken, Source, TimerDue, What
from bot.model.settings import EnvironmentValue
from bot.playbook.compile.playbook import compiled
from bot.playbook.read import read
from bot.store.codec.contact_changes import changes
from bot.store.codec.documents import contact_from
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from tests.depth import examples
from tests.engine.random_playbooks import Happenings, Shape

pytestmark = pytest.mark.ring("test", "a law")

START = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
FIRINGS_MOST = 40
"""Timers that are fired for one event: two journeys may well wake each other for ever, a turn each."""


@lru_cache(64)
def playbook(seed: int) -> Playbook:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bot.yaml"
        path.write_text(Shape(seed).text(), "utf-8")
        document = read(path, {})
        made = compiled(document, EnvironmentValue("generated", "generated"))
    # the graph is not examined: what `check` refuses must not break a decision either
    wrong = [p for p in (*document.problems, *made.problems) if p.level == "error"]
    assert not wrong, wrong
    return made.playbook


class Person(RuleBasedStateMachine):
    """One person, any playbook, and every now and then another one."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.contact = Contact(
            "main:U1", name="小美", identities=(Identity("main", "U1"), Identity("second", "U1"))
        )
        self.asked: list[Any] = []
        self.number = 0
        self.document: dict[str, Any] = {}

    @initialize(seed=st.integers(0, 400))
    def has_a_playbook(self, seed: int) -> None:
        self.playbook = playbook(seed)
        set_, _ = changes(Contact("main:U1"), self.contact, seal(), born=True)
        self.document = {"_id": "main:U1"}
        apply(self.document, set_, {})

    @rule(seed=st.integers(0, 400))
    def edits(self, seed: int) -> None:
        self.playbook = playbook(seed)

    @rule(seed=st.integers(0, 2**32), token=st.booleans(), second=st.booleans(), standby=st.integers(0, 9))
    def happens(self, seed: int, token: bool, second: bool, standby: int) -> None:
        happening = Happenings(seed)
        at = happening.moment(self.now)
        for _ in range(FIRINGS_MOST):
            due = due_timer(self.contact, max(at, self.now))
            if due is None:
                break
            self.turn(due, due.timer.due, due.timer.channel, None)
        channel = "second" if second else "main"
        reply = ReplyToken(f"t{self.number}", at) if token else None
        self.turn(happening.what(self.asked), at, channel, reply, standby=standby == 0)
        self.now = max(at, self.now)

    def turn(
        self, what: What, at: datetime, channel: str, token: ReplyToken | None, *, standby: bool = False
    ) -> None:
        self.number += 1
        event = Event(
            f"e{self.number}", channel, Source("user", "U1"), at, what, token=token, standby=standby
        )
        world = DecisionInputs({"main": 0} if self.number % 7 == 0 else {})
        before = deepcopy(self.contact)
        decision = decide(self.playbook, self.contact, event, at, world)
        assert self.contact == before, "an argument was changed"
        assert decide(self.playbook, self.contact, event, at, world) == decision, (
            "another answer the second time"
        )
        assert decide(self.playbook, self.saved_and_loaded(), event, at, world) == decision
        self.stays_within_its_bounds(decision, what)
        self.counts_everybody(decision)
        self.save(decision.contact)
        self.asked = [a for a in decision.actions if hasattr(a, "origin")] or self.asked[-3:]
        self.contact = decision.contact

    def saved_and_loaded(self) -> Contact:
        return contact_from(as_stored(self.document), seal())

    def save(self, after: Contact) -> None:
        set_, unset = changes(self.contact, after, seal(), born=False)
        apply(self.document, set_, unset)
        assert self.saved_and_loaded() == after

    def stays_within_its_bounds(self, decision: Decision, what: What) -> None:
        calls = [a for a in decision.actions if isinstance(a, Reply | Push)]
        assert all(0 < len(call.messages) <= 5 for call in calls)
        assert sum(isinstance(call, Reply) for call in calls) <= 1
        assert len(decision.actions) <= 4 * ACTIONS_MOST
        assert len(decision.trace) <= 6 * (EVENTS_MOST + MOVES_MOST + ACTIONS_MOST)
        places = [(i.flow, i.channel) for i in decision.contact.flows]
        assert len(places) == len(set(places)), "twice in one flow"
        if not any(step.result == "chain-cut" for step in decision.trace):
            self.everybody_rests(decision)
        assert decision.contact.turned is not None
        if isinstance(what, TimerDue):
            assert what.timer not in decision.contact.timers

    def counts_everybody(self, decision: Decision) -> None:
        """H7: who has entered a flow has finished it, has left it, or is in it."""
        inside = Counter((one.flow, one.channel) for one in self.contact.flows)
        for mark in decision.marks:
            if mark.what in (ENTERED, FINISHED, LEFT):
                inside[mark.flow, mark.channel] += 1 if mark.what == ENTERED else -1
        now = Counter((one.flow, one.channel) for one in decision.contact.flows)
        assert +inside == now
        assert min(inside.values(), default=0) >= 0
        self.counts_every_push(decision)

    def counts_every_push(self, decision: Decision) -> None:
        """H7: each push of a journey that stands in a call, once for each call."""
        calls = [a.origins for a in decision.actions if isinstance(a, Reply | Push)]
        said = Counter((of.flow, of.state) for call in calls for of in set(call) if of is not None)
        assert said == Counter((m.flow, *m.about) for m in decision.marks if m.what == PUSHED)

    def everybody_rests(self, decision: Decision) -> None:
        moved = {(i.flow, i.channel, i.visit) for i in self.contact.flows}
        for instance in decision.contact.flows:
            flow = self.playbook.flow(instance.flow, instance.channel)
            if flow is None or instance.state not in flow.states or instance.held:
                continue  # lost, or at a door
            was_cut_before = (instance.flow, instance.channel, instance.visit) in moved
            assert was_cut_before or flow.states[instance.state].rests


@lru_cache(1)
def seal() -> Seal:
    return Seal(parse(generate()))


def as_stored(document: dict[str, Any]) -> Any:
    """What MongoDB gives back."""
    return bson.decode(bson.encode(document), CodecOptions(tz_aware=True))


def apply(document: dict[str, Any], set_: dict[str, Any], unset: dict[str, Any]) -> None:
    """What MongoDB does with `$set` and `$unset`."""
    for path, value in set_.items():
        *parents, last = path.split(".")
        place = document
        for key in parents:
            place = place.setdefault(key, {})
        place[last] = value
    for path in unset:
        *parents, last = path.split(".")
        place = document
        for key in parents:
            place = place.get(key, {})
        place.pop(last, None)


TestAnyPlaybook = Person.TestCase
TestAnyPlaybook.settings = settings(
    max_examples=examples(60),
    stateful_step_count=30,
    deadline=timedelta(seconds=20),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
