"""Actions as data: what all of them have, and those that send messages.

The others are in `actions/`, each beside the function that carries it out (language, section 6).
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
"""A value of an action: fixed, filled in for the person, or counted from now."""


@dataclass(frozen=True, slots=True)
class Short:
    """An action in a few words, for a picture of the playbook (`oaflow graph`)."""

    word: str
    """The action's word in the language."""
    about: str | Template = ""
    """What it is about: a flow, an attribute, a text."""
    names: tuple[str, ...] = ()
    """Several names that it is about, such as tags."""
    value: Operand | None = None
    """The value that an attribute gets."""


@dataclass(frozen=True, slots=True)
class Step:
    """One action, and where it is written; what it does to a person, as far as others have to know."""

    asks: ClassVar[WorldQuestion | None] = None
    """The request to the outside world that it makes, with its outcomes."""
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
    """`show`: a text on the page where the flow runs on one, else in chat."""

    words: ClassVar = {"show": {}}
    text: Card


@dataclass(frozen=True, slots=True)
class GiveResult(Step):
    """`result`: what a flow gives its person in the chat, free of charge, also where it runs on a page."""

    words: ClassVar = {"result": {}}
    key: str
    """Its name in the flow: `bound#1`."""
    trigger: str | None
    """What the page says in the chat in the person's name, so that there is a reply token to answer with."""
    do: Steps
