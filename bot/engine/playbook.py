"""The compiled playbook: immutable, every name resolved, every text taken apart. `bot.playbook` makes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from bot.engine.rule_index import RuleIndex
from bot.engine.template import Template
from bot.model.channel import GroupPolicy
from bot.model.decision import Message, Place


@dataclass(frozen=True, slots=True)
class OnText:
    """`text`: the person's text equals one of these."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnTextContaining:
    """`text_contains`: one of these is in the person's text."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnFollow:
    """`follow`: the person added the account (`first`), unblocked it (`again`), or either (`any`)."""

    which: Literal["any", "first", "again"] = "any"


Trigger: TypeAlias = OnText | OnTextContaining | OnFollow


@dataclass(frozen=True, slots=True)
class TextCard:
    """A text message. `ready` is LINE's JSON of it where nothing has to be filled in."""

    text: Template
    ready: Message | None


@dataclass(frozen=True, slots=True)
class ReplyWith:
    """`reply`: answer with these messages, free."""

    place: Place
    messages: tuple[TextCard, ...]


@dataclass(frozen=True, slots=True)
class PushWith:
    """`push`: reaches the person anyhow; rides free in the turn's reply where there is one, else costs."""

    place: Place
    messages: tuple[TextCard, ...]


@dataclass(frozen=True, slots=True)
class AddTags:
    """`add_tags`: put these tags on the person."""

    place: Place
    tags: tuple[str, ...]


Step: TypeAlias = ReplyWith | PushWith | AddTags


@dataclass(frozen=True, slots=True)
class Rule:
    """`when` / `do`: any of the triggers, then the steps one after the other."""

    place: Place
    when: tuple[Trigger, ...]
    do: tuple[Step, ...]


@dataclass(frozen=True)
class Playbook:
    """A marketer's whole bot, as far as it decides anything.

    `groups` tells for each channel what to do in group chats; `version` is the sha256 of the canonical form.
    """

    bot: str
    groups: Mapping[str, GroupPolicy]
    rules: tuple[Rule, ...]
    version: str
    index: RuleIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        texts: dict[str, list[int]] = {}
        needles: dict[str, list[int]] = {}
        for number, rule in enumerate(self.rules):
            for trigger in rule.when:
                match trigger:
                    case OnText(said):
                        for text in said:
                            texts.setdefault(text, []).append(number)
                    case OnTextContaining(said):
                        for text in said:
                            needles.setdefault(text, []).append(number)
                    case OnFollow():
                        pass
        object.__setattr__(self, "index", RuleIndex(texts, needles))

    def on_text(self, text: str) -> Iterator[Rule]:
        """The rules that hear this text, in the order of the file."""
        return (self.rules[number] for number in self.index.hearing(text))

    def on_follow(self, *, again: bool) -> Iterator[Rule]:
        """The rules that hear a follow, in the order of the file."""
        wanted = ("any", "again" if again else "first")
        for rule in self.rules:
            if any(isinstance(t, OnFollow) and t.which in wanted for t in rule.when):
                yield rule
