"""What each kind of promotion gives the language: its section, and the words of its own.

A kind (coupons, stamp cards, draws …) declares it in its folder of `bot/promotions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from bot.model.promotions import Parts
from bot.model.translatable import Translatable
from bot.playbook.codes import KindCode, OwnCode
from bot.playbook.shape.sections import SECTIONS, NamedKind, Section
from bot.playbook.shape.words import TIME, WHOLE, Schema, Word, record

_REMINDER: dict[str, Word] = {
    "days_before": Word(WHOLE, 2, "So many days before its last day. 最後一天的前幾天", "3"),
    "at": Word(TIME, 2, "At this time of day. 幾點", "10:00"),
}
REMIND = Word(
    record("days_before and at", _REMINDER, required=["days_before", "at"]),
    2,
    "When expires_soon is news. 到期前提醒",
    '{days_before: 3, at: "10:00"}',
)
"""The key `remind` of something that people have until its last day: when they are reminded."""


@dataclass(frozen=True, slots=True)
class WordsPart:
    """The words of one kind."""

    declared: Word
    """Its section in a file."""
    named: NamedKind
    """What the entries of the section are called in messages."""
    title: Translatable
    """What the section is called where two versions are compared."""
    definitions: Mapping[str, Schema]
    """The schemas that its words refer to, by name."""
    codes: type[KindCode]
    """The codes of its findings."""
    news: Word
    """The trigger by which its results are heard."""
    actions: Mapping[str, Word] = field(default_factory=dict)
    conditions: Mapping[str, Word] = field(default_factory=dict)
    cards: Mapping[str, Word] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    """The groups of placeholders that name an entry."""
    card_groups: tuple[str, ...] = ()
    """The groups of placeholders that only its own cards have."""
    unused: KindCode | None = None
    """The code of the finding of an entry that nothing names."""


WORDS_PARTS = Parts("playbook.words", WordsPart)


def named_kinds() -> Mapping[Section, NamedKind]:
    """What is named in each section that names are chosen from."""
    return {**SECTIONS, **{kind.section: part.named for kind, part in WORDS_PARTS.by_kind.items()}}


def every_code() -> frozenset[str]:
    """The codes of all findings, with those of promotions."""
    return frozenset(get_args(OwnCode)).union(*(part.codes for part in WORDS_PARTS))
