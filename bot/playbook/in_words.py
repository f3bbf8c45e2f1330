"""How a trigger or a condition is said in a few words: those of the language, in short."""

from __future__ import annotations

from typing import assert_never

from bot.engine.compiled.rule import (
    OnAfter,
    OnAnythingElse,
    OnDate,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.conditions.condition import Condition
from bot.engine.times.value_words import listed


def rule_words(rule: Rule) -> str:
    """When a rule is heard: any of its triggers, and its condition."""
    heard = " / ".join(trigger_words(trigger) for trigger in rule.when)
    return " ".join(filter(None, [heard, if_words(rule.condition)]))


def if_words(condition: Condition | None) -> str:
    """`if …`, or nothing."""
    return "" if condition is None else f"if {condition.in_short}"


def trigger_words(trigger: Trigger) -> str:
    """A trigger in short: `text 營業時間, 幾點開`, `hook crm ok`, `after 30m`."""
    match trigger:
        case OnText(texts):
            return f"text {listed(texts)}"
        case OnTextContaining(texts, _, every):
            return f"text_contains_all {listed(texts)}" if every else f"text_contains {listed(texts)}"
        case OnPattern(pattern, postback, _):
            if pattern.text == "*" and not postback:
                return "any_message"
            return f"{'postback_pattern' if postback else 'text_pattern'} {pattern.text}"
        case OnPostback(data):
            return f"postback {listed(data)}"
        case OnMessage(kind):
            return kind
        case OnAnythingElse():
            return "anything_else"
        case OnNews(kind, subjects, where, at):
            refined = [f"{_name(w.field)}{' and '.join(t.words() for t in w.tests)}" for w in where]
            clock = [f"at {at:%H:%M}"] if at is not None else []
            return " ".join([kind, *([listed(subjects)] if subjects else []), *refined, *clock])
        case OnAfter(wait):
            return wait_words(wait.text)
        case OnDate(slot, days, at, yearly, months):
            span = f"{months:+}mo" if months else f"{days:+}d"
            return f"{'anniversary' if yearly else 'date'} of {_key(slot)} {span} at {at:%H:%M}"
        case _:
            assert_never(trigger)


def wait_words(text: str) -> str:
    """A wait in short: `after 3d`, but `until 10:00`."""
    return text if text.startswith("until ") else f"after {text}"


def _name(field: str) -> str:
    return "" if field == "result" else f"{field} "


def _key(slot: str) -> str:
    return slot.partition(".")[2]
