"""Rules and their triggers: `when`, `if`, `do`, `to` (language, section 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Literal, TypeAlias

from bot.engine.compiled.step import Steps
from bot.engine.conditions.comparisons import Test
from bot.engine.conditions.condition import Condition
from bot.engine.texts.pattern import Pattern
from bot.engine.texts.text import fold
from bot.engine.times.local_time import NO_TIME, Duration, Wait
from bot.model.place import Place
from bot.model.value import Type


@dataclass(frozen=True, slots=True)
class OnText:
    """`text`: equal to one of these. Compared folded; `strict`: character by character."""

    texts: tuple[str, ...]
    strict: bool = False
    folded: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", frozenset(map(fold, self.texts)))


@dataclass(frozen=True, slots=True)
class OnTextContaining:
    """`text_contains`: one of these is in it; `every`: `text_contains_all`."""

    texts: tuple[str, ...]
    strict: bool = False
    every: bool = False


@dataclass(frozen=True, slots=True)
class OnPattern:
    """`text_pattern`, `postback_pattern`: the whole text fits. `*` alone is `any_message`."""

    pattern: Pattern
    postback: bool = False
    strict: bool = False


@dataclass(frozen=True, slots=True)
class OnMessage:
    """`image`, `video`, `audio`, `file`, `location`, `sticker`."""

    kind: str


@dataclass(frozen=True, slots=True)
class OnPostback:
    """`postback`: the data of one's own Flex button, exactly."""

    data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnAnythingElse:
    """`anything_else`: nothing else took the message."""


@dataclass(frozen=True, slots=True)
class FieldTest:
    """A refinement of a trigger: all tests hold for this field of the news."""

    field: str
    type: Type
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class OnNews:
    """News or an outcome of this kind, about one of these subjects (`None`: any), with these refinements.

    Kinds are the trigger words: `follow` (`first`, `again`), `tag_added`, `shop` (`order_paid`), `code`
    (`sent`), `hook` (its name; result as a refinement), `ended` (end states), `flow_ended` (flow; `at`) …
    A journey that begins by `enters` may wait for the next time of day `at`.
    """

    kind: str
    subjects: tuple[str, ...] | None = None
    where: tuple[FieldTest, ...] = ()
    at: time | None = None


@dataclass(frozen=True, slots=True)
class OnAfter:
    """`after`: since the state was entered. Also what `wait` and `give_up_after` become."""

    wait: Wait


@dataclass(frozen=True, slots=True)
class OnDate:
    """A journey's start by a date attribute: `months` and then `days` after it, negative before it."""

    slot: str
    days: int
    at: time
    """Local time of day."""
    yearly: bool
    """On each anniversary, else once."""
    months: int = 0


MessageTrigger: TypeAlias = OnText | OnTextContaining | OnPattern | OnMessage | OnPostback | OnAnythingElse
Trigger: TypeAlias = MessageTrigger | OnNews | OnAfter | OnDate


@dataclass(frozen=True, slots=True)
class OncePer:
    """A rule is carried out, or a journey started, at most once for a person in this time."""

    per: Literal[
        "person",  # once in a life
        "conversation",
        "day",  # of the calendar, in the playbook's time zone
        "span",  # within `span` of the last time
    ]
    span: Duration = NO_TIME


@dataclass(frozen=True, slots=True)
class Rule:
    """Any of the triggers, then the condition, then the steps; inside a flow, `to` another state.

    A branch is a rule without triggers.
    """

    place: Place
    when: tuple[Trigger, ...]
    condition: Condition | None
    do: Steps
    key: str
    """The name under which `once_per` and `first` are counted."""
    to: str | None = None
    once_per: OncePer | None = None
    interrupt: bool = False
    """It is tried before the person's flows."""
    also: bool = False
    """A message that it matches goes on to other rules and flows."""
    with_staff: bool = False
    """Messages are tried on it also while staff have the conversation."""
    since: datetime | None = None
    """UTC; before it the rule does not match."""
    until: datetime | None = None
    """UTC; from then on it does not match."""
    first: int | None = None
    """It is for the first so many people; a place that somebody has taken stays theirs."""
    name: str | None = None
    limited: bool = field(init=False, compare=False, repr=False)
    """Whether `once_per`, `since`, `until` or `first` is set: worked out once, as every turn reads it."""

    def __post_init__(self) -> None:
        limits = (self.once_per, self.since, self.until, self.first)
        object.__setattr__(self, "limited", any(limit is not None for limit in limits))
