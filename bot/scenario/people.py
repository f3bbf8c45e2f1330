"""The people of a scenario: their phones, as they hold them in their hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from bot.model.contact import contact_id
from bot.model.decision import Decision, TraceStep
from bot.model.event import Profile, What
from bot.model.message import Message
from bot.scenario.given import GivenPerson
from bot.scenario.steps import As, Friendship, Scenario
from bot.wording.conversation import SpokenLine


@dataclass(slots=True)
class Got:
    """A message that has come, and its line in the conversation."""

    message: Message
    line: SpokenLine


@dataclass(slots=True, eq=False)
class Person:
    """One person with one LINE account on one channel: a phone, as they hold it in their hand.

    `unnamed` are the messages that no `bot` step has named yet; `page` is the page that is open.
    """

    name: str
    channel: str
    user: str
    contact: str
    profile: Profile | None = None
    screen: list[Message] = field(default_factory=list)
    unnamed: list[Got] = field(default_factory=list)
    page: str | None = None
    sms_before: int = 0
    """How many SMS had come before the last `user` or time step."""


def person_of(given: GivenPerson) -> Person:
    """A person as they come, before anything has happened."""
    user = line_user(given.name)
    profile = None if given.shown is None else Profile(given.shown, given.language)
    return Person(given.name, given.channel, user, contact_id(given.channel, user), profile)


def line_user(name: str) -> str:
    """A LINE user id: the same in every run, another one for everybody."""
    return "U" + sha256(f"person {name}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn that was taken: whose, what for, and what was decided."""

    person: str
    what: What
    decision: Decision

    @property
    def trace(self) -> Sequence[TraceStep]:
        """Why it came out so."""
        return self.decision.trace


def followers(scenario: Scenario) -> frozenset[str]:
    """Who adds the account in the scenario; everybody else is a friend already."""
    person, followers = scenario.given.people[0].name, set()
    for step in scenario.steps:
        if isinstance(step, As):
            person = step.person
        elif isinstance(step, Friendship) and step.how == "follows":
            followers.add(person)
    return frozenset(followers)
