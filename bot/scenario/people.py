"""The people of a scenario: what is on their phones, and the turns that were taken for them."""

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
    """One person with one LINE account on one channel."""

    name: str
    channel: str
    user: str
    """The LINE user id."""
    contact: str
    """The id of the contact, which changes by a merge."""
    profile: Profile | None = None
    screen: list[Message] = field(default_factory=list)
    """All messages that have come, the oldest first."""
    unnamed: list[Got] = field(default_factory=list)
    """The messages that no `bot` step has named yet."""
    page: str | None = None
    """The page that is open."""
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
    """A turn that was taken: of which person, for which event, and what was decided."""

    person: str
    what: What
    decision: Decision

    @property
    def trace(self) -> Sequence[TraceStep]:
        """Why it came out so."""
        return self.decision.trace


def followers(scenario: Scenario) -> frozenset[str]:
    """The people who add the account by a step; everybody else is a friend from the beginning."""
    person, followers = scenario.given.people[0].name, set()
    for step in scenario.steps:
        if isinstance(step, As):
            person = step.person
        elif isinstance(step, Friendship) and step.how == "follows":
            followers.add(person)
    return frozenset(followers)
