"""What a sending or a journey is for: what people are to do, within which time; and how much it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.engine.compiled.rule import OnNews
from bot.engine.times.local_time import Duration

Priority: TypeAlias = Literal["normal", "high"]
"""Where `limits` do not allow all pushes to a person, some may be reserved for `high` (semantics 23)."""
PRIORITIES: tuple[Priority, ...] = ("normal", "high")

BINDING = "bound"
"""The name under which bindings are counted as a goal, wherever there are broadcasts, for their reports."""


def goal_of_broadcast(name: str) -> str:
    """What the goal of this broadcast is counted as."""
    return f"broadcast {name}"


def tapped_of(name: str) -> str:
    """The counter of taps on this broadcast's messages, where the person of a tap is known."""
    return f"tap of {name}"


def goal_of_flow(name: str) -> str:
    """What the goal of this flow is counted as."""
    return f"flow {name}"


def sent_form(name: str) -> str:
    """What sending this form is counted as, also where nothing has it as its goal."""
    return f"form {name}"


def opened_link(code: str) -> str:
    """What opening this code of `links` is counted as, where the person is known."""
    return f"link {code}"


def begun_flow(name: str) -> str:
    """What beginning this flow is counted as, where it has a goal: from then on its goal counts."""
    return f"begins {name}"


@dataclass(frozen=True, slots=True)
class Goal:
    """This news, at most `within` after a person was sent the broadcast, or began the flow."""

    news: OnNews
    within: Duration

    @property
    def in_short(self) -> str:
        """In the words of the language: `shop order_paid`."""
        return " ".join((self.news.kind, ", ".join(self.news.subjects or ()))).strip()
