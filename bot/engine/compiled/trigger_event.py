"""An event that triggers are matched with: one message, or one piece of news; and the matching."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from bot.engine.compiled.rule import (
    FieldTest,
    OnAfter,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Trigger,
)
from bot.engine.conditions.comparisons import passes
from bot.engine.notes import EVENT
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.model.plain_text import visible
from bot.model.promotions import kinds
from bot.model.trace import NoteKind, TraceNote
from bot.model.value import Value

NOTHING: Mapping[str, Value] = {}
"""No fields. Shared, as events are made several times a turn: never changed."""

_WITH_RESULT: Mapping[str, NoteKind] = {kind.news: kind.note for kind in kinds()}
"""By the news of a kind of promotion its kind of note, which also has the result."""


class TriggerEvent:
    """Something that rules may react to. `kind` is a trigger's word, `subject` what it is about.

    For `text` the subject is the message, for `postback` its data. `fields` are what `event.*` reads.
    `visible` is a text without invisible signs, `folded` as it is compared.
    """

    __slots__ = ("fields", "folded", "kind", "subject", "visible")

    def __init__(self, kind: str, subject: str = "", fields: Mapping[str, Value] = NOTHING) -> None:
        self.kind = kind
        self.subject = subject
        self.fields = fields
        self.visible = visible(subject) if kind == "text" else ""
        self.folded = fold(self.visible) if kind == "text" else ""

    @property
    def note(self) -> TraceNote | str:
        """The event in the trace: the text of a message, `tag_added: VIP`, or `coupon 折百: given`."""
        if (kind := _WITH_RESULT.get(self.kind)) is not None:
            return TraceNote(kind, (self.subject, str(self.fields.get("result", ""))))
        return self.subject if self.kind == "text" else TraceNote(EVENT, (self.kind, self.subject))


def fits(trigger: Trigger, event: TriggerEvent, when: When) -> Mapping[str, Value] | None:
    """The fields that the trigger adds where it fits the event; `None` where it does not.

    Texts are compared folded, unless the trigger is strict.
    """
    match trigger:
        case OnText(texts, strict):
            fitting = event.kind == "text" and (
                event.visible in texts if strict else event.folded in trigger.folded
            )
        case OnTextContaining(texts, strict, every):
            how = all if every else any
            fitting = event.kind == "text" and how(
                text in event.visible if strict else _folded(text) in event.folded for text in texts
            )
        case OnPattern(pattern, postback, _):
            if event.kind != ("postback" if postback else "text"):
                return None
            return pattern.match(event.subject, when.today)
        case OnPostback(data):
            fitting = event.kind == "postback" and event.subject in data
        case OnMessage(kind):
            fitting = event.kind == kind
        case OnNews(kind, subjects, where):
            fitting = (
                event.kind == kind
                and (subjects is None or event.subject in subjects)
                and all(_passes(test, event.fields.get(test.field), when) for test in where)
            )
        case OnAfter(wait):
            fitting = event.kind == "after" and event.subject == wait.text
        case _:  # `anything_else` and dates are not asked for here
            fitting = False
    return NOTHING if fitting else None


def _passes(test: FieldTest, value: Value | None, when: When) -> bool:
    return all(passes(one, value, test.type, when) for one in test.tests)


_folded = lru_cache(65_536)(fold)
"""The texts of triggers, folded once."""
