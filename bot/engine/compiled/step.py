"""Actions as data: what all of them have, and those that say something.

The others stand in `actions/`, each beside what does it (language, section 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from bot.engine.texts.template import Template
from bot.model.place import Place
from bot.model.value import Value
from bot.model.world_question import WorldQuestion

if TYPE_CHECKING:  # a card's taps have steps, and steps say cards
    from bot.engine.compiled.card import Card


@dataclass(frozen=True, slots=True)
class TodayWord:
    """`today` or `now` as a value."""

    now: bool


Operand: TypeAlias = Value | Template | TodayWord


@dataclass(frozen=True, slots=True)
class Short:
    """An action in a few words: its own, and what it is about; with names, or with the value that it gets."""

    word: str
    about: str | Template = ""
    names: tuple[str, ...] = ()
    value: Operand | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One action, and where it is written; what it does to a person, as far as others have to know."""

    asks: ClassVar[WorldQuestion | None] = None
    """What it asks the world."""
    binds: ClassVar[Literal["member", "clerk"] | None] = None
    """What it binds the person to."""
    words: ClassVar[Mapping[str, Mapping[str, object]]] = {}
    """Its words in the language, each with the fields that it decides; else its question's."""
    about: ClassVar[str] = ""
    """The field that a picture shows behind the word, where it shows one."""

    place: Place

    @classmethod
    def keywords(cls) -> Mapping[str, Mapping[str, object]]:
        """The words by which it is written, each with the fields that the word decides."""
        return cls.words if cls.asks is None else {cls.asks.action: {}}

    @property
    def in_short(self) -> tuple[Short, ...]:
        """What a picture says of it, a line each; nothing where it does not matter there."""
        word = next(word for word, fixed in self.keywords().items() if self._has(fixed))
        about = getattr(self, self.about) if self.about else ""
        return (Short(word, names=about) if isinstance(about, tuple) else Short(word, about),)

    def _has(self, fields: Mapping[str, object]) -> bool:
        return all(getattr(self, name) == value for name, value in fields.items())

    @property
    def adds_tags(self) -> tuple[str, ...]:
        """The tags that it puts on."""
        return ()

    @property
    def removes_tags(self) -> tuple[str, ...]:
        """The tags that it takes off."""
        return ()

    @property
    def sets(self) -> tuple[str, ...]:
        """The attributes that it gives a value, which may be the one that they have."""
        return ()

    @property
    def changes(self) -> tuple[str, ...]:
        """The attributes that it gives another value than they have."""
        return ()

    @property
    def raises(self) -> str | None:
        """The signal that it raises."""
        return None

    @property
    def starts(self) -> str | None:
        """The flow that it starts."""
        return None

    def leaves(self, flow: str) -> bool:
        """Whether it takes the person out of this flow."""
        return False

    @property
    def asks_shop(self) -> bool:
        """Whether it is the shop that has to answer."""
        return False


Steps: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SendMessages(Step):
    """`reply`: free, with the token; `push`: reaches the person anyhow. `or_push`: a reply that may cost."""

    words: ClassVar = {"reply": {"how": "reply"}, "push": {"how": "push"}}
    how: Literal["reply", "push"]
    cards: tuple[Card, ...]
    or_push: bool = False


@dataclass(frozen=True, slots=True)
class Show(Step):
    """On the page where the flow runs on one, else in chat."""

    words: ClassVar = {"show": {}}
    text: Card


@dataclass(frozen=True, slots=True)
class GiveResult(Step):
    """`result`: the free answer. `key` names it in the flow (`bound#1`); `trigger` is what the page says."""

    words: ClassVar = {"result": {}}
    key: str
    trigger: str | None
    do: Steps
