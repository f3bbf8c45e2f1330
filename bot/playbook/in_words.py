"""How a trigger or a condition is said in a few words: those of the language, in short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from bot.engine.comparison_words import comparison_words, listed, span_words
from bot.engine.condition import (
    All,
    AnswerTest,
    Any,
    AtStore,
    AttributeTest,
    BoundBefore,
    Condition,
    Constant,
    ContactTest,
    During,
    EventTest,
    HasTag,
    InFlow,
    InSplit,
    IsBound,
    Not,
    OnChannel,
    OnList,
    SmsCreditIs,
    Test,
    WithStaff,
)
from bot.engine.rule import (
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


def rule_words(rule: Rule) -> str:
    """When a rule is heard: any of its triggers, and its condition."""
    heard = " / ".join(trigger_words(trigger) for trigger in rule.when)
    return " ".join(filter(None, [heard, if_words(rule.condition)]))


def if_words(condition: Condition | None) -> str:
    """`if …`, or nothing."""
    return "" if condition is None else f"if {condition_words(condition)}"


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
            refined = [f"{_name(w.field)}{' and '.join(comparison_words(t) for t in w.tests)}" for w in where]
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


def condition_words(condition: Condition) -> str:
    """A condition in short: `tag VIP and not bound phone`."""
    match condition:
        case All(parts=parts):
            return " and ".join(_bracketed(part, Any) for part in parts) or "always"
        case Any(parts=parts):
            return " or ".join(_bracketed(part, All) for part in parts) or "never"
        case Not(part=part):
            return f"not {_bracketed(part, (All, Any))}"
        case HasTag(tags=tags, within=within, over=over):
            spans = [f" within {span_words(within)}"] if within else []
            spans += [f" over {span_words(over)}"] if over else []
            return f"tag {listed(tags)}{''.join(spans)}"
        case IsBound(kinds=kinds):
            return f"bound {listed(kinds)}"
        case BoundBefore():
            return "bound_before phone"
        case During(name=name):
            return f"during {name}"
        case AttributeTest(slot=slot, tests=tests):
            return f"{_key(slot)} {_tests(tests)}"
        case ContactTest(field=name, tests=tests) | EventTest(field=name, tests=tests):
            return f"{name} {_tests(tests)}"
        case AnswerTest(name=name, tests=tests):
            return f"{name} {_tests(tests)}"
        case OnList(list=name):
            return f"audience {name.partition('@')[0]}"
        case OnChannel(channels=names):
            return f"channel {listed(names)}"
        case InSplit(name=name, groups=groups):
            return f"split {name} {listed(groups)}"
        case InFlow(flows=flows, states=states):
            return f"in_flow {listed(flows)}" + (f" at {listed(states)}" if states is not None else "")
        case AtStore(stores=names):
            return f"store {listed(names)}"
        case WithStaff(staff=staff):
            return f"staff {str(staff).lower()}"
        case SmsCreditIs(levels=levels):
            return f"sms_credit {listed(levels)}"
        case Constant(because=because, holds=holds):
            return because if holds else f"off: {because}"
        case _:
            assert_never(condition)


def _bracketed(part: Condition, kinds: type | tuple[type, ...]) -> str:
    words = condition_words(part)
    return f"({words})" if isinstance(part, kinds) and len(getattr(part, "parts", ())) > 1 else words


def _tests(tests: Sequence[Test]) -> str:
    return " and ".join(comparison_words(test) for test in tests)


def _key(slot: str) -> str:
    return slot.partition(".")[2]
