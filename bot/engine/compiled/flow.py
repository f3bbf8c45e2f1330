"""Flows as the playbook has them: states, questions, timers, journeys (language, section 8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Literal, TypeAlias

from bot.engine.compiled.card import Card, Tap
from bot.engine.compiled.goal import Goal, Priority
from bot.engine.compiled.rule import OnAfter, OncePer, OnDate, OnNews, Rule
from bot.engine.compiled.step import GiveResult, SendMessages, Steps
from bot.engine.conditions.condition import Condition
from bot.engine.conditions.people import InSplit
from bot.engine.texts.pattern import Pattern
from bot.engine.times.bounds import DateWord
from bot.engine.times.hours import Hours
from bot.engine.times.local_time import HOUR, Duration, Wait
from bot.engine.types.table import picked_type
from bot.model.asked import FROM_THE_WORLD
from bot.model.effects import SendCode
from bot.model.place import Place
from bot.model.value import Type, Value

AnswerType: TypeAlias = Literal[
    Type, "phone", "email", "code", "image", "location", "any", "consent", "choice", "choices"
]
"""What a question may ask for; what is known of each: `bot/engine/flows/answers.py`."""


IfLate: TypeAlias = Literal[
    "send",  # as if it were in time
    "skip",  # pushes are left out
    "next_morning",  # it waits for the next clock time `Late.at`
    "exit",  # the person leaves the flow
]
FlowStatus: TypeAlias = Literal[
    "live",
    "closed",  # nobody new comes in
    "paused",  # nobody moves
    "stopped",  # all leave
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of a question; `words` are others that mean it."""

    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NowWord:
    """`now`, `now + 2h`, `now - 1d`: a moment counted from that of the answer."""

    span: Duration
    ahead: bool = True


AnswerBound: TypeAlias = Value | date | DateWord | NowWord
"""A value of the answer's type, or counted from today or now; for a moment also a whole day."""


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """What is a valid answer."""

    type: AnswerType
    choices: tuple[Choice, ...] = ()
    at_least: AnswerBound | None = None
    at_most: AnswerBound | None = None
    max_length: int | None = None
    """Characters of a text."""
    pattern: Pattern | None = None
    """What the whole text must match."""
    abroad: bool = False
    """A phone may be one of another country; else only one of Taiwan's is an answer."""
    during: Hours | None = None
    """Hours that must be open at the date, time or moment that is answered."""
    on: str | None = None
    """The answer that has the day of a time of day: `during` asks of both together."""


