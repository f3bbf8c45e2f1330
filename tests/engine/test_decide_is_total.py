"""`decide` is pure and total: any event, any stored state, and nothing but a decision."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings

from bot.engine.decide import FRIEND, decide, due_timer
from bot.engine.playbook import OnFollow, OnText, OnTextContaining, PushWith, ReplyWith, Rule
from bot.engine.template import Placeholder
from bot.engine.text import utf16_units
from bot.model.contact import Contact
from bot.model.decision import Action, Decision, LeaveChat, Push, Reply, World
from bot.model.event import Event, Follow, ReplyToken, Source
from tests.engine.anything import DAY, Anything, texts
from tests.playbooks import SMALLEST, card, channel, place, playbook, push, reply, rule, tags

SEEDS = range(4)
CASES = 1_000

GREETING = (
    card("嗨 ", Placeholder("contact.name"), Placeholder("unknown", "。")),
    card(Placeholder("bot.name")),
)
TALKATIVE = playbook(
    rule(OnText(("優惠", "a", "👩‍👩‍👧‍👦")), tags("VIP", "", "a"), ReplyWith(place("r"), GREETING * 3)),
    rule(OnTextContaining(("\x00", "\ud83d", "營業")), push("1", "2"), reply("3"), tags("b")),
    rule(OnFollow("first"), PushWith(place("p"), GREETING * 4), reply("x")),
    Rule(
        place("rules"), (OnFollow("again"), OnTextContaining(("e", "i", "ß"))), (tags("a"), reply(*"1234567"))
    ),
    channels=(channel("main"), channel("second", "silent")),
)


def cases(seed: int) -> Iterator[tuple[Contact, Event, Decision]]:
    """Contacts and events of every kind, with what came of them."""
    anything = Anything(seed)
    for _ in range(CASES):
        contact, event, now = anything.contact(), anything.event(), anything.moment()
        yield contact, event, decide(TALKATIVE, contact, event, now, World(anything.dice.choice((None, 0))))


def sayable(action: Action, event: Event) -> bool:
    """Whether LINE can take this action of a turn on this event."""
    match action:
        case Reply(token, messages):
            return token == event.token and all_sayable(messages)
        case Push(messages):
            return all_sayable(messages)
        case LeaveChat(kind):
            return kind == event.source.kind


def all_sayable(messages: tuple[object, ...]) -> bool:
    said = [message["text"] for message in messages if isinstance(message, dict)]
    return 1 <= len(said) == len(messages) <= 5 and all(t.strip() and utf16_units(t) <= 5000 for t in said)


@pytest.mark.parametrize("seed", SEEDS)
def test_any_event_gives_a_decision_that_can_be_carried_out(seed: int) -> None:
    """A2: never an exception, at most one reply, nothing that LINE must refuse, and always a reason."""
    kinds = set()
    for _, event, decision in cases(seed):
        kinds |= {type(action).__name__ for action in decision.actions}
        assert all(sayable(action, event) for action in decision.actions), (decision, event)
        assert sum(isinstance(action, Reply) for action in decision.actions) <= 1
        assert decision.trace
    assert kinds == {"Reply", "Push", "LeaveChat"}  # else the cases would try too little


@pytest.mark.parametrize("seed", SEEDS)
def test_the_same_gives_the_same_and_leaves_it_untouched(seed: int) -> None:
    anything = Anything(seed)
    for _ in range(CASES // 4):
        contact, event, now = anything.contact(), anything.event(), anything.moment()
        before = deepcopy((contact, event))
        first = decide(TALKATIVE, contact, event, now, World())
        assert decide(TALKATIVE, contact, event, now, World()) == first
        assert (contact, event) == before


@pytest.mark.parametrize("seed", SEEDS)
def test_what_a_turn_may_not_touch(seed: int) -> None:
    """Who a contact is never changes; time never goes back; in groups and in standby nothing is said."""
    for contact, event, decision in cases(seed):
        after = decision.contact
        assert (after.id, after.kind, after.seed) == (contact.id, contact.kind, contact.seed)
        assert after.turned is not None
        assert contact.turned is None or after.turned >= contact.turned
        if event.standby or event.source.kind in ("group", "room"):
            assert not any(isinstance(action, Reply | Push) for action in decision.actions)
            assert after.tags == contact.tags
        others = [i for i in contact.identities if i.channel != event.channel]
        assert [i for i in after.identities if i.channel != event.channel] == others


@pytest.mark.parametrize("seed", SEEDS)
def test_a_tag_is_never_there_twice(seed: int) -> None:
    """What was on stays on, whatever the turn adds."""
    anything = Anything(seed)
    for _ in range(CASES // 4):
        contact, event = anything.contact(), anything.event()
        contact = replace(contact, tags=tuple({tag.name: tag for tag in contact.tags}.values()))
        after = decide(TALKATIVE, contact, event, DAY, World()).contact
        names = [tag.name for tag in after.tags]
        assert len(set(names)) == len(names)
        assert all(after.has_tag(t.name, DAY) for t in contact.tags if contact.has_tag(t.name, DAY))


@pytest.mark.parametrize("seed", SEEDS)
def test_due_timers_are_taken_first_in_order_and_then_gone(seed: int) -> None:
    """Semantics 2: in the order due, flow, timer; however many there are, it comes to an end."""
    anything = Anything(seed)
    for _ in range(CASES // 4):
        contact, moment = anything.contact(), anything.moment()
        later = [timer for timer in contact.timers if timer.due > moment]
        expected = sorted((t.due, t.flow, t.timer) for t in set(contact.timers) if t.due <= moment)
        fired = []
        while (due := due_timer(contact, moment)) is not None:
            fired.append((due.timer.due, due.timer.flow, due.timer.timer))
            event = Event("t", due.timer.channel, Source("user", "U1"), due.timer.due, due)
            contact = decide(TALKATIVE, contact, event, moment, World()).contact
        assert fired == expected
        assert list(contact.timers) == later


@settings(max_examples=150, deadline=None, database=None)
@given(texts)
def test_a_greeting_always_calls_the_person_something(name: str) -> None:
    """F4."""
    event = Event("e", "main", Source("user", "U1"), DAY, Follow(again=False), token=ReplyToken("t", DAY))
    [said] = decide(SMALLEST, Contact("main:U1", name=name), event, DAY, World()).actions
    assert isinstance(said, Reply)
    assert said.messages[0]["text"] == f"歡迎 {name or FRIEND}！"
