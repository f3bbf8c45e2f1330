"""The limits by which a rule or journey that fits is not carried out: its time, and how often it may be.

`from`, `until`, `once_per` and `first` (language, section 4.1).
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.engine import notes
from bot.engine.compiled.rule import OncePer, Rule
from bot.engine.conditions.condition import ConditionContext
from bot.engine.times.local_time import later, today
from bot.engine.times.value_words import end_words, span_words, value_words
from bot.engine.turn.turn import Turn
from bot.model.decision import Claim, TraceStep
from bot.model.trace import TraceNote


def limit_of(rule: Rule, context: ConditionContext) -> TraceNote | None:
    """Why a rule that is `limited` does not match now, so that the next rules are tried; `None`: it may."""
    now, zone = context.when.now, context.when.zone
    if rule.since is not None and now < rule.since:
        return TraceNote(notes.NOT_YET, (value_words(rule.since, zone),))
    if rule.until is not None and now >= rule.until:
        return TraceNote(notes.OVER, (end_words(rule.until, zone),))
    if rule.once_per is not None and used_up(rule.key, rule.once_per, context):
        return TraceNote(notes.USED_UP, (how_often(rule.once_per),))
    if rule.first is not None and _none_left(rule.key, rule.first, context):
        return TraceNote(notes.NONE_LEFT, (rule.key, rule.first))
    return None


def is_suppressed(turn: Turn, rule: Rule) -> bool:
    """Whether a rule that is `limited` does not match now; traced."""
    limit = limit_of(rule, turn.context)
    if limit is not None:
        turn.note(limit.kind, *limit.values, place=rule.place)
    return limit is not None


def rule_without_place(step: TraceStep) -> str | None:
    """The rule of which this step of a trace says that no place is left."""
    return str(step.note.values[0]) if step.note.kind is notes.NONE_LEFT else None


def how_often(once_per: OncePer) -> str:
    """Its `once_per` as the playbook writes it."""
    return span_words(once_per.span) if once_per.per == "span" else once_per.per


def used_up(key: str, once_per: OncePer | None, context: ConditionContext) -> bool:
    """Whether a rule or journey has been carried out as often as its `once_per` allows."""
    if once_per is None:
        return False
    last = context.contact.used.get(_key(context.channel, key, once_per))
    if last is None:
        return False
    when = context.when
    match once_per.per:
        case "person":
            return True
        case "conversation":
            began = context.contact.identity(context.channel).conversation
            return began is not None and last >= began
        case "day":
            return today(last, when.zone) >= when.today
        case "span":
            return later(last, once_per.span, when.zone) > when.now


def _none_left(key: str, first: int, context: ConditionContext) -> bool:
    """Whether the person has no place of a rule, and none is known to be left.

    The number of places taken may be old: then the place is claimed (`Claim`), the turn is refused as it is
    stored, and decided anew.
    """
    return place_key(key) not in context.contact.used and context.taken.get(key, 0) >= first


def use(turn: Turn, rule: Rule) -> None:
    """Store in the contact that a rule that is `limited` is carried out, and claim a place of `first`."""
    used = turn.contact.used
    if rule.once_per is not None:
        used = {**used, _key(turn.channel, rule.key, rule.once_per): turn.now}
    if rule.first is not None and place_key(rule.key) not in used:
        used = {**used, place_key(rule.key): turn.now}
        turn.claims += (Claim(rule.key, rule.first),)
        turn.note(notes.PLACE_TAKEN, place=rule.place)
    turn.contact.used = used


_PLACE_PREFIX = "{first} "


def place_key(key: str) -> str:
    """The key in `contact.used` under which a place of this rule is stored: no rule's key has braces."""
    return f"{_PLACE_PREFIX}{key}"


def places_taken(used: Iterable[str]) -> frozenset[str]:
    """The rules of which a contact that has `used` these has a place."""
    return frozenset(key.removeprefix(_PLACE_PREFIX) for key in used if key.startswith(_PLACE_PREFIX))


def counted_rule(key: str) -> str:
    """The name of the rule of which a contact remembers this: that it was carried out, or its place."""
    return key.removeprefix(_PLACE_PREFIX)


def _key(channel: str, key: str, once_per: OncePer) -> str:
    return f"{key}@{channel}" if once_per.per == "conversation" else key