@dataclass(frozen=True, slots=True)
class Question:
    """`ask` with all that belongs to it."""

    place: Place
    ask: tuple[Card, ...]
    answer: AnswerForm
    save: tuple[str, str, Type] | None = None
    """The attribute that takes the answer: key, slot, type."""
    save_tags: bool = False
    """What is chosen is put on as tags, and tags of the other choices are taken off."""
    otherwise: tuple[Card, ...] | None = None
    """The reply to what is no valid answer."""
    tries: int | None = None
    """After so many invalid answers the person goes to the state `too_many`."""
    too_many: str | None = None
    private: bool = False
    """Asks for personal data: the privacy notice comes first."""

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen, as quick replies; several choices are for pages only."""
        return tuple(choice.value for choice in self.answer.choices) if self.answer.type == "choice" else ()

    @property
    def pickers(self) -> tuple[Tap, ...]:
        """The date pickers among its quick replies that answer it."""
        type_ = picked_type(self.answer.type)
        if type_ is None:
            return ()
        taps = (tap for card in self.ask for tap in card.quick_replies)
        return tuple(tap for tap in taps if tap.action.get("mode") == type_.picked)


@dataclass(frozen=True, slots=True)
class Late:
    """What happens to what is overdue by more than `after`; `at` is the clock time of `next_morning`."""

    after: Duration = HOUR
    then: IfLate = "skip"
    at: time = time(10)


@dataclass(frozen=True)
class State:
    """A state of a flow: somebody rests in it, or goes on at once.

    A state with a question, a sub-flow, or rules and no branch rests; another one is left at once.
    """

    name: str
    title: str
    place: Place
    do: Steps = ()
    """Carried out on entry."""
    question: Question | None = None
    run: str | None = None
    """The flow that runs within it, until that has ended."""
    rules: tuple[Rule, ...] = ()
    """Its own, in order, timers (`OnAfter`) included."""
    branch: tuple[Rule, ...] = ()
    """Where to go on: the first whose condition holds."""
    end: bool = False
    problem: bool = False
    """Of an end: a page shows it as a failure."""
    problem_text: str | None = None
    """Shown on the page only, at such an end."""
    late: Late | None = None

    @cached_property
    def rests(self) -> bool:
        """Whether one can be found in it: something is waited for."""
        waits = self.question is not None or self.run is not None
        return not self.end and (waits or (bool(self.rules) and not self.branch))

    @cached_property
    def pushes(self) -> bool:
        """Whether it pushes something on entry."""
        return _pushes(self.do)

    @cached_property
    def waits_for_world(self) -> bool:
        """Whether it waits for an outcome that comes by itself."""
        triggers = (trigger for rule in self.rules for trigger in rule.when)
        return any(isinstance(trigger, OnNews) and trigger.kind in FROM_THE_WORLD for trigger in triggers)

    @property
    def speaks(self) -> bool:
        """Whether it says something of itself on entry."""
        return self.question is not None or self.pushes


def sends_without_token(do: Steps) -> bool:
    """Whether these steps say something where there is no token to answer with."""
    return _pushes(do) or any(isinstance(step, SendMessages) and step.or_push for step in do)


def _pushes(do: Steps) -> bool:
    return any(
        (isinstance(step, SendMessages) and step.how == "push")
        or (isinstance(step, GiveResult) and _pushes(step.do))
        for step in do
    )


def _sends_code(do: Steps) -> bool:
    return any(step.asks is SendCode.question for step in do)


@dataclass(frozen=True, slots=True)
class Start:
    """What makes a flow a journey: any of the news or dates, then the condition, then `once_per`."""

    place: Place
    when: tuple[OnNews | OnDate, ...]
    condition: Condition | None
    once_per: OncePer | None


@dataclass(frozen=True)
class Flow:
    """A finite machine. A variant of it, where a channel overrides settings, is a flow of its own."""

    name: str
    title: str
    place: Place
    states: Mapping[str, State]
    """In the order of the file: the first is where it starts."""
    rules: tuple[Rule, ...] = ()
    start: Start | None = None
    quiet: Hours | None = None
    """Of a journey: within these hours it pushes nothing."""
    late: Late = field(default_factory=Late)
    max_person: int | None = None
    """Pushes of one run; `None`: no limit."""
    max_total: int | None = None
    """Pushes of all people's runs together; `None`: no limit."""
    max_then: Literal["skip", "exit"] = "skip"
    """At either limit: the push is left out, or the person also leaves the flow."""
    status: FlowStatus = "live"
    status_place: Place | None = None
    """Where the status is written; or else where its time is (`active`)."""
    active_from: datetime | None = None
    """UTC; before it nobody may begin."""
    active_until: datetime | None = None
    """UTC; from then on it is `active_then`."""
    active_then: Literal["closed", "stopped"] = "closed"
    page: bool = False
    page_picture: str | None = None
    page_title: str | None = None
    page_intro: str | None = None
    inputs: Mapping[str, Type] = field(default_factory=dict)
    goal: Goal | None = None
    priority: Priority = "normal"
    splits: Mapping[str, Mapping[str, InSplit]] = field(default_factory=dict)
    """The splits that it asks for, with who is in each of their groups; the first is what it compares."""
    moved: Mapping[str, str] = field(default_factory=dict)
    """A state that is gone → where its people go; `exit` is out of the flow."""
    form: str | None = None
    """The form that it runs (`compiled/form`): answers are stored when all of it is sent."""

    @property
    def first(self) -> State:
        return next(iter(self.states.values()))

    @cached_property
    def is_talk(self) -> bool:
        """Whether who begins it expects an answer: it has a page, or asks something."""
        return self.page or any(state.question is not None for state in self.states.values())

    @cached_property
    def waits(self) -> Mapping[str, tuple[Wait, ...]]:
        """What is waited for in each state, each once: by the state's rules, and by the flow's."""
        return {name: self._waits(state) for name, state in self.states.items()}

    @cached_property
    def sending(self) -> frozenset[str]:
        """The states whose question, answered, leads to the sending of a one-time code."""
        asking = [state for state in self.states.values() if state.question is not None]
        return frozenset(state.name for state in asking if self._sends(state.branch, set()))

    def sends(self, rule: Rule) -> bool:
        """Whether going by this rule leads to the sending of a one-time code."""
        return self._sends((rule,), set())

    def _sends(self, branch: tuple[Rule, ...], seen: set[str]) -> bool:
        """Whether going on by these branches sends a code, before the person rests; `seen`: states passed."""
        for rule in branch:
            state = self.states.get(rule.to or "")
            if _sends_code(rule.do) or (state is not None and _sends_code(state.do)):
                return True
            if state is not None and not state.rests and state.name not in seen:
                seen.add(state.name)
                if self._sends(state.branch, seen):
                    return True
        return False

    def _waits(self, state: State) -> tuple[Wait, ...]:
        rules = (*state.rules, *self.rules)
        waits = [trigger.wait for rule in rules for trigger in rule.when if isinstance(trigger, OnAfter)]
        return tuple({wait.text: wait for wait in reversed(waits)}.values())[::-1]


def rules_of(flow: Flow) -> Iterator[Rule]:
    """All rules of a flow: of each state, then of the flow."""
    for state in flow.states.values():
        yield from state.rules
    yield from flow.rules


def results_of(flow: Flow) -> Iterator[GiveResult]:
    """All results that the states and rules of a flow give."""
    lists = [state.do for state in flow.states.values()]
    lists += [rule.do for state in flow.states.values() for rule in (*state.rules, *state.branch)]
    lists += [rule.do for rule in flow.rules]
    for do in lists:
        yield from (step for step in do if isinstance(step, GiveResult))


def splits_tested(flow: Flow) -> list[str]:
    """The splits that its branches and rules ask for, as one goes through it; then that of its beginning."""
    rules = [rule for state in flow.states.values() for rule in (*state.branch, *state.rules)]
    conditions = [rule.condition for rule in (*rules, *flow.rules)]
    conditions.append(None if flow.start is None else flow.start.condition)
    leaves = (leaf for one in conditions if one is not None for leaf in one.leaves())
    return list(dict.fromkeys(leaf.name for leaf in leaves if isinstance(leaf, InSplit)))
